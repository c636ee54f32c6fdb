#!/bin/sh
# Secrets stand in files: in no argument and no environment of any process that
# the service starts, in none of its logs, and nowhere in the sources.
# shellcheck disable=SC2317 # functions that "ok" is given to call
. "$(dirname "$0")/tap.sh"

stack_private WORKERS=1
export KHATMA_CONF="$stack/khatma.conf"
spawned=KHATMA_TEST_CANARY-$(random_word)

# As an administrator might who has not read that he should not.
export KHATMA_DB_PASSWORD="$spawned-db" KHATMA_SMTP_PASSWORD="$spawned-smtp"
export KHATMA_MIGRATE_ARGS="--no-defaults --comments"
"$root/spawn.sh" restart >"$scratch/said" 2>&1

# The secrets, a line each.
{
	cat "$stack/jwt.key"
	echo
	cat "$stack/db.password"
	echo
	echo "$spawned"
} >"$scratch/secrets"

# --- Processes ---------------------------------------------------------------

masters() {
	cat "$stack"/run/*.master
}

# pids_of ROLE: keepers watch over masters, and those over workers.
pids_of() {
	case $1 in
	keeper)	cat "$stack/run/health.pid" "$stack"/run/[a-gi-z]*.pid |
		    grep -vxF -f "$scratch/others" ;;
	master)	masters ;;
	worker)	pgrep -P "$(masters | paste -s -d ,)" ;;
	esac
}

# leaks FILE...: those with a secret in it.
leaks() {
	grep -alF -f "$scratch/secrets" "$@" 2>/dev/null
}

cat "$stack/run/db.pid" "$stack/run/nginx.pid" >"$scratch/others"
for role in keeper master worker; do
	pids_of "$role" >"$scratch/$role"
	ok "each group has its $role" test "$(wc -l <"$scratch/$role")" -ge 9
	for part in cmdline environ; do
		files=$(sed "s,.*,/proc/&/$part," "$scratch/$role")
		# shellcheck disable=SC2086 # several words
		set -- $files
		# What a worker keeps even from its own account, nobody sees.
		cat "$@" >"$scratch/seen" 2>/dev/null
		[ "$role" = worker ] ||
			ok "the $part of a $role can be read" \
			    test -s "$scratch/seen"
		is "$(leaks "$scratch/seen")" '' \
		    "SEC-01: no $role has a secret in its $part"
		is "$(tr '\0' '\n' <"$scratch/seen" |
		    grep -E 'PASSWORD|MIGRATE_ARGS')" '' \
		    "SEC-01: nor the name of one in the $part of a $role"
	done
done
is "$(leaks "$stack/khatma.conf")" "$stack/khatma.conf" \
    'where there is one it is found'
is "$(SEEN=$spawned leaks /proc/self/environ)" /proc/self/environ \
    'in an environment, too'

# --- The clients of the database ---------------------------------------------

# One that tells what it sees of itself, and goes on as the real one.
mkdir "$scratch/bin"
for client in mariadb mariadb-dump; do
	cat >"$scratch/bin/$client" <<-END
	#!/bin/sh
	cat /proc/\$\$/cmdline /proc/\$\$/environ >>"$scratch/client"
	exec $(command -v $client) "\$@"
	END
	chmod +x "$scratch/bin/$client"
done
for command in migrate fsck "backup $scratch/backup"; do
	: >"$scratch/client"
	# shellcheck disable=SC2086 # several words
	ok "${command%% *} works" \
	    env PATH="$scratch/bin:$PATH" "$root/spawn.sh" $command
	ok 'by the client' test -s "$scratch/client"
	is "$(leaks "$scratch/client")" '' \
	    'SEC-01: which has no secret in argv or environment'
	is "$(tr '\0' '\n' <"$scratch/client" |
	    grep -E 'PASSWORD|MIGRATE_ARGS')" '' 'SEC-01: nor the name of one'
done

# refused ARGUMENTS NAME
refused() {
	said=$(KHATMA_MIGRATE_ARGS=$1 PATH="$scratch/bin:$PATH" \
	    "$root/spawn.sh" migrate 2>&1)
	is "$? $(printf %s "$said" | grep -c -e '--defaults-file=')" '1 1' "$2"
	is "$(printf '%s' "$said" | grep -c canary)" 0 'and is not shown'
}

: >"$scratch/client"
refused '--no-defaults --password=canary' \
    'SEC-01: a password in the arguments is refused, with what to do'
refused '--no-defaults -pcanary' 'SEC-01: short, too'
refused '--no-defaults --pass=canary' 'SEC-01: or shortened'
is "$(cat "$scratch/client")" '' 'before any client has seen it'
printf '[client]\npassword=%s\n' "$(cat "$stack/db.password")" >"$scratch/cnf"
ok 'and what it says to do works' env \
    KHATMA_MIGRATE_ARGS="--defaults-file=$scratch/cnf --port=3306" \
    PATH="$scratch/bin:$PATH" "$root/spawn.sh" migrate
is "$(leaks "$scratch/client")" '' 'SEC-01: without a secret to be seen'

# --- Files -------------------------------------------------------------------

unset KHATMA_DB_PASSWORD KHATMA_SMTP_PASSWORD
new_user ali
req GET /api/user/me/ '' "$ali_token"
wants 200 'the service works'
"$root/spawn.sh" rotate-key >"$scratch/rotated" 2>&1
cat "$stack/jwt.key" >>"$scratch/secrets"
isnt "$(cat "$stack"/log/* | wc -c)" 0 'there are logs'
is "$(leaks -r "$stack/log" "$scratch/said" "$scratch/rotated")" '' \
    'SEC-01: no log has a secret in it, nor has what spawn.sh says'
is "$(leaks -r "$stack/nginx.conf" "$stack/my.cnf")" '' \
    'SEC-01: nor the settings of the web server or the database'
is "$(find "$stack" -maxdepth 1 -type f -perm /077)" '' \
    'SEC-01: no file beside them is for others to read'
strings=$(cat "$BUILD"/bin/* | tr -c '[:print:]' '\n' |
    grep -E -e '-----BEGIN|AKIA[0-9A-Z]{16}')
is "$strings" '' 'SEC-01: no program has one compiled in'

# A key is 64 hex digits in a row, or says that it is one; a token is a secret
# as well.
cd "$root" || exit 1
looks_secret() {
	grep -nIE -e '-----BEGIN [A-Z ]*PRIVATE' -e 'AKIA[0-9A-Z]{16}' \
	    -e '(^|[^0-9a-f])[0-9a-f]{64}([^0-9a-f]|$)' \
	    -e '(SECRET|TOKEN|JWT)_?KEY *= *["'"'"']?[A-Za-z0-9+/]{16}' \
	    -e 'ey[A-Za-z0-9_-]{20,}\.ey[A-Za-z0-9_-]{20,}\.' "$@"
}
cp "$stack/jwt.key" "$scratch/sample"
printf '%s\n' "$ali_token" >"$scratch/token"
is "$(looks_secret -l "$scratch/sample" "$scratch/token" | wc -l)" 2 \
    'what is looked for can be found'
# Those of t/fuzz/ are made up.
git ls-files ":!t/fuzz" >"$scratch/files" 2>/dev/null ||
	find ./*/ -type f ! -path './build*' ! -path './t/fuzz/*' ! -path './var/*' \
	    >"$scratch/files"
ok 'there are sources' test -s "$scratch/files"
xargs -d '\n' ls -d <"$scratch/files" 2>/dev/null >"$scratch/there"
while IFS= read -r file; do
	looks_secret -H "$file"
done <"$scratch/there" >"$scratch/secret"
is "$(cat "$scratch/secret")" '' 'SEC-01: the sources have no secret in them'

done_testing
