#!/bin/sh
# A reader's day is the date where the reader lives, when it was written down.
# It is stored and never computed again.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# stored USER: the local day of the newest session.
stored() {
	db "SELECT local_day FROM sessions WHERE user_id = $1
	    ORDER BY id DESC LIMIT 1"
}

# wanted USER ZONE: the date in that zone at the instant of that session.
wanted() {
	TZ=$2 date +%F -d "@$(db "SELECT FLOOR(UNIX_TIMESTAMP(reading_date))
	    FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT 1")"
}

stats() {
	req GET /api/stats/user/ '' "$1"
	field '"\(.total_chapters_read) \(.current_streak) \(.longest_streak)"'
}

# write CHAPTER DATE
write() {
	req POST "/api/khatmas/$khatma/sessions/" \
	    '{"chapter_assigned": '"$1"', "reading_date": "'"$2"'"}' \
	    "$omar_token"
}

for zone in Pacific/Kiritimati Pacific/Pago_Pago Asia/Kathmandu Africa/Cairo \
    America/St_Johns; do
	reader someone $zone
	own "$someone_token"
	reads "$someone_token" 1
	is "$(stored "$someone_id")" "$(wanted "$someone_id" $zone)" \
	    "a day in $zone is the date there"
done

# 25 hours lie between the two: whenever this runs, their dates differ.
reader east Pacific/Kiritimati
reader west Pacific/Pago_Pago
group "$east_token"
join "$west_token"
reads "$east_token" 2
reads "$west_token" 1
is "$(db "SELECT DATEDIFF('$(stored "$east_id")', '$(stored "$west_id")')
    IN (1, 2)")" 1 'two readers a day apart never share a day'
is "$(stats "$east_token") $(stats "$west_token")" '1 1 1 1 1 1' \
    'and both have read on theirs'

# Who moves keeps the days that were read.
east_day=$(stored "$east_id")
req PATCH /api/user/me/ '{"timezone": "Pacific/Pago_Pago"}' "$east_token"
wants 200 'she moves across the date line'
is "$(stored "$east_id")" "$east_day" 'the day that was read stays'
is "$(stats "$east_token")" '1 1 1' \
    'a day that is still to come where she is now counts as today'
reads "$east_token" 3
is "$(db "SELECT COUNT(DISTINCT local_day) FROM sessions
    WHERE user_id = $east_id")" 2 'what she reads now has the date of here'
is "$(db "SELECT completed_day FROM chapters WHERE khatma_id = $khatma
    AND number = 2")" "$east_day" 'the board keeps the day, too'

# Days can be written down later, up to seven days, but those before
# yesterday count in the statistics only.
reader omar
own "$omar_token"
write 1 "$(day 3)"
wants 201 'a day three days ago is written down'
is "$(stored "$omar_id")" "$(day 3)" 'as that day'
is "$(stats "$omar_token")" '1 0 0' 'it was read, but makes no streak'
req GET /api/dashboard/ '' "$omar_token"
is "$(field '"\(.today_chapters) \(.weekly_chapters)"')" '0 1' \
    'it is of this week and not of today'
write 2 "$(day 2)"
is "$(stats "$omar_token")" '2 0 0' 'nor does the day before yesterday'
write 3 "$(day 1)"
is "$(stats "$omar_token")" '3 1 1' 'yesterday does'
write 4 "$(day 0)"
is "$(stats "$omar_token")" '4 2 2' 'and today'
write 5 "$(day 3)"
is "$(stats "$omar_token")" '5 2 2' 'what is late stays late'
write 6 "$(day 7)"
wants 201 'seven days ago'
write 7 "$(day 8)"
wants 400 'eight days ago are too many'
is "$(field '.errors | keys | join(" ")')" reading_date 'which is said'
write 7 "$(day -1)"
wants 400 'tomorrow has not been read'
is "$(stats "$omar_token")" '6 2 2' 'neither changed anything'

# An instant is of the day that it falls on here.
zone=$(TZ=$noon date +%:z)
reader omar
own "$omar_token"
write 1 "$(day 1)T23:59:59$zone"
wants 201 'a second before midnight'
is "$(stored "$omar_id")" "$(day 1)" 'is of yesterday'
write 2 "$(day 0)T00:00:00$zone"
wants 201 'midnight'
is "$(stored "$omar_id")" "$(day 0)" 'is of today'
write 3 "$(day 2)T23:59:59$zone"
is "$(stats "$omar_token")" '3 2 2' 'the two make a streak of two'

# A session that was begun on one day and ended on another is of the other.
req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 9,
    "is_completed": false, "reading_date": "'"$(day 4)"'"}' "$omar_token"
wants 201 'a chapter is begun'
is "$(stats "$omar_token")" '3 2 2' 'which is no reading yet'
write 9 "$(day 0)"
wants 200 'and ended'
is "$(stored "$omar_id") $(stats "$omar_token")" "$(day 0) 4 2 2" \
    'on the day of its end'

done_testing
