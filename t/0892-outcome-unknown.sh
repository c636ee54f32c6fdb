#!/bin/sh
# The connection to the database breaks while a change is being written for
# good: the answer says that nobody knows, and the worker goes on.
# shellcheck disable=SC2317 # functions that "wait_for" is given to call
. "$(dirname "$0")/tap.sh"

stack_private WORKERS=1
. "$(dirname "$0")/faults.sh"
new_user ali

# The connection of a worker that waits to commit.
committing() {
	db "SELECT id FROM information_schema.processlist
	    WHERE user = 'khatma' AND info = 'COMMIT'" | grep .
}

ok 'the database is held' hold_commits

req PATCH /api/user/me/ '{"bio": "once"}' "$ali_token" &
request=$!
ok 'a change waits to be written' wait_for committing
db "KILL $(committing)"
wait $request
status=$(sed -n '1s/HTTP[^ ]* \([0-9]*\).*/\1/p' "$headers")
is "$status $(field .code)" '503 outcome_unknown' \
    'when its connection breaks nobody knows'
like "$(header Retry-After)" '^[0-9]+$' 'with Retry-After'
like "$(field .detail)" 'Look whether it is there' 'and what to do'

let_commits
req GET /api/user/me/ '' "$ali_token"
is "$status $(field .bio)" '200 ' 'the next look tells that it is not'
req PATCH /api/user/me/ '{"bio": "twice"}' "$ali_token"
is "$status $(field .bio)" '200 twice' 'and another try writes it'

done_testing
