#!/bin/sh
# The programs of the previous release work with the present schema: while the
# database is ahead of them, nobody notices. Their own tests say so, run with
# their programs on our tables.
. "$(dirname "$0")/../drill.sh"
# shellcheck source=t/previous.sh
. "$root/t/previous.sh"

# One or two for each program.
some='0114-refresh 0130-profile 0240-join 0300-session-create 0500-stats-user
0508-dashboard 0517-achievements-list 0522-notifications-read 0650-statements'

# What looks at the schema itself, and so rightly sees another:
#	0040	the migrations, which must give the very tables of schema.sql
#	0136	an export, which must have a list for each table there is
#	0710	refuses a database that is ahead, as releases before schema 5 did
# and what does not run on this database:
#	10*	fuzzing, which has one of its own
not_here='0040-* 0136-* 0710-* 10*'

previous_tests() {
	# shellcheck disable=SC2086 # several words
	[ "$DRILL" = long ] || { printf 't/%s.sh\n' $some; return; }
	for test in "$previous"/t/[0-9]*.sh; do
		for pattern in $not_here; do
			# shellcheck disable=SC2254 # a pattern, indeed
			case ${test##*/} in
			$pattern) continue 2 ;;
			esac
		done
		echo "t/${test##*/}"
	done
}

# Our tables are theirs. Before schema 5 programs wanted to find their very own
# number, and so it is the last; such a tree keeps its migrations, or they would
# be run again.
# shellcheck disable=SC2317 # for "ok" to call
previous_gets_our_schema() {
	cp "$root/schema.sql" "$previous/schema.sql" || return 1
	if [ "$previous_schema" -lt 5 ]; then
		echo "DELETE FROM schema_migrations
		    WHERE version > $previous_schema;" >>"$previous/schema.sql"
	else
		cp "$root"/migrations/* "$previous/migrations"
	fi
}

# shellcheck disable=SC2046 # one word or two
previous_build $(form all 'all units')
ok 'and gets our tables' previous_gets_our_schema
# shellcheck disable=SC2046 # several words
previous_run sh t/run.sh $(previous_tests) >"$scratch/suite" 2>&1
passed=$(tail -n 1 "$scratch/suite")
like "$passed" '^[1-9][0-9]* passed, 0 failed$' \
    'its tests pass with its programs on our tables' ||
	diag "$(grep -v '^t/.* ok$' "$scratch/suite")"
result 'tests of the previous release' "$passed" '0 failed'

done_testing
