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
	# shellcheck source=t/cluster-nodes.sh
	. "$root/t/cluster-nodes.sh"
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

# --- HAProxy -----------------------------------------------------------------

# Only root has other users.
proxy_fill() {
	sed -e "s|@HOST@|n$1|" -e "s|@RUN@|$2|" -e "s|@CHECK@|$2/check-galera|" \
	    -e "s|@LISTEN@|unix@$stack/http.sock mode 600|" -e 's|@PORT@|80|' \
	    -e '/^	\(user\|group\|log 127\)/d'
}

proxy_start() {
	cluster_here=$cluster/n$1/haproxy
	mkdir -p "$cluster_here"
	cp "$root/cluster/check-galera" "$cluster_here"
	printf '%s\n' '[client]' user=khatma_check \
	    "password=$(cat "$cluster/check.password")" \
	    "ssl-ca=$cluster/tls/ca.pem" >"$cluster_here/check.cnf"
	proxy_fill "$1" "$cluster_here" \
	    <"$root/cluster/haproxy-db.cfg.example" >"$cluster_here/db.cfg"
	nsenter --net="$cluster/n$1/net" setsid haproxy -db -f "$cluster_here/db.cfg" </dev/null \
	    >>"$cluster_here/db.log" 2>&1 3>&- 8>&- 9>&- &
	echo $! >"$cluster_here/db.pid"
	within 30 test -S "$cluster_here/db.sock"
}

proxy_ask() {
	echo "$2" | socat - "UNIX-CONNECT:$cluster/n$1/haproxy/db.sock"
}

# The line of the table, which has no name but a number. Nobody yet: the first.
writer() {
	proxy_ask "$1" 'show table khatma_db' |
	    sed -n 's/.*server_id=\([0-9]*\).*/\1/p' | grep . || echo 1
}

proxy_stop() {
	cluster_proxy=$(cat "$cluster/n$1/haproxy/db.pid")
	kill -TERM "$cluster_proxy"
	within 10 cluster_dead "$cluster_proxy" || kill -KILL "$cluster_proxy"
}

front_start() {
	proxy_fill 0 "$cluster/front" \
	    <"$root/cluster/haproxy-web.cfg.example" >"$cluster/front/web.cfg"
	setsid haproxy -db -f "$cluster/front/web.cfg" </dev/null \
	    >>"$cluster/front/web.log" 2>&1 3>&- 8>&- 9>&- &
	echo $! >"$cluster/front/web.pid"
	within 30 front_ready
}

front_ready() {
	echo 'show stat khatma_ready 4 -1' |
	    socat - "UNIX-CONNECT:$cluster/front/web.sock" |
	    awk -F, '$2 ~ /^n/ && $18 == "UP" { n++ } END { exit n != 3 }'
}

# --- Workers and nginx -------------------------------------------------------

# web_conf N: settings, and the key of the first host on all.
web_conf() {
	cluster_here=$cluster/n$1
	mkdir -p "$cluster_here/web"
	cp "$cluster/db.password" "$cluster_here/web/db.password"
	[ "$1" = 1 ] || cp -p "$cluster/n1/web/jwt.key" "$cluster_here/web"
	cat >"$cluster_here/db.conf" <<-END
	KHATMA_DB_SOCKET=
	KHATMA_DB_HOST=$2
	KHATMA_DB_SSL_CA=$cluster/tls/ca.pem
	END
	[ "$stack" = "$cluster_here/web" ] ||
		echo "KHATMA_LOG_DIR=$stack/log" >>"$cluster_here/db.conf"
	[ -z "${KHATMA_EXTRA_CONF-}" ] ||
		cat "$KHATMA_EXTRA_CONF" >>"$cluster_here/db.conf"
	sed -e "/^http {/r $root/cluster/nginx-proxy.conf.example" \
	    -e "s|^\(\t*\)listen @LISTEN@;|&\n\1listen 10.77.0.$1:80 proxy_protocol;|" \
	    "$root/nginx.conf.example" >"$cluster_here/nginx.conf.example"
}

web_start() {
	case $cluster_kind in
	spread)	web_conf "$1" "10.77.0.$1" ;;
	*)	web_conf "$1" 127.0.0.1 ;;
	esac
	on "$1" env VAR="$cluster/n$1/web" DATABASE=off \
	    KHATMA_EXTRA_CONF="$cluster/n$1/db.conf" \
	    LISTEN="unix:$cluster/n$1/web/http.sock" \
	    NGINX_CONF="$cluster/n$1/nginx.conf.example" \
	    WORKERS="${WORKERS:-2}" "$root/scripts/stack.sh" up \
	    >"$cluster/n$1/web.log" 2>&1 ||
		cluster_die "$(cat "$cluster/n$1/web.log")"
}

web_stop() {
	on "$1" env VAR="$cluster/n$1/web" "$root/scripts/stack.sh" down \
	    >"$cluster/n$1/web.log" 2>&1
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
