# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables of those who read this, and theirs
# peers.sh - the same service as others would have written it, for comparison:
# in PHP (PHP-FPM, mysqli, opcache), for Node (fastify, mysql2) and with Django
# REST Framework (gunicorn). Read after service.sh or tap.sh, whose $root, $BUILD
# and $scratch it goes by.
#
#	peers_install	installs their packages, and those of Node into
#			$BUILD/bench/node
#	peers_installed	whether they are there
#	peers_up DBSOCKET KEYFILE
#			starts them on this database, with this key for tokens.
#			Their sockets, logs and pid files are in $peers_dir
#	peers_upstreams	prints what belongs into nginx's http block
#	peers_nginx	and into its server block
#	peers_nginx_conf	copies nginx.conf.example from standard input to
#			standard output, with both of them
#	peers_down	stops them. Nothing is said where none runs
#
# Each answers, below /php/, /node/ and /django/:
#
#	GET constant			{"status": "ok"}, without a token
#	GET user/me/			as the service does
#	GET khatmas/?filter=public	20 in an envelope, also with page=N
#	GET stats/user/			as the service does
#	POST khatmas/N/sessions/	{"chapter_assigned": C}: completes a
#			chapter that is free or claimed by who asks, with all
#			that the service writes then. It does not complete
#			khatmas: the last chapter is 400, as is all that is no
#			ordinary reading
#
# The token is the service's, checked as the service does.

peers_root=$root/t/bench/peers
peers_dir=$scratch/peers
peers_node=$BUILD/bench/node
peers_names='php node django'

peers_install() {
	"$root/scripts/deps.sh" bench
	peers_installed && return
	mkdir -p "$peers_node"
	rm -f "$peers_node/package-lock.json"
	cp "$peers_root/node/package.json" "$peers_node"
	cp "$peers_root/node/package-lock.json" "$peers_node/lock.new"
	(
		cd "$peers_node" || exit 1
		cp lock.new package-lock.json
		npm ci --omit=peer --ignore-scripts --no-audit --no-fund \
		    >npm.log 2>&1 || {
			rm -f package-lock.json
			cat npm.log >&2
			exit 1
		}
	)
}

# The lock file is there only beside what was installed by it. Of several
# Pythons Debian's has the packages, which gunicorn is one of.
peers_installed() {
	command -v gunicorn >/dev/null && command -v node >/dev/null &&
	    php-fpm8.2 -m 2>/dev/null | grep -q mysqli &&
	    /usr/bin/python3 -c 'import rest_framework, MySQLdb, jwt' \
		2>/dev/null &&
	    [ -d "$peers_node/node_modules" ] &&
	    cmp -s "$peers_root/node/package-lock.json" \
		"$peers_node/package-lock.json"
}

# An account like the workers': it reads and writes rows.
peers_account() {
	mariadb --no-defaults --socket="$DB_SOCKET" <<-END
	CREATE USER IF NOT EXISTS $DB_USER@localhost;
	ALTER USER $DB_USER@localhost IDENTIFIED BY '$DB_PASSWORD';
	GRANT SELECT, INSERT, UPDATE, DELETE ON $DB_NAME.*
		TO $DB_USER@localhost;
	END
}

# Files do not change while the bench runs, so nobody looks for new ones.
peers_write_php() {
	cat >"$peers_dir/php-fpm.conf" <<-END
	[global]
	error_log = $peers_dir/php.log
	daemonize = no
	[peer]
	user = $(id -un)
	group = $(id -gn)
	listen = $peers_dir/php.sock
	listen.mode = 0600
	pm = static
	pm.max_children = 8
	catch_workers_output = yes
	env[DB_SOCKET] = \$DB_SOCKET
	env[DB_USER] = \$DB_USER
	env[DB_PASSWORD] = \$DB_PASSWORD
	env[DB_NAME] = \$DB_NAME
	env[JWT_KEY] = \$JWT_KEY
	env[JUZ_FILE] = \$JUZ_FILE
	php_admin_value[mysqli.allow_persistent] = 1
	php_admin_value[error_log] = $peers_dir/php.log
	END
}

# peers_started NAME COMMAND...: beside us.
peers_started() {
	peer=$1
	shift
	setsid "$@" </dev/null >>"$peers_dir/$peer.log" 2>&1 &
	echo $! >"$peers_dir/$peer.pid"
}

peers_answer() {
	case $1 in
	php)	SCRIPT_FILENAME=$peers_root/php/index.php REQUEST_METHOD=GET \
		    REQUEST_URI=/php/constant \
		    cgi-fcgi -bind -connect "$peers_dir/php.sock" ;;
	*)	curl -sS -m 5 --unix-socket "$peers_dir/$1.sock" \
		    "http://localhost/$1/constant" ;;
	esac 2>/dev/null | grep -q '"ok"'
}

# peers_within SECONDS COMMAND...
peers_within() {
	peers_deadline=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$peers_deadline" ] || return 1
		sleep 0.1
	done
}

# In a shell of its own: what is exported is for them alone.
peers_start() (
	export DB_SOCKET="$1" DB_NAME=khatma DB_USER=peer
	export SOCKET="$peers_dir/node.sock" JUZ_FILE="$root/data/juz.tsv"
	DB_PASSWORD=$(openssl rand -hex 16)
	JWT_KEY=$(cat "$2")
	export DB_PASSWORD JWT_KEY
	peers_account || exit 1
	as_root=
	[ "$(id -u)" != 0 ] || as_root=--allow-to-run-as-root
	# shellcheck disable=SC2086 # one word or none
	peers_started php php-fpm8.2 $as_root -d opcache.validate_timestamps=0 \
	    --fpm-config "$peers_dir/php-fpm.conf"
	NODE_ENV=production NODE_PATH="$peers_node/node_modules" \
	    peers_started node node "$peers_root/node/server.js"
	PYTHONDONTWRITEBYTECODE=1 \
	    peers_started django gunicorn --workers 4 \
	    --chdir "$peers_root/django" --bind "unix:$peers_dir/django.sock" \
	    peer.wsgi
)

peers_up() {
	mkdir -p "$peers_dir"
	(umask 077; peers_write_php)
	peers_start "$@" || return 1
	for peer in $peers_names; do
		peers_within 60 peers_answer "$peer" && continue
		echo "peers: $peer does not answer:" >&2
		tail -n 20 "$peers_dir/$peer.log" >&2
		return 1
	done
}

# Connections to Node are kept, which it is made for. A process of PHP-FPM or
# gunicorn belongs to one connection for as long as that lasts.
peers_upstreams() {
	cat <<-END
	upstream peer_node {
		server "unix:$peers_dir/node.sock";
		keepalive 32;
	}
	upstream peer_django {
		server "unix:$peers_dir/django.sock";
	}
	END
}

peers_nginx() {
	cat <<-END
	location /php/ {
		fastcgi_param SCRIPT_FILENAME $peers_root/php/index.php;
		fastcgi_param REQUEST_METHOD \$request_method;
		fastcgi_param REQUEST_URI \$request_uri;
		fastcgi_param QUERY_STRING \$query_string;
		fastcgi_param CONTENT_TYPE \$content_type;
		fastcgi_param CONTENT_LENGTH \$content_length;
		fastcgi_param SERVER_PROTOCOL \$server_protocol;
		fastcgi_buffer_size 16k;
		fastcgi_buffers 64 16k;
		fastcgi_pass unix:$peers_dir/php.sock;
	}
	location /node/ {
		proxy_http_version 1.1;
		proxy_set_header Connection "";
		proxy_set_header Host \$host;
		proxy_buffer_size 16k;
		proxy_buffers 64 16k;
		proxy_pass http://peer_node;
	}
	location /django/ {
		proxy_set_header Host \$host;
		proxy_buffer_size 16k;
		proxy_buffers 64 16k;
		proxy_pass http://peer_django;
	}
	END
}

peers_gone() {
	! kill -0 "$1" 2>/dev/null
}

peers_down() {
	for peer in $peers_names; do
		[ -s "$peers_dir/$peer.pid" ] || continue
		peer_pid=$(cat "$peers_dir/$peer.pid")
		kill "$peer_pid" 2>/dev/null || :
		peers_within 10 peers_gone "$peer_pid" ||
			kill -KILL "$peer_pid"
		rm -f "$peers_dir/$peer.pid"
	done
}

# The configuration of nginx on standard input, with the peers in its server.
peers_nginx_conf() {
	mkdir -p "$peers_dir"
	peers_upstreams >"$peers_dir/upstreams.conf"
	peers_nginx >"$peers_dir/locations.conf"
	awk -v upstreams="$peers_dir/upstreams.conf" \
	    -v locations="$peers_dir/locations.conf" '
	function insert(file, line) {
		while ((getline line <file) > 0)
			print line
	}
	/^\tserver \{$/ { insert(upstreams) }
	/^\t\tlocation \/ \{$/ { insert(locations) }
	{ print }'
}
