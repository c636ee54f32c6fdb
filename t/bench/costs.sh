#!/bin/sh
# costs.sh - what a request costs a worker, nginx and the database, and what a
# row takes on disk: the input of t/sim/evening.pl. No test: a person reads what
# it says.
#
#	make && t/bench/costs.sh >t/sim/costs
#
# Starts a service of its own with $GROUPS groups of thirty, who have read a
# khatma on each of the last $DAYS days and stand before today's; then
# t/bench/costs.pl sends each kind of request once for each reader, or $MOST
# times, and looks at what the processes have used meanwhile. Takes two minutes
# or so; the processors may be busy with other things, for time that is waited is
# not counted, but the rates at the end are those of an idle machine only.
#
#	GROUPS_OF_30	(30, and not less)
#	DAYS		(60)
#	MOST		requests of a kind (900)
#	BUILD		where the programs are (build)

. "$(dirname "$0")/service.sh"

GROUPS_OF_30=${GROUPS_OF_30:-30}
DAYS=${DAYS:-60}
MOST=${MOST:-900}
OLD=1000		# readings of those who have read long
READERS=$((GROUPS_OF_30 * 30))
PAGES=$((GROUPS_OF_30 * (DAYS + 2) + 1))	# number of the khatma of 604

# All of it in the order of life, day by day, for the fill of an index depends on
# that.
seed() {
	cat <<-END
	SET SESSION max_recursive_iterations = 1000000;
	CREATE TEMPORARY TABLE n (i INT PRIMARY KEY)
	    WITH RECURSIVE r AS (SELECT 0 AS i UNION ALL
	    SELECT i + 1 FROM r WHERE i < 100000) SELECT i FROM r;
	END
	seed_readers
	seed_khatmas
	seed_chapters
	seed_history
	cat <<-END
	ANALYZE TABLE users, logins, refresh_tokens, khatmas, chapters,
	    memberships, sessions, notifications;
	END
}

seed_readers() {
	cat <<-END
	INSERT INTO users (id, fullname, fullname_search, email, email_key,
	    password, password_changed_at, date_joined, chapters_read,
	    juz_read, streak_first_day, streak_last_day, longest_streak,
	    khatmas_completed)
	SELECT i, CONCAT('Fatima Al-Zahra ', i), CONCAT('fatima al-zahra ', i),
	    CONCAT('fatima.al-zahra.', i, '@example.com'),
	    CONCAT('fatima.al-zahra.', i, '@example.com'),
	    REPEAT('x', 97), '2020-01-01', '2020-01-01', $DAYS, 30,
	    CURDATE() - INTERVAL $DAYS DAY, CURDATE() - INTERVAL 1 DAY, $DAYS,
	    $DAYS FROM n WHERE i BETWEEN 1 AND $READERS;
	INSERT INTO logins (id, user_id, created_at, last_used_at, user_agent)
	SELECT id, id, NOW(6), NOW(6), REPEAT('Mozilla/5.0 ', 8) FROM users;
	INSERT INTO refresh_tokens (jti_hash, login_id, issued_at, expires_at)
	SELECT UNHEX(SHA2(CONCAT('refresh-', id), 256)), id, NOW(6),
	    NOW(6) + INTERVAL 30 DAY FROM users;
	END
}

# Khatma d * groups + g is that of group g, d days after the first. Day DAYS is
# today, with all chapters taken; the next is for joining.
seed_khatmas() {
	cat <<-END
	INSERT INTO khatmas (id, creator_id, name, description, search_text,
	    khatma_type, division, status, is_public, target_days, start_date,
	    participants_count, chapters_total, chapters_completed,
	    chapters_free, completed_at, created_at, updated_at)
	SELECT i, (i - 1) MOD $GROUPS_OF_30 * 30 + 1,
	    CONCAT('A khatma for our parents ', i), REPEAT('Every day. ', 6),
	    CONCAT('a khatma for our parents ', i, REPEAT('every day. ', 6)),
	    'group', 'juz', IF(day < $DAYS, 'completed', 'active'), TRUE, 1,
	    CURDATE() - INTERVAL $DAYS - day DAY,
	    IF(day <= $DAYS, 30, 1), 30, IF(day < $DAYS, 30, 0),
	    IF(day <= $DAYS, 0, 30), NULL,
	    NOW(6) - INTERVAL $DAYS - day DAY, NOW(6)
	FROM (SELECT i, (i - 1) DIV $GROUPS_OF_30 AS day FROM n
	    WHERE i BETWEEN 1 AND $GROUPS_OF_30 * ($DAYS + 2)) d ORDER BY i;
	INSERT INTO khatmas (id, creator_id, name, search_text, khatma_type,
	    division, status, is_public, target_days, start_date,
	    participants_count, chapters_total, chapters_free, created_at,
	    updated_at)
	VALUES ($PAGES, 1, 'All pages', 'all pages', 'group', 'page', 'active',
	    TRUE, 30, CURDATE(), 302, 604, 0, NOW(6), NOW(6));
	END
}

seed_chapters() {
	cat <<-END
	INSERT INTO chapters (khatma_id, number, state, reader_id, claimed_at)
	SELECT k.id, c.i, IF(k.chapters_free > 0, 'free', 'claimed'),
	    IF(k.chapters_free > 0, NULL, IF(k.chapters_total = 30,
	        k.creator_id + c.i - 1, c.i DIV 2 + 1)),
	    IF(k.chapters_free > 0, NULL, k.created_at)
	FROM khatmas k JOIN n c ON c.i BETWEEN 1 AND k.chapters_total
	ORDER BY k.id, c.i;
	INSERT INTO memberships (khatma_id, user_id, joined_at)
	SELECT DISTINCT khatma_id, reader_id, claimed_at FROM chapters
	WHERE state = 'claimed' ORDER BY claimed_at;
	INSERT INTO memberships (khatma_id, user_id, joined_at)
	SELECT id, creator_id, created_at FROM khatmas WHERE chapters_free > 0;
	END
}

seed_history() {
	cat <<-END
	INSERT INTO sessions (user_id, khatma_id, division, chapter,
	    is_completed, reading_date, local_day, counts_day, created_at)
	SELECT c.reader_id, k.id, 'juz', c.number, TRUE, k.created_at,
	    k.start_date, TRUE, k.created_at
	FROM chapters c JOIN khatmas k ON k.id = c.khatma_id
	WHERE k.status = 'completed'
	ORDER BY k.start_date, CRC32(CONCAT(c.reader_id, k.id));
	UPDATE chapters c JOIN sessions s ON s.khatma_id = c.khatma_id
	    AND s.chapter = c.number
	SET c.state = 'completed', c.completed_at = s.created_at,
	    c.completed_day = s.local_day, c.session_id = s.id;
	INSERT INTO notifications (user_id, notification_type, once_key,
	    khatma_id, actor_id, chapter, session_id, is_read, created_at)
	SELECT w.reader, w.type, w.once_key, w.khatma_id, w.actor, w.chapter,
	    w.session, w.day < CURDATE() - INTERVAL 1 DAY, w.day FROM (
	    SELECT s.user_id AS reader, 'chapter_assigned' AS type,
	        CONCAT('chapter_assigned:', s.khatma_id, ':', s.chapter)
	        AS once_key, s.khatma_id, s.user_id AS actor, s.chapter,
	        NULL AS session, s.created_at AS day FROM sessions s
	    UNION ALL SELECT s.user_id, 'chapter_completed',
	        CONCAT('chapter_completed:', s.khatma_id, ':', s.chapter, ':',
	        s.user_id), s.khatma_id, s.user_id, s.chapter, s.id,
	        s.created_at FROM sessions s
	    UNION ALL SELECT k.creator_id, 'chapter_completed',
	        CONCAT('chapter_completed:', s.khatma_id, ':', s.chapter, ':',
	        s.user_id), s.khatma_id, s.user_id, s.chapter, s.id,
	        s.created_at FROM sessions s JOIN khatmas k
	        ON k.id = s.khatma_id AND k.creator_id <> s.user_id
	    UNION ALL SELECT m.user_id, 'khatma_completed',
	        CONCAT('khatma_completed:', k.id), k.id, NULL, NULL, 1,
	        k.created_at FROM memberships m JOIN khatmas k
	        ON k.id = m.khatma_id AND k.status = 'completed') w
	ORDER BY w.day, CRC32(CONCAT(w.reader, w.once_key));
	END
}

# Rows of each table, their bytes, and how many of them come with a reading.
sizes() {
	cat <<-END
	SELECT 'row', x.table_name, x.n, ROUND(t.data_length / x.n),
	    ROUND(t.index_length / x.n),
	    ROUND(x.n / (SELECT COUNT(*) FROM sessions), 3)
	FROM information_schema.tables t JOIN (
	    SELECT 'users' AS table_name, COUNT(*) AS n FROM users
	    UNION ALL SELECT 'logins', COUNT(*) FROM logins
	    UNION ALL SELECT 'refresh_tokens', COUNT(*) FROM refresh_tokens
	    UNION ALL SELECT 'khatmas', COUNT(*) FROM khatmas
	    UNION ALL SELECT 'chapters', COUNT(*) FROM chapters
	    UNION ALL SELECT 'memberships', COUNT(*) FROM memberships
	    UNION ALL SELECT 'sessions', COUNT(*) FROM sessions
	    UNION ALL SELECT 'notifications', COUNT(*) FROM notifications) x
	    ON x.table_name = t.table_name
	WHERE t.table_schema = 'khatma';
	END
}

# Those of the last group have read for years.
make_old() {
	cat <<-END
	SET SESSION max_recursive_iterations = 1000000;
	INSERT INTO sessions (user_id, division, chapter, is_completed,
	    reading_date, local_day, counts_day, created_at)
	WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL
	    SELECT i + 1 FROM r WHERE i < $OLD - $DAYS)
	SELECT u.id, 'juz', r.i MOD 30 + 1, TRUE,
	    NOW(6) - INTERVAL $DAYS + r.i DAY,
	    CURDATE() - INTERVAL $DAYS + r.i DAY, TRUE,
	    NOW(6) - INTERVAL $DAYS + r.i DAY
	FROM r, users u WHERE u.id > $READERS - 30 ORDER BY r.i DESC;
	END
}

service_up WORKERS=16
seed | sql >/dev/null
sizes | sql >"$scratch/sizes"
make_old | sql
echo "# Written by t/bench/costs.sh. Per request: microseconds of worker, nginx"
echo "# and database, bytes of the answer."
perl "$root/t/bench/costs.pl" "$http_socket" "$stack/jwt.key" \
    "$READERS" "$GROUPS_OF_30" "$DAYS" "$MOST" \
    "$(cat "$stack/run/db.pid")" \
    "$(pgrep -P "$(cat "$stack/run/nginx.pid")" | tr '\n' ' ')" \
    "$(for group in auth users khatmas sessions stats notifications \
        dashboard; do workers_of $group; done | tr '\n' ' ')"
echo "# table, its rows, bytes of data and of indexes for each, rows per reading"
cat "$scratch/sizes"
