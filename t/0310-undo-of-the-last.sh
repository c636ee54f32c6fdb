#!/bin/sh
# Who undoes a chapter of a completed khatma opens it again: its completion, the
# awards and the news of it are taken back, and come again with the next.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# session TOKEN JSON
session() {
	req POST "/api/khatmas/$id/sessions/" "$2" "$1"
}

# state TOKEN: of the khatma, and what its reader has of its completion
state() {
	req GET "/api/khatmas/$id/" '' "$1"
	field '"\(.status) \(.chapters_completed)"'
	req GET /api/achievements/ '' "$1"
	field '[.[].achievement_type] | join(" ")'
	req GET /api/notifications/ '' "$1"
	field '[.[].notification_type] | map(select(. == "khatma_completed" or
	    . == "achievement_earned")) | sort | join(" ")'
	req GET /api/user/me/ '' "$1"
	field .total_khatmas_completed
	req GET /api/stats/user/ '' "$1"
	field '[.completed_khatmas, .completion_rate, .achievements_count]
	    | join(" ")'
}

completed='completed 30
first_khatma
achievement_earned khatma_completed
1
1 100 1'
active='active 29


0
0 0 0'

new_user aisha
new_user omar
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST "/api/khatmas/$id/join/" '{"chapter": 1}' "$omar_token"
session "$omar_token" '{"chapter_assigned": 1}'
seq 2 29 | sed "s|.*|POST /api/khatmas/$id/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &}|" | together
is "$(state "$aisha_token")" "$active" 'one chapter is open'

session "$aisha_token" '{"chapter_assigned": 30}'
wants 201 'it is read'
is "$(state "$aisha_token")" "$completed" 'she has completed a khatma'
is "$(state "$omar_token")" "$completed" 'and so has he'

session "$aisha_token" '{"chapter_assigned": 30, "is_completed": false}'
wants 200 'she undoes it'
is "$(state "$aisha_token")" "$active" 'then she has completed none'
is "$(state "$omar_token")" "$active" 'nor has he'
is "$(db "SELECT completed_at IS NULL AND completed_by IS NULL FROM khatmas
    WHERE id = $id")" 1 'the khatma has no end'
session "$aisha_token" '{"chapter_assigned": 30}'
wants 200 'she reads it after all'
is "$(state "$aisha_token")" "$completed" 'all of it comes back'
is "$(state "$omar_token")" "$completed" 'for him as well'

session "$omar_token" '{"chapter_assigned": 1, "is_completed": false}'
wants 200 'he undoes a chapter that was not the last'
is "$(state "$omar_token")" "$active" 'which also opens the khatma for him'
is "$(state "$aisha_token")" "$active" 'and for her'
session "$omar_token" '{"chapter_assigned": 1}'
wants 200 'and he reads it'
is "$(state "$omar_token")" "$completed" 'then he has completed it'
is "$(state "$aisha_token")" "$completed" 'and she, each once'
is "$(db "SELECT COUNT(*) FROM notifications WHERE khatma_id = $id
    AND notification_type = 'khatma_completed'")" 2 \
    'one piece of news of it for each'

db "UPDATE chapters SET claimed_at = claimed_at - INTERVAL 2 DAY,
    completed_at = completed_at - INTERVAL 2 DAY WHERE khatma_id = $id"
session "$omar_token" '{"chapter_assigned": 1, "is_completed": false}'
is "$status $(field .code)" '400 undo_too_late' 'after a day it stays completed'
is "$(state "$omar_token")" "$completed" 'with all that belongs to it'

# The juz that were read: all thirty of them are an award, too.
new_user zayd
req POST /api/khatmas/ '{"name": "Own"}' "$zayd_token"
id=$(field .id)
seq 30 | sed "s|.*|POST /api/khatmas/$id/sessions/ $zayd_token $(
    ){\"chapter_assigned\": &}|" | together
req GET /api/achievements/ '' "$zayd_token"
is "$(field '[.[].achievement_type] | sort | join(" ")')" \
    'chapter_master first_khatma' 'who reads all alone has two awards'
for chapter in 1 30; do
	session "$zayd_token" "{\"chapter_assigned\": $chapter,
	    \"is_completed\": false}"
	req GET /api/achievements/ '' "$zayd_token"
	is "$(field tojson)" '[]' "and none without chapter $chapter"
	req GET /api/notifications/ '' "$zayd_token"
	is "$(field '[.[].notification_type] | unique | tojson')" \
	    '["chapter_completed"]' 'nor news of one'
	session "$zayd_token" "{\"chapter_assigned\": $chapter}"
	req GET /api/achievements/ '' "$zayd_token"
	is "$(field '[.[].achievement_type] | sort | join(" ")')" \
	    'chapter_master first_khatma' 'and both again with it'
done

done_testing
