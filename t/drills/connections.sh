#!/bin/sh
# The database takes no more connections: who gets none is told so at once and
# when to come again, and all is well as soon as there are enough. Each worker
# keeps one and no more.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"
stack_private

LIMIT=10
CLIENTS=14

# By a connection that is there before there are too few.
admin_start() {
	mkfifo "$scratch/admin"
	: >"$scratch/told"
	mariadb --no-defaults --socket="$stack/run/db.sock" --force -N \
	    --unbuffered khatma <"$scratch/admin" >>"$scratch/told" 2>&1 &
	exec 7>"$scratch/admin"
}

admin() {
	: >"$scratch/told"
	echo "$1; SELECT 'that is all';" >&7
	wait_for grep -q 'that is all' "$scratch/told"
	sed '/^that is all$/d' "$scratch/told"
}

# kill_where CONDITION: ends connections.
kill_where() {
	admin "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist
	    WHERE $1" >"$scratch/kills"
	admin "$(cat "$scratch/kills")"
}

others_are_in() {
	[ "$(admin "SELECT COUNT(*) FROM information_schema.processlist
	    WHERE info LIKE 'SELECT SLEEP%'")" = "$LIMIT" ]
}

refused() {
	awk -F '\t' -v from="$1" -v to="$2" '$1 >= from && $1 + $2 < to &&
	    $3 == 503' "$ask_log"
}

some_refused() {
	[ "$(refused "$from" 9e18 | wc -l)" -ge "$some" ]
}

# No worker that has gone without a connection since is left out of these.
all_are_refused() {
	[ "$(refused "$from" 9e18 | cut -f 6 | sort -u | wc -l)" = 17 ]
}

service_has() {
	admin "SELECT COUNT(*) FROM information_schema.processlist
	    WHERE user = 'khatma'"
}

readers 22
admin_start
before=$(workers)
tail -n 8 "$scratch/tokens" >"$scratch/writers"
load_start -t "$scratch/writers" -r 20
ask_start "$CLIENTS"
wait_for load_has 30

# Fewer than there are workers.
some=$(form 50 5000)
from=$(instant)
admin "SET GLOBAL max_connections = $((LIMIT + 1))"
kill_where "user = 'khatma'"
ok "$LIMIT connections for $(echo "$before" | wc -w) workers: some go without" \
    wait_for some_refused
few=$(service_has)
admin 'SET GLOBAL max_connections = 200'
again=$(instant)
ok 'with enough of them all groups answer' wait_for ask_is_back "$again"
back=$(ask_back "$again")

# None at all: others have them.
for _ in $(seq "$LIMIT"); do
	db 'SELECT SLEEP(600)' >/dev/null 2>&1 7>&- &
done
wait_for others_are_in
admin "SET GLOBAL max_connections = $((LIMIT + 1))"
kill_where "user = 'khatma'"
from=$(instant)
ok 'others have all connections: each group goes without' \
    wait_for all_are_refused
req GET /api/health/ready/
is "$status $(field .code)" '503 database_unavailable' \
    'health/ready/ says that the database is away'
like "$(grep -h database_error "$stack/log/health.log" | tail -n 1)" \
    '1040.*Too many connections' 'and the log says why'
admin 'SET GLOBAL max_connections = 200'
kill_where "info LIKE 'SELECT SLEEP%'"
to=$(instant)
ok 'when the others go, all groups answer' wait_for ask_is_back "$to"
back="$back
$(ask_back "$to")"
has=$(service_has)
exec 7>&-
ask_stop
ok 'the readers work all the time' load_stop

# A connection that is ended may have been at its COMMIT.
is "$(awk -F '\t' '$3 == 0 || $3 == 500 || ($3 == 503 &&
    ($4 !~ /^(database_unavailable|outcome_unknown)$/ || $5 !~ /^[1-9][0-9]*$/)) ||
    ($6 ~ /health\/live/ && $3 != 200)' "$ask_log")" '' \
    'each answer is good, or 503 with Retry-After'
is "$(awk -F '\t' '$4 == 0 || $4 == 500' "$load_log")" '' \
    'the writers are answered, too'
is "$(workers)" "$before" 'the workers are the same as before'
ok 'each of them has one connection at most' \
    [ "$has" -le "$(echo "$before" | wc -w)" ]
is "$(echo "$before" | wc -w)" 31 'which are as many as the README says'
is "$(load_lost)" '' 'all that was acknowledged is there'
is "$(load_anyway)" '' 'nothing is that was refused'
is "$(load_twice)" '' 'no chapter was given twice'
is "$(fsck)" '' 'and all rules hold'

result 'connections that the service had of the few' "$few" "at most $LIMIT"
# shellcheck disable=SC2046 # several words
set -- $(ask_took "$from" "$to" 503)
result 'refused while others had all; p50, p99, longest, ms' \
    "$1; $2, $3, $4" 'to compare with'
# shellcheck disable=SC2046 # several words
set -- $(echo "$back" | sort -n | tail -n 1)
result 'what came back last' "$2 $3" 'any group'
at_most 'back when there are enough, ms' "$1" 1000

done_testing
