#!/bin/sh
# streak_7 and streak_30: seven and thirty days in a row, once each.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

earned() {
	req GET /api/achievements/ '' "$1"
	field '[.[].achievement_type] | sort | join(" ")'
}

# streak TOKEN: the present and the longest.
streak() {
	req GET /api/stats/user/ '' "$1"
	field '"\(.current_streak) \(.longest_streak)"'
}

# days USER FROM TO: a chapter on each of these days.
days() {
	# shellcheck disable=SC2046 # several words
	past "$1" $(seq "$2" "$3")
}

reader six
days "$six_id" 1 5
own "$six_token"
reads "$six_token" 1
is "$(streak "$six_token")" '6 6' 'six days in a row'
is "$(earned "$six_token")" '' 'earn nothing'

reader seven
days "$seven_id" 1 6
own "$seven_token" '"division": "page"'
is "$(earned "$seven_token")" '' 'six days and no chapter today earn nothing'
reads "$seven_token" 1
is "$(streak "$seven_token")" '7 7' 'the seventh day'
is "$(earned "$seven_token")" streak_7 'earns streak_7'
is "$(field '.[0] | "\(.khatma) \(.khatma_name)"')" "$khatma Reading alone" \
    'in the khatma that was read'
reads "$seven_token" 2 3
is "$(earned "$seven_token")" streak_7 'more on the same day earns no more'
req GET /api/notifications/ '' "$seven_token"
is "$(field '[.[] | select(.notification_type == "achievement_earned")
    | .title] | join(", ")')" '7-Day Streak' 'the reader is told once'

reader gap
days "$gap_id" 1 3
days "$gap_id" 5 9
own "$gap_token"
reads "$gap_token" 1
is "$(streak "$gap_token")" '4 5' 'a day without reading ends a run'
is "$(earned "$gap_token")" '' 'and nine days with a gap earn nothing'

reader old
days "$old_id" 40 46
own "$old_token"
reads "$old_token" 1
is "$(streak "$old_token")" '1 7' 'a run of seven that is over'
is "$(earned "$old_token")" streak_7 'counts, for it is the longest'

# Yesterday fills the gap between today and the days before.
reader bridge
days "$bridge_id" 2 6
own "$bridge_token"
reads "$bridge_token" 1
is "$(streak "$bridge_token")" '1 5' 'yesterday is missing'
req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 2,
    "reading_date": "'"$(day 1)"'"}' "$bridge_token"
wants 201 'it is written down today'
is "$(streak "$bridge_token")" '7 7' 'and joins the two'
is "$(earned "$bridge_token")" streak_7 'which earns streak_7'

reader month
days "$month_id" 1 29
own "$month_token"
reads "$month_token" 1
is "$(streak "$month_token")" '30 30' 'thirty days in a row'
is "$(earned "$month_token")" 'consistent_reader streak_30 streak_7' \
    'earn streak_30, and streak_7 with it where it was not there yet'
reader short
days "$short_id" 1 28
own "$short_token"
reads "$short_token" 1
is "$(earned "$short_token")" 'consistent_reader streak_7' \
    'twenty-nine do not'

done_testing
