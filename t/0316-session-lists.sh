#!/bin/sh
# A khatma's sessions are listed newest first, all or one's own. Over all
# khatmas everybody has their own log and no other.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# session ID TOKEN CHAPTER HOURS-AGO
session() {
	req POST "/api/khatmas/$1/sessions/" "{\"chapter_assigned\": $3,
	    \"reading_date\": \"$(date -u -d "$now $4 hours ago" +%FT%TZ)\"}" \
	    "$2"
	[ "$status" = 201 ] || diag "session: $(cat "$body")"
}

# lists PATH TOKEN CHAPTERS NAME
lists() {
	req GET "/api/$1" '' "$2"
	is "$status $(field '[.[].chapter_assigned] | join(" ")')" "200 $3" "$4"
}

now=$(date -u +%FT%TZ)
new_user aisha 'Aisha'
new_user omar 'Omar'
new_user zayd
req POST /api/khatmas/ '{"name": "Shared", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST /api/khatmas/ '{"name": "Own"}' "$aisha_token"
own=$(field .id)
req POST "/api/khatmas/$id/join/" '{"chapter": 20}' "$omar_token"
lists "khatmas/$id/sessions/" "$aisha_token" '' \
    'nothing is an empty list: a claim alone is no session'
session "$id" "$aisha_token" 1 3
session "$id" "$omar_token" 2 5
session "$own" "$aisha_token" 3 4
session "$id" "$aisha_token" 4 1
session "$id" "$omar_token" 5 50
req POST "/api/khatmas/$id/sessions/" "{\"chapter_assigned\": 6,
    \"is_completed\": false, \"reading_date\": \"$now\"}" "$omar_token"

lists "khatmas/$id/sessions/" "$aisha_token" '6 4 1 2 5' \
    'the newest reading comes first, whenever it was written down'
is "$(field '[.[].user.fullname] | join(" ")')" 'Omar Aisha Aisha Omar Omar' \
    'of all members'
is "$(field '[.[].is_completed] | tojson')" '[false,true,true,true,true]' \
    'begun or completed'
is "$(field '[.[].user | keys] | unique | tojson')" '[["fullname","id"]]' \
    'who shows id and fullname only'
is "$(field "[.[].khatma] | unique | tojson")" "[$id]" 'all of this khatma'
is "$(header X-Total-Count)" 5 'X-Total-Count counts them'
lists "khatmas/$id/sessions/?user=me" "$omar_token" '6 2 5' \
    'user=me: one'"'"'s own'
lists "khatmas/$id/sessions/?user=me" "$zayd_token" '' \
    'of which an outsider has none'
lists "khatmas/$id/sessions/" "$zayd_token" '6 4 1 2 5' \
    'though he sees those of a public group'
req GET "/api/khatmas/$id/sessions/?page=2&page_size=2" '' "$aisha_token"
is "$status $(field '[.count, [.results[].chapter_assigned]] | tojson')" \
    '200 [5,[1,2]]' 'they have pages'
next=$(field .next)
req GET "${next#http://localhost}" '' "$aisha_token"
is "$status $(field '[.results[].chapter_assigned] | tojson')" '200 [5]' \
    'that lead on'

lists 'sessions/?user=me' "$aisha_token" '4 1 3' \
    'her own log, over all khatmas'
is "$(field '[.[] | .khatma] | tojson')" "[$id,$id,$own]" 'says which'
lists 'sessions/' "$aisha_token" '4 1 3' 'without user=me it is the same'
lists 'sessions/' "$omar_token" '6 2 5' 'everybody has their own'
lists 'sessions/' "$zayd_token" '' 'or none'

for user in "$omar_id" all ME; do
	for list in sessions "khatmas/$id/sessions"; do
		req GET "/api/$list/?user=$user" '' "$aisha_token"
		is "$status $(field '.errors | keys | tojson')" \
		    '400 ["user"]' "$(echo "$list" | sed "s|$id|<id>|"): $(
		    )user is me and not '$(
		    echo "$user" | sed "s|^$omar_id\$|an id|")'"
	done
done
req GET "/api/khatmas/$own/sessions/" '' "$omar_token"
is "$status $(field .code)" '403 forbidden' \
    'the sessions of a private khatma are nobody else'"'"'s'
req GET /api/khatmas/999999999999/sessions/ '' "$omar_token"
is "$status $(field .code)" '404 khatma_not_found' \
    'what is not there has none'
req GET "/api/khatmas/$id/sessions/"
wants 401 'a token is needed'
req GET /api/sessions/
wants 401 'for both'

done_testing
