# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # what spawn.sh sets, reads and calls
# data.sh - the database, its schema and its rules; spawn.sh reads it.

# sql [ARGUMENT...]: the client, as the owner of the schema.
sql() {
	# shellcheck disable=SC2086 # several words
	"$client" $arguments $where "$@" "$database"
}

# Arguments stand in the list of processes, for everybody to read.
find_arguments() {
	arguments=$(setting KHATMA_MIGRATE_ARGS '')
	for word in $arguments; do
		case $word in
		-p?* | --pas*=?*)
			die 'KHATMA_MIGRATE_ARGS has a password in it, which' \
			    'everybody on this host could read. Write it into' \
			    'a file (a line [client], a line password=...)' \
			    'and say --defaults-file=THE-FILE instead' ;;
		esac
	done
}

# find_program NAME OTHER-NAME: as MariaDB or as MySQL call it.
find_program() {
	command -v "$1" || command -v "$2" ||
		die "neither $1 nor $2 is installed"
}

find_database() {
	find_arguments
	client=$(find_program mariadb mysql) || exit 1
	database=$(setting KHATMA_DB_NAME khatma)
	where=$(setting KHATMA_DB_SOCKET '')
	if [ -n "$where" ]; then
		where="--socket=$where"
	else
		where="--host=$(setting KHATMA_DB_HOST localhost)"
		where="$where --port=$(setting KHATMA_DB_PORT 3306)"
	fi
	drop_secrets
	work=$(mktemp -d) || die 'there is no room for temporary files'
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' HUP INT TERM
}

lock_is_told() {
	[ -s "$work/lock" ] || ! alive "$locker"
}

# lock_schema SECONDS: one who makes, changes, saves or loads the schema at a
# time, from whichever host he calls; who comes later waits so long. It is a lock
# of the server, which ends with the session that has it, and so with us.
lock_schema() {
	mkfifo "$work/ask" || die 'there is no room for temporary files'
	sql -N --unbuffered <"$work/ask" >"$work/lock" &
	locker=$!
	exec 7>"$work/ask"
	# In a shell of its own, which alone ends when nobody listens.
	(echo "SELECT GET_LOCK(SHA1(CONCAT('khatma ', DATABASE()))," \
	    "$1);" >&7) 2>/dev/null
	within 2 lock_is_told ||
		fail "waiting for who migrates, backs up or restores $database"
	within $(($1 + 5)) lock_is_told
	case $(cat "$work/lock") in
	1)	;;
	0)	die "somebody else still migrates, backs up or restores" \
		    "$database: try again when they are done" ;;
	*)	die "cannot reach the database $database" ;;
	esac
}

tables_of_database() {
	echo 'SHOW TABLES' | sql -N || die "cannot reach the database $database"
}

# Empty where it is nothing that is khatma's, or not yet.
version_of_database() {
	echo 'SELECT MAX(version) FROM schema_migrations' | sql -N |
	    grep -x '[0-9]*'
}

# --- Migrations --------------------------------------------------------------

number_of() {
	basename "$1" | sed 's/^0*//; s/-.*//'
}

# What this release brings the database to.
latest_version() {
	for file in "$SHARE_DIR"/migrations/[0-9]*-*.sql; do
		[ ! -f "$file" ] || number_of "$file"
	done | sort -n | tail -n 1
}

# Behind an ALTER that waits for who still uses the table all others wait, too.
# So it waits for a second, lets them through for one, and tries again; as it
# does after a deadlock.
run_file() {
	tries=60
	until {
		echo 'SET SESSION lock_wait_timeout = 1;'
		echo 'SET SESSION innodb_lock_wait_timeout = 1;'
		cat "$1"
	} | sql 2>"$work/why"; do
		cat "$work/why" >&2
		grep -qE '^ERROR (1205|1213) ' "$work/why" || return 1
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] ||
			die 'somebody uses the tables and does not end' \
			    '(SHOW FULL PROCESSLIST says who):' \
			    'end it, then migrate again'
		sleep 1
	done
	cat "$work/why" >&2
}

# One that fills the rows of a large table has a line "-- In batches": it does
# some, and records itself when none is left.
run_batches() {
	while run_file "$1"; do
		version=$(version_of_database)
		[ "${version:-0}" -lt "$number" ] || return 0
		grep -q '^-- In batches' "$1" || return 0
	done
	return 1
}

# A failed file is not recorded; what it had done before stays done, for
# MariaDB and MySQL cannot roll back a CREATE or ALTER. In a cluster the lock is
# one for each node, and somebody else may have been faster.
apply() {
	number=$(number_of "$1")
	[ "$number" -gt "$version" ] || return 0
	run_batches "$1"
	ran=$?
	version=$(version_of_database)
	[ "$ran" = 0 ] || [ "${version:-0}" -ge "$number" ] ||
		die "$1 failed (see above); mend what it left, then migrate" \
		    'again'
	[ "${version:-0}" -ge "$number" ] ||
		die "$1 did not record its version"
	say "applied $(basename "$1")"
}

# What programs of schema 7 and before have written is not yet found by its words:
# that is all of it when they are first followed by these, and what they went on
# writing until then when migrate is run again. A few khatmas at a time, so that
# nobody waits for long.
fill_words() {
	last=$(sql -N -e 'SELECT GREATEST(
	    COALESCE((SELECT MAX(id) FROM khatmas), 0),
	    COALESCE((SELECT MAX(khatma_id) FROM khatma_words), 0))') ||
		die "cannot ask $database for its khatmas"
	after=0
	while [ "$after" -lt "$last" ]; do
		{
			echo "SET @after = $after, @until = $after + 500;"
			cat "$SHARE_DIR/migrations/words.sql"
		} >"$work/words.sql"
		run_file "$work/words.sql" ||
			die 'the words of khatmas could not be written:' \
			    'migrate again'
		after=$((after + 500))
	done
}

migrate() {
	find_database
	lock_schema 3600
	tables=$(tables_of_database) || exit 1
	if [ -z "$tables" ]; then
		sql <"$SHARE_DIR/schema.sql" || die "schema.sql failed: make" \
		    "$database empty, then migrate again"
		say "made the tables, version $(version_of_database)"
		return
	fi
	version=$(version_of_database) ||
		die "$database has tables, but they are not khatma's, or not" \
		    'all of them'
	for file in "$SHARE_DIR"/migrations/[0-9]*-*.sql; do
		[ ! -f "$file" ] || apply "$file"
	done
	fill_words
	say "the schema is at version $(version_of_database)"
}

# --- Rules -------------------------------------------------------------------

# Prints the rows that break a rule, and fails when there are some.
check_rules() {
	rules=$SHARE_DIR/fsck.sql
	[ -f "$rules" ] || rules=$SHARE_DIR/t/fsck.sql	# in the source tree
	sql -N <"$rules" >"$work/broken" ||
		die "the rules of $rules could not be asked"
	cat "$work/broken"
	[ ! -s "$work/broken" ] ||
		fail "$(wc -l <"$work/broken") rows break a rule: each line" \
		    'above is a rule, a khatma and a user'
}

fsck() {
	find_database
	check_rules || exit 1
	say "all rules hold in $database"
}
