#!/bin/sh
# A khatma is made with what was given, and with defaults for the rest. The
# answer is the whole object, and its creator is a member from the start.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

members='["chapter_assigned","chapters_completed","chapters_total",'\
'"completion_percentage","created_at","creator","days_remaining",'\
'"description","division","end_date","id","is_overdue","is_participant",'\
'"is_public","khatma_type","name","participants_count","start_date","status",'\
'"target_days","updated_at"]'

new_user maker 'Maryam bint Ali'

before=$(date -u +%F)
req POST /api/khatmas/ '{"name": "My khatma"}' "$maker_token"
after=$(date -u +%F)
wants 201 'a name is enough'
id=$(field .id)
is "$(header Location)" "/api/khatmas/$id/" 'Location leads to the khatma'
is "$(field 'keys | tojson')" "$members" 'the object has every member'
is "$(field '[.name, .description, .khatma_type, .division, .status,
    .target_days, .is_public] | tojson')" \
    '["My khatma","","private","juz","active",30,false]' 'with the defaults'
is "$(field '.creator | tojson')" \
    "{\"id\":$maker_id,\"fullname\":\"Maryam bint Ali\"}" \
    'its creator is id and fullname'
is "$(field '[.participants_count, .is_participant, .chapter_assigned]
    | tojson')" '[1,true,null]' 'the creator is a member without a chapter'
is "$(field '[.chapters_total, .chapters_completed] | tojson')" '[30,0]' \
    'thirty chapters, none read'
like "$(cat "$body")" '"completion_percentage": ?0\.0[,}]' \
    'the percentage has its decimal'
like "$(field .start_date)" "^($before|$after)\$" 'it starts today'
is "$(field '[.end_date, .start_date | strptime("%Y-%m-%d") | mktime / 86400]
    | .[0] - .[1]')" 30 'and ends after the target days'
is "$(field '[.days_remaining, .is_overdue] | tojson')" '[30,false]' \
    'all of which remain'
like "$(field '.created_at, .updated_at' | tr '\n' ' ')" \
    '^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?Z ){2}$' \
    'its times are ISO 8601 in UTC'
cp "$body" "$scratch/made"
req GET "/api/khatmas/$id/" '' "$maker_token"
wants 200 'Location is good'
is "$(field "{$(echo "$members" | tr -d '[]"')} | tojson")" \
    "$(jq -c "{$(echo "$members" | tr -d '[]"')}" "$scratch/made")" \
    'and says the same of every member'
is "$(db "SELECT COUNT(*) FROM chapters
    WHERE khatma_id = $id AND state = 'free'")" 30 'its chapters are all free'

req POST /api/khatmas/ '{
    "name": "Ramadan Group Reading",
    "description": "Finish Quran together",
    "khatma_type": "group",
    "target_days": 30,
    "is_public": true
}' "$maker_token"
wants 201 'the request of the API document is taken'
is "$(field '[.name, .description, .khatma_type, .target_days, .is_public]
    | tojson')" \
    '["Ramadan Group Reading","Finish Quran together","group",30,true]' \
    'and comes back as it was sent'

req POST /api/khatmas/ '{"name": "  ختمة رمضان  ", "target_days": "7",
    "description": "سطر\nوسطر", "khatma_type": "group",
    "division": "hizb",
    "id": 1, "creator": 1, "status": "completed", "participants_count": 9,
    "chapters_completed": 30, "colour": {"deep": [1]}}' "$maker_token"
wants 201 'digits in a string are a number, and unknown keys are ignored'
is "$(field '[.name, .description, .target_days, .division, .is_public]
    | tojson')" '["ختمة رمضان","سطر\nوسطر",7,"hizb",false]' \
    'blanks around a name go, and lines of a description stay'
is "$(field '[.creator.id, .status, .participants_count, .chapters_completed]
    | tojson')" "[$maker_id,\"active\",1,0]" \
    'nobody sets what the service keeps'

req POST /api/khatmas '{"name": "Without its slash"}' "$maker_token"
wants 201 'the path works without its trailing slash'
req POST //api//khatmas// '{"name": "With two"}' "$maker_token"
wants 201 'and with doubled slashes'

req POST /api/khatmas/ '{"name": "Nobody'"'"'s"}'
wants 401 'without a token none is made'
is "$(field .code)" token_missing 'and it says why'
like "$(header WWW-Authenticate)" '^Bearer' 'and how to sign in'
is "$(db "SELECT COUNT(*) FROM khatmas WHERE creator_id = $maker_id")" 5 \
    'five were made, and no more'

done_testing
