#!/bin/sh
# Somebody signs in: two tokens for the right password, and for anything else
# an answer that does not tell whether there is such an account.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/forge.sh"

# login EMAIL PASSWORD
login() {
	req POST /api/login/ "$(jq -cn --arg e "$1" --arg p "$2" \
	    '{email: $e, password: $p}')"
}

# claims TOKEN JQ
claims() {
	printf '%s\n' "$1" | jq -rR 'split(".")[1] | gsub("-"; "+") |
	    gsub("_"; "/") | @base64d | fromjson | '"$2"
}

new_user ali
login "$ali_email" "$ali_password"
wants 200 'the right password opens'
is "$(field 'keys_unsorted | join(" ")')" 'access refresh' \
    'and gives the two tokens'
access=$(field .access) refresh=$(field .refresh)
claims "$access" 'keys_unsorted | sort | join(" ")' >"$scratch/names"
is "$(cat "$scratch/names")" 'exp iat jti sid token_type user_id' \
    'the claims are those of SimpleJWT, and the login'
is "$(claims "$access" '[.token_type, .exp - .iat, .user_id] | join(" ")')" \
    "access 3600 $ali_id" 'TOK-01: the access token is good for an hour'
is "$(claims "$refresh" '[.token_type, .exp - .iat, .user_id] | join(" ")')" \
    "refresh 2592000 $ali_id" 'TOK-01: the refresh token for thirty days'
isnt "$(claims "$access" .jti)" "$(claims "$refresh" .jti)" \
    'each has an id of its own'
is "$(printf '%s' "$access" | cut -d . -f 1 | base64 -d 2>/dev/null)" \
    "$(header_of "$stack/jwt.key")" 'they are signed by HS256'
jti=$(claims "$refresh" .jti)
is "$(db "SELECT COUNT(*) FROM refresh_tokens
    WHERE jti_hash = UNHEX(SHA2('$jti', 256))")" 1 \
    'TOK-04: of the refresh token a hash is stored'
req GET /api/user/me/ '' "$access"
wants 200 'the access token opens the profile'

login "$(printf %s "$ali_email" | tr '[:lower:]' '[:upper:]')" "$ali_password"
wants 200 'the case of the address does not matter'
login "  $ali_email " "$ali_password"
wants 200 'nor do blanks around it'
req POST /api/login/ "{\"username\": \"$ali_email\",
    \"password\": \"$ali_password\"}"
wants 200 'username is another name for email'
req POST /api/login/ "{\"email\": \"$ali_email\", \"username\": \"ali\",
    \"password\": \"$ali_password\", \"remember\": true}"
wants 200 'email goes before it, and other keys are ignored'

# --- What does not open ------------------------------------------------------

# kept NAME: an answer to the byte, but for its id and its date.
kept() {
	cat "$headers" "$body" | sed -e "s/$(header X-Request-Id)/ID/" \
	    -e 's/^Date: [A-Z].* GMT/Date/' >"$scratch/$1"
}

login "$ali_email" 'not-the-password'
wants 401 'a wrong password does not open'
is "$(field .code)" login_failed 'and it says so'
like "$(header WWW-Authenticate)" '^Bearer realm="khatma"$' \
    'with the challenge that every 401 has'
kept wrong
login "nobody-$(random_word)@example.com" "$ali_password"
wants 401 'an unknown address does not open'
kept unknown
ok 'AUTH-07: both answers are the same to the byte, but for the request id' \
    cmp "$scratch/wrong" "$scratch/unknown"
is "$(grep -c ID "$scratch/wrong") $(grep -c '^Date' "$scratch/wrong")" '2 1' \
    'which stands in the header and in the body'

# Five in a row would block the address, see t/0150: the right one forgets them.
for password in "$ali_password " " $ali_password" "${ali_password%?}" \
    "$(printf %s "$ali_password" | tr '[:lower:]' '[:upper:]')" ' '; do
	login "$ali_email" "$ali_password"
	login "$ali_email" "$password"
	wants 401 'a password is taken as it is written'
done
login "$ali_email%" "$ali_password"
wants 401 'an address is no pattern'
login "' OR '1'='1" "' OR '1'='1"
wants 401 'and no SQL'
login "$ali_email" "$(printf '%1000s' x)"
wants 401 'a password that none can be is wrong, and no error'

req POST /api/login/ '{}'
wants 400 'without anything it is a bad request'
is "$(field '.errors | keys | join(" ")')" 'email password' \
    'that names what is missing'
req POST /api/login/ '{"email": 5, "password": null}'
is "$status $(field '.errors | keys | join(" ")')" '400 email password' \
    'as it names what is of the wrong type'
req POST /api/login/ "{\"email\": \"$ali_email\", \"password\": \"\"}"
is "$status $(field '.errors | keys | join(" ")')" '400 password' \
    'or empty'

done_testing
