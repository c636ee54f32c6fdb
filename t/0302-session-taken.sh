#!/bin/sh
# What somebody else has claimed or read cannot be read or claimed: the answer
# names the state, and nothing changes.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# session TOKEN JSON
session() {
	req POST "/api/khatmas/$id/sessions/" "$2" "$1"
}

# All that a session could change.
all() {
	db "SELECT * FROM chapters WHERE khatma_id = $id ORDER BY number;
	    SELECT * FROM sessions WHERE khatma_id = $id ORDER BY id;
	    SELECT * FROM notifications WHERE khatma_id = $id ORDER BY id;
	    SELECT status, participants_count, chapters_completed, chapters_free
	    FROM khatmas WHERE id = $id;
	    SELECT chapters_read, juz_read, streak_last_day FROM users
	    WHERE id IN ($aisha_id, $omar_id)" >"$scratch/$1"
}

new_user aisha
new_user omar
new_user zayd
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST "/api/khatmas/$id/join/" '{"chapter": 1}' "$omar_token"
session "$aisha_token" '{"chapter_assigned": 2, "is_completed": false}'
session "$aisha_token" '{"chapter_assigned": 3}'
all before

for is_completed in ', "is_completed": true' ', "is_completed": false' ''; do
	session "$omar_token" "{\"chapter_assigned\": 2$is_completed}"
	is "$status $(field .code)" '400 chapter_taken' \
	    "a chapter that another has claimed${is_completed#,}"
	like "$(field .detail)" 'claimed' 'and it is said'
	session "$omar_token" "{\"chapter_assigned\": 3$is_completed}"
	is "$status $(field .code)" '400 chapter_completed' \
	    "a chapter that another has read${is_completed#,}"
	like "$(field .detail)" 'completed' 'and that is said'
done
session "$aisha_token" '{"chapter_assigned": 1}'
is "$status $(field .code)" '400 chapter_taken' \
    'a creator does not read what others have claimed, either'
session "$zayd_token" '{"chapter_assigned": 4}'
is "$status $(field .code)" '403 members_only' 'who is no member reads nothing'
session "$zayd_token" '{"chapter_assigned": 4, "is_completed": false}'
is "$status $(field .code)" '403 members_only' 'and claims nothing'
session '' '{"chapter_assigned": 4}'
wants 401 'nor does nobody'

req PATCH "/api/khatmas/$id/" '{"status": "paused"}' "$aisha_token"
for body_sent in '{"chapter_assigned": 1}' '{"chapter_assigned": 4}' \
    '{"chapter_assigned": 4, "is_completed": false}'; do
	session "$omar_token" "$body_sent"
	is "$status $(field .code)" '400 khatma_paused' \
	    "while it is paused nothing is read: $body_sent"
done
session "$aisha_token" '{"chapter_assigned": 3, "is_completed": false}'
is "$status $(field .code)" '400 khatma_paused' 'and nothing undone'
session "$zayd_token" '{"chapter_assigned": 4}'
wants 403 'an outsider is still an outsider'
req PATCH "/api/khatmas/$id/" '{"status": "active"}' "$aisha_token"

all after
ok 'nothing of all this changed anything' \
    diff "$scratch/before" "$scratch/after"

done_testing
