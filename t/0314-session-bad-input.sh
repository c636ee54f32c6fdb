#!/bin/sh
# A session that is not right is refused by what is wrong with it, and is not
# written.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# refused JSON FIELDS NAME
refused() {
	req POST "/api/khatmas/$id/sessions/" "$1" "$reader_token"
	is "$status $(field '.code + " " + (.errors | keys | join(" "))')" \
	    "400 validation_error $2" "$3"
}

# broken BODY CODE NAME
broken() {
	req POST "/api/khatmas/$id/sessions/" "$1" "$reader_token"
	is "$status $(field .code)" "400 $2" "$3"
}

new_user reader
req POST /api/khatmas/ '{"name": "K"}' "$reader_token"
id=$(field .id)

for chapter in 0 31 604 605 -1 1.5 1e300 null true '""' '"one"' '"1 "' '[1]' \
    '{}'; do
	refused "{\"chapter_assigned\": $chapter}" chapter_assigned \
	    "there is no chapter $chapter"
done
refused '{"chapter_assigned": 31}' chapter_assigned 'a khatma of juz has 30'
like "$(field '.errors.chapter_assigned[0]')" '1.*30' 'which is said'
refused '{}' chapter_assigned 'a chapter must be there'
refused '{"chapter": 1}' chapter_assigned 'by its name'
for truth in 0 1 null '"true"' '"no"' '[]'; do
	refused "{\"chapter_assigned\": 1, \"is_completed\": $truth}" \
	    is_completed "is_completed is a truth and not $truth"
done
refused '{"chapter_assigned": "x", "is_completed": "x", "reading_date": "x"}' \
    'chapter_assigned is_completed reading_date' \
    'every wrong field is named at once'
refused '{"is_completed": 7, "reading_date": "1999-01-01"}' \
    'chapter_assigned is_completed reading_date' \
    'with the one that is missing'

broken '' body_missing 'a body is needed'
broken '{"chapter_assigned": 1' body_not_json 'in JSON'
broken "{'chapter_assigned': 1}" body_not_json 'real JSON'
broken '[{"chapter_assigned": 1}]' body_not_object 'one object'
broken '{"chapter_assigned": 1} {}' body_trailing_text 'and nothing behind it'
broken '{"chapter_assigned": 1, "chapter_assigned": 2}' body_duplicate_key \
    'that says a thing once'
req POST "/api/khatmas/$id/sessions/" '' "$reader_token" \
    -H 'Content-Type: text/plain' --data-raw '{"chapter_assigned": 1}'
is "$status $(field .code)" '415 unsupported_media_type' \
    'and says that it is JSON'

req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 1}'
is "$status $(field .code)" '401 token_missing' 'a token is needed'
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 1}' \
    "$reader_refresh"
is "$status $(field .code)" '401 token_invalid' 'an access token'
req POST /api/khatmas/999999999999/sessions/ '{"chapter_assigned": 1}' \
    "$reader_token"
is "$status $(field .code)" '404 khatma_not_found' 'and a khatma'
req PATCH "/api/khatmas/$id/sessions/" '{}' "$reader_token"
is "$status $(header Allow)" '405 GET, HEAD, POST, OPTIONS' \
    'sessions are written by POST'
req POST /api/sessions/ '{"chapter_assigned": 1}' "$reader_token"
is "$status $(header Allow)" '405 GET, HEAD, OPTIONS' \
    'and not into the log of all khatmas'

is "$(db "SELECT COUNT(*) FROM sessions WHERE user_id = $reader_id")" 0 \
    'nothing of all this was written'
req GET "/api/khatmas/$id/" '' "$reader_token"
is "$(field '.available_chapters | length')" 30 'or claimed'

done_testing
