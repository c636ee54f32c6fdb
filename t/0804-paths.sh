#!/bin/sh
# How an address may be written, and what is none.
. "$(dirname "$0")/tap.sh"

new_user ali
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$ali_token"
khatma=$(field .id)

# there ID CODE METHOD PATH...: each is answered with this code or, where the
# code is a number, with this status.
there() {
	id=$1 code=$2 method=$3
	shift 3
	for path in "$@"; do
		req "$method" "$path" '' "$ali_token"
		case $code in
		[0-9]*)	got=$status ;;
		*)	got=$(field .code) ;;
		esac
		is "$got" "$code" "$id: $method $path: $code"
	done
}

# --- Slashes -----------------------------------------------------------------

sed -n 's/^	{ \([A-Z]*\), "\([^"]*\)", .*/\1 \2/p' "$root"/cgi-bin/*.c |
    sort >"$scratch/routes"
isnt "$(wc -l <"$scratch/routes")" 0 'there are routes'

# spelled PATTERN: three ways.
spelled() {
	echo "/api/$1/" | sed s/#/1/g
	echo "/api/$1" | sed s/#/1/g
	echo "//api///$1//" | sed 's/#/1/g; s|\([a-z0-9]\)/|\1//|g'
}

while read -r method pattern; do
	spelled "$pattern" >"$scratch/spelled"
	while read -r path; do
		req "$method" "$path" ''
		echo "$status $(jq -r '.code // .status' "$body")"
	done <"$scratch/spelled" >"$scratch/said"
	is "$(sort -u "$scratch/said" | wc -l)" 1 \
	    "HTTP-06: $method $pattern: a slash more or less is nothing"
	is "$(grep -c not_found "$scratch/said")" 0 'and it is there'
done <"$scratch/routes"
req GET "/api/khatmas/$khatma" '' "$ali_token"
wants 200 'HTTP-06: without its last slash it is answered, not redirected'
is "$(header Location)" '' 'to nowhere'

# --- Numbers -----------------------------------------------------------------

there HTTP-01 200 GET "/api/khatmas/$khatma/" "/api/%6bhatmas/$khatma/" \
    "/api/khatmas/x/../$khatma/" "/api/khatmas/./$khatma/"
for number in 0 00 01 "0$khatma" -1 +1 1.0 1e3 1,0 0x1 '%201' '1%20' '%2b1' \
    1a a '%231' ١ 9223372036854775808 18446744073709551617 \
    99999999999999999999999999999999999999 me null '1;a=b' '*' "'"; do
	there VAL-01 not_found GET "/api/khatmas/$number/" \
	    "/api/khatmas/$number/sessions/"
done
there VAL-01 not_found GET /api/stats/user/0/ /api/stats/khatma/01/ \
    /api/achievements/user/-1/
there VAL-01 not_found PATCH /api/notifications/0/read/ \
    /api/notifications/x/read/
there VAL-01 not_found POST /api/khatmas/0/join/ /api/khatmas/-1/sessions/
there VAL-01 khatma_not_found GET /api/khatmas/9223372036854775807/ \
    /api/stats/khatma/9223372036854775807/ \
    /api/khatmas/9223372036854775807/sessions/
there VAL-01 user_not_found GET /api/stats/user/9223372036854775807/ \
    /api/achievements/user/9223372036854775807/
there VAL-01 notification_not_found PATCH \
    /api/notifications/9223372036854775807/read/

# --- What is not there -------------------------------------------------------

there HTTP-01 not_found GET '/api/khatmas%2f1%2fjoin%2fx' /api/..%2f \
    /api/khatmas/1/../../../ /api%2flogin/../khatmasx/ /api/%2e%2e/khatmas/
there HTTP-03 not_found GET '/api/khatmas;a=b/' '/api/khatmas/1;a=b' \
    /API/khatmas/ /api/Khatmas/ /API/login/ /api/LOGIN/
there HTTP-05 not_found GET '/api/khatmas%0d%0aX:y/' '/api/khatmas/%0aX:y' \
    '/%0d%0aSet-Cookie:a=b'
there HTTP-03 not_found GET / /api /api/ /api/nothing/ /apis/khatmas/ \
    /khatmas/ /api/khatmas/1/nothing/ /api/khatmas/1/join/1/ /api/khatma/ \
    /api/khatmasx/ /api/user/ /api/user/me/me/ /api/userme/ \
    /api/notifications/1/ /api/notifications/mark-all-read/1/ /api/stats/ \
    /api/search/ /api/sessions/1/ /api/dashboard/1/ /api/health/ \
    /api/loginx/ /api/login/1/ /favicon.ico /cgi-bin/auth \
    /api/schema.sql /index.php /.git/config
there HTTP-04 400 GET /api/%00/ /api/khatmas/%zz/ /../etc/passwd \
    /api/../../etc/passwd
req POST /api/nothing/ '{"a": 1}' "$ali_token"
is "$status $(field .code)" '404 not_found' 'whatever is sent there'
is "$(header Allow)" '' 'and no method is allowed'

done_testing
