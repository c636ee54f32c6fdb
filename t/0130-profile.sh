#!/bin/sh
# The profile: what it shows, what can be changed, and that nothing else can.
. "$(dirname "$0")/tap.sh"

new_user ali 'Ali Ahmed'

patch() {
	req PATCH /api/user/me/ "$1" "$ali_token"
}

# refused FIELD JSON NAME: this field is wrong, and only this.
refused() {
	patch "$2"
	is "$status $(field '.code, (.errors | keys[])' | tr '\n' ' ')" \
	    "400 validation_error $1 " "$3"
}

req GET /api/user/me/ '' "$ali_token"
wants 200 'one may look at oneself'
is "$(field 'keys_unsorted | join(" ")')" "id fullname email gender phone bio \
timezone language total_khatmas_completed current_streak longest_streak \
date_joined" 'all that the contract names is there, and nothing more'
is "$(field '[.id, .fullname, .email, .gender, .phone, .bio, .timezone,
    .language, .total_khatmas_completed, .current_streak,
    .longest_streak] | join("|")')" \
    "$ali_id|Ali Ahmed|$ali_email||||UTC|en|0|0|0" 'with the values of one new'
like "$(field .date_joined)" \
    '^20[0-9-]{8}T[0-9:]{8}\.[0-9]{6}Z$' 'a time is ISO 8601 in UTC'
cp "$body" "$scratch/me"
req GET /api/user/profile/ '' "$ali_token"
wants 200 'user/profile/ is another name for it'
ok 'that shows the same' cmp "$scratch/me" "$body"

# --- Changing ----------------------------------------------------------------

patch '{"fullname": " علي أحمد ", "gender": "male", "phone": "+20 101",
    "bio": "Reads after fajr.\nIn Cairo.", "timezone": "Africa/Cairo",
    "language": "ar"}'
wants 200 'all six fields can be changed at once'
is "$(field '[.fullname, .gender, .phone, .bio, .timezone, .language] |
    join("|")')" 'علي أحمد|male|+20 101|Reads after fajr.
In Cairo.|Africa/Cairo|ar' 'and the answer shows them'
cp "$body" "$scratch/me"
req GET /api/user/me/ '' "$ali_token"
ok 'as does the next look' cmp "$scratch/me" "$body"
is "$(db "SET NAMES utf8mb4;
    SELECT fullname_search FROM users WHERE id = $ali_id")" 'علي احمد' \
    'the name is found as it is now'

patch '{"bio": "Only this"}'
is "$status $(field '[.fullname, .bio, .language] | join("|")')" \
    '200 علي أحمد|Only this|ar' 'what is not sent stays as it is'
patch '{}'
is "$status $(field .bio)" '200 Only this' 'even when nothing is sent'
req PATCH /api/user/profile/ '{"bio": "By the other name"}' "$ali_token"
is "$status $(field .bio)" '200 By the other name' \
    'the other name takes changes, too'
patch '{"gender": "", "phone": "", "bio": ""}'
is "$status $(field '[.gender, .phone, .bio] | join("|")')" '200 ||' \
    'these can be emptied'
patch '{"gender": "female", "phone": "101", "bio": "x"}'
patch '{"gender": null, "phone": null, "bio": null}'
is "$status $(field '[.gender, .phone, .bio] | join("|")')" '200 ||' \
    'with null as well'

# --- What is refused ---------------------------------------------------------

patch '{"fullname": "", "gender": "x", "phone": "x", "bio": 5,
    "timezone": "x", "language": "fr"}'
is "$status $(field '.errors | keys | join(" ")')" \
    '400 bio fullname gender language phone timezone' \
    'every wrong field is named at once'
refused fullname '{"fullname": null, "bio": "new"}' 'a name cannot be null'
refused fullname "$(jq -cn '{fullname: ("a" * 101)}')" \
    'nor longer than 100 letters'
refused bio "$(jq -cn '{bio: ("م" * 501)}')" 'a bio has at most 500 letters'
refused bio '{"bio": "a\u0001b"}' 'and no control characters'
refused phone '{"phone": "12"}' 'a phone number has three digits at least'
refused gender '{"gender": "Female"}' 'gender is written small'
refused language '{"language": ""}' 'a language cannot be empty'
refused language '{"language": null}' 'nor null'
refused timezone '{"timezone": null}' 'nor can a time zone'
patch "$(jq -cn '{bio: ("م" * 500)}')"
is "$status $(field '.bio | length')" '200 500' 'a bio of 500 letters is taken'
patch '{"bio": "", "timezone": "Mars/Olympus"}'
is "$(db "SELECT CHAR_LENGTH(bio) FROM users WHERE id = $ali_id")" 500 \
    'what is refused changes nothing, not even the good half'

req PATCH /api/user/me/ '{"bio": "x"}'
wants 401 'nobody changes anything without a token'

done_testing
