# shellcheck shell=sh
# shellcheck disable=SC2154 # what cluster.sh sets
# cluster-web.sh - what is above the database on the hosts of t/cluster.sh, which
# reads this and says what the functions do: HAProxy, workers and nginx.

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
