#!/bin/sh
# cycles.sh - instructions and cycles of a request, by perf-stat(1): of whatever
# runs on this machine, so that nothing else may. No test. Instructions hardly
# differ from one run to the next, however slow the hour, and cycles less than
# what the clock says: for whether a change wins a twentieth.
#
#	t/bench/cycles.sh
#
# Starts the same service as bench.sh and asks in the same way.
#
#	SCALE		(1)
#	ROUNDS		(3)
#	BENCH_SECONDS	of a case in a round (2)
#	CASES		those of cases.sh that only read (me list stats detail
#			dashboard notifications)
#	BUILD		where the programs are (build)

. "$(dirname "$0")/service.sh"
# shellcheck source=t/bench/seed.sh
. "$root/t/bench/seed.sh"
# shellcheck source=t/bench/cases.sh
. "$root/t/bench/cases.sh"

ROUNDS=${ROUNDS:-3}
BENCH_SECONDS=${BENCH_SECONDS:-2}
CASES=${CASES:-me list stats detail dashboard notifications}
# for cases.sh, which knows writes and peers, too
# shellcheck disable=SC2034
MOST=1 KHATMAS_MOST=20000 READERS=1000 PEERS=

command -v perf >/dev/null || { echo 'cycles: perf is missing' >&2; exit 2; }

# cycles NAME
cycles() {
	perf stat -a -x , -e instructions:u,instructions:k,cycles \
	    -o "$scratch/counts" \
	    wrk -t 1 -c 32 -d "${BENCH_SECONDS}s" --timeout 20 \
	    -s "$root/t/bench/wrk.lua" "http://127.0.0.1:$port" \
	    -- "$scratch/$1.list" again >"$scratch/said" 2>&1
	awk -F , -v name="$1" '
	FNR == NR { if (/requests in/) n = $1 + 0; next }
	/instructions|cycles/ { of[$3] = $1 / n }
	END { printf "%-14s %12d %12d %12d\n", name, of["instructions:u"],
	    of["instructions:k"], of["cycles"] }' \
	    "$scratch/said" "$scratch/counts"
}

seed_data "${SCALE:-1}" "$scratch/db"
{
	service_memory "$scratch/db"
	echo 'max-connections=300'
} >"$scratch/my.cnf"
service_port
service_up "$scratch/db" WORKERS=8 MY_CNF="$scratch/my.cnf"
choose_targets
write_lists
service_warm
echo 'case           instructions  of the kernel      cycles of a request'
for _ in $(seq "$ROUNDS"); do
	for case in $CASES; do
		cycles "$case"
	done
done
service_down
