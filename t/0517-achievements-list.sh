#!/bin/sh
# The list of achievements: its fields, order and pages, who may read it, and
# what becomes of it when the khatma is gone.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

list() {
	req GET "/api/achievements/${2-}" '' "$1"
}

types() {
	field '[.[].achievement_type] | join(" ")'
}

reader aisha
reader omar
reader zaid

list "$aisha_token"
wants 200 'there is a list before there is an achievement'
is "$(jq -c . "$body")" '[]' 'which is empty'
is "$(header X-Total-Count)" 0 'and says so'
list ''
wants 401 'without a token there is no answer'
req POST /api/achievements/ '{"achievement_type": "streak_30"}' "$aisha_token"
wants 405 'nobody awards them to himself'

past "$aisha_id" 1 2 3 4 5 6
group "$aisha_token" '"target_days": 30'
join "$omar_token"
reads "$aisha_token" 2
req PATCH "/api/khatmas/$khatma/" '{"name": "Shaban"}' "$aisha_token"
nearly_read 1 "$aisha_id"
req PATCH "/api/khatmas/$khatma/" '{"name": "Ramadan"}' "$aisha_token"
reads "$aisha_token" 30

list "$aisha_token"
is "$(types)" 'first_khatma chapter_master streak_7' 'the newest comes first'
is "$(field '.[0] | keys_unsorted | join(" ")')" \
    'id achievement_type achievement_display earned_at khatma khatma_name' \
    'each has the fields of the contract'
is "$(field '.[0] | "\(.achievement_display)|\(.khatma)|\(.khatma_name)"')" \
    "First Khatma|$khatma|Ramadan" 'with their values'
is "$(field '[.[].achievement_display] | join(", ")')" \
    'First Khatma, Chapter Master, 7-Day Streak' 'they have words'
like "$(field '.[0].earned_at')" \
    '^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]+)?Z$' \
    'and the time, in UTC'
is "$(header X-Total-Count)" 3 'their number is said'
is "$(field '.[2].khatma_name')" Ramadan 'a khatma goes by its present name'
req GET /api/achievements/ '' "$aisha_token" -H 'Accept-Language: ar'
is "$(field '.[0].achievement_display')" 'الختمة الأولى' 'words in Arabic'

list "$aisha_token" '?page=2&page_size=2'
is "$(field '"\(.count) \(.next) \(.results | length)"')" '3 null 1' \
    'pages can be had'
like "$(field .previous)" '/api/achievements/\?page=1&page_size=2$' \
    'that name their neighbours'
list "$aisha_token" '?page=3&page_size=2'
wants 404 'there is no page beyond the last'
list "$aisha_token" '?page=0&page_size=101'
wants 400 'nor one of no number'
is "$(field '.errors | keys | join(" ")')" 'page page_size' 'and both are told'

list "$omar_token" "user/$aisha_id/"
wants 200 'a fellow reader may see them'
is "$(types)" 'first_khatma chapter_master streak_7' 'all of them'
list "$aisha_token" "user/$aisha_id/"
wants 200 'one may ask for oneself by number'
list "$zaid_token" "user/$aisha_id/"
wants 403 'who shares no khatma may not'
list "$aisha_token" user/9223372036854775807/
wants 404 'there is no such user'
is "$(field .code)" user_not_found 'and that is said'
list '' "user/$aisha_id/"
wants 401 'nor is there without a token'

req DELETE "/api/khatmas/$khatma/" '' "$aisha_token"
wants 204 'the khatma is deleted'
list "$aisha_token"
is "$(types)" 'first_khatma chapter_master streak_7' 'its achievements stay'
is "$(field '.[0] | "\(.khatma) \(.khatma_name)"')" 'null Ramadan' \
    'and keep its name'
list "$omar_token" "user/$aisha_id/"
wants 403 'the two share nothing any more'
req GET /api/stats/user/ '' "$aisha_token"
is "$(field '"\(.achievements_count) \(.total_chapters_read)
    \(.longest_streak)"' | xargs)" '3 36 7' 'what was read stays read'
req GET /api/user/me/ '' "$aisha_token"
is "$(field .total_khatmas_completed)" 1 'and what was completed, completed'

done_testing
