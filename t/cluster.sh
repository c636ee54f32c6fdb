# shellcheck shell=sh
# shellcheck disable=SC2154,SC2317 # what tap.sh sets; functions called by name
# cluster.sh - three hosts on one machine: MariaDB with Galera, HAProxy, workers
# and nginx on each, with the configurations of cluster/ and nginx.conf.example.
# A test begins with
#
#	. "$(dirname "$0")/cluster.sh"
#	cluster_enter "$0" "$@"
#	. "$root/t/tap.sh"		(or drill.sh)
#	cluster_up hosts
#
# cluster_enter starts the test once more, in namespaces of network, processes
# and mounts that are its own: nothing of the machine changes, nothing of it is
# left when the test ends, however it ends, and many can run at once. Where
# that is not allowed the test is skipped.
#
# Hosts are 1, 2 and 3, with the addresses 10.77.0.1 to 3 and a cable each to a
# bridge, where the test itself is 10.77.0.254. MariaDB is at their port 3306,
# HAProxy's way to the database at 3306 of 127.0.0.1, nginx at 80.
#
#	cluster_up KIND		all of it:
#		galera		workers and nginx on host 1, which go through
#				its HAProxy to the server that writes
#		hosts		the same on each host, and HAProxy before them:
#				what docs/scaling.md recommends
#		spread		the same, but each host's workers go to its own
#				server, so all three write
#		nodes		the database only
#			$stack is then as for a single service, with http.sock,
#			run/db.sock (server 1), log/ and khatma.conf
#	cluster_down		stops all; it is done at the end by itself
#
#	on N COMMAND...		runs it on host N
#	node_pid N		its mariadbd
#	node_start N [OPTION...]	starts it and waits until it answers SQL;
#				what it had before is found by --wsrep-recover
#	node_launch N [OPTION...]	the same without waiting
#	node_bootstrap N	starts it as the first of a cluster
#	node_stop N		in good order, and waits until it is gone
#	node_kill N		kill -9, and waits
#	node_freeze N		it stands still (SIGSTOP)
#	node_thaw N
#	node_empty N		takes the data of a stopped one away
#	cable_cut N		host N is alone from now on
#	cable_mend N
#	node_sql N SQL		the rows, by the owner, without waiting for what
#				the other servers have acknowledged
#	node_state N		"Primary 4": in the majority, and has all; "away"
#	node_synced N...	waits until they are so (a minute)
#	node_position N		UUID:NUMBER of the last change of a stopped one
#	cluster_restart		all are stopped: starts them again, that with
#				the latest change first
#	writer N		which server HAProxy of host N is connected to
#	proxy_start N		HAProxy's way to the database
#	proxy_stop N
#	web_start N		workers and nginx
#	web_stop N
#	front_start		HAProxy before the hosts
#	within SECONDS COMMAND...	until it succeeds

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
cluster_spaces='--net --mount --pid --fork --mount-proc --kill-child'

# cluster_may: whether this can be done here; else it says why not.
cluster_may() {
	for cluster_tool in unshare nsenter ip mariadbd haproxy rsync stunnel \
	    wsrep_sst_rsync openssl; do
		command -v "$cluster_tool" >/dev/null ||
			{ echo "$cluster_tool is not installed"; return 1; }
	done
	[ -e /usr/lib/galera/libgalera_smm.so ] ||
		{ echo 'galera-4 is not installed'; return 1; }
	# rsync as a copy's receiver becomes nobody when root starts it, so
	# MariaDB must be somebody else; who is not root has nobody else.
	[ "$(id -u)" = 0 ] || { echo 'only root may do this'; return 1; }
	id -u mysql >/dev/null 2>&1 ||
		{ echo 'there is no user mysql'; return 1; }
	# shellcheck disable=SC2086 # words
	unshare $cluster_spaces ip link add khatma type bridge 2>/dev/null ||
		{ echo 'no namespaces may be made here'; return 1; }
}

# cluster_enter TEST [ARGUMENT...]
cluster_enter() {
	root=$(cd "$(dirname "$1")" && while [ ! -e schema.sql ]; do
		[ "$PWD" != / ] && cd .. || exit 1; done; pwd)
	if [ -z "${KHATMA_CLUSTER-}" ]; then
		cluster_why=$(cluster_may) ||
			{ echo "1..0 # SKIP $cluster_why"; exit 0; }
		export KHATMA_CLUSTER=1
		# shellcheck disable=SC2086 # words
		exec unshare $cluster_spaces sh "$@"
	fi
	# shellcheck source=t/cluster-web.sh
	. "$root/t/cluster-web.sh"
	# none of run.sh's: that one is on another network
	# shellcheck disable=SC2034 # tap.sh reads it
	KHATMA_TEST_STACK=${KHATMA_CLUSTER_STACK:-/nonexistent}
}

# --- Help --------------------------------------------------------------------

within() {
	cluster_until=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$cluster_until" ] || return 1
		sleep 0.05
	done
}

on() {
	cluster_host=$1
	shift
	nsenter --net="$cluster/n$cluster_host/net" "$@"
}

cluster_die() {
	echo "Bail out! $*"
	exit 1
}

# dead PIDFILE: nobody has that process id, or it has ended.
cluster_dead() {
	! kill -0 "$1" 2>/dev/null ||
		grep -q '^State:.[ZX]' "/proc/$1/status" 2>/dev/null
}

# --- Network -----------------------------------------------------------------

# cluster_host_make N: a namespace that lives as long as a file is mounted.
cluster_host_make() {
	mkdir -p "$cluster/n$1"
	: >"$cluster/n$1/net"
	unshare --net="$cluster/n$1/net" true &&
		ip link add "v$1" type veth peer name eth0 \
		    netns "$cluster/n$1/net" &&
		ip link set "v$1" master khatma up &&
		on "$1" ip addr add "10.77.0.$1/24" dev eth0 &&
		on "$1" ip link set eth0 up &&
		on "$1" ip link set lo up
}

cluster_network() {
	ip link set lo up
	ip link add khatma type bridge
	ip addr add 10.77.0.254/24 dev khatma
	ip link set khatma up
	for cluster_n in 1 2 3; do
		cluster_host_make $cluster_n ||
			cluster_die "host $cluster_n cannot be made"
	done
}

cable_cut() {
	ip link set "v$1" down
}

cable_mend() {
	ip link set "v$1" up
}

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

node_synced() {
	for cluster_n in "$@"; do
		within 60 node_is_synced "$cluster_n" || return 1
	done
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

# --- All of it ---------------------------------------------------------------

cluster_up() {
	cluster_kind=$1
	cluster=${cluster:-$scratch/cluster}
	stack=$cluster/front
	cluster_hosts='1 2 3'
	case $1 in
	galera)	cluster_hosts=1 stack=$cluster/n1/web ;;
	nodes)	cluster_hosts= ;;
	esac
	mkdir -p "$stack/run" "$stack/log"
	chmod 711 "$scratch" "$cluster"
	if command -v tap_end >/dev/null; then
		trap cluster_end EXIT
	fi
	cluster_network
	cluster_database
	ln -s "$cluster/n1/db.sock" "$stack/run/db.sock"
	for cluster_n in $cluster_hosts; do
		[ "$1" = spread ] || proxy_start "$cluster_n" ||
			cluster_die "$(cat "$cluster/n$cluster_n/haproxy/db.log")"
	done
	for cluster_w in $cluster_hosts; do
		web_start "$cluster_w" &
		cluster_starting="${cluster_starting-} $!"
		# the first makes the key that all have
		within 60 test -e "$cluster/n1/web/jwt.key"
	done
	for cluster_w in ${cluster_starting-}; do
		wait "$cluster_w" || exit 1
	done
	case $1 in
	hosts | spread)
		ln -s "$cluster/n1/web/khatma.conf" "$cluster/n1/web/jwt.key" \
		    "$cluster/n1/web/db.password" "$stack"
		front_start || cluster_die "$(cat "$cluster/front/web.log")" ;;
	esac
}

# Processes end with the namespace; here they end before the folder goes.
cluster_down() {
	for cluster_w in ${cluster_hosts-}; do
		web_stop "$cluster_w"
	done
	for cluster_file in "$cluster"/*/web.pid "$cluster"/n?/haproxy/db.pid \
	    "$cluster"/n?/mariadbd.pid; do
		[ ! -e "$cluster_file" ] ||
			kill -KILL "$(cat "$cluster_file")" 2>/dev/null
	done
	for cluster_n in 1 2 3; do
		[ ! -e "$cluster/n$cluster_n/mariadbd.pid" ] ||
			within 20 node_gone "$cluster_n"
		umount "$cluster/n$cluster_n/net" 2>/dev/null
	done
}

cluster_end() {
	cluster_status=$?
	cluster_down
	(exit $cluster_status)
	if command -v drill_end >/dev/null; then
		drill_end
	else
		tap_end
	fi
}
