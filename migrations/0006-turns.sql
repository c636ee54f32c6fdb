-- Whoever locks a user or a khatma changes its row, too: of several database
-- servers each has its own locks, and only changes are compared.

ALTER TABLE users
	ADD COLUMN /*M! IF NOT EXISTS */ turn BIGINT NOT NULL DEFAULT 0
		COMMENT 'Rises with what must not overlap with another change of this user''s affairs',
	ALGORITHM=INPLACE, LOCK=NONE;

ALTER TABLE khatmas
	ADD COLUMN /*M! IF NOT EXISTS */ turn BIGINT NOT NULL DEFAULT 0
		COMMENT 'Rises with what locks the khatma and changes nothing else of its row',
	ALGORITHM=INPLACE, LOCK=NONE;

INSERT INTO schema_migrations (version, name, applied_at, works_from)
VALUES (6, 'turns', UTC_TIMESTAMP(6), 3);
