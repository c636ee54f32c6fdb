#!/bin/sh
# The holes that this service's predecessor had, one by one: none is here.
# shellcheck disable=SC2154 # variables that new_user sets
. "$(dirname "$0")/tap.sh"

word=canary-$(random_word)
new_user aisha "Aisha"
new_user omar "Omar"
new_user zayd "Zayd"

# khatma NAME TYPE...: of aisha's
khatma() {
	req POST /api/khatmas/ "{\"name\": \"$word-$1\", \"khatma_type\": $2}" \
	    "$aisha_token"
	khatma=$(field .id)
}

# row: all of $khatma that others could change
row() {
	db "SELECT * FROM khatmas WHERE id = $khatma;
	    SELECT * FROM memberships WHERE khatma_id = $khatma
	        ORDER BY user_id"
}

# nothing_to TOKEN STATUS NAME: PUT, PATCH and DELETE of $khatma
nothing_to() {
	before=$(row)
	got=
	for method in PUT PATCH DELETE; do
		req $method "/api/khatmas/$khatma/" '{"name": "taken over"}' \
		    "$1"
		got="$got$status "
	done
	is "$got$(row)" "$2 $2 $2 $before" "$3"
}

khatma public '"group", "is_public": true'
public=$khatma
nothing_to "$zayd_token" 403 \
    'AZ-02: who is signed in may not change or delete a public khatma'
req POST "/api/khatmas/$khatma/join/" '' "$omar_token"
nothing_to "$omar_token" 403 \
    'AZ-02: nor may who takes part in it'
khatma group '"group"'
group=$khatma
req POST "/api/khatmas/$khatma/invitations/" '' "$aisha_token"
req POST "/api/khatmas/$khatma/join/" \
    "{\"invite_code\": \"$(field .invite_code)\"}" "$omar_token"
wants 201 'a member is in a group that is not public'
nothing_to "$omar_token" 403 'AZ-02: and may not change or delete that either'
khatma private '"private"'
private=$khatma

req GET "/api/khatmas/?page_size=100&search=$word" '' "$zayd_token"
is "$status $(field '[.results[].name] | join(" ")')" "200 $word-public" \
    "AZ-02: the list that is not filtered has nobody's private khatmas in it"

req POST "/api/khatmas/$private/join/" '' "$zayd_token"
is "$status $(field .code)" '403 forbidden' \
    'AZ-02: a private khatma cannot be joined'
is "$(db "SELECT COUNT(*) FROM memberships WHERE khatma_id = $private")" 1 \
    'and has not been'

for khatma in $public $group $private; do
	req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 9}' \
	    "$aisha_token"
done
req GET "/api/khatmas/$public/sessions/" '' "$zayd_token"
is "$status $(field '[.[].user | keys[]] | unique | join(" ")')" \
    '200 fullname id' "AZ-03: a khatma's sessions show no e-mail address"
req GET "/api/khatmas/$private/sessions/" '' "$zayd_token"
wants 403 'AZ-02: and those of a private khatma show nothing'
req GET /api/sessions/ '' "$zayd_token"
is "$status $(field length)" '200 0' \
    "AZ-02: the list of sessions has nobody else's in it"

for path in homepage khatmas khatma/completed sessions; do
	req GET "/api/$path/"
	like "$status $(grep -c -e "$word" -e "$aisha_email" "$body")" \
	    '^(401|404) 0$' "AZ-02: $path/ shows nothing to nobody"
done

for path in stats achievements; do
	req GET "/api/$path/user/$aisha_id/" '' "$zayd_token"
	is "$status $(field .code)" '403 forbidden' \
	    "AZ-02: $path/user/<id>/ is not for strangers"
done

for method in GET POST; do
	req $method "/api/khatmas/$public/intentions/" \
	    '{"intention": ["x"]}' "$zayd_token"
	is "$status $(field .code)" '403 members_only' \
	    "AZ-02: $method intentions/ wants a member"
done

req POST "/api/khatmas/$public/sessions/" '{"chapter_assigned": 9}' \
    "$omar_token"
is "$status $(field .code)" '400 chapter_completed' \
    'AZ-05: a juz that somebody has read is not read by another'
printf 'POST /api/khatmas/%d/sessions/ %s {"chapter_assigned": 20}\n' \
    "$public" "$aisha_token" "$public" "$omar_token" | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | xargs)" '201 400' \
    'AZ-05: nor when both do so at once'

yes "POST /api/khatmas/$public/join/ $zayd_token" | head -n 10 | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs)" \
    '1 201 9 400' 'AZ-05: who joins ten times at once gets no 500'

req POST /api/signup/ "{\"fullname\": \"x\", \"password\": \"StrongPass123\",
    \"email\": \"$(printf %s "$aisha_email" | tr '[:lower:]' '[:upper:]')\"}"
is "$status $(field '.errors | keys | join(" ")')" '400 email' \
    'AUTH-09: an address in other letters is no second account'

req GET "/api/khatmas/$private/" '' "$zayd_token" \
    -H 'Origin: https://evil.example'
is "$(header Access-Control-Allow-Origin)$(:
    )$(header Access-Control-Allow-Credentials)" '' \
    'HTTP-21: no page of another origin may read, least of all with cookies'

req POST /api/logout/ "{\"refresh\": \"$zayd_refresh\"}"
req POST /api/refresh/ "{\"refresh\": \"$zayd_refresh\"}"
is "$status $(field .code)" '401 token_invalid' \
    'TOK-03: a refresh token that was given back is dead'

req GET /api/no-such-thing/ '' "$omar_token"
is "$status $(grep -ciE 'urlconf|debug|django|traceback|settings' "$body")" \
    '404 0' 'ERR-01: no page for developers tells which addresses there are'

done_testing
