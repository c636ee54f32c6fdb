#!/bin/sh
# The service is the same on three database servers as on one: with all workers
# on one host behind HAProxy, and spread over three hosts of which each writes
# to its own server. What one host has acknowledged the others show at once, and
# what must not happen at once on one server does not happen on two.
# shellcheck disable=SC2154,SC2317 # set by eval; called by name
. "$(dirname "$0")/../cluster.sh"
cluster_enter "$0" "$@"
. "$root/t/drill.sh"

# at N METHOD PATH ...: a request to the workers of one host.
at() {
	whole=$stack
	stack=$cluster/n$1/web
	shift
	req "$@"
	stack=$whole
}

# --- The tests of the service ------------------------------------------------

# What is not among them, and why: 07 is about one database that breaks, 08 and
# 09 about a worker, a web server or the texts. Those of 01 to 06 that call
# stack_private break their service or want other settings, and have a single
# one as always.
short_list='0114-refresh 0240-join 0308-undo'

tests_to_run() {
	if [ "$DRILL" != long ]; then
		for name in $short_list; do
			echo "$root/t/$name.sh"
		done
		return
	fi
	for name in "$root"/t/0010-health.sh "$root"/t/0[1-6]*.sh; do
		grep -q '^stack_private' "$name" || echo "$name"
	done
}

# suite TOPOLOGY: each test, on the service at $stack.
suite() {
	passed=0
	failed=0
	for test in $(tests_to_run); do
		name=${test##*/}
		KHATMA_TEST_STACK=$stack sh "$test" >"$scratch/tap" 2>&1
		ok "$1: ${name%.sh}" test $? = 0
		grep '^not ok' "$scratch/tap" | sed 's/^/# /'
		passed=$((passed + $(grep -c '^ok' "$scratch/tap")))
		failed=$((failed + $(grep -c '^not ok' "$scratch/tap")))
	done
	result "$1: checks passed, failed" "$passed, $failed" 'all, 0'
	is "$(log_lines | grep -c '"st":500,')" 0 "$1: nothing ended in a 500"
	result "$1: requests told to come back (503)" \
	    "$(log_lines | grep -c '"st":503,.*"code":"database_')" 'few'
}

# --- What one host writes another reads --------------------------------------

# stale N: a name is changed at one host and asked for at the next, N times.
stale() {
	stale=0
	n=0
	while [ $n -lt "$1" ]; do
		n=$((n + 1))
		at $((n % 3 + 1)) PATCH /api/user/profile/ \
		    "{\"fullname\": \"Reader $n\"}" "$ali_token"
		at $(((n + 1) % 3 + 1)) GET /api/user/profile/ '' "$ali_token"
		[ "$(field .fullname)" = "Reader $n" ] || stale=$((stale + 1))
	done
}

# --- A new key on three hosts ------------------------------------------------

spawn() {
	KHATMA_CONF=$cluster/n$1/web/khatma.conf "$root/spawn.sh" "$2" \
	    >"$scratch/spawn.log" 2>&1
}

# understood: how many of the tokens that each host signs each host takes.
understood() {
	good=0
	for signer in 1 2 3; do
		at $signer POST /api/refresh/ "{\"refresh\": \"$ali_refresh\"}"
		token=$(field .access)
		for host in 1 2 3; do
			at $host GET /api/user/me/ '' "$token"
			[ "$status" != 200 ] || good=$((good + 1))
		done
	done
	echo $good
}

# As docs/scaling.md says.
rotate() {
	(umask 077; openssl rand -hex 32 | tr -d '\n' >"$scratch/next")
	for host in 1 2 3; do
		key=$cluster/n$host/web/jwt.key
		cp -p "$scratch/next" "$key.next"
		cp -p "$scratch/next" "$key.other"
		ok "host $host learns the new key" spawn $host reload
		is "$(understood)" 9 'and all take what each signs'
	done
	for host in 1 2 3; do
		ok "host $host signs with it" spawn $host rotate-key
		is "$(understood)" 9 'and all take what each signs'
	done
	is "$(for host in 1 2 3; do
		cat "$cluster/n$host/web/jwt.key"; echo
	done | sort -u)" "$(cat "$scratch/next")" \
	    'in the end all have the same key'
	for host in 1 2 3; do
		at $host GET /api/user/me/ '' "$ali_token"
		wants 200 "and host $host takes what the former key signed"
	done
}

# --- What is not to happen at once -------------------------------------------

# begun SQL: server 2 is in the middle of a transaction.
begun() {
	rm -f "$scratch/begun" "$scratch/end"
	mkfifo "$scratch/begun"
	mariadb --no-defaults --socket="$cluster/n2/db.sock" -N --unbuffered \
	    --force khatma <"$scratch/begun" >"$scratch/end" 2>&1 &
	client=$!
	exec 8>"$scratch/begun"
	echo "START TRANSACTION; $1; SELECT 'begun';" >&8
	within 30 grep -q begun "$scratch/end"
}

# alone NAME: what was begun was not to happen with what came meanwhile.
alone() {
	[ "$status" -lt 300 ] || diag "$status $(cat "$body")"
	echo 'COMMIT;' >&8
	exec 8>&-
	wait "$client"
	like "$(cat "$scratch/end")" '^ERROR 1213 ' "$1"
}

khatma_begun() {
	begun "UPDATE khatmas SET updated_at = UTC_TIMESTAMP(6)
	    WHERE id = $khatma"
}

collisions() {
	khatma_begun
	at 1 POST "/api/khatmas/$khatma/intentions/" \
	    '{"intention": ["for my parents"]}' "$ali_token"
	alone 'intentions are not written while somebody leaves'
	khatma_begun
	at 1 POST "/api/khatmas/$khatma/invitations/" '' "$ali_token"
	alone 'nobody is invited while the group changes'
	khatma_begun
	at 1 POST "/api/khatmas/$khatma/sessions/" \
	    '{"chapter_assigned": 1, "is_completed": false}' "$ali_token"
	alone 'no reading begins while its chapter is given back'
	at 1 POST "/api/khatmas/$khatma/sessions/" \
	    '{"chapter_assigned": 1, "is_completed": true}' "$ali_token"
	khatma_begun
	at 1 POST "/api/khatmas/$khatma/sessions/" \
	    "{\"chapter_assigned\": 1, \"is_completed\": true,
	    \"reading_date\": \"$(date -u -d yesterday +%FT%TZ)\"}" \
	    "$ali_token"
	alone 'nothing is read again while its reading is taken back'
	begun "UPDATE users SET password_changed_at = UTC_TIMESTAMP(6)
	    WHERE id = $ali_id"
	at 1 POST /api/login/ "$(jq -cn --arg e "$ali_email" \
	    --arg p "$ali_password" '{email: $e, password: $p}')"
	alone 'nobody logs in while the password is replaced'
}

# --- The drill ---------------------------------------------------------------

cluster_up spread
new_user ali
at 2 POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "target_days": 30, "is_public": true}' "$ali_token"
khatma=$(field .id)
at 3 POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 1, "is_completed": false}' "$ali_token"
wants 201 'what was made at one host is read in at another'
collisions
stale "$(form 60 900)"
is "$stale" 0 'whoever reads at another host sees what was just written'
result 'stale reads at another host' "$stale of $n" 0
[ "$DRILL" != long ] || rotate
# Before the suite, whose tests put in rows of their own that break some.
# shellcheck disable=SC2119 # of all khatmas
is "$(fsck)" '' 'and all rules hold'
export KHATMA_TEST_RETRY=10
suite spread
unset KHATMA_TEST_RETRY

# Workers write into the log that they were started with.
web_stop 1
cluster_kind=galera
stack=$cluster/n1/web
ok 'HAProxy finds the server that writes' proxy_start 1
web_start 1
mkdir -p "$stack/run"
ln -sf "$cluster/n1/db.sock" "$stack/run/db.sock"
suite galera

done_testing
