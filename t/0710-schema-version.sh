#!/bin/sh
# A database that the programs do not work with: the service says that it is not
# ready, and is as soon as the version fits. One that is ahead of them fits if
# each migration since theirs says so.
. "$(dirname "$0")/tap.sh"
stack_private WORKERS=1

ready() {
	req GET /api/health/ready/
}

away() {
	ready
	is "$status $(field .code)" '503 schema_version' "$1"
	like "$(header Retry-After)" '^[0-9]+$' 'and says for how long'
	like "$(header Content-Type)" '^application/problem\+json' \
	    'as every problem'
	req GET /api/health/live/
	wants 200 'the process answers all the same'
}

ready
wants 200 'the version fits'
version=$(field .schema_version)
like "$version" '^[1-9][0-9]*$' 'and is told'
is "$version" "$(db 'SELECT MAX(version) FROM schema_migrations')" \
    'as the database says it'

# next NUMBER WORKS_FROM: the database is ahead.
next() {
	db "INSERT INTO schema_migrations (version, name, applied_at, works_from)
	    VALUES ($version + $1, 'next', UTC_TIMESTAMP(6), $2)"
}

next 1 "$version"
ready
wants 200 'a newer version that works with these programs is ready'
is "$(field .schema_version)" "$((version + 1))" 'and is told'
next 2 1
ready
wants 200 'and one more'
next 3 "$((version + 1))"
away 'but not one that wants newer programs'
next 4 1
away 'nor one that comes after it'
db "DELETE FROM schema_migrations WHERE version > $version"
next 1 NULL
away 'nor one that says nothing of older programs'
db "DELETE FROM schema_migrations WHERE version > $version"
ready
wants 200 'back at the version it is'

db "UPDATE schema_migrations SET version = 0 WHERE version = $version"
away 'an older version is not ready'
db "UPDATE schema_migrations SET version = $version WHERE version = 0"
ready
wants 200 'and is when it has been migrated'

db 'RENAME TABLE schema_migrations TO elsewhere;
    CREATE TABLE schema_migrations LIKE elsewhere'
away 'no version at all is not ready'
db 'DROP TABLE schema_migrations'
away 'nor is a database that knows of no versions'
db 'RENAME TABLE elsewhere TO schema_migrations'
ready
wants 200 'with its versions it is ready again'

done_testing
