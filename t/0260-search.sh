#!/bin/sh
# search/khatmas/ finds public and active khatmas by name, description or
# creator's name, and by nothing else.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# make VAR JSON-MEMBERS
make() {
	req POST /api/khatmas/ "{$2}" "$aisha_token"
	[ "$status" = 201 ] || diag "make: $(cat "$body")"
	eval "$1=\$(field .id)"
}

# search Q [QUERY]
search() {
	q=$(jq -rn --arg q "$1" '$q | @uri')
	req GET "/api/search/khatmas/?q=$q${2-}" '' "$omar_token"
}

# finds Q IDS NAME: whatever their order
finds() {
	search "$1"
	is "$status $(field '[.[].id] | sort | join(" ")')" "200 $2" "$3"
}

group='"khatma_type": "group"'
public='"khatma_type": "group", "is_public": true'
word=$(random_word)
new_user aisha "Aisha $word"
new_user omar "Omar"
make first "\"name\": \"Evening ${word}one\", $public"
make second "\"name\": \"Dawn\", \"description\": \"for ${word}two\nand us\",
    $public"
make closed "\"name\": \"Closed ${word}one\", $group"
make private "\"name\": \"Private ${word}one\""
make paused "\"name\": \"Paused ${word}one\", $public"
make finished "\"name\": \"Finished ${word}one\", $public"
req PATCH "/api/khatmas/$paused/" '{"status": "paused"}' "$aisha_token"
seq 30 | sed "s|.*|POST /api/khatmas/$finished/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &}|" | together

finds "${word}one" "$first" 'by name, and only public and active ones'
finds "ning ${word}on" "$first" 'by a part of it'
finds "${word}two" "$second" 'by description'
finds "${word}two and us" "$second" 'whose lines are one text'
finds "Aisha $word" "$first $second" 'by the name of the creator'
finds "$aisha_email" '' 'never by e-mail'
finds "${aisha_email%@*}" '' 'nor by a part of it'
finds "nowhere $word" '' 'what is nowhere is not found'
finds "  ${word}one  " "$first" 'blanks around do not matter'

search "${word}one"
is "$(field '.[0] | [.name, .creator, .is_participant, .chapter_assigned]
    | tojson')" "[\"Evening ${word}one\",{\"id\":$aisha_id,$(
    )\"fullname\":\"Aisha $word\"},false,null]" 'it comes with the whole object'
cp "$body" "$scratch/found"
req GET "/api/khatmas/?filter=public&search=Evening+${word}one" '' \
    "$omar_token"
is "$(jq -S -c . "$scratch/found")" "$(jq -S -c . "$body")" \
    'as in the list of khatmas'

search "$word" '&type=group'
is "$status $(field '[.[].id] | sort | join(" ")')" "200 $first $second" \
    'type: groups'
search "$word" '&type=private'
is "$status $(field length)" '200 0' 'no private khatma is ever found'
search "$word" '&type=family'
is "$status $(field '.errors | keys | tojson')" '400 ["type"]' \
    'there is no other type'
search "$(printf '%0201d' 0)"
is "$status $(field '.errors | keys | tojson')" '400 ["q"]' \
    'a query has 200 characters at most'
req GET "/api/search/khatmas/?q=$word&page_size=1" '' "$omar_token"
is "$status $(field '[.count, (.results | length)] | tojson')" '200 [2,1]' \
    'what is found has pages'

for query in '' '?q=' '?q=%20' '?type=group'; do
	req GET "/api/search/khatmas/$query" '' "$omar_token"
	is "$status $(field type)" '200 array' \
	    "without words all are found: '$query'"
	is "$(field '[.[] | .status + " \(.is_public)"] | unique | tojson')" \
	    '["active true"]' "that may be: '$query'"
done

req GET "/api/search/khatmas/?q=$word"
wants 401 'without a token nothing is searched'
req GET '/api/search/khatmas/?q=%zz' '' "$omar_token"
is "$status $(field .code)" '400 bad_query' 'a query is percent-encoded'
req POST '/api/search/khatmas/' '{}' "$omar_token"
is "$status $(header Allow)" '405 GET, HEAD, OPTIONS' 'searching is a GET'

done_testing
