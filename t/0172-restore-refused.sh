#!/bin/sh
# What is no whole backup, or for no empty database, is refused before anything
# is written; and a backup that cannot be written leaves no half file.
. "$(dirname "$0")/tap.sh"

stack_private WORKERS=1
export KHATMA_CONF="$stack/khatma.conf" KHATMA_MIGRATE_ARGS=--no-defaults

owner() {
	mariadb --no-defaults --socket="$stack/run/db.sock" -N "$@"
}

# refused FILE WORDS NAME: and nothing has been loaded.
refused() {
	said=$(KHATMA_DB_NAME=${database-copy} "$root/spawn.sh" restore "$1" \
	    2>&1)
	is "$? $(owner -e 'SHOW TABLES' copy)" '1 ' "$3"
	like "$said" "$2" 'and it is said why'
}

new_user ali
file=$scratch/khatma.sql.gz
ok 'a backup is made' "$root/spawn.sh" backup "$file"
zcat "$file" >"$scratch/khatma.sql"
owner -e 'CREATE DATABASE copy'

# --- Files -------------------------------------------------------------------

half=$(($(stat -c %s "$file") / 2))
head -c "$half" "$file" >"$scratch/cut.gz"
refused "$scratch/cut.gz" 'damaged or not whole' 'a file that was cut is refused'
head -n -1 "$scratch/khatma.sql" >"$scratch/cut.sql"
refused "$scratch/cut.sql" 'damaged or not whole' \
    'even if only the last line is missing'
head -n 100 "$scratch/khatma.sql" | gzip >"$scratch/cut.gz"
refused "$scratch/cut.gz" 'damaged or not whole' \
    'even if it was packed after that'
{
	head -c "$half" "$file"
	head -c 20 /dev/urandom
	tail -c +"$((half + 21))" "$file"
} >"$scratch/bad.gz"
refused "$scratch/bad.gz" 'damaged or not whole' 'one with a hole in it is'
head -c 5000 /dev/urandom >"$scratch/garbage.gz"
refused "$scratch/garbage.gz" 'not a backup of khatma' 'garbage is'
sed 1d "$scratch/khatma.sql" >"$scratch/other.sql"
refused "$scratch/other.sql" 'not a backup of khatma' 'so is any other dump'
: >"$scratch/empty"
refused "$scratch/empty" 'not a backup of khatma' 'so is an empty file'
refused "$scratch/missing" 'no file' 'so is one that is not there'
sed '1s/schema [0-9]*/schema 9999/' "$scratch/khatma.sql" >"$scratch/new.sql"
refused "$scratch/new.sql" 'schema 9999, .* install' \
    'and one of a newer release'

# --- Databases ---------------------------------------------------------------

database=khatma
refused "$file" 'not empty' 'a database with tables is refused'
is "$(db "SELECT COUNT(*) FROM users WHERE id = $ali_id")" 1 \
    'and keeps what it has'
database=unknown
refused "$file" 'CREATE DATABASE unknown' 'one that is not there is'
unset database
owner -e 'CREATE VIEW copy.one AS SELECT 1'
said=$(KHATMA_DB_NAME=copy "$root/spawn.sh" restore "$file" 2>&1)
like "$? $said" '^1 .*not empty' 'one that has only a view is'
owner -e 'DROP VIEW copy.one'

# --- In the middle -----------------------------------------------------------

# The file is whole, but its SQL is not right.
sed '/^CREATE TABLE .sessions/s/.*/nonsense/' "$scratch/khatma.sql" \
    >"$scratch/broken.sql"
said=$(KHATMA_DB_NAME=copy "$root/spawn.sh" restore "$scratch/broken.sql" 2>&1)
is $? 1 'a restore that fails in the middle fails'
like "$said" 'To begin anew, drop copy' 'and says how to begin anew'
isnt "$(owner -e 'SHOW TABLES' copy)" '' 'it drops nothing by itself'
owner -e 'DROP DATABASE copy; CREATE DATABASE copy'
ok 'which works' env KHATMA_DB_NAME=copy "$root/spawn.sh" restore "$file"

# An older one is taken further by migrate.
owner -e 'DROP DATABASE copy; CREATE DATABASE copy; CREATE DATABASE first'
owner first <"$root/migrations/0001-first.sql"
KHATMA_DB_NAME=first "$root/spawn.sh" backup "$scratch/first.sql" >/dev/null
said=$(KHATMA_DB_NAME=copy "$root/spawn.sh" restore "$scratch/first.sql" 2>&1)
like "$? $said" '^0 .*schema 1' 'a backup of an older release is restored'
like "$said" 'now migrate' 'and it is said what to do with it'
ok 'which works' env KHATMA_DB_NAME=copy "$root/spawn.sh" migrate
ok 'and all rules hold' env KHATMA_DB_NAME=copy "$root/spawn.sh" fsck

# --- Writing -----------------------------------------------------------------

said=$(KHATMA_DB_NAME=unknown "$root/spawn.sh" backup "$scratch/no" 2>&1)
is "$? $(ls "$scratch/no" "$scratch"/no.* 2>/dev/null)" '1 ' \
    'of a database that is not there no file is made'
owner -e 'CREATE DATABASE nothing'
said=$(KHATMA_DB_NAME=nothing "$root/spawn.sh" backup "$scratch/no" 2>&1)
is "$? $(echo "$said" | grep -c 'no tables of khatma')" '1 1' \
    'nor of an empty one'

# One that stops in the middle, as when the server is gone.
mkdir "$scratch/bin"
printf '#!/bin/sh\n%s "$@" | head -n 100\nexit 2\n' \
    "$(command -v mariadb-dump)" >"$scratch/bin/mariadb-dump"
chmod +x "$scratch/bin/mariadb-dump"
said=$(PATH="$scratch/bin:$PATH" "$root/spawn.sh" backup "$scratch/no" 2>&1)
is "$? $(ls "$scratch/no" "$scratch"/no.* 2>/dev/null)" '1 ' \
    'a dump that stops in the middle leaves no file'
like "$said" 'not whole' 'and it is said'
PATH="$scratch/bin:$PATH" "$root/spawn.sh" backup - >/dev/null 2>&1
is $? 1 'nor does it pass for one in a pipe'

# A disk of one page, which only root can make. It goes with its namespace.
if unshare -m true 2>/dev/null; then
	mkdir "$scratch/disk"
	for name in full.gz full.sql; do
		# shellcheck disable=SC2016 # for the other shell
		said=$(unshare -m sh -c 'mount -t tmpfs -o size=4k none "$1" &&
		    "$2" backup "$1/$3"; echo $?; ls "$1"' sh "$scratch/disk" \
		    "$root/spawn.sh" "$name" 2>&1 |
		    grep -v '^gzip:\|^cat:\|^mariadb-dump:' | xargs)
		like "$said" '^khatma: cannot write .*full\?? 1$' \
		    "a full disk is named, and no half file left: $name"
	done
else
	diag 'only root can make a full disk'
fi

done_testing
