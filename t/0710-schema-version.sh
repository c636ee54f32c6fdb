#!/bin/sh
# A database of another version than the programs': the service says that it
# is not ready, and is as soon as the version fits.
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

db "INSERT INTO schema_migrations VALUES ($version + 1, 'next',
    UTC_TIMESTAMP(6))"
away 'a newer version is not ready'
db "DELETE FROM schema_migrations WHERE version > $version"
ready
wants 200 'back at the version it is'

db 'RENAME TABLE schema_migrations TO elsewhere;
    CREATE TABLE schema_migrations LIKE elsewhere'
away 'no version at all is not ready'
db 'DROP TABLE schema_migrations'
away 'nor is a database that knows of no versions'
db 'RENAME TABLE elsewhere TO schema_migrations'
ready
wants 200 'with its versions it is ready again'

done_testing
