#!/bin/sh
# Two hosts whose clocks disagree, one database: what is written down goes by
# the database's clock on both. Tokens go by the host's, so that those of the
# one are refused by the other when it is half a minute or more; and monitors
# are told.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"

# --- The other host: workers and nginx of its own ----------------------------

other=$scratch/b

spawn_other() {
	KHATMA_CONF=$other/khatma.conf "$root/spawn.sh" "$@" >"$scratch/spawn" \
	    2>&1 || { diag "$(cat "$scratch/spawn")"; return 1; }
}

clocks_end() {
	clocks_status=$?
	[ ! -e "$other/run/nginx.pid" ] || kill "$(cat "$other/run/nginx.pid")"
	[ ! -e "$other/khatma.conf" ] || spawn_other stop
	(exit "$clocks_status")
	drill_end
}
trap clocks_end EXIT

for faketime in /usr/lib/*/faketime/libfaketime.so.1; do
	[ -e "$faketime" ] || skip_all 'faketime is not installed'
done

stack_private WORKERS=1
mkdir -p "$other/bin" "$other/log" "$other/run"

# The name by which spawn.sh knows the program must stay. Only the wall clock
# is another one, as it would be on another host.
for program in "$BUILD"/bin/*; do
	cat >"$other/bin/${program##*/}" <<END
#!/bin/sh
export LD_PRELOAD='$faketime' FAKETIME_DONT_FAKE_MONOTONIC=1
export FAKETIME="\$(cat '$other/offset')"
exec perl -e 'exec { shift } @ARGV' '$program' "\$0" "\$@"
END
	chmod +x "$other/bin/${program##*/}"
done
{
	cat "$stack/khatma.conf"
	echo "KHATMA_BIN_DIR=$other/bin"
	echo "KHATMA_RUN_DIR=$other/run"
	echo "KHATMA_LOG_DIR=$other/log"
} >"$other/khatma.conf"
sed "s|unix:[^\";]*/run/\([a-z]*\)\.sock|unix:$other/run/\1.sock|
    s|unix:$stack/http.sock|unix:$other/http.sock|" "$stack/nginx.conf" \
    >"$other/nginx.conf"

# there REQUEST...: to the other host.
there() {
	here=$stack
	stack=$other
	req "$@"
	stack=$here
}

# good EXPECTED HOST TOKEN NAME
good() {
	case $2 in
	here)	req GET /api/user/me/ '' "$3" ;;
	*)	there GET /api/user/me/ '' "$3" ;;
	esac
	is "$status $(field '.code // ""')" "$1" "REL-14: $clock: $4"
}

yes='200 '
no='401 token_invalid'

# A login of ali at both.
login() {
	credentials=$(jq -cn --arg e "$ali_email" --arg p "$ali_password" \
	    '{email: $e, password: $p}')
	req POST /api/login/ "$credentials"
	access_here=$(field .access) refresh_here=$(field .refresh)
	there POST /api/login/ "$credentials"
	access_there=$(field .access)
}

# --- Readers who go to both --------------------------------------------------

# Their tokens are good by every clock of this drill.
readers 8
now=$(date +%s)
while read -r id token; do
	echo "$id $(forge "$(header_of "$stack/jwt.key")" "$(printf \
	    '{"token_type":"access","exp":%d,"iat":%d,"jti":"t","user_id":"%d"}' \
	    $((now + 864000)) $((now - 864000)) "$id")")"
done <"$scratch/tokens" >"$scratch/long"
mv "$scratch/long" "$scratch/tokens"
new_user ali

tell_tokens() {
	login
	good "$yes" here "$access_here" 'a host takes its own tokens'
	good "$yes" there "$access_there" 'and so does the other'
	case $1 in
	+20s | -20s)
		good "$yes" there "$access_here" 'and each that of the other'
		good "$yes" here "$access_there" 'because it is little' ;;
	+60s)
		good "$yes" there "$access_here" 'one that is old enough is good'
		good "$no" here "$access_there" 'one of the future is not' ;;
	-60s)
		good "$no" there "$access_here" 'one of the future is not good'
		good "$yes" here "$access_there" 'one that is old enough is' ;;
	*)
		good "$no" there "$access_here" 'not that of the other'
		good "$no" here "$access_there" 'nor does the first' ;;
	esac
	case $1 in
	-3600s | -86400s | -60s) login_expected=401 ;;
	*) login_expected=200 ;;
	esac
	there POST /api/refresh/ "{\"refresh\": \"$refresh_here\"}"
	wants $login_expected 'a login goes on there, unless it is of the future'
}

# A password that is changed is the new one at once, on both.
change_password() {
	there POST /api/password/ "$(jq -cn --arg p "$ali_password" \
	    '{old_password: $p, new_password: ($p + "x")}')" "$access_there"
	ali_password=${ali_password}x
	wants 204 "$clock: a password is changed"
	login
	good "$yes" there "$access_there" 'its login is good'
}

# By the database's clock it was a moment ago, whatever the host says.
read_and_undo() {
	token=$(sed -n '1s/.* //p' "$scratch/tokens")
	own "$token"
	req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 1}' \
	    "$token"
	there POST "/api/khatmas/$khatma/sessions/" \
	    '{"chapter_assigned": 1, "is_completed": false}' "$token"
	is "$status $(field .is_completed)" '200 false' \
	    "$clock: what was read here can be undone there"
	there POST "/api/khatmas/$khatma/sessions/" \
	    '{"chapter_assigned": 2}' "$token"
	like "$status $(field .reading_date)" \
	    "^201 ($(date -u +%F)|$(date -u -d '1 minute ago' +%F))" \
	    'what is read there is read today'
}

many() {
	load_start -s "$stack/http.sock" -s "$other/http.sock" \
	    -d "$(form 1 10)" -x "$clock"
	load_wait
	# shellcheck disable=SC2046 # several words
	set -- $(load_figures)
	is "$4 $5 $6 $(load_count refused get)" '0 0 0 0' \
	    "REL-14: $clock: all are answered"
	is "$(load_lost)" '' 'all that was acknowledged is there'
	is "$(load_twice)" '' 'no chapter was given twice'
	is "$(db "SELECT (SELECT COUNT(*) FROM sessions
	    WHERE created_at > UTC_TIMESTAMP(6) OR created_at < '$began'
	    OR reading_date > UTC_TIMESTAMP(6) OR reading_date < '$began'),
	    (SELECT COUNT(*) FROM khatmas
	    WHERE created_at > UTC_TIMESTAMP(6) OR created_at < '$began')" |
	    xargs)" '0 0' 'nothing is of the past or of the future'
	result "$clock: failed, of $1 requests" "$(($4 + $5 + $6))" 0
}

monitors_know() {
	there GET /api/health/ready/
	seconds=${1%s}
	skew=$(field .clock_skew)
	[ "$status" = 200 ] && [ "$skew" -ge $((${seconds#+} - 5)) ] &&
		[ "$skew" -le $((${seconds#+} + 5)) ]
}

began=$(db 'SELECT UTC_TIMESTAMP(6)')
start_day=$(day 0)
for clock in $(form +3600s \
    '+20s -20s +60s -60s +3600s -3600s +86400s -86400s'); do
	echo "$clock" >"$other/offset"
	ok "the other host runs, its clock $clock" spawn_other start
	[ -e "$other/run/nginx.pid" ] ||
		nginx -e "$other/log/error.log" -p "$other/" -c nginx.conf
	ok 'REL-14: it is ready, and says by how much' monitors_know "$clock"
	like "$(grep clock_skew "$other/log/health.log" | tail -n 1)" \
	    '"event":"clock_skew","number":-?[0-9]+,' 'as does the log'
	tell_tokens "$clock"
	change_password
	read_and_undo
	many
	ok 'it is stopped' spawn_other stop
done
req GET /api/health/ready/
is "$(field '.clock_skew | fabs < 5')" true 'the first host is in time'
[ "$(day 0)" != "$start_day" ] ||
	is "$(db 'SELECT DISTINCT local_day FROM sessions
	    WHERE khatma_id IS NOT NULL AND is_completed')" "$start_day" \
	    'REL-14: everybody has read today, and not yesterday or tomorrow'
is "$(db "SELECT DISTINCT longest_streak FROM users WHERE chapters_read > 0" |
    xargs)" 1 'so everybody has a streak of one day'
is "$(cat "$stack"/log/*.log "$other"/log/*.log | grep -c '"st":500')" 0 \
    'REL-14: no clock made anything fail'
is "$(fsck)" '' 'and all rules hold'

# The wall clock is for tokens, for the log and for this comparison.
is "$(grep -l 'time_now()' "$root"/common/*.c "$root"/common/model/*.c \
    "$root"/cgi-bin/*.c | sed 's|.*/||' | xargs)" \
    'log.c route.c auth.c health.c' \
    'REL-14: nothing that waits or is ordered looks at the wall clock'

done_testing
