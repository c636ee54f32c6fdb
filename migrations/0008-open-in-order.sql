-- What is public and active is found by start and by name as it is by creation,
-- however much has been completed, and from any place on.

ALTER TABLE khatmas
	ADD INDEX /*M! IF NOT EXISTS */ khatmas_status_start
		(is_public, status, start_date, id),
	ADD INDEX /*M! IF NOT EXISTS */ khatmas_status_name
		(is_public, status, name, id),
	ALGORITHM=INPLACE, LOCK=NONE;

INSERT INTO schema_migrations (version, name, applied_at, works_from)
VALUES (8, 'open-in-order', UTC_TIMESTAMP(6), 3);
