# shellcheck shell=sh
# shellcheck disable=SC2154,SC2317 # what cluster.sh sets; functions called by name
# cluster-nodes.sh - the three MariaDB servers of cluster.sh, which reads this: see
# there for what is to be called.

# --- Certificates and accounts -----------------------------------------------

cluster_authority() {
	mkdir -p "$cluster/tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -days 2 -subj '/CN=khatma cluster' -keyout "$cluster/tls/ca.key" \
	    -out "$cluster/tls/ca.pem" 2>/dev/null
}

cluster_certificate() {
	mkdir -p "$cluster/n$1/tls" "$cluster/n$1/tmp"
	cp "$cluster/tls/ca.pem" "$cluster/n$1/tls/ca.pem"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -days 2 -subj "/CN=n$1" -addext basicConstraints=CA:FALSE \
	    -addext "subjectAltName=DNS:n$1,IP:10.77.0.$1,IP:127.0.0.1" \
	    -CA "$cluster/tls/ca.pem" -CAkey "$cluster/tls/ca.key" \
	    -keyout "$cluster/n$1/tls/node.key" \
	    -out "$cluster/n$1/tls/node.pem" 2>/dev/null
}

cluster_password() {
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# The accounts of docs/scaling.md.
cluster_accounts() {
	node_sql 1 "CREATE DATABASE khatma CHARACTER SET utf8mb4
	        COLLATE utf8mb4_unicode_ci;
	    CREATE USER khatma@'10.77.0.%'
	        IDENTIFIED BY '$(cat "$cluster/db.password")' REQUIRE SSL;
	    GRANT SELECT, INSERT, UPDATE, DELETE ON khatma.*
	        TO khatma@'10.77.0.%';
	    CREATE USER khatma_check@'10.77.0.%'
	        IDENTIFIED BY '$(cat "$cluster/check.password")' REQUIRE SSL" \
	    mysql
}

# --- MariaDB -----------------------------------------------------------------

# node_conf N: what a server of Debian has in its own files, for a folder, and
# the file of cluster/.
node_conf() {
	cluster_here=$cluster/n$1
	sed -e "s|@NAME@|n$1|g" -e "s|@ADDRESS@|10.77.0.$1|g" \
	    -e 's|@ADDRESSES@|10.77.0.1,10.77.0.2,10.77.0.3|g' \
	    -e 's|@DONOR@|n3,n2,|' -e 's|@GCACHE@|16M|' \
	    -e "s|@TLS@|$cluster_here/tls|g" \
	    "$root/cluster/galera.cnf.example" >"$cluster_here/galera.cnf"
	cat >"$cluster_here/my.cnf" <<-END
	[mysqld]
	user=mysql
	datadir=$cluster_here/db
	socket=$cluster_here/db.sock
	pid-file=$cluster_here/db.pid
	log-error=$cluster_here/db.log
	tmpdir=$cluster_here/tmp
	secure-file-priv=$cluster_here/tmp
	sql-mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY
	innodb-buffer-pool-size=64M
	innodb-log-file-size=16M
	innodb-use-native-aio=0
	max-connections=200
	performance-schema=OFF
	!include $cluster_here/galera.cnf
	END
	chown -R mysql "$cluster_here" 2>/dev/null
}

node_pid() {
	cat "$cluster/n$1/mariadbd.pid" 2>/dev/null
}

node_sql() {
	mariadb --no-defaults --default-character-set=utf8mb4 -N \
	    --socket="$cluster/n$1/db.sock" --connect-timeout=5 \
	    --init-command='SET SESSION wsrep_sync_wait = 0' -e "$2" \
	    "${3-khatma}"
}

node_answers() {
	node_sql "$1" 'SELECT 1' mysql
}

# node_run N [OPTION...]
node_run() {
	cluster_node=$1
	shift
	# by no function, so that the number is that of the server itself
	nsenter --net="$cluster/n$cluster_node/net" setsid mariadbd \
	    --defaults-file="$cluster/n$cluster_node/my.cnf" "$@" \
	    </dev/null >/dev/null 2>&1 3>&- 8>&- 9>&- &
	echo $! >"$cluster/n$cluster_node/mariadbd.pid"
}

node_position() {
	rm -f "$cluster/n$1/recover.log"
	on "$1" mariadbd --defaults-file="$cluster/n$1/my.cnf" \
	    --wsrep-recover --log-error="$cluster/n$1/recover.log" \
	    >/dev/null 2>&1
	sed -n 's/.*Recovered position: *//p' "$cluster/n$1/recover.log" |
	    tail -n 1
}

# An empty folder is filled by another server; what is in a folder is brought up
# to date, for which it must be known how far it is: the server's own note says
# so after a stop in good order, else the log of InnoDB.
node_launch() {
	cluster_launched=$1
	shift
	[ -d "$cluster/n$cluster_launched/db" ] ||
		install -d -o mysql "$cluster/n$cluster_launched/db"
	cluster_position=
	! grep -q '^seqno: *-1' "$cluster/n$cluster_launched/db/grastate.dat" \
	    2>/dev/null || cluster_position=$(node_position "$cluster_launched")
	node_run "$cluster_launched" \
	    ${cluster_position:+--wsrep-start-position="$cluster_position"} "$@"
}

node_start() {
	node_launch "$@"
	within 60 node_answers "$1"
}

node_bootstrap() {
	sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 1/' \
	    "$cluster/n$1/db/grastate.dat" 2>/dev/null
	node_start "$1" --wsrep-new-cluster
}

node_gone() {
	cluster_dead "$(node_pid "$1")"
}

node_stop() {
	kill -TERM "$(node_pid "$1")"
	within 60 node_gone "$1"
}

# A copy that was under way ends with the server.
node_kill() {
	kill -KILL "$(node_pid "$1")"
	within 60 node_gone "$1"
}

node_freeze() {
	kill -STOP "$(node_pid "$1")"
}

node_thaw() {
	kill -CONT "$(node_pid "$1")"
}

node_empty() {
	rm -rf "$cluster/n$1/db"
}

node_state() {
	node_sql "$1" "SHOW GLOBAL STATUS WHERE Variable_name IN
	    ('wsrep_local_state', 'wsrep_cluster_status')" mysql 2>/dev/null |
	    awk '{ print $2 }' | sort -r | xargs | grep . || echo away
}

node_is_synced() {
	[ "$(node_state "$1")" = 'Primary 4' ]
}

# Each has all data, and all mean the same group: who was frozen believes for an
# instant longer that nothing has happened.
nodes_agree() {
	for cluster_n in "$@"; do
		node_is_synced "$cluster_n" || return 1
	done
	[ "$(for cluster_n in "$@"; do
		node_sql "$cluster_n" "SHOW STATUS LIKE 'wsrep_cluster_conf_id'" \
		    mysql
	done | sort -u | wc -l)" = 1 ]
}

node_synced() {
	within 60 nodes_agree "$@"
}

# Each looks for its position at the same time. It is looked up once, for that
# takes as long as a start.
cluster_restart() {
	for cluster_n in 1 2 3; do
		node_position $cluster_n >"$cluster/n$cluster_n/position" &
		cluster_looking="${cluster_looking-} $!"
	done
	# shellcheck disable=SC2086 # several numbers
	wait $cluster_looking
	cluster_looking=
	cluster_first=$(for cluster_n in 1 2 3; do
		echo "$(sed 's/.*://' "$cluster/n$cluster_n/position") $cluster_n"
	done | sort -k1,1nr -k2,2n | sed -n '1s/.* //p')
	sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 1/' \
	    "$cluster/n$cluster_first/db/grastate.dat"
	cluster_again "$cluster_first" --wsrep-new-cluster
	within 60 node_answers "$cluster_first"
	for cluster_n in 1 2 3; do
		[ $cluster_n = "$cluster_first" ] || cluster_again $cluster_n
	done
	node_synced 1 2 3
}

# cluster_again N [OPTION...]: from the position that was found
cluster_again() {
	node_run "$@" \
	    --wsrep-start-position="$(cat "$cluster/n$1/position")"
}

# The tables are made before there are others to tell of them. The others begin
# with a copy, which is quicker than to let them ask for one (node_empty shows
# that).
cluster_database() {
	cluster_password >"$cluster/db.password"
	cluster_password >"$cluster/check.password"
	cluster_authority
	for cluster_n in 1 2 3; do
		cluster_certificate $cluster_n
		node_conf $cluster_n
	done
	mariadb-install-db --defaults-file="$cluster/n1/my.cnf" --user=mysql \
	    --datadir="$cluster/n1/db" --skip-test-db --force --wsrep-on=OFF \
	    --skip-name-resolve --auth-root-authentication-method=socket \
	    --auth-root-socket-user=root >"$cluster/install-db.log" 2>&1 ||
		cluster_die "$(tail "$cluster/install-db.log")"
	node_run 1 --wsrep-new-cluster
	within 60 node_answers 1 || cluster_die "$(tail "$cluster/n1/db.log")"
	cluster_accounts
	KHATMA_CONF=/dev/null KHATMA_DB_SOCKET=$cluster/n1/db.sock \
	    KHATMA_MIGRATE_ARGS=--no-defaults "$root/spawn.sh" migrate \
	    >"$cluster/migrate.log" 2>&1 ||
		cluster_die "$(cat "$cluster/migrate.log")"
	node_stop 1
	for cluster_n in 2 3; do
		cp -a "$cluster/n1/db" "$cluster/n$cluster_n/db"
		rm -f "$cluster/n$cluster_n/db/galera.cache" \
		    "$cluster/n$cluster_n/db/gvwstate.dat"
	done
	node_bootstrap 1
	node_launch 2
	node_launch 3
	node_synced 1 2 3 || cluster_die "servers do not join:
$(tail "$cluster/n2/db.log" "$cluster/n3/db.log")"
}
