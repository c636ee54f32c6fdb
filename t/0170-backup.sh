#!/bin/sh
# A backup holds everything: restored, it is the same database in every row, and
# the service goes on with it as if nothing had happened.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

stack_private WORKERS=1
export KHATMA_CONF="$stack/khatma.conf" KHATMA_MIGRATE_ARGS=--no-defaults

spawn() {
	"$root/spawn.sh" "$@" 2>&1
}

owner() {
	mariadb --no-defaults --socket="$stack/run/db.sock" -N "$@"
}

# All that is in a database, tables and rows, as text.
content() {
	mariadb-dump --no-defaults --socket="$stack/run/db.sock" \
	    --skip-comments --skip-extended-insert --order-by-primary \
	    --hex-blob --default-character-set=utf8mb4 "$1"
}

new_user ali 'علي "the reader" \ 📖'
new_user maryam
group "$ali_token" '"target_days": 6'
join "$maryam_token"
reads "$maryam_token" 1
reads "$ali_token" 2 3
req POST /api/login/ \
    '{"email": "nobody@example.com", "password": "NotThePassword1"}'
content khatma >"$scratch/before"

# --- The file ----------------------------------------------------------------

file=$scratch/khatma.sql.gz
said=$(spawn backup "$file")
is $? 0 'a backup is made'
like "$said" "saved khatma in $file: schema [0-9]+, [0-9.]+K bytes, [0-9]+ sec" \
    'and it is said how large it is, and how long it took'
is "$(stat -c %a "$file")" 600 'nobody else can read it'
ok 'it is packed, as its name says' gzip -t "$file"
is "$(find "$scratch" -maxdepth 1 -name 'khatma.sql.*')" "$file" \
    'and no draft is left beside it'

sum=$(sha256sum "$file")
said=$(spawn backup "$file")
is "$? $(sha256sum "$file")" "1 $sum" 'a backup that is there is not replaced'
like "$said" 'there already.*--force' 'and it is said how it could be'
ok 'which works' spawn backup --force "$file"
said=$(spawn backup "$scratch")
is "$? $(echo "$said" | grep -c 'is a folder')" '1 1' \
    'a folder is not a name for a backup'
said=$(spawn backup "$scratch/nowhere/file")
is "$? $(echo "$said" | grep -c 'cannot write')" '1 1' \
    'nor is what cannot be made'
spawn backup >/dev/null
is $? 2 'nor is none'

# --- And back ----------------------------------------------------------------

# restored FILE: into a database of its own.
restored() {
	owner -e 'DROP DATABASE IF EXISTS copy; CREATE DATABASE copy'
	ok "${1##*/} is restored" \
	    env KHATMA_DB_NAME=copy "$root/spawn.sh" restore "$1"
	content copy >"$scratch/after"
	ok 'and is the same, row for row' \
	    diff "$scratch/before" "$scratch/after"
}

restored "$file"
for kind in '' .zst=zstd .xz=xz; do
	! [ "${kind#*=}" ] || command -v "${kind#*=}" >/dev/null || continue
	ok "a backup is made${kind:+ by ${kind#*=}}" \
	    spawn backup "$scratch/plain.sql${kind%=*}"
	restored "$scratch/plain.sql${kind%=*}"
done
"$root/spawn.sh" backup - 2>"$scratch/said" | gzip >"$scratch/piped.sql.gz"
restored "$scratch/piped.sql.gz"
is "$(cat "$scratch/said")" '' 'a backup for a pipe has no words in it'

# The whole circle: all is lost but the backup, the settings and the key.
spawn stop >/dev/null
owner -e 'DROP DATABASE khatma; CREATE DATABASE khatma CHARACTER SET utf8mb4
    COLLATE utf8mb4_unicode_ci'
said=$(spawn restore "$file")
like "$? $said" '^0 .*restored' 'what was lost comes back'
like "$said" 'all rules hold' 'and all rules hold'
ok 'the workers start' spawn start
content khatma >"$scratch/after"
ok 'every row is as it was' diff "$scratch/before" "$scratch/after"
req GET "/api/khatmas/$khatma/" '' "$maryam_token"
wants 200 'who was signed in still is'
is "$(field '[.chapters[] | select(.state == "completed")] | length')" 3 \
    'what was read is read'
reads "$maryam_token" 4
is "$status" 201 'and they read on'
req POST /api/login/ '{"email": "'"$ali_email"'",
    "password": "'"$ali_password"'"}'
wants 200 'who was not signed in can be'

# --- Rules -------------------------------------------------------------------

ok 'fsck finds nothing to say of it' spawn fsck
db "UPDATE khatmas SET participants_count = 7 WHERE id = $khatma"
said=$(spawn fsck)
like "$? $(echo "$said" | head -n 1)" \
    "^1 participants_count is the number of members	$khatma" \
    'but it would: of each row that breaks a rule'
ok 'a backup of that can be made' spawn backup --force "$file"
owner -e 'DROP DATABASE copy; CREATE DATABASE copy'
said=$(KHATMA_DB_NAME=copy spawn restore "$file")
like "$? $said" '^1 .*restored' 'and restored'
like "$said" 'was not right' 'but it is said that it was not right'

done_testing
