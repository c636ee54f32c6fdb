#!/bin/sh
# The connection to the database is cut right after COMMIT was sent, each time.
# Whoever sends the same with the same Idempotency-Key until it is answered has
# made one thing, and is told of it.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
# shellcheck disable=SC2030,SC2031 # clients have files of their own
. "$(dirname "$0")/../drill.sh"
. "$root/t/dbproxy.sh"

CLIENTS=4
rounds=$(form 4 84)	# of three requests, for each client
keys=$((CLIENTS * rounds * 3))

stack_proxied WORKERS=4
crowd $((CLIENTS * 2))
cut -d ' ' -f 2 "$scratch/crowd" >"$scratch/tokens"
mkdir "$scratch/asked"

# until_answered KEY TOKEN PATH JSON: sets $tries.
until_answered() {
	tries=0
	while [ $tries -lt 50 ]; do
		tries=$((tries + 1))
		req POST "$3" "$4" "$2" -H "Idempotency-Key: \"$1\""
		case $status in
		000 | 409 | 503)
			sleep 0.1 ;;
		*)	break ;;
		esac
	done
}

# ask CLIENT KEY TOKEN PATH JSON: and then once more. Leaves a line
# "KEY STATUS TRIES SAME" behind.
ask() {
	client=$1
	shift
	until_answered "$@"
	first=$status first_tries=$tries same=other
	cp "$body" "$body.first"
	until_answered "$@"
	cmp -s "$body" "$body.first" &&
	    [ "$(header Idempotency-Replayed)" = true ] && same=same
	echo "$1 $first $first_tries $same" >>"$scratch/asked/$client"
}

# client NUMBER: makes khatmas, another reader joins each and reads a chapter.
client() {
	body=$scratch/client-$1.json
	headers=$scratch/client-$1.headers
	one=$(sed -n "$(($1 * 2 - 1))p" "$scratch/tokens")
	two=$(sed -n "$(($1 * 2))p" "$scratch/tokens")
	for round in $(seq "$rounds"); do
		key=$1-$round
		ask "$1" "make-$key" "$one" /api/khatmas/ "{\"name\":
		    \"make-$key\", \"khatma_type\": \"group\",
		    \"is_public\": true}"
		id=$(field .id)
		ask "$1" "join-$key" "$two" "/api/khatmas/$id/join/" ''
		chapter=$(field .chapter_assigned)
		ask "$1" "read-$key" "$two" "/api/khatmas/$id/sessions/" \
		    "{\"chapter_assigned\": $chapter}"
	done
}

# Each COMMIT, and each fifth of the connections that are made after it: the
# service does not always find out by itself.
rules 'cut sent query always ^COMMIT' 'cut before connect /5'
start=$(date +%s%N)
clients=
for n in $(seq $CLIENTS); do
	client "$n" >"$scratch/client-$n.said" 2>&1 &
	clients="$clients $!"
done
for client in $clients; do
	wait "$client"
done
took=$(awk -v ns=$(($(date +%s%N) - start)) 'BEGIN { printf "%.1f", ns / 1e9 }')
cuts=$(proxied '! cut sent')
committed=$(proxied '= answered')
rules
cat "$scratch"/client-*.said
cat "$scratch"/asked/* >"$scratch/answers-of"

# --- What came of it ---------------------------------------------------------

is "$(wc -l <"$scratch/answers-of")" "$keys" 'every request has an answer'
ok "the connection was cut for each of $keys keys" [ "$cuts" -ge "$keys" ]
is "$(cut -d ' ' -f 2 "$scratch/answers-of" | sort | uniq -c | xargs)" \
    "$keys 201" 'every answer is 201'
is "$(grep -cv ' same$' "$scratch/answers-of")" 0 \
    'and the same once more, byte by byte'
is "$(db "SELECT COUNT(*), COUNT(DISTINCT name) FROM khatmas")" \
    "$((keys / 3))	$((keys / 3))" 'there is one khatma for each key'
is "$(db "SELECT COUNT(*) FROM memberships m JOIN khatmas k
    ON k.id = m.khatma_id WHERE m.user_id <> k.creator_id")" $((keys / 3)) \
    'one member for each'
is "$(db "SELECT COUNT(*), COUNT(DISTINCT khatma_id) FROM notifications
    WHERE notification_type = 'chapter_assigned'")" \
    "$((keys / 3))	$((keys / 3))" 'who was told once'
is "$(db 'SELECT COUNT(*), COUNT(DISTINCT khatma_id) FROM sessions')" \
    "$((keys / 3))	$((keys / 3))" 'and one session'
is "$(db 'SELECT SUM(chapters_completed), SUM(chapters_total - chapters_free)
    FROM khatmas')" "$((keys / 3))	$((keys / 3))" 'of one chapter'
is "$(db "SELECT COUNT(*) FROM idempotency_keys")" "$keys" \
    'one answer is stored for each'
is "$(fsck)" '' 'and all rules hold'

tries=$(cut -d ' ' -f 3 "$scratch/answers-of" | sort -n | tail -n 1)
again=$(awk '$3 > 1 { n++ } END { print n + 0 }' "$scratch/answers-of")
result 'connections cut right after COMMIT was sent' "$cuts" "$(form 40 1000)"
result 'of these the server had done' "$committed" 'any number'
third=$((keys / 3))
result 'keys with no row, or with two' "$(db "SELECT ABS($third - COUNT(*))
    + COUNT(*) - COUNT(DISTINCT name) FROM khatmas") of khatmas, $(db "SELECT
    ABS($third * 2 - COUNT(*)) FROM memberships") of members, $(db "SELECT
    ABS($third - COUNT(*)) FROM sessions") of sessions" 0
result 'requests that the client had to send again' \
    "$again of $keys, at most $tries times" 'until there is an answer'
result 'seconds' "$took" 'to compare with'

done_testing
