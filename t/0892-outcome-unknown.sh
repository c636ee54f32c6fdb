#!/bin/sh
# The connection to the database breaks while a change is being written for
# good: the answer says that nobody knows, and the worker goes on.
# shellcheck disable=SC2317 # functions that "wait_for" is given to call
. "$(dirname "$0")/tap.sh"

stack_private WORKERS=1
new_user ali

# wait_for COMMAND...: ten seconds at most.
wait_for() {
	for _ in $(seq 200); do
		"$@" && return
		sleep 0.05
	done
	return 1
}

# The connection of a worker that waits to commit.
waiting() {
	db "SELECT id FROM information_schema.processlist
	    WHERE user = 'khatma' AND info = 'COMMIT'" | grep .
}

# A session of the database that stays open until its pipe is closed. It lets
# no transaction of others end.
mkfifo "$scratch/pipe"
mariadb --no-defaults --socket="$stack/run/db.sock" -N -n khatma \
    <"$scratch/pipe" >"$scratch/session" &
session=$!
exec 3>"$scratch/pipe"
echo "BACKUP STAGE START; BACKUP STAGE BLOCK_COMMIT; SELECT 'held';" >&3
ok 'the database is held' wait_for grep held "$scratch/session"

req PATCH /api/user/me/ '{"bio": "once"}' "$ali_token" &
request=$!
ok 'a change waits to be written' wait_for waiting
db "KILL $(waiting)"
wait $request
status=$(sed -n '1s/HTTP[^ ]* \([0-9]*\).*/\1/p' "$headers")
is "$status $(field .code)" '503 outcome_unknown' \
    'when its connection breaks nobody knows'
like "$(header Retry-After)" '^[0-9]+$' 'with Retry-After'
like "$(field .detail)" 'Look whether it is there' 'and what to do'

exec 3>&-
wait $session
req GET /api/user/me/ '' "$ali_token"
is "$status $(field .bio)" '200 ' 'the next look tells that it is not'
req PATCH /api/user/me/ '{"bio": "twice"}' "$ali_token"
is "$status $(field .bio)" '200 twice' 'and another try writes it'

done_testing
