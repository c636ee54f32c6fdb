#!/bin/sh
# Migrations keep the rules by which the old programs go on while they run (see
# the README's last section), from 0005 on; those before had been released.

# shellcheck disable=SC2034 # for tap.sh: no service is needed
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"

previous=$(sed -n 's/^schema //p' "$root/t/previous-release")

# statements FILE: each in a line, without its remarks and literals; a comment of
# MariaDB's (/*M! IF NOT EXISTS */) becomes "@".
statements() {
	sed 's/^--.*//; s/'\''[^'\'']*'\''/x/g; s|/\*M! IF \(NOT \)\{0,1\}EXISTS \*/|@|g' \
	    "$1" | tr '\n\t' '  ' | tr -s ' ' | tr ';' '\n' | sed 's/^ //' |
	    grep .
}

# broken FILE: the rules that it breaks, each with the statement.
broken() {
	statements "$1" | awk '
	function says(rule) { print rule ": " substr($0, 1, 60) }
	/^CREATE TABLE/ && !/^CREATE TABLE IF NOT EXISTS/ {
		says("it cannot be repeated")
	}
	/^(CREATE|DROP) (UNIQUE )?INDEX/ { says("ALTER TABLE does that") }
	/^(DROP|RENAME|TRUNCATE) / { says("old programs need it") }
	/^ALTER TABLE/ {
		if (!/ALGORITHM=INSTANT/ &&
		    !/ALGORITHM=INPLACE, LOCK=NONE/)
			says("it keeps others out")
		if (/ (ADD|DROP) (COLUMN|KEY|INDEX|UNIQUE KEY|UNIQUE INDEX) [^@]/)
			says("it cannot be repeated")
		if (/ (RENAME|CHANGE) /)
			says("old programs need it")
		n = split($0, part, / ADD COLUMN /)
		for (i = 2; i <= n; i++)
			if (part[i] ~ / NOT NULL/ && part[i] !~ / DEFAULT /)
				says("old programs do not fill it")
	}
	/^(UPDATE|DELETE)/ && !/^UPDATE schema_migrations/ {
		if (!/ LIMIT ([1-9]|[1-9][0-9]|[1-9][0-9][0-9]|1000)$/)
			says("too many rows at once")
	}
	/^INSERT INTO schema_migrations/ { recorded = NR }
	END { if (!recorded || recorded != NR) print "it is not recorded last" }'
}

# --- The rules can be broken -------------------------------------------------

line() {
	printf '%s' "$1" | tr -s '\n\t' '  '
}

# breaks RULE SQL: and it is seen.
breaks() {
	printf '%s\n' "$2;" 'INSERT INTO schema_migrations VALUES (1);' \
	    >"$scratch/file.sql"
	like "$(broken "$scratch/file.sql")" "^$1: " "seen: $(line "$2")"
}

keeps() {
	printf '%s\n' "$1;" 'INSERT INTO schema_migrations VALUES (1);' \
	    >"$scratch/file.sql"
	is "$(broken "$scratch/file.sql")" '' "allowed: $(line "$1")"
}

breaks 'it cannot be repeated' 'CREATE TABLE t (id INT)'
breaks 'it cannot be repeated' \
    'ALTER TABLE t ADD COLUMN a INT NULL, ALGORITHM=INSTANT'
breaks 'it cannot be repeated' \
    'ALTER TABLE t ADD KEY t_a (a), ALGORITHM=INPLACE, LOCK=NONE'
breaks 'ALTER TABLE does that' 'CREATE INDEX t_a ON t (a)'
breaks 'old programs need it' 'DROP TABLE t'
breaks 'old programs need it' \
    'ALTER TABLE t RENAME COLUMN a TO b, ALGORITHM=INSTANT'
breaks 'it keeps others out' 'ALTER TABLE t ADD COLUMN /*M! IF NOT EXISTS */ a INT'
breaks 'it keeps others out' \
    'ALTER TABLE t MODIFY a BIGINT, ALGORITHM=INPLACE, LOCK=SHARED'
breaks 'old programs do not fill it' "ALTER TABLE t ADD COLUMN
    /*M! IF NOT EXISTS */ a INT NOT NULL COMMENT 'DEFAULT', ALGORITHM=INSTANT"
breaks 'too many rows at once' 'UPDATE t SET a = 1 WHERE a IS NULL'
breaks 'too many rows at once' 'UPDATE t SET a = 1 WHERE a IS NULL LIMIT 1001'
keeps 'CREATE TABLE IF NOT EXISTS t (id INT NOT NULL)'
keeps 'ALTER TABLE t
	ADD COLUMN /*M! IF NOT EXISTS */ a INT NOT NULL DEFAULT 0,
	ADD KEY /*M! IF NOT EXISTS */ t_a (a),
	ALGORITHM=INPLACE, LOCK=NONE'
keeps 'ALTER TABLE t DROP COLUMN /*M! IF EXISTS */ a, ALGORITHM=INSTANT'
keeps 'UPDATE t SET a = 1 WHERE a IS NULL LIMIT 1000'
echo 'SELECT 1;' >"$scratch/file.sql"
is "$(broken "$scratch/file.sql")" 'it is not recorded last' \
    'one that does not record itself is seen'

# --- And are not -------------------------------------------------------------

for file in "$root"/migrations/[0-9]*.sql; do
	number=$(basename "$file" | sed 's/^0*//; s/-.*//')
	[ "$number" -ge 5 ] || continue
	is "$(broken "$file")" '' "${file##*/} keeps the rules"
done

# What comes after the previous release works with it: t/drills/previous-release
# proves it, and programs that ask the database are told.
like "$previous" '^[1-9][0-9]*$' 'there is a previous release'
# shellcheck disable=SC2046 # several words
set -- $(sed -n '/^INSERT INTO schema_migrations/,/;/p' "$root/schema.sql" |
    sed -n 's/^[^(]*(\([0-9]*\), .*, \([0-9A-Z]*\))[,;]$/\1:\2/p')
isnt $# 0 'schema.sql says with which programs each version works'
for pair in "$@"; do
	[ "${pair%:*}" -gt "$previous" ] || continue
	ok "version ${pair%:*} works with the previous release" \
	    test "${pair#*:}" -le "$previous"
done
is "${pair%:*}" "$(sed -n 's/^#define SCHEMA_VERSION[[:blank:]]*//p' \
    "$root/common/model/model.h")" 'the last is that of the programs'

done_testing
