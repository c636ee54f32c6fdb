#!/bin/sh
# run.sh NAME... - fuzzes each target for a time, several at once, and prints a
# table: executions, executions per second, edges, inputs kept, findings. "make
# fuzz" calls it. What is found is in $BUILD/findings/NAME; put it into
# regressions/NAME, and mend what it shows.
#
#	BUILD		where the targets are (build-fuzz)
#	FUZZ_SECONDS	how long each (3600)
#	JOBS		targets at a time (all processors)
#	ENGINE		libfuzzer or afl

set -u
here=$(cd "$(dirname "$0")" && pwd)
BUILD=$(readlink -m "${BUILD:-build-fuzz}")
FUZZ_SECONDS=${FUZZ_SECONDS:-3600}
ENGINE=${ENGINE:-libfuzzer}
LOGS=$BUILD/logs

# The longest input that teaches something.
longest() {
	case $1 in
	request | fastcgi)	echo 4096 ;;
	json | field | token)	echo 2048 ;;
	*)	echo 512 ;;
	esac
}

dictionary() {
	[ ! -f "$here/$1.dict" ] || echo "$2$here/$1.dict"
}

# libFuzzer ends at the first finding: begin again until the time is up. What
# libfcgi itself loses would be looked for at every input: once, at the end.
libfuzzer() {
	name=$1
	corpus=$BUILD/corpus/$name
	end=$(($(date +%s) + FUZZ_SECONDS))
	mkdir -p "$corpus" "$BUILD/findings/$name" "$BUILD/small"
	leaks=1
	[ "$name" != fastcgi ] || leaks=0
	while left=$((end - $(date +%s))) && [ "$left" -gt 0 ]; do
		# shellcheck disable=SC2046 # a word or none
		"$BUILD/fuzz/$name" -max_total_time="$left" -timeout=25 \
		    -max_len="$(longest "$name")" -close_fd_mask=1 \
		    -print_final_stats=1 -detect_leaks=$leaks -rss_limit_mb=4096 \
		    $(dictionary "$name" -dict=) \
		    -artifact_prefix="$BUILD/findings/$name/" "$corpus" \
		    "$here/seeds/$name" >>"$LOGS/$name.log" 2>&1
	done
	rm -rf "$BUILD/small/$name"
	mkdir "$BUILD/small/$name"
	"$BUILD/fuzz/$name" -merge=1 -close_fd_mask=1 -detect_leaks=0 \
	    "$BUILD/small/$name" "$corpus" >"$LOGS/$name.merge" 2>&1 &&
	    rm -rf "$corpus" && mv "$BUILD/small/$name" "$corpus"
}

afl() {
	name=$1
	mkdir -p "$BUILD/afl"
	# shellcheck disable=SC2046 # two words or none
	AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_AUTORESUME=1 \
	AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_FAST_CAL=1 \
	    afl-fuzz -i "$here/seeds/$name" -o "$BUILD/afl/$name" -m none \
	    -t 5000 -V "$FUZZ_SECONDS" $(dictionary "$name" '-x ') \
	    -- "$BUILD/fuzz/$name" >>"$LOGS/$name.log" 2>&1
}

# The sum of what each run of a target said in its end.
libfuzzer_row() {
	awk -v name="$1" -v found="$(find "$BUILD/findings/$1" -type f |
	    wc -l)" -v kept="$(find "$BUILD/corpus/$1" -type f | wc -l)" '
	/^stat::number_of_executed_units/ { n += $2 }
	/^Done/ { seconds += $5 }
	/ cov: / { edges = $4 }
	END { printf "%-9s %12d %8d %7d %7d %9d\n", name, n,
	    seconds ? n / seconds : 0, edges, kept, found }' "$LOGS/$1.log"
}

afl_row() {
	awk -v name="$1" -F ' *: *' '{ v[$1] = $2 }
	END { printf "%-9s %12d %8d %7d %7d %9d\n", name, v["execs_done"],
	    v["execs_per_sec"], v["edges_found"], v["corpus_count"],
	    v["saved_crashes"] + v["saved_hangs"] }' \
	    "$BUILD/afl/$1/default/fuzzer_stats"
}

if [ "${1-}" = one ]; then
	mkdir -p "$LOGS"
	"$ENGINE" "$2"
	exit
fi
mkdir -p "$LOGS"
export BUILD FUZZ_SECONDS ENGINE
printf '%s\n' "$@" | xargs -P "${JOBS:-$(nproc)}" -I {} sh "$0" one {}
printf '%-9s %12s %8s %7s %7s %9s\n' target executions per-s edges inputs \
    findings
for name; do
	"${ENGINE}_row" "$name"
done
