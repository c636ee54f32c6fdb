#!/bin/sh
# The creator changes a khatma with PUT or PATCH, pauses it and sets it going
# again; nobody else does, and what was not sent stays.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# change METHOD JSON TOKEN
change() {
	req "$1" "/api/khatmas/$id/" "$2" "$3"
}

says() {
	is "$(field "($1) | tojson")" "$2" "$3"
}

new_user aisha
new_user omar
new_user zayd
req POST /api/khatmas/ '{"name": "First", "description": "Text",
    "khatma_type": "group", "target_days": 10, "is_public": true}' \
    "$aisha_token"
id=$(field .id)
made=$(field .created_at)
members=$(field 'keys | tojson')
req POST "/api/khatmas/$id/join/" '' "$omar_token"

change PATCH '{"name": "Second"}' "$aisha_token"
wants 200 'PATCH changes a name'
says keys "$members" 'the answer is the whole object'
says '[.name, .description, .khatma_type, .target_days, .is_public, .division,
    .status]' '["Second","Text","group",10,true,"juz","active"]' \
    'and the rest is as it was'
says '.created_at' "\"$made\"" 'it was made when it was made'
like "$(field '.updated_at > .created_at')" true 'and changed later'
change PATCH '{"description": "", "target_days": "20", "is_public": false}' \
    "$aisha_token"
wants 200 'PATCH changes several at once'
says '[.name, .description, .target_days, .is_public]' \
    '["Second","",20,false]' 'as sent'
says '[.end_date, .start_date | strptime("%Y-%m-%d") | mktime / 86400]
    | .[0] - .[1]' 20 'the end moves with the target'
change PATCH '{"description": null}' "$aisha_token"
wants 200 'a description may be null'
says .description '""' 'which is an empty one'
change PATCH '{}' "$aisha_token"
wants 200 'PATCH with nothing changes nothing'
says '[.name, .target_days]' '["Second",20]' 'indeed'
change PUT '{"name": "Third", "description": "More", "khatma_type": "group",
    "target_days": 5, "is_public": true, "division": "juz",
    "status": "active"}' "$aisha_token"
wants 200 'PUT changes all'
says '[.name, .description, .target_days, .is_public]' \
    '["Third","More",5,true]' 'as sent'
change PATCH '{"id": 1, "creator": 1, "start_date": "2000-01-01",
    "chapters_completed": 30, "created_at": "x"}' "$aisha_token"
wants 200 'what cannot be set is ignored'
says '[.id, .creator.id, .chapters_completed, .created_at]' \
    "[$id,$aisha_id,0,\"$made\"]" 'and stays'

change PATCH '{"status": "paused"}' "$aisha_token"
is "$status $(field .status)" '200 paused' 'it can be paused'
change PATCH '{"status": "paused"}' "$aisha_token"
is "$status $(field .status)" '200 paused' 'also twice'
change PATCH '{"name": "Asleep"}' "$aisha_token"
is "$status $(field .name)" '200 Asleep' 'and be changed then'
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 1}' "$omar_token"
is "$status $(field .code)" '400 khatma_paused' 'nobody reads in it'
req POST "/api/khatmas/$id/join/" '' "$zayd_token"
is "$status $(field .code)" '400 khatma_paused' 'nor joins'
change PATCH '{"status": "active"}' "$aisha_token"
is "$status $(field .status)" '200 active' 'it can go on'
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 1}' "$omar_token"
wants 201 'and be read in'

before=$(req GET "/api/khatmas/$id/" '' "$aisha_token"; cat "$body")
for method in PUT PATCH; do
	change $method '{"name": "Theirs"}' "$omar_token"
	is "$status $(field .code)" '403 creator_only' \
	    "$method: a member does not change it"
	change $method '{"name": "Theirs"}' "$zayd_token"
	is "$status $(field .code)" '403 creator_only' \
	    "$method: nor does an outsider"
	change $method '{"name": "Theirs"}' ''
	wants 401 "$method: nor nobody"
	change $method '' "$aisha_token"
	is "$status $(field .code)" '400 body_missing' "$method: without a body"
	req $method /api/khatmas/999999999999/ '{"name": "x"}' "$aisha_token"
	is "$status $(field .code)" '404 khatma_not_found' \
	    "$method: one that is not there"
done
is "$(req GET "/api/khatmas/$id/" '' "$aisha_token"; cat "$body")" "$before" \
    'nothing of that changed it'

req POST /api/khatmas/ '{"name": "Own"}' "$aisha_token"
id=$(field .id)
change PATCH '{"is_public": true}' "$aisha_token"
is "$status $(field '.errors | keys | tojson')" '400 ["is_public"]' \
    'a private one is not made public'
change PATCH '{"is_public": true, "khatma_type": "group"}' "$aisha_token"
is "$status $(field .khatma_type)" '200 group' 'unless it becomes a group'
change PATCH '{"khatma_type": "private"}' "$aisha_token"
is "$status $(field '.errors | keys | tojson')" '400 ["is_public"]' \
    'nor a public one private'
change PATCH '{"khatma_type": "private", "is_public": false}' "$aisha_token"
is "$status $(field '.khatma_type')" '200 private' 'unless it is hidden, too'
change PATCH '{"name": "Mine"}' "$omar_token"
is "$status $(field .code)" '403 forbidden' 'which others have no access to'

seq 30 | sed "s|.*|POST /api/khatmas/$id/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &}|" | together
for to in active paused; do
	change PATCH "{\"status\": \"$to\"}" "$aisha_token"
	is "$status $(field .code)" '400 khatma_completed' \
	    "a completed one is not made $to"
done
change PATCH '{"name": "Read", "description": "Thanks"}' "$aisha_token"
is "$status $(field '[.name, .status] | tojson')" '200 ["Read","completed"]' \
    'but may have another name'

done_testing
