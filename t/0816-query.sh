#!/bin/sh
# What stands behind the question mark: each parameter once, percent-encoded
# UTF-8, with a value that there is.
. "$(dirname "$0")/tap.sh"

new_user ali
word=query$(random_word)
for n in 1 2 3; do
	req POST /api/khatmas/ "{\"name\": \"$word nr $n & $((n * n))%\",
	    \"khatma_type\": \"group\"}" "$ali_token"
done

get() {
	req GET "/api/$1" '' "$ali_token"
}

# --- How it is written -------------------------------------------------------

for query in 'a=%' 'a=%4' 'a=%zz' 'a=%4g' '%=1' 'a=%ff' 'a=%c0%af' 'a=%d9' \
    'a=%ed%a0%80' 'a=%00' '%00=1' 'a=%0a' 'a=%0d%0aX:y' 'a=%07' 'a=%7f' \
    'a=1&a=1' 'a=1&b=2&%61=3' 'page=1&page=2' 'a&a' '=1&=2'; do
	get "khatmas/?$query"
	is "$status $(field .code)" '400 bad_query' "VAL-03: ?$query is refused"
done
like "$(field .detail)" 'percent-encode UTF-8' 'and it says what is wanted'
for query in '' '&' '&&a=1&&' 'a' 'a=' '=' '=1' 'a=b=c' 'a=1&A=2' 'unknown=x' \
    '%d9%85=%d9%86' 'a=%25%26%3d' "a='--" 'a=/../?x'; do
	get "khatmas/?$query"
	wants 200 "?$query is harmless"
done
req PATCH '/api/user/me/?a=%zz' '{"bio": "x"}' "$ali_token"
is "$status $(field .code)" '400 bad_query' 'where none is read it is, too'
req POST '/api/login/?email=a@b.c&password=x' '{}'
is "$status $(field '.errors | keys | join(" ")')" '400 email password' \
    'what belongs into the body is not taken from there'

# --- What it says ------------------------------------------------------------

get "khatmas/?filter=my_khatmas&search=$word"
is "$status $(field length)" '200 3' 'a parameter is a word'
get "khatmas/?filter=my_khatmas&search=$word+nr+2"
is "$status $(field length)" '200 1' 'plus is a blank'
get "khatmas/?filter=my_khatmas&search=$word%20nr%203%20%26%209%25"
is "$status $(field length)" '200 1' 'and what is encoded is decoded once'
get "khatmas/?filter=my_khatmas&search=$word%2520nr"
is "$status $(field length)" '200 0' 'and not twice'
get 'khatmas/?filter=nothing'
is "$status $(field '.errors | keys | join(" ")')" '400 filter' \
    'VAL-03: a value that there is not is named'
get 'khatmas/?filter=x&status=x&khatma_type=x&ordering=x&page=x&page_size=x'
is "$(field '.errors | keys | join(" ")')" \
    'filter khatma_type ordering page page_size status' 'with all others'

# --- Pages -------------------------------------------------------------------

for value in 0 -1 x 1.5 '' 1e3 '%201' 99999999999999999999; do
	get "khatmas/?page=$value"
	is "$status $(field '.errors | keys | join(" ")')" '400 page' \
	    "VAL-03: page=$value is none"
	get "khatmas/?page_size=$value"
	is "$status $(field '.errors | keys | join(" ")')" '400 page_size' \
	    "VAL-03: nor is page_size=$value"
done
get 'khatmas/?page_size=101'
is "$status $(field '.errors | keys | join(" ")')" '400 page_size' \
    'VAL-03: a page has 100 items at most'
get 'khatmas/?filter=my_khatmas&page_size=100'
is "$status $(field .count)" '200 3' 'and may have 100'
get 'khatmas/?filter=my_khatmas&page=2'
is "$status $(field .code)" '404 page_not_found' \
    'VAL-03: a page that is not there'
get 'khatmas/?filter=my_khatmas&page=1000000'
is "$status $(field .code)" '404 page_not_found' 'VAL-03: however far'

done_testing
