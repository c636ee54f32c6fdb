#!/bin/sh
# consistent_reader: twenty days of reading within twenty-eight in a row.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# try WANTED NAME AGO...: a chapter on each of these days, and one today.
try() {
	wanted=$1 name=$2
	shift 2
	reader steady
	past "$steady_id" "$@"
	own "$steady_token"
	reads "$steady_token" 1
	req GET /api/achievements/ '' "$steady_token"
	is "$(field '[.[] | select(.achievement_type == "consistent_reader")]
	    | length')" "$wanted" "$name"
}

# Runs are short, so that no streak is earned: 2 3 . 5 6 . 8 9 ...
try 1 'nineteen of the 27 days before today, and today' \
    1 2 4 5 7 8 10 11 13 14 16 17 19 20 22 23 25 26 27
try 0 'twenty within 29 days are not enough' \
    1 2 4 5 7 8 10 11 13 14 16 17 19 20 22 23 25 26 28
try 0 'nor are nineteen within 28' \
    1 2 4 5 7 8 10 11 13 14 16 17 19 20 22 23 25 26
try 0 'two chapters on one day are one day' \
    2 2 2 4 4 5 7 8 10 11 13 14 16 17 19 20 22 23 25 26 27
try 1 'twenty days of long ago count when they are looked at' \
    101 102 104 105 107 108 110 111 113 114 116 117 119 120 122 123 125 \
    126 127 128

req GET /api/notifications/ '' "$steady_token"
is "$(field '[.[] | select(.notification_type == "achievement_earned")
    | .title] | join(", ")')" 'Consistent Reader' 'the reader is told'

done_testing
