#!/bin/sh
# The database ends the connections of the workers: the next request is
# answered as if nothing had happened, and a write happens once or not at all.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/tap.sh"
stack_private WORKERS=1
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"

# kill_connections: all that the workers have. Prints how many there were.
kill_connections() {
	db "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist
	    WHERE user = 'khatma'" >"$scratch/kills"
	db "$(cat "$scratch/kills")"
	wc -l <"$scratch/kills"
}

reader aisha
reader omar
group "$aisha_token"
join "$omar_token"
login='{"email": "nobody@example.com", "password": "x"}'
paths="user/me/ khatmas/ sessions/ stats/user/ achievements/ notifications/
    dashboard/ health/ready/"
for path in $paths; do
	req GET "/api/$path" '' "$aisha_token"
done
req POST /api/login/ "$login"
before=$(workers)

is "$(kill_connections)" 9 'each worker had its connection, which is ended'
for path in $paths; do
	req GET "/api/$path" '' "$aisha_token"
	wants 200 "the next request is answered: $path"
done
req POST /api/login/ "$login"
wants 401 'that of a login, too'

kill_connections >/dev/null
reads "$omar_token" 1
wants 201 'a write is done'
kill_connections >/dev/null
req PATCH /api/notifications/mark-all-read/ '' "$omar_token"
wants 200 'another, too'
is "$(field .updated)" 2 'and whole'

# In the middle of a transaction, which waits for the khatma's row.
hold "SELECT id FROM khatmas WHERE id = $khatma FOR UPDATE"
req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 2}' \
    "$omar_token" >"$scratch/said" &
request=$!
ok 'a write waits for somebody else' wait_for waiting
db "KILL $(waiting)"
let_go
wait "$request"
count=$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma
    AND chapter = 2")
# On a slow machine its patience may be over.
case $(jq -r '.code // "done"' "$body") in
done)	is "$count" 1 'it is done, once, although its connection is ended' ;;
*)	is "$(field .code) $count" 'database_unavailable 0' \
	    'it is not done, because its connection is ended' ;;
esac
is "$(workers)" "$before" 'all this time no worker has died'
is "$(fsck)" '' 'and all rules hold'

# The worker itself dies in the middle.
hold "SELECT id FROM khatmas WHERE id = $khatma FOR UPDATE"
req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 3}' \
    "$omar_token" -w '%{http_code}' >"$scratch/said" &
request=$!
wait_for waiting
victim=$(workers sessions)
kill -KILL "$victim"
wait "$request"
is "$(field '"\(.status) \(.code)"')" '503 outcome_unknown' \
    'who was served by a worker that is killed is told that nobody knows'
like "$(header Retry-After)" '^[0-9]+$' 'and when to come again'
let_go
replaced() {
	now=$(workers sessions)
	[ -n "$now" ] && [ "$now" != "$victim" ]
}
ok 'there is another worker in its place' wait_for replaced
is "$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma
    AND chapter = 3")" 0 'nothing of the request was done'
reads "$omar_token" 3
wants 201 'sent again it is'
is "$(fsck)" '' 'and all rules hold'

done_testing
