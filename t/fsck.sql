-- fsck.sql: the rules that hold between the rows of a khatma database, beyond
-- what its keys enforce. Prints a line "rule <tab> khatma <tab> user" for each
-- row that breaks one, and nothing when all is well:
--
--	mariadb -N khatma <t/fsck.sql
--
-- Every statement is right at every instant, also while others write: a
-- transaction is seen whole or not at all. For MariaDB 10.6+, MySQL 8.
-- Each statement goes through its tables once, however many rows there are.
--
-- Of times that two transactions have written, "not before" leaves a minute for
-- the clocks of two servers.
--
-- What is no rule: that who made an invitation is the creator (a khatma is
-- handed over), that only groups have invitations (one that is alone may make
-- his group a private khatma), that the creator of today was told of what was
-- read yesterday.

-- The schema

SELECT 'each version of the schema is recorded', NULL, NULL FROM
	(SELECT COUNT(*) AS rows_there, MIN(version) AS first_version,
		MAX(version) AS last_version FROM schema_migrations) v
WHERE NOT (first_version <=> 1 AND last_version <=> rows_there);

-- Users and their logins

SELECT 'a user chooses among the words that there are', NULL, u.id
FROM users u WHERE u.gender NOT IN ('', 'male', 'female')
OR u.language NOT IN ('ar', 'en') OR u.timezone = '' OR u.fullname = '';

SELECT 'a password is not older than its user', NULL, u.id
FROM users u WHERE u.password_changed_at < u.date_joined - INTERVAL 1 MINUTE;

SELECT 'a login is used and revoked not before it is made', NULL, l.user_id
FROM logins l WHERE l.last_used_at < l.created_at - INTERVAL 1 MINUTE
OR l.revoked_at < l.created_at - INTERVAL 1 MINUTE;

SELECT 'a login has one token at most that is not used', NULL, l.user_id
FROM refresh_tokens t JOIN logins l ON l.id = t.login_id
WHERE t.used_at IS NULL GROUP BY t.login_id, l.user_id HAVING COUNT(*) > 1;

SELECT 'a refresh token ends after it begins', NULL, l.user_id
FROM refresh_tokens t JOIN logins l ON l.id = t.login_id
WHERE t.expires_at <= t.issued_at;

SELECT 'five failures block an address, for longer after each', NULL, NULL
FROM login_failures f
WHERE f.failures < 1 OR (f.failures < 5) <> (f.blocked_until IS NULL)
OR TIMESTAMPDIFF(SECOND, f.last_failed_at, f.blocked_until) <>
	LEAST(900, 60 * POW(2, LEAST(f.failures, 10) - 5));

-- Requests for a new password

SELECT 'a token, and a mail that waits, are for somebody', NULL, NULL
FROM password_resets r WHERE r.user_id IS NULL
AND (r.token_hash IS NOT NULL OR r.next_try_at IS NOT NULL);

SELECT 'a token was sent, and used after that', NULL, r.user_id
FROM password_resets r WHERE (r.token_hash IS NULL) <> (r.sent_at IS NULL)
OR r.used_at < r.sent_at - INTERVAL 1 MINUTE
OR (r.used_at IS NOT NULL AND r.sent_at IS NULL);

SELECT 'each attempt makes a token, and a used one waits for no mail', NULL,
	r.user_id
FROM password_resets r WHERE (r.attempts = 0) <> (r.token_hash IS NULL)
OR (r.used_at IS NOT NULL AND r.next_try_at IS NOT NULL);

SELECT 'a request for a new password is of the address of its user', NULL,
	r.user_id
FROM password_resets r LEFT JOIN users u ON u.id = r.user_id
WHERE r.user_id IS NOT NULL
AND NOT (r.email_hash <=> UNHEX(SHA2(u.email_key, 256)));

-- Answers that are stored

SELECT 'a stored answer is whole', NULL, i.account_id
FROM idempotency_keys i WHERE i.account_id IS NULL OR i.http_status IS NULL
OR i.http_status NOT IN (200, 201) OR i.language IS NULL
OR COALESCE(i.body, '') = '';

SELECT 'with 201 it says where, else not', NULL, i.account_id
FROM idempotency_keys i WHERE (i.http_status = 201) <> (i.location IS NOT NULL);

SELECT 'a key is of its account, or of nobody who was signed in', NULL,
	i.account_id
FROM idempotency_keys i WHERE i.user_id NOT IN (0, i.account_id);

-- Khatmas and what is kept about them

SELECT 'participants_count is the number of members', k.id, NULL
FROM khatmas k WHERE k.participants_count <>
	(SELECT COUNT(*) FROM memberships m WHERE m.khatma_id = k.id);

SELECT 'chapters_total is the number of the chapters', k.id, NULL
FROM khatmas k WHERE k.chapters_total <>
	(SELECT COUNT(*) FROM chapters c WHERE c.khatma_id = k.id);

SELECT 'chapters_completed is the number of those completed', k.id, NULL
FROM khatmas k WHERE k.chapters_completed <>
	(SELECT COUNT(*) FROM chapters c
	WHERE c.khatma_id = k.id AND c.state = 'completed');

SELECT 'chapters_free is the number of those free', k.id, NULL
FROM khatmas k WHERE k.chapters_free <>
	(SELECT COUNT(*) FROM chapters c
	WHERE c.khatma_id = k.id AND c.state = 'free');

SELECT 'the division says how many chapters there are', k.id, NULL
FROM khatmas k WHERE k.chapters_total <> CASE k.division
	WHEN 'juz' THEN 30 WHEN 'hizb' THEN 60 WHEN 'rub' THEN 240
	WHEN 'surah' THEN 114 ELSE 604 END;

SELECT 'chapters are numbered from 1 to chapters_total', k.id, NULL
FROM khatmas k WHERE k.chapters_total <>
	(SELECT COUNT(*) FROM chapters c WHERE c.khatma_id = k.id
	AND c.number BETWEEN 1 AND k.chapters_total);

SELECT 'a khatma is completed exactly when no chapter is open', k.id, NULL
FROM khatmas k WHERE (k.status <> 'completed') <> EXISTS
	(SELECT 1 FROM chapters c
	WHERE c.khatma_id = k.id AND c.state <> 'completed');

SELECT 'a completed khatma says when, and by which session', k.id, NULL
FROM khatmas k WHERE (k.status = 'completed') <> (k.completed_at IS NOT NULL)
OR (k.status = 'completed') <> (k.completed_by IS NOT NULL);

SELECT 'completed_by is a completed session of the khatma', k.id, NULL
FROM khatmas k LEFT JOIN sessions s ON s.id = k.completed_by
WHERE k.completed_by IS NOT NULL
AND NOT (s.khatma_id <=> k.id AND s.is_completed <=> TRUE);

SELECT 'completed_by is the session of one of its chapters', k.id, NULL
FROM khatmas k LEFT JOIN chapters c
ON c.khatma_id = k.id AND c.session_id = k.completed_by
WHERE k.completed_by IS NOT NULL AND c.number IS NULL;

SELECT 'a khatma has a name and 1 to 3650 days', k.id, NULL
FROM khatmas k WHERE k.name = '' OR k.target_days NOT BETWEEN 1 AND 3650;

SELECT 'a khatma changes and ends not before it begins', k.id, NULL
FROM khatmas k WHERE k.updated_at < k.created_at - INTERVAL 1 MINUTE
OR k.completed_at < k.created_at - INTERVAL 1 MINUTE;

SELECT 'the creator is a member', k.id, k.creator_id
FROM khatmas k LEFT JOIN memberships m
ON m.khatma_id = k.id AND m.user_id = k.creator_id
WHERE m.user_id IS NULL;

SELECT 'the creator is the oldest member', k.id, k.creator_id
FROM khatmas k JOIN memberships m
ON m.khatma_id = k.id AND m.user_id = k.creator_id
JOIN (SELECT khatma_id, MIN(joined_at) AS joined_at FROM memberships
	GROUP BY khatma_id) oldest ON oldest.khatma_id = k.id
WHERE oldest.joined_at < m.joined_at - INTERVAL 1 MINUTE;

SELECT 'nobody joins before there is a khatma and oneself', m.khatma_id,
	m.user_id
FROM memberships m JOIN khatmas k ON k.id = m.khatma_id
JOIN users u ON u.id = m.user_id
WHERE m.joined_at < k.created_at - INTERVAL 1 MINUTE
OR m.joined_at < u.date_joined - INTERVAL 1 MINUTE;

SELECT 'an invitation is revoked not before it is made', i.khatma_id,
	i.created_by
FROM invitations i WHERE i.revoked_at < i.created_at - INTERVAL 1 MINUTE;

SELECT 'a private khatma is not public and has one member', k.id, NULL
FROM khatmas k WHERE k.khatma_type = 'private'
AND (k.is_public = TRUE OR k.participants_count <> 1);

-- What they are is said by common/model/khatma_words.c. Programs of schema 7 and
-- before write none: after them, "khatma-spawn migrate" does.
SELECT 'a khatma is found by its words, and by no others', k.id, NULL
FROM khatmas k LEFT JOIN (
	SELECT t.id, COUNT(DISTINCT LEFT(w.word, 32)) AS due,
		COUNT(DISTINCT o.word) AS there
	FROM (SELECT k.id, CONCAT(TRIM(REGEXP_REPLACE(u.fullname_search,
			'[^\\p{L}\\p{M}\\p{N}\\p{So}]+', ' ')), ' ', SUBSTRING_INDEX(
			TRIM(REGEXP_REPLACE(k.search_text,
			'[^\\p{L}\\p{M}\\p{N}\\p{So}]+', ' ')), ' ', 128)) AS words
		FROM khatmas k JOIN users u ON u.id = k.creator_id) t
	JOIN JSON_TABLE(CONCAT('["', REPLACE(CONCAT(t.words, ' ',
		REGEXP_REPLACE(t.words, '(?<![^ ])(?:(?!\\x{0648}\\x{0627}\\x{0644}\\x{062f})(?:[\\x{0648}\\x{0641}\\x{0628}\\x{0643}]?\\x{0627}|[\\x{0648}\\x{0641}]?\\x{0644})\\x{0644})+(?=[^ ]{2})(?!\\x{0644}\\x{0647}\\x{0645}?(?![^ ]))', '')), ' ', '","'), '"]'),
		'$[*]' COLUMNS (word VARCHAR(255) CHARACTER SET utf8mb4
		COLLATE utf8mb4_bin PATH '$')) w
	LEFT JOIN khatma_words o
	ON o.khatma_id = t.id AND o.word = LEFT(w.word, 32)
	WHERE w.word <> '' GROUP BY t.id) d ON d.id = k.id
WHERE COALESCE(d.due, 0) <> COALESCE(d.there, 0) OR COALESCE(d.due, 0) <>
	(SELECT COUNT(*) FROM khatma_words x WHERE x.khatma_id = k.id);

-- Chapters

SELECT 'a free chapter is nobody''s', c.khatma_id, c.reader_id
FROM chapters c WHERE c.state = 'free' AND (c.reader_id IS NOT NULL
	OR c.claimed_at IS NOT NULL OR c.completed_at IS NOT NULL
	OR c.completed_day IS NOT NULL OR c.session_id IS NOT NULL);

SELECT 'a claimed chapter has a reader and is not read', c.khatma_id,
	c.reader_id
FROM chapters c WHERE c.state = 'claimed' AND (c.reader_id IS NULL
	OR c.claimed_at IS NULL OR c.completed_at IS NOT NULL
	OR c.completed_day IS NOT NULL OR c.session_id IS NOT NULL);

SELECT 'a completed chapter says when and by which session', c.khatma_id,
	c.reader_id
FROM chapters c WHERE c.state = 'completed' AND (c.claimed_at IS NULL
	OR c.completed_at IS NULL OR c.completed_day IS NULL
	OR c.session_id IS NULL);

SELECT 'the reader of a claimed chapter is a member', c.khatma_id, c.reader_id
FROM chapters c LEFT JOIN memberships m
ON m.khatma_id = c.khatma_id AND m.user_id = c.reader_id
WHERE c.state = 'claimed' AND m.user_id IS NULL;

SELECT 'a completed chapter and its session agree', c.khatma_id, c.reader_id
FROM chapters c LEFT JOIN sessions s ON s.id = c.session_id
WHERE c.state = 'completed' AND NOT (s.khatma_id <=> c.khatma_id
	AND s.chapter <=> c.number AND s.user_id <=> c.reader_id
	AND s.is_completed <=> TRUE AND s.local_day <=> c.completed_day);

SELECT 'a chapter is read not before it is taken', c.khatma_id, c.reader_id
FROM chapters c WHERE c.completed_at < c.claimed_at - INTERVAL 1 MINUTE;

-- Sessions

SELECT 'a session has the division of its khatma', s.khatma_id, s.user_id
FROM sessions s JOIN khatmas k ON k.id = s.khatma_id
WHERE s.division <> k.division;

SELECT 'a session is of a chapter that there is', s.khatma_id, s.user_id
FROM sessions s LEFT JOIN chapters c
ON c.khatma_id = s.khatma_id AND c.number = s.chapter
WHERE s.khatma_id IS NOT NULL AND c.number IS NULL;

SELECT 'what was only begun is claimed by who began it', s.khatma_id, s.user_id
FROM sessions s LEFT JOIN chapters c
ON c.khatma_id = s.khatma_id AND c.number = s.chapter
WHERE s.is_completed = FALSE AND NOT (c.state <=> 'claimed'
	AND c.reader_id <=> s.user_id AND s.user_id IS NOT NULL);

SELECT 'what was read is a chapter completed by its reader', s.khatma_id,
	s.user_id
FROM sessions s JOIN chapters c
ON c.khatma_id = s.khatma_id AND c.number = s.chapter
WHERE s.is_completed = TRUE AND NOT (c.state = 'completed'
	AND c.reader_id <=> s.user_id);

SELECT 'nobody has begun a chapter twice', s.khatma_id, s.user_id
FROM sessions s WHERE s.is_completed = FALSE
GROUP BY s.khatma_id, s.chapter, s.user_id HAVING COUNT(*) > 1;

SELECT 'only what was read makes a day count', s.khatma_id, s.user_id
FROM sessions s WHERE s.counts_day = TRUE AND s.is_completed = FALSE;

-- The days of two zones are two apart at most.
SELECT 'a day counts that was written down by the next', s.khatma_id, s.user_id
FROM sessions s WHERE s.counts_day = TRUE
AND DATEDIFF(s.created_at, s.local_day) > 2;

SELECT 'what is read is written down within seven days', s.khatma_id, s.user_id
FROM sessions s WHERE s.reading_date < s.created_at - INTERVAL 7 DAY
	- INTERVAL 1 MINUTE;

SELECT 'the local day is at most one away from that in UTC', s.khatma_id,
	s.user_id
FROM sessions s
WHERE ABS(DATEDIFF(s.local_day, DATE(s.reading_date))) > 1;

SELECT 'a session is of somebody or of some khatma', NULL, NULL
FROM sessions s WHERE s.user_id IS NULL AND s.khatma_id IS NULL;

-- Users and what is kept about them

SELECT 'chapters_read is the number of completed sessions', NULL, u.id
FROM users u WHERE u.chapters_read <> (SELECT COUNT(*) FROM sessions s
	WHERE s.user_id = u.id AND s.is_completed = TRUE);

-- A juz is read when all parts of it in one division are. The bounds of juz in
-- surahs and pages are not in the database: of those who read by them, this
-- says only that juz_read is not too small.
WITH parts AS (
	SELECT DISTINCT s.user_id, s.division,
		FLOOR((s.chapter - 1) / CASE s.division
		WHEN 'juz' THEN 1 WHEN 'hizb' THEN 2 ELSE 8 END) AS juz, s.chapter
	FROM sessions s WHERE s.is_completed = TRUE AND s.user_id IS NOT NULL
	AND s.division IN ('juz', 'hizb', 'rub')
), whole AS (
	SELECT user_id, juz FROM parts GROUP BY user_id, division, juz
	HAVING COUNT(*) = CASE division
		WHEN 'juz' THEN 1 WHEN 'hizb' THEN 2 ELSE 8 END
), counted AS (
	SELECT user_id, COUNT(DISTINCT juz) AS juz FROM whole GROUP BY user_id
), others AS (
	SELECT DISTINCT user_id FROM sessions WHERE is_completed = TRUE
	AND user_id IS NOT NULL AND division IN ('surah', 'page')
)
SELECT 'juz_read is the number of different juz that were read', NULL, u.id
FROM users u LEFT JOIN counted c ON c.user_id = u.id
LEFT JOIN others o ON o.user_id = u.id
WHERE u.juz_read > 30 OR u.juz_read < COALESCE(c.juz, 0)
OR (u.juz_read > COALESCE(c.juz, 0) AND o.user_id IS NULL);

WITH days AS (
	SELECT DISTINCT user_id, local_day FROM sessions
	WHERE is_completed = TRUE AND counts_day = TRUE
	AND user_id IS NOT NULL
), numbered AS (
	SELECT user_id, local_day, DATEDIFF(local_day, '2000-01-01')
		- ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY local_day)
		AS run
	FROM days
), runs AS (
	SELECT user_id, MIN(local_day) AS first_day, MAX(local_day) AS last_day,
		COUNT(*) AS days
	FROM numbered GROUP BY user_id, run
), ranked AS (
	SELECT user_id, first_day, last_day,
		MAX(days) OVER (PARTITION BY user_id) AS longest,
		ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY last_day DESC)
		AS place
	FROM runs
)
SELECT 'the streak columns say what the days do', NULL, u.id
FROM users u LEFT JOIN ranked r ON r.user_id = u.id AND r.place = 1
WHERE NOT (u.streak_first_day <=> r.first_day
	AND u.streak_last_day <=> r.last_day
	AND u.longest_streak = COALESCE(r.longest, 0));

-- At least: khatmas that were deleted have been completed all the same.
SELECT 'khatmas_completed counts those that were read in', NULL, u.id
FROM users u WHERE u.khatmas_completed < (SELECT COUNT(DISTINCT k.id)
	FROM khatmas k JOIN chapters c ON c.khatma_id = k.id
	WHERE k.status = 'completed' AND c.reader_id = u.id);

SELECT 'intentions are of members', i.khatma_id, i.user_id
FROM intentions i LEFT JOIN memberships m
ON m.khatma_id = i.khatma_id AND m.user_id = i.user_id
WHERE m.user_id IS NULL;

SELECT 'intentions are numbered from 1', i.khatma_id, i.user_id
FROM intentions i GROUP BY i.khatma_id, i.user_id
HAVING MIN(i.position) <> 1 OR MAX(i.position) <> COUNT(*);

-- Achievements. Whose reason is gone because a khatma was deleted or handed
-- over keep theirs, so not every type can be proved.

SELECT 'seven days in a row are streak_7', NULL, u.id
FROM users u LEFT JOIN achievements a
ON a.user_id = u.id AND a.achievement_type = 'streak_7'
WHERE (u.longest_streak >= 7) <> (a.id IS NOT NULL);

SELECT 'thirty days in a row are streak_30', NULL, u.id
FROM users u LEFT JOIN achievements a
ON a.user_id = u.id AND a.achievement_type = 'streak_30'
WHERE (u.longest_streak >= 30) <> (a.id IS NOT NULL);

SELECT 'all juz are chapter_master', NULL, u.id
FROM users u LEFT JOIN achievements a
ON a.user_id = u.id AND a.achievement_type = 'chapter_master'
WHERE (u.juz_read = 30) <> (a.id IS NOT NULL);

SELECT 'a completed khatma is first_khatma', NULL, u.id
FROM users u LEFT JOIN achievements a
ON a.user_id = u.id AND a.achievement_type = 'first_khatma'
WHERE (u.khatmas_completed > 0) <> (a.id IS NOT NULL);

WITH days AS (
	SELECT DISTINCT user_id, local_day FROM sessions
	WHERE is_completed = TRUE AND counts_day = TRUE
	AND user_id IS NOT NULL
), twentieth AS (
	SELECT user_id, local_day, LAG(local_day, 19) OVER
		(PARTITION BY user_id ORDER BY local_day) AS first_day
	FROM days
), consistent AS (
	SELECT DISTINCT user_id FROM twentieth
	WHERE DATEDIFF(local_day, first_day) <= 27
)
SELECT 'twenty days of twenty-eight are consistent_reader', NULL, u.id
FROM users u LEFT JOIN achievements a
ON a.user_id = u.id AND a.achievement_type = 'consistent_reader'
LEFT JOIN consistent c ON c.user_id = u.id
WHERE (a.id IS NOT NULL) <> (c.user_id IS NOT NULL);

SELECT 'fast_reader is of a khatma that is completed', a.khatma_id, a.user_id
FROM achievements a JOIN khatmas k ON k.id = a.khatma_id
WHERE a.achievement_type = 'fast_reader' AND k.status <> 'completed';

SELECT 'fast_reader is of one''s own khatma, read on three days', a.khatma_id,
	a.user_id
FROM achievements a JOIN khatmas k ON k.id = a.khatma_id
LEFT JOIN sessions s ON s.khatma_id = a.khatma_id AND s.user_id = a.user_id
	AND s.counts_day = TRUE
WHERE a.achievement_type = 'fast_reader'
GROUP BY a.id, a.khatma_id, a.user_id, k.creator_id
HAVING k.creator_id <> a.user_id OR COUNT(DISTINCT s.local_day) < 3;

SELECT 'an achievement is of a type that there is', a.khatma_id, a.user_id
FROM achievements a WHERE a.achievement_type NOT IN ('first_khatma',
	'streak_7', 'streak_30', 'chapter_master', 'group_leader',
	'fast_reader', 'consistent_reader');

-- That may be gone: with a khatma, or because it was undone and another one
-- earns the same.
SELECT 'an achievement and the session that earned it agree', a.khatma_id,
	a.user_id
FROM achievements a JOIN sessions s ON s.id = a.session_id
WHERE NOT (s.khatma_id <=> a.khatma_id);

-- Notifications

SELECT 'each achievement was told', a.khatma_id, a.user_id
FROM achievements a LEFT JOIN notifications n ON n.user_id = a.user_id
AND n.notification_type = 'achievement_earned'
AND n.achievement_type = a.achievement_type
GROUP BY a.id, a.khatma_id, a.user_id HAVING COUNT(n.id) <> 1;

SELECT 'what was told as an achievement is one', n.khatma_id, n.user_id
FROM notifications n LEFT JOIN achievements a ON a.user_id = n.user_id
AND a.achievement_type = n.achievement_type
WHERE n.notification_type = 'achievement_earned' AND a.id IS NULL;

SELECT 'an achievement was told with its khatma and session', n.khatma_id,
	n.user_id
FROM notifications n JOIN achievements a ON a.user_id = n.user_id
AND a.achievement_type = n.achievement_type
WHERE n.notification_type = 'achievement_earned'
AND NOT (n.khatma_id <=> a.khatma_id AND n.session_id <=> a.session_id);

SELECT 'each reader was told of the chapter', c.khatma_id, c.reader_id
FROM chapters c LEFT JOIN notifications n ON n.user_id = c.reader_id
AND n.notification_type = 'chapter_completed' AND n.khatma_id = c.khatma_id
AND n.chapter = c.number AND n.session_id = c.session_id
WHERE c.state = 'completed' AND c.reader_id IS NOT NULL AND n.id IS NULL;

SELECT 'a chapter that was told as read is read', n.khatma_id, n.user_id
FROM notifications n LEFT JOIN chapters c ON c.khatma_id = n.khatma_id
AND c.number = n.chapter
WHERE n.notification_type = 'chapter_completed'
AND NOT (c.state <=> 'completed' AND c.session_id <=> n.session_id);

SELECT 'each member of a completed khatma was told', k.id, m.user_id
FROM khatmas k JOIN memberships m ON m.khatma_id = k.id
LEFT JOIN notifications n ON n.user_id = m.user_id
AND n.once_key = CONVERT(CONCAT('khatma_completed:', k.id) USING ascii)
WHERE k.status = 'completed' AND n.id IS NULL;

SELECT 'a khatma that was told as completed is', n.khatma_id, n.user_id
FROM notifications n LEFT JOIN khatmas k ON k.id = n.khatma_id
WHERE n.notification_type = 'khatma_completed'
AND NOT (k.status <=> 'completed');

SELECT 'members were told of the session that completed a khatma', n.khatma_id,
	n.user_id
FROM notifications n JOIN khatmas k ON k.id = n.khatma_id
WHERE n.notification_type = 'khatma_completed'
AND NOT (n.session_id <=> k.completed_by);

-- What the key does not name is not there. Of a former member only the key
-- knows the number.
SELECT 'the key of a notification says what it is about', n.khatma_id,
	n.user_id
FROM notifications n
WHERE NOT (n.once_key <=> CASE n.notification_type
	WHEN 'chapter_assigned' THEN CONCAT('chapter_assigned:', n.khatma_id,
		':', n.chapter)
	WHEN 'chapter_completed' THEN CONCAT('chapter_completed:', n.khatma_id,
		':', n.chapter, ':', COALESCE(n.actor_id,
		SUBSTRING_INDEX(n.once_key, ':', -1)))
	WHEN 'khatma_completed' THEN CONCAT('khatma_completed:', n.khatma_id)
	WHEN 'achievement_earned' THEN CONCAT('achievement_earned:',
		n.achievement_type)
	ELSE n.once_key END)
OR (n.notification_type = 'achievement_earned')
	<> (n.achievement_type IS NOT NULL);

SELECT 'a chapter is given to who is told of it', n.khatma_id, n.user_id
FROM notifications n WHERE n.notification_type = 'chapter_assigned'
AND NOT (n.actor_id <=> n.user_id);

SELECT 'the key of a notification begins with its type', n.khatma_id, n.user_id
FROM notifications n
WHERE n.once_key NOT LIKE CONCAT(n.notification_type, ':%');

-- Rows whose owner the foreign keys should have kept: they are not checked by
-- every server, and not while somebody restores a dump.

SELECT 'a chapter is of a khatma', c.khatma_id, NULL FROM chapters c
LEFT JOIN khatmas k ON k.id = c.khatma_id WHERE k.id IS NULL;

SELECT 'a word is of a khatma', w.khatma_id, NULL FROM khatma_words w
LEFT JOIN khatmas k ON k.id = w.khatma_id WHERE k.id IS NULL;

SELECT 'a membership is of a khatma and a user', m.khatma_id, m.user_id
FROM memberships m LEFT JOIN khatmas k ON k.id = m.khatma_id
LEFT JOIN users u ON u.id = m.user_id WHERE k.id IS NULL OR u.id IS NULL;

SELECT 'a session is of a user', s.khatma_id, s.user_id FROM sessions s
LEFT JOIN users u ON u.id = s.user_id
WHERE s.user_id IS NOT NULL AND u.id IS NULL;

SELECT 'a notification is of a user', n.khatma_id, n.user_id
FROM notifications n LEFT JOIN users u ON u.id = n.user_id WHERE u.id IS NULL;

SELECT 'an achievement is of a user', a.khatma_id, a.user_id
FROM achievements a LEFT JOIN users u ON u.id = a.user_id WHERE u.id IS NULL;

SELECT 'a notification is of a khatma and a user that there are', n.khatma_id,
	n.user_id
FROM notifications n LEFT JOIN khatmas k ON k.id = n.khatma_id
LEFT JOIN users u ON u.id = n.actor_id
WHERE (n.khatma_id IS NOT NULL AND k.id IS NULL)
OR (n.actor_id IS NOT NULL AND u.id IS NULL);

SELECT 'an achievement is of a khatma that there is', a.khatma_id, a.user_id
FROM achievements a LEFT JOIN khatmas k ON k.id = a.khatma_id
WHERE a.khatma_id IS NOT NULL AND k.id IS NULL;

SELECT 'the reader of a chapter is a user', c.khatma_id, c.reader_id
FROM chapters c LEFT JOIN users u ON u.id = c.reader_id
WHERE c.reader_id IS NOT NULL AND u.id IS NULL;

SELECT 'a login is of a user', NULL, l.user_id
FROM logins l LEFT JOIN users u ON u.id = l.user_id WHERE u.id IS NULL;

SELECT 'a refresh token is of a login of a user', NULL, l.user_id
FROM refresh_tokens t LEFT JOIN logins l ON l.id = t.login_id
LEFT JOIN users u ON u.id = l.user_id WHERE u.id IS NULL;

SELECT 'an invitation is of a khatma and a user', i.khatma_id, i.created_by
FROM invitations i LEFT JOIN khatmas k ON k.id = i.khatma_id
LEFT JOIN users u ON u.id = i.created_by WHERE k.id IS NULL OR u.id IS NULL;
