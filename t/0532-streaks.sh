#!/bin/sh
# The present streak is the run of days that ends today or yesterday; else
# there is none. The longest stays. All who show them show the same.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# shown: the streaks in the three places that show them.
shown() {
	req GET /api/stats/user/ '' "$aisha_token"
	field '"\(.current_streak) \(.longest_streak)"'
	req GET /api/user/me/ '' "$aisha_token"
	field '"\(.current_streak) \(.longest_streak)"'
	req GET /api/dashboard/ '' "$aisha_token"
	field .current_streak
}

# late N: as if N days had gone by.
late() {
	db "UPDATE sessions SET local_day = local_day - INTERVAL $1 DAY
	    WHERE user_id = $aisha_id;
	    UPDATE users SET streak_first_day = streak_first_day - INTERVAL $1
	        DAY, streak_last_day = streak_last_day - INTERVAL $1 DAY
	    WHERE id = $aisha_id"
}

reader aisha
own "$aisha_token" '"division": "rub"'
is "$(shown | xargs)" '0 0 0 0 0' 'who has not read has no streak'
past "$aisha_id" 1 2 10 11 12 13 14
reads "$aisha_token" 1
is "$(shown | xargs)" '3 5 3 5 3' 'three days up to today, five once'
late 1
is "$(shown | xargs)" '3 5 3 5 3' 'a day later it still stands'
late 1
is "$(shown | xargs)" '0 5 0 5 0' 'two days later it is over'
reads "$aisha_token" 2
is "$(shown | xargs)" '1 5 1 5 1' 'and begins anew'
reads "$aisha_token" 3 4 5
is "$(shown | xargs)" '1 5 1 5 1' 'more on the same day is one day'

# As if the run had gone on to the day before yesterday, and to yesterday.
late 1
reads "$aisha_token" 6
is "$(shown | xargs)" '2 5 2 5 2' 'day by day it grows'
late 1
reads "$aisha_token" 7
late 1
reads "$aisha_token" 8
late 1
reads "$aisha_token" 9
late 1
reads "$aisha_token" 10
is "$(shown | xargs)" '6 6 6 6 6' 'beyond the longest, which goes with it'

# Undone, a day is not read; the days are looked at again.
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 10, "is_completed": false}' "$aisha_token"
is "$(shown | xargs)" '5 5 5 5 5' 'what was undone today is taken away'
reads "$aisha_token" 10 11
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 10, "is_completed": false}' "$aisha_token"
is "$(shown | xargs)" '6 6 6 6 6' 'unless the day was read otherwise'

# A day in the middle.
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 8, "is_completed": false}' "$aisha_token"
wants 200 'a chapter in the middle is undone'
is "$(shown | xargs)" '2 5 2 5 2' 'and parts the run in two'

# What becomes of the khatma changes nothing.
req DELETE "/api/khatmas/$khatma/" '' "$aisha_token"
wants 204 'the khatma is deleted'
is "$(shown | xargs)" '2 5 2 5 2' 'days that were read stay read'

done_testing
