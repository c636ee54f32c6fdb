#!/bin/sh
# Every answer, good or bad, has the headers that keep it from being stored,
# sniffed or framed, and an id that stands in the log as well.
# shellcheck disable=SC2317 # functions that "ok" is given to call
. "$(dirname "$0")/tap.sh"

new_user ali
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' "$ali_token"
khatma=$(field .id)
new_user omar

# headers_of NAME: what every answer has, and what none has.
headers_of() {
	is "$(header X-Content-Type-Options)" nosniff \
	    "HTTP-20: $1: not to be sniffed"
	is "$(header Cache-Control)" no-store "HTTP-20: $1: not to be stored"
	is "$(header Content-Security-Policy)" \
	    "default-src 'none'; frame-ancestors 'none'" \
	    "HTTP-20: $1: loads nothing and is in no frame"
	is "$(header Referrer-Policy)" no-referrer \
	    "HTTP-20: $1: tells no referrer"
	is "$(header Cross-Origin-Resource-Policy)" same-origin \
	    "HTTP-20: $1: for no other site"
	like "$(header X-Request-Id)" '^[0-9a-f]{32}$' "HTTP-20: $1: has an id"
	is "$(header X-Powered-By)$(header Set-Cookie)" '' \
	    "HTTP-20: $1: no cookie, no boast"
	is "$(header Server | grep '[0-9]')" '' "HTTP-20: $1: and no version"
}

# problem_of NAME: what every error has.
problem_of() {
	like "$(header Content-Type)" '^application/problem\+json$' \
	    "HTTP-20: $1: is a problem"
	is "$(field .status) $(field .request_id)" \
	    "$status $(header X-Request-Id)" "HTTP-20: $1: with status and id"
	is "$(field '[.type, .title, .detail, .code] |
	    map(length > 0) | all')" true "HTTP-20: $1: and all its members"
	is "$(grep -ciE 'mysql|mariadb|sql|errno|/usr|/tmp|\.c:[0-9]|argon' \
	    "$body")" 0 "HTTP-20: $1: says nothing of what is inside"
}

# one STATUS METHOD PATH [JSON [TOKEN [CURL-ARGUMENT...]]]
one() {
	wanted=$1
	shift
	req "$@"
	wants "$wanted" "$1 $2: $wanted"
	headers_of "$wanted"
	case $wanted in
	2*)	like "$(header Content-Type)" '^(application/json)?$' \
		    "HTTP-20: $wanted: is JSON" ;;
	*)	problem_of "$wanted" ;;
	esac
}

one 200 GET /api/user/me/ '' "$ali_token"
one 201 POST /api/khatmas/ '{"name": "K"}' "$ali_token"
one 204 DELETE "/api/khatmas/$(field .id)/" '' "$ali_token"
one 204 OPTIONS /api/khatmas/
one 400 POST /api/signup/ '{}'
one 401 GET /api/user/me/
one 403 GET "/api/khatmas/$khatma/" '' "$omar_token"
one 404 GET /api/khatmas/9223372036854775807/ '' "$ali_token"
one 405 DELETE /api/user/me/export/
one 413 POST /api/login/ '' '' -H 'Content-Type: application/json' \
    --data-binary "$(printf '%70000s' x)"
one 415 POST /api/login/ '' '' -H 'Content-Type: text/plain' -d x
# What nginx answers by itself.
one 404 GET /nothing
one 400 GET /api/%zz
printf '%131073s' x >"$scratch/large"
one 413 POST /api/login/ '' '' --data-binary "@$scratch/large"
one 414 GET "/api/$(printf 'a%.0s' $(seq 9000))"

# Locations and links lead to where the client is.
req POST /api/khatmas/ '{"name": "K"}' "$ali_token"
is "$(header Location)" "/api/khatmas/$(field .id)/" \
    'HTTP-14: a Location has no host, so it is the one that was called'
req GET '/api/khatmas/?filter=my_khatmas&page_size=1' '' "$ali_token" \
    -H 'Host: khatma.example:8443'
like "$(header Link)" '^<http://khatma\.example:8443/api/khatmas/\?page=2' \
    'HTTP-14: a Link has the name that the client called'
req GET '/api/khatmas/?filter=my_khatmas&page_size=1' '' "$ali_token" \
    -H 'Host: evil"<x>'
is "$(grep -c 'evil' "$headers")" 0 'HTTP-14: but no name that is none'

# Ids: every answer its own, and none that the client made up.
req GET /api/health/live/
first=$(header X-Request-Id)
req GET /api/health/live/ '' '' -H "X-Request-Id: $first"
isnt "$(header X-Request-Id)" "$first" \
    'every answer has an id of its own, whatever the client sends'

# logged FILE: the last answer's id comes to stand there.
logged() {
	for _ in $(seq 100); do
		grep -qF "\"rid\":\"$id\"" "$stack/log/$1" && return
		sleep 0.1
	done
	return 1
}

req GET /api/user/me/
id=$(field .request_id)
ok 'the log has the same id' logged users.log
ok "and so has the web server's" logged access.log

done_testing
