# shellcheck shell=sh
# shellcheck disable=SC1091 # beside the test that reads it, not beside this
# shellcheck disable=SC2034,SC2154,SC2317 # for tap.sh, of tap.sh, for "ok"
# check.sh - for the tests that are one fuzz target each:
#
#	fuzz_check NAME RUNS	every seed and every input that once found a
#			fault, and then new ones: FUZZ_CHECK times RUNS, which
#			is what the target does in a second of a processor.
#			They follow from the seeds by a fixed dice and are the
#			same in every run; "make fuzz" goes on where they end.

KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/fuzz/build.sh"

cd "$root" || exit 1

# longest NAME: bytes that teach something.
longest() {
	case $1 in
	request | fastcgi)	echo 1024 ;;
	*)	echo 256 ;;
	esac
}

# leaks NAME: whether it may be asked for them, see fuzz-fastcgi.c.
leaks() {
	[ "$1" = fastcgi ] && echo 0 || echo 1
}

# replay NAME: the seeds and the findings of old.
replay() {
	find "t/fuzz/seeds/$1" "t/fuzz/regressions/$1" -type f \
	    >"$scratch/inputs" 2>/dev/null
	xargs build-fuzz/fuzz/"$1" -close_fd_mask=1 \
	    -detect_leaks="$(leaks "$1")" <"$scratch/inputs"
}

# explore NAME RUNS: inputs that follow from the seeds, by a fixed dice.
explore() {
	mkdir "$scratch/$1"
	build-fuzz/fuzz/"$1" -seed=1 -runs="$2" -max_len="$(longest "$1")" \
	    -timeout=100 -close_fd_mask=1 -detect_leaks=0 -rss_limit_mb=4096 \
	    -artifact_prefix="$scratch/" -dict="t/fuzz/$1.dict" \
	    "$scratch/$1" "t/fuzz/seeds/$1"
}

fuzz_check() {
	ok 'the target is built' fuzz_build
	ok "$1: what is known breaks nothing" replay "$1"
	ok "$1: nor do inputs that follow from it" \
	    explore "$1" $(($2 * ${FUZZ_CHECK:-60}))
	done_testing
}
