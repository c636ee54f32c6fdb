#!/bin/sh
# Who reads a chapter again on another day has a new session, which adds to the
# reader's own statistics and not to the khatma's.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# session INSTANT: chapter 3 was read then
session() {
	req POST "/api/khatmas/$id/sessions/" "{\"chapter_assigned\": 3,
	    \"reading_date\": \"$1\"}" "$reader_token"
}

# of_khatma: what must stay as it is
of_khatma() {
	req GET "/api/khatmas/$id/" '' "$reader_token"
	field '[.chapters_completed, .completion_percentage, .chapters[2]]
	    | tojson'
	req GET "/api/stats/khatma/$id/" '' "$reader_token"
	field '[.total_chapters_read, ([.daily_progress[].chapters_read] | add),
	    .chapter_completion_status[2]] | tojson'
	db "SELECT COUNT(*) FROM notifications WHERE khatma_id = $id"
}

# total: chapters read, and different ones
total() {
	req GET /api/stats/user/ '' "$reader_token"
	field '[.total_chapters_read, .distinct_chapters_read] | tojson'
}

new_user reader
req POST /api/khatmas/ '{"name": "K"}' "$reader_token"
id=$(field .id)
now=$(date -u +%FT%TZ)
one=$(date -u -d "$now 24 hours ago" +%FT%TZ)
two=$(date -u -d "$now 48 hours ago" +%FT%TZ)

session "$two"
wants 201 'a chapter is read'
first=$(field .id)
before=$(of_khatma)
is "$(total)" '[1,1]' 'and counts'

session "$one"
wants 201 'read on another day, it is another session'
second=$(field .id)
isnt "$second" "$first" 'with its own number'
is "$(field '.reading_date[:19] + "Z"')" "$one" 'and its own day'
is "$(total)" '[2,1]' 'the reader has read two, of which one is different'
is "$(of_khatma)" "$before" 'for the khatma nothing has changed'
session "$one"
is "$status $(field .id)" "200 $second" 'on that day, too, it is written once'
session "$two"
is "$status $(field .id)" "200 $first" 'as on the first'
is "$(total)" '[2,1]' 'and counts once'

req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 3}' \
    "$reader_token"
wants 201 'read today, it needs no date'
is "$(total)" '[3,1]' 'and counts'
is "$(of_khatma)" "$before" 'for the reader only'
req GET "/api/khatmas/$id/sessions/" '' "$reader_token"
is "$(field '[.[] | [.chapter_assigned, .is_completed]] | tojson')" \
    '[[3,true],[3,true],[3,true]]' 'the log has all three'

done_testing
