#!/bin/sh
# The server makes notifications by itself: which, for whom, and never twice.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# told TOKEN: what somebody was told about $khatma, the newest first.
told() {
	req GET /api/notifications/ '' "$1"
	field '[.[] | select(.related_khatma == '"$khatma"')
	    | .notification_type] | join(" ")'
}

# ends TOKEN: what of it is not about chapters, in the order of the alphabet.
ends() {
	told "$1" | tr ' ' '\n' | grep -v '^chapter_' | sort | xargs
}

reader aisha
reader omar
reader zaid
reader left

group "$aisha_token"
is "$(told "$aisha_token")" '' 'who makes a khatma is told nothing'

join "$omar_token" "$left_token"
is "$(told "$omar_token")" chapter_assigned 'who joins is told the chapter'
is "$(field '.[0].title')" 'Juz 1 is yours' 'which one it is'
is "$(told "$aisha_token")" '' 'and nobody else'
req DELETE "/api/khatmas/$khatma/leave/" '' "$left_token"
join "$left_token"
is "$(told "$left_token")" chapter_assigned \
    'who leaves, joins again and gets the same chapter is not told again'
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 9, "is_completed": false}' "$omar_token"
is "$(told "$omar_token")" chapter_assigned \
    'nor who takes a chapter without help'

reads "$omar_token" 1
is "$(told "$omar_token")" 'chapter_completed chapter_assigned' \
    'who reads a chapter is told'
is "$(told "$aisha_token")" chapter_completed 'and so is the creator'
is "$(told "$left_token")" chapter_assigned 'but no other member'
reads "$omar_token" 1
is "$(told "$omar_token")" 'chapter_completed chapter_assigned' \
    'the same request again makes no second one'
is "$(told "$aisha_token")" chapter_completed 'for either'

reads "$aisha_token" 5
is "$(told "$aisha_token")" 'chapter_completed chapter_completed' \
    'a creator who reads is told once, not as both'

# Undone, it was not read; read again, it is told again.
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 5, "is_completed": false}' "$aisha_token"
is "$(told "$aisha_token")" chapter_completed 'an undo takes the word back'
reads "$aisha_token" 5
is "$(told "$aisha_token")" 'chapter_completed chapter_completed' \
    'and reading again gives it again'
db "UPDATE sessions SET local_day = '$(day 2)' WHERE khatma_id = $khatma
    AND chapter = 1 AND user_id = $omar_id"
reads "$omar_token" 1
is "$(told "$omar_token")" 'chapter_completed chapter_assigned' \
    'a re-reading on another day is not told'

# The end of a khatma: to every member, read or not, but not who has left.
join "$zaid_token"
req DELETE "/api/khatmas/$khatma/leave/" '' "$left_token"
reads "$omar_token" 9
nearly_read 1 "$omar_id"
is "$(told "$zaid_token")" chapter_assigned 'the khatma is still open'
reads "$omar_token" 30
is "$(told "$zaid_token")" 'khatma_completed chapter_assigned' \
    'a member who read nothing is told that it is complete'
for token in "$aisha_token" "$omar_token"; do
	is "$(ends "$token")" 'achievement_earned khatma_completed' \
	    'its readers, once, and of the achievement'
done
is "$(told "$aisha_token" | tr ' ' '\n' | grep -c chapter_completed)" 4 \
    'the creator was told of four chapters'
is "$(told "$omar_token" | tr ' ' '\n' | grep -c chapter_completed)" 3 \
    'the reader of three of them of three'
is "$(told "$left_token")" chapter_assigned 'who has left is not told'
reads "$omar_token" 30
is "$(told "$zaid_token")" 'khatma_completed chapter_assigned' \
    'the same request again tells nobody'

# A private khatma has one reader, who is its creator.
own "$zaid_token"
nearly_read 1 "$zaid_id"
reads "$zaid_token" 30
is "$(ends "$zaid_token")" \
    'achievement_earned achievement_earned khatma_completed' \
    "one's own khatma tells its reader each thing once"
is "$(told "$zaid_token" | tr ' ' '\n' | grep -c chapter_completed)" 1 \
    'the last chapter, too'

is "$(db "SELECT COUNT(*) FROM notifications WHERE user_id IN ($aisha_id,
    $omar_id, $zaid_id, $left_id) AND notification_type IN
    ('khatma_invitation', 'daily_reminder')")" 0 \
    'of other types nothing was made'

req DELETE "/api/khatmas/$khatma/" '' "$zaid_token"
is "$(told "$zaid_token")" '' 'with the khatma go the words about it'
req GET /api/notifications/ '' "$zaid_token"
is "$(field '[.[] | select(.notification_type == "achievement_earned")]
    | "\(length) \(.[0].related_khatma)"')" '2 null' \
    'but not those of what was achieved in it'

done_testing
