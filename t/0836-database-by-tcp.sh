#!/bin/sh
# A database on another host is reached by TCP. With KHATMA_DB_SSL_CA the
# workers speak to it by TLS, and only to the one that its CA has signed for.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"

stack_private WORKERS=1

free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1,
	    LocalAddr => "127.0.0.1")->sockport'
}

# ca NAME: a key and a certificate that signs others
ca() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" \
	    -keyout "$scratch/$1.key" -out "$scratch/$1.pem" 2>/dev/null
}

# certificate CA NAME: the server's from now on, for whom NAME is
certificate() {
	openssl req -newkey rsa:2048 -nodes -subj "/CN=${2#*:}" \
	    -keyout "$scratch/db.key" -out "$scratch/db.csr" 2>/dev/null
	echo "subjectAltName=$2" >"$scratch/ext"
	openssl x509 -req -in "$scratch/db.csr" -CA "$scratch/$1.pem" \
	    -CAkey "$scratch/$1.key" -CAcreateserial -days 2 \
	    -extfile "$scratch/ext" -out "$scratch/db.pem" 2>/dev/null
}

# reaches SETTING...: whether a worker does; what it says is in $scratch/said
reaches() {
	env KHATMA_CONF="$stack/khatma.conf" KHATMA_DB_SOCKET= \
	    KHATMA_DB_HOST=127.0.0.1 KHATMA_DB_PORT="$port" "$@" \
	    "$BUILD/bin/auth" -t >"$scratch/said" 2>&1
}

refused() {
	name=$1
	shift
	reaches "$@"
	isnt $? 0 "$name"
	like "$(cat "$scratch/said")" '"event":"database_[a-z_]+"' \
	    'which the log says'
}

ca ours
ca theirs
certificate ours IP:127.0.0.1
port=$(free_port)
database_stop TERM
sed -i '/^skip-networking/d' "$stack/my.cnf"
printf '%s\n' bind-address=127.0.0.1 "port=$port" "ssl-cert=$scratch/db.pem" \
    "ssl-key=$scratch/db.key" >>"$stack/my.cnf"
database_start
db "CREATE USER khatma@127.0.0.1
        IDENTIFIED BY '$(cat "$stack/db.password")';
    GRANT SELECT, INSERT, UPDATE, DELETE ON khatma.* TO khatma@127.0.0.1"

reaches
is $? 0 'a database is reached by its host and port'
db 'ALTER USER khatma@127.0.0.1 REQUIRE SSL'
refused 'one that wants TLS is not, without the setting'
reaches KHATMA_DB_SSL_CA="$scratch/ours.pem"
is $? 0 'with it, it is'
refused 'not with the certificate of another CA' \
    KHATMA_DB_SSL_CA="$scratch/theirs.pem"
refused 'nor with one that is not there' KHATMA_DB_SSL_CA="$scratch/none.pem"
certificate ours DNS:db.example
db 'FLUSH SSL'
refused 'nor with one of the same CA for another name' \
    KHATMA_DB_SSL_CA="$scratch/ours.pem"
certificate theirs IP:127.0.0.1
db 'FLUSH SSL'
refused "nor with one for this name of another CA" \
    KHATMA_DB_SSL_CA="$scratch/ours.pem"

# Who cannot be asked for TLS must not be taken for the database either.
db 'ALTER USER khatma@127.0.0.1 REQUIRE NONE'
database_stop TERM
sed -i '/^ssl-/d' "$stack/my.cnf"
database_start
refused 'with the setting none is reached that knows no TLS' \
    KHATMA_DB_SSL_CA="$scratch/ours.pem"
reaches
is $? 0 'which is there without'

done_testing
