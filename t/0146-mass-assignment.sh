#!/bin/sh
# What a request may not set stays as it is, however often it is sent.
. "$(dirname "$0")/tap.sh"

new_user ali
new_user omar

khatma_row() {
	db "SELECT creator_id, status, participants_count, chapters_total,
	    chapters_completed, chapters_free, start_date, completed_at,
	    completed_by, created_at FROM khatmas WHERE id = $khatma"
}

wish='"id": 987654321, "pk": 987654321, "is_staff": true, "is_superuser": true,
    "is_active": false, "role": "admin", "groups": [1], "user_permissions": [1],
    "email": "taken@example.com", "email_key": "taken@example.com",
    "username": "root", "password": "another-word-1", "user": 1, "user_id": 1,
    "total_khatmas_completed": 99, "khatmas_completed": 99,
    "chapters_read": 99, "juz_read": 30, "current_streak": 99,
    "longest_streak": 99, "streak_first_day": "2020-01-01",
    "streak_last_day": "2030-01-01", "date_joined": "2000-01-01",
    "password_changed_at": "2000-01-01", "__proto__": {"admin": true},
    "constructor": 1, "status": "completed", "creator": 1, "creator_id": 1,
    "completion_percentage": 100, "chapters_completed": 30,
    "chapters_free": 0, "participants_count": 99, "start_date": "2000-01-01",
    "created_at": "2000-01-01", "completed_at": "2000-01-01"'

req POST /api/signup/ "$(printf '{%s}' "$wish" | jq -c --arg e \
    "reader-$(random_word)@example.com" '. + {email: $e,
    password: "StrongPass123", fullname: "Maryam", bio: "x",
    timezone: "Africa/Cairo", language: "ar"}')"
wants 201 'AZ-04: somebody signs up with wishes'
is "$(db "SELECT CONCAT_WS('|', id <> 987654321, chapters_read, juz_read,
    longest_streak, khatmas_completed, streak_first_day IS NULL,
    YEAR(date_joined) > 2020, bio, timezone, language IS NULL)
    FROM users WHERE id = $(field .id)")" '1|0|0|0|0|1|1||UTC|1' \
    'and gets none of them'

db "SELECT * FROM users WHERE id = $ali_id" >"$scratch/before"
req PATCH /api/user/me/ "{$wish}" "$ali_token"
wants 200 'AZ-04: a profile is changed with wishes'
db "SELECT * FROM users WHERE id = $ali_id" >"$scratch/after"
ok 'and stays as it is' diff "$scratch/before" "$scratch/after"
req POST /api/login/ "{\"email\": \"$ali_email\",
    \"password\": \"$ali_password\"}"
wants 200 'under its own address and password'

req POST /api/khatmas/ "{\"name\": \"K\", \"khatma_type\": \"group\",
    \"is_public\": true, $wish}" "$ali_token"
wants 201 'AZ-04: a khatma is made with wishes'
khatma=$(field .id)
is "$(field '[.creator.id, .status, .participants_count,
    .chapters_completed, (.start_date > "2020")] | join("|")')" \
    "$ali_id|active|1|0|true" 'and is a new one as any other'
khatma_row >"$scratch/before"
req PATCH "/api/khatmas/$khatma/" \
    "{$(printf '%s' "$wish" | sed 's/"status": "completed", //')}" "$ali_token"
wants 200 'AZ-04: it is changed with wishes'
khatma_row >"$scratch/after"
ok 'and stays as it is' diff "$scratch/before" "$scratch/after"
req PATCH "/api/khatmas/$khatma/" '{"status": "completed"}' "$ali_token"
is "$status $(field '.errors | keys | join(" ")')" '400 status' \
    'nor can it be declared complete'

req POST "/api/khatmas/$khatma/sessions/" "{\"chapter_assigned\": 1,
    \"user\": $omar_id, \"user_id\": $omar_id, \"khatma\": 987654321,
    \"id\": 987654321,
    \"created_at\": \"2000-01-01\", \"local_day\": \"2000-01-01\"}" \
    "$ali_token"
wants 201 'AZ-04: a session is written with wishes'
is "$(field '[.user.id, .khatma, .id != 987654321, .created_at > "2020"] |
    join("|")')" "$ali_id|$khatma|true|true" "and is the sender's"

req POST "/api/khatmas/$khatma/join/" \
    "{\"user\": $ali_id, \"joined_at\": \"2000-01-01\"}" "$omar_token"
wants 201 'AZ-04: somebody joins for another'
is "$(db "SELECT GROUP_CONCAT(user_id ORDER BY user_id) FROM memberships
    WHERE khatma_id = $khatma AND YEAR(joined_at) > 2020")" \
    "$ali_id,$omar_id" 'and has joined'

req PATCH /api/user/me/ '{}' "$ali_token" -H 'X-HTTP-Method-Override: DELETE' \
    -H "X-User-Id: $omar_id" -H 'X-Original-URL: /api/user/me/export/' \
    -H "Remote-User: $omar_id"
is "$status $(field .id)" "200 $ali_id" 'headers change nothing of that either'

done_testing
