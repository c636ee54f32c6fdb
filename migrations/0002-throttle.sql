-- Wrong passwords are counted, and a login knows of its client.

CREATE TABLE IF NOT EXISTS login_failures (
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

ALTER TABLE logins
	ADD COLUMN /*M! IF NOT EXISTS */ user_agent VARCHAR(200) NOT NULL DEFAULT ''
		COMMENT 'What the client called itself; empty when nobody can read it'
		AFTER revoked_at;

ALTER TABLE refresh_tokens
	MODIFY expires_at DATETIME(6) NOT NULL
		COMMENT 'Claim exp; the row goes at a login a month after it, or once used';

INSERT INTO schema_migrations (version, name, applied_at)
VALUES (2, 'throttle', UTC_TIMESTAMP(6));
