#!/bin/sh
# The README's way onto a host that has MariaDB and nginx already: each of its
# commands works, and what they have made is the service.
#
# The host is a folder. Every path of the README below /etc, /run, /usr and /var
# is one below $host here, which also goes for those that stand in the programs:
# they are told by the environment. "make install" is given the PREFIX that the
# README offers, apt-get only says what it would do, and whoever is not root has
# no www-data and is that account himself.

# shellcheck disable=SC2016 # backticks of the README
# shellcheck disable=SC2317 # functions that "ok" and a trap are given to call
# shellcheck disable=SC2034 # for tap.sh: no service but the one installed here
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/readme.sh"
. "$(dirname "$0")/sources.sh"

host=$scratch/host
stack=$host/run		# where req finds http.sock
PATH=$host/bin:$host/usr/local/sbin:$PATH:/usr/local/sbin:/usr/sbin:/sbin
export KHATMA_CONF="$host/etc/khatma/khatma.conf"
export KHATMA_JWT_KEY_FILE="$host/etc/khatma/jwt.key"
export KHATMA_RUN_DIR="$host/run/khatma"
export KHATMA_LOG_DIR="$host/var/log/khatma"
export KHATMA_WORKERS=2	# of a group, so that the test is done sooner
as_root=
user=$(id -un)
group=$(id -gn)
if [ "$(id -u)" = 0 ]; then
	as_root=--user=root
	user=www-data
	group=www-data
fi

on_host() {
	sed -e "s,/\(etc\|run\|usr\|var\)/,$host&,g" \
	    -e "s/-g www-data/-g $group/; s/www-data/$user/" \
	    -e "s,^make install,& PREFIX=$host/usr/local," \
	    -e 's/^apt-get /&-s /'
}

# until_true COMMAND...: try it until it succeeds, but not for ever.
until_true() {
	for _ in $(seq 300); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# --- The host ----------------------------------------------------------------

# wrap PROGRAM ARGUMENTS: the host's own, which knows where its files are.
wrap() {
	printf '#!/bin/sh\nexec %s %s "$@"\n' "$(command -v "$1")" "$2" \
	    >"$host/bin/$1"
	chmod +x "$host/bin/$1"
}

make_host() {
	umask 022
	chmod 711 "$scratch"		# for www-data to pass through
	mkdir -p "$host/bin" "$host/run/mysqld" "$host/var/log/nginx" \
	    "$host/var/www" "$host/etc/nginx/conf.d" \
	    "$host/etc/nginx/snippets" "$host/etc/cron.d"
	database="--no-defaults --socket=$host/run/mysqld/mysqld.sock"
	wrap mariadb "$database"
	wrap mariadb-dump "$database"
	wrap nginx "-e $host/var/log/nginx/error.log -p $host/ \
-c $host/etc/nginx/nginx.conf"
}

start_mariadb() {
	cat >"$host/etc/my.cnf" <<-END
	[mysqld]
	datadir=$host/var/mysql
	socket=$host/run/mysqld/mysqld.sock
	log-error=$host/var/log/mariadb.log
	skip-networking
	innodb-buffer-pool-size=64M
	innodb-log-file-size=16M
	innodb-use-native-aio=0
	END
	# shellcheck disable=SC2086 # one word or none
	mariadb-install-db --defaults-file="$host/etc/my.cnf" --force \
	    --skip-test-db --auth-root-authentication-method=socket \
	    --auth-root-socket-user="$(id -un)" $as_root
	# shellcheck disable=SC2086 # one word or none
	setsid mariadbd --defaults-file="$host/etc/my.cnf" $as_root \
	    </dev/null >/dev/null 2>&1 3>&- &
	mariadbd=$!
	until_true mariadb -e 'SELECT 1'
}

# As Debian's is, with a site that has pages and ways of its own.
start_nginx() {
	[ -z "$as_root" ] || echo "user $user;" >"$host/etc/nginx/nginx.conf"
	cat >>"$host/etc/nginx/nginx.conf" <<-END
	pid $host/run/nginx.pid;
	events { }
	http {
		types { text/html html; }
		access_log $host/var/log/nginx/access.log;
		client_body_temp_path $host/run/body;
		fastcgi_temp_path $host/run/fastcgi;
		proxy_temp_path $host/run/proxy;
		uwsgi_temp_path $host/run/uwsgi;
		scgi_temp_path $host/run/scgi;
		gzip on;
		include conf.d/*.conf;
		include site;
	}
	END
	cat >"$host/etc/nginx/site" <<-END
	server {
		listen unix:$host/run/http.sock;
		root $host/var/www;
		client_max_body_size 20m;
		error_page 404 /404.html;
		location / { try_files \$uri \$uri/ =404; }
	}
	END
	echo 'the page of the site' >"$host/var/www/index.html"
	echo 'no such page of the site' >"$host/var/www/404.html"
	nginx
}

nginx_is_gone() {
	[ ! -e "$host/run/nginx.pid" ]
}

mariadb_is_gone() {
	! kill -0 "$mariadbd" 2>/dev/null
}

stop_host() {
	[ ! -x "$host/usr/local/sbin/khatma-spawn" ] || khatma-spawn stop
	nginx_is_gone || kill -QUIT "$(cat "$host/run/nginx.pid")"
	until_true nginx_is_gone || kill -KILL "$(cat "$host/run/nginx.pid")"
	[ -n "$mariadbd" ] || return
	kill -TERM "$mariadbd"
	until_true mariadb_is_gone || kill -KILL "$mariadbd"
}

# The tree as it is, with what has been built of it.
own_sources() {
	copy_sources
	BUILD=${BUILD##*/}
	unset MAKEFLAGS MFLAGS MAKELEVEL
}

# --- What the words around the commands say ----------------------------------

packages_are_there() {
	for package in $(echo "$1" | sed 's/^apt-get install//; s/ -[^ ]*//g')
	do
		is "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>&1)" \
		    installed "there is a package $package"
	done
	# curl and jq are for the tour; every Debian has those it requires.
	for package in $(sed -n "/^packages='/,/'\$/p" "$root/scripts/deps.sh" |
	    tr -d "'" | sed 's/^packages=//'); do
		case $package-$(dpkg-query -W -f '${Priority}' "$package") in
		curl-* | jq-* | *-required) ;;
		*) like "$1 " " $package " "and it names $package" ;;
		esac
	done
}

# The line for the server block stands in the text.
edit_site() {
	include=$(section "$heading" |
	    sed -n 's/.*server block: `\(include .*;\)`.*/\1/p')
	like "$include" '^include ' 'a line for the server block is given'
	sed -i "s|^}|	$include\n}|" "$host/etc/nginx/site"
}

health_answers() {
	req GET /api/health/ready/ 2>/dev/null
	[ "$status" = 200 ]
}

# nginx takes its new configuration with new processes, and for a moment the
# former ones answer, too.
reloaded() {
	for process in $former; do
		! kill -0 "$process" 2>/dev/null || return 1
	done
}

site_is_as_before() {
	req GET /
	is "$(cat "$body")" 'the page of the site' 'the site has its own pages'
	req GET /nowhere
	is "$status $(cat "$body")" '404 no such page of the site' \
	    'also for what is not there'
}

service_works() {
	ok 'the service answers' until_true health_answers
	like "$(cat "$body")" '^\{"status": ?"ok"' 'as the README shows'
	req GET /api/nowhere/
	is "$status $(field .code)" '404 not_found' 'there with its problems'
	new_user reader
	like "$reader_token" '^ey' 'somebody signs up and in'
	req POST /api/khatmas/ '{"name": "K", "target_days": 30}' \
	    "$reader_token"
	wants 201 'and begins a khatma'
}

# The last word of a line of status is the id of a worker.
nobody_can_do_too_much() {
	is "$(stat -c %a:%G "$KHATMA_CONF")" "640:$group" \
	    'only the group can read the settings'
	is "$(stat -c %a:%U "$KHATMA_JWT_KEY_FILE")" "600:$user" \
	    'SEC-02: only the account of the workers can read the key'
	is "$(stat -c %U "/proc/$(khatma-spawn status health | grep -o '[0-9]*' |
	    tail -n 1)")" "$user" 'workers run as the account of the settings'
	like "$(MYSQL_PWD=$PASSWORD mariadb -u khatma khatma \
	    -e 'DROP TABLE sessions' 2>&1)" denied 'and cannot drop a table'
}

# Requests until the upgrade is over, and the key another.
ask() {
	until [ -e "$scratch/upgraded" ] || [ ! -e "$host" ]; do
		curl -s -m 20 --unix-socket "$stack/http.sock" -o /dev/null \
		    -w '%{http_code}\n' -H "Authorization: Bearer $reader_token" \
		    "http://localhost/api/khatmas/?page=1&page_size=[1-20]"
		sleep 0.1
	done
}

# prepare COMMAND: it is about to be run.
prepare() {
	case $1 in
	apt-get*) packages_are_there "$1" ;;
	'nginx -t')
		edit_site
		former=$(pgrep -P "$(cat "$host/run/nginx.pid")") ;;
	'khatma-spawn restore'*)
		khatma-spawn stop >/dev/null
		mariadb -e 'DROP DATABASE khatma; CREATE DATABASE khatma' ;;
	esac
}

# follow COMMAND: it has been run.
follow() {
	case $1 in
	'khatma-spawn status')
		is "$(grep -c ' runs: ' "$scratch/said")" 9 \
		    'there are nine groups' ;;
	'nginx -s reload')
		ok 'nginx has new processes' until_true reloaded
		service_works
		site_is_as_before
		nobody_can_do_too_much
		before=$(khatma-spawn status)
		ask >"$scratch/asked" 3>&- &
		asker=$! ;;
	'khatma-spawn rotate-key')
		: >"$scratch/upgraded"
		wait "$asker" ;;
	esac
}

# run_them WHOSE: the lines of $scratch/commands.
run_them() {
	isnt "$(wc -l <"$scratch/commands")" 0 "there are commands: $1"
	while IFS= read -r command <&3; do
		[ "${command%% *}" != apt-get ] ||
			command -v apt-get >/dev/null || continue
		prepare "$command"
		ok "it works: $(printf "%.60s" "$command" | tr -d "\\\\")" \
		    eval "$(printf '%s\n' "$command" | on_host)" </dev/null
		follow "$command"
	done 3<"$scratch/commands"
}

run_all() {
	commands "$1" >"$scratch/commands"
	run_them "$1"
}

# --- All of it ---------------------------------------------------------------

mariadbd=
trap 'result=$?; stop_host >"$scratch/stop.log" 2>&1; (exit $result); tap_end' \
    EXIT
heading='On a host that has MariaDB and nginx already'
make_host
ok 'the host has MariaDB' start_mariadb
ok 'and nginx' start_nginx
own_sources
cd "$scratch/khatma" || exit 1

run_all "$heading"
isnt "$(grep -c '^200$' "$scratch/asked")" 0 'requests came all the while'
is "$(grep -vc '^200$' "$scratch/asked")" 0 'and none of them was lost'
isnt "$(khatma-spawn status)" "$before" 'though the workers are new'
is "$(stat -c %a:%U "$KHATMA_JWT_KEY_FILE" "$KHATMA_JWT_KEY_FILE.other")" \
    "600:$user
600:$user" 'SEC-02: and both keys are for them alone'

# --- Backups -----------------------------------------------------------------

run_all Backups
ok 'what was restored serves' khatma-spawn start
ok 'and answers' until_true health_answers
req GET /api/user/me/ '' "$reader_token"
wants 200 'whoever was signed in still is'
saved=$(echo "$host"/var/backups/khatma/*.sql.gz)
rm "$saved"
ok 'cron makes a backup' env PATH=/usr/bin:/bin:"$host/bin" \
    sh -c "$(sed -n 's/\\%/%/g; s/^[0-9* ]* root //p' \
    "$host/etc/cron.d/khatma-backup")"
is "$(stat -c %a "$host"/var/backups/khatma/*)" 600 'for root alone'

sed -n '/^```sh$/,/^```$/p' docs/backup.md | grep -v '^```' >"$scratch/commands"
run_them 'the drill of the docs'

# The machine was switched off and on.
khatma-spawn stop >/dev/null
rm -r "$KHATMA_RUN_DIR"
ok 'cron starts the service with the machine' env PATH=/usr/bin:/bin \
    sh -c "$(sed -n 's/^@reboot root //p' "$host/etc/cron.d/khatma")"
ok 'and it answers' health_answers

done_testing
