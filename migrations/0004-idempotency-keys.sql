-- Requests that may be sent again: Idempotency-Key.
--
-- Programs of version 3 work with it but for one thing: where an account has an
-- answer kept, which only later programs do, they answer the deletion of the
-- account with 503. So let no host stay behind for long.

CREATE TABLE IF NOT EXISTS idempotency_keys (
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

INSERT INTO schema_migrations (version, name, applied_at)
VALUES (4, 'idempotency-keys', UTC_TIMESTAMP(6));
