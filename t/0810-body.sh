#!/bin/sh
# What may be sent as a body: JSON, under its own name, of 64 KiB at most.
. "$(dirname "$0")/tap.sh"

new_user ali

# padded BYTES: a change of the profile with so many bytes.
padded() {
	printf '{"bio": "x"%*s}' $(($1 - 12)) '' >"$scratch/sent"
}

# send TYPE [CURL-ARGUMENT...]: $scratch/sent, under this type.
send() {
	type=$1
	shift
	req PATCH /api/user/me/ '' "$ali_token" -H "Content-Type: $type" \
	    --data-binary "@$scratch/sent" "$@"
}

# --- Size --------------------------------------------------------------------

padded 65536
is "$(wc -c <"$scratch/sent")" 65536 'a body of 64 KiB'
send application/json
wants 200 'is taken'
send application/json -H 'Transfer-Encoding: chunked'
wants 200 'HTTP-10: in chunks, too'
padded 65537
for way in 'X-Way: whole' 'Transfer-Encoding: chunked'; do
	send application/json -H "$way"
	is "$status $(field .code)" '413 body_too_large' \
	    "one byte more is not ($way)"
	is "$(field '[.title, .status] | join("|")')" 'Content Too Large|413' \
	    'and the problem is whole'
done
padded 131000
send application/json
is "$status $(field .code)" '413 body_too_large' 'nor are many more'
padded 1000000
send application/json -H 'Expect:'
is "$status $(field .code)" '413 body_too_large' 'nor a million'
req GET /api/user/me/ '' "$ali_token" -H 'Content-Type: application/json' \
    --data-binary "@$scratch/sent"
wants 413 'even where none is read'
req POST /api/login/ '' '' -H 'Content-Type: application/json' \
    --data-binary "@$scratch/sent"
wants 413 'and where no token is asked for'
req GET /api/user/me/ '' "$ali_token"
wants 200 'and the service goes on'

# --- Type --------------------------------------------------------------------

printf '{"bio": "typed"}' >"$scratch/sent"
for type in application/json 'application/json; charset=utf-8' \
    'application/json;charset=UTF-8' 'application/json; charset="utf-8"' \
    APPLICATION/JSON 'Application/Json ; Charset=Utf-8'; do
	send "$type"
	wants 200 "HTTP-18: $type is JSON"
done
for type in text/plain application/x-www-form-urlencoded \
    'multipart/form-data; boundary=x' text/json application/jsonp \
    application/json-seq application/xml '*/*' json '' \
    'application/json; charset=latin1' 'application/json; charset=utf-16' \
    'text/plain; application/json'; do
	send "$type"
	is "$status $(field .code)" '415 unsupported_media_type' \
	    "HTTP-18: \"$type\" is not"
done
like "$(field .detail)" 'Content-Type: application/json' \
    'and it says what is wanted'
send text/plain -X POST
wants 405 'whether there is such a method comes before'
printf 'bio=x' >"$scratch/sent"
send application/json
is "$status $(field .code)" '400 body_not_json' \
    'what calls itself JSON has to be it'
req POST /api/login/ '' '' -H 'Content-Type: text/plain' \
    --data-binary '{"email": "a@b.c", "password": "x"}'
wants 415 'HTTP-18: a form of another site cannot sign in'

# --- None --------------------------------------------------------------------

for path in login signup refresh logout password/reset \
    password/reset/confirm; do
	req POST "/api/$path/"
	is "$status $(field .code)" '400 body_missing' "$path/ needs a body"
done
req PATCH /api/user/me/ '' "$ali_token" -H 'Content-Type: text/plain' -d ''
is "$status $(field .code)" '400 body_missing' \
    'nothing is nothing under whichever name'
req PATCH /api/user/me/ ' ' "$ali_token"
is "$status $(field .code)" '400 body_missing' 'blanks are nothing'
req PATCH /api/notifications/mark-all-read/ '' "$ali_token"
wants 200 'where nothing is asked for nothing has to be sent'
req PATCH /api/notifications/mark-all-read/ '{}' "$ali_token"
wants 200 'though it may'
req GET /api/user/me/ '{"bio": "by GET"}' "$ali_token"
is "$status $(field .bio)" '200 typed' 'a body of GET is not looked at'

done_testing
