#!/bin/sh
# A member may leave: claims go back to the pool, what was read stays read. Who
# comes back finds it.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# leave TOKEN
leave() {
	req DELETE "/api/khatmas/$id/leave/" '' "$1"
}

# board TOKEN: state and reader of the first four chapters
board() {
	req GET "/api/khatmas/$id/" '' "$1"
	field '[.chapters[:4][] | "\(.state) \(.reader.id)"] | join(", ")'
}

new_user aisha
new_user omar
new_user zayd
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST "/api/khatmas/$id/join/" '' "$omar_token"
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 2}' "$omar_token"
session=$(field .id)
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 3,
    "is_completed": false}' "$omar_token"
req POST "/api/khatmas/$id/intentions/" '{"intention": ["Secret"]}' \
    "$omar_token"
is "$(board "$omar_token")" "claimed $omar_id, completed $omar_id, $(
    )claimed $omar_id, free null" 'he has two claims and has read one chapter'

leave "$omar_token"
is "$status $(field tojson)" '200 {"message":"Successfully left khatma"}' \
    'he may leave'
is "$(board "$aisha_token")" "free null, completed $omar_id, $(
    )free null, free null" 'his claims are free, what he read stays read'
is "$(field '[.participants_count, .chapters_completed,
    (.available_chapters | length), .participants[].id] | tojson')" \
    "[1,1,29,$aisha_id]" 'the numbers follow'
is "$(field '.chapters[1].reader.fullname')" 'Reader omar' \
    'with his name on it'
req GET /api/sessions/ '' "$omar_token"
is "$(field '[.[] | [.id, .is_completed]] | tojson')" "[[$session,true]]" \
    'his log keeps what he read, not what he had begun'
req GET '/api/khatmas/?filter=my_khatmas' '' "$omar_token"
is "$(field length)" 0 'the khatma is none of his'

leave "$omar_token"
is "$status $(field .code)" '404 not_member' 'nobody leaves twice'
leave "$zayd_token"
is "$status $(field .code)" '404 not_member' 'nor what he was not in'
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 2,
    "is_completed": false}' "$omar_token"
is "$status $(field .code)" '403 members_only' \
    'who left writes no sessions, not even an undo'
req GET "/api/khatmas/$id/intentions/" '' "$omar_token"
wants 403 'and reads no intentions'

req POST "/api/khatmas/$id/join/" '' "$zayd_token"
is "$status $(field .chapter_assigned)" '201 1' 'his first claim is to be had'
req POST "/api/khatmas/$id/join/" '' "$omar_token"
is "$status $(field .chapter_assigned)" '201 3' 'he may come back'
req GET "/api/khatmas/$id/" '' "$omar_token"
is "$(field '[.my_chapters, .participants_count] | tojson')" '[[2,3],3]' \
    'what he had read is still his'
is "$(field '.participants[-1].id')" "$omar_id" 'and he is the youngest member'
req GET "/api/khatmas/$id/intentions/" '' "$omar_token"
is "$status $(field '.intention | tojson')" '200 []' \
    'his intentions went when he left'

req PATCH "/api/khatmas/$id/" '{"status": "paused"}' "$aisha_token"
leave "$zayd_token"
wants 200 'a paused khatma can be left'

leave ''
wants 401 'without a token nobody leaves'
req DELETE /api/khatmas/999999999999/leave/ '' "$omar_token"
is "$status $(field .code)" '404 khatma_not_found' 'nor what is not there'
req POST "/api/khatmas/$id/leave/" '' "$omar_token"
is "$status $(header Allow)" '405 DELETE, OPTIONS' 'leaving is a DELETE'

done_testing
