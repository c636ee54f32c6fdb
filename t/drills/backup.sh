#!/bin/sh
# A backup that is made while readers read is one instant of the database: what
# had been acknowledged before is in it, all rules hold in it, and no reader
# has noticed.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"
# shellcheck source=t/seed.sh
. "$root/t/seed.sh"
stack_private
export KHATMA_CONF="$stack/khatma.conf" KHATMA_MIGRATE_ARGS=--no-defaults

# timed COMMAND...: sets $took, in seconds.
timed() {
	timed_from=$(date +%s%N)
	"$@"
	timed_status=$?
	took=$(awk -v ns="$(($(date +%s%N) - timed_from))" \
	    'BEGIN { printf "%.1f", ns / 1e9 }')
	return $timed_status
}

size_of() {
	stat -c %s "$1" | numfmt --to=iec
}

# The longest request that was under way at some time from START to END, ms.
slowest() {
	awk -F '\t' -v from="$1" -v to="$2" '
	$1 <= to && $1 + $2 >= from && $2 > most { most = $2 }
	END { printf "%.0f\n", most / 1000 }' "$load_log"
}

users=$(form 100 100000)
seed_pool "$(form 67108864 1073741824)"
timed seed "$users"
seed_words
result 'users, khatmas, sessions' "$users, $users, ${users}0" "seeded in $took s"

readers "$(form 3 8)"
load_start
ok 'readers are at work' wait_for load_has 20
sed '$d' "$load_log" >"$scratch/before.log"
from=$(date +%s%6N)
ok 'a backup is made while they are' timed "$root/spawn.sh" backup \
    "$scratch/khatma.sql.gz"
to=$(date +%s%6N)
result 'backup to .gz, s' "$took" "$(size_of "$scratch/khatma.sql.gz")"
ok 'they go on all the while' wait_for load_has 60
ok 'and stop' load_stop
# shellcheck disable=SC2046 # several words
set -- $(load_figures)
is "$4 $5 $6" '0 0 0' 'every request was answered'
result 'requests, slowest during the backup, ms' "$1, $(slowest "$from" "$to")" \
    "$9 in all"
is "$(fsck)" '' 'all rules hold in the database'

db 'CREATE DATABASE copy'
ok 'the backup is restored, and all rules hold in it' timed \
    env KHATMA_DB_NAME=copy "$root/spawn.sh" restore "$scratch/khatma.sql.gz"
result 'restore from .gz and fsck, s' "$took" 'docs/backup.md'
ok 'the rules can be asked again' timed \
    env KHATMA_DB_NAME=copy "$root/spawn.sh" fsck
result 'of which fsck, s' "$took" 'docs/backup.md'

load_sql() {
	mariadb --no-defaults --default-character-set=utf8mb4 \
	    --socket="$stack/run/db.sock" -N copy
}
load_log=$scratch/before.log
isnt "$(load_count ok read)" 0 'readers had been told that they have read'
is "$(load_lost)" '' 'what was acknowledged before the backup is in it'

timed "$root/spawn.sh" backup "$scratch/khatma.sql" >/dev/null
result 'backup, not packed, s' "$took" "$(size_of "$scratch/khatma.sql")"

done_testing
