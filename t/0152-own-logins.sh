#!/bin/sh
# One's own logins: where somebody is signed in as me, and an end to it.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# login P AGENT: another login of this person; sets $access, $refresh.
login() {
	eval "json='{\"email\": \"'\$${1}_email'\"," \
	    "\"password\": \"'\$${1}_password'\"}'"
	req POST /api/login/ "$json" '' -A "$2"
	access=$(field .access) refresh=$(field .refresh)
}

# claim TOKEN NAME
claim() {
	printf '%s\n' "$1" | jq -rR 'split(".")[1] | gsub("-"; "+") |
	    gsub("_"; "/") | @base64d | fromjson | .'"$2"
}

mine() {
	req GET "/api/user/me/sessions/${2-}" '' "$1"
}

# devices: of the last list, in its order
devices() {
	field 'map(.device) | join("|")'
}

end() {
	req DELETE "/api/user/me/sessions/$2/" '' "$1"
}

# --- The list ----------------------------------------------------------------

new_user omar
new_user ali
first=$(claim "$ali_token" sid)
login ali 'Phone/1'
phone=$access phone_refresh=$refresh phone_id=$(claim "$access" sid)
login ali 'Tablet/2'
tablet=$access tablet_id=$(claim "$access" sid)
mine "$phone"
wants 200 'one may ask where one is signed in'
is "$(field '[.[].id] | join(" ")')" "$tablet_id $phone_id $first" \
    'the login that was used last comes first'
is "$(field '.[0] | keys_unsorted | join(" ")')" \
    'id created_at last_used_at device is_current' 'each has its members'
is "$(field '[.[] | select(.is_current).id] | join(" ")')" "$phone_id" \
    'the one that asks is marked'
like "$(field '.[0].created_at')" '^20.*Z$' 'with the time when it began'
like "$(devices)" '^Tablet/2\|Phone/1\|curl/' 'and what its client says it is'
is "$(header X-Total-Count)" 3 'they are counted'
mine "$ali_token"
is "$(field '[.[] | select(.is_current).id] | join(" ")')" "$first" \
    'each login sees itself'
req POST /api/refresh/ "{\"refresh\": \"$phone_refresh\"}"
mine "$ali_token"
is "$(field '.[0] | [.id, .last_used_at > .created_at] | join(" ")')" \
    "$phone_id true" 'refreshing is a use'
mine "$ali_token" '?page=2&page_size=2'
is "$(field '[.count, (.results | length), .next] | tojson')" '[3,1,null]' \
    'the list has pages as every other'
mine "$omar_token"
is "$(field length) $(field '.[0].id')" "1 $(claim "$omar_token" sid)" \
    'nobody sees the logins of others'
mine "$phone" '?page=x'
wants 400 'a page is a number'
req POST /api/user/me/sessions/ '{}' "$phone"
is "$status $(header Allow)" '405 GET, HEAD, OPTIONS' 'it is only read'

# --- What a client calls itself ----------------------------------------------

agent() {
	login omar "$1"
	mine "$access"
	field '.[0].device'
}

long=$(printf 'ج%.0s' $(seq 201))
is "$(agent "$long")" "${long%ج}" \
    'two hundred characters of it are kept, and whole ones'
is "$(agent "$(printf 'a\377b')")" '' 'what is not UTF-8 is not'
is "$(agent "$(printf 'a\302\205b')")" '' \
    'nor is what has control characters in it'
is "$(agent '<b>"x" & \ 😀</b>')" '<b>"x" & \ 😀</b>' \
    'anything else is as it is'
login omar ''
mine "$access"
is "$(field '.[0].device')" '' 'it may be nothing'

# --- An end to one -----------------------------------------------------------

end "$omar_token" "$phone_id"
is "$status $(field .code)" '404 session_not_found' \
    "another one's login is not there to be ended"
mine "$phone"
wants 200 'and goes on'
end "$ali_token" 9223372036854775807
is "$status $(field .code)" '404 session_not_found' 'as one that nobody has'
end '' "$phone_id"
wants 401 'nobody ends a login without a token'
end "$ali_token" "$phone_id"
wants 204 'TOK-03: a login can be ended from another one'
is "$(wc -c <"$body")" 0 'without a word'
mine "$phone"
is "$status $(field .code)" '401 token_invalid' \
    'TOK-03: its access token is dead at once'
req POST /api/refresh/ "{\"refresh\": \"$phone_refresh\"}"
is "$status $(field .code)" '401 token_invalid' \
    'TOK-03: and so is its refresh token'
end "$ali_token" "$phone_id"
is "$status $(field .code)" '404 session_not_found' \
    'a second time there is nothing to end'
mine "$tablet"
is "$(devices | sed 's|curl/.*|curl|')" 'Tablet/2|curl' 'the others go on'
end "$tablet" "$tablet_id"
wants 204 'the login that asks can be ended, too'
mine "$tablet"
wants 401 'which it notices'
req POST /api/logout/ "{\"refresh\": \"$ali_refresh\"}"
login ali 'Next/1'
mine "$access"
is "$(devices)" 'Next/1' 'one that was logged out of is not in the list'

# --- What is over ------------------------------------------------------------

# rows: the logins of ali that the database knows.
rows() {
	db "SELECT COUNT(*) FROM logins WHERE user_id = $ali_id"
}

# age COLUMN DAYS [TABLE]: of the last login
age() {
	db "UPDATE ${3-logins} SET $1 = UTC_TIMESTAMP(6) - INTERVAL $2 DAY
	    WHERE ${3+login_}id = $last"
}

last=$(claim "$access" sid)
db "UPDATE refresh_tokens SET expires_at = UTC_TIMESTAMP(6)
    WHERE login_id = $last"
mine "$access"
is "$(devices)" 'Next/1' 'a login that asks is there as long as it can ask'
login ali 'Next/2'
mine "$access"
is "$(devices)" 'Next/2' 'one that cannot be refreshed any more is not'
req GET /api/user/me/export/ '' "$access"
is "$(field '[.logins[] | .device] | .[-2:] | join("|")')" 'Next/1|Next/2' \
    'the export has it still'

before=$(rows)
age last_used_at 31
age expires_at 29 refresh_tokens
login ali 'Next/3'
is "$(rows)" $((before + 1)) \
    'it stays in the database while its tokens are over for less than a month'
age expires_at 31 refresh_tokens
age last_used_at 29
login ali 'Next/4'
is "$(rows)" $((before + 2)) 'or its last use is'
age last_used_at 31
login ali 'Next/5'
is "$(rows) $(db "SELECT COUNT(*) FROM logins WHERE id = $last")" \
    "$((before + 2)) 0" 'after that the next login forgets it'

last=$(claim "$access" sid)
end "$access" "$last"
age revoked_at 31
age last_used_at 31
login ali 'Next/6'
is "$(db "SELECT COUNT(*) FROM logins WHERE id = $last")" 1 \
    'one that was ended stays while a token of it would be good'
req POST /api/refresh/ "{\"refresh\": \"$refresh\"}"
wants 200 'which the last one can be exchanged for'
age expires_at 31 refresh_tokens
age revoked_at 29
login ali 'Next/7'
is "$(db "SELECT COUNT(*) FROM logins WHERE id = $last")" 1 'and for a month'
age revoked_at 31
login ali 'Next/8'
is "$(db "SELECT COUNT(*) FROM logins WHERE id = $last")" 0 \
    'then it is forgotten, too'
mine "$omar_token"
is "$(field length)" 6 "other people's are left alone"

done_testing
