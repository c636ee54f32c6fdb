#!/bin/sh
# More come than can be served: who finds the line before a group full is told at
# once to come back, those in it are answered, and other groups know nothing of
# it.
# shellcheck disable=SC2154 # what tap.sh and faults.sh set
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"

printf '%s\n' KHATMA_QUEUE=4 KHATMA_QUEUE_auth=2 >"$scratch/settings"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/settings"

new_user ali
stopped=$(workers notifications)
# shellcheck disable=SC2086 # several words
kill -STOP $stopped
# the kernel lets one more than was asked for into the line
at_once 12 notifications/ -H "Authorization: Bearer $ali_token"
ok 'of twelve who come at once, five can wait: seven are answered' \
    wait_for answered 7
is "$(sort "$scratch/codes" | uniq -c | xargs)" '7 503' 'that it is full'

req GET /api/notifications/ '' "$ali_token"
is "$status $(field .code)" '503 service_unavailable' \
    'nor is there room for another'
like "$(header Content-Type)" '^application/problem\+json' \
    'HTTP-16: which is a problem as any other'
like "$(header Retry-After)" '^[1-9][0-9]*$' 'and says when to come back'
req PATCH /api/notifications/mark-all-read/ '' "$ali_token"
is "$status $(field .code)" '503 service_unavailable' \
    'a change that was sent away was not made, and is told so'
for path in dashboard/ khatmas/ stats/user/ user/me/; do
	req GET "/api/$path" '' "$ali_token"
	wants 200 "$path is served meanwhile"
done

# shellcheck disable=SC2086 # several words
kill -CONT $stopped
wait "$asking"
is "$(sort "$scratch/codes" | uniq -c | xargs)" '5 200 7 503' \
    'those who could wait are answered'
req GET /api/notifications/ '' "$ali_token"
wants 200 'and who comes then, is served'

# --- Logins ------------------------------------------------------------------

stopped=$(workers auth)
# shellcheck disable=SC2086 # several words
kill -STOP $stopped
at_once 8 login/ -H 'Content-Type: application/json' \
    -d "{\"email\": \"$ali_email\", \"password\": \"$ali_password\"}"
ok 'AUTH-04: logins have a line of their own: three of eight can wait' \
    wait_for answered 5
is "$(sort "$scratch/codes" | uniq -c | xargs)" '5 503' \
    'and five are sent away'
req GET /api/user/me/ '' "$ali_token"
wants 200 'who is in does not notice'
# shellcheck disable=SC2086 # several words
kill -CONT $stopped
wait "$asking"
is "$(sort "$scratch/codes" | uniq -c | xargs)" '3 200 5 503' \
    'those who could wait are in'

done_testing
