#!/bin/sh
# A whole group leaves for good in the same instant: everybody goes, and the
# khatma with the last one.
. "$(dirname "$0")/tap.sh"

new_user aisha
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
khatma=$(field .id)
farewell="DELETE /api/user/me/ $aisha_token {\"password\": \"$aisha_password\"}"
for _ in 1 2 3 4; do
	new_user omar
	req POST "/api/khatmas/$khatma/join/" '' "$omar_token"
	req POST "/api/khatmas/$khatma/sessions/" \
	    "{\"chapter_assigned\": $(field .chapter_assigned)}" "$omar_token"
	farewell="$farewell
DELETE /api/user/me/ $omar_token {\"password\": \"$omar_password\"}"
done
is "$status $(db "SELECT participants_count FROM khatmas
    WHERE id = $khatma")" '201 5' 'five read together'

printf '%s\n' "$farewell" | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | tr -s ' ')" ' 5 204' \
    'all five can leave at once'
is "$(db "SELECT COUNT(*) FROM khatmas WHERE id = $khatma")" 0 \
    'and nobody is left to have the khatma'
is "$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma")" 0 \
    'nor its sessions'

# One person says it five times.
new_user ali
for _ in 1 2 3 4 5; do
	echo "DELETE /api/user/me/ $ali_token {\"password\": \"$ali_password\"}"
done | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | tr -s ' ' |
    tr '\n' ';')" ' 1 204; 4 401;' 'who says it five times has left once'

done_testing
