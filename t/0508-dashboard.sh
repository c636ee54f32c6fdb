#!/bin/sh
# The dashboard: what is going on, what was read today and this week, what is
# new; five khatmas, ten sessions, five notifications.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

dashboard() {
	req GET /api/dashboard/ '' "$aisha_token"
}

numbers() {
	field '[.unread_count, .today_chapters, .weekly_chapters, .today_pages,
	    .weekly_pages, .total_khatmas, .current_streak] | join(" ")'
}

lengths() {
	field '[.active_khatmas, .recent_sessions, .unread_notifications]
	    | map(length) | join(" ")'
}

reader aisha
reader omar

dashboard
wants 200 'there is one before anything is there'
is "$(field keys_unsorted[] | sort | xargs -n 5)" \
'active_khatmas current_streak recent_sessions today_chapters today_pages
total_khatmas unread_count unread_notifications weekly_chapters weekly_pages' \
    'with the fields of the contract'
is "$(numbers)" '0 0 0 0 0 0 0' 'all numbers are zero'
is "$(lengths)" '0 0 0' 'and all lists are empty'
req GET /api/dashboard/
wants 401 'without a token there is no answer'
req POST /api/dashboard/ '{}' "$aisha_token"
wants 405 'it cannot be written'

# Six days ago is of this week, seven days ago is not.
past "$aisha_id" 6:1 7:2
mine=
for _ in 1 2 3 4 5; do
	own "$aisha_token"
	mine="$khatma $mine"
done
own "$aisha_token"
paused=$khatma
req PATCH "/api/khatmas/$khatma/" '{"status": "paused"}' "$aisha_token"
group "$omar_token"
join "$aisha_token"
mine="$khatma $mine"
reads "$aisha_token" 1 2 3
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 4, "is_completed": false}' "$aisha_token"
shared=$khatma
group "$omar_token"	# somebody else's

dashboard
is "$(numbers)" '4 3 4 3 4 7 1' 'the numbers are those of what was done'
is "$(field '[.active_khatmas[].id] | join(" ")')" \
    "$(echo "$mine" | cut -d ' ' -f 1-5)" \
    'the five khatmas that are newest, one that was joined among them'
is "$(field "[.active_khatmas[].id] | index($paused)")" null \
    'one that is paused is not active'
req GET "/api/khatmas/?filter=my_khatmas&status=active" '' "$aisha_token"
khatmas=$(jq -S '.[0]' "$body")
dashboard
is "$(jq -S '.active_khatmas[0]' "$body")" "$khatmas" \
    'each is the whole object, as in the list'
is "$(field '[.recent_sessions[] | "\(.chapter_assigned)\(.is_completed)"]
    | join(" ")')" '4false 3true 2true 1true 1true 2true' \
    'sessions are there, the newest first'
is "$(field '.recent_sessions[0].khatma')" "$shared" \
    'with their khatma'
req GET /api/sessions/?user=me '' "$aisha_token"
sessions=$(jq -S '.[0]' "$body")
dashboard
is "$(jq -S '.recent_sessions[0]' "$body")" "$sessions" \
    'as the list of sessions shows them'

khatma=$shared
reads "$aisha_token" 4 5 6 7 8
dashboard
is "$(lengths)" '5 10 5' 'no more than five, ten and five'
is "$(field .unread_count)" 9 'though all that is unread is counted'
is "$(field '.unread_notifications[0].title')" 'Juz 8 has been read' \
    'the newest comes first'
req GET /api/notifications/?is_read=false '' "$aisha_token"
notifications=$(jq -S '.[:5]' "$body")
first=$(field '.[0].id')
dashboard
is "$(jq -S .unread_notifications "$body")" "$notifications" \
    'as the list of notifications shows them'
req PATCH "/api/notifications/$first/read/" '' "$aisha_token"
dashboard
is "$(field '"\(.unread_count) \([.unread_notifications[].id]
    | index('"$first"'))"')" '8 null' 'what was read is not among them'
req PATCH /api/notifications/mark-all-read/ '' "$aisha_token"
dashboard
is "$(field .unread_count) $(lengths)" '0 5 10 0' 'when all is read none is'
is "$(numbers)" '0 8 9 8 9 7 1' 'and the other numbers are as they were'

done_testing
