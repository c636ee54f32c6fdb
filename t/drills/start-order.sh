#!/bin/sh
# The workers are there before their database: they wait for it without dying,
# say so to whoever asks, and are ready as soon as it is, whatever it lacked.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"
stack_private WORKERS=2
readers 4
token=$(sed -n '1s/.* //p' "$scratch/tokens")
password=$(cat "$stack/db.password")

spawn() {
	KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" "$@"
}

owner() {
	mariadb --no-defaults --socket="$stack/run/db.sock" -N
}

# away CODE WHAT: this is what all groups say.
away() {
	req GET /api/health/ready/
	is "$status $(field .code)" "503 $1" "REL-18: $2: it is not ready"
	like "$(header Retry-After)" '^[0-9]+$' 'and says when to ask again'
	for path in user/me khatmas sessions stats/user achievements \
	    notifications dashboard; do
		echo "GET /api/$path/ $token"
	done | together
	is "$(cut -d ' ' -f 2 "$answers/codes" | xargs)" \
	    '503 503 503 503 503 503 503' 'nor is any other group'
	is "$(jq -r .code "$answers"/[0-9] | sort -u)" "$1" 'for the same reason'
	req GET /api/health/live/
	wants 200 'the processes answer'
}

ready() {
	req GET /api/health/ready/
	[ "$status" = 200 ]
}

# Asks in short steps, so that the time means something.
ready_in_a_moment() {
	since=$(date +%s%3N)
	for _ in $(seq 3000); do
		ready && break
		sleep 0.01
	done
	took=$(($(date +%s%3N) - since))
	is "$status" 200 "REL-18: $1: it is ready"
	at_most "$1: until it was ready, ms" "$took" 1000
}

# --- There is no database ----------------------------------------------------

database_stop TERM
ok 'the workers stop without it' spawn stop
ok 'REL-18: and start without it' spawn start
before=$(workers)
away database_unavailable 'no database'
# The time until it answers at all is its own.
database_start
ready_in_a_moment 'the database is there'

# --- It lets nobody in, or does not know the name ----------------------------

# What a worker has of an open connection goes with the account.
shut_out() {
	echo "$1" | owner
	echo "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist
	    WHERE user = 'khatma'" | owner | owner
}

shut_out "ALTER USER khatma@localhost IDENTIFIED BY 'another one'"
away database_unavailable 'a wrong password'
echo "ALTER USER khatma@localhost IDENTIFIED BY '$password'" | owner
ready_in_a_moment 'the password is right'

mariadb-dump --no-defaults --socket="$stack/run/db.sock" --single-transaction \
    khatma >"$scratch/dump"
shut_out 'DROP DATABASE khatma'
away database_unavailable 'an unknown database'

echo 'CREATE DATABASE khatma CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci' |
    owner
away schema_version 'a schema that was not migrated'
ok 'it is migrated' env KHATMA_MIGRATE_ARGS=--no-defaults \
    KHATMA_CONF="$stack/khatma.conf" "$root/spawn.sh" migrate
ready_in_a_moment 'the schema is there'
req GET /api/user/me/ '' "$token"
is "$status $(field .code)" '401 token_invalid' \
    'the statements that were prepared before work with it'

shut_out 'DROP DATABASE khatma; CREATE DATABASE khatma CHARACTER SET utf8mb4
    COLLATE utf8mb4_unicode_ci'
db "$(cat "$scratch/dump")"
ready_in_a_moment 'a backup is there'

is "$(workers)" "$before" 'REL-18: all this time no worker has died or been new'
is "$(cat "$stack"/log/*.log | grep -cE 'out of memory|Sanitizer')" 0 \
    'nor complained of anything else'

load_start -d "$(form 1 20)"
ok 'readers work with it' load_wait
is "$(load_count refused get) $(load_count failed) $(load_count again)" \
    '0 0 0' 'as ever'
is "$(load_lost)" '' 'all that was acknowledged is there'
is "$(load_twice)" '' 'no chapter was given twice'
is "$(fsck)" '' 'and all rules hold'

# --- A worker that cannot start at all ---------------------------------------

# Each try ends up in the log, so they can be counted.
cat >"$scratch/wrong.conf" <<END
KHATMA_DB_PORT=none
END
cat "$stack/khatma.conf" "$scratch/wrong.conf" >"$scratch/khatma.conf"
cp "$stack/khatma.conf" "$scratch/right.conf"
: >"$stack/log/stats.log"
cp "$scratch/khatma.conf" "$stack/khatma.conf"
since=$(date +%s)
kill -KILL $(pgrep -P "$(cat "$stack/run/stats.master")")
tried() {
	[ "$(grep -c KHATMA_DB_PORT "$stack/log/stats.log")" -ge 4 ]
}
ok 'workers with a wrong setting say so' wait_for tried
took=$(($(date +%s) - since))
cp "$scratch/right.conf" "$stack/khatma.conf"
stats_answers() {
	req GET /api/stats/user/ '' "$token"
	[ "$status" = 200 ]
}
ok 'and are there when it is right, by themselves' wait_for stats_answers
# Two workers, each asleep for a second before it ends.
ok 'REL-18: each tries once a second, no more' \
    test "$(grep -c KHATMA_DB_PORT "$stack/log/stats.log")" -le \
    $((2 * ($(date +%s) - since + 1)))

done_testing
