#!/bin/sh
# The memory of a password's hash is kept while others wait for theirs, and goes
# back to the system when none does.
# shellcheck disable=SC2154,SC2317 # what tap.sh sets; functions for "wait_for"
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"
[ -z "${SANITIZE-}${VALGRIND-}" ] || skip_all 'others look after its memory'
printf '%s\n' KHATMA_WORKERS_auth=1 KHATMA_QUEUE_auth=2 >"$scratch/settings"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/settings"

# What is mapped besides is smaller than the 19 MiB that Argon2id wants.
mapped() {
	grep -Ec '^mmap\(NULL, 2[0-9]{7}, ' "$scratch/calls"
}

at_rest() {
	[ "$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB$/\1/p' \
	    "/proc/$worker/status")" -lt 19456 ]
}

new_user ali
worker=$(workers auth)
trace "$worker" mmap

kill -STOP "$worker"
# the kernel lets one more than was asked for into the line
at_once 4 login/ -H 'Content-Type: application/json' \
    -d "{\"email\": \"$ali_email\", \"password\": \"$ali_password\"}"
ok 'of four who come at once, three can wait' wait_for answered 1
kill -CONT "$worker"
wait "$asking"
is "$(sort "$scratch/codes" | uniq -c | xargs)" '3 200 1 503' \
    'and are let in'
is "$(mapped)" 1 'their passwords were hashed in the same memory'
ok 'which the worker has given back' wait_for at_rest
req POST /api/login/ "{\"email\": \"$ali_email\", \"password\": \"$ali_password\"}"
wants 200 'who comes later is let in, too'
is "$(mapped)" 2 'in memory of his own'
is "$(workers auth)" "$worker" 'all by one worker'
trace_end
done_testing
