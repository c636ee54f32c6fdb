#!/bin/sh
# schema.sql and the migrations give the same database, and spawn.sh applies
# what is missing.
. "$(dirname "$0")/tap.sh"

stack_private
export KHATMA_MIGRATE_ARGS=--no-defaults
export KHATMA_CONF="$stack/khatma.conf"
latest=$(find "$root/migrations" -name '[0-9]*.sql' | sort | tail -n 1)
latest=$(basename "$latest" | sed 's/^0*//; s/-.*//')

owner() {
	mariadb --no-defaults --socket="$stack/run/db.sock" -N "$@"
}

# All that the database knows of its tables.
schema() {
	for table in $(owner -e 'SHOW TABLES' "$1"); do
		owner --raw -e "SHOW CREATE TABLE $table" "$1" |
		    sed 's/ AUTO_INCREMENT=[0-9]*//'
	done
	owner -e 'SELECT version, name, works_from FROM schema_migrations
	    ORDER BY 1' "$1"
}

for name in whole stepwise; do
	owner -e "CREATE DATABASE $name CHARACTER SET utf8mb4
	    COLLATE utf8mb4_unicode_ci"
done
ok 'schema.sql loads' owner whole <"$root/schema.sql"
for file in "$root"/migrations/[0-9]*.sql; do
	ok "${file##*/} loads" owner stepwise <"$file"
	case $file in
	*/0001-first.sql) continue ;;	# of which schema.sql takes the place
	esac
	owner -e 'DELETE FROM schema_migrations
	    ORDER BY version DESC LIMIT 1' stepwise
	ok 'and again, after it was interrupted' owner stepwise <"$file"
done
schema whole >"$scratch/whole"
schema stepwise >"$scratch/stepwise"
ok 'both give the same database' \
    diff -u "$scratch/whole" "$scratch/stepwise"
is "$(owner -e "SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = 'whole' AND column_comment = ''")" 0 \
    'every column has a comment'
is "$(owner -e "SELECT COUNT(*) FROM information_schema.tables
    WHERE table_schema = 'whole' AND table_comment = ''")" 0 \
    'every table has one'

# An empty database, one that is up to date, and one that is behind.
owner -e 'CREATE DATABASE fresh'
export KHATMA_DB_NAME=fresh
like "$("$root/spawn.sh" migrate)" "made the tables, version $latest" \
    'migrate fills an empty database'
like "$("$root/spawn.sh" migrate)" "at version $latest" \
    'and leaves one alone that is up to date'

# A database of version 1 with somebody signed in.
owner -e 'CREATE DATABASE first'
owner first <"$root/migrations/0001-first.sql"
owner -e "INSERT INTO users (id, fullname, fullname_search, email, email_key,
        password, password_changed_at, date_joined)
    VALUES (1, 'Ali', 'ali', 'a@example.com', 'a@example.com', '!',
        '2026-01-01', '2026-01-01');
    INSERT INTO logins (id, user_id, created_at, last_used_at)
    VALUES (7, 1, '2026-01-01', '2026-01-02');
    INSERT INTO refresh_tokens (jti_hash, login_id, issued_at, expires_at)
    VALUES (UNHEX(SHA2('x', 256)), 7, '2026-01-01', '2026-02-01')" first
like "$(KHATMA_DB_NAME=first "$root/spawn.sh" migrate)" \
    "applied 0002-throttle.sql.*" 'migrate takes an old one further'
is "$(owner -e "SELECT l.id, l.user_agent, t.expires_at FROM logins l
    JOIN refresh_tokens t ON t.login_id = l.id" first)" \
    "7		2026-02-01 00:00:00.000000" 'and who is signed in stays so'

mkdir "$scratch/share"
cp -r "$root/schema.sql" "$root/migrations" "$scratch/share"
cat >"$scratch/share/migrations/9998-next.sql" <<'END'
CREATE TABLE next (id INT NOT NULL PRIMARY KEY);
INSERT INTO schema_migrations (version, name, applied_at)
VALUES (9998, 'next', UTC_TIMESTAMP(6));
END
export KHATMA_SHARE_DIR="$scratch/share"
like "$("$root/spawn.sh" migrate)" 'applied 9998-next.sql' \
    'migrate applies what is missing'
is "$(owner -e 'SELECT MAX(version) FROM schema_migrations' fresh)" 9998 \
    'and the database knows'

echo 'SELECT nonsense FROM nowhere;' \
    >"$scratch/share/migrations/9999-broken.sql"
said=$("$root/spawn.sh" migrate 2>&1)
is $? 1 'a migration that fails is not passed over'
like "$said" '9999-broken.sql failed' 'it is named'
is "$(owner -e 'SELECT MAX(version) FROM schema_migrations' fresh)" 9998 \
    'and not recorded'

owner -e 'CREATE DATABASE foreign_one; CREATE TABLE foreign_one.t (id INT)'
said=$(KHATMA_DB_NAME=foreign_one "$root/spawn.sh" migrate 2>&1)
is $? 1 'a database of somebody else is left alone'
like "$said" "not khatma's" 'and migrate says why'

# What the workers may do there.
password=$(cat "$stack/db.password")
worker() {
	MYSQL_PWD=$password owner --user=khatma -e "$1" khatma 2>&1
}
like "$(worker 'SELECT CURRENT_USER()')" '^khatma@' 'workers have an account'
like "$(worker 'DROP TABLE schema_migrations')" 'denied' \
    'which cannot drop a table'
like "$(worker 'CREATE TABLE t (id INT)')" 'denied' 'nor make one'

done_testing
