# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # what spawn.sh sets, reads and calls
# data.sh - the database and its schema; spawn.sh reads it.

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

find_database() {
	client=$(command -v mariadb || command -v mysql) ||
		die 'neither mariadb nor mysql is installed'
	database=$(setting KHATMA_DB_NAME khatma)
	where=$(setting KHATMA_DB_SOCKET '')
	if [ -n "$where" ]; then
		where="--socket=$where"
	else
		where="--host=$(setting KHATMA_DB_HOST localhost)"
		where="$where --port=$(setting KHATMA_DB_PORT 3306)"
	fi
}

version_of_database() {
	echo 'SELECT MAX(version) FROM schema_migrations' | sql -N
}

# A failed file is not recorded; what it had done before stays done, for
# MariaDB and MySQL cannot roll back a CREATE or ALTER.
apply() {
	number=$(basename "$1" | sed 's/^0*//; s/-.*//')
	[ "$number" -gt "$version" ] || return 0
	sql <"$1" || die "$1 failed (see above);" \
	    'mend what it left, then migrate again'
	[ "$(version_of_database)" = "$number" ] ||
		die "$1 did not record its version"
	say "applied $(basename "$1")"
}

migrate() {
	find_arguments
	find_database
	drop_secrets
	tables=$(echo 'SHOW TABLES' | sql -N) ||
		die "cannot reach the database $database"
	if [ -z "$tables" ]; then
		sql <"$SHARE_DIR/schema.sql" || die 'schema.sql failed'
		say "made the tables, version $(version_of_database)"
		return
	fi
	version=$(version_of_database) ||
		die "$database has tables, but they are not khatma's"
	for file in "$SHARE_DIR"/migrations/[0-9]*-*.sql; do
		[ ! -f "$file" ] || apply "$file"
	done
	say "the schema is at version $(version_of_database)"
}
