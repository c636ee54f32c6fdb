# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # what spawn.sh sets, reads and calls
# keeper.sh - the process above the workers of one group; spawn.sh reads it.

# nap SECONDS: a sleep that a signal ends.
nap() {
	sleep "$1" 9>&- &
	sleeper=$!
	wait "$sleeper"
	kill "$sleeper" 2>/dev/null
	sleeper=''
}

spawn_options() {
	printf '%s' "-b $(queue_wanted "$1") -M $(setting KHATMA_SOCKET_MODE 0660)"
	[ "$(id -u)" = 0 ] || return 0
	user=$(worker_user)
	owner=$(setting KHATMA_SOCKET_USER "$user")
	owners=$(setting KHATMA_SOCKET_GROUP '')
	printf '%s' "${user:+ -u $user}${owner:+ -U $owner}${owners:+ -G $owners}"
}

# Bind under another name and rename, so that the web server finds a listener
# under the old name at every instant. -n keeps the worker's standard error,
# which is its log.
#
# Where there is no socket, multiwatch is started by itself.
#
# multiwatch gives a worker up after 100 deaths in a row within half a second
# of birth, and ends when it has given up all: a broken program then waits for
# the keeper's next try instead of taking a core.
start_master() {
	socket=$RUN_DIR/$1.sock
	rm -f "$socket.new"
	niceness=0
	[ "$1" != auth ] || niceness=10	# hashing must not slow the readers
	# Before the fork, so that the master has no children but its workers.
	options=$(spawn_options "$1")
	prefix=$(as_worker)
	multiwatch=$(command -v multiwatch)
	wanted=$(workers_wanted "$1")
	group=$1
	set -- "$multiwatch" -f "$wanted" -r 100 -t 500 -- "$BIN_DIR/$1" \
	    -c "$KHATMA_CONF"
	# shellcheck disable=SC2086 # several words
	if has_socket "$group"; then
		nice -n "$niceness" spawn-fcgi -s "$socket.new" $options \
		    -n -- "$@" 9>&- &
	else
		nice -n "$niceness" $prefix "$@" 9>&- &
	fi
	master=$!
	echo "$master" >"$RUN_DIR/$group.master"
	# A worker is there only after bind, chmod and listen; the name in the
	# file system appears with the bind.
	within "$PATIENCE" settled "$group" && alive "$master" &&
	    has_socket "$group" && mv -f "$socket.new" "$socket"
}

# The new master has forked, or is gone.
settled() {
	has_workers "$1" 1 || ! alive "$master"
}

watch_master() {
	# A signal may have come before the master was there to be told.
	[ -z "$stopping" ] || kill -TERM "$master" 2>/dev/null
	while alive "$master"; do
		wait "$master"
	done
	master=''
	rm -f "$RUN_DIR/$1.master"
}

# A second after the new master has the socket: until then its predecessor's
# workers answer those who were waiting on the old one.
succeed() {
	nap 1
	[ "$(pid_in "$1.master")" != "$master" ] || retire_orphans "$1"
}

# Runs until it is told to stop. pause is doubled while masters die young.
keep() {
	while [ -z "$stopping" ]; do
		if [ -x "$BIN_DIR/$1" ]; then
			born=$(date +%s)
			start_master "$1"
			succeed "$1" 9>&- &
			watch_master "$1"
			[ $(($(date +%s) - born)) -lt 60 ] || pause=1
		else
			fail "$BIN_DIR/$1 is missing"
		fi
		[ -n "$stopping" ] || nap "$pause"
		pause=$((pause < 16 ? pause * 2 : 30))
	done
}

# The process behind "start": one for each group.
keeper() {
	exec 9>>"$RUN_DIR/$1.lock"
	# Waiting, because keeper_runs holds the lock for an instant.
	flock -w 2 9 || exit 0		# somebody else keeps this group
	stopping='' master='' sleeper='' pause=1
	trap 'stopping=1; kill -TERM $master $sleeper 2>/dev/null' TERM INT
	trap 'pause=1' USR1
	trap '' HUP
	echo $$ >"$RUN_DIR/$1.pid"
	clean_environment
	cd / || exit 1
	keep "$1"
	rm -f "$RUN_DIR/$1.sock" "$RUN_DIR/$1.pid"
}
