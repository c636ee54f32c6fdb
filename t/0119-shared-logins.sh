#!/bin/sh
# A Django service with the same key gives refresh tokens, too. They are
# exchanged here like our own, and end as ours do.
. "$(dirname "$0")/tap.sh"

printf "%s\n" KHATMA_REFRESH_ROTATE=on KHATMA_JWT_SHARED=on >"$scratch/conf"
stack_private WORKERS=2 KHATMA_EXTRA_CONF="$scratch/conf"

base64url() {
	basenc --base64url -w 0 | tr -d =
}

# foreign USER AGE: a refresh token as SimpleJWT makes them, AGE seconds old.
foreign() {
	now=$(date +%s)
	token=$(printf '{"alg":"HS256","typ":"JWT"}' | base64url)
	token=$token.$(printf '{"token_type":"refresh","exp":%d,"iat":%d,%s}' \
	    $((now + 3600)) $((now - $2)) \
	    "\"jti\":\"$(random_word)\",\"user_id\":$1" | base64url)
	printf '%s.%s\n' "$token" "$(printf %s "$token" |
	    openssl dgst -sha256 -hmac "$(cat "$stack/jwt.key")" -binary |
	    base64url)"
}

refresh() {
	req POST /api/refresh/ "{\"refresh\": \"$1\"}"
}

logins() {
	db "SELECT COUNT(*), COUNT(revoked_at) FROM logins
	    WHERE user_id = $ali_id" | tr '\t' ' '
}

new_user ali
db "UPDATE users SET password_changed_at = UTC_TIMESTAMP(6) - INTERVAL 1 DAY
    WHERE id = $ali_id"

first=$(foreign "$ali_id" 60)
refresh "$first"
is "$status $(field 'keys | join(" ")')" '200 access refresh' \
    'one is exchanged for two of ours'
second=$(field .refresh) access=$(field .access)
is "$(logins)" '2 0' 'it is a login of its own'
refresh "$first"
is "$status $(field .code)" '401 token_invalid' 'it is good once'
refresh "$second"
wants 401 'and whoever uses it again ends the login'
req GET /api/user/me/ '' "$access"
wants 401 'with its access token'
is "$(logins)" '2 1' 'and no other'

refresh "$(foreign "$ali_id" 172800)"
is "$status $(field .code)" '401 token_invalid' \
    'one of before the password was changed is refused'
refresh "$(foreign 999999999999 60)"
is "$status $(field .code)" '401 token_invalid' \
    'and so is one of nobody'
is "$(logins)" '2 1' 'neither begins a login'

# Given back unused.
third=$(foreign "$ali_id" 60)
for _ in 1 2; do
	req POST /api/logout/ "{\"refresh\": \"$third\"}"
	wants 204 'one can be given back before it was used'
done
is "$(logins)" '3 2' 'which is remembered once'
refresh "$third"
is "$status $(field .code)" '401 token_invalid' 'so that it stays dead'

fourth=$(foreign "$ali_id" 60)
for _ in 1 2 3 4 5 6; do
	echo "POST /api/refresh/ - {\"refresh\": \"$fourth\"}"
done | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | tr '\n' ' ')" \
    '200 401 401 401 401 401 ' 'of six uses at once one is the first'
is "$(logins)" '4 3' 'and all are one login'

done_testing
