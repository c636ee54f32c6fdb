#!/bin/sh
# The database is taken from the previous release to this one, and further, while
# readers read: first by its programs, then by ours. No request fails.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
KHATMA_TEST_STACK=none
. "$(dirname "$0")/../drill.sh"
# shellcheck source=t/previous.sh
. "$root/t/previous.sh"
# shellcheck source=t/seed.sh
. "$root/t/seed.sh"

version() {
	db 'SELECT MAX(version) FROM schema_migrations'
}

# The previous release, installed: supervisor, programs and database.
previous_starts() {
	mkdir "$scratch/bin"
	install -m 755 "$previous"/build/bin/* "$scratch/bin"
	echo "KHATMA_BIN_DIR=$scratch/bin" >"$scratch/extra.conf"
	tap_own=1
	stack=$scratch/stack
	stack_do WORKERS="$(form 1 4)" KHATMA_EXTRA_CONF="$scratch/extra.conf" \
	    "$previous/scripts/stack.sh" up
}

# migrated NAME: by this release, timed.
migrated() {
	from=$(date +%s%N)
	ok "$1" "$root/spawn.sh" migrate
	to=$(date +%s%N)
	result "$1, s" "$(awk -v ns="$((to - from))" \
	    'BEGIN { printf "%.1f", ns / 1e9 }')" \
	    "slowest request: $(awk -F '\t' -v from="$((from / 1000))" \
	    -v to="$((to / 1000))" '
	    $1 <= to && $1 + $2 >= from && $2 > most { most = $2 }
	    END { printf "%.0f ms\n", most / 1000 }' "$load_log")"
	wait_for load_has "$(($(load_changes) + 20))"
}

# Health, all the while; prints what is not ready.
ask_ready() {
	until [ -e "$scratch/done" ] || [ ! -e "$scratch" ]; do
		curl -s -m 20 --unix-socket "$stack/http.sock" -o /dev/null \
		    -w '%{http_code}\n' http://localhost/api/health/ready/ |
		    grep -v '^200$'
		sleep 0.1
	done
}

previous_build
previous_starts
is "$(version)" "$previous_schema" 'the previous release runs'
users=$(form 100 100000)
seed_pool "$(form 67108864 1073741824)"
seed "$users"
result 'sessions' "${users}0" 'seeded'
readers "$(form 3 8)"
load_start
ok 'and readers read' wait_for load_has 20

# --- From the previous release to this one -----------------------------------

export KHATMA_CONF="$stack/khatma.conf" KHATMA_MIGRATE_ARGS=--no-defaults
export KHATMA_SHARE_DIR="$root"
migrated 'the database goes first'
latest=$(version)
isnt "$latest" "$previous_schema" 'it is ahead of the programs'
install -m 755 "$BUILD"/bin/* "$scratch/bin"
ok 'the programs follow' "$root/spawn.sh" reload
req GET /api/health/ready/
is "$status $(field .schema_version)" "200 $latest" 'and are ready'
migrated 'and what the former have written meanwhile is found'
is "$(fsck | head -n 10)" '' 'and all rules hold'

# --- Expand, migrate, contract: the largest table ----------------------------

# migration NAME [WHEN]: from standard input, the next.
migration() {
	next=$(($(version) + 1))
	mkdir -p "$scratch/share/migrations"
	cp "$root/migrations/words.sql" "$scratch/share/migrations"
	{
		cat
		echo "INSERT INTO schema_migrations
		    (version, name, applied_at, works_from)
		    SELECT $next, '$1', UTC_TIMESTAMP(6), $latest
		    FROM (SELECT 1) one ${2-};"
	} >"$scratch/share/migrations/$next-$1.sql"
}

export KHATMA_SHARE_DIR="$scratch/share"
ask_ready >"$scratch/not-ready" &
asker=$!
migration expand <<'END'
ALTER TABLE sessions
	ADD COLUMN /*M! IF NOT EXISTS */ place VARCHAR(20) NULL,
	ADD KEY /*M! IF NOT EXISTS */ sessions_place (place, user_id),
	ALGORITHM=INPLACE, LOCK=NONE;
ALTER TABLE sessions
	ALTER COLUMN place SET DEFAULT 'away', ALGORITHM=INPLACE, LOCK=NONE;
END
migrated 'a column and an index are added'
migration fill 'WHERE NOT EXISTS
    (SELECT 1 FROM sessions WHERE place IS NULL)' <<'END'
-- In batches
UPDATE sessions SET place = 'home' WHERE place IS NULL LIMIT 1000;
END
migrated 'the column is filled'
isnt "$(db "SELECT COUNT(*) FROM sessions WHERE place = 'home'")" 0 \
    'in every row there was'
migration contract <<'END'
ALTER TABLE sessions
	DROP KEY /*M! IF EXISTS */ sessions_place,
	DROP COLUMN /*M! IF EXISTS */ place,
	ALGORITHM=INPLACE, LOCK=NONE;
END
migrated 'and both are dropped again'
is "$(version)" $((latest + 3)) 'all is recorded'
: >"$scratch/done"
wait "$asker"
is "$(cat "$scratch/not-ready")" '' 'the service was ready all the while'

# --- What the readers say ----------------------------------------------------

ok 'the readers stop' load_stop
# shellcheck disable=SC2046 # several words
set -- $(load_figures)
is "$4 $5 $6" '0 0 0' 'every request was answered'
result 'requests, failed' "$1, $(($4 + $5 + $6))" '0 failed'
result 'p50, p99 and the longest, ms' "$7, $8, $9" 'to compare with'
is "$(load_lost)" '' 'all that was acknowledged is there'
is "$(load_twice)" '' 'no chapter was given twice'
db 'DELETE FROM schema_migrations WHERE version > 9000'
is "$(fsck | head -n 10)" '' 'and all rules hold'

done_testing
