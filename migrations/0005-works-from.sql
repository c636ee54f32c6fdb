-- Programs may be older than the database, as far as each migration allows.

ALTER TABLE schema_migrations
	ADD COLUMN /*M! IF NOT EXISTS */ works_from INT NULL
		COMMENT 'Least SCHEMA_VERSION of the programs that work with it; NULL: version',
	ALGORITHM=INPLACE, LOCK=NONE;

UPDATE schema_migrations SET works_from = 3 WHERE version = 4;

INSERT INTO schema_migrations (version, name, applied_at, works_from)
VALUES (5, 'works-from', UTC_TIMESTAMP(6), 3);
