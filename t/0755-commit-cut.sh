#!/bin/sh
# The connection breaks at COMMIT. With an Idempotency-Key the service finds out
# by itself what came of it; where it cannot it says to send the same again.
# shellcheck disable=SC2317,SC2119 # what wait_for is given to call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/dbproxy.sh"

stack_proxied WORKERS=2
new_user ali
new_user omar

# make NAME: a khatma, by ali, with a key of its own.
make() {
	req POST /api/khatmas/ "{\"name\": \"$1\", \"khatma_type\": \"group\",
	    \"is_public\": true}" "$ali_token" -H "Idempotency-Key: $1"
}

# is_one NAME WHAT: it is there once, and asking again is answered so.
is_one() {
	id=$(field .id)
	make "$1"
	is "$status $(header Idempotency-Replayed) $(field .id) $(db "SELECT
	    COUNT(*) FROM khatmas WHERE name = '$1'")" "201 true $id 1" "$2"
}

# --- It finds out ------------------------------------------------------------

n=0
while IFS='|' read -r rule what; do
	n=$((n + 1))
	rules "$rule"
	make "cut-$n"
	isnt "$(proxied '! ')" 0 "$rule"
	rules
	wants 201 "a connection that breaks $what"
	is_one "cut-$n" 'makes one khatma'
done <<END
cut before query once ^COMMIT|before COMMIT comes to the database
cut sent query once ^COMMIT|right after it was sent
cut answered query once ^COMMIT|before its answer comes back
cut before query 1-4 ^COMMIT|four times before
cut sent query 1-4 ^COMMIT|four times after
error 1213 query once ^COMMIT|not, but a deadlock at COMMIT
error 1180 query once ^COMMIT|not, but an error that does not tell
error 1047 query once ^COMMIT|not, but a node that is cut off
END

rules 'cut answered query once ^COMMIT'
req POST /api/signup/ '{"fullname": "Zayd", "email": "zayd@example.com",
    "password": "not-easy-at-all"}' '' -H 'Idempotency-Key: zayd'
wants 201 'a signup is found, too'
is "$(db "SELECT COUNT(*) FROM users WHERE email_key = 'zayd@example.com'")" 1 \
    'and made once'
make joined
id=$(field .id)
rules 'cut sent query once ^COMMIT'
req POST "/api/khatmas/$id/join/" '' "$omar_token" -H 'Idempotency-Key: join'
wants 201 'and a join, where asking again would be an error'
is "$(db "SELECT COUNT(*) FROM notifications WHERE khatma_id = $id
    AND notification_type = 'chapter_assigned'")" 1 'of which one is told'
rules 'cut answered query once ^COMMIT'
req POST "/api/khatmas/$id/join/" '' "$omar_token" -H 'Idempotency-Key: other'
is "$status $(field .code)" '400 already_member' \
    'what is refused is refused: it commits nothing'
rules

# --- It cannot ---------------------------------------------------------------

# unknown NAME: the answer, and what it says
unknown() {
	is "$status $(field .code)" '503 outcome_unknown' "$1"
	like "$(field .detail)" 'same Idempotency-Key' 'says what to do'
	like "$(header Retry-After)" '^[1-9][0-9]*$' 'and when'
}

rules 'cut before query always ^COMMIT'
make never
unknown 'a COMMIT that never comes through'
rules
make never
wants 201 'the same again'
is_one never 'makes one khatma'

rules 'cut answered query once ^COMMIT' 'cut before connect always'
make alone
unknown 'a database that is away after COMMIT'
rules
make alone
is "$status $(header Idempotency-Replayed)" '201 true' \
    'had made it: the same again tells'
is_one alone 'and makes no other'

# While others may not commit the first COMMIT goes on behind the cut.
ok 'the database lets nobody commit' hold_commits
rules 'cut sent query once ^COMMIT'
make held
unknown 'a COMMIT that goes on when the connection is gone'
make held
is "$status $(field .code)" '409 request_in_progress' \
    'to who asks anew it is in progress'
let_commits
rules
asked_again() {
	make held
	[ "$status" = 201 ]
}
ok 'when it is done the same again is answered' wait_for asked_again
is_one held 'and one khatma is made'

# --- Without a key -----------------------------------------------------------

rules 'cut sent query once ^COMMIT'
req POST /api/khatmas/ '{"name": "bare"}' "$ali_token"
is "$status $(field .code)" '503 outcome_unknown' \
    'without a key nobody can tell'
like "$(field .detail)" 'Look whether it is there' 'and that is said'
rules
is "$(fsck)" '' 'all rules hold'

done_testing
