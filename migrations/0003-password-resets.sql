-- Password reset by mail.

CREATE TABLE IF NOT EXISTS password_resets (
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

INSERT INTO schema_migrations (version, name, applied_at)
VALUES (3, 'password-resets', UTC_TIMESTAMP(6));
