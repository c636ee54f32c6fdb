#!/bin/sh
# The database is away: every group says 503 and when to come again, workers
# stay, and all is well as soon as it is back.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/tap.sh"
stack_private WORKERS=1
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"

new_user aisha
group "$aisha_token"
before=$(workers)
login='{"email": "'$aisha_email'", "password": "'$aisha_password'"}'
signup='{"fullname": "Omar", "email": "omar@example.com",
    "password": "'$aisha_password'"}'
password='{"old_password": "'$aisha_password'", "new_password": "x-y-z-1-2-3"}'
refresh='{"refresh": "'$aisha_refresh'"}'

# everything FUNCTION: it is called with method, path and body of requests to
# all groups.
everything() {
	"$1" POST signup/ "$signup"
	"$1" POST login/ "$login"
	"$1" POST refresh/ "$refresh"
	"$1" POST password/ "$password"
	"$1" GET user/me/
	"$1" PATCH user/me/ '{"bio": "x"}'
	"$1" GET khatmas/
	"$1" POST khatmas/ '{"name": "x"}'
	"$1" GET "khatmas/$khatma/"
	"$1" POST "khatmas/$khatma/join/"
	"$1" GET search/khatmas/?q=x
	"$1" POST "khatmas/$khatma/sessions/" '{"chapter_assigned": 1}'
	"$1" GET sessions/?user=me
	"$1" GET stats/user/
	"$1" GET "stats/khatma/$khatma/"
	"$1" GET achievements/
	"$1" GET notifications/
	"$1" PATCH notifications/mark-all-read/
	"$1" GET dashboard/
	"$1" DELETE "khatmas/$khatma/leave/"
	"$1" GET health/ready/
}

said() {
	echo "$1" | tr -s 0-9 N
}

is_away() {
	req "$1" "/api/$2" "${3-}" "$aisha_token"
	is "$status $(header Content-Type) $(field .code)" \
	    '503 application/problem+json database_unavailable' \
	    "ERR-01: $1 $(said "$2") is away"
	like "$(header Retry-After)" '^[0-9]+$' 'and says for how long'
	cat "$body" >>"$scratch/told"
}

database_stop TERM
everything is_away
is "$(grep -ciE 'sql|maria|socket|errno|/run|/tmp|\.c:' "$scratch/told")" 0 \
    'ERR-01: nothing is told of what stands behind it'
req GET /api/health/live/
wants 200 'the process still answers'
req GET /api/user/me/
wants 401 'who has no token is still told so'
req GET /api/user/me/ '' x.y.z
wants 401 'and so is whose token is none'
req GET /api/nothing/ '' "$aisha_token"
wants 404 'and what is not there is still not there'
is "$(workers)" "$before" 'no worker has died of it'

answers() {
	req "$1" "/api/$2" "${3-}" "$aisha_token"
	like "$status" '^(20.|400)$' "$1 $(said "$2") is back"
}

database_start
is "$(db 'SELECT (SELECT COUNT(*) FROM khatmas),
    (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM sessions),
    (SELECT COUNT(*) FROM logins WHERE revoked_at IS NULL)' | xargs)" \
    '1 1 0 1' 'nothing of what was answered with 503 was done'
everything answers
is "$(workers)" "$before" 'with the same workers'
is "$(fsck)" '' 'and all rules hold'

# It neither answers nor breaks the connection.
kill -STOP "$(cat "$stack/run/db.pid")"
req GET /api/stats/user/ '' "$aisha_token"
status_stopped=$status
req GET /api/health/live/
status_live=$status
kill -CONT "$(cat "$stack/run/db.pid")"
is "$status_stopped" 503 'a database that is silent is away, too'
is "$status_live" 200 'while the process answers'
is_back() {
	req GET /api/stats/user/ '' "$aisha_token"
	[ "$status" = 200 ]
}
ok 'when it speaks again it is back' wait_for is_back
is "$(workers)" "$before" 'again with the same workers'

done_testing
