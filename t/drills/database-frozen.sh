#!/bin/sh
# The database is frozen for a while, with connections that neither answer nor
# end: nobody waits long for an answer, no worker is stuck afterwards, and what
# was on its way is done or is not, as its answer says.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"
stack_private

goes_on() {
	[ "$(load_count ok read)" -gt "$read" ]
}

# freeze SECONDS: in the middle of writes.
freeze() {
	read=$(load_count ok read)
	wait_for goes_on
	kill -STOP "$database"
	frozen=$(instant)
	sleep "$1"
	kill -CONT "$database"
	thawed=$(instant)
	wait_for ask_is_back "$thawed" || back=never
	ask_back "$thawed" >>"$scratch/back"
	read=$(load_count ok read)
	wait_for goes_on || back=never
}

readers 48
before=$(workers)
database=$(cat "$stack/run/db.pid")
back=
tail -n 8 "$scratch/tokens" >"$scratch/writers"
load_start -t "$scratch/writers" -r 0
ask_start 40
for seconds in $(form 2 '30 6 6 6 1 1 1 1 1 1'); do
	freeze "$seconds"
	[ -s "$scratch/first" ] || ask_took "$frozen" "$thawed" >"$scratch/first"
done
ask_stop
ok 'the readers work all the time' load_stop

is "$back" '' 'each time all groups answer again, and the writers go on'
is "$(awk -F '\t' '$3 == 0 || $3 == 500 || ($3 == 503 && $5 == "-") ||
    ($6 ~ /health\/live/ && $3 != 200)' "$ask_log")" '' \
    'each answer is good, or 503 with Retry-After; that of health/live/ is good'
is "$(awk -F '\t' '$4 == 0 || $4 == 500' "$load_log")" '' \
    'the writers are answered, too'
is "$(workers)" "$before" 'the workers are the same as before'
is "$(load_lost)" '' 'all that was acknowledged is there'
is "$(load_anyway)" '' 'nothing is that was refused'
is "$(load_twice)" '' 'no chapter was given twice'
is "$(fsck)" '' 'and all rules hold'

# shellcheck disable=SC2046 # several words
set -- $(cat "$scratch/first")
result 'frozen for, s' "$(form 2 '30, 6 6 6, 1 1 1 1 1 1')" 30
result 'asked meanwhile at first; p50, p99, ms' "$1; $2, $3" 'to compare with'
# shellcheck disable=SC2046 # several words
set -- $(ask_longest)
result 'what took longest' "$2 $3" 'any group'
at_most 'longest answer to any group, ms' "$1" 5500
# shellcheck disable=SC2046 # several words
set -- $(load_figures)
result 'writes refused and sent again, outcome unknown' "$5, $6" 'counted'
at_most 'longest answer to a writer, ms' "$9" 5500
# shellcheck disable=SC2046 # several words
set -- $(sort -n "$scratch/back" | tail -n 1)
result 'what came back last' "$2 $3" 'any group'
result 'back after it goes on, ms' "$1" 'to compare with'

done_testing
