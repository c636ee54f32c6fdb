#!/bin/sh
# Stored answers are their account's: they are in its export, go when it goes,
# and reach nobody else.
# shellcheck disable=SC2317,SC2119 # what wait_for is given to call
# shellcheck disable=SC2030,SC2031 # subshells have files of their own
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"

stack_private WORKERS=4
new_user ali
new_user omar

answers_of() {
	db "SELECT COUNT(*) FROM idempotency_keys WHERE account_id = $1"
}

req POST /api/khatmas/ '{"name": "Canary", "khatma_type": "group",
    "is_public": true}' "$ali_token" -H 'Idempotency-Key: same'
khatma=$(field .id)
req POST "/api/khatmas/$khatma/intentions/" '{"intention": ["canary"]}' \
    "$ali_token" -H 'Idempotency-Key: wish'
is "$(answers_of "$ali_id")" 2 'two answers are stored'

req POST /api/khatmas/ '{"name": "Canary", "khatma_type": "group",
    "is_public": true}' "$omar_token" -H 'Idempotency-Key: same'
is "$status $(header Idempotency-Replayed) $(field .creator.id)" \
    "201  $omar_id" 'the same key and body of another user make his own'
req POST "/api/khatmas/$khatma/intentions/" '{"intention": ["canary"]}' \
    "$omar_token" -H 'Idempotency-Key: wish'
is "$status $(field .code)" '403 members_only' \
    'and what he may not do he may not with a key either'
req GET /api/user/me/export/ '' "$ali_token"
is "$(field '.idempotency_keys | map([.key, .status, (.answer | fromjson |
    .name // .intention[0])] | map(tostring) | join(" ")) | join("; ")')" \
    'same 201 Canary; wish 201 canary' 'they are in the export'
req GET /api/user/me/export/ '' "$omar_token"
is "$(field '[.idempotency_keys[].answer] | join(" ")' | grep -c '"canary"')" \
    0 "and not in another's"

# A right that is lost is no matter: the answer is of when it was there.
req POST "/api/khatmas/$khatma/join/" '' "$omar_token" \
    -H 'Idempotency-Key: join'
req DELETE "/api/khatmas/$khatma/leave/" '' "$omar_token"
req POST "/api/khatmas/$khatma/join/" '' "$omar_token" \
    -H 'Idempotency-Key: join'
is "$status $(header Idempotency-Replayed)" '201 true' \
    'a stored answer says what was true then'
is "$(db "SELECT COUNT(*) FROM memberships WHERE khatma_id = $khatma
    AND user_id = $omar_id")" 0 'and does nothing now'

# --- Deletion ----------------------------------------------------------------

req DELETE /api/user/me/ "{\"password\": \"$ali_password\"}" "$ali_token"
wants 204 'an account is deleted'
is "$(answers_of "$ali_id") $(db "SELECT COUNT(*) FROM idempotency_keys
    WHERE user_id = $ali_id")" '0 0' 'its answers go with it'
is "$(answers_of "$omar_id")" 2 "others' stay"
req POST /api/khatmas/ '{"name": "Canary", "khatma_type": "group",
    "is_public": true}' "$ali_token" -H 'Idempotency-Key: same'
is "$status $(field .code)" '401 token_invalid' 'nobody is answered with them'

# One that is being worked on while its account goes.
new_user zayd
req POST /api/khatmas/ '{"name": "Z", "khatma_type": "group"}' "$omar_token"
other=$(field .id)
req POST "/api/khatmas/$other/invitations/" '' "$omar_token"
code=$(field .code)
hold "SELECT id FROM khatmas WHERE id = $other FOR UPDATE"
(
	body=$scratch/first headers=$scratch/first.headers
	req POST "/api/khatmas/$other/join/" "{\"invite_code\": \"$code\"}" \
	    "$zayd_token" -H 'Idempotency-Key: late'
	echo "$status $(field .code)" >"$scratch/first.status"
) &
first=$!
ok 'a join waits' wait_for waiting
req DELETE /api/user/me/ "{\"password\": \"$zayd_password\"}" "$zayd_token"
wants 204 'while its account is deleted'
let_go
wait $first
is "$(cat "$scratch/first.status")" '401 token_invalid' \
    'then it is not done'
is "$(db "SELECT COUNT(*) FROM idempotency_keys WHERE idem_key = 'late'")" 0 \
    'and nothing is stored of it'
is "$(fsck)" '' 'all rules hold'

done_testing
