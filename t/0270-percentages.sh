#!/bin/sh
# A percentage has one decimal, halves go up, and 100.0 is said only when
# nothing is open.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# start DIVISION
start() {
	req POST /api/khatmas/ "{\"name\": \"K\", \"division\": \"$1\"}" \
	    "$reader_token"
	id=$(field .id)
}

# read_to FIRST LAST
read_to() {
	seq "$1" "$2" | sed "s|.*|POST /api/khatmas/$id/sessions/ $(
	    )$reader_token {\"chapter_assigned\": &}|" | together
}

# says PERCENTAGE NAME: as it is written, not as a number that jq makes of it
says() {
	for path in "/api/khatmas/$id/" "/api/stats/khatma/$id/"; do
		req GET "$path" '' "$reader_token"
		is "$(grep -o '"completion_percentage": *[^,}]*' "$body" |
		    tr -d ' ')" "\"completion_percentage\":$1" "$2"
	done
}

new_user reader

start juz
says 0.0 'nothing is 0.0'
read_to 1 1
says 3.3 '1 of 30 is 3.3'
read_to 2 2
says 6.7 '2 of 30 are 6.7'
read_to 3 3
says 10.0 '3 of 30 are 10.0'
read_to 4 15
says 50.0 'half is 50.0'
read_to 16 29
says 96.7 '29 of 30 are 96.7'
read_to 30 30
says 100.0 'all is 100.0'
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 30,
    "is_completed": false}' "$reader_token"
says 96.7 'until one is undone'

start rub
read_to 1 1
says 0.4 '1 of 240 is 0.4'
read_to 2 3
says 1.3 '3 of 240 are 1.25, which goes up'
read_to 4 9
says 3.8 '9 of 240 are 3.75, which goes up'
read_to 10 10
says 4.2 '10 of 240 are 4.17'
read_to 11 239
is "$(grep -c ' 201$' "$answers/codes")" 229 'all but one are read'
says 99.6 '239 of 240 are 99.6'
req GET "/api/khatmas/$id/" '' "$reader_token"
is "$(field '[.status, .available_chapters] | tojson')" '["active",[240]]' \
    'and it is still active'
read_to 240 240
says 100.0 'then all is 100.0'
req GET "/api/khatmas/$id/" '' "$reader_token"
is "$(field .status)" completed 'and it is completed'

start page
read_to 1 1
says 0.2 '1 of 604 is 0.2'
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 604,
    "is_completed": false}' "$reader_token"
says 0.2 'what is claimed is not read'
req GET "/api/khatmas/?filter=my_khatmas" '' "$reader_token"
is "$(grep -o '"completion_percentage": *[^,}]*' "$body" | tr -d ' "' |
    cut -d : -f 2 | tr '\n' ' ')" '0.2 100.0 96.7 ' \
    'the list says the same as each of them'

done_testing
