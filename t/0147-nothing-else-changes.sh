#!/bin/sh
# Every route that writes is sent all that a person might wish to set, the ids
# of others among it: the columns that it is there for change, and no other.
# shellcheck disable=SC2154 # variables that new_user sets
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/routes.sh"

word=wish-$(random_word)
new_user aisha
new_user omar
new_user zayd
new_user maryam
new_user victim
people=$aisha_id,$omar_id,$zayd_id,$maryam_id,$victim_id

# Columns of all tables and what a clever client might call them; what no row
# may ever hold, and the ids of somebody else.
wishes=$(jq -cn --argjson v "$victim_id" '
    ([ "id", "pk", "role", "total_khatmas_completed", "khatmas_completed",
    "chapters_read", "juz_read", "current_streak", "longest_streak",
    "participants_count", "chapters_total", "chapters_completed",
    "chapters_free", "completed_by", "login_id", "session_id", "number",
    "position", "ver", "version" ] |
    map({(.): 987654321}) | add) +
    ([ "creator", "creator_id", "user", "user_id", "reader_id", "actor_id",
    "owner", "owner_id", "created_by", "member", "assigned_user" ] |
    map({(.): $v}) | add) +
    ([ "created_at", "updated_at", "date_joined", "joined_at", "start_date",
    "end_date", "completed_at", "completed_day", "claimed_at", "revoked_at",
    "password_changed_at", "last_used_at", "earned_at", "local_day",
    "streak_first_day", "streak_last_day", "used_at", "expires_at" ] |
    map({(.): "2000-01-01"}) | add) +
    ([ "email_key", "password", "fullname_search", "search_text", "once_key",
    "achievement_type", "notification_type", "khatma_name", "code", "jti",
    "jti_hash", "state", "username", "email" ] |
    map({(.): "wished"}) | add) +
    ([ "is_staff", "is_superuser", "is_active", "is_read", "counts_day",
    "is_admin", "is_participant", "can_join" ] | map({(.): true}) | add) +
    {status: "completed", groups: [1], user_permissions: [1],
    achievements: ["streak_30"], participants: [$v], chapters: [1],
    __proto__: {is_staff: true}, constructor: {prototype: {is_staff: true}}}')

# The rows of these people and their khatmas: "TABLE/KEY COLUMN VALUE".
rows() {
	k="IN (SELECT id FROM khatmas WHERE creator_id IN ($people))"
	mariadb --no-defaults --default-character-set=utf8mb4 --xml \
	    --socket="$stack/run/db.sock" khatma -e "
	    SELECT CONCAT('users/', id) k, users.* FROM users
	        WHERE id IN ($people) OR email LIKE '%$word%';
	    SELECT CONCAT('logins/', id) k, logins.* FROM logins
	        WHERE user_id IN ($people);
	    SELECT CONCAT('refresh_tokens/', HEX(jti_hash)) k, t.login_id,
	        t.issued_at, t.expires_at, t.used_at FROM refresh_tokens t
	        WHERE login_id IN (SELECT id FROM logins
	        WHERE user_id IN ($people));
	    SELECT CONCAT('khatmas/', id) k, khatmas.* FROM khatmas
	        WHERE creator_id IN ($people);
	    SELECT CONCAT('khatma_words/', khatma_id, '.', HEX(word)) k,
	        khatma_words.* FROM khatma_words WHERE khatma_id $k;
	    SELECT CONCAT('chapters/', khatma_id, '.', number) k, chapters.*
	        FROM chapters WHERE khatma_id $k;
	    SELECT CONCAT('memberships/', khatma_id, '.', user_id) k,
	        memberships.* FROM memberships
	        WHERE khatma_id $k OR user_id IN ($people);
	    SELECT CONCAT('sessions/', id) k, sessions.* FROM sessions
	        WHERE khatma_id $k OR user_id IN ($people);
	    SELECT CONCAT('intentions/', khatma_id, '.', user_id, '.', position)
	        k, intentions.* FROM intentions
	        WHERE khatma_id $k OR user_id IN ($people);
	    SELECT CONCAT('invitations/', id) k, invitations.* FROM invitations
	        WHERE khatma_id $k;
	    SELECT CONCAT('achievements/', id) k, achievements.*
	        FROM achievements WHERE user_id IN ($people);
	    SELECT CONCAT('notifications/', id) k, notifications.*
	        FROM notifications WHERE user_id IN ($people)" |
	sed -n 's/^	<field name="\([^"]*\)" xsi:nil="true" \/>/\1 NULL/p
	    s/^	<field name="\([^"]*\)">\(.*\)<\/field>/\1 \2/p' |
	    awk '$1 == "k" { key = $2; next } { print key, $0 }'
}

# changes: what of the rows is not as it was; +TABLE and -TABLE are rows.
changes() {
	awk '
	function table(key) { sub("/.*", "", key); return key }
	{ value = $0; sub(/^[^ ]+ [^ ]+ /, "", value) }
	NR == FNR { old[$1, $2] = value; was[$1]; next }
	{ is[$1] }
	!($1 in was) { print "+" table($1); next }
	old[$1, $2] != value { print table($1) "." $2 }
	END {
		for (key in was)
			if (!(key in is))
				print "-" table(key)
	}' "$scratch/before" "$scratch/after" | sort -u | xargs
}

# wish METHOD PATTERN ID BODY TOKEN STATUS CHANGES: what is sent over the wishes
wish() {
	rows >"$scratch/before"
	req "$1" "/api/$(echo "$2" | sed "s/#/$3/")/?user_id=$victim_id" \
	    "$(echo "$wishes" | jq -c ". + $4")" "$5"
	rows >"$scratch/after"
	is "$status $(changes)" "$6 $7" "AZ-04: $1 $2 changes what it should"
	is "$(grep -e '987654321' -e ' wished$' -e ' 2000-01-01' \
	    "$scratch/after")" '' 'and sets nothing that was wished for'
	echo "$1 $2" >>"$scratch/tried"
}

req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
khatma=$(field .id)
req POST /api/login/ "{\"email\": \"$aisha_email\",
    \"password\": \"$aisha_password\"}"
other=$(field .refresh)
victim() {
	db "SELECT COUNT(*) FROM logins WHERE user_id = $victim_id;
	    SELECT * FROM users WHERE id = $victim_id;
	    SELECT COUNT(*) FROM memberships WHERE user_id = $victim_id"
}
victim_before=$(victim)

wish POST signup '' "{fullname: \"Hafsa\", email: \"$word@example.com\",
    password: \"StrongPass123\"}" '' 201 +users
wish POST login '' "{email: \"$aisha_email\", password: \"$aisha_password\"}" \
    '' 200 '+logins +refresh_tokens users.turn'
wish POST refresh '' "{refresh: \"$aisha_refresh\"}" '' 200 \
    logins.last_used_at
wish POST logout '' "{refresh: \"$other\"}" '' 204 logins.revoked_at
for path in user/me user/profile; do
	wish PATCH $path '' "{bio: \"$path\"}" "$aisha_token" 200 users.bio
	wish DELETE $path '' '{password: "wrong"}' "$aisha_token" 400 ''
done
wish POST khatmas '' '{name: "Mine"}' "$aisha_token" 201 \
    '+chapters +khatma_words +khatmas +memberships users.turn'
for method in PUT PATCH; do
	wish $method khatmas/# "$khatma" "{name: \"$method\",
	    status: \"active\"}" "$aisha_token" 200 \
	    '+khatma_words -khatma_words khatmas.name khatmas.search_text khatmas.updated_at'
done
wish POST khatmas/#/join "$khatma" '{}' "$omar_token" 201 \
    "+memberships +notifications chapters.claimed_at chapters.reader_id \
chapters.state khatmas.chapters_free khatmas.participants_count \
khatmas.updated_at"
wish POST khatmas/#/sessions "$khatma" '{chapter_assigned: 1}' "$omar_token" \
    201 "+notifications +sessions chapters.completed_at \
chapters.completed_day chapters.session_id chapters.state \
khatmas.chapters_completed khatmas.updated_at users.chapters_read \
users.juz_read users.longest_streak users.streak_first_day \
users.streak_last_day"
wish POST khatmas/#/sessions "$khatma" '{chapter_assigned: 2,
    is_completed: false}' "$omar_token" 201 "+sessions chapters.claimed_at \
chapters.reader_id chapters.state khatmas.chapters_free khatmas.updated_at"
wish POST khatmas/#/intentions "$khatma" '{intention: ["x"]}' "$omar_token" \
    201 '+intentions khatmas.turn'
wish POST khatmas/#/invitations "$khatma" '{}' "$aisha_token" 201 \
    '+invitations khatmas.turn'
wish PATCH notifications/#/read "$(db "SELECT MIN(id) FROM notifications
    WHERE user_id = $omar_id")" '{}' "$omar_token" 200 notifications.is_read
wish PATCH notifications/mark-all-read '' '{}' "$omar_token" 200 \
    notifications.is_read
wish DELETE khatmas/#/leave "$khatma" '{}' "$omar_token" 200 \
    "-intentions -memberships -sessions chapters.claimed_at \
chapters.reader_id chapters.state khatmas.chapters_free \
khatmas.participants_count khatmas.updated_at"
wish DELETE user/me/sessions/# "$(db "SELECT MIN(id) FROM logins
    WHERE user_id = $omar_id")" '{}' "$omar_token" 204 logins.revoked_at
wish POST password/reset '' "{email: \"$omar_email\"}" '' 503 ''
reset=$(random_word)
db "INSERT INTO password_resets (email_hash, number, user_id, language,
    requested_at, token_hash, sent_at)
    SELECT UNHEX(SHA2(email_key, 256)), 1, id, 'en', UTC_TIMESTAMP(6),
    UNHEX(SHA2('$reset', 256)), UTC_TIMESTAMP(6) FROM users
    WHERE id = $omar_id"
wish POST password/reset/confirm '' "{token: \"$reset\",
    new_password: \"a-word-by-mail\"}" '' 204 \
    'users.password users.password_changed_at'
wish POST password '' "{old_password: \"$aisha_password\",
    new_password: \"another-good-word\"}" "$aisha_token" 204 \
    'logins.revoked_at users.password users.password_changed_at'
wish DELETE khatmas/# "$khatma" '{}' "$aisha_token" 204 \
    "-chapters -invitations -khatma_words -khatmas -memberships -notifications \
sessions.khatma_id"
wish DELETE user/me '' "{password: \"$zayd_password\"}" "$zayd_token" 204 \
    '-logins -refresh_tokens -users'
wish DELETE user/profile '' "{password: \"$maryam_password\"}" \
    "$maryam_token" 204 '-logins -refresh_tokens -users'

is "$(victim)" "$victim_before" 'AZ-04: whoever was named is as before'
is "$(rows | grep -v ^logins/ | grep -E "(user|creator|reader|actor)_id \
$victim_id\$|created_by $victim_id\$")" '' 'AZ-04: and stands in no row'
routes | grep -v '^GET ' | cut -d ' ' -f 1,2 | sort -u >"$scratch/writing"
is "$(sort -u "$scratch/tried" | comm -13 - "$scratch/writing")" '' \
    'AZ-04: every route that writes was tried'

done_testing
