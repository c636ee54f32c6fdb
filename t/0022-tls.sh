#!/bin/sh
# The part of nginx.conf.example that is marked TLS, taken and filled in by the
# README's command: new versions and good ciphers only, a promise to stay with
# TLS on every answer, and nothing but a refusal without it.
# shellcheck disable=SC2016 # dollars are nginx's and the README's
# shellcheck disable=SC2034 # $scheme is for curl
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/raw.sh"
. "$(dirname "$0")/readme.sh"

stack_private WORKERS=1 AUTH_RATE=1r/m AUTH_BURST=3
new_user ali
run=$(readlink -f "$stack/run")
tls=$run/tls.sock
plain=$run/plain.sock
site=$scratch/site
mkdir "$site"

# --- The site ----------------------------------------------------------------

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=khatma.example \
    -addext subjectAltName=DNS:khatma.example -keyout "$site/privkey.pem" \
    -out "$site/fullchain.pem" 2>"$scratch/said"
ok 'there is a certificate' test -s "$site/fullchain.pem"
sed -n '/SERVER: copy from here/,/to here/p' "$stack/nginx.conf" \
    >"$site/khatma.conf"
commands TLS | sed "s,/etc/letsencrypt/live/.*,$site,
    s,snippets/khatma.conf,$site/khatma.conf,
    s,/etc/nginx/conf.d/khatma-tls.conf,$site/tls.conf,
    s,|443|,|unix:$tls|,; s,|80|,|unix:$plain|," >"$scratch/commands"
cd "$root" || exit 1
ok 'the command of the README takes the part' sh -e "$scratch/commands"
is "$(grep -c '@[A-Z_]*@' "$site/tls.conf")" 0 'and leaves no word open'
ok 'nginx takes it' nginx_edited \
    "s|^	access_log.*|&\\n	include $site/tls.conf;|"

# The site has a socket and a scheme of its own where $socket is set.
curl() {
	for word in "$@"; do
		shift
		case ${socket:+$word} in
		"$stack/http.sock") word=$socket ;;
		http://localhost*)
			word=$scheme://khatma.example${word#http://localhost} ;;
		esac
		set -- "$@" "$word"
	done
	command curl --cacert "$site/fullchain.pem" "$@"
}

# by_tls METHOD PATH [JSON [TOKEN [CURL-ARGUMENT...]]]
by_tls() {
	socket=$tls scheme=https
	req "$@"
	socket=
}

by_plain() {
	socket=$plain scheme=http
	req "$@"
	socket=
}

# --- What is spoken ----------------------------------------------------------

# hello ARGUMENT...: a handshake; sets $spoken, "TLSv1.3 TLS_AES_…" or "".
hello() {
	openssl s_client -unix "$tls" -servername khatma.example \
	    -CAfile "$site/fullchain.pem" "$@" </dev/null \
	    >"$scratch/hello" 2>&1
	spoken=$(sed -n 's/^New, \(TLSv[0-9.]*\), Cipher is \(.*\)/\1 \2/p' \
	    "$scratch/hello")
}

hello -tls1_3
like "$spoken" '^TLSv1\.3 TLS_' 'TLS-01: TLS 1.3 is spoken'
ok 'TLS-01: with the certificate of the site' \
    grep -q 'Verify return code: 0' "$scratch/hello"
hello -tls1_2
like "$spoken" '^TLSv1\.2 ECDHE-RSA-' 'TLS-01: so is TLS 1.2'
is "$(grep -c 'TLS session ticket:' "$scratch/hello")" 0 \
    'TLS-01: without tickets'
for version in 1 1_1; do
	hello -tls$version -cipher 'ALL:@SECLEVEL=0'
	like "$spoken $(cat "$scratch/hello")" '^ |alert|\(NONE\)' \
	    "TLS-01: TLS $version is not"
	is "$(grep -c 'Cipher is (NONE)' "$scratch/hello")" 1 \
	    'TLS-01: and the handshake ends there'
done
for cipher in ECDHE-RSA-AES128-GCM-SHA256 ECDHE-RSA-AES256-GCM-SHA384 \
    ECDHE-RSA-CHACHA20-POLY1305; do
	hello -tls1_2 -cipher $cipher
	is "$spoken" "TLSv1.2 $cipher" "TLS-01: $cipher is taken"
done
# Without forward secrecy, or without authenticated encryption, or with a
# finite field.
for cipher in AES128-GCM-SHA256 AES256-SHA ECDHE-RSA-AES128-SHA \
    ECDHE-RSA-AES256-SHA384 DHE-RSA-AES128-GCM-SHA256 aNULL NULL; do
	hello -tls1_2 -cipher "$cipher:@SECLEVEL=0"
	like "$(cat "$scratch/hello")" 'Cipher is \(NONE\)' \
	    "TLS-01: $cipher is not"
done

# --- What is answered --------------------------------------------------------

# promised STATUS NAME: this status, with HSTS and the other headers, once.
promised() {
	is "$status $(header Strict-Transport-Security)" \
	    "$1 max-age=31536000" "TLS-01: $2: HSTS on $1"
	is "$(header X-Content-Type-Options) $(header Cache-Control)" \
	    'nosniff no-store' 'with the other headers'
}

by_tls GET /api/health/ready/
promised 200 'a worker answers'
by_tls GET /api/user/me/
promised 401 'a worker refuses'
by_tls POST /api/khatmas/ '{"name": "K"}' "$ali_token"
promised 201 'a worker makes something'
by_tls POST /api/khatmas/ '{"name": "L"}' "$ali_token"
by_tls GET '/api/khatmas/?page_size=1' '' "$ali_token"
like "$(field .next)" '^https://khatma\.example/api/' \
    'links lead to the site by TLS'
by_tls OPTIONS /api/khatmas/
promised 204 'a worker has nothing to say'
by_tls GET /api/khatmas/9223372036854775807/ '' "$ali_token"
promised 404 'a worker finds nothing'
by_tls GET /api/nothing/
promised 404 'nginx finds nothing'
by_tls GET /nothing
promised 404 'nor beside the API'
by_tls GET /api/%zz
promised 400 'nginx cannot read it'
printf '%131073s' x >"$scratch/large"
by_tls POST /api/login/ '' '' --data-binary "@$scratch/large"
promised 413 'nginx finds it large'
by_tls GET "/api/$(printf 'a%.0s' $(seq 9000))"
promised 414 'nginx finds it long'
by_tls TRACE /api/user/me/
promised 405 'nginx does not know the method'
for _ in 1 2 3 4 5; do
	by_tls GET /api/login/
done
promised 429 'nginx finds it often'
KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" stop stats >/dev/null
by_tls GET /api/stats/user/
promised 503 'a group is stopped'
is "$(header Server)" nginx 'TLS-01: nginx does not say which it is'

# --- Without -----------------------------------------------------------------

req GET /api/health/live/
is "$status $(header Strict-Transport-Security)" '200 ' \
    'a site that has not promised TLS does not say so'
for call in 'GET /api/health/live/' 'POST /api/login/' 'GET /api' \
    'DELETE /api/user/me/' 'GET /api/%75ser/me/'; do
	by_plain "${call% *}" "${call#* }" '{}' "$ali_token"
	is "$status $(field .code) $(header Location)" '403 forbidden ' \
	    "TLS-01: $call is refused without TLS and not redirected"
	like "$(header Content-Type)" '^application/problem\+json' \
	    'as a problem'
	is "$(header X-Content-Type-Options) $(header Cache-Control)" \
	    'nosniff no-store' 'with its headers'
	is "$(field .request_id)" "$(header X-Request-Id)" 'and its id'
done
by_plain GET /
is "$status $(header Location)" '301 https://khatma.example/' \
    'what is no API is redirected'
socket=$tls
raw 'GET /api/user/me/ HTTP/1.1\r\nHost: khatma.example\r\n\r\n'
socket=
is "$status $(field .code)" '400 bad_request' \
    'TLS-01: plain HTTP on the port of TLS is told so as a problem'

done_testing
