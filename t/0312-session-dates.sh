#!/bin/sh
# A reading may be up to 5 minutes ahead of the clock and 7 days back. It is an
# instant, or a day in the reader's own time zone.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

chapter=0
zone=UTC

# session JSON: of a new chapter each time, with that reading_date
session() {
	chapter=$((chapter + 1))
	req POST "/api/khatmas/$id/sessions/" "{\"chapter_assigned\": $chapter,
	    \"reading_date\": $1}" "$reader_token"
}

# at DATE FORMAT: what date(1) says, as a JSON string
at() {
	TZ=$zone date -d "$1" "+\"$2\""
}

# day AGO: a plain day so many days ago. Once more when midnight came between.
day() {
	today=
	while [ "$(TZ=$zone date +%F)" != "$today" ]; do
		today=$(TZ=$zone date +%F)
		sent=$(TZ=UTC date -d "$today $1 days ago" +%F)
		session "\"$sent\""
	done
}

refused() {
	is "$status $(field '.errors | keys | tojson')" \
	    '400 ["reading_date"]' "$1"
}

# local_day: of the session of the last answer
local_day() {
	db "SELECT local_day FROM sessions WHERE id = $(field .id)"
}

new_user reader
req POST /api/khatmas/ '{"name": "K", "division": "page"}' "$reader_token"
id=$(field .id)

session "$(at '-1 hour' %FT%TZ)"
wants 201 'an hour ago'
session "$(at '+5 minutes' %FT%TZ)"
wants 201 '5 minutes ahead'
session "$(at '+6 minutes' %FT%TZ)"
refused 'not 6 minutes ahead'
like "$(field '.errors.reading_date[0]')" future 'which is said'
session "$(at '+1 year' %FT%TZ)"
refused 'nor a year'
session "$(at '-7 days +1 minute' %FT%TZ)"
wants 201 '7 days back'
session "$(at '-7 days -1 minute' %FT%TZ)"
refused 'not more'
like "$(field '.errors.reading_date[0]')" '7 days' 'which is said'
session "$(at '-8 days' %FT%TZ)"
refused 'and not 8'
session '"1970-01-01T00:00:00Z"'
refused 'nor at the beginning'

day 0
wants 201 'the plain day of today'
day 1
is "$status $(local_day)" "201 $sent" 'that of yesterday'
is "$(field .reading_date)" "${sent}T12:00:00.000000Z" 'which is its noon'
day 7
is "$status $(local_day)" "201 $sent" 'and that of 7 days back'
day 8
refused 'not of 8 days'
day -1
refused 'nor tomorrow'

when=$(date -u -d '-2 hours' +%FT%T)
session "\"$(TZ=UTC-3 date -d "${when}Z" +%FT%T)+03:00\""
is "$status $(field '.reading_date[:19]')" "201 $when" \
    'a zone is turned into UTC'
session "\"$when.25Z\""
is "$status $(field .reading_date)" "201 $when.250000Z" 'a fraction is kept'
session "\"${when}z\""
is "$status $(field '.reading_date[:19]')" "201 $when" \
    'small letters are taken'

for none in null '""'; do
	before=$(date +%s)
	session "$none"
	after=$(date +%s)
	is "$status $(field ".reading_date[:19] + \"Z\" | fromdate |
	    . >= $before - 1 and . <= $after + 1")" '201 true' "$none is now"
done

for wrong in '"yesterday"' '"2026-13-01"' '"2026-02-30"' '"2026-3-1"' \
    '"20260301"' '"01.03.2026"' '"2026-03-01T25:00:00Z"' \
    '"2026-03-01T10:60:00Z"' '"2026-03-01T10:00:00+3"' '"2026-03-01T"' \
    '"2026-03-01T10:00:00Zulu"' '"T10:00:00Z"' '"0000-00-00"' '"-1"' 0 \
    1772000000 true '[]' '{}' "\"$(printf '%041d' 0)\""; do
	session "$wrong"
	refused "$wrong is no date"
done
is "$(db "SELECT COUNT(*) FROM sessions
    WHERE khatma_id = $id AND chapter = $chapter")" 0 \
    'what is refused is not written'

# Where it is already tomorrow, and where it is still yesterday.
for zone in Pacific/Kiritimati Pacific/Pago_Pago; do
	req PATCH /api/user/me/ "{\"timezone\": \"$zone\"}" "$reader_token"
	day 0
	is "$status $(local_day)" "201 $sent" "in $zone today is a day"
	day 1
	is "$status $(local_day)" "201 $sent" 'and yesterday another'
	is "$(field '.reading_date[:19] + "Z"')" \
	    "$(TZ=UTC date -d "TZ=\"$zone\" $sent 12:00" +%FT%TZ)" \
	    'of which noon is written in UTC'
	day -1
	refused 'tomorrow is not yet'
	session "$(TZ=UTC date -d '-30 minutes' '+"%FT%TZ"')"
	is "$status $(local_day)" "201 $(field '.reading_date[:19] + "Z"' |
	    TZ=$zone xargs -I '{}' date -d '{}' +%F)" \
	    'and an instant has the day that it was there'
done

done_testing
