#!/bin/sh
# What is private is in no answer to anybody else: no name, e-mail, phone number
# or intention of a person, and nothing of a khatma that is not theirs, whatever
# they read or search for.
# shellcheck disable=SC2154,SC2317 # new_user's variables; what "ok" calls
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/routes.sh"

filters='my_khatmas public joinable completed'
orders='created_at -created_at start_date -start_date name -name'

# gets: every address that can be read, and what can be asked of it
gets() {
	for list in khatmas search/khatmas sessions achievements \
	    notifications dashboard stats/user user/me user/profile \
	    user/me/export user/me/sessions; do
		echo "/api/$list/"
	done
	for list in khatmas search/khatmas sessions achievements \
	    notifications user/me/sessions; do
		echo "/api/$list/?page=1&page_size=100"
		echo "/api/$list/?page=2&page_size=1"
	done
	for filter in $filters; do
		for page in 1 2 3; do
			echo "/api/khatmas/?filter=$filter&page=$page"
		done
	done
	for order in $orders; do
		echo "/api/khatmas/?ordering=$order"
		for filter in $filters; do
			echo "/api/khatmas/?filter=$filter&ordering=$order"
		done
	done
	for status_of in active paused completed; do
		echo "/api/khatmas/?status=$status_of"
	done
	for type in group private; do
		echo "/api/khatmas/?khatma_type=$type"
		echo "/api/search/khatmas/?type=$type"
	done
	echo '/api/sessions/?user=me'
	for is_read in false true; do
		echo "/api/notifications/?is_read=$is_read"
	done
	for text in CANARY canary "CANARY-BIO-$word" "CANARY-HIDDEN-$word" \
	    "CANARY-INTENTION-$word" "$word" "$aisha_email" \
	    "${aisha_email%@*}" example.com "${phone#+}" "$code" Ushuaia %25 \
	    _ "%27%20OR%201=1--%20" "$private" "$aisha_id"; do
		echo "/api/khatmas/?search=$text"
		echo "/api/khatmas/?page=1&search=$text"
		echo "/api/search/khatmas/?q=$text"
		echo "/api/search/khatmas/?q=$text&page=1"
	done
	for khatma in "$private" "$group" "$open"; do
		echo "/api/khatmas/$khatma/"
		echo "/api/khatmas/$khatma/sessions/"
		echo "/api/khatmas/$khatma/sessions/?user=me"
		echo "/api/khatmas/$khatma/sessions/?page=1"
		echo "/api/khatmas/$khatma/intentions/"
		echo "/api/stats/khatma/$khatma/"
	done
	for user in "$aisha_id" "$hidden_id" "$omar_id" "$zayd_id"; do
		echo "/api/stats/user/$user/"
		echo "/api/achievements/user/$user/"
		echo "/api/achievements/user/$user/?page=1"
	done
	for probe in live ready; do
		echo "/api/health/$probe/"
	done
}

# walked PATTERN: such an address is among those.
walked() {
	grep -qE "^/api/$(echo "$1" | sed 's/#/[0-9]+/')/(\?|\$)" "$scratch/gets"
}

# read_all TOKEN: all answers into $scratch/seen. Links give back what was asked
# for; that is no news.
read_all() {
	sed "s|.*|GET & ${1:--}|" "$scratch/gets" | together
	jq -c 'if type == "object" then del(.next, .previous) else . end' \
	    "$answers"/[0-9]* >"$scratch/seen"
	cut -d ' ' -f 2 "$answers/codes" | paste -d ' ' - "$scratch/gets" \
	    >"$scratch/codes"
}

# unseen REGEX NAME
unseen() {
	is "$(grep -E -i -e "$1" "$scratch/seen" | head -n 3)" '' "$2"
}

word=$(random_word)
phone=+$(od -An -N8 -tu8 /dev/urandom | tr -d ' ' | cut -c 1-14)00
new_user aisha "Aisha"
new_user hidden "CANARY-HIDDEN-$word"
new_user omar 'Omar'
new_user zayd 'Zayd'
req PATCH /api/user/me/ "{\"phone\": \"$phone\", \"bio\": \"CANARY-BIO-$word\",
    \"gender\": \"female\", \"timezone\": \"America/Argentina/Ushuaia\"}" \
    "$aisha_token"
wants 200 'she has a phone number and a few words about herself'

# Her own khatma, a group with two others, and a public one.
req POST /api/khatmas/ "{\"name\": \"CANARY-PRIVATE-$word\",
    \"description\": \"CANARY-PRIVATE-$word\"}" "$aisha_token"
private=$(field .id)
req POST /api/khatmas/ "{\"name\": \"CANARY-GROUP-$word\",
    \"description\": \"CANARY-GROUP-$word\", \"khatma_type\": \"group\"}" \
    "$aisha_token"
group=$(field .id)
req POST /api/khatmas/ "{\"name\": \"Open $word\", \"is_public\": true,
    \"khatma_type\": \"group\"}" "$aisha_token"
open=$(field .id)
req POST "/api/khatmas/$group/invitations/" '' "$aisha_token"
code=$(field .invite_code)
for token in "$hidden_token" "$omar_token"; do
	req POST "/api/khatmas/$group/join/" "{\"invite_code\": \"$code\"}" \
	    "$token"
done
for khatma in "$private" "$group" "$open"; do
	req POST "/api/khatmas/$khatma/intentions/" \
	    "{\"intention\": [\"CANARY-INTENTION-$word\"]}" "$aisha_token"
	req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 9}' \
	    "$aisha_token"
done
req POST "/api/khatmas/$group/sessions/" '{"chapter_assigned": 10}' \
    "$hidden_token"
seq 30 | sed "s|.*|POST /api/khatmas/$private/sessions/ $aisha_token $(
    ){\"chapter_assigned\": &}|" | together
gets >"$scratch/gets"
for pattern in $(routes | sed -n 's/^GET \([^ ]*\) .*/\1/p'); do
	ok "AZ-03: GET $pattern is among what is read" walked "$pattern"
done

read_all "$aisha_token"
for seen in PRIVATE GROUP INTENTION BIO HIDDEN; do
	isnt "$(grep -c "CANARY-$seen-$word" "$scratch/seen")" 0 \
	    "she sees all that is hers: $seen"
done
isnt "$(grep -cF "$phone" "$scratch/seen")" 0 'and her phone number'
isnt "$(grep -cF "$code" "$scratch/seen")" 0 'and the invitation'

read_all "$zayd_token"
unseen "CANARY-[A-Z]*-$word" 'AZ-03: an outsider sees nothing of all that'
unseen "$aisha_email|$hidden_email|$omar_email" 'nor an e-mail address'
unseen "${phone#+}|Ushuaia" 'nor her phone number or where she lives'
unseen "$code" 'nor how to get in'
for search in "khatmas/?page=1&search=CANARY-GROUP-$word" \
    "khatmas/?page=1&filter=public&search=CANARY-PRIVATE-$word" \
    "search/khatmas/?page=1&q=CANARY-PRIVATE-$word" \
    "search/khatmas/?page=1&q=$aisha_email"; do
	req GET "/api/$search" '' "$zayd_token"
	is "$status $(field .count) $(header X-Total-Count)" '200 0 0' \
	    'AZ-03: nor does a number tell that there is something to find'
done
isnt "$(grep -c "Open $word" "$scratch/seen")" 0 \
    'though what is public is public'
is "$(grep -E "/khatmas/($private|$group)/|/khatma/($private|$group)/" \
    "$scratch/codes" | cut -d ' ' -f 1 | sort -u)" 403 \
    'he has no access to what is hers'
is "$(grep -E "/user/($aisha_id|$hidden_id|$omar_id)/" "$scratch/codes" |
    cut -d ' ' -f 1 | sort -u)" 403 'nor to the statistics of strangers'
is "$(grep -E "/user/$zayd_id/" "$scratch/codes" | cut -d ' ' -f 1 |
    sort -u)" 200 'but to his own'
is "$(grep -c '^5' "$scratch/codes")" 0 'nothing breaks'

read_all "$omar_token"
unseen "CANARY-(PRIVATE|INTENTION|BIO)-$word" \
    'AZ-03: a member of her group sees nothing that is hers alone'
unseen "$aisha_email|$hidden_email|$zayd_email" 'nor an e-mail address'
unseen "${phone#+}|Ushuaia" 'nor a phone number'
unseen "$code" 'nor how others get in'
isnt "$(grep -c "CANARY-GROUP-$word" "$scratch/seen")" 0 'but the group'
isnt "$(grep -c "CANARY-HIDDEN-$word" "$scratch/seen")" 0 \
    'and who is in it'

read_all ''
is "$(grep -v ' /api/health/' "$scratch/codes" | cut -d ' ' -f 1 | sort -u)" \
    401 'AZ-03: nobody sees nothing at all'
unseen "CANARY|$word|Aisha" 'indeed'

# What can be written tells nothing, either.
: >"$scratch/seen"
for request in "PUT $private" "PUT $group" "POST $private/join/" \
    "POST $group/join/" "DELETE $private/leave/" "DELETE $group/leave/" \
    "POST $group/sessions/" "POST $private/invitations/" \
    "POST $group/intentions/" "DELETE $group" "PATCH $private"; do
	req "${request%% *}" "/api/khatmas/${request#* }" '{"name": "x",
	    "chapter_assigned": 9, "intention": ["x"]}' "$zayd_token"
	is "$status" 403 "an outsider: $(echo "$request" |
	    sed 's/[0-9][0-9]*/<id>/')"
	cat "$headers" "$body" >>"$scratch/seen"
done
for id in $(db "SELECT id FROM notifications WHERE user_id = $aisha_id"); do
	req PATCH "/api/notifications/$id/read/" '' "$zayd_token"
	cat "$body" >>"$scratch/seen"
done
is "$status $(field .code)" '404 notification_not_found' \
    'her notifications are not there for him'
unseen "CANARY|$word|$aisha_email|Aisha" 'AZ-03: and no answer says a name'

req DELETE "/api/khatmas/$group/leave/" '' "$omar_token"
read_all "$omar_token"
unseen "CANARY-(PRIVATE|INTENTION|BIO|HIDDEN)-$word" \
    'who has left the group sees no more who is in it'
req GET "/api/stats/user/$hidden_id/" '' "$omar_token"
wants 403 'nor how they read'

done_testing
