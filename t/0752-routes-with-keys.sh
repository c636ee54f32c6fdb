#!/bin/sh
# Every route of the tables that creates takes an Idempotency-Key, and no other
# looks at one. One row and one answer for each key, whatever the route.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/routes.sh"

routes >"$scratch/routes"
is "$(grep -c ^UNKNOWN "$scratch/routes")" 0 'every route is understood'
grep ' ROUTE_CREATES\|ROUTE_CREATES ' "$scratch/routes" |
    cut -d ' ' -f 1,2 >"$scratch/creating"
is "$(grep -c ROUTE_CREATES "$root"/cgi-bin/*.c | cut -d : -f 2 |
    awk '{ n += $1 } END { print n }')" "$(wc -l <"$scratch/creating")" \
    'and so is each that creates'
is "$(grep -v '^POST ' "$scratch/creating")" '' 'all of them are POST'
is "$(grep ROUTE_SELF "$scratch/routes" | grep -v '^GET ')" '' \
    'a handler that finds out who calls only reads'

new_user ali
new_user omar
address=$(random_word)@example.com
req POST /api/khatmas/ '{"name": "G", "khatma_type": "group",
    "is_public": true}' "$ali_token"
khatma=$(field .id)

# What a request of each route has for a body, who sends it, and what it is
# that it makes one of.
request() {
	token=$ali_token
	case $1 in
	khatmas)
		json='{"name": "Made"}' rows="khatmas WHERE name = 'Made'
		    AND creator_id = $ali_id" ;;
	khatmas/#/join)
		json='{"chapter": 7}' token=$omar_token \
		    rows="memberships WHERE khatma_id = $khatma
		    AND user_id = $omar_id" ;;
	khatmas/#/sessions)
		json='{"chapter_assigned": 3}' \
		    rows="sessions WHERE khatma_id = $khatma AND chapter = 3" ;;
	khatmas/#/intentions)
		json='{"intention": ["one"]}' \
		    rows="intentions WHERE khatma_id = $khatma" ;;
	khatmas/#/invitations)
		json='' rows="invitations WHERE khatma_id = $khatma" ;;
	signup)
		json="{\"fullname\": \"N\", \"email\": \"$address\",
		    \"password\": \"as-good-as-any\"}" token='' \
		    rows="users WHERE email_key = '$address'" ;;
	*)
		return 1 ;;
	esac
}

while read -r _ route; do
	ok "$route: there is a request for it" request "$route" || continue
	request "$route"
	path=/api/$(echo "$route" | sed "s/#/$khatma/")/
	req POST "$path" "$json" "$token" -H "Idempotency-Key: \"$route\""
	wants 201 "$route: makes something"
	cp "$body" "$scratch/first"
	where=$(header Location)
	isnt "$where" '' "$route: and says where"
	for _ in 1 2 3; do
		req POST "$path" "$json" "$token" \
		    -H "Idempotency-Key: \"$route\""
	done
	is "$status $(header Location) $(header Idempotency-Replayed)" \
	    "201 $where true" "$route: again it is the same"
	ok "$route: byte by byte" cmp "$scratch/first" "$body"
	is "$(db "SELECT COUNT(*) FROM $rows")" 1 "$route: there is one"
	isnt "$(db "SELECT COUNT(*) FROM idempotency_keys
	    WHERE idem_key = '$route'")" 0 "$route: and the answer is stored"
	req OPTIONS "$path" '' '' -H 'Idempotency-Key: no, key'
	wants 204 "$route: who asks for the methods needs no key"
done <"$scratch/creating"

# --- All the others ----------------------------------------------------------

while read -r method route _; do
	grep -q "^$method $route\$" "$scratch/creating" && continue
	req "$method" "/api/$(echo "$route" | sed 's/#/9223372036854775807/g')/" \
	    '{"x": 1}' "$omar_token" -H 'Idempotency-Key: no, key'
	isnt "$(jq -r '.code? // empty' "$body" 2>/dev/null)" \
	    idempotency_key_invalid "$method $route does not look at a key"
done <"$scratch/routes"
req POST /api/login/ "{\"email\": \"$ali_email\",
    \"password\": \"$ali_password\"}" '' -H 'Idempotency-Key: login'
first=$(field .access)
req POST /api/login/ "{\"email\": \"$ali_email\",
    \"password\": \"$ali_password\"}" '' -H 'Idempotency-Key: login'
wants 200 'a login with a key'
isnt "$(field .access)" "$first" 'is another login each time'
is "$(db "SELECT COUNT(*) FROM idempotency_keys
    WHERE idem_key NOT IN ($(sed "s/.* \(.*\)/'\1'/" "$scratch/creating" |
    paste -sd ,)) AND account_id IN ($ali_id, $omar_id)")" 0 \
    'nothing of them is stored'
is "$(db "SELECT COUNT(*) FROM idempotency_keys
    WHERE body LIKE '%eyJ%' OR body LIKE '%argon2%'
    OR body LIKE '%as-good-as-any%'")" 0 \
    'no stored answer has a token or a password in it'

done_testing
