#!/bin/sh
# The list of khatmas has one's own and the public ones, or what a filter says.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# Everything here has this word in its name, and nothing else has.
word=$(random_word)

# make VAR TOKEN MEMBERS: a khatma whose name is the word and VAR
make() {
	req POST /api/khatmas/ "{\"name\": \"$word $1\", $3}" "$2"
	[ "$status" = 201 ] || diag "make: $(cat "$body")"
	eval "$1=\$(field .id)"
}

# each ID TOKEN IS_COMPLETED: begins or reads all thirty chapters
each() {
	seq 30 | sed "s|.*|POST /api/khatmas/$1/sessions/ $2 $(
	    ){\"chapter_assigned\": &, \"is_completed\": $3}|" | together
}

# lists QUERY NAMES NAME
lists() {
	req GET "/api/khatmas/?search=$word&$1" '' "$aisha_token"
	is "$status $(field '[.[].name | split(" ")[1]] | sort | join(" ")')" \
	    "200 $2" "$3"
	is "$(header X-Total-Count)" "$(field length)" "$3: X-Total-Count"
}

# refuses QUERY PARAMETER NAME
refuses() {
	req GET "/api/khatmas/?$1" '' "$aisha_token"
	is "$status $(field '.errors | keys | join(" ")')" "400 $2" "$3"
}

group='"khatma_type": "group"'
public='"khatma_type": "group", "is_public": true'
new_user aisha
new_user omar
make own "$aisha_token" "$public"
make closed "$aisha_token" "$group"
make private "$aisha_token" '"khatma_type": "private"'
make finished "$aisha_token" '"khatma_type": "private"'
make open "$omar_token" "$public"
make joined "$omar_token" "$public"
make paused "$omar_token" "$public"
make full "$omar_token" "$public"
make his "$omar_token" "$group"
make hidden "$omar_token" '"khatma_type": "private"'
each "$finished" "$aisha_token" true
each "$full" "$omar_token" false
req PATCH "/api/khatmas/$paused/" '{"status": "paused"}' "$omar_token"
req POST "/api/khatmas/$joined/join/" '' "$aisha_token"
wants 201 'she takes part in one of his'

lists '' 'closed finished full joined open own paused private' \
    'without a filter: her own, those she joined, and the public ones'
lists filter=my_khatmas 'closed finished joined own private' \
    'my_khatmas: created or joined'
lists filter=public 'full joined open own paused' 'public: whoever made them'
lists filter=joinable open \
    'joinable: public, active, not joined, with a free chapter'
lists filter=completed finished 'completed: her own that are read'

lists khatma_type=private 'finished private' 'one type'
lists khatma_type=group 'closed full joined open own paused' 'the other type'
lists status=paused paused 'a status'
lists status=completed finished 'another status'
lists 'status=active&khatma_type=private' private 'both'
lists 'filter=public&status=paused&khatma_type=group' paused \
    'with a filter, too'
lists 'filter=my_khatmas&status=paused' '' 'none is an empty list'
lists 'unknown=1' 'closed finished full joined open own paused private' \
    'unknown parameters are ignored'

req GET "/api/khatmas/?filter=my_khatmas&search=$word" '' "$aisha_token"
is "$(field 'type')" array 'the list is a bare array'
is "$(field '[.[].is_participant] | unique | tojson')" '[true]' \
    'her own say that she takes part'
is "$(field ".[] | select(.id == $joined) |
    [.chapter_assigned, .participants_count, .creator.id] | tojson")" \
    "[1,2,$omar_id]" 'and with which chapter'
req GET "/api/khatmas/$joined/" '' "$aisha_token"
cp "$body" "$scratch/detail"
req GET "/api/khatmas/?search=$word" '' "$aisha_token"
is "$(field ".[] | select(.id == $joined) | tojson")" \
    "$(jq -c --slurpfile list "$body" \
	'with_entries(select($list[0][0][.key] != null or
	    .key == "chapter_assigned"))' "$scratch/detail")" \
    'an item is the object of the detail'

refuses filter=mine filter 'an unknown filter is refused'
refuses ordering=id ordering 'an unknown order'
refuses khatma_type=family khatma_type 'an unknown type'
refuses status=open status 'an unknown status'
refuses "search=$(printf '%0201d' 0)" search 'more than 200 characters'
refuses 'filter=x&ordering=x&khatma_type=x&status=x' \
    'filter khatma_type ordering status' 'all at once'
req GET '/api/khatmas/?filter=public&filter=completed' '' "$aisha_token"
is "$status $(field .code)" '400 bad_query' 'a parameter stands once'
req GET '/api/khatmas/?search=%ff' '' "$aisha_token"
is "$status $(field .code)" '400 bad_query' 'and is UTF-8'

req GET "/api/khatmas/?filter=public"
wants 401 'without a token there is no list'
req PUT /api/khatmas/ '{}' "$aisha_token"
is "$status $(header Allow)" '405 GET, HEAD, POST, OPTIONS' \
    'the list is not put'

done_testing
