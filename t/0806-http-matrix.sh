#!/bin/sh
# Requests that are written so that two servers in a row, or a server and a
# programmer, read them differently. Many are no proper HTTP, so they are sent
# byte by byte.
# shellcheck disable=SC2016 # dollars are nginx's
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/raw.sh"

printf 'KHATMA_CORS_ORIGINS=https://khatma.example\n' >"$scratch/conf"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/conf"
new_user ali
auth="Authorization: Bearer $ali_token"
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' "$ali_token"
khatma=/api/khatmas/$(field .id)/
# The rest of a request that is good but for what stands before it.
rest="Host: localhost\r\nConnection: close\r\n\r\n"

# once STATUS NAME: the last request had one answer, with this status.
once() {
	is "$answered_times $status" "1 $1" "$2"
}

# --- Addresses ---------------------------------------------------------------

for path in /api/%75ser/me/ /api/user%2fme/ /api/x/../user/me/ \
    /api/x/%2e%2e/user/me/ /api/./user/me/ /api/user/%6d%65 //api//user//me// \
    /api/user/me/x/..; do
	raw "GET %s HTTP/1.1\r\n$rest" "$path"
	once 401 "HTTP-01: $path is user/me, and wants a token"
done
for path in /api%252fuser/me/ /api/user%252fme/ /api/%2575ser/me/ \
    /api/user/me%5c /api/..%5cuser/me/; do
	req GET "$path" '' "$ali_token"
	is "$status" 404 "HTTP-01: $path is not decoded twice"
done
raw 'GET http://localhost/api/user/me/ HTTP/1.1\r\n'"$rest"
once 401 'HTTP-01: a whole URL is the address in it'
for path in /api/%00/ /api/user/me%00 /api/%zz/ /api/% /../ /api/../../etc; do
	raw "GET %s HTTP/1.1\r\n$rest" "$path"
	once 400 "HTTP-04: $path is refused"
done
raw 'GET /api/user/me/\000 HTTP/1.1\r\n'"$rest"
once 400 'HTTP-04: the byte 0 is refused'
for path in /api/khatmas%0d%0aX-Evil:1/ '/api/%0d%0a%0d%0aHTTP/1.1%20200' \
    '/%0d%0aX-Evil:1' '/api/search/khatmas/?q=%0d%0aX-Evil:1'; do
	req GET "$path" '' "$ali_token"
	like "$status" '^4' "HTTP-05: $path is refused"
	is "$(grep -ci evil "$headers")" 0 'HTTP-05: and makes no header'
done
raw 'GET /api/user/me/\rX-Evil:1 HTTP/1.1\r\n'"$rest"
once 400 'HTTP-05: a bare carriage return is refused'

# --- Methods -----------------------------------------------------------------

for method in TRACE CONNECT; do
	raw "$method /api/user/me/ HTTP/1.1\r\n$rest"
	once 405 "HTTP-07: $method is refused"
	is "$(grep -c 'Connection: close' "$body")" 0 'HTTP-07: with no echo'
done
raw "CONNECT 127.0.0.1:22 HTTP/1.1\r\n$rest"
like "$status" '^(400|405)$' 'HTTP-07: the service is no proxy'
for method in TRACK PROPFIND FOO; do
	raw "$method /api/user/me/ HTTP/1.1\r\n$rest"
	once 405 "HTTP-07: $method is refused"
	like "$(header Allow)" '^GET, HEAD, PATCH' 'HTTP-07: with Allow'
	raw "$method /api/nothing/ HTTP/1.1\r\n$rest"
	once 404 "HTTP-07: $method of nothing is not found"
done
for method in get Get 'G ET' 'GET('; do
	raw "$method /api/user/me/ HTTP/1.1\r\n$rest"
	like "$status" '^(400|405)$' "HTTP-07: $method is no method"
done

for name in X-HTTP-Method-Override X-HTTP-Method X-Method-Override; do
	req POST "$khatma" '{}' "$ali_token" -H "$name: DELETE"
	is "$status" 405 "HTTP-08: $name does not make a POST a DELETE"
	req GET "$khatma" '' "$ali_token" -H "$name: DELETE"
	is "$status" 200 'HTTP-08: nor a GET'
done
req POST "$khatma?_method=DELETE" '{"_method": "DELETE"}' "$ali_token"
is "$status" 405 'HTTP-08: nor does _method'
req POST "$khatma" '' "$ali_token" -d _method=DELETE
is "$status" 405 'HTTP-08: nor in a form'
req GET "$khatma" '' "$ali_token"
wants 200 'HTTP-08: and what it would have deleted is there'

for path in "$khatma" /api/health/live/ /api/user/me/ /api/nothing/ /nothing; do
	raw "HEAD $path HTTP/1.1\r\n$auth\r\n$rest"
	is "$answered_times $(wc -c <"$body")" '1 0' \
	    "HTTP-09: HEAD $path has no body"
	head=$status
	raw "GET $path HTTP/1.1\r\n$auth\r\n$rest"
	is "$head" "$status" 'HTTP-09: and the status of GET'
done
raw "OPTIONS $khatma HTTP/1.1\r\n$rest"
once 204 'HTTP-09: OPTIONS asks for no token'
like "$(header Allow)" '^GET, HEAD, PUT, PATCH, DELETE, OPTIONS$' \
    'HTTP-09: and says what may be done'

# --- Bodies ------------------------------------------------------------------

patch='PATCH /api/user/me/ HTTP/1.1\r\n'"$auth"'\r\n'
patch=${patch}'Content-Type: application/json\r\n'
chunked='Transfer-Encoding: chunked\r\n'
smuggled='GET /api/health/live/ HTTP/1.1\r\n'"$rest"

raw "$patch$chunked${rest}6\r\n{\"bio\"\r\n7\r\n: \"in\"}\r\n0\r\n\r\n"
once 200 'HTTP-10: a body may come in chunks'
is "$(field .bio)" in 'HTTP-10: which are put together'
raw "$patch$chunked${rest}5;a=\"b\"\r\n{\"bio\r\n8\r\n\": \"ex\"}\r\n\
0\r\nX: y\r\n\r\n"
is "$answered_times $status $(field .bio)" '1 200 ex' \
    'HTTP-10: extensions and trailers change nothing'
for size in -1 0x6 g ffffffffffffffff1; do
	raw "$patch$chunked${rest}$size\r\n{\"bio\"\r\n0\r\n\r\n"
	once 400 "HTTP-10: a chunk of $size bytes is refused"
done
raw "$patch$chunked"'Transfer-Encoding: chunked\r\n'"${rest}0\r\n\r\n"
once 400 'HTTP-11: chunked twice is refused'
raw "$patch"'Transfer-Encoding: gzip, chunked\r\n'"${rest}0\r\n\r\n"
once 501 'HTTP-11: another coding is not known'
raw "$patch"'Transfer-Encoding: \013chunked\r\n'"${rest}0\r\n\r\n$smuggled"
like "$answered_times $status" '^1 (400|501)$' \
    'HTTP-11: nor one behind a blank that is none'
for length in 0 5; do
	raw "$patch${chunked}Content-Length: $length\r\n${rest}\
0\r\n\r\n$smuggled"
	once 400 "HTTP-11: chunks and a length of $length are refused"
done
for length in -1 +5 5x 0x5 '5, 5' 5.0 99999999999999999999999 ''; do
	raw "${patch}Content-Length: $length\r\n${rest}{\"a\":1}"
	like "$answered_times $status" '^1 (400|413)$' \
	    "HTTP-11: a length of \"$length\" is refused"
done
for lengths in '2 2' '2 40' '40 2'; do
	raw "${patch}Content-Length: ${lengths% *}\r\n\
Content-Length: ${lengths#* }\r\n${rest}{}$smuggled"
	once 400 "HTTP-11: two lengths ($lengths) are refused"
done
raw "${patch}Content-Length: 2\r\n${rest}{}$smuggled"
once 200 'HTTP-11: what stands behind a body is no request'
raw "${patch}Content-Length : 2\r\n${rest}{}"
once 400 'HTTP-11: a blank before a colon is refused'
raw "GET /api/health/live/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
once 400 'HTTP-11: two hosts are refused'
raw 'GET /api/health/live/ HTTP/1.1\r\nConnection: close\r\n\r\n'
once 400 'HTTP-11: no host is refused'
for host in '' evil,b 'evil b' evil/b evil@b 'evil\tb' '"evil"' '<evil>'; do
	raw "GET /api/khatmas/?page=1 HTTP/1.1\r\nHost: $host\r\n$auth\r\n\
Connection: close\r\n\r\n"
	like "$answered_times $status" '^1 (400|200)$' \
	    "HTTP-11: the host '$host' does no harm"
	is "$(cat "$headers" "$body" | grep -c evil)" 0 \
	    'HTTP-11: and is not told again'
done
raw "GET /api/health/live/ HTTP/1.1\r\nX-A: b\000c\r\n$rest"
once 400 'HTTP-11: the byte 0 in a header is refused'
raw "GET /api/user/me/ HTTP/1.1\r\n$auth\r\n$auth\r\n$rest"
once 400 'TOK-07: two headers Authorization are refused'
raw "GET /api/health/live/ HTTP/1.1\r\n continued: x\r\n$rest"
like "$answered_times $status" '^1 (200|400)$' \
    'HTTP-11: a folded header does no harm'
raw "GET /api/health/live/ HTTP/1.1\nHost: localhost\nConnection: close\n\n"
like "$answered_times $status" '^1 (200|400)$' \
    'HTTP-11: nor do lines without a carriage return'
raw 'GET /api/health/live/\r\n'
like "$answered_times" '^[01]$' 'HTTP-11: nor does HTTP/0.9'
raw "GET /api/health/live/ HTTP/2.0\r\n$rest"
once 505 'HTTP-11: another version is not spoken'

# --- Headers -----------------------------------------------------------------

like "$(cat "$root/nginx.conf.example")" 'fastcgi_param HTTP_PROXY +"";' \
    'HTTP-12: the header Proxy is taken out'
req GET /api/health/ready/ '' '' -H 'Proxy: http://127.0.0.1:9/'
wants 200 'HTTP-12: and changes nothing'
req GET /api/user/nothing/ '' '' -H 'Accept_Language: ar' \
    -H 'X_Request_Id: 01234567'
is "$status $(header Content-Language)" '404 en' \
    'HTTP-13: a header with an underscore is not its namesake'
isnt "$(header X-Request-Id)" 01234567 'HTTP-13: neither'
req GET /api/user/me/ '' '' -H "AUTHORIZATION_: Bearer $ali_token" \
    -H "HTTP_AUTHORIZATION: Bearer $ali_token"
is "$status" 401 'HTTP-13: nor does one bring a token'

req POST /api/khatmas/ '{"name": "L"}' "$ali_token" -H 'Host: evil.example'
is "$status $(cat "$headers" "$body" | grep -c evil)" '201 0' \
    'HTTP-14: another host is in no Location'
for path in "$khatma" /api/nothing/ /nothing /api/user/me /api; do
	req GET "$path" '' "$ali_token" -H 'Host: evil.example'
	is "$(cat "$headers" "$body" | grep -c evil)" 0 \
	    "HTTP-14: nor in an answer of $path"
	isnt "$(header Cache-Control | grep -c no-store)" 0 \
	    'HTTP-14: which nobody keeps'
done
# The service is called under any name, so links to further pages have the one
# that this very client called; nobody else is ever given them.
req GET '/api/khatmas/?page_size=1' '' "$ali_token" -H 'Host: evil.example'
like "$(field .next) $(header Cache-Control)" \
    '^http://evil\.example/api/khatmas/\?page=2.* no-store$' \
    'HTTP-14: a link to the next page has it, and is not kept'
raw "GET http://evil.example/api/khatmas/?page_size=1 HTTP/1.1\r\n\
$auth\r\n$rest"
is "$status $(grep -c evil "$body")" '200 0' \
    'HTTP-14: but not from the first line'
echo 'KHATMA_PUBLIC_URL=https://khatma.example' >>"$stack/khatma.conf"
KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" reload khatmas >/dev/null
req GET '/api/khatmas/?page_size=1' '' "$ali_token" -H 'Host: evil.example' \
    -H 'X-Forwarded-Host: evil.example' -H 'X-Forwarded-Proto: gopher'
like "$(field .next)" '^https://khatma\.example/api/khatmas/' \
    'HTTP-14: KHATMA_PUBLIC_URL is what links have then'
is "$(cat "$headers" "$body" | grep -c evil)" 0 'HTTP-14: and nothing else'

for type in text/html image/png 'application/xml;q=1, */*;q=0' ''; do
	req GET "$khatma" '' "$ali_token" -H "Accept: $type"
	is "$status $(header Content-Type)" '200 application/json' \
	    "HTTP-19: who accepts \"$type\" is answered in JSON"
done
req GET /api/nothing/ '' '' -H 'Accept: text/html'
is "$status $(header Content-Type)" '404 application/problem+json' \
    'HTTP-19: and told problems as problems'

# --- Many logins -------------------------------------------------------------

stack_private WORKERS=1 AUTH_RATE=1r/m AUTH_BURST=3
for _ in 1 2 3 4; do
	req GET /api/login/
done
is "$status" 405 'four logins at once are let through'
for name in X-Forwarded-For X-Real-IP Forwarded Client-IP True-Client-IP \
    X-Client-IP CF-Connecting-IP; do
	req GET /api/login/ '' '' -H "$name: 192.0.2.$((tap_count % 250))"
	is "$status" 429 "HTTP-15: $name does not make somebody another one"
done
is "$(grep -c '192\.0\.2\.' "$stack/log/access.log")" 0 \
    'HTTP-15: and is not who the log says it was'
for path in /api/login /api/%6cogin/ /api/x/../login/ //api///login//; do
	req GET "$path"
	is "$status" 429 "HTTP-01: $path is counted as login/"
done
ok 'slashes count from now on' \
    nginx_edited 's/merge_slashes on/merge_slashes off/'
for path in //api//login/ /api//login/ //api/login/ /api/login//; do
	req POST "$path" '{}'
	like "$status" '^(404|429)$' \
	    "HTTP-02: $path is no way around that where slashes count"
done

done_testing
