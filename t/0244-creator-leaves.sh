#!/bin/sh
# A creator who leaves hands the khatma over to its oldest member. Where nobody
# else is, it is deleted.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# leave TOKEN
leave() {
	req DELETE "/api/khatmas/$id/leave/" '' "$1"
}

new_user aisha
new_user omar
new_user zayd 'Zayd'
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST "/api/khatmas/$id/join/" '' "$zayd_token"
req POST "/api/khatmas/$id/join/" '' "$omar_token"
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 9}' "$aisha_token"
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 10,
    "is_completed": false}' "$aisha_token"

leave "$aisha_token"
wants 200 'the creator leaves'
req GET "/api/khatmas/$id/" '' "$omar_token"
is "$(field '.creator | tojson')" "{\"id\":$zayd_id,\"fullname\":\"Zayd\"}" \
    'the oldest member is the creator now'
is "$(field '[.participants[] | [.id, .is_creator]] | tojson')" \
    "[[$zayd_id,true],[$omar_id,false]]" 'and the members know'
is "$(field '[.participants_count, .chapters_completed, .chapters[9].state,
    .chapters[8].reader.id] | tojson')" "[2,1,\"free\",$aisha_id]" \
    'her claim is free, what she read stays'
req PATCH "/api/khatmas/$id/" '{"name": "His"}' "$zayd_token"
wants 200 'he may change it'
req PATCH "/api/khatmas/$id/" '{"name": "Hers"}' "$aisha_token"
is "$status $(field .code)" '403 creator_only' 'she may not any more'
req DELETE "/api/khatmas/$id/" '' "$aisha_token"
wants 403 'nor delete it'
req POST "/api/khatmas/$id/join/" '' "$aisha_token"
is "$status $(field .chapter_assigned)" '201 3' 'she may come back'
req PATCH "/api/khatmas/$id/" '{"name": "Hers"}' "$aisha_token"
is "$status $(field .code)" '403 creator_only' 'as a member among others'
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 11}' "$omar_token"
req GET /api/notifications/ '' "$zayd_token"
is "$(field '[.[] | select(.notification_type == "chapter_completed")]
    | length')" 1 'the new creator is told what is read'

leave "$omar_token"
leave "$aisha_token"
req GET "/api/khatmas/$id/" '' "$zayd_token"
is "$(field '.creator.id')" "$zayd_id" 'members who leave change no creator'
leave "$zayd_token"
wants 200 'the last one leaves'
req GET "/api/khatmas/$id/" '' "$zayd_token"
is "$status $(field .code)" '404 khatma_not_found' 'and it is deleted'
req GET /api/sessions/ '' "$omar_token"
is "$(field '[.[] | [.chapter_assigned, .khatma]] | tojson')" '[[11,null]]' \
    'what was read in it stays in the logs'

req POST /api/khatmas/ '{"name": "Own"}' "$omar_token"
id=$(field .id)
leave "$aisha_token"
is "$status $(field .code)" '403 forbidden' 'nobody leaves another'"'"'s own'
leave "$omar_token"
wants 200 'a private khatma can be left'
req GET "/api/khatmas/$id/" '' "$omar_token"
wants 404 'by which it ends'

done_testing
