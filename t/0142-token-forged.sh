#!/bin/sh
# Tokens that somebody made up, and tokens of the right key that are not for
# us: none of them opens anything. One of a Django service that shares the key
# does, where the settings say that it is shared.
# shellcheck disable=SC2016 # $now is for jq
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/forge.sh"

now=$(date +%s)

# claims JQ-EDIT: those of a good access token of ali's, changed.
claims() {
	jq -cn --argjson now "$now" --argjson id "$ali_id" '{
	    token_type: "access", exp: ($now + 3600), iat: $now,
	    jti: "5c2d7f7f5d4b4c2c9f3a7a0e6a1b2c3d", user_id: $id} | '"$1"
}

look() {
	req GET /api/user/me/ '' "$1"
}

bare='{"alg":"HS256","typ":"JWT"}'

# with_claims JQ-EDIT NAME: such a token is refused.
with_claims() {
	look "$(forge "$good" "$(claims "$1")")"
	is "$status $(field .code)" '401 token_invalid' "$2"
}

# with_header HEADER NAME [BITS]
with_header() {
	look "$(forge "$1" "$(claims .)" "${3-256}")"
	is "$status $(field .code)" '401 token_invalid' "$2"
}

# is_good TOKEN NAME
is_good() {
	look "$1"
	is "$status $(field .id)" "200 $ali_id" "$2"
}

new_users() {
	new_user ali
	new_user omar
	db "UPDATE users SET password_changed_at = '2020-01-01'
	    WHERE id = $ali_id"
}

new_users
good=$(header_of "$stack/jwt.key")
kid=$(kid_of "$stack/jwt.key")
is_good "$(forge "$good" "$(claims .)")" 'a token with our header is good'

# --- Headers -----------------------------------------------------------------

# What is refused whether the key is shared or not.
bad_headers() {
	with_header '{"alg":"none","typ":"JWT"}' 'JWT-01: alg none is refused'
	with_header '{"alg":"None","typ":"JWT"}' \
	    'JWT-01: however it is written'
	with_header '{"alg":"hs256","typ":"JWT"}' \
	    'JWT-03: HS256 is written large'
	with_header '{"alg":"HS384","typ":"JWT"}' \
	    'JWT-03: HS384 is not what we sign by' 384
	with_header '{"alg":"HS512","typ":"JWT"}' 'JWT-03: nor is HS512' 512
	with_header "{\"alg\":\"HS512\",\"kid\":\"$kid\",\"typ\":\"JWT\"}" \
	    'JWT-03: even when it names our key' 512
	with_header '{"alg":"RS256","typ":"JWT"}' 'JWT-04: RS256 is refused'
	with_header '{"typ":"JWT"}' 'JWT-01: a header names its algorithm'
	for key in ../../dev/null "$stack/jwt.key" "' OR 1=1" 1 '' \
	    "$(kid_of "$stack/db.password")" "$(printf '%01400d' 0)"; do
		with_header "{\"alg\":\"HS256\",\"kid\":\"$key\",\"typ\":\"JWT\"}" \
		    "JWT-11: there is no key $(printf %.30s "$key")"
	done
	with_header "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"$kid\"}" \
	    'JWT-11: our kid stands where we write it'
	with_header '{"alg":"HS256","typ":"JWT","crit":["exp"]}' \
	    'JWT-11: crit that we do not know is refused'
	with_header '{"alg":"HS256","typ":"JWT","jku":"http://localhost/"}' \
	    'JWT-11: a key is not fetched'
	with_header '{"alg":"HS256","typ":"at+jwt"}' \
	    'JWT-10: another type is refused'
	with_header '[]' 'a header is an object'
	token=$(forge '{"alg":"none","typ":"JWT"}' "$(claims .)")
	look "${token%.*}."
	is "$status $(field .code)" '401 token_invalid' \
	    'JWT-01: no signature is refused'
}

bad_headers
with_header "$bare" 'JWT-11: a token that names no key is refused'
look "$(forge "$good" "$(claims .)" 256 "$stack/db.password")"
is "$status $(field .code)" '401 token_invalid' \
    'our header does not help who has not our key'

# --- Claims ------------------------------------------------------------------

with_claims '.exp = $now - 1' 'a token that has ended is refused'
with_claims '.exp = 1' 'however long ago'
with_claims '.exp = -1' 'even before time'
with_claims 'del(.exp)' 'a token without an end is refused'
with_claims '.exp |= tostring' 'its end is a number'
with_claims '.exp += 0.5' 'and a whole one'
with_claims '.iat = $now + 3600' 'a token of the future is refused'
with_claims '.nbf = $now + 3600' 'as is one that begins later'
with_claims 'del(.iat)' 'a token says when it was made'
with_claims '.token_type = "refresh"' 'a refresh token is no access token'
with_claims '.token_type = "Access"' 'its type is written small'
with_claims 'del(.token_type)' 'a token has a type'
with_claims '.token_type = ["access"]' 'which is a word'
with_claims 'del(.jti)' 'a token has an id'
with_claims '.jti = ""' 'which is not empty'
with_claims 'del(.user_id)' 'a token names its user'
for id in 0 -1 1.5 '"01"' '" 1"' '"1 "' '"x"' null true '[1]' '{}' 1e30 \
    '"99999999999999999999"'; do
	with_claims ".user_id = $id" "$id is no user"
done
with_claims '.user_id = 9223372036854775807' 'nor is one who is not there'
with_claims '.iss = "elsewhere"' "another service's token is refused"
with_claims '.aud = ["us"]' 'as is one for another service'
with_claims '.sid = 9223372036854775807' \
    'a login that is not there is refused'
with_claims '.sid = "1"' 'a login is a number'
with_claims ".sid = $(db "SELECT id FROM logins WHERE user_id = $omar_id")" \
    "as is somebody else's login"
with_claims '.iat = 1500000000' 'a token of before the password is refused'
look "$(forge "$good" '[1, 2]')"
is "$status $(field .code)" '401 token_invalid' 'claims are an object'

# --- A Django service that shares the key ------------------------------------

echo KHATMA_JWT_SHARED=on >"$scratch/shared.conf"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/shared.conf"
new_users
good=$bare
kid=$(kid_of "$stack/jwt.key")
is_good "$(forge "$bare" "$(claims .)")" \
    'a token as SimpleJWT makes them is good'
is_good "$(forge '{"typ":"JWT","alg":"HS256"}' \
    "$(claims '.user_id |= tostring')")" 'in the form of its newer ones, too'
is_good "$(forge "$(header_of "$stack/jwt.key")" "$(claims .)")" \
    'as is one with our kid, from before the key was shared'
like "$ali_token" "^$(forge "$(header_of "$stack/jwt.key")" '{}' |
    cut -d . -f 1)\\." 'ours name their key all the same'
bad_headers

foreign=$(forge "$good" "$(claims ".token_type = \"refresh\" |
    .jti = \"$(random_word)\"")")
refresh() {
	req POST /api/refresh/ "{\"refresh\": \"$1\"}"
}
refresh "$foreign"
wants 200 'a refresh token as SimpleJWT makes them is exchanged'
access=$(field .access)
look "$access"
is "$status $(field .id)" "200 $ali_id" 'for an access token that is good'
req POST /api/logout/ "{\"refresh\": \"$foreign\"}"
wants 204 'it can be given back'
refresh "$foreign"
is "$status $(field .code)" '401 token_invalid' 'and is dead then'
look "$access"
is "$status $(field .code)" '401 token_invalid' 'with what it was exchanged for'

done_testing
