#!/bin/sh
# Another web server will do: Apache 2.4 with the lines that the README gives
# for it serves the same programs; and starts them as plain CGI.

# shellcheck disable=SC2317 # functions that others call
# shellcheck disable=SC2034 # for tap.sh: this test starts a service by itself
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/readme.sh"

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
modules=/usr/lib/apache2/modules
command -v apache2 >/dev/null || skip_all 'there is no apache2'
[ -e $modules/mod_proxy_fcgi.so ] || skip_all "$modules has no proxy_fcgi"

# Apache will not run as root.
account=$(id -un)
[ "$(id -u)" != 0 ] || account=www-data
group=$(id -gn "$account")
echo "KHATMA_SOCKET_USER=$account" >"$scratch/settings"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/settings"
run=$(readlink -f "$stack/run")
apache=$scratch/apache
cgi=$scratch/cgi

# req talks to a unix socket, where Apache cannot listen.
curl() {
	for word in "$@"; do
		shift
		case $word in
		--unix-socket) word=--connect-to ;;
		"$stack/http.sock") word=::127.0.0.1:$port ;;
		esac
		set -- "$@" "$word"
	done
	command curl --noproxy '*' "$@"
}

# --- The web server ----------------------------------------------------------

# Programs and settings where Apache's account may read them, and a way through
# our folders to the sockets.
make_folders() {
	mkdir "$apache" "$cgi"
	chmod 711 "$scratch" "$stack" "$run"
	chmod 755 "$cgi"
	install -m 755 "$BUILD/bin/health" "$BUILD/bin/users" "$cgi"
	{
		cat "$stack/khatma.conf"
		echo "KHATMA_JWT_KEY_FILE=$cgi/key"
	} >"$scratch/cgi.conf"
	install -m 640 -g "$group" "$scratch/cgi.conf" "$cgi/conf"
	install -m 640 -g "$group" "$stack/jwt.key" "$cgi/key"
}

write_conf() {
	for module in mpm_event authz_core proxy proxy_fcgi cgid alias env; do
		echo "LoadModule ${module}_module $modules/mod_$module.so"
	done
	[ "$(id -u)" != 0 ] || printf 'User %s\nGroup %s\n' "$account" "$group"
	cat <<-END
	ServerLimit 1
	ThreadsPerChild 8
	MaxRequestWorkers 8
	Listen 127.0.0.1:$port
	ServerName localhost
	DefaultRuntimeDir $apache
	PidFile $apache/pid
	ErrorLog $apache/error.log
	ScriptSock $apache/cgi.sock
	<VirtualHost *>
	$(commands 'Another web server' | sed "s|/run/khatma|$run|")
	</VirtualHost>
	<VirtualHost *>
		ServerName cgi.example
		SetEnv KHATMA_CONF $cgi/conf
		ScriptAliasMatch "^/api/health" $cgi/health
		ScriptAliasMatch "^/api/user" $cgi/users
		<Directory $cgi>
			CGIPassAuth On
			Options +ExecCGI
			Require all granted
		</Directory>
	</VirtualHost>
	END
}

# A port that nobody else has is found by trying: Apache does not start on one
# that is taken.
start_apache() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
		write_conf >"$apache/conf"
		apache2 -f "$apache/conf" -k start && started=1 && return
	done
	return 1
}

apache_is_gone() {
	[ ! -e "$apache/pid" ] || ! kill -0 "$(cat "$apache/pid")" 2>/dev/null
}

# until_true COMMAND...: try it until it succeeds, but not for ever.
until_true() {
	for _ in $(seq 100); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# The file with its process id comes a moment after it has started.
stop_apache() {
	[ -n "$started" ] && until_true test -s "$apache/pid" || return
	kill -TERM "$(cat "$apache/pid")"
	until_true apache_is_gone || kill -KILL "$(cat "$apache/pid")"
}

started=
trap 'result=$?; stop_apache; (exit $result); tap_end' EXIT
make_folders
ok 'Apache starts with the lines of the README' start_apache

# --- FastCGI -----------------------------------------------------------------

req GET /api/health/ready/
wants 200 'the service is ready'
new_user reader
like "$reader_token" '^ey' 'somebody signs up and in'

req GET /api/user/me/ '' "$reader_token"
wants 200 'the token comes through'
is "$(field .email)" "$reader_email" 'and it is that person'
req GET /api/user/me/
wants 401 'without it nobody is in'
like "$(header WWW-Authenticate)" '^Bearer' 'and what is wanted is said'

req POST /api/khatmas/ '{"name": "ختمة", "khatma_type": "group",
    "target_days": 30, "is_public": true}' "$reader_token"
wants 201 'a body comes through'
is "$(field .name)" ختمة 'whole'
khatma=$(field .id)
is "$(header Location)" "/api/khatmas/$khatma/" \
    'and the address of what was made comes back'
req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 7}' \
    "$reader_token" -H 'Transfer-Encoding: chunked'
wants 201 'a chunked one, too'

for path in "khatmas/?filter=my_khatmas" "search/khatmas/?q=%D8%AE%D8%AA" \
    "khatmas/$khatma/sessions/" 'sessions/?user=me' stats/user/ \
    achievements/ notifications/ dashboard/ "/khatmas///$khatma" \
    "khatmas/$khatma/intentions/"; do
	req GET "/api/$path" '' "$reader_token"
	wants 200 "$path is there"
done
req GET '/api/khatmas/?filter=my_khatmas' '' "$reader_token"
is "$(field '.[].id')" "$khatma" 'a query comes through'
req PATCH /api/notifications/mark-all-read/ '' "$reader_token"
wants 200 'PATCH comes through'
req HEAD /api/user/me/ '' "$reader_token"
wants 200 'so does HEAD'

req POST /api/password/reset/ '{"email": "a@b.cd"}'
is "$status $(field .code)" '503 mail_unavailable' 'a mail can be asked for'
req POST /api/password/reset/confirm '{"token": "x",
    "new_password": "a-long-way-home"}'
is "$status $(field .code)" '400 reset_token_invalid' 'and answered'

for path in khatmas/nothing/ user/nothing/ nothing/ health/nothing; do
	req GET "/api/$path" '' "$reader_token"
	wants 404 "$path is not there"
	is "$(field .code)" not_found "$path: a problem says so"
done
req DELETE /api/dashboard/ '' "$reader_token"
wants 405 'another method is refused'
like "$(header Allow)" 'GET.*HEAD' 'and Allow names those that are not'

head -c 140000 /dev/zero | tr '\0' a >"$scratch/large"
req POST /api/khatmas/ '' "$reader_token" --data-binary "@$scratch/large" \
    -H 'Content-Type: application/json'
wants 413 'a body that is too large is refused'
is "$(field .code)" body_too_large 'by the service'

# A group that was away is back at once.
KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" stop stats >/dev/null
req GET /api/stats/user/ '' "$reader_token"
wants 503 'a group that is stopped is away'
KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" start stats >/dev/null
req GET /api/stats/user/ '' "$reader_token"
wants 200 'one that is started again is back'

# --- Plain CGI ---------------------------------------------------------------

req GET /api/health/ready/ '' '' -H 'Host: cgi.example'
wants 200 'as plain CGI the service is ready'
req GET /api/user/me/ '' "$reader_token" -H 'Host: cgi.example'
wants 200 'the token comes through'
req PATCH /api/user/me/ '{"bio": "بسم الله"}' "$reader_token" \
    -H 'Host: cgi.example'
wants 200 'so does a body'
is "$(field .bio)" 'بسم الله' 'whole'

done_testing
