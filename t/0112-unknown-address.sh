#!/bin/sh
# An address without an account costs what a wrong password does: as many
# statements and the same hash. Both are seen without a clock: the hash by its
# memory, which a worker is then not given.
# shellcheck disable=SC2154,SC2317 # new_user sets them, "wait_for" calls them
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"

[ "$(id -u)" = 0 ] || skip_all 'only root can limit a worker'
# 128 MiB for a hash, and a worker of 100: without a sanitizer, whose workers
# are larger from the start.
[ "${SANDBOX-on}" = on ] || skip_all 'the workers are not as small as usual'
echo KHATMA_ARGON2_MEMORY=131072 >"$scratch/large.conf"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/large.conf"

# logged: the line of the last request is there
logged() {
	log_lines | grep "\"rid\":\"$(header X-Request-Id)\"" >"$scratch/line"
}

login() {
	req POST /api/login/ "{\"email\": \"$1\", \"password\": \"not-this\"}"
	wait_for logged
	echo "$status $(jq .sql "$scratch/line")"
}

new_user ali
known=$(login "$ali_email")
like "$known" '^401 [1-9]' 'a wrong password is refused'
is "$(login "nobody-$(random_word)@example.com")" "$known" \
    'AUTH-08: an unknown address is, after as many statements'
for pid in $(workers auth); do
	prlimit --pid "$pid" --as=100000000 2>"$scratch/said" ||
		diag "$(cat "$scratch/said")"
done
short=$(login "$ali_email")
like "$short" '^500 ' 'without its memory no password can be hashed'
is "$(login "nobody-$(random_word)@example.com")" "$short" \
    'AUTH-08: and for an unknown address one is'

done_testing
