#!/bin/sh
# Somebody leaves for good: the account is gone, what was read stays read, and
# the khatmas of this person go on without.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/reads.sh"

new_user ali 'Ali Ahmed'
new_user omar 'Omar Said'
new_user maryam 'Maryam Nur'

# khatma TYPE: a new one of ali's; sets $khatma.
khatma() {
	req POST /api/khatmas/ "{\"name\": \"K\", \"khatma_type\": \"$1\",
	    \"is_public\": $([ "$1" = group ] && echo true || echo false)}" \
	    "$ali_token"
	khatma=$(field .id)
}

# session TOKEN CHAPTER IS_COMPLETED
session() {
	req POST "/api/khatmas/$khatma/sessions/" \
	    "{\"chapter_assigned\": $2, \"is_completed\": $3}" "$1"
}

# chapter NUMBER JQ: of the board, as omar sees it.
chapter() {
	req GET "/api/khatmas/$khatma/" '' "$omar_token"
	field ".chapters[] | select(.chapter == $1) | $2"
}

# The columns of the database in which ali stands.
places() {
	db "$(db "SELECT CONCAT('SELECT \"', table_name, '.', column_name,
	    '\" FROM ', table_name, ' WHERE ', column_name,
	    ' = $ali_id LIMIT 1;') FROM information_schema.key_column_usage
	    WHERE table_schema = 'khatma' AND referenced_table_name = 'users'
	    UNION SELECT 'SELECT \"users\" FROM users WHERE id = $ali_id;'" |
	    sed 's/\\n/ /g')"
}

khatma private
own=$khatma
session "$ali_token" 1 true
khatma group
group=$khatma
for token in "$omar_token" "$maryam_token"; do
	req POST "/api/khatmas/$group/join/" '' "$token"
done
session "$ali_token" 3 true
session "$ali_token" 4 false
session "$ali_token" 5 true
req POST "/api/khatmas/$group/invitations/" '' "$ali_token"
code=$(field .invite_code)
req POST "/api/khatmas/$group/intentions/" '{"intention": ["a secret"]}' \
    "$ali_token"
wants 201 'the scene is set'
like "$(places | sort | tr '\n' ' ')" "chapters.reader_id .*khatmas.creator_id \
.*sessions.user_id users" 'the person stands in many places'

# --- Not without the password ------------------------------------------------

remove() {
	req DELETE /api/user/me/ "$1" "$ali_token"
}

remove ''
is "$status $(field .code)" '400 body_missing' 'the password is asked for'
for json in '{}' '{"password": null}' '{"password": 1}' '{"password": ""}'; do
	remove "$json"
	is "$status $(field '.errors | keys | join(" ")')" '400 password' \
	    "$json: the field is named"
done
remove "{\"password\": \"$ali_password \"}"
is "$status $(field '.errors.password[0]')" \
    '400 This is not your present password.' 'it has to be right'
req DELETE /api/user/me/ "{\"password\": \"$ali_password\"}"
wants 401 'and nobody does it without a token'
req GET /api/user/me/ '' "$ali_token"
wants 200 'the account is still there'

# --- With it -----------------------------------------------------------------

remove "{\"password\": \"$ali_password\"}"
wants 204 'the account is gone'
is "$(wc -c <"$body")" 0 'without a word'
req GET /api/user/me/ '' "$ali_token"
is "$status $(field .code)" '401 token_invalid' \
    'TOK-05: the access token of a deleted account is dead at once'
each_read 1 "$ali_id" dawn zz >"$scratch/reads"
while read -r name path; do
	case $name in live | ready) continue ;; esac
	req GET "/api/$path" '' "$ali_token"
	is "$status $(field .code)" '401 token_invalid' "TOK-05: for $name, too"
done <"$scratch/reads"
req POST /api/refresh/ "{\"refresh\": \"$ali_refresh\"}"
is "$status $(field .code)" '401 token_invalid' \
    'TOK-05: and so is its refresh token'
req POST /api/login/ "{\"email\": \"$ali_email\",
    \"password\": \"$ali_password\"}"
is "$status $(field .code)" '401 login_failed' \
    'TOK-05: its password opens nothing'

is "$(places)" '' 'the person stands nowhere in the database'

is "$(db "SELECT COUNT(*) FROM khatmas WHERE id = $own")" 0 \
    'a khatma of one alone is gone'
is "$(db "SELECT COUNT(*) FROM chapters WHERE khatma_id = $own")" 0 \
    'with its chapters'
req GET "/api/khatmas/$group/" '' "$omar_token"
is "$status $(field '[.creator.fullname, .participants_count,
    .chapters_completed] | join("|")')" '200 Omar Said|2|2' \
    'a group goes to its oldest member, and what was read counts'
is "$(chapter 3 '[.state, .reader.id, .reader.fullname] | tojson')" \
    '["completed",null,"a former member"]' \
    'its chapters stay under "a former member"'
is "$(chapter 4 .state)" free 'a claim goes back to the pool'
req GET "/api/khatmas/$group/sessions/" '' "$omar_token"
is "$(field '[.[].user | [.id, .fullname]] | unique | tojson')" \
    '[[null,"a former member"]]' 'so do the sessions'
req GET "/api/khatmas/$group/" '' "$omar_token" -H 'Accept-Language: ar'
is "$(field '[.chapters[] | select(.chapter == 5).reader.fullname] |
    join("")')" 'عضو سابق' 'in Arabic, too'
req GET "/api/stats/khatma/$group/" '' "$omar_token"
is "$status $(grep -c -e "$ali_email" -e 'Ali Ahmed' "$body")" '200 0' \
    'the statistics do not name the person'
req PATCH "/api/khatmas/$group/" '{"is_public": false}' "$omar_token"
wants 200 'the heir may change the group'
new_user zayd
req POST "/api/khatmas/$group/join/" "{\"invite_code\": \"$code\"}" \
    "$zayd_token"
wants 201 'and an invitation still opens it'

# --- The address is free again -----------------------------------------------

req POST /api/signup/ "{\"fullname\": \"Ali\", \"email\": \"$ali_email\",
    \"password\": \"$ali_password\"}"
wants 201 'one may come back'
isnt "$(field .id)" "$ali_id" 'as somebody new'
req GET /api/user/me/ '' "$ali_token"
wants 401 'and the old tokens stay dead'

new_user bilal
req DELETE /api/user/profile/ "{\"password\": \"$bilal_password\"}" \
    "$bilal_token"
wants 204 'user/profile/ takes leave, too'

done_testing
