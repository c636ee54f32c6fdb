#!/bin/sh
# No input breaks what is promised: every seed, every input that once did, and
# a number of new ones that is the same in every run. FUZZ_RUNS=N is how many
# for each target; "make fuzz" goes on where this ends.

# shellcheck disable=SC2317 # functions that "ok" is given to call
# shellcheck disable=SC2034 # for tap.sh: this test needs no service
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"

cd "$root" || exit 1

command -v clang >/dev/null || skip_all 'there is no clang'
[ -z "${VALGRIND-}" ] || skip_all 'a fuzzer has sanitizers of its own'

# longest NAME: bytes that teach something.
longest() {
	case $1 in
	request | fastcgi)	echo 1024 ;;
	*)	echo 256 ;;
	esac
}

# replay NAME: the seeds and the findings of old.
replay() {
	find "t/fuzz/seeds/$1" "t/fuzz/regressions/$1" -type f \
	    >"$scratch/inputs" 2>/dev/null
	xargs build-fuzz/fuzz/"$1" -close_fd_mask=1 <"$scratch/inputs"
}

# explore NAME RUNS: inputs that follow from the seeds, by a fixed dice.
explore() {
	mkdir "$scratch/$1"
	build-fuzz/fuzz/"$1" -seed=1 -runs="$2" -max_len="$(longest "$1")" \
	    -timeout=60 -close_fd_mask=1 -detect_leaks=0 -rss_limit_mb=4096 \
	    -artifact_prefix="$scratch/" -dict="t/fuzz/$1.dict" \
	    "$scratch/$1" "t/fuzz/seeds/$1"
}

ok 'the targets are built' make -s -j2 fuzz-build

for target in json:800000 field:400000 path:400000 token:200000 \
    utf8:400000 email:400000 request:20000 fastcgi:20000; do
	name=${target%:*}
	ok "$name: what is known breaks nothing" replay "$name"
	ok "$name: nor do inputs that follow from it" \
	    explore "$name" "${FUZZ_RUNS:-${target#*:}}"
done

done_testing
