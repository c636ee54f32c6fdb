#!/bin/sh
# Browsers may call the service from the sites that KHATMA_CORS_ORIGINS lists,
# and from no other.
. "$(dirname "$0")/tap.sh"

good=https://khatma.example

# allowed: which origin the last answer lets read it.
allowed() {
	header Access-Control-Allow-Origin
}

# --- As it is delivered ------------------------------------------------------

req GET /api/health/live/ '' '' -H "Origin: $good"
is "$status $(allowed)" '200 ' 'HTTP-21: without the setting no site is let in'
req OPTIONS /api/khatmas/ '' '' -H "Origin: $good" \
    -H 'Access-Control-Request-Method: POST'
is "$status $(grep -ic '^Access-Control' "$headers")" '204 0' \
    'not even by a question beforehand'

# --- With two sites ----------------------------------------------------------

echo "KHATMA_CORS_ORIGINS=$good, http://localhost:3000" >"$scratch/conf"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/conf"
new_user ali

for origin in "$good" http://localhost:3000; do
	req GET /api/user/me/ '' "$ali_token" -H "Origin: $origin"
	is "$status $(allowed)" "200 $origin" "HTTP-21: $origin is let in"
	like "$(header Vary | tr '\n' ' ')" 'Origin' \
	    'HTTP-21: and caches are told that it matters'
	is "$(header Access-Control-Allow-Credentials)" '' \
	    'HTTP-21: without cookies'
	like "$(header Access-Control-Expose-Headers)" \
	    'Location.*Link.*X-Total-Count.*X-Request-Id' \
	    'with the headers that a client needs'
done

for origin in http://khatma.example https://khatma.example:444 \
    https://khatma.example.evil.com https://evil-khatma.example \
    https://sub.khatma.example https://khatma.exampl https://khatma.example/ \
    HTTPS://KHATMA.EXAMPLE null '*' 'https://khatma.example,' \
    "$good, http://localhost:3000" http://localhost:30000 \
    http://localhost https://evil.com "$good https://evil.com"; do
	req GET /api/user/me/ '' "$ali_token" -H "Origin: $origin"
	is "$status $(allowed)" '200 ' "HTTP-21: $origin is not"
done
like "$(header Vary | tr '\n' ' ')" 'Origin' \
    'and caches are told that another one might'
req GET /api/user/me/ '' "$ali_token"
is "$status $(allowed)" '200 ' 'without an origin nothing is said'
like "$(header Vary | tr '\n' ' ')" 'Origin' 'but to caches'

# What went wrong has to be readable as well.
req GET /api/user/me/ '' '' -H "Origin: $good"
is "$status $(allowed)" "401 $good" 'an error can be read'
req DELETE /api/login/ '' '' -H "Origin: $good"
is "$status $(allowed)" "405 $good" 'a wrong method, too'

# --- The question beforehand -------------------------------------------------

# preflight METHOD PATH [HEADERS]
preflight() {
	req OPTIONS "$2" '' '' -H "Origin: $good" \
	    -H "Access-Control-Request-Method: $1" \
	    -H "Access-Control-Request-Headers: ${3-authorization}"
}

for call in 'POST /api/login/' 'GET /api/khatmas/' 'PATCH /api/user/me/' \
    'DELETE /api/khatmas/1/leave/' 'PUT /api/khatmas/1/' \
    'POST /api/khatmas/1/sessions/' 'GET /api/stats/user/' \
    'GET /api/achievements/' 'PATCH /api/notifications/1/read/' \
    'GET /api/dashboard/' 'GET /api/health/live/'; do
	preflight "${call% *}" "${call#* }" 'authorization, content-type'
	is "$status $(allowed)" "204 $good" "$call may be called"
	like "$(header Access-Control-Allow-Methods)" \
	    "(^|, )${call% *}(,|\$)" 'by its method'
	like "$(header Access-Control-Allow-Headers)" \
	    'Authorization.*Content-Type.*Accept-Language' 'with its headers'
done
like "$(header Access-Control-Max-Age)" '^[1-9][0-9]*$' \
    'and need not be asked each time'
req OPTIONS /api/login/ '' '' -H 'Origin: https://evil.com' \
    -H 'Access-Control-Request-Method: POST'
is "$status $(grep -ic '^Access-Control' "$headers")" '204 0' \
    'HTTP-21: another site is not told anything'

done_testing
