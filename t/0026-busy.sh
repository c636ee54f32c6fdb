#!/bin/sh
# A worker that finds the next request waiting for it is busy, and does not
# interrupt whoever wakes it; one that nobody waits for does.
# shellcheck disable=SC2154,SC2317 # what tap.sh sets; functions for "wait_for"
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"
echo KHATMA_QUEUE=1 >"$scratch/settings"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/settings"

# The policies that the worker asked for, in order.
policies() {
	sed -n 's/^sched_setscheduler(0, \([A-Z_]*\), \[0\]) *= 0$/\1/p' \
	    "$scratch/calls" | xargs
}

has_become() {
	[ "$(policies)" = "$1" ]
}

new_user ali
worker=$(workers notifications)
trace "$worker" sched_setscheduler

kill -STOP "$worker"
# the kernel lets one more than was asked for into the line
at_once 3 notifications/ -H "Authorization: Bearer $ali_token"
ok 'of three who come at once, two can wait' wait_for answered 1
kill -CONT "$worker"
wait "$asking"
is "$(sort "$scratch/codes" | uniq -c | xargs)" '2 200 1 503' \
    'both are answered'
ok 'the worker was busy with the second, and is not any more' \
    wait_for has_become 'SCHED_BATCH SCHED_OTHER'
[ "$(policies)" = 'SCHED_BATCH SCHED_OTHER' ] || diag "$(cat "$scratch/calls")"
is "$(workers notifications)" "$worker" 'its sandbox lets it do so'
trace_end
done_testing
