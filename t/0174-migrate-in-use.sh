#!/bin/sh
# migrate works on a database that is in use: two at once are one after the
# other, nobody waits long behind it, and one that was interrupted goes on.
# shellcheck disable=SC2317 # functions that "wait_for" is given to call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"

stack_private WORKERS=1
export KHATMA_CONF="$stack/khatma.conf" KHATMA_MIGRATE_ARGS=--no-defaults
mkdir "$scratch/share"
cp -r "$root/schema.sql" "$root/migrations" "$scratch/share"
export KHATMA_SHARE_DIR="$scratch/share"

spawn() {
	"$root/spawn.sh" "$@" 2>&1
}

owner() {
	mariadb --no-defaults --socket="$stack/run/db.sock" -N "$@"
}

# migration NUMBER STATEMENT...: another, which records itself.
migration() {
	printf '%s\n' "$2;" "INSERT INTO schema_migrations
	    (version, name, applied_at)
	    VALUES ($1, 'test', UTC_TIMESTAMP(6));" \
	    >"$scratch/share/migrations/$1-test.sql"
}

version() {
	db 'SELECT MAX(version) FROM schema_migrations'
}

# --- Two at once -------------------------------------------------------------

owner -e 'CREATE DATABASE fresh'
for n in 1 2 3; do
	KHATMA_DB_NAME=fresh spawn migrate >"$scratch/said.$n" &
	eval "pid$n=$!"
done
# shellcheck disable=SC2154 # by eval
for pid in "$pid1" "$pid2" "$pid3"; do
	wait "$pid"
	is $? 0 'of three that make the tables at once, each is content'
done
is "$(cat "$scratch"/said.* | grep -c 'made the tables')" 1 'one made them'

migration 9001 'CREATE TABLE test_a (id INT PRIMARY KEY)'
migration 9002 'CREATE TABLE test_b (id INT PRIMARY KEY)'
spawn migrate >"$scratch/said.1" 8>&- &
pid=$!
ok 'one of two at once is content' spawn migrate
wait "$pid"
is $? 0 'so is the other'
cat "$scratch/said" >>"$scratch/said.1"
is "$(grep -c 'applied 900' "$scratch/said.1")" 2 'each file ran once'
is "$(version)" 9002 'and the database knows'

# The lock is the server's: whoever asks, from wherever.
mkfifo "$scratch/lock"
owner --unbuffered khatma <"$scratch/lock" >"$scratch/locked" &
exec 8>"$scratch/lock"
echo "SELECT GET_LOCK(SHA1('khatma khatma'), 0);" >&8
wait_for test -s "$scratch/locked"
said=$(spawn backup "$scratch/file" | tail -n 1)
like "$said" 'somebody else still migrates, backs up or restores' \
    'while somebody changes the schema, there is no backup'
migration 9003 'CREATE TABLE test_c (id INT PRIMARY KEY)'
spawn migrate >"$scratch/said.1" 8>&- &
pid=$!
ok 'and migrate waits' wait_for grep -q 'waiting for who' "$scratch/said.1"
is "$(version)" 9002 'without changing anything'
exec 8>&-
wait "$pid"
is "$? $(version)" '0 9003' 'until it may'
is "$(find "$scratch" -maxdepth 1 -name 'file*')" '' 'nor a file of it'

# --- A table that is in use --------------------------------------------------

# ALTER waits for the end of a transaction that has read the table, and who
# comes later waits for ALTER: but never for long.
migration 9004 'ALTER TABLE notifications ADD COLUMN test INT'
hold 'SELECT COUNT(*) FROM notifications'
spawn migrate >"$scratch/said.1" 8>&- &
pid=$!
ok 'migrate waits for who uses the table' \
    wait_for grep -q 'ERROR 1205' "$scratch/said.1"
alter_waits() {
	[ "$(owner -e "SELECT COUNT(*) FROM information_schema.processlist
	    WHERE info LIKE 'ALTER%' AND state LIKE 'Waiting%'")" = 1 ]
}
ok 'and waits again' wait_for alter_waits
new_user ali
req GET /api/notifications/ '' "$ali_token"
wants 200 'but lets through who comes meanwhile'
is "$(version)" 9003 'the table is as it was'
let_go
wait "$pid"
is $? 0 'as soon as it may, it goes on'
is "$(version)" 9004 'and the version is recorded'

# --- In batches --------------------------------------------------------------

db "INSERT INTO notifications (user_id, notification_type, once_key, created_at)
    SELECT $ali_id, 'daily_reminder', CONCAT('daily_reminder:', seq),
    UTC_TIMESTAMP(6) FROM seq_1_to_25"
migration 9005 'CREATE TABLE test_batches (id INT AUTO_INCREMENT PRIMARY KEY)'
cat >"$scratch/share/migrations/9006-fill.sql" <<'END'
-- In batches
INSERT INTO test_batches VALUES (NULL);
UPDATE notifications SET test = 1 WHERE test IS NULL LIMIT 10;
INSERT INTO schema_migrations (version, name, applied_at)
SELECT 9006, 'fill', UTC_TIMESTAMP(6) FROM (SELECT 1) one
WHERE NOT EXISTS (SELECT 1 FROM notifications WHERE test IS NULL);
END
ok 'one that fills rows in batches works' spawn migrate
is "$(db 'SELECT COUNT(*) FROM notifications WHERE test IS NULL')" 0 \
    'until none is left'
ok 'by some at a time' test "$(db 'SELECT COUNT(*) FROM test_batches')" -ge 3
is "$(version)" 9006 'and then it is recorded'

# --- Interrupted -------------------------------------------------------------

migration 9007 'CREATE TABLE IF NOT EXISTS test_d (id INT PRIMARY KEY);
    SELECT nonsense FROM nowhere'
said=$(spawn migrate)
like "$(echo "$?" "$said" | tr '\n' ' ')" '^1 .*9007-test.sql failed' \
    'one that fails in the middle fails'
is "$(version)" 9006 'and is not recorded'
migration 9007 'CREATE TABLE IF NOT EXISTS test_d (id INT PRIMARY KEY)'
ok 'mended, it goes on' spawn migrate
is "$(version)" 9007 'to its end'

owner -e 'CREATE DATABASE half'
sed '/^INSERT INTO schema_migrations/,$d' "$root/schema.sql" | owner half
said=$(KHATMA_DB_NAME=half spawn migrate)
like "$(echo "$?" "$said" | tr '\n' ' ')" '^1 .*not all of them' \
    'tables whose making was interrupted are not taken for whole'

done_testing
