#!/bin/sh
# The log: a JSON object for each request, with its id and what became of it,
# and with nothing that anybody would not want to stand there.
# shellcheck disable=SC2317 # functions that "ok" is given to call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"

stack_private WORKERS=2

secret=canary-$(random_word)

# ask ...: a request, whose id and status are kept.
ask() {
	req "$@"
	echo "$(header X-Request-Id) $status" >>"$scratch/sent"
}

# nginx_alone ...: one that comes as far as nginx only.
nginx_alone() {
	req "$@"
	echo "$(header X-Request-Id) $status" >>"$scratch/alone"
}

# --- Somebody with secrets does many things, some of them wrong --------------

new_user omar
ask POST /api/signup/ "{\"fullname\": \"$secret-name\",
    \"email\": \"$secret@example.com\", \"password\": \"$secret-word\",
    \"phone\": \"555123987123\"}"
id=$(field .id)
ask POST /api/signup/ "{\"fullname\": \"$secret-name\",
    \"email\": \"$secret@example.com\", \"password\": \"$secret-word\"}"
ask POST /api/signup/ "{\"email\": \"$secret\", \"password\": \"$secret-word\"}"
ask POST /api/login/ "{\"email\": \"$secret@example.com\",
    \"password\": \"$secret-wrong\"}"
ask POST /api/login/ "{\"email\": \"$secret@example.com\",
    \"password\": \"$secret-word\"}"
access=$(field .access) refresh=$(field .refresh)
ask PATCH /api/user/me/ "{\"bio\": \"$secret-bio\", \"phone\": \"$secret\"}" \
    "$access"
ask PATCH /api/user/me/ "{\"bio\": \"$secret-bio\"}" "$access"
ask PATCH /api/user/me/ "{\"bio\": \"$secret-bio" "$access"
ask POST /api/password/ "{\"old_password\": \"$secret-word\",
    \"new_password\": \"$secret-more\"}" "$access"
ask POST /api/refresh/ "{\"refresh\": \"$refresh\"}"
ask POST /api/refresh/ "{\"refresh\": \"$refresh-$secret\"}"
ask GET /api/user/me/ '' "$access-$secret"
ask GET /api/user/me/export/ '' "$access"
ask POST /api/khatmas/ "{\"name\": \"$secret-khatma\",
    \"description\": \"$secret\", \"khatma_type\": \"group\"}" "$access"
khatma=$(field .id)
ask POST "/api/khatmas/$khatma/intentions/" \
    "{\"intention\": [\"$secret-intention\"]}" "$access"
ask POST "/api/khatmas/$khatma/invitations/" '' "$access"
code=$(field .invite_code)
ask POST "/api/khatmas/$khatma/join/" "{\"invite_code\": \"$secret\"}" \
    "$omar_token"
ask POST "/api/khatmas/$khatma/join/" "{\"invite_code\": \"$code\"}" \
    "$omar_token"
ask POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 2}' "$access"
for group in stats/user achievements notifications dashboard sessions \
    health/live; do
	ask GET "/api/$group/" '' "$access"
done

# --- And somebody tries to write into it -------------------------------------

ask GET '/api/khatmas/%0d%0a%7b%22ts%22%3a1%7d%0a/' '' "$access"
ask GET '/api/user/"},{"a":"/' '' "$access" -g -H 'User-Agent: "},{"a":"\"'
ask GET /api/user/me/ '' "$access" -H "Accept-Language: $secret\"," \
    -H "Origin: $secret" -H "X-Request-Id: $secret"
ask BREW /api/user/me/ '' "$access"
ask GET "/api/search/khatmas/?q=$secret&a=%0a" '' "$access"
ask POST "/api/login/?password=$secret" '{}'
ask POST /api/login/ "{\"email\": \"a@b.c\\n{\\\"ts\\\":1}\",
    \"password\": \"$secret\"}"
ask GET "/api/user/me/?access_token=$access"
ask GET "/api/khatmas/?search=$secret@example.com&invite_code=$code" '' \
    "$access"
# What nginx answers by itself, and what is no HTTP.
nginx_alone GET "/api/%zz?password=$secret-word"
nginx_alone GET "/nothing?refresh=$refresh"
nginx_alone GET "/api/$(printf 'a%.0s' $(seq 9000))?$secret-word"

# --- And many at once --------------------------------------------------------

yes "GET /api/stats/user/ $access" | head -n 200 | together

# --- What stands there -------------------------------------------------------

log_lines >"$scratch/log"
isnt "$(wc -l <"$scratch/log")" 0 'there is a log'
is "$(jq -cR 'select(. as $line | try ($line | fromjson | false)
    catch true)' "$scratch/log")" '' 'LOG-02: every line of it is JSON'
is "$(jq -c 'select(type != "object" or has("ts") == false)' \
    "$scratch/log")" '' 'an object with a time'
is "$(jq -r .ts "$scratch/log" | grep -cvE \
    '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z$')" 0 \
    'which is ISO 8601 in UTC'
is "$(jq -r 'select(.rid) | [has("group", "m", "route", "st", "us", "sql")] |
    all' "$scratch/log" | sort -u)" true 'a request has all its members'

jq -r 'select(.rid) | "\(.rid) \(.st)"' "$scratch/log" |
    sort >"$scratch/logged"
sort "$scratch/sent" | comm -23 - "$scratch/logged" >"$scratch/missing"
is "$(cat "$scratch/missing")" '' \
    'LOG-01: every request stands there with its status'
is "$(cut -d ' ' -f 1 "$scratch/logged" | sort | uniq -d)" '' 'and once'
is "$(cut -d ' ' -f 1 "$scratch/sent" | grep -cFf - "$scratch/logged")" \
    "$(wc -l <"$scratch/sent")" 'LOG-01: there are as many lines as requests'
is "$(jq -r "select(.uid == $id) | .group" "$scratch/log" | sort -u |
    tr '\n' ' ')" "achievements auth dashboard khatmas notifications sessions \
stats users " 'whoever was signed in is named by number'
is "$(jq -r "select(.m == \"POST\" and .route == \"khatmas/#/join\") | .st" \
    "$scratch/log" | tr '\n' ' ')" '403 201 ' \
    'an address is named by its pattern'
is "$(jq -r 'select(.route == "stats/user") | .st' "$scratch/log" | uniq -c |
    xargs)" '201 200' 'LOG-01: two hundred at once have two hundred lines'
is "$(jq -r 'select(.route == "login") | "\(.st) \(.code)"' "$scratch/log" |
    sort | uniq -c | xargs)" \
    '2 200 null 2 400 validation_error 1 401 login_failed' \
    'LOG-01: who signs in stands there, and who tries to'
is "$(jq -r 'select(.st == 403) | "\(.uid) \(.code)"' "$scratch/log")" \
    "$omar_id invitation_invalid" \
    'LOG-01: and who wanted what is not for them'
is "$(jq -c 'select(.st >= 400 and (.code | not))' "$scratch/log")" '' \
    'an error is named by its code'
is "$(jq -c 'select(.over_budget)' "$scratch/log")" '' \
    'and no request has made more statements than it may'

# --- What does not -----------------------------------------------------------

is "$(grep -c canary "$scratch/log")" 0 \
    'LOG-02: no word of a client is in the log'
is "$(grep -cF -e 555123987123 -e "$code" "$scratch/log")" 0 \
    'nor a number of his, nor an invitation'
for token in "$access" "$refresh" "$omar_token"; do
	is "$(grep -rlF -e "$token" -e "${token##*.}" "$stack/log")" '' \
	    'LOG-03: a token is in no log, nor is its signature'
done
for word in "$secret-word" "$secret-wrong" "$secret-more" "$secret-bio" \
    "$secret-intention" "$secret@example.com" "$omar_password"; do
	is "$(grep -rlF "$word" "$stack/log")" '' \
	    "LOG-03: ${word#"$secret"} is in none either"
done
is "$(grep -rlF -f "$stack/jwt.key" "$stack/log")" '' 'nor is the key'
is "$(grep -rlF -f "$stack/db.password" "$stack/log")" '' \
    "nor the database's password"

# nginx writes its line when the answer is away.
has_logged() {
	[ "$(cut -d ' ' -f 1 "$scratch/all" |
	    grep -cFf - "$stack/log/access.log")" -ge "$1" ]
}
cat "$scratch/sent" "$scratch/alone" >"$scratch/all"
ok 'LOG-01: nginx has logged every request' \
    wait_for has_logged "$(wc -l <"$scratch/all")"
ok 'LOG-02: in lines of JSON, too' jq -e . "$stack/log/access.log"
is "$(jq -r '[.rid, .st] | map(tostring) | join(" ")' \
    "$stack/log/access.log" | sort | uniq -d)" '' 'each once'
is "$(jq -r 'select((.uri // "") | contains("?")).uri' \
    "$stack/log/access.log")" '' \
    'LOG-03: an address stands there without its query'
is "$(grep -c "$secret" "$stack/log/access.log")" 0 \
    'LOG-03: and so without what people search for'

done_testing
