#!/bin/sh
# The detail of a khatma shows who takes part, the board with every chapter's
# state and reader, the latest sessions, and what the reader has and may do.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# show TOKEN: the khatma
show() {
	req GET "/api/khatmas/$id/" '' "$1"
	[ "$status" = 200 ] || diag "show: $(cat "$body")"
}

# says JQ WANT NAME
says() {
	is "$(field "($1) | tojson")" "$2" "$3"
}

new_user aisha 'Aisha'
new_user omar 'Omar'
new_user zayd 'Zayd'
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)

show "$aisha_token"
says '.participants | map({id, fullname, is_creator, chapters})' \
    "[{\"id\":$aisha_id,\"fullname\":\"Aisha\",\"is_creator\":true,$(
    )\"chapters\":[]}]" 'a new one has its creator'
says '[.is_participant, .can_join, .my_chapters, .recent_sessions]' \
    '[true,false,[],[]]' 'who has nothing yet and need not join'
says '.available_chapters | length' 30 'all chapters are to be had'
show "$zayd_token"
says '[.is_participant, .can_join, .my_chapters, .chapter_assigned]' \
    '[false,true,[],null]' 'somebody else may join'

req POST "/api/khatmas/$id/join/" '{"chapter": 4}' "$omar_token"
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 2}' "$omar_token"
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 30,
    "is_completed": false}' "$omar_token"

show "$omar_token"
says '[.participants[] | [.id, .is_creator, .chapters]]' \
    "[[$aisha_id,true,[]],[$omar_id,false,[2,4,30]]]" \
    'participants stand in the order in which they came, with what they have'
like "$(field '.participants[1].joined_at')" '^20[0-9-]+T[0-9:.]+Z$' \
    'and when that was'
says '.participants | map(keys) | unique' \
    '[["chapters","fullname","id","is_creator","joined_at"]]' \
    'and nothing else is told of them'
says '[.is_participant, .can_join]' '[true,false]' 'a member may not join again'
says .my_chapters '[2,4,30]' 'my_chapters are the reader'"'"'s own'
says .chapter_assigned 4 'chapter_assigned is the lowest that is open'
says '[range(1; 31)] - .available_chapters' '[2,4,30]' \
    'available_chapters are the others'
says '[.chapters[] | select(.state == "completed") | .chapter]' '[2]' \
    'the board knows what is read'
says '[.chapters[] | select(.state == "claimed") | .chapter]' '[4,30]' \
    'and what is claimed'
says '[.chapters[1,3] | .reader]' \
    "[{\"id\":$omar_id,\"fullname\":\"Omar\"},{\"id\":$omar_id,$(
    )\"fullname\":\"Omar\"}]" 'and by whom'
says '.chapters[0].reader' null 'a free one has no reader'
says '[.participants_count, .chapters_completed, .completion_percentage]' \
    '[2,1,3.3]' 'the numbers follow'
says '[.recent_sessions[] | [.chapter_assigned, .is_completed, .user.id]]' \
    "[[30,false,$omar_id],[2,true,$omar_id]]" \
    'recent sessions come newest first'

show "$aisha_token"
says '[.my_chapters, .chapter_assigned]' '[[],null]' \
    'another member has others, or none'
show "$zayd_token"
says '[.my_chapters, (.participants | length)]' '[[],2]' \
    'an outsider sees the same of a public one'
says '.chapters | length' 30 'with the board'

seq 3 14 | sed "s|.*|POST /api/khatmas/$id/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &}|" | together
is "$(grep -c ' 201$' "$answers/codes")" 11 'eleven more are read'
show "$aisha_token"
says '.recent_sessions | length' 10 'ten sessions are recent'
says '[.recent_sessions[].reading_date] | . == (sort | reverse)' true \
    'the newest ten, newest first'
says '.recent_sessions | map(.user.id) | unique' "[$aisha_id]" \
    'and older ones are gone'

req PATCH "/api/khatmas/$id/" '{"status": "paused"}' "$aisha_token"
show "$zayd_token"
says .can_join false 'nobody may join one that is paused'
req PATCH "/api/khatmas/$id/" '{"status": "active"}' "$aisha_token"
seq 30 | sed "s|.*|POST /api/khatmas/$id/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &, \"is_completed\": false}|" | together
show "$zayd_token"
says '[.can_join, .available_chapters]' '[false,[]]' 'nor one that is full'

db "UPDATE khatmas SET start_date = start_date - INTERVAL 31 DAY
    WHERE id = $id"
show "$zayd_token"
says '[.is_overdue, .days_remaining]' '[true,0]' \
    'after its last day it is overdue'

req GET "/api/khatmas/$id/"
wants 401 'a token is needed'
for missing in 999999999999 9223372036854775807; do
	req GET "/api/khatmas/$missing/" '' "$aisha_token"
	is "$status $(field .code)" '404 khatma_not_found' \
	    "$missing is not there"
done
for path in 0 -1 01 x 1x 9223372036854775808 1.0 %31/x; do
	req GET "/api/khatmas/$path/" '' "$aisha_token"
	is "$status $(field .code)" '404 not_found' "$path is no id"
done

done_testing
