#!/bin/sh
# Each program answers one request as plain CGI (RFC 3875), without a server,
# as it does behind one.
. "$(dirname "$0")/tap.sh"

export KHATMA_CONF="$stack/khatma.conf"

# cgi GROUP METHOD PATH BODY [NAME=VALUE...]: sets $status, $headers and $body.
cgi() {
	group=$1 method=$2 path=$3
	printf '%s' "$4" >"$scratch/sent"
	shift 4
	env REQUEST_METHOD="$method" SCRIPT_NAME="$path" QUERY_STRING= \
	    CONTENT_LENGTH="$(wc -c <"$scratch/sent")" \
	    CONTENT_TYPE=application/json "$@" "$BUILD/bin/$group" \
	    <"$scratch/sent" >"$scratch/answer" 2>"$scratch/log"
	exited=$?
	sed -n '1,/^\r*$/p' "$scratch/answer" >"$headers"
	sed '1,/^\r*$/d' "$scratch/answer" >"$body"
	status=$(header Status | cut -d ' ' -f 1)
}

kept() {
	jq -S 'if type == "object" then del(.request_id, .access, .refresh)
	    else . end' "$body"
}

new_user ali
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' "$ali_token"
khatma=$(field .id)
login="{\"email\": \"$ali_email\", \"password\": \"$ali_password\"}"

# --- All nine ----------------------------------------------------------------

while read -r group method path json; do
	req "$method" "$path" "$json" "$ali_token"
	first=$status
	kept >"$scratch/by-server"
	cgi "$group" "$method" "$path" "$json" \
	    HTTP_AUTHORIZATION="Bearer $ali_token"
	is "$exited $status" "0 $first" "$group: $method $path is answered"
	kept >"$scratch/by-cgi"
	ok 'as behind a server' diff "$scratch/by-server" "$scratch/by-cgi"
	is "$(jq -r '[.group, .m, .st] | join(" ")' "$scratch/log")" \
	    "$group $method $status" 'and standard error has its log line'
done <<END
auth POST /api/login/ $login
users GET /api/user/me/
khatmas GET /api/khatmas/$khatma/
sessions GET /api/sessions/
stats GET /api/stats/user/
achievements GET /api/achievements/
notifications PATCH /api/notifications/mark-all-read/ {}
dashboard GET /api/dashboard/
health GET /api/health/ready/
END

cgi health GET /api/health/live/ ''
is "$(head -n 1 "$headers")" "$(printf 'Status: 200 OK\r')" \
    'an answer begins with its status'
is "$(header Content-Type) $(cat "$body")" 'application/json {"status":"ok"}' \
    'and has type and body'
cgi health HEAD /api/health/live/ ''
is "$status $(wc -c <"$body")" '200 0' 'HEAD has none'

# --- What servers do differently ---------------------------------------------

me="Bearer $ali_token"
cgi users GET /api '' PATH_INFO=/user/me/ HTTP_AUTHORIZATION="$me"
is "$status $(field .id)" "200 $ali_id" 'a path may come in two parts'
cgi users GET '' '' PATH_INFO=/api/user/me HTTP_AUTHORIZATION="$me"
is "$status" 200 'or all in the second'
cgi users GET /api/user/me/ '' REDIRECT_HTTP_AUTHORIZATION="$me"
is "$status" 200 "Apache's rewritten token is found"
cgi khatmas GET /api/khatmas/ '' HTTP_AUTHORIZATION="$me" \
    QUERY_STRING='filter=my_khatmas&page_size=1' HTTPS=on \
    HTTP_HOST=khatma.example:443
is "$status $(field .count)" '200 1' 'a query is read'
req POST /api/khatmas/ '{"name": "L"}' "$ali_token"
for pair in 'HTTPS=on https://' 'REQUEST_SCHEME=https https://' \
    'HTTPS= http://' 'REQUEST_SCHEME=http http://'; do
	cgi khatmas GET /api/khatmas/ '' HTTP_AUTHORIZATION="$me" \
	    QUERY_STRING='filter=my_khatmas&page_size=1' \
	    HTTP_HOST=khatma.example "${pair% *}"
	is "$(field '.next | sub("after=[^&]*&"; "")')" \
	    "${pair#* }khatma.example/api/khatmas/?page=2$(
	    )&page_size=1&filter=my_khatmas" \
	    "${pair% *}: links begin with ${pair#* }"
done
cgi khatmas GET /api/khatmas/ '' HTTP_AUTHORIZATION="$me" \
    QUERY_STRING='filter=my_khatmas&page_size=1' HTTP_HOST=inside:8087 \
    KHATMA_PUBLIC_URL=https://khatma.example
like "$(field .next)" '^https://khatma\.example/api/' \
    'or as the administrator says'

cgi users PATCH /api/user/me/ '{"bio": "chunked"}' HTTP_AUTHORIZATION="$me" \
    CONTENT_LENGTH= HTTP_TRANSFER_ENCODING=chunked
is "$status $(field .bio)" '200 chunked' \
    'a body without a length is read to its end'
cgi users PATCH /api/user/me/ "$(printf '{"a": "%70000s"}' x)" \
    HTTP_AUTHORIZATION="$me" CONTENT_LENGTH= HTTP_TRANSFER_ENCODING=chunked
is "$status $(field .code)" '413 body_too_large' 'but not beyond 64 KiB'
cgi users PATCH /api/user/me/ '{"bio": "cut"}' HTTP_AUTHORIZATION="$me" \
    CONTENT_LENGTH=100
is "$status $(field .code)" '400 bad_request' 'a body that was cut is refused'
for length in -1 99999999999999999999999 65537; do
	cgi users PATCH /api/user/me/ '{"bio": "x"}' \
	    HTTP_AUTHORIZATION="$me" CONTENT_LENGTH="$length"
	is "$status" 413 "a length of $length is too much"
done
cgi users PATCH /api/user/me/ '{"bio": "x"}' HTTP_AUTHORIZATION="$me" \
    CONTENT_LENGTH=x
is "$status" 400 'and x is none'

# --- Words of a query --------------------------------------------------------

# A server may pass those of a query without = as arguments (RFC 3875 4.4).
for words in -t "-c $scratch/nothing" "-c$scratch/nothing" 'a b'; do
	# shellcheck disable=SC2086 # several words
	said=$(REQUEST_METHOD=GET SCRIPT_NAME=/api/health/live/ \
	    "$BUILD/bin/health" $words </dev/null 2>/dev/null | head -n 1)
	is "$said" "$(printf 'Status: 200 OK\r')" \
	    "a client's words are no options: $words"
done

# --- Ids ---------------------------------------------------------------------

cgi health GET /api/health/live/ '' HTTP_X_REQUEST_ID=web-Server-0123
is "$(header X-Request-Id) $(jq -r .rid "$scratch/log")" \
    'web-Server-0123 web-Server-0123' "the server's request id is used"
for id in short "$(printf '%065d' 0)" 'a b c d e f' 'x<script>12345' \
    "$(printf 'aaaaaaaaaa\r\nSet-Cookie: a=b')" 'aaaaaaaa"b'; do
	cgi health GET /api/health/live/ '' HTTP_X_REQUEST_ID="$id"
	like "$(header X-Request-Id)" '^[0-9a-f]{32}$' \
	    'one that is odd is replaced'
	is "$(header Set-Cookie)" '' 'and brings no header in'
done

# --- Nothing at all ----------------------------------------------------------

for group in auth users khatmas sessions stats achievements notifications \
    dashboard health; do
	(env -i KHATMA_CONF="$KHATMA_CONF" "$BUILD/bin/$group" \
	    </dev/null 2>"$scratch/log") | head -n 1 >"$scratch/first"
	is "$(cat "$scratch/first")" "$(printf 'Status: 404 Not Found\r')" \
	    "$group: no request at all is an address that is not there"
done

cgi users GET /api/user/me/ '' HTTP_AUTHORIZATION="$me" \
    KHATMA_DB_SOCKET="$scratch/nothing"
is "$exited $status $(field .code)" '0 503 database_unavailable' \
    'without a database it says that the service is away'
like "$(header Retry-After)" '^[1-9]' 'and for how long'

done_testing
