#!/bin/sh
# nginx 1.22 forgets that it waits for more of an answer when what it has fills
# its buffer to the brim: it would wait for ever, and when it is reloaded leave
# without the request. Answers come in pieces of 8192 bytes, so no buffer may be
# full after some of them.
# shellcheck disable=SC2046,SC2119,SC2317 # several words; no arguments; by name
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"
stack_private WORKERS=1

socket=$stack/run/stats.sock
length=50000
perl "$root/t/brim.pl" "$socket.brim" "$length" "$scratch/sent" "$scratch/go" &
answering=$!
wait_for test -S "$socket.brim"
mv -f "$socket.brim" "$socket"
curl -s -m 60 --unix-socket "$stack/http.sock" -o "$scratch/answer" \
    http://localhost/api/stats/user/ &
asking=$!
ok 'nginx has read two pieces of the answer' wait_for test -e "$scratch/sent"

is_leaving() {
	! kill -0 "$1" || tr '\0' ' ' <"/proc/$1/cmdline" | grep -q 'shutting down'
}

set -- $(pgrep -P "$(cat "$stack/run/nginx.pid")")
kill -HUP "$(cat "$stack/run/nginx.pid")"
for old in "$@"; do
	ok 'an old process of nginx leaves, or waits' wait_for is_leaving "$old"
done
touch "$scratch/go"
wait "$asking"
is "$? $(wc -c <"$scratch/answer")" "0 $length" \
    'the one that has the request waits for all of the answer'
is "$(grep -c 'open socket' "$stack/log/error.log")" 0 \
    'and none leaves with a request'
kill "$answering" 2>/dev/null
wait "$answering"
done_testing
