#!/bin/sh
# New programs and new settings while people read: reload of the workers and of
# nginx costs nobody a request; a restart of a group keeps the others out of it,
# and whoever comes in between is told so.
# shellcheck disable=SC2046,SC2119,SC2317 # several words; no arguments; by name
. "$(dirname "$0")/../drill.sh"
stack_private WORKERS=2
readers 8

spawn() {
	KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" "$@"
}

all_gone() {
	! kill -0 "$@"
}

# The old processes of nginx end when their last request is answered.
reload_nginx() {
	set -- $(pgrep -P "$(cat "$stack/run/nginx.pid")")
	kill -HUP "$(cat "$stack/run/nginx.pid")"
	for old in "$@"; do
		wait_for all_gone "$old" || return 1
	done
}

reloads=$(form 1 60)
each=$(form 1 12)	# of so many reloads one is nginx's, too
before=$(workers)
bad=0 nginx=0
load_start
ok 'readers are at work' wait_for load_has 20
for n in $(seq "$reloads"); do
	spawn reload >"$scratch/reload" 2>&1 ||
		{ bad=$((bad + 1)); diag "$(cat "$scratch/reload")"; }
	[ $((n % each)) = 0 ] || continue
	nginx=$((nginx + 1))
	reload_nginx || bad=$((bad + 1))
done
load_stop
is "$bad" 0 'all reloads succeed'
is "$(for pid in $before; do kill -0 "$pid" 2>/dev/null && echo "$pid"; done)" \
    '' 'no former worker is left'
set -- $(load_figures)
is "$4 $5 $6" '0 0 0' 'REL-02: no request failed'
[ "$4 $5 $6" = '0 0 0' ] ||
	diag "$(grep -P '\t(failed|again|unknown)\t' "$load_log")"
is "$(load_count refused get)" 0 'nor was one refused'
is "$(load_lost)" '' 'REL-02: all that was acknowledged is there'
is "$(load_twice)" '' 'no chapter was given twice'
result "failed, of $1 requests, $reloads reloads and $nginx of nginx" \
    "$(($4 + $5 + $6))" 0
result 'p50, p99 and the longest, ms' "$7, $8, $9" 'to compare with'

# --- Restart -----------------------------------------------------------------

first=$(workers sessions)
others=$(workers khatmas stats)
load_start
ok 'readers are at work again' wait_for load_has 20
for n in $(seq "$(form 1 10)"); do
	ok 'a group is restarted' spawn restart sessions
done
done_so_far=$(awk -F '\t' '$5 == "ok" && $3 == "read"' "$load_log" | wc -l)
reads_go_on() {
	[ "$(load_count ok read)" -gt $((done_so_far + 5)) ]
}
ok 'reading goes on after it' wait_for reads_go_on
load_stop
isnt "$(workers sessions)" "$first" 'it has new workers'
is "$(workers khatmas stats)" "$others" 'the others have those they had'
# What has no answer is a change that nobody knows of, or what was not sent.
is "$(cut -f 3,5,10 "$load_log" | grep -P '\t(failed|again|unknown)\t' |
    grep -vP '^get\tfailed\tsessions/' |
    grep -vE ' (service_unavailable|outcome_unknown)$')" '' \
    'who came in between was told, and other groups had no part in it'
result "changes of $(form 1 10) restarts that were sent again; unknown" \
    "$(load_count again); $(load_count unknown)" 'nothing lost'
is "$(load_lost)" '' 'all that was acknowledged is there'
is "$(load_twice)" '' 'no chapter was given twice'
is "$(fsck)" '' 'and all rules hold'

done_testing
