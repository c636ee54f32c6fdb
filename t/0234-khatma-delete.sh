#!/bin/sh
# The creator deletes a khatma, and it is gone for everybody. What its readers
# have read stays theirs: their sessions, their chapters, their awards.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

new_user aisha
new_user omar
new_user zayd
req POST /api/khatmas/ '{"name": "To be deleted", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST "/api/khatmas/$id/join/" '' "$omar_token"
req POST "/api/khatmas/$id/intentions/" '{"intention": ["For all"]}' \
    "$omar_token"
req POST "/api/khatmas/$id/invitations/" '' "$aisha_token"
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 1}' "$omar_token"
read_at=$(field .reading_date)
{
	seq 2 29 | sed "s|.*|POST /api/khatmas/$id/sessions/ $aisha_token $(
	    ){\"chapter_assigned\": &}|"
	echo "POST /api/khatmas/$id/sessions/ $omar_token $(
	    ){\"chapter_assigned\": 30}"
} | together
is "$(grep -c ' 201$' "$answers/codes")" 29 'two people read it together'
req GET "/api/khatmas/$id/" '' "$aisha_token"
is "$(field .status)" completed 'to its end'

req DELETE "/api/khatmas/$id/" '' "$omar_token"
is "$status $(field .code)" '403 creator_only' 'a member does not delete it'
req DELETE "/api/khatmas/$id/" '' "$zayd_token"
is "$status $(field .code)" '403 creator_only' 'nor does an outsider'
req DELETE "/api/khatmas/$id/"
wants 401 'nor nobody'
req DELETE /api/khatmas/ '' "$aisha_token"
wants 405 'nor does anybody delete the list'

req DELETE "/api/khatmas/$id/" '' "$aisha_token"
wants 204 'its creator deletes it'
is "$(wc -c <"$body")" 0 'without words'

for request in "GET /api/khatmas/$id/" "PATCH /api/khatmas/$id/" \
    "DELETE /api/khatmas/$id/" "POST /api/khatmas/$id/join/" \
    "DELETE /api/khatmas/$id/leave/" "GET /api/khatmas/$id/intentions/" \
    "GET /api/khatmas/$id/sessions/" "GET /api/stats/khatma/$id/"; do
	given=
	[ "${request% *}" != PATCH ] || given='{"name": "x"}'
	req "${request% *}" "${request#* }" "$given" "$aisha_token"
	is "$status $(field .code)" '404 khatma_not_found' \
	    "it is gone: $(echo "$request" | sed "s|/$id/|/<id>/|")"
done
req GET '/api/khatmas/?filter=my_khatmas' '' "$omar_token"
is "$(field length)" 0 'and from the lists of its members'

req GET '/api/sessions/?user=me' '' "$omar_token"
is "$status $(field '[.[] | .chapter_assigned] | sort | tojson')" \
    '200 [1,30]' 'his sessions are still there'
is "$(field '[.[] | .khatma, .khatma_name] | unique | tojson')" '[null]' \
    'of a khatma that is no more'
is "$(field '.[-1].reading_date')" "$read_at" 'when he read them'
req GET /api/stats/user/ '' "$omar_token"
is "$(field '[.total_chapters_read, .distinct_chapters_read, .total_khatmas]
    | tojson')" '[2,2,0]' 'his chapters still count'
like "$(field .current_streak)" '^[12]$' 'and his days'
req GET /api/user/me/ '' "$omar_token"
is "$(field .total_khatmas_completed)" 1 'and that he completed it'
req GET /api/achievements/ '' "$omar_token"
is "$(field '[.[] | [.achievement_type, .khatma, .khatma_name]] | tojson')" \
    '[["first_khatma",null,"To be deleted"]]' 'his award stays, with its name'
req GET /api/notifications/ '' "$omar_token"
is "$(field '[.[] | [.notification_type, .related_khatma]] | tojson')" \
    '[["achievement_earned",null]]' 'and the news of it, but of nothing else'
for table in khatmas:id chapters:khatma_id memberships:khatma_id \
    intentions:khatma_id invitations:khatma_id sessions:khatma_id; do
	is "$(db "SELECT COUNT(*) FROM ${table%:*} WHERE ${table#*:} = $id")" \
	    0 "nothing of it is left in ${table%:*}"
done

done_testing
