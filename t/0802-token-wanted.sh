#!/bin/sh
# Every route of the tables wants a token but those that are listed here, so a
# new one is closed unless somebody opens it on purpose.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/routes.sh"

open='GET health/live
GET health/ready
POST login
POST logout
POST password/reset
POST password/reset/confirm
POST refresh
POST signup'

routes >"$scratch/routes"
is "$(grep UNKNOWN "$scratch/routes")" '' 'every line of the tables is a route'
is "$(sed -n 's/ [^ ]*ROUTE_OPEN.*//p' "$scratch/routes")" "$open" \
    'AZ-01: the tables open eight routes and no other'

new_user ali
req POST /api/logout/ "{\"refresh\": \"$ali_refresh\"}"

# refused NAME CODE: the last answer is 401, whole, with its challenge.
refused() {
	is "$status $(field '[.title, .status, .code] | join(" ")')" \
	    "401 Unauthorized 401 $2" "$1"
	case $2 in
	token_missing)	like "$(header WWW-Authenticate)" \
			    '^Bearer realm="khatma"$' 'with the challenge' ;;
	*)		like "$(header WWW-Authenticate)" \
			    '^Bearer realm="khatma", error="invalid_token"' \
			    'with the challenge, which says so' ;;
	esac
}

while read -r method pattern flags; do
	path=/api/$(echo "$pattern" | sed s/#/1/)/
	json=
	case $flags in
	*ROUTE_OPEN*) continue ;;
	*ROUTE_BODY*) json='{"name": "x"}' ;;
	esac
	req "$method" "$path" "$json"
	refused "AZ-01: $method $path wants a token" token_missing
	req "$method" "$path" "$json" "$ali_token"
	refused 'and one that is not dead' token_invalid
	# Without a token nothing is told of what else is wrong.
	req "$method" "$path?a=%zz" '' '' -H 'Content-Type: text/plain' \
	    --data-binary '{'
	refused 'before it looks at anything else' token_missing
done <"$scratch/routes"

for path in login logout refresh signup password/reset \
    password/reset/confirm; do
	req POST "/api/$path/" '{}' not-a-token
	is "$status $(field .code)" '400 validation_error' \
	    "POST /api/$path/ looks at no token"
done
for path in live ready; do
	req GET "/api/health/$path/" '' not-a-token
	wants 200 "nor does GET /api/health/$path/"
done

done_testing
