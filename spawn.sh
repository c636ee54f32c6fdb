#!/bin/sh
# spawn.sh - starts, watches and stops the FastCGI workers of khatma.
#
#	spawn.sh start|stop|restart|reload|status [group...]
#	spawn.sh check [group...]	let each program prepare its SQL statements
#	spawn.sh migrate		bring the database to the present schema
#	spawn.sh fsck			ask whether its rows fit together
#	spawn.sh backup [--force] FILE	copy it into FILE while people write
#	spawn.sh restore FILE		and back, into an empty database
#	spawn.sh rotate-key [--force|--now]	sign tokens with a new key
#
# A group is a program of cgi-bin/; without one the command is for all of them.
# mail, the program that sends mail, is one more where KHATMA_SMTP_URL is set.
# It is kept as the others are, but listens nowhere.
#
# Above the workers of a group stand three: a keeper (this script, in a session
# of its own), which starts spawn-fcgi, which binds the socket and becomes
# multiwatch, which forks the workers and replaces those that die. Should
# multiwatch itself die or give up, the keeper starts another.
#
# reload replaces the workers one after the other while the socket stays open,
# so no request is lost; new workers run the newly installed program and read
# the settings anew. Only what the supervisor itself reads (the settings below)
# needs a restart.
#
# start and check make the key that signs tokens where there is none. rotate-key
# makes another, and no request is lost: first all workers get to know it, then
# they sign with it, and with the former one they verify for as long as a
# refresh token lives. Before that time is over, what the former one signed
# would end early, and so would all that is shared with another service: then
# it wants --force. --now is for a key that was stolen: it is good for nothing
# any more, and everybody logs in again. A rotation that was interrupted is
# taken up where it stopped by the next.
#
# FILE is packed if it ends in .gz, .zst or .xz. It appears under its name when it
# is whole and on the disk. - is standard output, which is not packed. restore
# looks at the whole file before it loads anything, and never drops anything.
#
# Settings are lines KEY=VALUE in the file that KHATMA_CONF names; the
# environment goes before the file. Workers read the same file for themselves.
#
#	KHATMA_BIN_DIR		the programs
#	KHATMA_RUN_DIR		sockets, locks and process ids (/run/khatma)
#	KHATMA_LOG_DIR		<group>.log, what workers say (/var/log/khatma)
#	KHATMA_SHARE_DIR	schema.sql and migrations/
#	KHATMA_WORKERS		workers of a group (4; auth 2, health 1, mail 1)
#	KHATMA_WORKERS_<group>	the same for one group
#	KHATMA_QUEUE		requests that may wait for a worker of a group
#				(128; auth 256); more are refused at once
#	KHATMA_QUEUE_<group>	the same for one group
#	KHATMA_USER		whom workers run as, when started by root
#	KHATMA_SOCKET_USER, _GROUP, _MODE	who may connect: the web server
#				(KHATMA_USER, its group, 0660)
#	KHATMA_MIGRATE_ARGS	arguments of the mariadb client for the commands
#				that need the owner of the schema
#
# Exit status: 0 done, 1 failed, 2 wrong usage, 3 not running (status).

# shellcheck disable=SC2317 # functions that "within" is given to call
set -u
export LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin

ALL='auth users khatmas sessions stats achievements notifications'
ALL="$ALL dashboard health"
PATIENCE=10		# seconds that a start or a stop may take

SELF=$(readlink -f "$0")
here=$(dirname "$SELF")
if [ -f "$here/schema.sql" ]; then	# in the source tree
	BIN_DIR=$here/build/bin SHARE_DIR=$here
else					# where make install put us
	BIN_DIR=${here%/*}/lib/khatma/bin
	SHARE_DIR=${here%/*}/share/khatma
fi
for part in keeper keys data backup; do
	# shellcheck source=/dev/null
	. "$SHARE_DIR/spawn/$part.sh"
done

# --- Words and settings ------------------------------------------------------

say() {
	printf 'khatma: %s\n' "$*"
}

fail() {
	printf 'khatma: %s\n' "$*" >&2
	return 1
}

die() {
	fail "$@"
	exit 1
}

usage() {
	sed -n '/^#	spawn\.sh/s/^#	//p' "$SELF" >&2
	exit 2
}

# setting NAME DEFAULT: the environment, else the last such line of the file,
# else the default.
setting() {
	eval "value=\${$1-}"
	# shellcheck disable=SC2154 # assigned by eval
	if [ -z "$value" ] && [ -f "$KHATMA_CONF" ]; then
		value=$(sed -n "s/^[[:blank:]]*$1=//p" "$KHATMA_CONF" |
		    tail -n 1 | tr -d '\r')
	fi
	printf '%s\n' "${value:-$2}"
}

load_settings() {
	KHATMA_CONF=$(readlink -m "${KHATMA_CONF:-/etc/khatma/khatma.conf}")
	export KHATMA_CONF
	[ ! -f "$KHATMA_CONF" ] || [ -r "$KHATMA_CONF" ] ||
		die "cannot read $KHATMA_CONF"
	BIN_DIR=$(setting KHATMA_BIN_DIR "$BIN_DIR")
	SHARE_DIR=$(setting KHATMA_SHARE_DIR "$SHARE_DIR")
	RUN_DIR=$(setting KHATMA_RUN_DIR /run/khatma)
	LOG_DIR=$(setting KHATMA_LOG_DIR /var/log/khatma)
}

workers_wanted() {
	case $1 in
	auth)	standard=2 ;;	# hashing keeps a core busy: more would not help
	health)	standard=1 ;;
	mail)	standard=1 ;;
	*)	standard=$(setting KHATMA_WORKERS 4) ;;
	esac
	setting "KHATMA_WORKERS_$1" "$standard"
}

# What can be answered in about a second, on one core. Those who wait longer
# give up, and what is done for them then is done for nobody: better to be told
# at once to come back. Whoever logs in may wait longer, for it is done once: 256
# passwords take some ten seconds.
queue_wanted() {
	case $1 in
	auth)	setting KHATMA_QUEUE_auth 256 ;;
	*)	setting "KHATMA_QUEUE_$1" "$(setting KHATMA_QUEUE 128)" ;;
	esac
}

exported() {
	env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'
}

# A program's environment is what it was started with, whatever it unsets: so
# this comes before the start.
drop_secrets() {
	for name in $(exported); do
		case $name in
		*PASSWORD* | KHATMA_MIGRATE_ARGS) unset "$name" ;;
		esac
	done
}

has_socket() {
	[ "$1" != mail ]
}

# is_off GROUP: mail, where none is sent. A worker that was started when it
# still was has nothing to do any more.
is_off() {
	[ "$1" = mail ] && [ -z "$(setting KHATMA_SMTP_URL '')" ] || return 1
	stop_group mail
	say 'mail is off: KHATMA_SMTP_URL is not set'
}

# What a worker gets to see: the settings, and no password, for anybody on the
# machine may look at a process list but only its owner into the file.
clean_environment() {
	drop_secrets
	for name in $(exported); do
		case $name in
		KHATMA_* | ASAN_OPTIONS | UBSAN_OPTIONS | LSAN_OPTIONS) ;;
		*) unset "$name" ;;
		esac
	done
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export PATH
}

# Whom root starts workers as, where that is somebody else.
worker_user() {
	[ "$(id -u)" != 0 ] || setting KHATMA_USER ''
}

# The words before a command that is to run as the workers do, who may not read
# what root may.
as_worker() {
	user=$(worker_user)
	[ -z "$user" ] ||
		echo setpriv "--reuid=$user" "--regid=$(id -g "$user")" \
		    --init-groups
}

# --- Who is there ------------------------------------------------------------

# The keeper holds the lock for as long as it lives, so a process id that was
# left in a file and now belongs to somebody else does no harm.
keeper_runs() {
	[ -e "$RUN_DIR/$1.lock" ] && ! flock -n "$RUN_DIR/$1.lock" true
}

pid_in() {
	cat "$RUN_DIR/$1" 2>/dev/null
}

alive() {
	kill -0 "$1" 2>/dev/null
}

# Workers of the present master.
workers() {
	master=$(pid_in "$1.master") && pgrep -P "$master"
}

# has_workers GROUP COUNT: at least so many.
has_workers() {
	[ "$(workers "$1" | wc -l)" -ge "$2" ]
}

# Every master and worker of the group that was started with our settings,
# also those whose keeper or master was killed. By their arguments, because
# nobody but root may look into a worker's environment.
family() {
	pattern=$(printf '%s' "$BIN_DIR/$1 -c $KHATMA_CONF" |
	    sed 's/[][\.*^$+?(){}|]/\\&/g')
	pgrep -f -- "(^|-- )$pattern\$"
}

# Ask those of the family that the present master does not know to finish.
retire_orphans() {
	master=$(pid_in "$1.master")
	known=" $master $(workers "$1" | tr '\n' ' ')"
	for pid in $(family "$1"); do
		case $known in
		*" $pid "*) ;;
		*) kill -USR1 "$pid" 2>/dev/null ;;
		esac
	done
}

# within SECONDS COMMAND...: try it until it succeeds or time is up.
within() {
	deadline=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		sleep 0.05 9>&-
	done
}

# --- Commands ----------------------------------------------------------------

need_tools() {
	for tool in spawn-fcgi multiwatch cgi-fcgi flock setsid pgrep; do
		command -v "$tool" >/dev/null || die "$tool is not installed" \
		    "(packages spawn-fcgi multiwatch libfcgi-bin util-linux" \
		    "procps)"
	done
}

need_folders() {
	umask 022	# the web server must reach the sockets
	[ -d "$RUN_DIR" ] || mkdir -p "$RUN_DIR" || die "cannot make $RUN_DIR"
	umask 027
	[ -d "$LOG_DIR" ] || mkdir -p "$LOG_DIR" || die "cannot make $LOG_DIR"
	# sun_path takes 107 bytes, and the longest name here is 22 long.
	[ "${#RUN_DIR}" -le 84 ] ||
		die "KHATMA_RUN_DIR is too long for a socket: $RUN_DIR"
}

# One request of FastCGI. Any status proves that a worker answers; a bare
# connect would prove only that somebody listens, and would hold up a worker.
# One without a socket is there when it runs.
answers() {
	has_socket "$1" || return 0
	[ -S "$RUN_DIR/$1.sock" ] && env -i PATH="$PATH" \
	    REQUEST_METHOD=GET SCRIPT_NAME=/api/-/ REQUEST_URI=/api/-/ \
	    timeout 5 cgi-fcgi -bind -connect "$RUN_DIR/$1.sock" \
	    </dev/null 2>/dev/null | grep -q '^Status:'
}

launch() {
	if keeper_runs "$1"; then
		# It may be asleep after its masters died.
		[ -e "$RUN_DIR/$1.master" ] ||
			kill -USR1 "$(pid_in "$1.pid")"
		return
	fi
	[ -x "$BIN_DIR/$1" ] || { fail "$BIN_DIR/$1 is missing"; return 1; }
	# The master of a keeper that was killed may live on: its workers must
	# not prove that the new one's are there.
	rm -f "$RUN_DIR/$1.master"
	# Not our descriptors, or whoever waits for the end of them would wait
	# for the end of the service.
	(clean_environment
	exec setsid sh "$SELF" _keep "$1" </dev/null >>"$LOG_DIR/$1.log" 2>&1 \
	    3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-) &
}

# A group that does not come up is stopped again: it is up or it is down.
prove() {
	if within "$PATIENCE" has_workers "$1" "$(workers_wanted "$1")" &&
	    within "$PATIENCE" answers "$1"; then
		say "$1 runs: $(workers "$1" | wc -l) workers"
		return
	fi
	fail "$1 does not answer. The end of $LOG_DIR/$1.log:"
	tail -n 10 "$LOG_DIR/$1.log" >&2
	stop_group "$1"
	return 1
}

start() {
	need_tools
	need_folders
	need_key
	status=0
	started=
	for group in "$@"; do
		is_off "$group" && continue
		if launch "$group"; then
			started="$started $group"
		else
			status=1
		fi
	done
	for group in $started; do
		prove "$group" || status=1
	done
	return "$status"
}

family_gone() {
	[ -z "$(family "$1")" ]
}

keeper_gone() {
	! keeper_runs "$1"
}

# Workers finish the request they are at; who is not done in time is killed.
stop_group() {
	keeper_runs "$1" && kill -TERM "$(pid_in "$1.pid")"
	within "$PATIENCE" keeper_gone "$1" || kill -KILL "$(pid_in "$1.pid")"
	rm -f "$RUN_DIR/$1.master"
	family_gone "$1" || retire_orphans "$1"
	within "$PATIENCE" family_gone "$1" ||
		for pid in $(family "$1"); do kill -KILL "$pid"; done
	rm -f "$RUN_DIR/$1.sock" "$RUN_DIR/$1.sock.new" "$RUN_DIR/$1.pid"
}

# All groups at once: the time of the slowest, not the sum.
stop() {
	for group in "$@"; do
		stop_group "$group" &
	done
	wait
}

gone() {
	! alive "$1"
}

# A signal that arrives just before the worker waits for its next request is
# seen only after that one: so it is sent again.
replace_worker() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		kill -USR1 "$1" 2>/dev/null
		within 3 gone "$1" && return
	done
	fail "worker $1 does not finish its request"
}

reload_group() {
	keeper_runs "$1" || { fail "$1 is not running"; return 1; }
	[ -x "$BIN_DIR/$1" ] || { fail "$BIN_DIR/$1 is missing"; return 1; }
	count=$(workers "$1" | wc -l)
	for worker in $(workers "$1"); do
		replace_worker "$worker" || return 1
		within 1 has_workers "$1" "$count"
	done
	within "$PATIENCE" answers "$1" ||
		{ fail "$1 does not answer, see $LOG_DIR/$1.log"; return 1; }
	has_workers "$1" "$(workers_wanted "$1")" ||
		fail "$1 has fewer workers than it should: restart it"
	say "$1 has new workers: $(workers "$1" | tr '\n' ' ')"
}

reload() {
	need_tools
	status=0
	for group in "$@"; do
		is_off "$group" || reload_group "$group" || status=1
	done
	return "$status"
}

status() {
	status=0
	for group in "$@"; do
		pids=$(workers "$group" | tr '\n' ' ')
		if keeper_runs "$group" && [ -n "$pids" ]; then
			say "$group runs: keeper $(pid_in "$group.pid")," \
			    "workers $pids"
		else
			say "$group is down"
			status=3
		fi
	done
	return "$status"
}

check() {
	need_key
	status=0
	for group in "$@"; do
		# shellcheck disable=SC2046 # several words
		if (clean_environment; $(as_worker) "$BIN_DIR/$group" -t); then
			say "$group is right"
		else
			fail "$group -t failed"
			status=1
		fi
	done
	return "$status"
}

# --- Start here --------------------------------------------------------------

main() {
	command=${1-}
	[ $# -eq 0 ] || shift
	load_settings
	case $command in
	rotate-key) rotate_key "$@"; return ;;
	backup | restore) "$command" "$@"; return ;;
	migrate | fsck) [ $# -eq 0 ] || usage; "$command"; return ;;
	esac
	# One that was started before mail was set off is there to be stopped.
	[ -z "$(setting KHATMA_SMTP_URL '')" ] && ! keeper_runs mail ||
		ALL="$ALL mail"
	for group in "$@"; do
		case " $ALL mail " in
		*" $group "*) ;;
		*) die "there is no group $group" ;;
		esac
	done
	# shellcheck disable=SC2086 # several words
	[ $# -gt 0 ] || set -- $ALL
	case $command in
	start)	start "$@" ;;
	stop)	stop "$@" ;;
	reload)	reload "$@" ;;
	status)	status "$@" ;;
	check)	check "$@" ;;
	restart) stop "$@" && start "$@" ;;
	_keep)	keeper "$1" ;;
	*)	usage ;;
	esac
}

# The shell has read the whole file and its parts when it comes here, so that a
# new version may be installed while keepers run.
main "$@"
exit
