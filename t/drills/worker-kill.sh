#!/bin/sh
# A worker is killed in the middle of its work: whoever was reading does not
# notice, a change is not sent a second time, and the one whose change it was is
# told that nobody knows what became of it.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"

groups='khatmas sessions stats users notifications achievements dashboard'

# --- One at a time: what is told ---------------------------------------------

# Three groups have one worker, so that nobody else can step in meanwhile.
cat >"$scratch/extra.conf" <<END
KHATMA_WORKERS_khatmas=1
KHATMA_WORKERS_users=1
KHATMA_WORKERS_notifications=1
END
stack_private KHATMA_EXTRA_CONF="$scratch/extra.conf"
readers 8
token=$(sed -n '1s/.* //p' "$scratch/tokens")
other=$(sed -n '2s/.* //p' "$scratch/tokens")

# blocked FROM: a statement that begins so waits for the lock of "hold".
blocked() {
	db "SELECT id FROM information_schema.processlist
	    WHERE user = 'khatma' AND info LIKE '$1%'
	    AND state LIKE 'Waiting for%'" | grep -q .
}

# die GROUP FROM: the worker at that statement is killed, and the table is free
# again when the next worker is there.
die() {
	ok "the worker of $1 is at it" wait_for blocked "$2"
	killed=$(group_of "$1")
	kill -KILL "$killed"
	ok 'it is killed, and replaced' wait_for replaced "$1" "$killed"
	echo 'UNLOCK TABLES;' >&8
	let_go
	wait "$request"
	status=$(sed -n '1s/HTTP[^ ]* \([0-9]*\).*/\1/p' "$headers")
}

group_of() {
	pgrep -P "$(cat "$stack/run/$1.master")"
}

replaced() {
	! kill -0 "$2" && [ "$(group_of "$1" | wc -l)" = "$(group_size "$1")" ]
}

group_size() {
	case $1 in
	khatmas | users | notifications) echo 1 ;;
	*) echo 4 ;;
	esac
}

# How often the last answer's request was sent again: nginx logs it in a moment.
again() {
	wait_for grep -q "\"rid\":\"$(header X-Request-Id)\"" \
	    "$stack/log/access.log"
	sed -n "/\"rid\":\"$(header X-Request-Id)\"/s/.*\"up\":\"\([^\"]*\)\".*/\1/p" \
	    "$stack/log/access.log" | tr -cd ,: | wc -c
}

group "$token"
join "$other"

hold 'LOCK TABLES notifications WRITE, khatmas READ; SELECT 1'
req GET /api/notifications/ '' "$token" &
request=$!
die notifications 'SELECT'
wants 200 'REL-01: a GET is asked of another worker'
is "$(again)" 1 'once more'

hold 'LOCK TABLES khatmas WRITE; SELECT 1'
req POST /api/khatmas/ '{"name": "nobody knows"}' "$token" &
request=$!
die khatmas 'INSERT'
is "$status $(field .code)" '503 outcome_unknown' \
    'REL-01: of a POST nobody knows'
like "$(field .detail)" 'Look whether it is there' 'and what to do is said'
like "$(header Retry-After)" '^[0-9]+$' 'with Retry-After'
is "$(again)" 0 'it is not sent again'

hold 'LOCK TABLES users WRITE; SELECT 1'
req PATCH /api/user/me/ '{"bio": "nobody knows"}' "$token" &
request=$!
die users 'SELECT'
is "$status $(field .code)" '503 outcome_unknown' 'nor of a PATCH'
is "$(again)" 0 'which is not sent again'
req GET /api/user/me/ '' "$token"
is "$status $(field .bio)" '200 ' 'a look tells'
is "$(db "SELECT COUNT(*) FROM khatmas WHERE name = 'nobody knows'")" 0 \
    'neither was done by somebody else'

hold 'LOCK TABLES memberships WRITE, khatmas READ; SELECT 1'
req DELETE "/api/khatmas/$khatma/leave/" '' "$other" &
request=$!
die khatmas ''
like "$status $(field .code)" '^(200|404 not_member)' \
    'REL-01: a DELETE is sent again, and is done'
req DELETE "/api/khatmas/$khatma/leave/" '' "$other"
is "$status $(field .code)" '404 not_member' 'whoever left is no member'

spawn() {
	KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" "$@"
}

ok 'a group is stopped' spawn stop khatmas
for method in GET POST DELETE; do
	req "$method" /api/khatmas/ '{"name": "not sent"}' "$token"
	is "$status $(field .code)" '503 service_unavailable' \
	    "a $method that no worker got was not done"
	like "$(field .detail)" 'Nothing was changed' 'and that is said'
done

# --- Many at work ------------------------------------------------------------

ok 'the group is there again' spawn start khatmas
load_start
# log_has N: that many requests.
log_has() {
	[ "$(wc -l <"$load_log")" -ge "$1" ]
}

kills=$(form 7 60)
rest=$(form 20 200)	# requests between two kills
: >"$scratch/kills"
: >"$scratch/back"
n=0 late=0
while [ "$n" -lt "$kills" ]; do
	# shellcheck disable=SC2086 # several words
	set -- $groups
	shift $((n % $#))
	n=$((n + 1))
	wait_for log_has $((n * rest)) || late=$((late + 1))
	victim=$(group_of "$1" | shuf -n 1)
	date +%s%6N >>"$scratch/kills"
	kill -KILL "$victim"
	wait_for replaced "$1" "$victim" || late=$((late + 1))
	date +%s%6N >>"$scratch/back"
done
load_stop

# A change that failed belongs to the kill before the failure.
per_kill() {
	awk -F '\t' 'FILENAME == ARGV[1] { kill[++n] = $1; next }
	$5 ~ /^(failed|again|unknown)$/ {
		for (i = n; i > 0 && kill[i] > $1 + $2; i--)
			continue
		hit[i]++
	}
	END {
		for (i = 0; i <= n; i++)
			if (hit[i] > most) most = hit[i]
		print most + 0
	}' "$scratch/kills" "$load_log"
}

# shellcheck disable=SC2046 # several words
set -- $(load_figures)
is "$late" 0 'every worker that was killed was replaced'
is "$4" 0 'REL-01: no GET failed'
ok 'REL-01: at most one request failed for each kill' \
    test "$(per_kill)" -le 1
is "$(cut -f 5,10 "$load_log" | grep -E '^(failed|again|unknown)' |
    grep -v ' outcome_unknown$')" '' 'and whoever it was knows that nobody knows'
is "$(load_count refused get)" 0 'nor was one refused'
is "$(load_lost)" '' 'REL-01: all that was acknowledged is there'
is "$(load_twice)" '' 'no chapter was given twice'
is "$(fsck)" '' 'and all rules hold'
result "GETs failed, of $1 requests and $kills kills" "$4" 0
result 'changes whose outcome is unknown' "$(($5 + $6))" "at most $kills"
at_most 'the longest until a new worker was there, ms' \
    "$(paste "$scratch/kills" "$scratch/back" | awk '{ n = ($2 - $1) / 1000
    if (n > most) most = n } END { printf "%.0f\n", most }')" 1000
result 'p50, p99 and the longest, ms' "$7, $8, $9" 'to compare with'

done_testing
