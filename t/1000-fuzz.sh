#!/bin/sh
# No input breaks what is promised: every seed, every input that once did, and
# a number of new ones that is the same in every run. FUZZ_CHECK=N makes it N
# seconds of a processor for each target (5), reckoned by what one does in a
# second; "make fuzz" goes on where this ends.

# shellcheck disable=SC2317 # functions that "ok" is given to call
# shellcheck disable=SC2034 # for tap.sh: this test needs no service
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

ok 'the targets are built' fuzz_build

for target in json:60000 field:50000 path:50000 token:15000 utf8:60000 \
    email:60000 request:2000 fastcgi:2000; do
	name=${target%:*}
	ok "$name: what is known breaks nothing" replay "$name"
	ok "$name: nor do inputs that follow from it" \
	    explore "$name" $((${target#*:} * ${FUZZ_CHECK:-5}))
done

done_testing
