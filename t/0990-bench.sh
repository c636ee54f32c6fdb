#!/bin/sh
# The bench runs: each of its cases is answered, its table has them all, and what
# was written meanwhile is there and right. Nothing is said of how fast.

# shellcheck disable=SC2034 # for tap.sh: the bench starts its own service
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"

SCALE=0.01 ROUNDS=1 BENCH_SECONDS=1 PEERS='' STORM=off \
    RESULTS="$scratch/results" "$root/t/bench/bench.sh" \
    >"$scratch/table" 2>"$scratch/bench.log"
is $? 0 'the bench ends well, and no request failed'
diag "$(tail -n 5 "$scratch/bench.log")"

for case in me list stats detail dashboard notifications session login \
    static constant raw-me raw-list raw-stats raw-session hash; do
	like "$(cut -f 1,2 "$scratch/results")" "^$case	[0-9.]*[1-9]" \
	    "$case was measured"
	like "$(cat "$scratch/table")" "^$case +[0-9]" "$case is in the table"
done
like "$(cat "$scratch/table")" '^me +constant +[0-9.]+ .* (yes|no)$' \
    'a ratio is judged by its target'

done_testing
