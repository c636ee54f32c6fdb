# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # $asking is for others; what tap.sh sets
# faults.sh - for tests that break parts of a service of their own. For after
# tap.sh and stack_private.
#
#	wait_for COMMAND...	tries it until it succeeds, or half a minute
#	workers [GROUP...]	process ids, in a line
#	database_stop SIGNAL	and waits until it is gone
#	database_start		and waits until it answers
#	hold SQL		a transaction that is open until let_go; SQL has
#				to give one row
#	let_go
#	hold_commits		no transaction of others ends until let_commits
#	let_commits
#	at_once COUNT PATH [CURL-ARGUMENT...]
#				so many requests below api/ in the background,
#				each with a line in $scratch/codes when it is
#				answered. Sets $asking
#	answered N		so many of them were, or more; for wait_for
#	waiting			the connection of the worker that waits for it
#	trace PID CALLS		writes down these system calls of a process, in
#				$scratch/calls, until trace_end; where it cannot,
#				the test is skipped
#	trace_end

wait_for() {
	for _ in $(seq 600); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.05
	done
	return 1
}

workers() {
	KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" status "$@" |
	    sed -n 's/.*workers //p' | xargs
}

at_once() {
	count=$1 path=$2
	shift 2
	: >"$scratch/codes"
	curl -s -m 60 --unix-socket "$stack/http.sock" --no-progress-meter \
	    --parallel --parallel-immediate -o /dev/null \
	    -w '%{stderr}%{http_code}\n' "$@" \
	    "http://localhost/api/$path?[1-$count]" 2>>"$scratch/codes" &
	asking=$!
}

traced() {
	grep -q attached "$scratch/attached"
}

trace() {
	command -v strace >/dev/null || skip_all 'there is no strace'
	strace -o "$scratch/calls" -e trace="$2" -p "$1" \
	    2>"$scratch/attached" &
	tracer=$!
	wait_for traced || skip_all 'strace may not look at it'
}

trace_end() {
	kill "$tracer"
	wait "$tracer" 2>/dev/null
}

answered() {
	[ "$(wc -l <"$scratch/codes")" -ge "$1" ]
}

database_gone() {
	! kill -0 "$faults_db"
}

database_stop() {
	faults_db=$(cat "$stack/run/db.pid")
	kill -"$1" "$faults_db"
	wait_for database_gone
}

# As scripts/stack.sh does it.
database_start() {
	PATH=$PATH:/usr/local/sbin:/usr/sbin setsid mariadbd \
	    --defaults-file="$stack/my.cnf" \
	    "$([ "$(id -u)" = 0 ] && echo --user=root || echo --)" \
	    </dev/null >/dev/null 2>&1 &
	wait_for db 'SELECT 1'
}

hold() {
	rm -f "$scratch/hold" "$scratch/held"
	mkfifo "$scratch/hold"
	mariadb --no-defaults --socket="$stack/run/db.sock" -N --unbuffered \
	    khatma <"$scratch/hold" >"$scratch/held" &
	exec 8>"$scratch/hold"
	echo "START TRANSACTION; $1;" >&8
	wait_for test -s "$scratch/held"
}

let_go() {
	echo 'ROLLBACK;' >&8
	exec 8>&-
}

# InnoDB renews this table only when it has not been read for 0.1 s.
waiting() {
	sleep 0.2
	db "SELECT p.id FROM information_schema.processlist p
	    JOIN information_schema.innodb_trx t
	    ON t.trx_mysql_thread_id = p.id
	    WHERE p.user = 'khatma' AND t.trx_state = 'LOCK WAIT'" | grep .
}

# A session of the database that stays open until its pipe is closed.
hold_commits() {
	rm -f "$scratch/commits" "$scratch/no-commits"
	mkfifo "$scratch/commits"
	mariadb --no-defaults --socket="$stack/run/db.sock" -N -n khatma \
	    <"$scratch/commits" >"$scratch/no-commits" &
	faults_holder=$!
	exec 3>"$scratch/commits"
	echo "BACKUP STAGE START; BACKUP STAGE BLOCK_COMMIT; SELECT 'held';" >&3
	wait_for grep held "$scratch/no-commits"
}

let_commits() {
	exec 3>&-
	wait "$faults_holder"
}
