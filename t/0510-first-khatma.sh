#!/bin/sh
# first_khatma: when a khatma completes, all who read a chapter of it have the
# achievement, once in their lives.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# earned TOKEN: types and khatmas of what somebody has.
earned() {
	req GET /api/achievements/ '' "$1"
	field '[.[] | "\(.achievement_type) \(.khatma)"] | join(", ")'
}

told() {
	req GET /api/notifications/ '' "$1"
	field '[.[] | select(.notification_type == "achievement_earned")
	    | .title] | join(", ")'
}

reader aisha
reader omar
reader zaid
reader left
group "$aisha_token"
first=$khatma
join "$omar_token" "$zaid_token" "$left_token"
reads "$left_token" 3
req DELETE "/api/khatmas/$khatma/leave/" '' "$left_token"
nearly_read 2 "$omar_id"

is "$(earned "$omar_token")" '' 'nobody has it while a chapter is open'
reads "$aisha_token" 29
is "$(earned "$aisha_token")" '' 'nor with the last chapter but one'
reads "$aisha_token" 30
is "$(earned "$aisha_token")" "first_khatma $first" \
    'who reads the last chapter has it'
is "$(earned "$omar_token")" "first_khatma $first" 'the other readers have it'
is "$(earned "$left_token")" "first_khatma $first" \
    'and whoever left after reading'
is "$(earned "$zaid_token")" '' 'but not a member who read nothing'
is "$(told "$omar_token")" 'First Khatma' 'its reader is told'
is "$(told "$zaid_token")" '' 'and nobody else'

req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 30}' \
    "$aisha_token"
wants 200 'the same request again'
is "$(earned "$aisha_token")" "first_khatma $first" 'earns no second one'

group "$zaid_token"
join "$omar_token"
nearly_read 1 "$omar_id"
reads "$zaid_token" 30
is "$(earned "$zaid_token")" "first_khatma $khatma" 'his first is another'
is "$(earned "$omar_token")" "first_khatma $first" \
    'the second khatma gives no second award'
is "$(told "$omar_token")" 'First Khatma' 'and no second word of it'
req GET /api/stats/user/ '' "$omar_token"
is "$(field '"\(.completed_khatmas) \(.achievements_count)"')" '2 1' \
    'though both are counted'

own "$left_token"
reads "$left_token" 1 2
is "$(earned "$left_token")" "first_khatma $first" \
    'two chapters of a khatma earn nothing'

done_testing
