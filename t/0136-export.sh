#!/bin/sh
# The export is all that is stored about a person, and nothing of anybody else.
. "$(dirname "$0")/tap.sh"

new_user ali 'Ali Ahmed'
new_user omar 'Omar Canary'

req GET /api/user/me/export/ '' "$ali_token"
wants 200 'one who has done nothing yet gets a document, too'
is "$(field '[to_entries[] | select(.value | type == "array") |
    .key + " " + (.value | length | tostring)] | join(", ")')" \
    "khatmas 0, chapters 0, sessions 0, intentions 0, invitations 0, \
achievements 0, notifications 0, logins 1, password_resets 0, \
idempotency_keys 0" 'with a list for each kind'

req PATCH /api/user/me/ '{"bio": "My bio", "phone": "0101234",
    "timezone": "Africa/Cairo"}' "$ali_token"
req POST /api/khatmas/ '{"name": "Ours", "khatma_type": "group",
    "is_public": true}' "$ali_token"
khatma=$(field .id)
req POST "/api/khatmas/$khatma/join/" '' "$omar_token"
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 30, "is_completed": true}' "$ali_token"
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 29, "is_completed": false}' "$ali_token"
req POST "/api/khatmas/$khatma/intentions/" \
    '{"intention": ["For my mother", "For patience"]}' "$ali_token"
req POST "/api/khatmas/$khatma/intentions/" \
    '{"intention": ["canary intention"]}' "$omar_token"
req POST "/api/khatmas/$khatma/invitations/" '' "$ali_token" \
    -H 'Idempotency-Key: ask-once'
cp "$body" "$scratch/answer"
code=$(field .invite_code)
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 1, "is_completed": true}' "$omar_token"
req POST /api/khatmas/ '{"name": "Mine"}' "$ali_token"
mine=$(field .id)
for chapter in $(seq 30); do
	echo "POST /api/khatmas/$mine/sessions/ $ali_token" \
	    "{\"chapter_assigned\": $chapter}"
done | together

req GET /api/user/me/export/ '' "$ali_token"
wants 200 'one who has read gets all of it'
like "$(header Content-Type)" '^application/json' 'as JSON'
is "$(header Content-Disposition)" \
    'attachment; filename="khatma-export.json"' 'as a file to keep'
cp "$body" "$scratch/export"
is "$(field '.user | [.id, .fullname, .email, .phone, .bio, .timezone] |
    join("|")')" "$ali_id|Ali Ahmed|$ali_email|0101234|My bio|Africa/Cairo" \
    'the profile is there'
is "$(field '.khatmas | map([.id, .name, .creator] | join(" ")) |
    join("; ")')" "$khatma Ours $ali_id; $mine Mine $ali_id" 'the khatmas'
is "$(field ".chapters | map(select(.khatma == $khatma) |
    [.chapter, .state] | join(\" \")) | join(\"; \")")" \
    '29 claimed; 30 completed' 'the chapters'
is "$(field ".sessions | map(select(.khatma == $khatma) |
    [.chapter_assigned, .is_completed] | join(\" \")) | join(\"; \")")" \
    '30 true; 29 false' 'the sessions'
is "$(field '[(.chapters | length), (.sessions | length)] | join(" ")')" \
    '32 32' 'of every khatma'
is "$(field '.intentions | map(.intention) | join("; ")')" \
    'For my mother; For patience' 'the intentions'
is "$(field '.invitations | map(.invite_code) | join("; ")')" "$code" \
    'the invitations'
is "$(field '.achievements | map(.achievement_type) | sort | join("; ")')" \
    'chapter_master; first_khatma' 'the achievements'
is "$(field '.notifications | map(.notification_type) | unique | join("; ")')" \
    'achievement_earned; chapter_completed; khatma_completed' \
    'the notifications'
is "$(field '.idempotency_keys | map([.key, .status, .location, .answer] |
    map(tostring) | join(" ")) | join("; ")')" \
    "ask-once 201 /api/khatmas/$khatma/invitations/ $(cat "$scratch/answer")" \
    'the answers that are stored'
like "$(field '.logins | map(.device) | join("; ")')" '^curl/[0-9.]+$' \
    'and the logins'

is "$(db "SELECT table_name FROM information_schema.key_column_usage
    WHERE table_schema = 'khatma' AND referenced_table_name = 'users'
    AND table_name NOT IN ('khatmas', 'memberships', 'chapters', 'sessions',
    'intentions', 'invitations', 'achievements', 'notifications',
    'logins', 'password_resets', 'idempotency_keys')")" '' 'no table with people in it is left out'

# Whose it is not.
password=$(db "SELECT password FROM users WHERE id = $ali_id")
is "$(grep -c -e "$omar_email" -e 'Omar Canary' -e 'canary intention' \
    "$scratch/export")" 0 "nothing of other people's is in it"
is "$(grep -cF -e "$password" -e argon2 -e "$ali_password" \
    "$scratch/export")" 0 'nor is the password, in whatever form'
is "$(grep -cF -e "$ali_token" -e "$ali_refresh" "$scratch/export")" 0 \
    'nor a token'

req GET /api/user/me/export/
wants 401 'nobody gets one without a token'

done_testing
