#!/bin/sh
# search/khatmas/ finds public and active khatmas by the words of name,
# description and creator's name, as they are now, and by nothing else.
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
finds "even ${word}on" "$first" 'by the beginnings of its words'
finds "${word}one evening" "$first" 'in whatever order'
finds "ning ${word}one" '' 'not by what is in the middle of one'
finds "${word}two" "$second" 'by description'
finds "${word}two and us" "$second" 'whose lines are one text'
finds "Aisha $word" "$first $second" 'by the name of the creator'
finds "us Aisha ${word}two dawn" "$second" 'and by all of them together'
finds "us Aisha ${word}two dusk" '' 'if each word is there'
finds "for and us dawn aisha $word nowhere" "$second" \
    'of more than six words the first six'
finds "$aisha_email" '' 'never by e-mail'
finds "${aisha_email%@*}" '' 'nor by a part of it'
finds "nowhere $word" '' 'what is nowhere is not found'
finds "  ${word}one  " "$first" 'blanks around do not matter'

for q in '%' '...' '-' '؟'; do
	finds "$q" '' "in punctuation there is nothing to find: $q"
done

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

# --- What changes ------------------------------------------------------------

new_user maryam "Maryam $word"
req PATCH "/api/khatmas/$paused/" '{"status": "active"}' "$aisha_token"
finds "paused ${word}one" "$paused" 'one that goes on is found again'
req PATCH "/api/khatmas/$closed/" '{"is_public": true}' "$aisha_token"
finds "closed ${word}one" "$closed" 'as one that becomes public'
req PATCH "/api/khatmas/$closed/" '{"description": "Zamzam"}' "$aisha_token"
finds "zamzam closed $word" "$closed" 'a description is found when it is there'
req PATCH "/api/khatmas/$closed/" '{"description": "", "name": "Shut"}' \
    "$aisha_token"
finds "zamzam $word" '' 'and not any more when it is gone'
finds "closed $word" '' 'nor is a name'
finds "shut $word" "$closed" 'but the new one'
req PATCH "/api/khatmas/$closed/" '{"is_public": false}' "$aisha_token"
finds "shut $word" '' 'until it is closed again'

req POST "/api/khatmas/$second/join/" '' "$maryam_token"
req DELETE "/api/khatmas/$second/leave/" '' "$aisha_token"
wants 200 'the creator leaves'
finds "maryam ${word}two" "$second" 'it is found by the name of who inherits it'
finds "aisha ${word}two" '' 'and not by the former'
req POST "/api/khatmas/$second/join/" '' "$aisha_token"
req DELETE /api/user/me/ "{\"password\": \"$maryam_password\"}" "$maryam_token"
wants 204 'or deletes the account'
finds "maryam ${word}two" '' 'which is forgotten'
finds "aisha ${word}two" "$second" 'the next inherits it'
is "$(db "SELECT word FROM khatma_words WHERE khatma_id = $second" | sort)" \
    "$(printf '%s\n' aisha and dawn for us "$word" "${word}two" | sort)" \
    'and these are all its words'
req DELETE "/api/khatmas/$second/" '' "$aisha_token"
finds "${word}two" '' 'what is deleted is not found'
is "$(db "SELECT COUNT(*) FROM khatma_words
    WHERE khatma_id = $second")" 0 'and leaves no words'

# --- Requests ----------------------------------------------------------------

req GET "/api/search/khatmas/?q=$word"
wants 401 'without a token nothing is searched'
req GET '/api/search/khatmas/?q=%zz' '' "$omar_token"
is "$status $(field .code)" '400 bad_query' 'a query is percent-encoded'
req POST '/api/search/khatmas/' '{}' "$omar_token"
is "$status $(header Allow)" '405 GET, HEAD, OPTIONS' 'searching is a GET'

done_testing
