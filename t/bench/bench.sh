#!/bin/sh
# bench.sh - how fast the service is, beside what could be as fast as that: the
# parts that it stands on (ceilings) and the same written otherwise (peers).
# "make bench" calls it. No test: other work on the machine shows in it, and a
# person reads what it says. docs/performance.md says how to read it, and what
# it has said.
#
# Starts a service of its own with the data of seed.sh, 8 workers a group and a
# database whose memory holds all of it; then wrk asks over 32 connections. In
# each round every case has its turn, so that what changes on the machine
# changes for all of them; the table has the medians of the rounds, and the
# ratios are the medians of each round's own. What the cases are: cases.sh.
#
#	SCALE		1 is 10^5 users, see seed.sh (1)
#	ROUNDS		(5)
#	BENCH_SECONDS	of a case in a round (2)
#	CASES		which (all)
#	PEERS		which, or "" for none (php node django)
#	STORM		off: without login-storm.sh in the end (on)
#	RESULTS		where each measurement goes, a line for each
#			(build/bench/results)
#	BUILD		where the programs are (build)

. "$(dirname "$0")/service.sh"
. "$root/t/bench/seed.sh"
. "$root/t/bench/cases.sh"

SCALE=${SCALE:-1}
ROUNDS=${ROUNDS:-5}
BENCH_SECONDS=${BENCH_SECONDS:-2}
PEERS=${PEERS-php node django}
RESULTS=$(readlink -m "${RESULTS:-$BUILD/bench/results}")
WORKERS=8
CONNECTIONS=32
MOST=6000		# more writes in a second than there will be
KHATMAS_MOST=20000	# that are written to
READERS=1000

say() {
	printf 'bench: %s\n' "$*" >&2
}

# --- What is started ---------------------------------------------------------

write_my_cnf() {
	service_memory "$stack/db" >"$scratch/my.cnf"
	echo 'max-connections=300' >>"$scratch/my.cnf"
}

# nginx.conf.example with a few locations more, before its last one.
write_nginx_conf() {
	example=$root/nginx.conf.example
	{
		echo "location = /ceiling/static {"
		echo "alias $scratch/constant.json;"
		echo "}"
		echo "location = /ceiling/constant {"
		sed -n '/fastcgi_param GATEWAY/,/fastcgi_next_upstream_tries/p' \
		    "$example"
		echo "fastcgi_pass unix:$scratch/constant.sock;"
		echo "}"
	} >"$scratch/locations"
	awk -v more="$scratch/locations" '
	/^\t\tlocation \/ \{/ { print "include " more ";" }
	{ print }' "$example" | with_peers >"$scratch/nginx.conf.example"
}

with_peers() {
	if [ -n "$PEERS" ]; then
		peers_nginx_conf
	else
		cat
	fi
}

start_constant() {
	ask GET user/me/ "$token" >"$scratch/constant.json"
	chmod 711 "$scratch"
	spawn-fcgi -n -s "$scratch/constant.sock" -- \
	    "$(command -v multiwatch)" -f "$WORKERS" -- \
	    "$BUILD/t/bench/ceiling/constant" "$scratch/constant.json" \
	    >/dev/null 2>"$scratch/constant.log" &
	constant=$!
	until curl -sf "http://127.0.0.1:$port/ceiling/constant" |
	    cmp -s - "$scratch/constant.json"; do
		kill -0 "$constant" || return 1
		sleep 0.05
	done
}

start_peers() {
	[ -n "$PEERS" ] || return 0
	peers_up "$stack/run/db.sock" "$stack/jwt.key"
}

# shellcheck disable=SC2317 # service_end calls it
stop_others() {
	[ -z "$PEERS" ] || peers_down || :
	[ -z "${constant-}" ] || kill "$constant" || :
}

# Whose time is counted; all that is no nginx and no database is a worker.
write_processes() {
	{
		echo "nginx $(cat "$stack/run/nginx.pid")"
		echo "database $(cat "$stack/run/db.pid")"
		echo "worker $(cat "$stack"/run/*.master "$scratch"/peers/*.pid \
		    2>/dev/null | tr '\n' ' ') $constant"
	} >"$scratch/processes"
}

# --- What is said ------------------------------------------------------------

# Each completed chapter is a row, and each acknowledged one is there.
check_writes() {
	rows=$(($(echo 'SELECT COUNT(*) FROM sessions' | sql) - rows_before))
	say "$written readings were acknowledged, $used were sent, $rows are there"
	[ "$rows" -ge "$written" ] && [ "$rows" -le "$used" ]
}

storm() {
	[ "${STORM:-on}" = on ] || return 0
	printf '\nA storm of logins (t/bench/login-storm.sh)\n\n'
	"$root/t/bench/login-storm.sh" || :
}

rounds() {
	: >"$RESULTS"
	for round in $(seq 0 "$ROUNDS"); do
		say "round $round of $ROUNDS"
		for case in ${CASES:-$(all_cases)}; do
			run_case "$case" "$round"
		done
	done
}

# --- Start here --------------------------------------------------------------

for tool in wrk spawn-fcgi multiwatch; do
	command -v "$tool" >/dev/null || { say "$tool is missing"; exit 2; }
done
if [ -n "$PEERS" ]; then
	. "$root/t/bench/peers/peers.sh"
	peers_install
fi
mkdir -p "$stack" "${RESULTS%/*}"
service_before_end=stop_others
seed_data "$SCALE" "$stack/db"
write_my_cnf
write_nginx_conf
service_port
service_up "$stack/db" WORKERS="$WORKERS" MY_CNF="$scratch/my.cnf" \
    NGINX_CONF="$scratch/nginx.conf.example"
choose_targets
record_scripts
start_constant
start_peers
write_processes
write_lists
service_warm
rounds
printf 'SCALE=%s, %s rounds of %s s, %s connections, %s workers a group\n' \
    "$SCALE" "$ROUNDS" "$BENCH_SECONDS" "$CONNECTIONS" "$WORKERS"
perl "$root/t/bench/table.pl" "$RESULTS" "$root/t/bench/targets"
check_writes
stop_others
service_down
PEERS='' constant=''
storm
