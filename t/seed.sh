# shellcheck shell=sh
# shellcheck disable=SC2154 # what tap.sh sets
# seed.sh - a database of some size, for what wants to be measured; for after
# tap.sh.
#
#	seed N [DATABASE]	puts in N users, each with a khatma of his own,
#				in which he has read ten juz on five days, and
#				what the service keeps of that: 10 N sessions and
#				notifications, 30 N chapters
#	seed_words		writes the words that they are found by, which
#				"spawn.sh migrate" does, too
#	seed_pool SIZE		gives InnoDB so much memory, as a large database
#				would have

seed() {
	mariadb --no-defaults --default-character-set=utf8mb4 \
	    --socket="$stack/run/db.sock" "${2-khatma}" <<-END
	SET unique_checks = 0;
	SELECT COALESCE(MAX(id), 0) INTO @u FROM users;
	SELECT COALESCE(MAX(id), 0) INTO @k FROM khatmas;
	SELECT COALESCE(MAX(id), 0) INTO @s FROM sessions;
	SET @day = UTC_DATE() - INTERVAL 1 DAY;
	INSERT INTO users (id, fullname, fullname_search, email, email_key,
	    password, password_changed_at, date_joined, chapters_read,
	    juz_read, streak_first_day, streak_last_day, longest_streak)
	SELECT @u + seq, CONCAT('Reader ', seq), CONCAT('reader ', seq),
	    CONCAT('seed-', @u + seq, '@example.com'),
	    CONCAT('seed-', @u + seq, '@example.com'), '!', '2020-01-01',
	    '2020-01-01', 10, 10, @day - INTERVAL 4 DAY, @day, 5
	FROM seq_1_to_$1;
	INSERT INTO khatmas (id, creator_id, name, description, search_text,
	    khatma_type, division, target_days, start_date, chapters_total,
	    chapters_completed, chapters_free, created_at, updated_at)
	SELECT @k + seq, @u + seq, CONCAT('Khatma of reader ', seq), '',
	    CONCAT('khatma of reader ', seq), 'private', 'juz', 30,
	    @day - INTERVAL 4 DAY, 30, 10, 20, @day, @day
	FROM seq_1_to_$1;
	INSERT INTO memberships (khatma_id, user_id, joined_at)
	SELECT @k + seq, @u + seq, @day FROM seq_1_to_$1;
	INSERT INTO sessions (id, user_id, khatma_id, division, chapter,
	    is_completed, reading_date, local_day, counts_day, created_at)
	SELECT @s + 10 * (k.seq - 1) + c.seq, @u + k.seq, @k + k.seq, 'juz',
	    c.seq, TRUE, @day - INTERVAL (c.seq MOD 5) DAY,
	    @day - INTERVAL (c.seq MOD 5) DAY, TRUE,
	    @day - INTERVAL (c.seq MOD 5) DAY
	FROM seq_1_to_$1 k JOIN seq_1_to_10 c;
	INSERT INTO chapters (khatma_id, number, state, reader_id, claimed_at,
	    completed_at, completed_day, session_id)
	SELECT khatma_id, chapter, 'completed', user_id, created_at, created_at,
	    local_day, id
	FROM sessions WHERE id > @s;
	INSERT INTO chapters (khatma_id, number)
	SELECT @k + k.seq, c.seq FROM seq_1_to_$1 k JOIN seq_11_to_30 c;
	INSERT INTO notifications (user_id, notification_type, once_key,
	    khatma_id, actor_id, chapter, session_id, created_at)
	SELECT user_id, 'chapter_completed',
	    CONCAT('chapter_completed:', khatma_id, ':', chapter, ':', user_id),
	    khatma_id, user_id, chapter, id, created_at
	FROM sessions WHERE id > @s;
	END
}

seed_words() {
	for after in $(db 'SELECT MAX(id) FROM khatmas' |
	    xargs seq 0 5000); do
		db "SET @after = $after, @until = $after + 5000;
		    $(cat "$root/migrations/words.sql")"
	done
}

seed_pool() {
	db "SET GLOBAL innodb_buffer_pool_size = $1"
}
