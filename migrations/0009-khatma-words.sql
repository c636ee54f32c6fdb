-- Khatmas are found by the beginnings of words. "khatma-spawn migrate" fills the
-- table, and completes it when it is run again: see words.sql.

CREATE TABLE IF NOT EXISTS khatma_words (
	word VARCHAR(32) COLLATE utf8mb4_bin NOT NULL
		COMMENT 'Kept: one of its first 32 characters at most, in the form in which it is searched',
	khatma_id BIGINT NOT NULL
		COMMENT 'In whose name, description or creator''s name it stands',
	PRIMARY KEY (word, khatma_id),
	KEY khatma_words_khatma (khatma_id, word)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='What khatmas are found by. No key refers to khatmas: old programs delete those';

INSERT INTO schema_migrations (version, name, applied_at, works_from)
VALUES (9, 'khatma-words', UTC_TIMESTAMP(6), 3);
