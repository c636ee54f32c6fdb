#!/bin/sh
# Whatever the status, and whether a worker or nginx answers: the headers that
# keep an answer from being stored, sniffed or framed are there, once each, and
# nothing says what the service is made of. (HSTS is in 0022-tls.sh.)
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/raw.sh"
. "$(dirname "$0")/faults.sh"

stack_private WORKERS=1 AUTH_RATE=1r/m AUTH_BURST=20
export KHATMA_CONF="$stack/khatma.conf"
new_user ali
new_user omar
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' "$ali_token"
khatma=$(field .id)
rest="Host: localhost\r\nConnection: close\r\n\r\n"

# answered WHO STATUS CODE: by a worker or nginx; "null" where it has no code.
answered() {
	is "$status $(jq -r .code "$body" | grep . || echo null)" "$2 $3" \
	    "$id: $2 by $1"
	while IFS='|' read -r name value; do
		is "$(header "$name")" "$value" "HTTP-20: $2 by $1: $name"
	done <<-END
	X-Content-Type-Options|nosniff
	Cache-Control|no-store
	Content-Security-Policy|default-src 'none'; frame-ancestors 'none'
	Referrer-Policy|no-referrer
	Cross-Origin-Resource-Policy|same-origin
	Server|nginx
	X-Powered-By|
	Set-Cookie|
	Via|
	END
	like "$(header X-Request-Id)" '^[0-9a-f]{32}$' \
	    "HTTP-20: $2 by $1: X-Request-Id"
	case $2$3 in
	204*)	type='' ;;
	2*)	type=application/json ;;
	*)	type=application/problem+json ;;
	esac
	is "$(header Content-Type)" "$type" "HTTP-20: $2 by $1: its type"
	[ "$3" = null ] || is "$(field '[.type, .title, .detail, .status,
	    .request_id] | map(. != null and . != "") | all')" true \
	    "$id: $2 by $1: a whole problem"
	is "$(grep -ciE 'nginx|mysql|maria|fastcgi|openssl|/tmp|<h' "$body")" \
	    0 "HTTP-20: $2 by $1: and no word of what is inside"
	echo "$2" >>"$scratch/seen"
}

# --- Workers -----------------------------------------------------------------

id=HTTP-20
req GET /api/user/me/ '' "$ali_token"
answered 'a worker' 200 null
req POST /api/khatmas/ '{"name": "K"}' "$ali_token"
answered 'a worker' 201 null
req DELETE "/api/khatmas/$(field .id)/" '' "$ali_token"
answered 'a worker' 204 null
req OPTIONS /api/khatmas/
answered 'a worker that is asked what it takes' 204 null
req POST /api/khatmas/ '{}' "$ali_token"
answered 'a worker' 400 validation_error
req GET /api/user/me/
answered 'a worker' 401 token_missing
req GET /api/user/me/ '' x.y.z
answered 'a worker' 401 token_invalid
req GET "/api/khatmas/$khatma/" '' "$omar_token"
answered 'a worker' 403 forbidden
req GET /api/khatmas/9223372036854775807/ '' "$ali_token"
answered 'a worker' 404 khatma_not_found
req DELETE /api/user/me/export/
answered 'a worker' 405 method_not_allowed
make() {
	req POST /api/khatmas/ "$1" "$ali_token" -H 'Idempotency-Key: "k"'
}
hold "INSERT INTO idempotency_keys (user_id, idem_key, request_hash,
    created_at) VALUES ($ali_id, 'k', REPEAT('x', 32), UTC_TIMESTAMP(6));
    SELECT 1"
make '{"name": "K"}'
let_go
answered 'a worker' 409 request_in_progress
make '{"name": "K"}'
make '{"name": "L"}'
answered 'a worker' 422 idempotency_key_reused
printf '%70000s' x >"$scratch/large"
req PATCH /api/user/me/ '' "$ali_token" --data-binary "@$scratch/large"
answered 'a worker' 413 body_too_large
req PATCH /api/user/me/ '' "$ali_token" -H 'Content-Type: text/plain' -d x
answered 'a worker' 415 unsupported_media_type

# What the host has to be broken for.
db 'ALTER TABLE khatmas MODIFY name VARCHAR(2) NOT NULL'
req POST /api/khatmas/ '{"name": "Longer than that"}' "$ali_token"
answered 'a worker' 500 internal_error
db 'UPDATE schema_migrations SET version = version + 1000'
req GET /api/health/ready/
answered 'a worker' 503 schema_version

# --- nginx -------------------------------------------------------------------

id=HTTP-16
req GET /api/%zz
answered nginx 400 bad_request
raw "GET /api/user/me/ HTTP/1.1\r\nX-Long: %9000s\r\n$rest" x
answered 'nginx, for a long header,' 400 bad_request
raw "GET /api/user/me/ HTTP/1.1\r\n$(printf 'X-%d: %4000s\\r\\n' \
    1 x 2 x 3 x 4 x 5 x 6 x 7 x 8 x 9 x 10 x)$rest"
answered 'nginx, for many headers,' 400 bad_request
raw "GET /api/user/me/ HTTP/1.1\r\nContent-Length: 1\r\n$(:
    )Transfer-Encoding: chunked\r\n$rest"
answered 'nginx, for two lengths,' 400 bad_request
req GET /api/nothing/
answered nginx 404 not_found
req GET /nothing
answered 'nginx, beside the API,' 404 not_found
req TRACE /api/user/me/
answered nginx 405 method_not_allowed
like "$(header Allow)" GET 'HTTP-16: with Allow'
printf '%131073s' x >"$scratch/large"
req PATCH /api/user/me/ '' '' --data-binary "@$scratch/large"
answered nginx 413 body_too_large
req PATCH /api/user/me/ '' '' --data-binary "@$scratch/large" \
    -H 'Transfer-Encoding: chunked'
answered 'nginx, for chunks,' 413 body_too_large
req GET "/api/$(printf 'a%.0s' $(seq 9000))"
answered nginx 414 uri_too_long
raw "POST /api/login/ HTTP/1.1\r\nTransfer-Encoding: gzip\r\n$rest"
answered nginx 501 not_implemented
raw "GET /api/user/me/ HTTP/3.0\r\n$rest"
answered nginx 505 http_version_not_supported
for _ in $(seq 25); do
	req GET /api/login/
done
answered nginx 429 too_many_requests
like "$(header Retry-After)" '^[1-9][0-9]*$' 'HTTP-16: with Retry-After'

"$root/spawn.sh" stop stats >/dev/null
req GET /api/stats/user/
answered 'nginx, where a group is stopped,' 503 service_unavailable
like "$(header Retry-After)" '^[1-9][0-9]*$' 'HTTP-16: with Retry-After'

# A worker that hangs, as nginx sees it after a second and not after thirty.
ok 'nginx loses its patience soon' \
    nginx_edited 's/fastcgi_read_timeout 30s/fastcgi_read_timeout 1s/'
worker=$("$root/spawn.sh" status health | grep -o '[0-9]*' | tail -n 1)
kill -STOP "$worker"
req GET /api/health/live/
kill -CONT "$worker"
answered 'nginx, where a worker hangs,' 503 service_unavailable
worker=$("$root/spawn.sh" status users | grep -o '[0-9]*' | tail -n 1)
kill -STOP "$worker"
req PATCH /api/user/me/ '{"bio": "x"}' "$ali_token"
kill -CONT "$worker"
answered 'nginx, where it hangs over a change,' 503 outcome_unknown
like "$(header Retry-After)" '^[1-9][0-9]*$' 'HTTP-16: with Retry-After'

# A worker that answers what is no answer.
rm "$stack/run/dashboard.sock"
perl -MIO::Socket::UNIX -e '
	my $socket = IO::Socket::UNIX->new(Local => shift, Listen => 9)
	    or die "$!\n";
	chmod 0666, $socket->hostpath;
	print "listening\n";
	close STDOUT;
	alarm 120;
	while (my $client = $socket->accept) {
		print $client "HTTP/1.1 200 OK\r\n\r\nthis is no FastCGI";
	}' "$stack/run/dashboard.sock" >"$scratch/imposter" &
imposter=$!
for _ in $(seq 100); do
	[ ! -s "$scratch/imposter" ] || break
	sleep 0.1
done
req GET /api/dashboard/ '' "$ali_token"
kill "$imposter"
wait "$imposter" 2>/dev/null
answered 'nginx, where a worker talks nonsense,' 503 service_unavailable

is "$(sort -u "$scratch/seen" | tr '\n' ' ')" '200 201 204 400 401 403 404 '\
'405 409 413 414 415 422 429 500 501 503 505 ' 'HTTP-20: that is every status there is'

# Headers that a location adds would put out those of the blocks around it.
is "$(grep -E '^[^#]*(location|add_header|[{}] *$)' "$root/nginx.conf.example" |
    awk '/location/ { where = $0 } /add_header/ { print where }' | sort -u |
    tr -s '\t ' ' ')" ' location /api {
 location = /_khatma/problem {' \
    'HTTP-17: two locations add headers, and one is in none of the others'

done_testing
