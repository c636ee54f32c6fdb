#!/bin/sh
# Somebody signs out: this login is over at once, and no other is.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/reads.sh"

new_user ali
here_access=$ali_token here=$ali_refresh
req POST /api/login/ "{\"email\": \"$ali_email\",
    \"password\": \"$ali_password\"}"
there_access=$(field .access) there=$(field .refresh)

logout() {
	req POST /api/logout/ "$1"
}

for json in '{}' '{"refresh": null}' '{"refresh": 1}' '{"refresh": " "}'; do
	logout "$json"
	is "$status $(field '.errors | keys | join(" ")')" '400 refresh' \
	    "$json: the field is named"
done
logout "{\"refresh\": \"$here_access\"}"
is "$status $(field .code)" '401 token_invalid' \
    'an access token does not sign out'
logout "{\"refresh\": \"${here%??????}AAAAAA\"}"
is "$status $(field .code)" '401 token_invalid' \
    'nor does a token that is not ours'
req GET /api/user/me/ '' "$here_access"
wants 200 'nothing has changed by that'

logout "{\"refresh\": \"$here\"}"
wants 204 'TOK-03: the refresh token signs out'
is "$(wc -c <"$body")" 0 'without a word'
req GET /api/user/me/ '' "$here_access"
is "$status $(field .code)" '401 token_invalid' \
    'TOK-03: the access token is dead at once'
req POST /api/refresh/ "{\"refresh\": \"$here\"}"
is "$status $(field .code)" '401 token_invalid' \
    'TOK-03: the refresh token as well'
logout "{\"refresh\": \"$here\"}"
wants 204 'to sign out twice is no error'

# Whatever finds out who calls, what is there for him, and what else is wrong.
req POST /api/khatmas/ '{"name": "Dawn", "khatma_type": "group",
    "is_public": true}' "$there_access"
wants 201 'the other login makes a khatma'
khatma=$(field .id)
each_read "$khatma" "$ali_id" dawn zz >"$scratch/reads"
while read -r name path; do
	case $name in live | ready) continue ;; esac
	req GET "/api/$path" '' "$here_access"
	is "$status $(field .code)" '401 token_invalid' \
	    "the dead token is refused by $name"
done <"$scratch/reads"
for path in 'khatmas/?page=x' 'khatmas/?page=999' 'khatmas/?filter=x' \
    'search/khatmas/?page=x' 'search/khatmas/?q=zzz' 'khatmas/?%' \
    'khatmas/?search=%21' \
    'notifications/?page=x' 'dashboard/?%' 'stats/user/?%' \
    khatmas/987654321/ 'khatmas/987654321/?%'; do
	req GET "/api/$path" '' "$here_access"
	is "$status $(field .code)" '401 token_invalid' \
	    "and by $path, before anything else is said"
done
req HEAD /api/khatmas/ '' "$here_access"
wants 401 'and where only the headers are wanted'

req GET /api/user/me/ '' "$there_access"
wants 200 'the other login goes on'
req POST /api/refresh/ "{\"refresh\": \"$there\"}"
wants 200 'with its refresh token'
is "$(db "SELECT GROUP_CONCAT(revoked_at IS NOT NULL ORDER BY id)
    FROM logins WHERE user_id = $ali_id")" 1,0 'as the database knows'

done_testing
