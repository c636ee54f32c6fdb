#!/bin/sh
# The header Authorization, as RFC 6750 has it: what is missing, what is wrong
# and what is good enough.
. "$(dirname "$0")/tap.sh"

# ask [CURL-ARGUMENT...]: look at the profile.
ask() {
	req GET /api/user/me/ '' '' "$@"
}

# missing NAME: the last answer asks for a token and names no error.
missing() {
	is "$status $(field .code) $(header WWW-Authenticate)" \
	    '401 token_missing Bearer realm="khatma"' "$1"
}

# invalid NAME: the last answer says that the token is no good.
invalid() {
	is "$status $(field .code)" '401 token_invalid' "$1"
	like "$(header WWW-Authenticate)" '^Bearer realm="khatma", '\
'error="invalid_token", error_description="[^"]+"$' \
	    'and the challenge says so, too'
}

new_user ali
ask
missing 'TOK-06: without a header the answer asks for a token'
like "$(header Content-Type)" '^application/problem\+json' 'as a problem'
ask -H 'Authorization;'
missing 'an empty header is none'
ask -H "Authorization: Basic $(printf 'ali:pass' | base64)"
missing 'another scheme is none'
ask -H "Authorization: $ali_token"
missing 'a token without the scheme is none'
ask -H "Authorization: Bearerr $ali_token"
missing 'a word that begins like it is none'
ask -H "Authorization: Token $ali_token"
missing "Django's word is none"
req GET "/api/user/me/?access_token=$ali_token"
missing 'TOK-06: a token in the address is not looked at'
req PATCH /api/user/me/ "{\"bio\": \"x\", \"access_token\": \"$ali_token\"}"
missing 'TOK-06: nor is one in the body'
ask -H "Cookie: access=$ali_token"
missing 'nor one in a cookie'

ask -H 'Authorization: Bearer'
invalid 'TOK-06: the scheme without a token is no good'
ask -H 'Authorization: Bearer  '
invalid 'nor with blanks'
ask -H 'Authorization: Bearer null'
invalid 'nor with a word'
ask -H "Authorization: Bearer $ali_token $ali_token"
invalid 'nor with two tokens'
ask -H "Authorization: Bearer \"$ali_token\""
invalid 'nor with one in quotes'
ask -H "Authorization: Bearer ${ali_token}x"
invalid 'nor with one letter more'
ask -H "Authorization: Bearer ${ali_token%?}"
invalid 'or less'
ask -H "Authorization: Bearer $ali_token="
invalid 'nor with padding'
ask -H "Authorization: Bearer $(printf 'A%.0s' $(seq 7000))"
invalid 'nor with a token of seven thousand letters'

ask -H "Authorization: Bearer $ali_token" -H "Authorization: Bearer $ali_token"
wants 400 'TOK-07: two headers are a bad request'

ask -H "Authorization: Bearer $ali_token"
is "$status $(field .id)" "200 $ali_id" 'a good token is let in'
is "$(header WWW-Authenticate)" '' 'without a challenge'
ask -H "authorization: bearer $ali_token"
is "$status $(field .id)" "200 $ali_id" 'the scheme may be written small'
ask -H "Authorization: BEARER   $ali_token  "
is "$status $(field .id)" "200 $ali_id" 'or large, with blanks'

done_testing
