-- Khatma: the full present state of the database.
--
-- For MariaDB 10.6+ and MySQL 8, and for TiDB but for khatma_words, which is
-- written by JSON_TABLE (common/model/khatma_words.c). A new database is made
-- from this file; an old one reaches the same state through
-- migrations/NNNN-*.sql (a test compares the two). Rules for every statement
-- here and in the program: a primary key on every table; no triggers,
-- procedures, events, cascades or named locks; times are DATETIME(6) in UTC;
-- days are DATE in the reader's own zone, taken when the row was written and
-- never computed again.
--
-- Several database servers may be one (Galera). Each has its own locks, and what
-- two of them let happen at once is found at COMMIT by comparing the rows that
-- were changed. So who locks a user or a khatma to keep others out also changes
-- that row, by its turn if by nothing else.
--
-- "Kept" marks a column that could be counted from other rows. It is written
-- in the transaction that changes those rows, by counting them, never by
-- adding one; t/fsck.sql lists the rules that must hold.

CREATE TABLE schema_migrations (
	version INT NOT NULL
		COMMENT 'Number of the migration file',
	name VARCHAR(100) NOT NULL
		COMMENT 'Name of the migration file without number and ending',
	applied_at DATETIME(6) NOT NULL
		COMMENT 'When this database reached the version',
	works_from INT NULL
		COMMENT 'Least SCHEMA_VERSION of the programs that work with it; NULL: version',
	PRIMARY KEY (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Which versions of the schema this database has been through';

CREATE TABLE users (
	id BIGINT NOT NULL AUTO_INCREMENT
		COMMENT 'The id that other people see',
	fullname VARCHAR(100) NOT NULL
		COMMENT 'The name that other people see',
	fullname_search VARCHAR(1800) COLLATE utf8mb4_bin NOT NULL
		COMMENT 'fullname in the form in which names are searched; NFKD makes up to 18 of one',
	email VARCHAR(254) NOT NULL
		COMMENT 'As its owner wrote it',
	email_key VARCHAR(254) COLLATE utf8mb4_bin NOT NULL
		COMMENT 'email case folded: what makes two addresses the same',
	password VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'Argon2id, as a PHC string',
	password_changed_at DATETIME(6) NOT NULL
		COMMENT 'Tokens of no known login issued before this are dead',
	gender VARCHAR(8) NOT NULL DEFAULT ''
		COMMENT 'male, female or empty',
	phone VARCHAR(32) NOT NULL DEFAULT ''
		COMMENT 'Seen by its owner only',
	bio VARCHAR(500) NOT NULL DEFAULT ''
		COMMENT 'A few words about oneself',
	timezone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin
		NOT NULL DEFAULT 'UTC'
		COMMENT 'IANA name of the zone in which this reader has days',
	language VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'ar or en once chosen; NULL follows Accept-Language',
	date_joined DATETIME(6) NOT NULL
		COMMENT 'When the account was made',
	chapters_read INT NOT NULL DEFAULT 0
		COMMENT 'Kept: completed sessions, re-readings among them',
	juz_read SMALLINT NOT NULL DEFAULT 0
		COMMENT 'Kept: different juz read over a lifetime, 0 to 30',
	streak_first_day DATE NULL
		COMMENT 'Kept: first day of the latest run of days that count',
	streak_last_day DATE NULL
		COMMENT 'Kept: last day of that run',
	longest_streak INT NOT NULL DEFAULT 0
		COMMENT 'Kept: days in the longest run',
	khatmas_completed INT NOT NULL DEFAULT 0
		COMMENT 'Khatmas that were completed with a chapter of this reader',
	turn BIGINT NOT NULL DEFAULT 0
		COMMENT 'Rises with what must not overlap with another change of this user''s affairs',
	PRIMARY KEY (id),
	UNIQUE KEY users_email (email_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='People with an account';

CREATE TABLE logins (
	id BIGINT NOT NULL AUTO_INCREMENT
		COMMENT 'Claim sid of the tokens of this login',
	user_id BIGINT NOT NULL
		COMMENT 'Who logged in',
	created_at DATETIME(6) NOT NULL
		COMMENT 'When the password was given',
	last_used_at DATETIME(6) NOT NULL
		COMMENT 'When a token was last made for this login',
	revoked_at DATETIME(6) NULL
		COMMENT 'Since when none of its tokens is good',
	user_agent VARCHAR(200) NOT NULL DEFAULT ''
		COMMENT 'What the client called itself; empty when nobody can read it',
	PRIMARY KEY (id),
	KEY logins_user (user_id, revoked_at),
	CONSTRAINT logins_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='One row for each login: the family of its tokens';

CREATE TABLE refresh_tokens (
	jti_hash BINARY(32) NOT NULL
		COMMENT 'SHA-256 of the claim jti; the token itself is not stored',
	login_id BIGINT NOT NULL
		COMMENT 'The family it belongs to',
	issued_at DATETIME(6) NOT NULL
		COMMENT 'Claim iat',
	expires_at DATETIME(6) NOT NULL
		COMMENT 'Claim exp; the row goes at a login a month after it, or once used',
	used_at DATETIME(6) NULL
		COMMENT 'With rotation: when its successor was made',
	PRIMARY KEY (jti_hash),
	KEY refresh_tokens_login (login_id),
	CONSTRAINT refresh_tokens_login_fk
		FOREIGN KEY (login_id) REFERENCES logins (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Refresh tokens that were given out';

CREATE TABLE login_failures (
	email_hash BINARY(32) NOT NULL
		COMMENT 'SHA-256 of an e-mail address, case folded, with an account or without',
	failures INT NOT NULL
		COMMENT 'Wrong passwords in a row; a day without any counts as none',
	last_failed_at DATETIME(6) NOT NULL
		COMMENT 'When the last of them was given; the row goes a day after it',
	blocked_until DATETIME(6) NULL
		COMMENT 'Until when no password is looked at; NULL when they were too few',
	PRIMARY KEY (email_hash),
	KEY login_failures_last (last_failed_at, email_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Addresses for which somebody gives wrong passwords';

CREATE TABLE password_resets (
	id BIGINT NOT NULL AUTO_INCREMENT
		COMMENT 'Number of the request',
	email_hash BINARY(32) NOT NULL
		COMMENT 'SHA-256 of the address that was given, case folded',
	number INT NOT NULL
		COMMENT 'Of the requests for this address: two at once are not both the third',
	user_id BIGINT NULL
		COMMENT 'Whose account that is; NULL where there is none',
	language VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'ar or en: of the request, for a user who has chosen none',
	requested_at DATETIME(6) NOT NULL
		COMMENT 'When; the row goes at a request a day after it',
	token_hash BINARY(32) NULL
		COMMENT 'SHA-256 of the token in the latest mail; the token itself is not stored',
	sent_at DATETIME(6) NULL
		COMMENT 'When that mail was handed to the mail server; its token is good for 30 minutes',
	attempts INT NOT NULL DEFAULT 0
		COMMENT 'How often that was tried, each time with a new token',
	next_try_at DATETIME(6) NULL
		COMMENT 'When it is to be tried next; NULL when there is nothing to send',
	used_at DATETIME(6) NULL
		COMMENT 'When the token made a new password',
	PRIMARY KEY (id),
	UNIQUE KEY password_resets_number (email_hash, number),
	UNIQUE KEY password_resets_token (token_hash),
	KEY password_resets_user (user_id),
	KEY password_resets_due (next_try_at),
	KEY password_resets_old (requested_at),
	CONSTRAINT password_resets_user_fk
		FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Requests for a new password by mail';

CREATE TABLE khatmas (
	id BIGINT NOT NULL AUTO_INCREMENT
		COMMENT 'The id in the paths of the API',
	creator_id BIGINT NOT NULL
		COMMENT 'Who may change it; a member from the start',
	name VARCHAR(200) NOT NULL
		COMMENT 'As its creator wrote it',
	description VARCHAR(2000) NOT NULL DEFAULT ''
		COMMENT 'As its creator wrote it',
	search_text MEDIUMTEXT COLLATE utf8mb4_bin NOT NULL
		COMMENT 'Name and description in the form in which they are searched',
	khatma_type ENUM('group', 'private') NOT NULL
		COMMENT 'private is one person''s own',
	division ENUM('juz', 'hizb', 'rub', 'surah', 'page') NOT NULL
		COMMENT 'What one chapter of it is',
	status ENUM('active', 'paused', 'completed') NOT NULL DEFAULT 'active'
		COMMENT 'completed exactly when no chapter is open',
	is_public BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether every signed-in person may read and join',
	target_days SMALLINT NOT NULL
		COMMENT 'Days the creator gives it',
	start_date DATE NOT NULL
		COMMENT 'The creator''s local day when it was made',
	participants_count INT NOT NULL DEFAULT 1
		COMMENT 'Kept: rows in memberships',
	chapters_total SMALLINT NOT NULL
		COMMENT 'Chapters of its division: rows in chapters',
	chapters_completed SMALLINT NOT NULL DEFAULT 0
		COMMENT 'Kept: chapters in state completed',
	chapters_free SMALLINT NOT NULL
		COMMENT 'Kept: chapters in state free',
	completed_at DATETIME(6) NULL
		COMMENT 'When its last chapter was read',
	completed_by BIGINT NULL
		COMMENT 'The session that completed it',
	created_at DATETIME(6) NOT NULL
		COMMENT 'When it was made',
	updated_at DATETIME(6) NOT NULL
		COMMENT 'When it, its chapters or members last changed',
	turn BIGINT NOT NULL DEFAULT 0
		COMMENT 'Rises with what locks the khatma and changes nothing else of its row',
	PRIMARY KEY (id),
	KEY khatmas_public_created (is_public, created_at, id),
	KEY khatmas_public_start (is_public, start_date, id),
	KEY khatmas_public_name (is_public, name, id),
	KEY khatmas_creator (creator_id, status),
	KEY khatmas_public_status (is_public, status, created_at, id),
	KEY khatmas_status_start (is_public, status, start_date, id),
	KEY khatmas_status_name (is_public, status, name, id),
	CONSTRAINT khatmas_creator_fk
		FOREIGN KEY (creator_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Full readings of the Quran, alone or shared';

CREATE TABLE khatma_words (
	word VARCHAR(32) COLLATE utf8mb4_bin NOT NULL
		COMMENT 'Kept: one of its first 32 characters at most, in the form in which it is searched',
	khatma_id BIGINT NOT NULL
		COMMENT 'In whose name, description or creator''s name it stands',
	PRIMARY KEY (word, khatma_id),
	KEY khatma_words_khatma (khatma_id, word)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='What khatmas are found by. No key refers to khatmas: old programs delete those';

CREATE TABLE chapters (
	khatma_id BIGINT NOT NULL
		COMMENT 'The khatma it is a part of',
	number SMALLINT NOT NULL
		COMMENT '1 to the khatma''s chapters_total',
	state ENUM('free', 'claimed', 'completed') NOT NULL DEFAULT 'free'
		COMMENT 'What percentages and boards are computed from',
	reader_id BIGINT NULL
		COMMENT 'Who took it; NULL when free, or read by a former member',
	claimed_at DATETIME(6) NULL
		COMMENT 'When it was taken',
	completed_at DATETIME(6) NULL
		COMMENT 'When its reading was written down',
	completed_day DATE NULL
		COMMENT 'The reader''s local day of the reading',
	session_id BIGINT NULL
		COMMENT 'The session that completed it',
	PRIMARY KEY (khatma_id, number),
	KEY chapters_reader (reader_id, state, khatma_id, number),
	CONSTRAINT chapters_khatma_fk
		FOREIGN KEY (khatma_id) REFERENCES khatmas (id),
	CONSTRAINT chapters_reader_fk
		FOREIGN KEY (reader_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='The parts of a khatma, made with it, one for each number';

CREATE TABLE memberships (
	khatma_id BIGINT NOT NULL
		COMMENT 'Where',
	user_id BIGINT NOT NULL
		COMMENT 'Who',
	joined_at DATETIME(6) NOT NULL
		COMMENT 'Since when; the oldest member inherits the khatma',
	PRIMARY KEY (khatma_id, user_id),
	KEY memberships_user (user_id, joined_at, khatma_id),
	CONSTRAINT memberships_khatma_fk
		FOREIGN KEY (khatma_id) REFERENCES khatmas (id),
	CONSTRAINT memberships_user_fk
		FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Who takes part in what; chapters say who reads which';

CREATE TABLE invitations (
	id BIGINT NOT NULL AUTO_INCREMENT
		COMMENT 'Number of the invitation',
	khatma_id BIGINT NOT NULL
		COMMENT 'What it opens',
	code VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'What the invited person shows',
	created_by BIGINT NOT NULL
		COMMENT 'The creator who made it',
	created_at DATETIME(6) NOT NULL
		COMMENT 'When it was made',
	revoked_at DATETIME(6) NULL
		COMMENT 'Since when it opens nothing',
	PRIMARY KEY (id),
	UNIQUE KEY invitations_code (code),
	KEY invitations_khatma (khatma_id),
	CONSTRAINT invitations_khatma_fk
		FOREIGN KEY (khatma_id) REFERENCES khatmas (id),
	CONSTRAINT invitations_user_fk
		FOREIGN KEY (created_by) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Codes with which a group that is not public is joined';

CREATE TABLE intentions (
	khatma_id BIGINT NOT NULL
		COMMENT 'For which khatma',
	user_id BIGINT NOT NULL
		COMMENT 'Whose; nobody else reads them',
	position SMALLINT NOT NULL
		COMMENT 'Place in the list, from 1',
	intention VARCHAR(300) NOT NULL
		COMMENT 'As its owner wrote it',
	PRIMARY KEY (khatma_id, user_id, position),
	KEY intentions_user (user_id),
	CONSTRAINT intentions_khatma_fk
		FOREIGN KEY (khatma_id) REFERENCES khatmas (id),
	CONSTRAINT intentions_user_fk
		FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Each member''s own intentions for a khatma';

CREATE TABLE sessions (
	id BIGINT NOT NULL AUTO_INCREMENT
		COMMENT 'Number of the line',
	user_id BIGINT NULL
		COMMENT 'The reader; NULL once the account is gone',
	khatma_id BIGINT NULL
		COMMENT 'For which khatma; NULL once that is deleted',
	division ENUM('juz', 'hizb', 'rub', 'surah', 'page') NOT NULL
		COMMENT 'What the chapter number counts',
	chapter SMALLINT NOT NULL
		COMMENT 'Which chapter',
	is_completed BOOLEAN NOT NULL
		COMMENT 'Read to its end, or only begun',
	reading_date DATETIME(6) NOT NULL
		COMMENT 'When it was read, as the reader says',
	local_day DATE NOT NULL
		COMMENT 'reading_date in the reader''s zone of that time',
	counts_day BOOLEAN NOT NULL
		COMMENT 'Completed, and written down on that day or the next: the day counts for streaks',
	created_at DATETIME(6) NOT NULL
		COMMENT 'When the line was first written',
	PRIMARY KEY (id),
	UNIQUE KEY sessions_once (khatma_id, chapter, user_id, local_day),
	KEY sessions_khatma (khatma_id, reading_date, id),
	KEY sessions_user (user_id, reading_date, id),
	KEY sessions_days (user_id, is_completed, counts_day, local_day),
	KEY sessions_chapters (user_id, is_completed, division, chapter),
	CONSTRAINT sessions_user_fk
		FOREIGN KEY (user_id) REFERENCES users (id),
	CONSTRAINT sessions_khatma_fk
		FOREIGN KEY (khatma_id) REFERENCES khatmas (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='The readers'' logs. History: no percentage is computed from it';

CREATE TABLE achievements (
	id BIGINT NOT NULL AUTO_INCREMENT
		COMMENT 'Number of the award',
	user_id BIGINT NOT NULL
		COMMENT 'Who earned it',
	achievement_type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin
		NOT NULL
		COMMENT 'first_khatma, streak_7, streak_30, chapter_master, group_leader, fast_reader, consistent_reader',
	khatma_id BIGINT NULL
		COMMENT 'In which khatma; NULL once that is deleted',
	khatma_name VARCHAR(200) NOT NULL
		COMMENT 'Its name when the award was earned',
	session_id BIGINT NOT NULL
		COMMENT 'The session that earned it',
	earned_at DATETIME(6) NOT NULL
		COMMENT 'When',
	PRIMARY KEY (id),
	UNIQUE KEY achievements_once (user_id, achievement_type),
	KEY achievements_session (session_id),
	KEY achievements_khatma (khatma_id),
	CONSTRAINT achievements_user_fk
		FOREIGN KEY (user_id) REFERENCES users (id),
	CONSTRAINT achievements_khatma_fk
		FOREIGN KEY (khatma_id) REFERENCES khatmas (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='What the server awarded, once for each user and type';

CREATE TABLE notifications (
	id BIGINT NOT NULL AUTO_INCREMENT
		COMMENT 'Number of the notification',
	user_id BIGINT NOT NULL
		COMMENT 'Whom it tells',
	notification_type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin
		NOT NULL
		COMMENT 'chapter_assigned, chapter_completed, khatma_completed, achievement_earned, khatma_invitation, daily_reminder',
	once_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'Type and values as one word: no user is told the same twice',
	khatma_id BIGINT NULL
		COMMENT 'What it is about',
	actor_id BIGINT NULL
		COMMENT 'Whose doing it tells of; NULL for a former member',
	chapter SMALLINT NULL
		COMMENT 'Which chapter',
	achievement_type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'Which achievement',
	session_id BIGINT NULL
		COMMENT 'The session that caused it',
	is_read BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether the user has read it',
	created_at DATETIME(6) NOT NULL
		COMMENT 'When',
	PRIMARY KEY (id),
	UNIQUE KEY notifications_once (user_id, once_key),
	KEY notifications_user (user_id, created_at, id),
	KEY notifications_unread (user_id, is_read, created_at, id),
	KEY notifications_session (session_id),
	KEY notifications_khatma (khatma_id),
	KEY notifications_actor (actor_id),
	CONSTRAINT notifications_user_fk
		FOREIGN KEY (user_id) REFERENCES users (id),
	CONSTRAINT notifications_actor_fk
		FOREIGN KEY (actor_id) REFERENCES users (id),
	CONSTRAINT notifications_khatma_fk
		FOREIGN KEY (khatma_id) REFERENCES khatmas (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Types and values; the words are made when they are read';

CREATE TABLE idempotency_keys (
	user_id BIGINT NOT NULL
		COMMENT 'Who sent it; 0 for a request without a token',
	idem_key VARBINARY(255) NOT NULL
		COMMENT 'What the header Idempotency-Key said, without quotes',
	request_hash BINARY(32) NOT NULL
		COMMENT 'SHA-256 of route, numbers and body, without a password in it',
	account_id BIGINT NULL
		COMMENT 'With whom it goes: the sender, or the account that was made; NULL until the request is done',
	http_status SMALLINT NULL
		COMMENT 'Of the answer; NULL until the request is done',
	language VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'ar or en: of the answer; NULL until the request is done',
	location VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'Of the answer: its header Location, if it has one',
	body MEDIUMTEXT COLLATE utf8mb4_bin NULL
		COMMENT 'Of the answer; NULL until the request is done',
	created_at DATETIME(6) NOT NULL
		COMMENT 'When; the row counts for a day and goes at a request after it',
	PRIMARY KEY (user_id, idem_key),
	KEY idempotency_keys_account (account_id),
	KEY idempotency_keys_old (created_at),
	CONSTRAINT idempotency_keys_account_fk
		FOREIGN KEY (account_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Answers to requests that may be sent again; written with what they did';

INSERT INTO schema_migrations (version, name, applied_at, works_from)
VALUES (1, 'first', UTC_TIMESTAMP(6), NULL),
	(2, 'throttle', UTC_TIMESTAMP(6), NULL),
	(3, 'password-resets', UTC_TIMESTAMP(6), NULL),
	(4, 'idempotency-keys', UTC_TIMESTAMP(6), 3),
	(5, 'works-from', UTC_TIMESTAMP(6), 3),
	(6, 'turns', UTC_TIMESTAMP(6), 3),
	(7, 'open-khatmas', UTC_TIMESTAMP(6), 3),
	(8, 'open-in-order', UTC_TIMESTAMP(6), 3),
	(9, 'khatma-words', UTC_TIMESTAMP(6), 3);
