#!/bin/sh
# The frame stands: nginx, a worker and the database answer, and what is not
# there or not allowed is said as RFC 9457 wants it.
. "$(dirname "$0")/tap.sh"

req GET /api/health/live/
wants 200 'the process answers'
like "$(header Content-Type)" '^application/json' 'in JSON'

req GET /api/health/ready/
wants 200 'the database answers, and its schema fits'

req GET /api/health/ready
wants 200 'a path works without its trailing slash'

req GET //api///health//ready//
wants 200 'and with doubled slashes'

req HEAD /api/health/live/
wants 200 'HEAD is answered like GET'
is "$(wc -c <"$body")" 0 'without a body'

req OPTIONS /api/health/live/
wants 204 'OPTIONS is answered'
like "$(header Allow)" 'GET' 'with the methods'

req POST /api/health/live/ '{}'
wants 405 'another method is refused'
like "$(header Allow)" 'GET.*HEAD' 'and Allow names those that are not'
is "$(field .code)" method_not_allowed 'with its code'

for path in /api/health/nothing/ /api/nothing/ /api/ /nothing; do
	req GET $path
	wants 404 "$path is not there"
	like "$(header Content-Type)" '^application/problem\+json' \
	    "$path: a problem"
	is "$(field '[.type, .status, .code] | join(" ")')" \
	    'about:blank 404 not_found' "$path: its members"
	like "$(field .request_id)" '^[0-9a-f]{32}$' "$path: its request id"
	is "$(header X-Content-Type-Options)" nosniff "$path: not to be sniffed"
	is "$(header Cache-Control)" no-store "$path: not to be stored"
done

done_testing
