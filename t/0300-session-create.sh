#!/bin/sh
# A member writes down what was read: a claim of one's own is completed, a free
# chapter is claimed and completed at once, or claimed only.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# session TOKEN JSON
session() {
	req POST "/api/khatmas/$id/sessions/" "$2" "$1"
}

# chapter N: its state and reader, and whether its three marks are set
chapter() {
	db "SELECT CONCAT_WS(' ', state, reader_id, claimed_at IS NOT NULL,
	    completed_at IS NOT NULL, session_id IS NOT NULL) FROM chapters
	    WHERE khatma_id = $id AND number = $1"
}

new_user aisha
new_user omar 'Omar'
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST "/api/khatmas/$id/join/" '{"chapter": 7}' "$omar_token"
is "$(chapter 7)" "claimed $omar_id 1 0 0" 'he has a claim'

before=$(date +%s)
session "$omar_token" '{"chapter_assigned": 7, "is_completed": true}'
after=$(date +%s)
wants 201 'the request of the API document is taken'
is "$(header Location)" "/api/khatmas/$id/sessions/" \
    'Location leads to the sessions'
for member in id user khatma chapter_assigned is_completed reading_date \
    created_at; do
	is "$(field "has(\"$member\")")" true "the session has its $member"
done
is "$(field '[.user, .khatma, .chapter_assigned, .is_completed] | tojson')" \
    "[{\"id\":$omar_id,\"fullname\":\"Omar\"},$id,7,true]" 'as it was'
like "$(field '.reading_date, .created_at' | tr '\n' ' ')" \
    '^(20[0-9-]{8}T[0-9:]{8}(\.[0-9]+)?Z ){2}$' 'its times are ISO 8601 in UTC'
is "$(field "[.reading_date, .created_at | .[:19] + \"Z\" | fromdate |
    . >= $before - 1 and . <= $after + 1] | tojson")" '[true,true]' \
    'and say that it is now'
is "$(chapter 7)" "completed $omar_id 1 1 1" 'his claim is completed'

session "$omar_token" '{"chapter_assigned": 8, "is_completed": true}'
is "$status $(field .is_completed)" '201 true' 'a free chapter can be read'
is "$(chapter 8)" "completed $omar_id 1 1 1" 'it is claimed and completed'
session "$omar_token" '{"chapter_assigned": 9}'
is "$status $(field .is_completed)" '201 true' \
    'is_completed that is left out is true'
is "$(chapter 9)" "completed $omar_id 1 1 1" 'and does the same'
session "$omar_token" '{"chapter_assigned": 10, "is_completed": false}'
is "$status $(field .is_completed)" '201 false' 'a free chapter can be begun'
is "$(chapter 10)" "claimed $omar_id 1 0 0" 'which claims it'
session "$aisha_token" '{"chapter_assigned": "11", "khatma": 1, "user": 1}'
is "$status $(field '[.chapter_assigned, .khatma, .user.id] | tojson')" \
    "201 [11,$id,$aisha_id]" \
    'digits in a string are a number, and unknown keys are ignored'

req GET "/api/khatmas/$id/" '' "$omar_token"
is "$(field '[.chapters_completed, .completion_percentage, .chapter_assigned,
    .status] | tojson')" '[4,13.3,10,"active"]' 'the khatma follows'
is "$(field '.my_chapters | tojson')" '[7,8,9,10]' 'they are his chapters'
req GET /api/stats/user/ '' "$omar_token"
is "$(field '[.total_chapters_read, .distinct_chapters_read] | tojson')" \
    '[3,3]' 'and so do his statistics'
req GET /api/notifications/ '' "$omar_token"
is "$(field '[.[] | select(.notification_type == "chapter_completed")]
    | length')" 3 'he is told of each'
req GET /api/notifications/ '' "$aisha_token"
is "$(field '[.[] | select(.notification_type == "chapter_completed")]
    | length')" 4 'the creator as well, and once of her own'

req POST /api/khatmas/ '{"name": "Own"}' "$aisha_token"
id=$(field .id)
session "$aisha_token" '{"chapter_assigned": 1}'
wants 201 'a private khatma is read just so'

done_testing
