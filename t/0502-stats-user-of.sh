#!/bin/sh
# Somebody else's statistics are for those with whom one shares a khatma.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

reader aisha
reader omar
reader zaid
group "$aisha_token"
join "$omar_token"
reads "$omar_token" 1 2 3

req GET /api/stats/user/ '' "$omar_token"
hers=$(jq -S . "$body")
req GET "/api/stats/user/$omar_id/" '' "$aisha_token"
wants 200 'a fellow reader may see them'
is "$(jq -S . "$body")" "$hers" 'and sees what their owner sees'
req GET "/api/stats/user/$aisha_id" '' "$omar_token"
wants 200 'the other way round, too, and without the last slash'
req GET "/api/stats/user/$omar_id/" '' "$omar_token"
wants 200 'one may ask for oneself by number'
is "$(jq -S . "$body")" "$hers" 'and gets the same'

req GET "/api/stats/user/$omar_id/" '' "$zaid_token"
wants 403 'who shares no khatma may not'
is "$(field .code)" forbidden 'and is told so'
req GET /api/stats/user/9223372036854775807/ '' "$aisha_token"
wants 404 'there is no such user'
is "$(field .code)" user_not_found 'and that is said'
for path in 0 -1 1.5 me 9223372036854775808; do
	req GET "/api/stats/user/$path/" '' "$aisha_token"
	wants 404 "$path is no number of a user"
done
req GET "/api/stats/user/$omar_id/"
wants 401 'without a token there is no answer'
req POST "/api/stats/user/$omar_id/" '{}' "$aisha_token"
wants 405 'they cannot be written'

req DELETE "/api/khatmas/$khatma/leave/" '' "$omar_token"
req GET "/api/stats/user/$omar_id/" '' "$aisha_token"
wants 403 'with the last khatma in common they are closed'
join "$omar_token"
req GET "/api/stats/user/$omar_id/" '' "$aisha_token"
wants 200 'and open with the next'
req DELETE "/api/khatmas/$khatma/" '' "$aisha_token"
req GET "/api/stats/user/$omar_id/" '' "$aisha_token"
wants 403 'a khatma that was deleted is not in common'

# The two have no hour of the same day in common: it is always a later day
# with her than with him. Days are the reader's, whoever asks.
reader east Pacific/Kiritimati
reader west Pacific/Pago_Pago
group "$west_token"
join "$east_token"
reads "$east_token" 1 2 3
req GET /api/stats/user/ '' "$east_token"
hers=$(jq -S . "$body")
is "$(field '[.current_streak, .average_daily_chapters] | join(" ")')" \
    '1 0.1' 'she has read today'
req GET "/api/stats/user/$east_id/" '' "$west_token"
is "$(jq -S . "$body")" "$hers" 'and her statistics are the same in his zone'

done_testing
