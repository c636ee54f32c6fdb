#!/bin/sh
# The service speaks Arabic and English: as the profile says, else as the
# request asks, else English.
. "$(dirname "$0")/tap.sh"

# is_arabic JQ NAME: what it gives has Arabic letters and no Latin word.
is_arabic() {
	is "$(field "$1 | test(\"[\\u0621-\\u064a]{2}\")")" true "$2"
}

# accept HEADER WANTED: without a token the request decides.
accept() {
	req GET /api/user/me/ '' '' -H "Accept-Language: $1"
	is "$(header Content-Language)" "$2" "\"$1\" is $2"
}

accept ar ar
accept AR ar
accept ar-EG ar
accept 'ar-EG, en;q=0.5' ar
accept 'fr, ar;q=0.3' ar
accept 'en;q=0.3, ar;q=0.9' ar
accept 'en; q=0.3, ar; q=0.9' ar
accept 'en;q=0.9,ar;q=0.8' en
accept 'ar;q=0' en
accept 'en, ar' en
accept 'fr, de;q=0.9' en
accept 'arn, aragonese' en
accept '*' en
accept '' en
accept ',;q=,, ;=ar;q=x,' en
accept "$(printf 'xx,%.0s' $(seq 500))ar" ar
req GET /api/user/me/
is "$(header Content-Language)" en 'without the header it is English'
like "$(header Vary)" 'Accept-Language' 'caches are told that it matters'

# --- In Arabic ---------------------------------------------------------------

set -- -H 'Accept-Language: ar'
req GET /api/user/me/ '' '' "$@"
is_arabic .detail 'a missing token is told in Arabic'
is "$(field '[.type, .title, .status, .code] | join("|")')" \
    'about:blank|Unauthorized|401|token_missing' \
    'what programs read stays as it is'
req POST /api/login/ '{"email": "a@b.c", "password": "wrong"}' '' "$@"
is_arabic .detail 'a wrong password is told in Arabic'
req POST /api/login/ '{' '' "$@"
is_arabic .detail 'a body that is no JSON is told in Arabic'
req GET /api/user/nothing/ '' '' "$@"
is_arabic .detail 'what is not there is told in Arabic'
req DELETE /api/login/ '' '' "$@"
is_arabic .detail 'a wrong method is told in Arabic'
req POST /api/signup/ '{"email": "x", "gender": "x", "phone": "x",
    "fullname": "", "password": "12345678"}' '' "$@"
is_arabic .detail 'wrong fields are told in Arabic'
for name in email gender phone fullname password; do
	is_arabic ".errors.${name}[0]" "$name is told in Arabic"
done
is "$(field .errors.gender[0])" 'يجب أن يكون أحد: male, female.' \
    'with the words of the interface'

# --- As the profile says -----------------------------------------------------

new_user ali
req GET /api/user/me/ '' "$ali_token" "$@"
is "$(field .language) $(header Content-Language)" 'ar ar' \
    'who has not chosen follows the request'
req GET /api/user/me/ '' "$ali_token"
is "$(field .language) $(header Content-Language)" 'en en' \
    'one way and the other'
req PATCH /api/user/me/ '{"language": "ar"}' "$ali_token"
is "$status $(field .language) $(header Content-Language)" '200 ar ar' \
    'who has chosen is answered so at once'
req GET /api/khatmas/0/ '' "$ali_token" -H 'Accept-Language: en'
is "$(header Content-Language)" en 'what has no reader follows the request'
req GET /api/khatmas/9223372036854775807/ '' "$ali_token" \
    -H 'Accept-Language: en'
is "$status $(header Content-Language)" '404 ar' \
    'what has one follows the profile'
is_arabic .detail 'in its errors'
for path in 'khatmas/?page=x' 'notifications/?page=x' 'notifications/?%'; do
	req GET "/api/$path" '' "$ali_token" -H 'Accept-Language: en'
	is "$status $(header Content-Language)" '400 ar' \
	    "$path: what is wrong is told as the profile says"
	is_arabic .detail "$path: in words"
done
req GET '/api/khatmas/?page=x' '' "$ali_token" -H 'Accept-Language: en'
is_arabic '.errors.page[0]' 'and in those of a parameter'
req PATCH /api/user/me/ '{"timezone": "x"}' "$ali_token"
is_arabic .errors.timezone[0] 'and in those of its fields'
req PATCH /api/notifications/mark-all-read/ '' "$ali_token"
is_arabic .message 'and in what went well'
req PATCH /api/user/me/ '{"language": "en"}' "$ali_token" "$@"
is "$(field .language) $(header Content-Language)" 'en en' \
    'and may choose otherwise'
req GET /api/user/me/ '' "$ali_token" "$@"
is "$(header Content-Language)" en 'whatever the request says'

done_testing
