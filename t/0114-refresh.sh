#!/bin/sh
# A refresh token gives new access tokens for as long as it is good.
. "$(dirname "$0")/tap.sh"

refresh() {
	req POST /api/refresh/ "{\"refresh\": \"$1\"}"
}

# refused NAME: the last answer says that the token is no good.
refused() {
	is "$status $(field .code)" '401 token_invalid' "$1"
}

new_user ali
new_user omar

refresh "$ali_refresh"
wants 200 'a refresh token is exchanged'
is "$(field 'keys | join(" ")')" access 'for an access token, as in the spec'
access=$(field .access)
isnt "$access" "$ali_token" 'which is a new one'
req GET /api/user/me/ '' "$access"
is "$status $(field .id)" "200 $ali_id" 'and opens the profile'
req GET /api/user/me/ '' "$ali_token"
wants 200 'as does the one before'
refresh "$ali_refresh"
wants 200 'the refresh token stays good'
req POST /api/refresh/ "{\"refresh\": \" $ali_refresh \", \"access\": \"x\"}"
wants 200 'blanks around it and other keys do no harm'

# It speaks for whom it was made.
refresh "$omar_refresh"
req GET /api/user/me/ '' "$(field .access)"
is "$(field .id)" "$omar_id" 'another refresh token is another person'

# An access token is no refresh token, and the other way round.
refresh "$ali_token"
refused 'an access token is not exchanged'
like "$(header WWW-Authenticate)" '^Bearer .*error="invalid_token"' \
    'TOK-06: and the challenge says what is wrong'
req GET /api/user/me/ '' "$ali_refresh"
refused 'a refresh token does not open the profile'

# Forged.
refresh "${ali_refresh%?????}AAAAA"
refused 'a signature that is not ours is refused'
refresh "${ali_refresh%.*}."
refused 'no signature is refused'
refresh "${ali_refresh%.*}"
refused 'not even a dot is refused'
first=${ali_refresh%%.*} signature=${ali_refresh##*.}
payload=$(printf '{"token_type":"refresh","exp":9999999999,"iat":1,
    "jti":"x","user_id":%s}' "$omar_id" | base64 -w 0 | tr '+/' '-_' | tr -d =)
refresh "$first.$payload.$signature"
refused 'other claims under the same signature are refused'
none=$(printf '{"alg":"none","typ":"JWT"}' | base64 -w 0 | tr -d =)
refresh "$none.$payload."
refused 'alg none is refused'
for word in x a.b.c .. ، "$(printf '%0.sA' $(seq 5000))"; do
	refresh "$word"
	like "$status" '^40[01]$' "$(printf %.10s "$word") is refused"
done

for json in '{}' '{"refresh": null}' '{"refresh": ""}' '{"refresh": 17}' \
    '{"refresh": ["a"]}' '{"token": "a"}'; do
	req POST /api/refresh/ "$json"
	is "$status $(field '.errors | keys | join(" ")')" '400 refresh' \
	    "$json: the field is named"
done

# The access token of the header does not matter, good or not.
req POST /api/refresh/ "{\"refresh\": \"$ali_refresh\"}" no.good.token
wants 200 'a dead access token is no hindrance'

done_testing
