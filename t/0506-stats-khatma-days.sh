#!/bin/sh
# What the statistics of a khatma say about days: thirty of them, with those
# on which nobody read, the pace, and where it leads.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

stats() {
	req GET "/api/stats/khatma/$khatma/" '' "$aisha_token"
}

# read_ago N USER CHAPTER...: these were read N days ago.
read_ago() {
	ago=$1 user=$2
	shift 2
	db "UPDATE chapters SET completed_day = '$(day "$ago")',
	        completed_at = completed_at - INTERVAL $ago DAY, reader_id = $user
	    WHERE khatma_id = $khatma
	    AND number IN ($(echo "$@" | tr ' ' ,));
	    UPDATE sessions SET local_day = '$(day "$ago")', user_id = $user,
	        reading_date = reading_date - INTERVAL $ago DAY
	    WHERE khatma_id = $khatma
	    AND chapter IN ($(echo "$@" | tr ' ' ,))"
}

started() {
	db "UPDATE khatmas SET start_date = '$(day "$1")' WHERE id = $khatma"
}

reader aisha
reader omar
group "$aisha_token" '"target_days": 40'
join "$omar_token"
started 30
nearly_read 20 "$aisha_id"
read_ago 30 "$aisha_id" 1
read_ago 29 "$aisha_id" 2
read_ago 8 "$omar_id" 3
read_ago 3 "$aisha_id" 4 5
read_ago 3 "$omar_id" 6

stats
is "$(field '[.daily_progress[].date] | join(" ")')" \
    "$(for n in $(seq 29 -1 0); do day "$n"; done | xargs)" \
    'the last thirty days, the oldest first, none left out'
is "$(field '.daily_progress[0] | keys_unsorted | sort | join(" ")')" \
    'chapters_read date participants_active' 'each with its two numbers'
is "$(field '[.daily_progress[] | select(.chapters_read > 0)
    | "\(.date) \(.chapters_read) \(.participants_active)"] | join(", ")')" \
    "$(day 29) 1 1, $(day 8) 1 1, $(day 3) 3 2, $(day 0) 4 1" \
    'they say how much was read and by how many'
is "$(field '[.daily_progress[] | select(.chapters_read == 0)]
    | "\(length) \(map(.participants_active) | add)"')" '26 0' \
    'and on the others nobody read'

# 10 chapters in 31 days, the first and the last counted: 20 more take 62.
is "$(field '"\(.total_chapters_read) \(.average_daily_progress)"')" \
    '10 0.3' 'the pace is what was read by the days since the start'
is "$(field .expected_finish)" "$(day -62)" 'which leads to this day'
is "$(field .days_remaining)" 10 'ten days are left of forty'
started 45
stats
is "$(field .days_remaining)" 0 'none is left when the time is over'

# Ten chapters on the first day: three days in all.
started 0
db "UPDATE chapters SET completed_day = '$(day 0)' WHERE khatma_id = $khatma
    AND state = 'completed'"
stats
is "$(grep -o '"average_daily_progress": *[0-9.]*' "$body")" \
    '"average_daily_progress":10.0' 'the first day counts as one'
is "$(field .expected_finish)" "$(day -2)" 'two more like it are to come'

# A pace of a half is rounded up: 1 of 4 days is 0.3 chapters a day.
group "$aisha_token"
reads "$aisha_token" 1
started 3
stats
is "$(field .average_daily_progress)" 0.3 'halves are rounded up'

# One who left or whose account is gone is still one reader of that day.
group "$aisha_token"
join "$omar_token"
reads "$omar_token" 1 2
db "UPDATE chapters SET reader_id = NULL WHERE khatma_id = $khatma
    AND state = 'completed'"
reads "$aisha_token" 3
stats
is "$(field '.daily_progress[-1]
    | "\(.chapters_read) \(.participants_active)"')" '3 2' \
    'a former member counts as a reader'
is "$(field '.most_active_reader.chapters_read')" 1 \
    'but is not the most active one'
is "$(field '.chapter_completion_status[0].assigned_user
    | "\(.id) \(.fullname)"')" 'null a former member' \
    'and is named as what they are'

# When it is complete there is nothing left to expect.
group "$aisha_token"
started 5
nearly_read 1 "$aisha_id"
reads "$aisha_token" 30
db "UPDATE chapters SET completed_day = '$(day 2)' WHERE khatma_id = $khatma"
stats
is "$(field '[.total_chapters_read, .days_remaining, .expected_finish]
    | join(" ")')" "30 0 $(day 2)" 'a completed one ended on its last day'
is "$(grep -o '"completion_percentage": *[0-9.]*' "$body")" \
    '"completion_percentage":100.0' 'with all of it read'
is "$(field .average_daily_progress)" 7.5 'and keeps its pace'

done_testing
