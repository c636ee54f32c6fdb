#!/bin/sh
# fast_reader: one's own private khatma with a target of six days or more,
# read in half the target or less, on three different days or more.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# try TARGET BEGAN AGO...: a khatma that was begun BEGAN days ago and read on
# the days AGO is read to its end today. Prints how many awards there are.
try() {
	reader fast
	own "$fast_token" "\"target_days\": $1"
	finish "$2" "$3" "$4"
}

# finish BEGAN AGO AGO
finish() {
	nearly_read 1 "$fast_id"
	db "UPDATE khatmas SET start_date = '$(day "$1")' WHERE id = $khatma;
	    UPDATE sessions SET local_day = '$(day "$2")'
	    WHERE khatma_id = $khatma AND chapter = 1;
	    UPDATE sessions SET local_day = '$(day "$3")'
	    WHERE khatma_id = $khatma AND chapter = 2"
	reads "$fast_token" 30
	awards
}

awards() {
	req GET /api/achievements/ '' "$fast_token"
	field '[.[] | select(.achievement_type == "fast_reader")] | length'
}

is "$(try 6 2 2 1)" 1 'three of six days, on three of them'
is "$(try 30 14 14 1)" 1 'fifteen of thirty days'
is "$(try 30 15 15 1)" 0 'sixteen of thirty are too many'
is "$(try 7 2 2 1)" 1 'three of seven'
is "$(try 7 3 3 1)" 0 'four of seven are more than half'
is "$(try 5 1 1 1)" 0 'a target of five days is too short'
is "$(try 5 2 2 1)" 0 'whatever the days'
is "$(try 30 2 1 1)" 0 'two different days are not enough'
is "$(try 30 0 0 0)" 0 'all in one day is no reading'

# A day that was written down later is no day of reading.
reader fast
own "$fast_token" '"target_days": 30'
nearly_read 1 "$fast_id"
db "UPDATE khatmas SET start_date = '$(day 5)' WHERE id = $khatma;
    UPDATE sessions SET local_day = '$(day 5)', counts_day = FALSE
    WHERE khatma_id = $khatma AND chapter = 1;
    UPDATE sessions SET local_day = '$(day 1)'
    WHERE khatma_id = $khatma AND chapter = 2"
reads "$fast_token" 30
is "$(awards)" 0 'a day that was not written down in time does not count'

# A group is not one's own, even when nobody else is in it.
reader fast
group "$fast_token" '"target_days": 30'
is "$(finish 2 2 1)" 0 'a group does not count'
own "$fast_token" '"target_days": 30'
is "$(finish 2 2 1)" 1 'the next, private one does'
is "$(field '[.[] | select(.achievement_type == "fast_reader")][0]
    | "\(.achievement_display) \(.khatma)"')" "Fast Reader $khatma" \
    'the award is of that khatma'
own "$fast_token" '"target_days": 30'
is "$(finish 2 2 1)" 1 'and there is no second'

done_testing
