#!/bin/sh
# A group that is not public is joined with a code that its creator gives.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# join TOKEN [JSON], invite TOKEN
join() {
	req POST "/api/khatmas/$id/join/" "${2-}" "$1"
}

invite() {
	req POST "/api/khatmas/$id/invitations/" '' "$1"
}

# refused TOKEN JSON CODE NAME
refused() {
	join "$1" "$2"
	is "$status $(field .code)" "403 $3" "$4"
}

new_user aisha
new_user omar
new_user zayd
new_user hind
req POST /api/khatmas/ '{"name": "Other", "khatma_type": "group"}' \
    "$aisha_token"
id=$(field .id)
invite "$aisha_token"
other=$(field .invite_code)
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' "$aisha_token"
id=$(field .id)

invite "$aisha_token"
wants 201 'the creator invites'
is "$(field .khatma)" "$id" 'to this khatma'
code=$(field .invite_code)
like "$code" '^[0-9A-Za-z_-]{16,}$' 'with a code that cannot be guessed'
invite "$aisha_token"
second=$(field .invite_code)
isnt "$second" "$code" 'and with another one next time'

refused "$omar_token" '' invitation_needed 'without a code nobody comes in'
refused "$omar_token" '{"invite_code": ""}' invitation_needed \
    'nor with an empty one'
refused "$omar_token" '{"invite_code": null}' invitation_needed 'nor with null'
refused "$omar_token" '{"invite_code": "0000000000000000000f"}' \
    invitation_invalid 'nor with a made-up one'
refused "$omar_token" "{\"invite_code\": \"$other\"}" invitation_invalid \
    'nor with that of another khatma'
refused "$omar_token" "{\"invite_code\": \"${code%?}\"}" invitation_invalid \
    'nor with a part'
refused "$omar_token" '{"invite_code": "%"}' invitation_invalid \
    'nor with a pattern'
refused "$omar_token" '{"invite_code": "'"'"' OR 1=1 -- "}' \
    invitation_invalid 'nor with SQL'
refused "$omar_token" '{"invite_code": "رمز"}' invitation_invalid \
    'nor with one in other letters'
for wrong in 7 '["x"]' true "\"$(printf '%065d' 0)\""; do
	join "$omar_token" "{\"invite_code\": $wrong}"
	is "$status $(field '.errors | keys | tojson')" \
	    '400 ["invite_code"]' 'nor with what is no code'
done
req GET "/api/khatmas/$id/" '' "$omar_token"
wants 403 'he does not even see it'
is "$(db "SELECT COUNT(*) FROM memberships WHERE khatma_id = $id")" 1 \
    'nobody got in'

join "$omar_token" "{\"invite_code\": \"$code\"}"
is "$status $(field .chapter_assigned)" '201 1' 'with the code he comes in'
req GET "/api/khatmas/$id/" '' "$omar_token"
wants 200 'and sees it'
join "$omar_token" "{\"invite_code\": \"$code\"}"
is "$status $(field .code)" '400 already_member' 'once'
join "$zayd_token" "{\"invite_code\": \"$code\", \"chapter\": 7}"
is "$status $(field .chapter_assigned)" '201 7' \
    'a code is for several, and goes with a chapter'
join "$hind_token" "{\"invite_code\": \"$second\"}"
wants 201 'every code that was given is good'
req DELETE "/api/khatmas/$id/leave/" '' "$hind_token"
refused "$hind_token" '' invitation_needed 'who left needs it again'

req PATCH "/api/khatmas/$id/" '{"status": "paused"}' "$aisha_token"
join "$hind_token" "{\"invite_code\": \"$code\"}"
is "$status $(field .code)" '400 khatma_paused' 'a code opens no paused khatma'
refused "$hind_token" '' invitation_needed \
    'and who has none is not told that it is paused'

invite "$omar_token"
is "$status $(field .code)" '403 creator_only' 'a member does not invite'
invite "$hind_token"
is "$status $(field .code)" '403 forbidden' 'nor does an outsider'
invite ''
wants 401 'nor nobody'
req GET "/api/khatmas/$id/invitations/" '' "$omar_token"
is "$status $(header Allow)" '405 POST, OPTIONS' 'codes are not listed'
id=999999999999
invite "$aisha_token"
is "$status $(field .code)" '404 khatma_not_found' 'nor to what is not there'

req POST /api/khatmas/ '{"name": "Own"}' "$aisha_token"
id=$(field .id)
invite "$aisha_token"
is "$status $(field .code)" '400 private_not_shared' \
    'nobody is invited to a private khatma'
refused "$omar_token" "{\"invite_code\": \"$code\"}" forbidden \
    'and no code opens one'
req PATCH "/api/khatmas/$id/" '{"khatma_type": "group"}' "$aisha_token"
invite "$aisha_token"
code=$(field .invite_code)
req PATCH "/api/khatmas/$id/" '{"khatma_type": "private"}' "$aisha_token"
refused "$omar_token" "{\"invite_code\": \"$code\"}" forbidden \
    'not even one from when it was a group'

done_testing
