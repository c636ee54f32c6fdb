#!/bin/sh
# nginx.sh [VARIANT...] - what a change of nginx's configuration is worth. No
# test: other work on the machine shows in it, and a person reads what it says.
#
#	make all units && t/bench/nginx.sh log-buffer gzip-6
#
# Starts a service of its own and asks it with wrk, $ROUNDS times in turn with
# nginx.conf.example as it is and as the variant has it: for a profile, which is
# small, and for a list of twenty khatmas. Prints the medians of requests in a
# second and what the variant's are of the others. Without names all variants;
# "none" changes nothing, so it shows what chance does.
#
#	ROUNDS		(5)
#	SECONDS_EACH	(2)
#	WORKERS		of a group (8)

. "$(dirname "$0")/service.sh"

ROUNDS=${ROUNDS:-5}
SECONDS_EACH=${SECONDS_EACH:-2}
ALL='none log-buffer log-off buffers-4k buffers-32k unbuffered jit one-server
    one-process accept-mutex multi-accept gzip-off gzip-4 gzip-6 keep-conn tls'

# variant NAME: what sed does to the configuration.
variant() {
	case $1 in
	none)	;;
	log-buffer)
		echo 's|access\.log khatma|& buffer=64k flush=1s|' ;;
	log-off)
		echo 's|access_log log.*|access_log off;|' ;;
	buffers-4k)
		echo 's|fastcgi_buffer_size [^;]*|fastcgi_buffer_size 4k|
		s|fastcgi_buffers 64 16k|fastcgi_buffers 256 4k|' ;;
	buffers-32k)
		echo 's|fastcgi_buffer_size [^;]*|fastcgi_buffer_size 32k|
		s|fastcgi_buffers 64 16k|fastcgi_buffers 32 32k|' ;;
	unbuffered)
		echo 's|fastcgi_buffer_size|fastcgi_buffering off; &|' ;;
	jit)	echo 's|^events|pcre_jit on; &|' ;;
	one-server)
		printf '%s\n' '/server "unix.*max_fails/{' N 's|\n.*||' '}' ;;
	one-process)
		echo 's|^worker_processes .*|worker_processes 1;|' ;;
	accept-mutex)
		echo 's|worker_connections|accept_mutex on; &|' ;;
	multi-accept)
		echo 's|worker_connections|multi_accept on; &|' ;;
	gzip-off)
		echo 's|gzip on;|gzip off;|' ;;
	gzip-[1-9])
		echo "s|gzip on;|& gzip_comp_level ${1#gzip-};|" ;;
	# fewer than workers, and for each process of nginx
	keep-conn)
		echo 's|upstream khatma_.*|& keepalive 2;|
		s|fastcgi_connect_timeout|fastcgi_keep_conn on; &|' ;;
	tls)	printf '%s\n' "s|listen 127.*;|listen 127.0.0.1:$port ssl; \\" \
		    "ssl_certificate $scratch/cert.pem; \\" \
		    "ssl_certificate_key $scratch/key.pem;|" ;;
	*)	echo "there is no variant $1" >&2; exit 2 ;;
	esac
}

has_old() {
	[ "$(pgrep -P "$master" | grep -cFx -f "$scratch/old")" -gt 0 ]
}

# use NAME: nginx runs by it, and nobody of the former any more.
use() {
	master=$(cat "$stack/run/nginx.pid")
	pgrep -P "$master" >"$scratch/old"
	variant "$1" >"$scratch/edit.sed"
	sed -f "$scratch/edit.sed" "$scratch/plain.conf" >"$stack/nginx.conf"
	kill -HUP "$master"
	while has_old; do sleep 0.05; done
}

# drive NAME PATH: appends the requests in a second.
drive() {
	scheme=http
	[ "$1" != tls ] || scheme=https
	case $1 in
	gzip-*)	encoding=gzip ;;
	*)	encoding=identity ;;
	esac
	wrk -t 1 -c 32 -d "$SECONDS_EACH" -H "Authorization: Bearer $token" \
	    -H "Accept-Encoding: $encoding" "$scheme://127.0.0.1:$port/api/$2" |
	    awk '/Non-2xx/ { bad = 1 }
	    /^Requests\/sec/ { n = $2 } END { print bad ? "bad" : n }'
}

median() {
	sort -n "$1" | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'
}

# The base is asked as the variant is: with the same Accept-Encoding.
compare() {
	rm -f "$scratch"/a.* "$scratch"/b.*
	for _ in $(seq "$ROUNDS"); do
		use none
		for path in $paths; do
			drive "${1%tls}" "$path" >>"$scratch/a.${path%%/*}"
		done
		use "$1"
		for path in $paths; do
			drive "$1" "$path" >>"$scratch/b.${path%%/*}"
		done
	done
	for path in $paths; do
		printf '%-14s %-8s %10s %10s   ' "$1" "${path%%/*}" \
		    "$(median "$scratch/a.${path%%/*}")" \
		    "$(median "$scratch/b.${path%%/*}")"
		echo "$(median "$scratch/b.${path%%/*}")" \
		    "$(median "$scratch/a.${path%%/*}")" |
		    awk '{ printf "%.3f\n", $1 / $2 }'
	done
}

# shellcheck disable=SC2034 # for service.sh
service_port
service_up WORKERS="${WORKERS:-8}"
accounts reader 20
token=$(token_of 1)
for _ in $(seq 30); do
	ask POST khatmas/ "$token" '{"name": "Reading together",
	    "khatma_type": "group", "is_public": true}' >/dev/null
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 \
    -subj /CN=localhost -keyout "$scratch/key.pem" -out "$scratch/cert.pem" \
    2>/dev/null
cp "$stack/nginx.conf" "$scratch/plain.conf"
paths='user/me/ khatmas/?filter=public&page_size=20'
# shellcheck disable=SC2086 # several words
[ $# -gt 0 ] || set -- $ALL
printf '%-14s %-8s %10s %10s   %s\n' '' '' 'as it is' variant ratio
for name in "$@"; do
	compare "$name"
done
