#!/bin/sh
# Khatmas are listed by creation, start or name, either way, and found by what
# stands in their name or description.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# make NAME START DESCRIPTION
make() {
	req POST /api/khatmas/ "{\"name\": \"$1\", \"description\": \"$3\"}" \
	    "$reader_token"
	[ "$status" = 201 ] || diag "make: $(cat "$body")"
	db "UPDATE khatmas SET start_date = '$2' WHERE id = $(field .id)"
}

# lists QUERY NAMES NAME
lists() {
	req GET "/api/khatmas/?filter=my_khatmas&$1" '' "$reader_token"
	is "$status $(field '[.[].name] | join(" ")')" "200 $2" "$3"
}

new_user reader
make cedar 2026-01-02 'for my mother'
make Apple 2026-01-03 'for my father'
make birch 2026-01-01 'FOR MY MOTHER'
make date 2026-01-02 'رمضان'

lists '' 'date birch Apple cedar' 'the newest comes first'
lists ordering=-created_at 'date birch Apple cedar' 'as with -created_at'
lists ordering=created_at 'cedar Apple birch date' 'created_at turns it'
lists ordering=start_date 'birch cedar date Apple' \
    'start_date: the earliest first, and of one day the older'
lists ordering=-start_date 'Apple date cedar birch' '-start_date turns it'
lists ordering=name 'Apple birch cedar date' 'name, whatever its case'
lists ordering=-name 'date cedar birch Apple' '-name turns it'

for filter in '' public joinable completed; do
	for order in created_at -created_at start_date -start_date name -name
	do
		req GET "/api/khatmas/?filter=$filter&ordering=$order" '' \
		    "$reader_token"
		wants 200 "every filter has every order: '$filter' by $order"
	done
done

lists 'search=mother&ordering=name' 'birch cedar' \
    'search looks at the description, whatever its case'
lists search=CEDAR cedar 'and at the name'
lists search=ced cedar 'and finds the beginning of a word'
lists search=edar '' 'but nothing in the middle of one'
lists 'search=my%20father' Apple 'and several words'
lists search=my+father Apple 'however they were sent'
lists 'search=%D8%B1%D9%85%D8%B6%D8%A7%D9%86' date 'in Arabic'
lists 'search=%D8%B1%D9%8E%D9%85%D9%8E%D8%B6%D8%A7%D9%86' date \
    'with vowel signs'
lists search= 'date birch Apple cedar' 'nothing searched is everything'
lists search=nowhere '' 'what is nowhere is not found'
lists 'search=%25' '' 'in a percent sign there is nothing to find'

done_testing
