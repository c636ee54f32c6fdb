#!/bin/sh
# stack.sh up|down|status - a whole private service: MariaDB, workers and
# nginx, with all their state in one folder and nothing of it outside. For
# "make run" and the tests; a real host has its own MariaDB and nginx and needs
# spawn.sh only.
#
# Settings come by the environment:
#	VAR		the folder (var)
#	LISTEN		where nginx listens (127.0.0.1:8087), or unix:/a/path
#	BUILD		where the programs are (build)
#	AUTH_RATE	logins per client and time, for nginx (10000r/s)
#	AUTH_BURST	and how many at once (1000)
#	WORKERS		workers of a group (spawn.sh's default)
#	SANDBOX		off: for workers that sanitizers look into (on)
#	DATABASE	off: no MariaDB of its own; the settings to append say
#			where the database is, which has the tables (on)
#	MY_CNF		a file of lines to append to MariaDB's settings
#	NGINX_CONF	the configuration to fill in (nginx.conf.example)
#	KHATMA_EXTRA_CONF	a file of settings to append; as $VAR/local.conf
#			is, if there is one
#
# What is in the folder:
#	khatma.conf nginx.conf my.cnf	written anew at each start
#	db.password jwt.key		made once, the latter by spawn.sh
#	db/ log/ run/
#
# up on a running service is harmless: it renews settings and workers.

set -eu
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

here=$(cd "$(dirname "$0")/.." && pwd)
VAR=$(readlink -m "${VAR:-var}")
BUILD=$(readlink -m "${BUILD:-$here/build}")
LISTEN=${LISTEN:-127.0.0.1:8087}
PATIENCE=30		# seconds that any one part may take to start

export KHATMA_CONF="$VAR/khatma.conf"

say() {
	printf 'stack: %s\n' "$*"
}

# die LOG SENTENCE
die() {
	printf 'stack: %s\n' "$2" >&2
	if [ -s "$1" ]; then
		printf 'stack: the end of %s:\n' "$1" >&2
		tail -n 15 "$1" >&2
	fi
	exit 1
}

# within SECONDS COMMAND...: try it until it succeeds or time is up.
within() {
	deadline=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

# The process of a pid file, if it is one that we started: its command line
# names our folder. A number that was left behind may be anybody's by now.
ours() {
	pid=$(cat "$VAR/run/$1" 2>/dev/null) || return 1
	tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$VAR/" &&
		echo "$pid"
}

runs() {
	ours "$1" >/dev/null
}

gone() {
	! runs "$1"
}

# stop_by SIGNAL PIDFILE SECONDS
stop_by() {
	runs "$2" || return 0
	kill -"$1" "$(ours "$2")"
	within "$3" gone "$2" || kill -KILL "$(ours "$2")"
}

random_hex() {
	od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# --- Folder and settings -----------------------------------------------------

# The path of a unix socket has at most 107 bytes. Where the folder is too deep
# for that, run/ is a link into /tmp.
make_folders() {
	mkdir -p "$VAR/log"
	[ -d "$VAR/run" ] || rm -f "$VAR/run"	# a link that leads nowhere
	if [ ! -e "$VAR/run" ] && [ "${#VAR}" -gt 75 ]; then
		ln -s "$(mktemp -d /tmp/khatma-run.XXXXXX)" "$VAR/run"
	fi
	mkdir -p "$VAR/run"
}

make_password() {
	[ -s "$VAR/db.password" ] || random_hex >"$VAR/db.password"
}

write_settings() {
	{
		cat <<-END
		# Written by scripts/stack.sh at each start. Your own settings
		# go into $VAR/local.conf, which is appended; of two lines with
		# the same name the later one counts.
		KHATMA_BIN_DIR=$BUILD/bin
		KHATMA_RUN_DIR=$run
		KHATMA_LOG_DIR=$VAR/log
		KHATMA_SHARE_DIR=$here
		KHATMA_DB_SOCKET=$run/db.sock
		KHATMA_DB_NAME=khatma
		KHATMA_DB_USER=khatma
		KHATMA_DB_PASSWORD=$(cat "$VAR/db.password")
		KHATMA_JWT_KEY_FILE=$VAR/jwt.key
		END
		[ -z "${WORKERS-}" ] || echo "KHATMA_WORKERS=$WORKERS"
		[ -z "${SANDBOX-}" ] || echo "KHATMA_SANDBOX=$SANDBOX"
		[ ! -f "$VAR/local.conf" ] || cat "$VAR/local.conf"
		[ -z "${KHATMA_EXTRA_CONF-}" ] || cat "$KHATMA_EXTRA_CONF"
	} >"$KHATMA_CONF.new"
	mv -f "$KHATMA_CONF.new" "$KHATMA_CONF"
}

# --- Database ----------------------------------------------------------------

write_my_cnf() {
	cat >"$VAR/my.cnf" <<-END
	[mysqld]
	datadir=$VAR/db
	socket=$run/db.sock
	pid-file=$run/db.pid
	log-error=$VAR/log/db.log
	tmpdir=$run
	secure-file-priv=$run
	skip-networking
	skip-name-resolve
	character-set-server=utf8mb4
	collation-server=utf8mb4_unicode_ci
	default-time-zone=+00:00
	sql-mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY
	innodb-flush-log-at-trx-commit=1
	innodb-buffer-pool-size=64M
	innodb-log-file-size=16M
	innodb-log-file-buffering=ON
	innodb-use-native-aio=0
	max-connections=200
	thread-handling=pool-of-threads
	performance-schema=OFF
	END
	[ -z "${MY_CNF-}" ] || cat "$MY_CNF" >>"$VAR/my.cnf"
}

# Root may run MariaDB only when it says so; anybody else says nothing.
as_root() {
	[ "$(id -u)" != 0 ] || echo --user=root
}

# Into a folder of another name first: an installation that was interrupted
# must not be taken for a database.
install_database() {
	[ ! -d "$VAR/db" ] || return 0
	rm -rf "$VAR/db.new"
	# shellcheck disable=SC2046 # one word or none
	mariadb-install-db --defaults-file="$VAR/my.cnf" \
	    --datadir="$VAR/db.new" --skip-test-db --force \
	    --skip-name-resolve --auth-root-authentication-method=socket \
	    --auth-root-socket-user="$(id -un)" $(as_root) \
	    >"$VAR/log/install-db.log" 2>&1 ||
		die "$VAR/log/install-db.log" 'the database was not installed'
	mv "$VAR/db.new" "$VAR/db"
}

sql() {
	mariadb --no-defaults --socket="$run/db.sock" "$@"
}

database_answers() {
	sql -e 'SELECT 1' >/dev/null 2>&1
}

start_database() {
	! runs db.pid || return 0
	# shellcheck disable=SC2046 # one word or none
	setsid mariadbd --defaults-file="$VAR/my.cnf" $(as_root) \
	    </dev/null >/dev/null 2>&1 &
	within "$PATIENCE" database_answers ||
		die "$VAR/log/db.log" 'MariaDB does not answer'
}

# The workers' account reads and writes rows; it can neither make nor drop a
# table. By standard input, for arguments are seen in the process list.
make_account() {
	sql <<-END
	CREATE DATABASE IF NOT EXISTS khatma
		CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
	CREATE USER IF NOT EXISTS khatma@localhost;
	ALTER USER khatma@localhost
		IDENTIFIED BY '$(cat "$VAR/db.password")';
	GRANT SELECT, INSERT, UPDATE, DELETE ON khatma.* TO khatma@localhost;
	END
}

own_database() {
	write_my_cnf
	install_database
	start_database
	make_account
	KHATMA_MIGRATE_ARGS=--no-defaults "$here/spawn.sh" migrate
}

# --- Workers and web server --------------------------------------------------

# New workers for those that run, because programs or settings may be new.
start_workers() {
	running=$("$here/spawn.sh" status | sed -n 's/^khatma: \([a-z]*\) runs.*/\1/p')
	"$here/spawn.sh" start >"$VAR/log/spawn.log" 2>&1 ||
		die "$VAR/log/spawn.log" 'the workers do not answer'
	# shellcheck disable=SC2086 # several words
	[ -z "$running" ] || "$here/spawn.sh" reload $running
}

# sed's replacement knows three characters of its own.
quoted() {
	printf '%s' "$1" | sed 's/[\\&|]/\\&/g'
}

write_nginx_conf() {
	sed -e "s|@RUN@|$(quoted "$run")|g" -e "s|@LISTEN@|$(quoted "$LISTEN")|g" \
	    -e "s|@AUTH_RATE@|${AUTH_RATE:-10000r/s}|g" \
	    -e "s|@AUTH_BURST@|${AUTH_BURST:-1000}|g" \
	    -e "s|@USER@|$(id -un)|g" \
	    -e 's|^worker_processes auto|worker_processes 2|' \
	    "${NGINX_CONF:-$here/nginx.conf.example}" >"$VAR/nginx.conf"
	# Only root can have another user; nginx warns anybody else.
	[ "$(id -u)" = 0 ] || sed -i '/^user /d' "$VAR/nginx.conf"
}

start_nginx() {
	if runs nginx.pid; then
		kill -HUP "$(ours nginx.pid)"
		return
	fi
	case $LISTEN in
	unix:*) rm -f "${LISTEN#unix:}" ;;
	esac
	nginx -e "$VAR/log/error.log" -p "$VAR/" -c nginx.conf \
	    2>"$VAR/log/nginx-start.log" ||
		die "$VAR/log/nginx-start.log" "nginx did not start on $LISTEN"
}

get() {
	case $LISTEN in
	unix:*) curl --fail-with-body -sS -m 5 --unix-socket "${LISTEN#unix:}" \
		"http://localhost$1" ;;
	*:*)	curl --fail-with-body -sS -m 5 "http://$LISTEN$1" ;;
	*)	curl --fail-with-body -sS -m 5 "http://127.0.0.1:$LISTEN$1" ;;
	esac
}

is_ready() {
	get /api/health/ready/ >"$VAR/log/ready.log" 2>&1
}

# --- Commands ----------------------------------------------------------------

up() {
	umask 077
	make_folders
	run=$(readlink -f "$VAR/run")
	make_password
	write_settings
	[ "${DATABASE-}" = off ] || own_database
	start_workers
	write_nginx_conf
	start_nginx
	within "$PATIENCE" is_ready ||
		die "$VAR/log/health.log" "$LISTEN does not become ready:
$(cat "$VAR/log/ready.log")"
	say "ready on $LISTEN"
}

down() {
	[ -d "$VAR/run" ] || return 0
	stop_by QUIT nginx.pid 5
	[ ! -f "$KHATMA_CONF" ] || "$here/spawn.sh" stop
	stop_by TERM db.pid 60
	if [ -L "$VAR/run" ]; then
		rm -rf "$(readlink -f "$VAR/run")" "$VAR/run"
	fi
	say 'stopped'
}

status() {
	result=0
	for part in db nginx; do
		if runs $part.pid; then
			say "$part runs: $(ours $part.pid)"
		else
			say "$part is down"
			result=3
		fi
	done
	"$here/spawn.sh" status || result=3
	return $result
}

[ -d "$VAR" ] || [ "${1-}" = up ] || { say "there is no $VAR"; exit 0; }

# One at a time in a folder. -o: what is started here must not keep the lock.
if [ -z "${STACK_LOCKED-}" ] && [ "${1-}" != status ]; then
	(umask 077; mkdir -p "$VAR")
	STACK_LOCKED=1 exec flock -o "$VAR" sh "$0" "$@"
fi
unset STACK_LOCKED

case ${1-} in
up)	up ;;
down)	down ;;
status)	status ;;
*)	sed -n '2p' "$0" >&2; exit 2 ;;
esac
