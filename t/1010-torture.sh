#!/bin/sh
# Memory may run out at any allocation of any request: the answer is an error
# or whole, nothing crashes and nothing is lost.

# shellcheck disable=SC2034 # for tap.sh: this test needs no service
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/fuzz/build.sh"

cd "$root" || exit 1
fuzz_build >"$scratch/made" 2>&1 || {
	diag "$(cat "$scratch/made")"
	echo 'Bail out! the torture test is not built'
	exit 1
}
build-fuzz/fuzz/torture t/fuzz/seeds/request/* 2>"$scratch/said"
result=$?
[ "$result" = 0 ] || diag "$(tail -n 40 "$scratch/said")"
exit "$result"
