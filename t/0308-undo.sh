#!/bin/sh
# Within 24 hours a completion of one's own can be undone: the chapter is
# claimed again, and what followed from it is taken back. Later it stays.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# session TOKEN JSON
session() {
	req POST "/api/khatmas/$id/sessions/" "$2" "$1"
}

# news USER-ID TYPE
news() {
	db "SELECT COUNT(*) FROM notifications WHERE khatma_id = $id
	    AND user_id = $1 AND notification_type = '$2'"
}

# age HOURS: as if chapter 5 had been read so long ago
age() {
	db "UPDATE chapters SET claimed_at = UTC_TIMESTAMP(6) - INTERVAL 3 DAY,
	    completed_at = UTC_TIMESTAMP(6) - INTERVAL $1 HOUR
	    WHERE khatma_id = $id AND number = 5"
}

new_user aisha
new_user omar
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST "/api/khatmas/$id/join/" '{"chapter": 5}' "$omar_token"
now=$(date -u +%FT%TZ)
read="{\"chapter_assigned\": 5, \"reading_date\": \"$now\"}"
undo='{"chapter_assigned": 5, "is_completed": false}'

session "$omar_token" "$read"
made=$(field .id)
is "$(news "$omar_id" chapter_completed) $(
    )$(news "$aisha_id" chapter_completed)" '1 1' \
    'he reads, and two people are told'
session "$aisha_token" "$undo"
is "$status $(field .code)" '400 chapter_completed' \
    'nobody undoes what another has read, not even the creator'

session "$omar_token" "$undo"
is "$status $(field '[.id, .is_completed] | tojson')" "200 [$made,false]" \
    'he undoes it: his session is begun only'
req GET "/api/khatmas/$id/" '' "$omar_token"
is "$(field '[.chapters[4].state, .chapters[4].reader.id,
    .chapters[4].completed_at, .chapters_completed, .completion_percentage,
    .chapter_assigned] | tojson')" "[\"claimed\",$omar_id,null,0,0,5]" \
    'the chapter is his claim again'
is "$(news "$omar_id" chapter_completed) $(
    )$(news "$aisha_id" chapter_completed)" '0 0' 'the news are taken back'
is "$(news "$omar_id" chapter_assigned)" 1 'but not that it is his'
req GET /api/stats/user/ '' "$omar_token"
is "$(field '[.total_chapters_read, .distinct_chapters_read, .current_streak,
    .longest_streak] | tojson')" '[0,0,0,0]' 'he has read nothing'
session "$omar_token" "$undo"
is "$status $(field .id)" "200 $made" 'undone twice is undone'

session "$omar_token" "$read"
is "$status $(field '[.id, .is_completed] | tojson')" "200 [$made,true]" \
    'read after all, it is the same session'
is "$(news "$omar_id" chapter_completed) $(
    )$(news "$aisha_id" chapter_completed)" '1 1' 'and there is news again'

session "$omar_token" "{\"chapter_assigned\": 5, \"reading_date\": \"$(
    date -u -d "$now 24 hours ago" +%FT%TZ)\"}"
wants 201 'he reads it on another day as well'
session "$omar_token" "$undo"
wants 200 'and undoes it'
req GET /api/stats/user/ '' "$omar_token"
is "$(field '[.total_chapters_read, .current_streak] | tojson')" '[0,0]' \
    'what was not read was not read again'
is "$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $id")" 1 \
    'one session is left, begun'
session "$omar_token" "$read"
wants 200 'to be completed'

age 23
session "$omar_token" "$undo"
wants 200 'after 23 hours it can be undone'
session "$omar_token" "$read"
age 25
before=$(db "SELECT * FROM chapters WHERE khatma_id = $id;
    SELECT * FROM sessions WHERE khatma_id = $id")
session "$omar_token" "$undo"
is "$status $(field .code)" '400 undo_too_late' 'after 25 it cannot'
is "$(db "SELECT * FROM chapters WHERE khatma_id = $id;
    SELECT * FROM sessions WHERE khatma_id = $id")" "$before" \
    'and nothing changes'
is "$(news "$omar_id" chapter_completed)" 1 'the news stay'
session "$omar_token" "$read"
is "$status $(field .id)" "200 $made" 'to say that it was read is still good'

req PATCH "/api/khatmas/$id/" '{"status": "paused"}' "$aisha_token"
age 1
session "$omar_token" "$undo"
is "$status $(field .code)" '400 khatma_paused' \
    'in a paused khatma nothing is undone'
req PATCH "/api/khatmas/$id/" '{"status": "active"}' "$aisha_token"
req DELETE "/api/khatmas/$id/leave/" '' "$omar_token"
session "$omar_token" "$undo"
wants 403 'nor by who has left'

done_testing
