#!/bin/sh
# The rules of fsck.sql hold for what the service writes, and each of them
# sees what breaks it.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# The names of all rules.
rules() {
	sed -n "s/^SELECT '\(.*\)',.*/\1/p" "$root/t/fsck.sql"
}

# breaks SQL RULE: within a transaction that is rolled back, the rule is named.
breaks() {
	rule=$(echo "$2" | sed "s/'/''/g")
	{
		echo 'SET foreign_key_checks = 0;'
		echo 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED;'
		echo "START TRANSACTION; $1;"
		awk -v rule="SELECT '$rule'" 'BEGIN { RS = ";" }
		index($0, rule) { print $0 ";" }' "$root/t/fsck.sql"
		echo 'ROLLBACK;'
	} >"$scratch/broken.sql"
	mariadb --no-defaults --socket="$stack/run/db.sock" -N khatma \
	    <"$scratch/broken.sql" >"$scratch/broken" 2>&1
	ok "seen: $2" grep -q "^$2	" "$scratch/broken"
	echo "$rule" >>"$scratch/seen"
}

reader aisha
reader omar
reader seven
past "$seven_id" 1 2 3 4 5 6
own "$seven_token" '"division": "surah"'
reads "$seven_token" 1
group "$aisha_token"
open=$khatma
join "$omar_token"
reads "$omar_token" 1 2
reads "$aisha_token" 3
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 4, "is_completed": false}' "$omar_token"
req POST "/api/khatmas/$khatma/intentions/" '{"intention": ["a", "b"]}' \
    "$omar_token"
req POST "/api/khatmas/$khatma/invitations/" '' "$aisha_token"
group "$aisha_token"
done=$khatma
join "$omar_token"
for chapter in $(seq 29); do
	printf 'POST /api/khatmas/%d/sessions/ %s {"chapter_assigned": %d}\n' \
	    "$khatma" "$omar_token" "$chapter"
done | together
reads "$aisha_token" 30

is "$(fsck "$open $done" "$aisha_id $omar_id $seven_id")" '' \
    'what the service has written keeps all rules'

breaks "DELETE FROM schema_migrations WHERE version = 1" \
    'each version of the schema is recorded'
breaks "UPDATE users SET language = 'fr' WHERE id = $omar_id" \
    'a user chooses among the words that there are'
breaks "UPDATE users SET gender = 'x' WHERE id = $omar_id" \
    'a user chooses among the words that there are'
breaks "UPDATE users SET password_changed_at = '2001-01-01'
    WHERE id = $omar_id" 'a password is not older than its user'
login="INSERT INTO logins (user_id, created_at, last_used_at, revoked_at)"
now='UTC_TIMESTAMP(6)'
old='UTC_TIMESTAMP(6) - INTERVAL 1 HOUR'
breaks "$login VALUES ($omar_id, $now, $old, NULL)" \
    'a login is used and revoked not before it is made'
breaks "$login VALUES ($omar_id, $now, $now, $old)" \
    'a login is used and revoked not before it is made'
# token N BEGINS ENDS: of the last login.
token() {
	echo "INSERT INTO refresh_tokens
	    VALUES (REPEAT('$1', 32), LAST_INSERT_ID(), $2, $3, NULL)"
}
login="$login VALUES ($omar_id, $now, $now, NULL)"
breaks "$login; $(token a "$old" "$now"); $(token b "$old" "$now")" \
    'a login has one token at most that is not used'
breaks "$login; $(token a "$now" "$old")" \
    'a refresh token ends after it begins'
breaks "INSERT INTO logins (user_id, created_at, last_used_at)
    VALUES (0, $now, $now)" 'a login is of a user'

# reset COLUMNS: a request for a new password with these, too.
reset() {
	echo "INSERT INTO password_resets SET email_hash = REPEAT('x', 32),
	    number = 1, language = 'en', requested_at = UTC_TIMESTAMP(6), $1"
}

breaks "$(reset 'next_try_at = UTC_TIMESTAMP(6)')" \
    'a token, and a mail that waits, are for somebody'
breaks "$(reset "token_hash = REPEAT('x', 32), sent_at = UTC_TIMESTAMP(6)")" \
    'a token, and a mail that waits, are for somebody'
breaks "$(reset "token_hash = REPEAT('x', 32)")" \
    'a token was sent, and used after that'
breaks "$(reset 'sent_at = UTC_TIMESTAMP(6)')" \
    'a token was sent, and used after that'
breaks "$(reset "token_hash = REPEAT('x', 32), sent_at = UTC_TIMESTAMP(6),
    used_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR")" \
    'a token was sent, and used after that'
breaks "$(reset 'used_at = UTC_TIMESTAMP(6)')" \
    'a token was sent, and used after that'
breaks "$(reset 'attempts = 1')" \
    'each attempt makes a token, and a used one waits for no mail'
breaks "$(reset 'used_at = UTC_TIMESTAMP(6), next_try_at = UTC_TIMESTAMP(6)')" \
    'each attempt makes a token, and a used one waits for no mail'
breaks "$(reset "user_id = $omar_id")" \
    'a request for a new password is of the address of its user'

# stored COLUMNS: an answer of aisha's, but for these.
stored() {
	echo "INSERT INTO idempotency_keys SET user_id = $aisha_id,
	    idem_key = 'k', request_hash = REPEAT('x', 32), language = 'en',
	    account_id = $aisha_id, http_status = 200, body = '{}',
	    created_at = UTC_TIMESTAMP(6);
	    UPDATE idempotency_keys SET $1 WHERE idem_key = 'k'"
}

for wrong in 'account_id = NULL' 'http_status = NULL' 'http_status = 204' \
    'body = NULL' "body = ''" 'language = NULL'; do
	breaks "$(stored "$wrong")" 'a stored answer is whole'
done
breaks "$(stored 'http_status = 201')" 'with 201 it says where, else not'
breaks "$(stored "location = '/'")" 'with 201 it says where, else not'
breaks "$(stored "account_id = $omar_id")" \
    'a key is of its account, or of nobody who was signed in'

k="khatma_id = $open"
breaks "UPDATE khatmas SET participants_count = 3 WHERE id = $open" \
    'participants_count is the number of members'
breaks "DELETE FROM chapters WHERE $k AND number = 30" \
    'chapters_total is the number of the chapters'
breaks "UPDATE khatmas SET chapters_completed = 4 WHERE id = $open" \
    'chapters_completed is the number of those completed'
breaks "UPDATE khatmas SET chapters_free = 4 WHERE id = $open" \
    'chapters_free is the number of those free'
breaks "UPDATE khatmas SET division = 'hizb' WHERE id = $open" \
    'the division says how many chapters there are'
breaks "UPDATE chapters SET number = 31 WHERE $k AND number = 30" \
    'chapters are numbered from 1 to chapters_total'
breaks "UPDATE khatmas SET status = 'active' WHERE id = $done" \
    'a khatma is completed exactly when no chapter is open'
breaks "UPDATE khatmas SET status = 'completed' WHERE id = $open" \
    'a khatma is completed exactly when no chapter is open'
breaks "UPDATE khatmas SET completed_at = NULL WHERE id = $done" \
    'a completed khatma says when, and by which session'
breaks "UPDATE khatmas SET completed_by = 1 + (SELECT MAX(id) FROM sessions)
    WHERE id = $done" 'completed_by is a completed session of the khatma'
breaks "UPDATE khatmas SET completed_by = (SELECT MIN(id) FROM sessions
    WHERE user_id = $seven_id) WHERE id = $done" \
    'completed_by is the session of one of its chapters'
breaks "UPDATE khatmas SET name = '' WHERE id = $open" \
    'a khatma has a name and 1 to 3650 days'
breaks "UPDATE khatmas SET target_days = 0 WHERE id = $open" \
    'a khatma has a name and 1 to 3650 days'
breaks "UPDATE khatmas SET updated_at = $old WHERE id = $open" \
    'a khatma changes and ends not before it begins'
breaks "UPDATE khatmas SET completed_at = $old WHERE id = $done" \
    'a khatma changes and ends not before it begins'
breaks "UPDATE khatmas SET creator_id = $seven_id WHERE id = $open" \
    'the creator is a member'
breaks "UPDATE memberships SET joined_at = $old WHERE $k
    AND user_id = $omar_id" 'the creator is the oldest member'
breaks "UPDATE memberships SET joined_at = $old WHERE $k" \
    'nobody joins before there is a khatma and oneself'
breaks "UPDATE users SET date_joined = $now + INTERVAL 1 HOUR
    WHERE id = $omar_id" 'nobody joins before there is a khatma and oneself'
breaks "UPDATE invitations SET revoked_at = $old WHERE $k" \
    'an invitation is revoked not before it is made'
breaks "UPDATE khatmas SET khatma_type = 'private' WHERE id = $open" \
    'a private khatma is not public and has one member'
words='a khatma is found by its words, and by no others'
breaks "UPDATE khatmas SET search_text = 'other' WHERE id = $open" "$words"
breaks "UPDATE users SET fullname_search = 'other' WHERE id = $aisha_id" \
    "$words"
breaks "DELETE FROM khatma_words WHERE khatma_id = $open" "$words"
breaks "DELETE FROM khatma_words WHERE khatma_id = $open LIMIT 1" "$words"
breaks "INSERT INTO khatma_words VALUES ('other', $open)" "$words"

breaks "UPDATE chapters SET reader_id = $omar_id WHERE $k AND number = 9" \
    "a free chapter is nobody's"
breaks "UPDATE chapters SET reader_id = NULL WHERE $k AND number = 4" \
    'a claimed chapter has a reader and is not read'
breaks "UPDATE chapters SET completed_day = NULL WHERE $k AND number = 1" \
    'a completed chapter says when and by which session'
breaks "UPDATE chapters SET reader_id = $seven_id WHERE $k AND number = 4" \
    'the reader of a claimed chapter is a member'
breaks "UPDATE chapters SET reader_id = $aisha_id WHERE $k AND number = 1" \
    'a completed chapter and its session agree'

breaks "UPDATE chapters SET completed_at = $old WHERE $k AND number = 1" \
    'a chapter is read not before it is taken'

breaks "UPDATE sessions SET division = 'hizb' WHERE $k" \
    'a session has the division of its khatma'
breaks "UPDATE sessions SET chapter = 31 WHERE $k AND chapter = 1" \
    'a session is of a chapter that there is'
breaks "UPDATE sessions SET is_completed = FALSE WHERE $k AND chapter = 1" \
    'what was only begun is claimed by who began it'
breaks "UPDATE sessions SET is_completed = TRUE WHERE $k AND chapter = 4" \
    'what was read is a chapter completed by its reader'
breaks "INSERT INTO sessions (user_id, khatma_id, division, chapter,
    is_completed, reading_date, local_day, counts_day, created_at)
    SELECT user_id, khatma_id, division, chapter, FALSE, reading_date,
    local_day + INTERVAL 1 DAY, FALSE, created_at FROM sessions
    WHERE $k AND chapter = 4" 'nobody has begun a chapter twice'
breaks "UPDATE sessions SET counts_day = TRUE WHERE $k AND chapter = 4" \
    'only what was read makes a day count'
breaks "UPDATE sessions SET local_day = '2001-01-01' WHERE $k AND chapter = 1" \
    'a day counts that was written down by the next'
breaks "UPDATE sessions SET reading_date = '2001-01-01'
    WHERE $k AND chapter = 1" 'what is read is written down within seven days'
breaks "UPDATE sessions SET local_day = '2001-01-01' WHERE $k AND chapter = 1" \
    'the local day is at most one away from that in UTC'
breaks "UPDATE sessions SET khatma_id = NULL, user_id = NULL WHERE $k" \
    'a session is of somebody or of some khatma'

breaks "UPDATE users SET chapters_read = 1 WHERE id = $omar_id" \
    'chapters_read is the number of completed sessions'
breaks "UPDATE users SET juz_read = 28 WHERE id = $omar_id" \
    'juz_read is the number of different juz that were read'
breaks "UPDATE users SET juz_read = 0 WHERE id = $seven_id" \
    'juz_read is the number of different juz that were read'
for column in 'longest_streak = 8' 'streak_last_day = NULL' \
    "streak_first_day = '2001-01-01'"; do
	breaks "UPDATE users SET $column WHERE id = $seven_id" \
	    'the streak columns say what the days do'
done
breaks "UPDATE users SET khatmas_completed = 0 WHERE id = $omar_id" \
    'khatmas_completed counts those that were read in'
breaks "DELETE FROM memberships WHERE $k AND user_id = $omar_id" \
    'intentions are of members'
breaks "DELETE FROM intentions WHERE $k AND position = 1" \
    'intentions are numbered from 1'

earn="INSERT INTO achievements (user_id, achievement_type, khatma_name,
    session_id, earned_at) SELECT $seven_id"
breaks "DELETE FROM achievements WHERE user_id = $seven_id" \
    'seven days in a row are streak_7'
breaks "$earn, 'streak_30', '', 1, UTC_TIMESTAMP(6)" \
    'thirty days in a row are streak_30'
breaks "$earn, 'chapter_master', '', 1, UTC_TIMESTAMP(6)" \
    'all juz are chapter_master'
breaks "DELETE FROM achievements WHERE user_id = $omar_id" \
    'a completed khatma is first_khatma'
breaks "$earn, 'consistent_reader', '', 1, UTC_TIMESTAMP(6)" \
    'twenty days of twenty-eight are consistent_reader'
breaks "UPDATE achievements SET achievement_type = 'fast_reader',
    khatma_id = $open WHERE user_id = $seven_id" \
    'fast_reader is of a khatma that is completed'

breaks "UPDATE achievements SET achievement_type = 'fast_reader',
    khatma_id = $done, user_id = $seven_id WHERE user_id = $omar_id" \
    "fast_reader is of one's own khatma, read on three days"
breaks "UPDATE achievements SET achievement_type = 'fast_reader',
    khatma_id = $done, user_id = $aisha_id WHERE user_id = $seven_id" \
    "fast_reader is of one's own khatma, read on three days"
breaks "UPDATE achievements SET achievement_type = 'x'
    WHERE user_id = $seven_id" 'an achievement is of a type that there is'
breaks "UPDATE achievements SET khatma_id = $open WHERE user_id = $seven_id" \
    'an achievement and the session that earned it agree'
breaks "UPDATE achievements SET khatma_id = 0 WHERE user_id = $seven_id" \
    'an achievement is of a khatma that there is'
breaks "UPDATE notifications SET session_id = 0 WHERE user_id = $seven_id" \
    'an achievement was told with its khatma and session'

told="notification_type = 'chapter_completed' AND user_id = $omar_id"
breaks "DELETE FROM notifications WHERE user_id = $seven_id" \
    'each achievement was told'
breaks "DELETE FROM achievements WHERE user_id = $seven_id" \
    'what was told as an achievement is one'
breaks "DELETE FROM notifications WHERE $told AND $k" \
    'each reader was told of the chapter'
breaks "UPDATE notifications SET chapter = 9 WHERE $told AND $k" \
    'a chapter that was told as read is read'
breaks "DELETE FROM notifications WHERE khatma_id = $done" \
    'each member of a completed khatma was told'
breaks "UPDATE notifications SET khatma_id = $open
    WHERE khatma_id = $done AND notification_type = 'khatma_completed'" \
    'a khatma that was told as completed is'
breaks "UPDATE notifications SET session_id = 0 WHERE khatma_id = $done" \
    'members were told of the session that completed a khatma'
for change in 'chapter = 9' "actor_id = $aisha_id" "achievement_type = 'x'"; do
	breaks "UPDATE notifications SET $change
	    WHERE $told AND chapter = 1 AND $k" \
	    'the key of a notification says what it is about'
done
breaks "UPDATE notifications SET once_key = 'khatma_completed:0'
    WHERE khatma_id = $done AND notification_type = 'khatma_completed'" \
    'the key of a notification says what it is about'
breaks "UPDATE notifications SET actor_id = $aisha_id WHERE $k
    AND notification_type = 'chapter_assigned'" \
    'a chapter is given to who is told of it'
breaks "UPDATE notifications SET khatma_id = 0 WHERE $told AND $k" \
    'a notification is of a khatma and a user that there are'
breaks "UPDATE notifications SET actor_id = 0 WHERE $told AND $k" \
    'a notification is of a khatma and a user that there are'
breaks "UPDATE notifications SET once_key = 'x' WHERE $told AND chapter = 1
    AND $k" 'the key of a notification begins with its type'

for failures in '0, NULL' '5, NULL' '4, at' '9, at + INTERVAL 901 SECOND' \
    '6, at + INTERVAL 60 SECOND'; do
	breaks "INSERT INTO login_failures (email_hash, last_failed_at,
	    failures, blocked_until) SELECT REPEAT('x', 32), at, $failures
	    FROM (SELECT UTC_TIMESTAMP(6) AS at) n" \
	    'five failures block an address, for longer after each'
done

breaks "DELETE FROM khatmas WHERE id = $open" 'a chapter is of a khatma'
breaks "DELETE FROM khatmas WHERE id = $open" 'a word is of a khatma'
gone="DELETE FROM users WHERE id = $omar_id"
breaks "$gone" 'a membership is of a khatma and a user'
breaks "$gone" 'the reader of a chapter is a user'
breaks "$gone" 'a session is of a user'
breaks "$gone" 'a notification is of a user'
breaks "$gone" 'an achievement is of a user'
breaks "INSERT INTO refresh_tokens SELECT UNHEX(SHA2('$open', 256)), 0, at, at,
    NULL FROM (SELECT UTC_TIMESTAMP(6) AS at) n" \
    'a refresh token is of a login of a user'
breaks "UPDATE invitations SET created_by = 0 WHERE $k" \
    'an invitation is of a khatma and a user'

is "$(fsck "$open $done" "$aisha_id $omar_id $seven_id")" '' \
    'and nothing of that has stayed'
is "$(rules | sort)" "$(sort -u "$scratch/seen")" 'no rule was left out'

done_testing
