#!/bin/sh
# A program with settings that are not right does not start, and says which.
. "$(dirname "$0")/tap.sh"

conf=$scratch/khatma.conf
grep '^KHATMA_DB\|^KHATMA_JWT' "$stack/khatma.conf" >"$scratch/good"

# check [NAME=VALUE...]: the program looks at itself with the settings of
# $conf. Sets $exited and $said.
check() {
	said=$(env KHATMA_CONF="$conf" "$@" "$BUILD/bin/health" -t 2>&1)
	exited=$?
}

# refused LINE REGEX: this line after good ones is complained of.
refused() {
	{ cat "$scratch/good"; printf '%s\n' "$1"; } >"$conf"
	check
	like "$exited $said" "^1 health: .*$2" "$1: is refused"
}

# taken LINE
taken() {
	{ cat "$scratch/good"; printf '%s\n' "$1"; } >"$conf"
	check
	is "$exited $said" '0 ' "$1: is taken"
}

for group in auth users khatmas sessions stats achievements notifications \
    dashboard health mail; do
	ok "$group -t finds settings, key and SQL right" \
	    env KHATMA_CONF="$stack/khatma.conf" "$BUILD/bin/$group" -t
	is "$(env KHATMA_CONF="$stack/khatma.conf" \
	    "$BUILD/bin/$group" -t 2>&1)" '' 'without a word'
done

# --- Lines -------------------------------------------------------------------

refused KHATMA_DB_NAMES=x 'no setting KHATMA_DB_NAMES'
refused KHATMA_=x 'no setting KHATMA_'
refused 'KHATMA_LISTS' 'not KEY=VALUE'
refused 'nonsense' 'line [0-9]+ .* is not KEY=VALUE'
refused KHATMA_LISTS=Envelope 'KHATMA_LISTS must be array or envelope'
refused KHATMA_REFRESH_ROTATE=yes 'KHATMA_REFRESH_ROTATE must be off or on'
for value in 0 -1 31536001 1h 3600s '' ' ' 1e3 99999999999999999999; do
	refused "KHATMA_ACCESS_TTL=$value" \
	    'KHATMA_ACCESS_TTL must be a number from 1 to 31536000'
done
refused KHATMA_JWT_SHARED=yes 'KHATMA_JWT_SHARED must be off or on'
refused KHATMA_ARGON2_MEMORY=19455 'KHATMA_ARGON2_MEMORY .* from 19456 '
refused KHATMA_ARGON2_PASSES=1 'KHATMA_ARGON2_PASSES .* from 2 '
refused KHATMA_DB_PORT=65536 'KHATMA_DB_PORT'
refused "KHATMA_DB_HOST=$(printf '%0300d' 0)" 'longer than 255 bytes'
refused "KHATMA_JWT_KEY_FILE=$scratch/nothing" 'key file cannot be opened'
for value in mail.example ftp://mail.example smtp:// smtps:// \
    smtp://a@mail.example smtp://mail.example/x 'smtp://mail example'; do
	refused "KHATMA_SMTP_URL=$value" \
	    'KHATMA_SMTP_URL must be smtp://host:port or smtps://host:port'
done
refused KHATMA_SMTP_URL=smtp://mail.example \
    'KHATMA_SMTP_URL needs a KHATMA_MAIL_FROM'
for value in khatma khatma@ @app.example 'Khatma <k@app.example>' \
    'a@app.example, b@app.example' a@b@c "$(printf 'a@b.c\tx')"; do
	refused "KHATMA_MAIL_FROM=$value" 'KHATMA_MAIL_FROM must be an e-mail'
done
for value in app.example/reset 'https://app.example/a b' ://x https://; do
	refused "KHATMA_RESET_URL=$value" 'KHATMA_RESET_URL must be an address'
done
refused KHATMA_SMTP_TLS=maybe 'KHATMA_SMTP_TLS must be off or on'
taken '# KHATMA_LISTS=nonsense'
taken KHATMA_MAIL_FROM=khatma+reset@app.example
taken 'KHATMA_RESET_URL=khatma://reset/?token='
taken KHATMA_SMTP_URL=
taken '   	'
taken 'KHATMA_LISTS=envelope'
taken 'KHATMA_JWT_SHARED=on'
taken '  KHATMA_LISTS=array'
taken "$(printf 'KHATMA_LISTS=array\r')"
taken 'KHATMA_WORKERS_auth=3'
taken 'KHATMA_QUEUE_auth=3'
taken 'PATH=/nowhere'

cp "$scratch/good" "$conf"
for value in "$(printf 'a@b.c\nBcc: x@y.z')" "$(printf 'a@b.c\r')"; do
	check KHATMA_MAIL_FROM="$value"
	like "$exited $said" '^1 health: KHATMA_MAIL_FROM must be' \
	    'a second header cannot be smuggled in by the environment'
done
for url in smtp://localhost smtps://mail.example:465 'smtp://[::1]:25'; do
	check KHATMA_SMTP_URL="$url" KHATMA_MAIL_FROM=khatma@app.example
	is "$exited $said" '0 ' "$url: is taken"
done
check KHATMA_ACCESS_TTL=never
like "$exited $said" '^1 health: KHATMA_ACCESS_TTL must be' \
    'the environment is looked at, too'
echo KHATMA_ACCESS_TTL=never >>"$conf"
check KHATMA_ACCESS_TTL=60
is "$exited" 1 'though it does not hide what is wrong in the file'
{ cat "$scratch/good"; echo KHATMA_JWT_KEY_FILE=/nowhere; } >"$conf"
check KHATMA_JWT_KEY_FILE="$stack/jwt.key"
is "$exited $said" '0 ' 'it goes before the file'
rm "$conf"
check
like "$exited $said" '^1 health: cannot read .*khatma\.conf' \
    'a file that was named has to be there'

# --- The key -----------------------------------------------------------------

# key PRINTF-FORMAT [MODE]: writes such a key and names it.
key() {
	rm -f "$scratch/key"
	# shellcheck disable=SC2059 # the format is the key
	printf "$1" >"$scratch/key"
	chmod "${2-600}" "$scratch/key"
	cp "$scratch/good" "$conf"
	echo "KHATMA_JWT_KEY_FILE=$scratch/key" >>"$conf"
	check
}

key '%031d'
like "$exited $said" '^1 health: .*shorter than 32 bytes' \
    'SEC-02: a key of 31 bytes is refused'
key '%031d\n\n'
like "$exited $said" '^1 health: .*shorter' 'and is not longer by line ends'
key ''
like "$exited $said" '^1 health: .*shorter' 'as is an empty one'
key '%032d'
is "$exited $said" '0 ' 'one of 32 bytes is taken'
key '%0512d\n'
is "$exited $said" '0 ' 'and one of 512'
key '%0513d'
like "$exited $said" '^1 health: .*longer than 512' 'but no longer one'
key '%032d' 644
like "$exited $said" '^1 health: .*chmod o=' \
    'SEC-02: a key that everybody may read is refused, with what to do'
key '%032d' 640
is "$exited $said" '0 ' 'the group may read it'
is "$(key secret-but-short-canary; printf %s "$said" | grep -c canary)" 0 \
    'the key is not shown'
rm "$scratch/key"
mkdir "$scratch/key"
check
like "$exited $said" '^1 health: .*not a regular file' 'a folder is no key'
rmdir "$scratch/key"
mkfifo -m 600 "$scratch/key"
check
like "$exited $said" '^1 health: .*not a regular file' \
    'nor is a pipe, and it does not wait for it'

# --- The other key -----------------------------------------------------------

# other PRINTF-FORMAT MODE: such a key beside one that is good.
other() {
	rm -rf "$scratch/key" "$scratch/key.other"
	# shellcheck disable=SC2059 # the format is the key
	printf "$1" >"$scratch/key.other"
	chmod "$2" "$scratch/key.other"
	key '%032d'
}

other '%064d' 600
is "$exited $said" '0 ' 'a second key may be beside the first'
other '%031d' 600
like "$exited $said" '^1 health: .*key\.other: .*shorter than 32 bytes' \
    'SEC-02: one of 31 bytes is refused, and named'
other '%064d' 644
like "$exited $said" '^1 health: .*key\.other: .*chmod o=' \
    'SEC-02: as is one that everybody may read'
other '%032d' 600
like "$exited $said" '^1 health: .*key\.other: .*the same as the other' \
    'SEC-02: and the first one again'
rm "$scratch/key.other"
mkdir "$scratch/key.other"
check
like "$exited $said" '^1 health: .*key\.other: .*not a regular file' \
    'and what is no file'
rmdir "$scratch/key.other"

# --- The rest ----------------------------------------------------------------

cp "$scratch/good" "$conf"
check KHATMA_DB_SOCKET="$scratch/nothing"
is "$exited $(printf '%s' "$said" | grep -c nothing)" '1 1' \
    'without a database -t fails, and says so once'
check KHATMA_DB_NAME=information_schema
is "$exited $(printf '%s' "$said" | grep -c 'SELECT MAX(version), ')" \
    '1 1' 'with the wrong database it names each statement'
said=$("$BUILD/bin/health" -x 2>&1)
is "$? $(echo "$said" | grep -c '^usage: .*\[-t\] \[-c FILE\]')" '1 1' \
    'it tells how it is called'
for wrong in '-c' '-t here' "-c $scratch/nothing -t here"; do
	# shellcheck disable=SC2086 # several words
	said=$("$BUILD/bin/health" $wrong 2>&1)
	like "$? $said" '^1 usage: ' "also when it is called with $wrong"
done
said=$(KHATMA_CONF=$scratch/nothing "$BUILD/bin/health" \
    -c "$stack/khatma.conf" -t 2>&1)
is "$? $said" '0 ' '-c names the file of settings, before the environment'
said=$("$BUILD/bin/health" -t -c "$scratch/nothing" 2>&1)
like "$? $said" "^1 health: cannot read $scratch/nothing" \
    'and it has to be there'
said=$(KHATMA_CONF=$scratch/nothing REQUEST_METHOD=GET \
    "$BUILD/bin/health" </dev/null 2>/dev/null)
is "$? $said" '1 ' 'a program that cannot start answers nothing'

done_testing
