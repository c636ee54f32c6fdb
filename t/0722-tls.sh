#!/bin/sh
# The connection to the database may be encrypted; then, too, the next request
# after its end is answered as if nothing had happened.
# shellcheck disable=SC2119 # functions without arguments
. "$(dirname "$0")/tap.sh"
stack_private WORKERS=1
. "$(dirname "$0")/faults.sh"

# certificate NAME ARGUMENT...: a key and its certificate.
certificate() {
	name=$1
	shift
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
	    -keyout "$scratch/$name.key" -out "$scratch/$name.pem" "$@" \
	    2>/dev/null
}

certificate ca -subj /CN=ca
certificate other -subj /CN=other
certificate server -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -addext basicConstraints=CA:FALSE \
    -CA "$scratch/ca.pem" -CAkey "$scratch/ca.key"
cat >>"$stack/my.cnf" <<END
ssl-ca=$scratch/ca.pem
ssl-cert=$scratch/server.pem
ssl-key=$scratch/server.key
END
database_stop TERM
ok 'a database with a certificate starts' database_start
db 'ALTER USER khatma@localhost REQUIRE SSL'
new_user ali
is "$status $(field .code)" '503 database_unavailable' \
    'it does not talk to whoever does not encrypt'

# trust FILE: the workers take this certificate for the authority's.
trust() {
	sed -i '/^KHATMA_DB_SSL_CA=/d' "$stack/khatma.conf"
	echo "KHATMA_DB_SSL_CA=$1" >>"$stack/khatma.conf"
	KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" reload auth users \
	    >/dev/null
}

trust "$scratch/ca.pem"
new_user ali
wants 200 'workers that do are served'
req GET /api/user/me/ '' "$ali_token"
wants 200 'each of them'
before=$(workers auth users)

db "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist
    WHERE user = 'khatma'" >"$scratch/kills"
isnt "$(wc -l <"$scratch/kills")" 0 'their connections are ended'
db "$(cat "$scratch/kills")"
req GET /api/user/me/ '' "$ali_token"
wants 200 'the next request is answered'
database_stop TERM
req GET /api/user/me/ '' "$ali_token"
is "$status $(field .code)" '503 database_unavailable' 'the database is away'
database_start
req GET /api/user/me/ '' "$ali_token"
wants 200 'and back'
is "$(workers auth users)" "$before" 'all this time no worker has died'

trust "$scratch/other.pem"
req GET /api/user/me/ '' "$ali_token"
is "$status $(field .code)" '503 database_unavailable' \
    'a database with a certificate of somebody else is not talked to'

done_testing
