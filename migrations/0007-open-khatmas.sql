-- What is public and active is found newest first, however much has been
-- completed: for those who look for a khatma to join, and for searching.

ALTER TABLE khatmas
	ADD INDEX /*M! IF NOT EXISTS */ khatmas_public_status
		(is_public, status, created_at, id),
	ALGORITHM=INPLACE, LOCK=NONE;

INSERT INTO schema_migrations (version, name, applied_at, works_from)
VALUES (7, 'open-khatmas', UTC_TIMESTAMP(6), 3);
