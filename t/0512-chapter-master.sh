#!/bin/sh
# chapter_master: all thirty juz over a lifetime, in whichever khatmas and
# divisions they were read.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# state TOKEN: juz read, and whether there is the award.
state() {
	req GET /api/stats/user/ '' "$1"
	juz=$(field .distinct_chapters_read)
	req GET /api/achievements/ '' "$1"
	echo "$juz $(field '[.[].achievement_type] | sort | join(" ")')"
}

# read_sql USER FIRST LAST: these chapters of $khatma are read.
read_sql() {
	db "INSERT INTO sessions (khatma_id, division, chapter, user_id,
	        is_completed, reading_date, local_day, counts_day, created_at)
	    SELECT k.id, k.division, c.number, $1, TRUE, UTC_TIMESTAMP(6),
	        '$(day 0)', TRUE, UTC_TIMESTAMP(6)
	    FROM khatmas k JOIN chapters c ON c.khatma_id = k.id
	    WHERE k.id = $khatma AND c.number BETWEEN $2 AND $3"
}

reader aisha
own "$aisha_token"
read_sql "$aisha_id" 1 18
own "$aisha_token"
read_sql "$aisha_id" 10 28
reads "$aisha_token" 1
is "$(state "$aisha_token")" '28 ' '18 juz of one khatma, 20 of another: 28'
reads "$aisha_token" 29
is "$(state "$aisha_token")" '29 ' 'one more, 29'
own "$aisha_token"
reads "$aisha_token" 29
is "$(state "$aisha_token")" '29 ' 'the same once more changes nothing'
reads "$aisha_token" 30
is "$(state "$aisha_token")" '30 chapter_master' 'the thirtieth earns it'
is "$(field '.[0] | "\(.achievement_display) \(.khatma)"')" \
    "Chapter Master $khatma" 'in the khatma in which it was read'
reads "$aisha_token" 1 2
is "$(state "$aisha_token")" '30 chapter_master' 'once'

# A juz is two hizb, eight rub, the surahs or the pages that it touches.
reader omar
own "$omar_token" '"division": "hizb"'
read_sql "$omar_id" 1 56
reads "$omar_token" 57
is "$(state "$omar_token")" '28 ' 'half a juz is none'
reads "$omar_token" 58 60
is "$(state "$omar_token")" '29 ' 'two halves of one are'
reads "$omar_token" 59
is "$(state "$omar_token")" '30 chapter_master' 'sixty hizb are thirty juz'

# Not each division for itself: juz 1 to 24 by rub, the rest by others.
reader zaid
own "$zaid_token" '"division": "rub"'
read_sql "$zaid_id" 1 192
reads "$zaid_token" 200
is "$(state "$zaid_token")" '24 ' 'eight rub are a juz'
own "$zaid_token" '"division": "page"'
read_sql "$zaid_id" 482 541
reads "$zaid_token" 1
is "$(state "$zaid_token")" '27 ' 'twenty pages are'
own "$zaid_token" '"division": "surah"'
read_sql "$zaid_id" 58 77
reads "$zaid_token" 114
is "$(state "$zaid_token")" '29 ' 'and the surahs from 58 to 66, from 67 to 77'
own "$zaid_token"
reads "$zaid_token" 30
is "$(state "$zaid_token")" '30 chapter_master' 'all of them together count'

# So much that it is asked for by itself.
reader sara
own "$sara_token"
read_sql "$sara_id" 1 28
db "UPDATE users SET chapters_read = 300 WHERE id = $sara_id"
reads "$sara_token" 29
is "$(state "$sara_token")" '29 ' 'of three hundred chapters 29 differ'
reads "$sara_token" 30
is "$(state "$sara_token")" '30 chapter_master' 'and with the next one all are'

done_testing
