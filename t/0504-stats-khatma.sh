#!/bin/sh
# The statistics of a khatma: who takes part, what has been read and by whom,
# for all who may see it.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

stats() {
	req GET "/api/stats/khatma/$khatma/" '' "$1"
}

reader aisha
reader omar
reader zaid
group "$aisha_token" '"target_days": 30'

stats "$aisha_token"
wants 200 'they are there from the start'
is "$(field keys_unsorted[] | sort | xargs -n 3)" \
'average_daily_progress chapter_completion_status chapters_total
completion_percentage daily_progress days_remaining
expected_finish most_active_reader total_chapters_read
total_participants' \
    'with the fields of the contract'
is "$(field '[.total_participants, .chapters_total, .total_chapters_read,
    .completion_percentage, .average_daily_progress, .days_remaining,
    .expected_finish, .most_active_reader] | map(tostring) | join(" ")')" \
    '1 30 0 0 0 30 null null' 'nobody has read, and no end is in sight'
is "$(field '.daily_progress | length')" 30 'thirty days'
is "$(field '[.chapter_completion_status[].chapter] | join(" ")')" \
    "$(seq -s ' ' 30)" 'thirty chapters in their order'
is "$(field '.chapter_completion_status | map(select(.is_completed or
    .assigned_user != null)) | length')" 0 'that belong to nobody'

join "$omar_token" "$zaid_token"
reads "$omar_token" 1 3 4
reads "$aisha_token" 30
stats "$zaid_token"
is "$(field '[.total_participants, .total_chapters_read] | join(" ")')" \
    '3 4' 'three take part and have read four chapters'
is "$(grep -o '"completion_percentage": *[0-9.]*' "$body")" \
    '"completion_percentage":13.3' 'which is 13.3 %'
is "$(field '.most_active_reader | "\(.id) \(.chapters_read)"')" \
    "$omar_id 3" 'he has read most of them'
like "$(field .most_active_reader.fullname)" '^Reader ' 'and has a name'
is "$(field '.chapter_completion_status | map(select(.is_completed)
    | "\(.chapter):\(.assigned_user.id)") | join(" ")')" \
    "1:$omar_id 3:$omar_id 4:$omar_id 30:$aisha_id" \
    'each chapter that was read names its reader'
is "$(field '.chapter_completion_status[1]
    | "\(.is_completed) \(.assigned_user.id)"')" "false $zaid_id" \
    'one that was only taken names who has it'
is "$(field '.chapter_completion_status[4].assigned_user')" null \
    'and one that is free nobody'
is "$(grep -c '@example.com' "$body")" 0 'no address is told'

req DELETE "/api/khatmas/$khatma/leave/" '' "$omar_token"
stats "$zaid_token"
is "$(field '"\(.total_participants) \(.total_chapters_read)
    \(.most_active_reader.id)"' | xargs)" "2 4 $omar_id" \
    'what he has read stays when he leaves'

# Who may see them: everybody, as long as it is public.
reader guest
stats "$guest_token"
wants 200 'a guest sees those of a public group'
stats ''
wants 401 'nobody without a token'
req PATCH "/api/khatmas/$khatma/" '{"is_public": false}' "$aisha_token"
stats "$guest_token"
wants 403 'nor those of a group that is not public'
stats "$zaid_token"
wants 200 'its members do'
own "$zaid_token"
stats "$aisha_token"
wants 403 "nor those of somebody's own khatma"
stats "$zaid_token"
wants 200 'whose owner does'
req GET /api/stats/khatma/9223372036854775807/ '' "$aisha_token"
wants 404 'there is no such khatma'
is "$(field .code)" khatma_not_found 'and that is said'

# Other divisions have as many chapters as they have.
for division in hizb:60 surah:114 rub:240 page:604; do
	group "$zaid_token" "\"division\": \"${division%:*}\""
	reads "$zaid_token" "${division#*:}"
	stats "$zaid_token"
	is "$(field '[.chapters_total, .total_chapters_read,
	    (.chapter_completion_status | length),
	    .chapter_completion_status[-1].is_completed] | join(" ")')" \
	    "${division#*:} 1 ${division#*:} true" \
	    "one of ${division#*:} chapters of the division ${division%:*}"
done

# A whole day apart: the date of the one is always the day after the other's.
reader east Pacific/Apia
reader west Pacific/Pago_Pago
group "$east_token" '"target_days": 3'
stats "$west_token"
is "$(field '[.average_daily_progress, .days_remaining, .expected_finish] |
    map(tostring) | join(" ")')" '0 4 null' \
    'for the west a khatma of the far east begins tomorrow'
reads "$east_token" 1
stats "$west_token"
is "$(field '"\(.total_chapters_read) \(.average_daily_progress)"')" '1 1' \
    'what was read tomorrow was read in one day'

done_testing
