#!/bin/sh
# login-storm.sh - how much slower people read while many sign in, and how much
# memory that takes. No test: other work on the machine shows in it, and a
# person reads what it says.
#
#	make && t/bench/login-storm.sh
#
# Starts a service of its own. One client reads its profile again and again,
# first alone, then while $LOGINS (200) others sign in at the same instant.
# Prints the median and the 99th percentile of both, how the logins ended, and
# the most memory that an auth worker took: all of it, and that which was its
# own and no page of a program's file. Exit status 1 when the 99th percentile is
# more than three times as long in the storm, a worker took more than 28 MiB
# (19 of them are a password's hash) or 22 of its own, or a login failed.
#
#	LOGINS		at once (200)
#	READS		of the client when it is alone (1000)
#	BUILD		where the programs are (build)

. "$(dirname "$0")/service.sh"

LOGINS=${LOGINS:-200}
READS=${READS:-1000}
BATCH=50		# reads of one curl
MOST=28672		# KiB of a worker
OWN_MOST=22528		# and of them its own

# What curl is to do, for -K: BATCH reads; LOGINS logins.
write_requests() {
	for _ in $(seq "$BATCH"); do
		echo 'url = "http://localhost/api/user/me/"'
		echo 'output = "/dev/null"'
	done >"$scratch/reads"
	for n in $(seq "$LOGINS"); do
		[ "$n" = 1 ] || echo next
		cat <<-END
		unix-socket = "$http_socket"
		url = "http://localhost/api/login/"
		header = "Content-Type: application/json"
		data-raw = "{\"email\": \"storm-$n@example.com\", \"password\": \"read-and-rise\"}"
		output = "/dev/null"
		write-out = "%{http_code}\n"
		max-time = 60
		END
	done >"$scratch/logins"
}

# read_some NAME: BATCH reads one after the other; "STATUS SECONDS" of each.
read_some() {
	curl -sS -m 60 --unix-socket "$http_socket" -K "$scratch/reads" \
	    -H "Authorization: Bearer $token" \
	    -w '%{http_code} %{time_total}\n' >>"$scratch/$1"
}

storm() {
	curl -sS --no-progress-meter --parallel --parallel-immediate \
	    --parallel-max 300 -K "$scratch/logins" >"$scratch/codes" &
	while kill -0 $! 2>/dev/null; do
		read_some stormy
		status_line RssAnon >>"$scratch/own"
	done
	wait $! || true
}

# percentile NAME P: in milliseconds
percentile() {
	sed -n 's/^200 //p' "$scratch/$1" | sort -n | awk -v p="$2" '
	{ t[NR] = $1 }
	END { k = int(NR * p / 100 + 0.999); printf "%.3f", t[k] * 1000 }'
}

say() {
	printf '%-10s %6d reads, median %8s ms, 99 %% below %8s ms\n' "$1" \
	    "$(grep -c '^200 ' "$scratch/$1")" "$(percentile "$1" 50)" \
	    "$(percentile "$1" 99)"
}

# status_line NAME: this line of the status of each auth worker, in KiB.
status_line() {
	for pid in $pids; do
		sed -n "s/^$1:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$pid/status"
	done
}

# most NAME LIMIT: of the numbers of standard input
most() {
	sort -n | tail -n 1 | awk -v name="$1" -v limit="$2" '{
		printf "the most of an auth worker, %s: %d KiB\n", name, $1
		exit $1 > limit
	}'
}

# shellcheck disable=SC2119 # its arguments are not ours
service_up
pids=$(workers_of auth)
accounts reader 1
token=$(ask POST login/ '' '{"email": "reader-1@example.com",
    "password": "read-and-rise"}' | jq -r .access)
accounts storm "$LOGINS"
write_requests
for _ in $(seq $((READS / BATCH))); do
	read_some quiet
done
storm
bad=0
say quiet
say stormy
sort "$scratch/codes" | uniq -c | sed 's/^/logins: /'
[ "$(grep -c '^200$' "$scratch/codes")" = "$LOGINS" ] || bad=1
awk -v a="$(percentile quiet 99)" -v b="$(percentile stormy 99)" 'BEGIN {
	printf "in the storm the 99th percentile is %.2f times as long\n", b / a
	exit b > 3 * a
}' || bad=1
status_line VmHWM | most 'in all' "$MOST" || bad=1
most 'its own' "$OWN_MOST" <"$scratch/own" || bad=1
exit $bad
