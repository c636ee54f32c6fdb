#!/bin/sh
# A session that was begun and is completed later is one session. To say the
# same again changes nothing and tells nobody twice.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# session JSON-MEMBERS
session() {
	req POST "/api/khatmas/$id/sessions/" "{\"chapter_assigned\": $1}" \
	    "$reader_token"
}

# counts: sessions, and news of a chapter, in this khatma
counts() {
	db "SELECT CONCAT((SELECT COUNT(*) FROM sessions
	    WHERE khatma_id = $id), ' ', (SELECT COUNT(*) FROM notifications
	    WHERE khatma_id = $id
	    AND notification_type = 'chapter_completed'))"
}

new_user reader
req POST /api/khatmas/ '{"name": "K"}' "$reader_token"
id=$(field .id)
# One instant for all, so that midnight parts nothing.
now=$(date -u +%FT%TZ)
yesterday=$(date -u -d "$now 24 hours ago" +%FT%TZ)

session "4, \"is_completed\": false, \"reading_date\": \"$yesterday\""
is "$status $(field .is_completed)" '201 false' 'a chapter is begun'
begun=$(field .id)
made=$(field .created_at)
is "$(counts)" '1 0' 'that is a session, and no news'
session "4, \"is_completed\": false, \"reading_date\": \"$yesterday\""
is "$status $(field '[.id, .is_completed] | tojson')" "200 [$begun,false]" \
    'begun again, it is the same'
session "4, \"is_completed\": false, \"reading_date\": \"$now\""
is "$status $(field .id)" "200 $begun" 'on another day, too'
is "$(counts)" '1 0' 'and the only one'
req GET /api/stats/user/ '' "$reader_token"
is "$(field '[.total_chapters_read, .current_streak] | tojson')" '[0,0]' \
    'what is only begun counts for nothing'

session "4, \"is_completed\": true, \"reading_date\": \"$now\""
is "$status $(field '[.id, .is_completed, .created_at] | tojson')" \
    "200 [$begun,true,\"$made\"]" 'completed, it is still the same'
is "$(field '.reading_date[:19] + "Z"')" "$now" 'and was read now'
is "$(counts)" '1 1' 'one session, one piece of news'
req GET "/api/khatmas/$id/" '' "$reader_token"
is "$(field '[.chapters[3].state, .chapters_completed] | tojson')" \
    '["completed",1]' 'the chapter is read'
req GET /api/stats/user/ '' "$reader_token"
is "$(field .total_chapters_read)" 1 'now it counts'

session "4, \"reading_date\": \"$now\""
is "$status $(field '[.id, .is_completed] | tojson')" "200 [$begun,true]" \
    'the same again is the same session'
is "$(counts)" '1 1' 'and no more news'
req GET /api/stats/user/ '' "$reader_token"
is "$(field .total_chapters_read)" 1 'nor does it count twice'

session "5, \"reading_date\": \"$now\""
wants 201 'another chapter is another session'
other=$(field .id)
session "5, \"reading_date\": \"$now\""
is "$status $(field .id)" "200 $other" 'which is also written once'

{
	for _ in 1 2 3 4 5 6; do
		echo "POST /api/khatmas/$id/sessions/ $reader_token $(
		    ){\"chapter_assigned\": 6, \"reading_date\": \"$now\"}"
	done
} | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | tr -s ' \n' ' ')" \
    ' 5 200 1 201 ' 'of six at the same instant one makes it'
is "$(jq -s 'map(.id) | unique | length' "$answers"/[1-6])" 1 \
    'and all show the same'
is "$(counts)" '3 3' 'three chapters, three sessions, three pieces of news'

done_testing
