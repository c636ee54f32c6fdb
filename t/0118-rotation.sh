#!/bin/sh
# With KHATMA_REFRESH_ROTATE=on a refresh token is good once, and whoever uses
# an old one ends the login: somebody else may have it.
. "$(dirname "$0")/tap.sh"

echo KHATMA_REFRESH_ROTATE=on >"$scratch/conf"
stack_private WORKERS=2 KHATMA_EXTRA_CONF="$scratch/conf"

refresh() {
	req POST /api/refresh/ "{\"refresh\": \"$1\"}"
}

look() {
	req GET /api/user/me/ '' "$1"
}

# login: another login of ali's; sets $access and $refresh.
login() {
	req POST /api/login/ "{\"email\": \"$ali_email\",
	    \"password\": \"$ali_password\"}"
	access=$(field .access) refresh=$(field .refresh)
}

new_user ali
login
refresh "$ali_refresh"
wants 200 'a refresh token is exchanged'
is "$(field 'keys | join(" ")')" 'access refresh' 'for two new tokens'
first_access=$(field .access) second=$(field .refresh)
isnt "$second" "$ali_refresh" 'the refresh token is another one'
look "$first_access"
wants 200 'the new access token is good'
refresh "$second"
wants 200 'so is the new refresh token'
third=$(field .refresh) third_access=$(field .access)

refresh "$ali_refresh"
is "$status $(field .code)" '401 token_invalid' \
    'TOK-02: a token that was used is refused'
refresh "$third"
wants 401 'TOK-02: and with it the newest one is dead'
for token in "$ali_token" "$first_access" "$third_access"; do
	look "$token"
	wants 401 'as are all access tokens of the login'
done
is "$(db "SELECT COUNT(*) FROM logins WHERE user_id = $ali_id
    AND revoked_at IS NOT NULL")" 1 'one login is revoked'
is "$(log_lines | jq -c 'select(.event == "refresh_reused") | .number')" \
    "$(db "SELECT id FROM logins WHERE revoked_at IS NOT NULL")" \
    'LOG-01: and the log says which'

look "$access"
wants 200 "the person's other login goes on"
refresh "$refresh"
wants 200 'with its refresh token'
other=$(field .refresh)

# The same token in several hands at the same instant.
for _ in $(seq 20); do
	echo "POST /api/refresh/ - {\"refresh\": \"$other\"}"
done | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs)" \
    '1 200 19 401' 'TOK-02: of twenty uses at once one is the first'
winner=$(sed -n 's/ 200$//p' "$answers/codes")
refresh "$(jq -r .refresh "$answers/$winner")"
wants 401 'and none of them is trusted any more'

# Logout ends a login of several exchanges, and a used token ends nothing new.
login
refresh "$refresh"
newest=$(field .refresh) access=$(field .access)
req POST /api/logout/ "{\"refresh\": \"$newest\"}"
wants 204 'logout takes the newest token'
look "$access"
wants 401 'the access token is dead'
refresh "$newest"
wants 401 'and so is the refresh token'

done_testing
