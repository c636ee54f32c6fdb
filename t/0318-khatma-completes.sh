#!/bin/sh
# Reading the last open chapter completes the khatma. After that nothing is read
# in it; only the request that completed it may come again.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# session TOKEN JSON
session() {
	req POST "/api/khatmas/$id/sessions/" "$2" "$1"
}

# refused TOKEN JSON NAME
refused() {
	session "$1" "$2"
	is "$status $(field .code)" '400 khatma_completed' "$3"
}

new_user aisha
new_user omar
new_user zayd
new_user hind
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
for token in "$omar_token" "$zayd_token"; do
	req POST "/api/khatmas/$id/join/" '' "$token"
done
# One instant for all, so that midnight parts nothing.
now=$(date -u +%FT%TZ)
seq 2 29 | sed "s|.*|POST /api/khatmas/$id/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &}|" | together
req DELETE "/api/khatmas/$id/leave/" '' "$zayd_token"
session "$aisha_token" "{\"chapter_assigned\": 30,
    \"reading_date\": \"$now\"}"
req GET "/api/khatmas/$id/" '' "$aisha_token"
is "$(field '[.status, .chapters_completed] | tojson')" '["active",28]' \
    'two claims are open'
session "$aisha_token" '{"chapter_assigned": 2}'
wants 201 'one of them is free again and is read'

last="{\"chapter_assigned\": 1, \"reading_date\": \"$now\"}"
session "$omar_token" "$last"
wants 201 'the last one is read'
made=$(field .id)
req GET "/api/khatmas/$id/" '' "$hind_token"
is "$(field '[.status, .completion_percentage, .chapters_completed,
    .available_chapters, .can_join, .is_overdue, .days_remaining] | tojson')" \
    '["completed",100,30,[],false,false,0]' 'the khatma is completed'
is "$(db "SELECT completed_at IS NOT NULL, completed_by FROM khatmas
    WHERE id = $id" | tr '\t' ' ')" "1 $made" 'at that moment, by that session'
for reader in "$aisha_token" "$omar_token"; do
	req GET /api/notifications/ '' "$reader"
	is "$(field '[.[] | select(.notification_type == "khatma_completed") |
	    .related_khatma] | tojson')" "[$id]" 'every member is told'
	req GET /api/user/me/ '' "$reader"
	is "$(field .total_khatmas_completed)" 1 'and has completed one'
done
req GET /api/notifications/ '' "$zayd_token"
is "$(field '[.[] | select(.notification_type == "khatma_completed")] |
    length')" 0 'who had left is not'

session "$omar_token" "$last"
is "$status $(field .id)" "200 $made" \
    'the request that completed it may come again'
is "$(db "SELECT COUNT(*) FROM notifications WHERE khatma_id = $id
    AND notification_type = 'khatma_completed'")" 2 'and tells nobody twice'
refused "$omar_token" "{\"chapter_assigned\": 1, \"reading_date\": \"$(
    date -u -d "$now 48 hours ago" +%FT%TZ)\"}" 'nothing is read again in it'
refused "$aisha_token" "{\"chapter_assigned\": 30,
    \"reading_date\": \"$now\"}" 'nor said again'
refused "$aisha_token" '{"chapter_assigned": 1}' \
    'nor read by somebody else'
refused "$aisha_token" '{"chapter_assigned": 1, "is_completed": false}' \
    'nor undone by them'
session "$hind_token" '{"chapter_assigned": 1}'
is "$status $(field .code)" '403 members_only' 'and not by an outsider'
req POST "/api/khatmas/$id/join/" '' "$hind_token"
is "$status $(field .code)" '400 khatma_completed' 'nobody joins it'
req POST "/api/khatmas/$id/intentions/" '{"intention": ["Thanks"]}' \
    "$omar_token"
wants 201 'its members may still write their intentions'
req DELETE "/api/khatmas/$id/leave/" '' "$omar_token"
wants 200 'and leave it'
req GET "/api/khatmas/$id/" '' "$hind_token"
is "$(field '[.status, .chapters[0].reader.id] | tojson')" \
    "[\"completed\",$omar_id]" 'which stays completed'

done_testing
