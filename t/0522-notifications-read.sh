#!/bin/sh
# Notifications are listed, filtered, and marked as read, one or all; those of
# others are not there.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

list() {
	req GET "/api/notifications/${2-}" '' "$1"
}

reader aisha
reader omar

list "$omar_token"
wants 200 'there is a list before anything was told'
is "$(jq -c . "$body")" '[]' 'which is empty'
list ''
wants 401 'without a token there is no answer'
req POST /api/notifications/ '{"title": "x"}' "$omar_token"
wants 405 'nobody makes them himself'

group "$aisha_token"
join "$omar_token"
reads "$omar_token" 1 2

list "$omar_token"
is "$(field '[.[].notification_type] | join(" ")')" \
    'chapter_completed chapter_completed chapter_assigned' \
    'the newest comes first'
is "$(field '.[0] | keys_unsorted[]' | xargs -n 5)" \
'id notification_type notification_display title message
is_read related_khatma related_khatma_name created_at' \
    'each has the fields of the contract'
is "$(field '.[0]
    | "\(.is_read) \(.related_khatma) \(.related_khatma_name)"')" \
    "false $khatma Reading together" 'with their values'
like "$(field '.[0].created_at')" \
    '^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]+)?Z$' \
    'and the time, in UTC'
is "$(header X-Total-Count)" 3 'their number is said'
# shellcheck disable=SC2046 # three words
set -- $(field '.[].id')
newest=$1 middle=$2 oldest=$3

req PATCH "/api/notifications/$middle/read/" '' "$omar_token"
wants 200 'one is marked as read'
is "$(field '"\(.id) \(.is_read)"')" "$middle true" 'and comes back so'
req PATCH "/api/notifications/$middle/read" '{}' "$omar_token"
wants 200 'twice is harmless, with a body, too'
list "$omar_token" '?is_read=false'
is "$(field '[.[].id] | join(" ")')" "$newest $oldest" 'the unread are left'
is "$(header X-Total-Count)" 2 'two of them'
list "$omar_token" '?is_read=true'
is "$(field '[.[].id] | join(" ")')" "$middle" 'the one that was read'
list "$omar_token" '?is_read=maybe'
wants 400 'anything else is refused'
is "$(field '.errors | keys | join(" ")')" is_read 'and named'
list "$omar_token" '?is_read=false&page=2&page_size=1'
is "$(field '"\(.count) \(.results[0].id) \(.next)"')" "2 $oldest null" \
    'a filter and pages go together'
like "$(field .previous)" 'is_read=false' 'and neighbours keep the filter'

list "$aisha_token"
hers=$(field '.[0].id')
req PATCH "/api/notifications/$hers/read/" '' "$omar_token"
wants 404 "somebody else's is not there"
is "$(field .code)" notification_not_found 'and that is said'
list "$aisha_token" '?is_read=false'
is "$(header X-Total-Count)" 2 'nor was it changed'
for id in 9223372036854775807 0 x; do
	req PATCH "/api/notifications/$id/read/" '' "$omar_token"
	wants 404 "there is no number $id"
done
req PATCH "/api/notifications/$newest/read/"
wants 401 'nobody marks without a token'
req PATCH /api/notifications/mark-all-read/
wants 401 'neither one nor all'
req GET "/api/notifications/$newest/read/" '' "$omar_token"
wants 405 'marking is no reading'
req GET /api/notifications/mark-all-read/ '' "$omar_token"
wants 405 'nor is marking all'

req PATCH /api/notifications/mark-all-read/ '' "$omar_token"
wants 200 'all are marked as read'
is "$(field '"\(.message) \(.updated)"')" \
    'All notifications are marked as read 2' 'and how many were not yet'
list "$omar_token" '?is_read=false'
is "$(jq -c . "$body")" '[]' 'none is left'
req PATCH /api/notifications/mark-all-read '{}' "$omar_token"
is "$status $(field .updated)" '200 0' 'twice is harmless'
list "$aisha_token" '?is_read=false'
is "$(header X-Total-Count)" 2 'those of others are as they were'
reads "$omar_token" 3
list "$omar_token" '?is_read=false'
is "$(header X-Total-Count)" 1 'the next one is unread again'

done_testing
