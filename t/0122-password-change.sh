#!/bin/sh
# A new password: the old one is asked for, and whoever else is signed in as
# this person is not any more.
. "$(dirname "$0")/tap.sh"

new_user ali 'Ali ibn Abi Talib'
old=$ali_password

login() {
	req POST /api/login/ "$(jq -cn --arg e "$ali_email" --arg p "$1" \
	    '{email: $e, password: $p}')"
}

# change OLD NEW [TOKEN]
change() {
	req POST /api/password/ "$(jq -cn --arg o "$1" --arg n "$2" \
	    '{old_password: $o, new_password: $n}')" "${3-$ali_token}"
}

# wrong FIELD REGEX NAME
wrong() {
	is "$status $(field '.errors | keys | join(" ")')" "400 $1" "$3"
	like "$(field ".errors.$1[0]")" "$2" 'and it says why'
}

login "$old"
other_access=$(field .access) other=$(field .refresh)
stored=$(db "SELECT password FROM users WHERE id = $ali_id")

# --- What is refused ---------------------------------------------------------

req POST /api/password/ '{"old_password": "x", "new_password": "y"}'
wants 401 'AUTH-10: a password is changed by an access token only'
req POST /api/password/ '{}' "$ali_token"
is "$status $(field '.errors | keys | join(" ")')" \
    '400 new_password old_password' 'both fields are asked for'
req POST /api/password/ '{"old_password": 1, "new_password": null}' \
    "$ali_token"
is "$status $(field '.errors | keys | join(" ")')" \
    '400 new_password old_password' 'as strings'
change "$old-not" a-new-word-of-mine
wrong old_password 'not your present password' \
    'AUTH-10: and by whoever knows the old one'
change "$old " a-new-word-of-mine
wrong old_password 'not your present password' 'to the last blank'
change "$old" short
wrong new_password 'at least 8' 'the new one has to be long enough'
change "$old" 8273645281
wrong new_password 'all digits' 'not all digits'
change "$old" password1
wrong new_password 'many people use' 'not a common one'
change "$old" 'ALI IBN ABI TALIB'
wrong new_password 'your name' "not one's name"
change "$old" "$ali_email"
wrong new_password 'your e-mail' 'nor e-mail address'
change "$old" "$old"
wrong new_password 'the old one' 'and not the old one'
is "$(db "SELECT password FROM users WHERE id = $ali_id")" "$stored" \
    'nothing of that changes anything'
req GET /api/user/me/ '' "$other_access"
wants 200 'nor does it end a login'

# --- What is taken -----------------------------------------------------------

change "$old" 'كلمة مرور جديدة'
wants 204 'a good new password is taken'
is "$(wc -c <"$body")" 0 'without a word'
isnt "$(db "SELECT password FROM users WHERE id = $ali_id")" "$stored" \
    'another one is stored'
req GET /api/user/me/ '' "$ali_token"
wants 200 'AUTH-10: the login that has changed the password goes on'
req POST /api/refresh/ "{\"refresh\": \"$ali_refresh\"}"
wants 200 'with its refresh token'
req GET /api/user/me/ '' "$other_access"
is "$status $(field .code)" '401 token_invalid' \
    'AUTH-10: every other login is over at its next request'
req POST /api/refresh/ "{\"refresh\": \"$other\"}"
is "$status $(field .code)" '401 token_invalid' \
    'AUTH-10: and so is its refresh token'
login "$old"
wants 401 'the old password does not open any more'
login 'كلمة مرور جديدة'
wants 200 'the new one does'

done_testing
