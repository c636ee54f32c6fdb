#!/bin/sh
# Whoever joins a public group gets its lowest free chapter, or the one asked
# for. Who is in already, and a group that is full, paused or read, is refused.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# join TOKEN [JSON]
join() {
	req POST "/api/khatmas/$id/join/" "${2-}" "$1"
}

# refused TOKEN JSON CODE NAME
refused() {
	join "$1" "$2"
	is "$status $(field .code)" "400 $3" "$4"
}

# group_of TOKEN
group_of() {
	req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
	    "is_public": true}' "$1"
	id=$(field .id)
}

# leave TOKEN
leave() {
	req DELETE "/api/khatmas/$id/leave/" '' "$1"
}

new_user aisha
new_user omar
new_user zayd
new_user hind

group_of "$aisha_token"
join "$omar_token"
wants 201 'a public group can be joined'
is "$(field tojson)" \
    '{"message":"Successfully joined khatma","chapter_assigned":1}' \
    'the first comer has the first chapter'
like "$(header Location)" "^/api/khatmas/$id/\$" 'Location leads to the group'
join "$zayd_token" '{"chapter": 3}'
is "$status $(field .chapter_assigned)" '201 3' 'a chapter can be asked for'
refused "$hind_token" '{"chapter": 3}' chapter_taken 'but not one that is taken'
join "$hind_token" '{}'
is "$status $(field .chapter_assigned)" '201 2' 'the lowest free one is next'
req GET "/api/khatmas/$id/" '' "$hind_token"
is "$(field '[.participants_count, .is_participant, .my_chapters] | tojson')" \
    '[4,true,[2]]' 'she is a member with her chapter'
is "$(field '[.chapters[:4][] | .reader.id] | tojson')" \
    "[$omar_id,$hind_id,$zayd_id,null]" 'the board says who has which'
req GET /api/notifications/ '' "$hind_token"
is "$(field '[.[] | [.notification_type, .related_khatma]] | tojson')" \
    "[[\"chapter_assigned\",$id]]" 'and she is told of it'

refused "$hind_token" '' already_member 'nobody joins twice'
refused "$hind_token" '{"chapter": 9}' already_member 'not for another chapter'
refused "$aisha_token" '' already_member 'its creator is in from the start'
is "$(db "SELECT COUNT(*) FROM chapters WHERE khatma_id = $id
    AND state = 'claimed'")" 3 'and no chapter is taken by that'
leave "$hind_token"

for chapter in 0 31 -1 1.5 '"x"' '""' '[5]' true '{}'; do
	join "$hind_token" "{\"chapter\": $chapter}"
	is "$status $(field '.code + " " + (.errors | keys | tojson)')" \
	    '400 validation_error ["chapter"]' "there is no chapter $chapter"
done
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 7}' "$omar_token"
refused "$hind_token" '{"chapter": 7}' chapter_completed \
    'one that is read is not given'
is "$(db "SELECT COUNT(*) FROM memberships WHERE khatma_id = $id
    AND user_id = $hind_id")" 0 'who was refused is no member'
join "$hind_token" '{"chapter": "5", "extra": 1}'
is "$status $(field .chapter_assigned)" '201 5' \
    'digits in a string are a number'
leave "$hind_token"
join "$hind_token" '{"chapter": null, "invite_code": "unneeded"}'
is "$status $(field .chapter_assigned)" '201 2' \
    'null asks for none, and an open door needs no code'
leave "$hind_token"
join "$hind_token" 'not json'
is "$status $(field .code)" '400 body_not_json' 'a body is JSON'

req PATCH "/api/khatmas/$id/" '{"status": "paused"}' "$aisha_token"
refused "$hind_token" '' khatma_paused 'a paused one is not joined'
req PATCH "/api/khatmas/$id/" '{"status": "active"}' "$aisha_token"
seq 30 | sed "s|.*|POST /api/khatmas/$id/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &, \"is_completed\": false}|" | together
refused "$hind_token" '' khatma_full 'nor one that is full'
is "$(field .detail)" 'All chapters are already assigned' \
    'in the words of the API document'
refused "$hind_token" '{"chapter": 9}' khatma_full 'whichever is asked for'
leave "$zayd_token"
join "$hind_token"
is "$status $(field .chapter_assigned)" '201 3' \
    'until somebody leaves: then that chapter is to be had'

group_of "$aisha_token"
seq 30 | sed "s|.*|POST /api/khatmas/$id/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &}|" | together
refused "$omar_token" '' khatma_completed 'nor one that is read'

join ''
wants 401 'without a token nobody joins'
req POST /api/khatmas/999999999999/join/ '' "$omar_token"
is "$status $(field .code)" '404 khatma_not_found' \
    'nor what is not there'
req GET "/api/khatmas/$id/join/" '' "$omar_token"
is "$status $(header Allow)" '405 POST, OPTIONS' 'joining is a POST'

done_testing
