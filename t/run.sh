#!/bin/sh
# run.sh [TEST...] - runs the tests against one service in a folder of its own
# and counts what they say. Its last line is "N passed, M failed". "make check"
# calls it; a single test can be run alone, too: sh t/0010-health.sh
#
#	BUILD		where the programs are (build)
#	SANITIZE	set when they were built with sanitizers
#	VALGRIND	set: every program runs under valgrind
#	JOBS		tests at a time (2)
#	TOPOLOGY	galera, hosts or spread: the service is one of three
#			hosts, as t/cluster.sh makes them. Tests that want a
#			service of their own have a single one as always
#	KEEP		set: leave the results and logs in place

set -u
if [ -n "${TOPOLOGY-}" ]; then
	. "$(dirname "$0")/cluster.sh"
	why=$(cluster_may) || { echo "no $TOPOLOGY here: $why"; exit 1; }
	cluster_enter "$0" "$@"
fi
cd "$(dirname "$0")/.." || exit 1
BUILD=$(readlink -m "${BUILD:-build}")
RESULTS=$(mktemp -d /tmp/khatma-check.XXXXXX)
KHATMA_TEST_STACK=$RESULTS/stack
export BUILD RESULTS KHATMA_TEST_STACK

stack() {
	[ -z "${TOPOLOGY-}" ] || { topology "$1"; return; }
	VAR=$KHATMA_TEST_STACK LISTEN=unix:$KHATMA_TEST_STACK/http.sock \
	    scripts/stack.sh "$1"
}

topology() {
	case $1 in
	up)	scratch=$RESULTS
		cluster_up "$TOPOLOGY"
		KHATMA_TEST_STACK=$stack ;;
	down)	cluster_down ;;
	esac
}

cleanup() {
	result=$?
	stack down >/dev/null 2>&1
	if [ -n "${KEEP-}" ]; then
		echo "kept: $RESULTS" >&2
	else
		rm -rf "$RESULTS"
	fi
	exit "$result"
}

# Reports go into files, so that one of a worker's is seen too.
prepare_sanitizers() {
	ASAN_OPTIONS=log_path=$RESULTS/report.asan:detect_leaks=1
	UBSAN_OPTIONS=log_path=$RESULTS/report.ubsan:print_stacktrace=1
	SANDBOX=off	# they read and write what a worker may not
	export ASAN_OPTIONS UBSAN_OPTIONS SANDBOX
}

# A folder as BUILD is, whose programs are scripts that run the real ones. It
# takes its time: fewer workers, more patience, and reports into files, too.
prepare_valgrind() {
	programs=$RESULTS/valgrind
	mkdir -p "$programs/bin"
	ln -s "$BUILD/t" "$programs/t"
	for program in "$BUILD"/bin/*; do
		{
			echo '#!/bin/sh'
			echo "exec valgrind --quiet --leak-check=full \\"
			echo "--errors-for-leak-kinds=definite \\"
			echo "--show-leak-kinds=definite \\"
			echo "--suppressions='$PWD/t/valgrind.supp' \\"
			echo "--log-file='$RESULTS/report.valgrind.%p' \\"
			echo "'$program' \"\$@\""
		} >"$programs/bin/${program##*/}"
		chmod 755 "$programs/bin/${program##*/}"
	done
	BUILD=$programs
	WORKERS=${WORKERS:-2}
	TEST_TIMEOUT=${TEST_TIMEOUT:-1200}
	export WORKERS TEST_TIMEOUT VALGRIND
}

# passed and failed tests of one TAP file. A plan that was not kept, and a bad
# end without a failed test, count as one more failure.
count_one() {
	awk -v status="$(cat "$1.status" 2>/dev/null || echo 1)" '
	/^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; planned = 1 }
	/^ok / { passed++ }
	/^not ok / { if (/# TODO/) passed++; else failed++ }
	END {
		wrong = !planned || plan != passed + failed || status != 0
		print passed + 0, failed + (wrong && !failed)
	}' "$1"
}

count_all() {
	passed=0
	failed=0
	for tap in "$RESULTS"/*.tap; do
		[ -e "$tap" ] || continue
		# shellcheck disable=SC2046 # two words
		set -- $(count_one "$tap")
		passed=$((passed + $1))
		failed=$((failed + $2))
	done
}

# prove tells only the numbers of tests that failed.
show_failures() {
	for tap in "$RESULTS"/*.tap; do
		awk -v name="$(basename "$tap" .tap)" '
		/^not ok/ && !/# TODO/ { print name ": " $0; told = 1; next }
		/^Bail out!/ { print name ": " $0; next }
		/^#/ && told { print "\t" $0; next }
		{ told = 0 }' "$tap"
	done
}

count_reports() {
	for report in "$RESULTS"/report.*; do
		[ -s "$report" ] || continue
		head -n 60 "$report"
		failed=$((failed + 1))
	done
}

trap cleanup EXIT
trap 'exit 1' HUP INT TERM
[ -z "${SANITIZE-}" ] || prepare_sanitizers
[ -z "${VALGRIND-}" ] || prepare_valgrind
[ -z "${SANITIZE-}${VALGRIND-}" ] || export SANDBOX=off

[ $# -gt 0 ] || set -- "$BUILD"/t/unit-* t/[0-9]*.sh t/drills/*.sh
tests=
for test in "$@"; do
	case $test in
	# what the compiler left, and no unit test
	*.o | *.d | *.gcno | *.gcda | *'*') ;;
	*)	tests="$tests $test" ;;
	esac
done

if ! stack up >"$RESULTS/up.log" 2>&1; then
	cat "$RESULTS/up.log"
	failed=1
	count_reports
	echo "0 passed, $failed failed"
	exit 1
fi
# shellcheck disable=SC2086 # several words
prove -j "${JOBS:-2}" --exec 'sh t/one.sh' $tests
proved=$?
stack down >/dev/null 2>&1	# workers report leaks when they end
count_all
show_failures
count_reports
[ "$proved" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
