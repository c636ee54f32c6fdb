#!/bin/sh
# A list is an array of 100 items at most that says how many there are and where
# the rest is. Who sends page or page_size gets one page in an envelope.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# get PATH QUERY
get() {
	req GET "$1?$2" '' "$reader_token"
}

# refuses QUERY PARAMETERS NAME
refuses() {
	get /api/khatmas/ "$1"
	is "$status $(field '.errors | keys | join(" ")')" "400 $2" "$3"
}

new_user reader
new_user other

get /api/khatmas/ 'filter=my_khatmas'
is "$status $(cat "$body") $(header X-Total-Count)" '200 [] 0' \
    'nothing is an empty array'
is "$(header Link)" '' 'without a link'
get /api/khatmas/ 'filter=my_khatmas&page=1'
is "$status $(field tojson)" \
    '200 {"count":0,"next":null,"previous":null,"results":[]}' \
    'or an empty first page'

seq 105 | sed "s|.*|POST /api/khatmas/ $reader_token {\"name\": \"&\"}|" |
    together
is "$(grep -c ' 201$' "$answers/codes")" 105 'a hundred and five are made'

get /api/khatmas/ 'filter=my_khatmas'
is "$status $(field 'type + " \(length)"')" '200 array 100' \
    'a list has a hundred items'
is "$(header X-Total-Count)" 105 'X-Total-Count says of how many'
like "$(header Link)" '^<http://localhost/api/khatmas/[^>]*>; rel="next"$' \
    'Link says where the rest is'
field '.[].id' >"$scratch/ids"
next=$(header Link | sed 's|^<http://localhost\([^>]*\)>.*|\1|')
req GET "$next" '' "$reader_token"
is "$status $(field '.results | length')" '200 5' 'the link leads there'
is "$(header Link)" '' 'and there is no more'
field '.results[].id' >>"$scratch/ids"
is "$(sort -u "$scratch/ids" | wc -l)" 105 'together they are all'

req HEAD '/api/khatmas/?filter=my_khatmas' '' "$reader_token"
is "$status $(header X-Total-Count)" '200 105' 'HEAD counts, too'

get /api/khatmas/ 'filter=my_khatmas&page=1'
is "$(field 'keys | join(" ")')" 'count next previous results' \
    'a page is in an envelope'
is "$(field '[.count, (.results | length), .previous] | tojson')" \
    '[105,20,null]' 'it has 20 items'
is "$(header X-Total-Count)" 105 'and the headers'
get /api/khatmas/ 'filter=my_khatmas&page_size=50'
is "$(field '[.count, (.results | length)] | tojson')" '[105,50]' \
    'page_size sets another number'
get /api/khatmas/ 'filter=my_khatmas&page_size=100'
is "$(field '.results | length')" 100 'up to a hundred'
get /api/khatmas/ 'filter=my_khatmas&page_size=%3100'
is "$(field '.results | length')" 100 'however it is encoded'

path="/api/khatmas/?filter=my_khatmas&ordering=name&search=1&page_size=8"
pages=0
: >"$scratch/ids"
while [ "$path" != null ] && [ "$pages" -lt 20 ]; do
	req GET "$path" '' "$reader_token"
	[ "$status" = 200 ] || break
	pages=$((pages + 1))
	field '.results[].name' >>"$scratch/ids"
	[ "$pages" != 2 ] || before=$(field .previous)
	path=$(field .next | sed 's|^http://localhost||')
done
is "$path $pages" 'null 3' 'next leads from page to page, to the last'
is "$(wc -l <"$scratch/ids")" "$(seq 105 | grep -c ^1)" \
    'with search and filter kept'
ok 'and the order' sort -c "$scratch/ids"
req GET "${before#http://localhost}" '' "$reader_token"
is "$status $(field '[.results[0].name, .previous] | tojson')" \
    '200 ["1",null]' 'previous leads back'

get /api/khatmas/ 'filter=my_khatmas&page=6'
is "$status $(field '[(.results | length), .next] | tojson')" \
    '200 [5,null]' 'the last page has the rest'
get /api/khatmas/ 'filter=my_khatmas&page=7'
is "$status $(field .code)" '404 page_not_found' 'there is none behind it'
get /api/khatmas/ 'filter=my_khatmas&page=1000000&page_size=100'
wants 404 'however far'

host=khatma.example:8443
req GET "/api/khatmas/?filter=my_khatmas&page=1" '' "$reader_token" \
    -H "Host: $host"
is "$(field '.next | sub("after=[^&]*&"; "")')" \
    "http://$host/api/khatmas/?page=2&page_size=20&filter=my_khatmas" \
    'links name the host that the client called'
req GET "/api/khatmas/?filter=my_khatmas&page=1" '' "$reader_token" \
    -H "Host: $(printf '%04065d' 0)"
like "$status" '^[24]' 'however long its name is, there is an answer'

refuses page=0 page 'pages are counted from 1'
refuses page=-1 page 'and not backwards'
refuses page=x page 'with digits'
refuses page=1.5 page 'and whole numbers'
refuses page= page 'and something'
refuses page=99999999999999999999 page 'within reason'
refuses page_size=0 page_size 'a page has 1 item at least'
refuses page_size=101 page_size 'and 100 at most'
refuses page_size=all page_size 'and a number of them'
refuses 'page=x&page_size=x' 'page page_size' 'both are named'
refuses 'page=x&filter=x' 'filter page' 'with what else is wrong'

# Every list has pages.
req GET '/api/khatmas/?filter=my_khatmas&page_size=1' '' "$reader_token"
id=$(field '.results[0].id')
for list in search/khatmas sessions "khatmas/$id/sessions" achievements \
    "achievements/user/$reader_id" notifications; do
	get "/api/$list/" ''
	is "$status $(field type)" '200 array' "$list/: a bare array"
	like "$(header X-Total-Count)" '^[0-9]+$' "$list/: how many there are"
	get "/api/$list/" 'page=1'
	is "$status $(field 'keys | join(" ")')" \
	    '200 count next previous results' "$list/: an envelope"
	get "/api/$list/" 'page=900000&page_size=100'
	wants 404 "$list/: no page behind the last"
	get "/api/$list/" 'page_size=1000'
	wants 400 "$list/: a page has an end"
	req GET "/api/$list/"
	wants 401 "$list/: a token is needed"
done

done_testing
