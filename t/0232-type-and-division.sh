#!/bin/sh
# While its creator is alone and no chapter is taken, a khatma can be divided
# anew; type and division are fixed once a second member is in.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

change() {
	req PATCH "/api/khatmas/$id/" "$1" "$aisha_token"
}

new_user aisha
new_user omar
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)

for division in hizb:60 rub:240 surah:114 page:604 juz:30; do
	change "{\"division\": \"${division%:*}\"}"
	is "$status $(field '[.division, .chapters_total] | tojson')" \
	    "200 [\"${division%:*}\",${division#*:}]" \
	    "alone, it is divided by ${division%:*}"
	is "$(db "SELECT CONCAT_WS(' ', COUNT(*), MIN(number), MAX(number),
	    SUM(state = 'free')) FROM chapters WHERE khatma_id = $id")" \
	    "${division#*:} 1 ${division#*:} ${division#*:}" \
	    'with its chapters, all free'
done
change '{"khatma_type": "private", "is_public": false}'
is "$status $(field .khatma_type)" '200 private' 'its type changes, too'
change '{"khatma_type": "group", "is_public": true}'
is "$status $(field .khatma_type)" '200 group' 'and back'

req POST "/api/khatmas/$id/join/" '' "$omar_token"
wants 201 'a second member comes'
change '{"division": "hizb"}'
is "$status $(field .code)" '400 khatma_fixed' 'now the division is fixed'
change '{"khatma_type": "private", "is_public": false}'
is "$status $(field .code)" '400 khatma_fixed' 'and the type'
change '{"division": "juz", "khatma_type": "group", "name": "Same"}'
is "$status $(field .name)" '200 Same' \
    'to send what they are is no change, and the rest may change'
change '{"division": "hizb", "name": "Other"}'
wants 400 'what is refused is refused whole'
req GET "/api/khatmas/$id/" '' "$aisha_token"
is "$(field '[.name, .division, .chapters_total, .khatma_type] | tojson')" \
    '["Same","juz",30,"group"]' 'and nothing of it is done'

req DELETE "/api/khatmas/$id/leave/" '' "$omar_token"
wants 200 'he leaves'
change '{"division": "hizb"}'
is "$status $(field '[.division, .chapters_total] | tojson')" \
    '200 ["hizb",60]' 'alone again, the creator may divide it anew'

req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 60,
    "is_completed": false}' "$aisha_token"
change '{"division": "juz"}'
is "$status $(field .code)" '400 division_fixed' \
    'a chapter that is claimed fixes the division'
req POST "/api/khatmas/$id/sessions/" '{"chapter_assigned": 60}' "$aisha_token"
change '{"division": "juz"}'
is "$status $(field .code)" '400 division_fixed' 'as one that is read'
change '{"khatma_type": "private", "is_public": false}'
is "$status $(field .khatma_type)" '200 private' 'but not the type'
is "$(db "SELECT COUNT(*) FROM chapters WHERE khatma_id = $id
    AND state = 'completed'")" 1 'and what was read stays read'

done_testing
