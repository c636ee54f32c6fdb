# shellcheck shell=sh
# seed.sh - a database of any size, for benches and for tests of how costs grow.
#
#	root=/path/of/the/tree; . "$root/t/bench/seed.sh"
#	seed_data SCALE DIR
#
# puts at DIR, which must not be there, a data folder of MariaDB with the schema
# and SCALE * 100,000 users, as many khatmas, ten times as many memberships,
# chapters taken and sessions: 1 is made in a minute and a half, 10 in twenty.
# SCALE may be as little as 0.001. It is made once, in $SEED_HOME/data-SCALE
# (build/bench), and copied from then on, until schema.sql or the generator is
# another one.
#
# Who and what is in it: t/bench/seed/world.h. All users, reader-ID@example.com,
# have the password "read-and-rise". The last day is yesterday, or the day before
# $SEED_DAY (YYYY-MM-DD): the same day makes the same rows, but for the salt of
# that password. t/fsck.sql finds nothing wrong.

# SEED is the generator; "make units" builds it.
SEED=${SEED:-${BUILD:-$root/build}/t/bench/seed/seed}
SEED_HOME=${SEED_HOME:-$root/build/bench}
export LC_ALL=C

seed_say() {
	printf 'seed: %s\n' "$*" >&2
}

seed_sql() {
	mariadb --no-defaults --default-character-set=utf8mb4 --local-infile=1 \
	    --socket="$seed_run/db.sock" -N "$@"
}

# What the rows depend on, but for the day.
seed_stamp() {
	cat "$root/schema.sql" "$root"/common/model/khatma_words.c \
	    "$root"/t/bench/seed.sh "$root"/t/bench/seed/*.c | sha256sum
}

# As much memory as the rows want, within reason; nothing is to survive a crash.
seed_settings() {
	memory=$(awk -v s="$1" 'BEGIN {
		mib = int(128 + 640 * s); print (mib > 6144 ? 6144 : mib) }')
	cat <<-END
	[mysqld]
	datadir=$2
	socket=$seed_run/db.sock
	pid-file=$seed_run/db.pid
	log-error=$seed_run/db.log
	tmpdir=$seed_run
	skip-networking
	skip-name-resolve
	local-infile=ON
	character-set-server=utf8mb4
	collation-server=utf8mb4_unicode_ci
	default-time-zone=+00:00
	innodb-buffer-pool-size=${memory}M
	innodb-sort-buffer-size=64M
	innodb-log-file-size=512M
	innodb-log-buffer-size=16M
	innodb-flush-log-at-trx-commit=0
	innodb-doublewrite=OFF
	innodb-use-native-aio=0
	performance-schema=OFF
	END
}

seed_start() {
	user=''
	[ "$(id -u)" != 0 ] || user=--user=root
	# shellcheck disable=SC2086 # one word or none
	mariadb-install-db --defaults-file="$seed_run/my.cnf" --skip-test-db \
	    --force --skip-name-resolve --auth-root-socket-user="$(id -un)" \
	    --auth-root-authentication-method=socket $user \
	    >"$seed_run/install.log" 2>&1 || return 1
	# shellcheck disable=SC2086 # one word or none
	mariadbd --defaults-file="$seed_run/my.cnf" $user </dev/null \
	    >/dev/null 2>&1 &
	seed_pid=$!
	until seed_sql -e 'SELECT 1' >/dev/null 2>&1; do
		kill -0 "$seed_pid" || return 1
		sleep 0.05
	done
}

# Into an empty table without checks InnoDB builds each index by sorting.
seed_load() {
	began=$(date +%s)
	"$SEED" "$1" "$2" "$seed_day" | seed_sql khatma -e "
	    SET unique_checks = 0, foreign_key_checks = 0;
	    LOAD DATA LOCAL INFILE '/dev/stdin' INTO TABLE $1
	    CHARACTER SET utf8mb4 $("$SEED" columns "$1");
	    SHOW WARNINGS" >"$seed_run/$1.warnings" || return 1
	[ ! -s "$seed_run/$1.warnings" ] || {
		head -n 3 "$seed_run/$1.warnings" >&2
		return 1
	}
	seed_say "$1: $(($(date +%s) - began)) s"
}

seed_fill() {
	seed_n=$(awk -v s="$1" 'BEGIN { printf "%d", s * 100000 + 0.5 }')
	seed_sql -e 'CREATE DATABASE khatma CHARACTER SET utf8mb4
	    COLLATE utf8mb4_unicode_ci' && seed_sql khatma \
	    <"$root/schema.sql" || return 1
	for table in $("$SEED" tables); do
		seed_load "$table" "$seed_n" || return 1
	done
	# The log takes its usual size again, so that copies are small.
	seed_sql khatma -e "ANALYZE TABLE
	    $("$SEED" tables | paste -sd ,);
	    SET GLOBAL innodb_log_file_size = 16777216;
	    SET GLOBAL innodb_fast_shutdown = 0" >/dev/null
}

# seed_make SCALE FOLDER: whole, or not there.
seed_make() {
	seed_run=$(mktemp -d /tmp/khatma-seed.XXXXXX)
	seed_day=${SEED_DAY:-$(date -u +%F)}
	rm -rf "$2" "$2.new"
	seed_say "making $1 of $seed_day in $2"
	seed_settings "$1" "$2.new" >"$seed_run/my.cnf"
	result=1
	if seed_start && seed_fill "$1"; then
		result=0
	else
		tail -n 5 "$seed_run"/*.log >&2
	fi
	[ -z "${seed_pid-}" ] || { kill "$seed_pid"; wait "$seed_pid"; }
	[ $result != 0 ] || { seed_stamp >"$2.new/seed.stamp"; mv "$2.new" "$2"; }
	rm -rf "$seed_run" "$2.new"
	return $result
}

seed_data() {
	[ ! -e "$2" ] || { seed_say "$2 is there"; return 1; }
	[ -x "$SEED" ] || { seed_say "there is no $SEED: make units"; return 1; }
	mkdir -p "$SEED_HOME"
	seed_data=$SEED_HOME/data-$1
	(
		flock 9
		[ "$(cat "$seed_data/seed.stamp" 2>/dev/null)" = \
		    "$(seed_stamp)" ] || seed_make "$1" "$seed_data" 9>&-
	) 9>"$SEED_HOME/lock-$1" || return 1
	cp -r --reflink=auto "$seed_data" "$2"
}
