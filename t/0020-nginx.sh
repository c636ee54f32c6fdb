#!/bin/sh
# What nginx answers by itself is a problem (RFC 9457) like any other, with the
# headers that every answer has.
. "$(dirname "$0")/tap.sh"

# problem STATUS CODE: the last answer is this one.
problem() {
	wants "$1" "HTTP-16: $2: the status"
	like "$(header Content-Type)" '^application/problem\+json' \
	    "HTTP-16: $2: its type"
	is "$(field '[.type, .status, .code] | join(" ")')" \
	    "about:blank $1 $2" "HTTP-16: $2: its members"
	like "$(field '.title, .detail')" '^[A-Z]' "HTTP-16: $2: says something"
	is "$(field .request_id)" "$(header X-Request-Id)" \
	    "HTTP-16: $2: its request id"
	is "$(header X-Content-Type-Options)" nosniff \
	    "HTTP-16: $2: not to be sniffed"
	is "$(header Cache-Control)" no-store "HTTP-16: $2: not to be stored"
}

# letters COUNT
letters() {
	head -c "$1" /dev/zero | tr '\0' a
}

req GET /api/%zz
problem 400 bad_request

req GET /api/health/live/ '' '' -H "X-Long: $(letters 9000)"
problem 400 bad_request

req GET /elsewhere
problem 404 not_found

req TRACE /api/health/live/
problem 405 method_not_allowed
like "$(header Allow)" 'GET, HEAD' 'with Allow'

letters 140000 >"$scratch/large"
req POST /api/login/ '' '' --data-binary "@$scratch/large"
problem 413 body_too_large

req GET "/api/$(letters 9000)"
problem 414 uri_too_long

req GET /_khatma/problem
problem 404 not_found

# Compression, of what has no secret in it.
new_user ali
req GET /api/health/live/ '' '' -H 'Accept-Encoding: gzip'
is "$status $(header Content-Encoding)" '200 ' \
    'what is so short is not compressed'
req POST /api/khatmas/ '{"name": "To be long"}' "$ali_token"
wants 201 'a khatma makes the export longer'
req GET /api/user/me/export/ '' "$ali_token" -H 'Accept-Encoding: gzip'
is "$status $(header Content-Encoding)" '200 gzip' \
    'what may be long is compressed'
req POST /api/login/ "{\"email\": \"$ali_email\",
    \"password\": \"$ali_password\"}" '' -H 'Accept-Encoding: gzip'
is "$status $(header Content-Encoding)" '200 ' \
    'a token is not, beside what the client sent'

# A client that guesses passwords.
stack_private AUTH_RATE=1r/m AUTH_BURST=20
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do
	req GET /api/login/
done
isnt "$status" 429 \
    'AUTH-06: twenty logins and one more are let through at once'
req GET /api/login/
problem 429 too_many_requests
is "$status" 429 'AUTH-06: and no more from this address'
is "$(header Retry-After)" 6 'with Retry-After'
for path in signup refresh logout password password/reset \
    password/reset/confirm; do
	req POST "/api/$path/" '{}'
	wants 429 "nor is there another try by $path/"
done
req GET /api/health/live/
wants 200 'and that does not concern other addresses'

# The account's deletion asks for a password, too, and is counted with them.
for path in user/me user/me/ user/profile/ user//me/; do
	req DELETE "/api/$path"
	problem 429 too_many_requests
done
for method in GET HEAD PATCH OPTIONS; do
	req "$method" /api/user/me/
	isnt "$status" 429 "$method of user/me/ is not"
done
req DELETE /api/user/me/sessions/1/
isnt "$status" 429 'nor is the end of a login'
stack_private AUTH_RATE=1r/m AUTH_BURST=2
for _ in 1 2 3 4; do
	req PATCH /api/user/me/
done
for path in user/me/ user/profile/ user/me; do
	req DELETE "/api/$path"
	isnt "$status" 429 'others do not use up what deletions may'
done
req DELETE /api/user/me/
problem 429 too_many_requests
req GET /api/login/
problem 429 too_many_requests

# A group that is stopped.
KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" stop stats
req GET /api/stats/user/
problem 503 service_unavailable
like "$(header Retry-After)" '^[0-9]+$' 'with Retry-After'
req POST /api/stats/user/ '{}'
problem 503 service_unavailable
req GET /api/health/live/
wants 200 'and the others go on'

done_testing
