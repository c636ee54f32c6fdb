#!/bin/sh
# The database neither answers nor refuses: one request of a worker waits for
# it, those that stand in line behind do not, and nothing is held or half done.
# (How long at most: unit-db, by a clock of its own, and the drill
# database-frozen.)
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/dbproxy.sh"
stack_proxied WORKERS=1
. "$(dirname "$0")/history.sh"

new_user ali
reader omar
group "$ali_token"
req GET /api/stats/user/ '' "$ali_token"
wants 200 'the database answers'

is_back() {
	req GET "$1" '' "$ali_token"
	[ "$status" = 200 ]
}

# --- A line of those who wait --------------------------------------------------

rules 'hold connect always' 'hold query always' 'hold prepare always' \
    'hold execute always'
for _ in $(seq 12); do
	echo "GET /api/stats/user/ $ali_token"
done | together
is "$(grep -c ' 503$' "$answers/codes")" 12 'all who ask a silent database get 503'
is "$(cat "$answers"/[0-9]* | jq -r .code | sort -u)" database_unavailable \
    'which says why'
# once for the first; again by one whom a slow machine lets come late
ok 'but few of them have waited for themselves' \
    [ "$(proxied ' ! hold')" -lt 6 ]
rules
ok 'when it speaks again it is back' wait_for is_back /api/stats/user/

# --- In the middle of a change -------------------------------------------------

rules 'hold execute always ^INSERT INTO sessions' 'hold connect always'
req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 1}' \
    "$ali_token"
is "$status $(field .code)" '503 database_unavailable' \
    'a change that meets silence is given up'
is "$(proxied 'query ROLLBACK')" 0 'without another word to it'
is "$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma")" 0 \
    'nothing of it is done'
# by the others' workers, whose connections are what they were
req POST "/api/khatmas/$khatma/join/" '' "$omar_token"
is "$status" 201 'and what it had locked is free at once'

rules 'hold query once ^COMMIT'
ok 'the worker is back' wait_for is_back /api/sessions/
rules 'hold query once ^COMMIT'
req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 2}' \
    "$ali_token"
is "$status $(field .code)" '503 outcome_unknown' \
    'silence at COMMIT: nobody knows'
rules
ok 'the worker is back again' wait_for is_back /api/sessions/
req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 2}' \
    "$ali_token"
like "$status" '^20[01]$' 'who sends it again has it'
is "$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma
    AND chapter = 2")" 1 'once'
is "$(fsck)" '' 'and all rules hold'
done_testing
