#!/bin/sh
# The bench of growth runs: cases are measured on both data sets, its table has
# them, and pages and histories are held against each other. Nothing is said of
# how fast.

# shellcheck disable=SC2034 # for tap.sh: the bench starts its own service
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"

REQUESTS=5 PAGE=10 CASES='^me$|^search-rare|/' RESULTS="$scratch/results" \
    "$root/t/bench/growth.sh" 0.01 0.02 >"$scratch/table" \
    2>"$scratch/growth.log"
is $? 0 'the bench ends well'
diag "$(tail -n 5 "$scratch/growth.log")"

for scale in 0.01 0.02; do
	for case in me search-rare public/page-1 public/page-10 10/user/me/ \
	    10000/user/me/; do
		like "$(cat "$scratch/results")" \
		    "^$scale	$case	[1-9][0-9.]*	[0-9]+	[0-9]+	[0-9.]+$" \
		    "$case was measured on $scale"
	done
done
is "$(grep -c fails "$scratch/results")" 0 'no request failed'
like "$(cat "$scratch/table")" '^me +([0-9.]+) +\1 +1\.00 $' \
    'what has not grown is in the table'
like "$(cat "$scratch/table")" \
    '^0\.02 +sessions/page-10 +[0-9.]+ +[0-9.]+ +[0-9.]+\*' \
    'and what reads more, with a star'
like "$(tail -n 1 "$scratch/table")" '^[0-9]+ are more than 1\.3 times' \
    'and how many do'

done_testing
