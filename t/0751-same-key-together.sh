#!/bin/sh
# The same request at the same time: one of them is done, and the others are
# told its answer or that it is being worked on.
# shellcheck disable=SC2317,SC2119 # what wait_for is given to call
# shellcheck disable=SC2030,SC2031 # subshells have files of their own
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"

stack_private WORKERS=8
new_user ali
new_user omar

khatmas() {
	db "SELECT COUNT(*) FROM khatmas WHERE name = '$1'"
}

# --- In progress -------------------------------------------------------------

req POST /api/khatmas/ '{"name": "G", "khatma_type": "group",
    "is_public": true}' "$ali_token"
khatma=$(field .id)
join() {
	req POST "/api/khatmas/$khatma/join/" '' "$omar_token" \
	    -H 'Idempotency-Key: join'
}

hold "SELECT id FROM khatmas WHERE id = $khatma FOR UPDATE"
# A subshell: the files of the answer are the other one's.
(
	body=$scratch/first headers=$scratch/first.headers
	join
	echo "$status" >"$scratch/first.status"
) &
first=$!
ok 'the first request waits for a row' wait_for waiting
join
is "$status $(field .code)" '409 request_in_progress' \
    'as long as it lasts the second is told so'
is "$(header Retry-After)" 1 'and when to ask again'
join
is "$status $(field .code)" '409 request_in_progress' 'and so is the third'
req POST "/api/khatmas/$khatma/join/" '{"chapter": 3}' "$omar_token" \
    -H 'Idempotency-Key: join'
is "$status $(field .code)" '409 request_in_progress' \
    'also another request: what it asks for is not known yet'
req POST /api/khatmas/ '{"name": "Own"}' "$ali_token" \
    -H 'Idempotency-Key: join'
wants 201 'another user does not wait'
req POST /api/khatmas/ '{"name": "Other"}' "$omar_token" \
    -H 'Idempotency-Key: other'
wants 201 'nor another request of the same user'
let_go
wait $first
is "$(cat "$scratch/first.status")" 201 'then the first is done'
join
is "$status $(header Idempotency-Replayed)" '201 true' 'and is the answer'
ok 'byte by byte' cmp "$scratch/first" "$body"

# --- Sixty at once -----------------------------------------------------------

for round in 1 2 3; do
	for _ in $(seq 60); do
		echo "POST /api/khatmas/ $ali_token {\"name\": \"N$round\"}"
	done | together "Idempotency-Key: round-$round"
	is "$(cut -d ' ' -f 2 "$answers/codes" | grep -cvE '^(201|409)$')" 0 \
	    'of sixty at once each is answered with 201 or 409'
	is "$(khatmas "N$round")" 1 'one is done'
	sed -n 's/ 201$//p' "$answers/codes" >"$scratch/done"
	is "$(while read -r n; do cat "$answers/$n"; echo; done \
	    <"$scratch/done" | sort -u | wc -l)" 1 \
	    'and all that have an answer have the same'
	is "$(sed -n 's/ 409$//p' "$answers/codes" | while read -r n; do
		jq -r .code "$answers/$n"
	done | sort -u | grep -v '^request_in_progress$')" '' \
	    'the others are to ask again'
	req POST /api/khatmas/ "{\"name\": \"N$round\"}" "$ali_token" \
	    -H "Idempotency-Key: round-$round"
	is "$(cat "$body")" "$(cat "$answers/$(head -n 1 "$scratch/done")")" \
	    'who does hears the same'
done

# Many keys at once, each of them twice, all for one khatma.
for n in $(seq 30); do
	echo "POST /api/khatmas/$khatma/sessions/ $omar_token" \
	    "{\"chapter_assigned\": $n}"
done >"$scratch/chapters"
for n in $(seq 30); do
	key="chapter-$n"
	line=$(sed -n "${n}p" "$scratch/chapters")
	printf '%s\n%s\n' "$line" "$line" |
	    (answers=$scratch/answers-$n
	    scratch=$scratch/s$n
	    mkdir "$scratch"
	    together "Idempotency-Key: $key") &
done
wait
is "$(cat "$scratch"/answers-*/codes | cut -d ' ' -f 2 |
    grep -cvE '^(20[01]|409)$')" 0 'sixty sessions, each sent twice'
is "$(db "SELECT COUNT(*), COUNT(DISTINCT chapter) FROM sessions
    WHERE khatma_id = $khatma")" '30	30' 'are thirty'
is "$(db "SELECT COUNT(*), COUNT(DISTINCT user_id) FROM notifications
    WHERE khatma_id = $khatma
    AND notification_type = 'khatma_completed'")" '2	2' \
    'and of its end each member hears once'

# --- A deadlock --------------------------------------------------------------

# Of two who wait for each other the one is undone who has written less.
req POST /api/khatmas/ '{"name": "D", "khatma_type": "group"}' "$ali_token"
khatma=$(field .id)
read_one() {
	req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 1}' \
	    "$ali_token" -H 'Idempotency-Key: dead'
}
deadlocks() {
	db "SELECT variable_value FROM information_schema.global_status
	    WHERE variable_name = 'INNODB_DEADLOCKS'"
}
before=$(deadlocks)
hold "INSERT INTO schema_migrations (version, name, applied_at)
    SELECT 10000 + seq, 'x', UTC_TIMESTAMP(6) FROM seq_1_to_1000;
    SELECT id FROM users WHERE id = $ali_id FOR UPDATE"
(
	body=$scratch/first headers=$scratch/first.headers
	read_one
	echo "$status" >"$scratch/first.status"
) &
first=$!
ok 'a reading waits for its reader' wait_for waiting
echo "SELECT id FROM khatmas WHERE id = $khatma FOR UPDATE;" >&8
met() {
	[ "$(deadlocks)" -gt "$before" ]
}
ok 'it meets somebody who waits for its khatma' wait_for met
let_go
wait $first
is "$(cat "$scratch/first.status")" 201 'it is done all the same'
read_one
is "$(header Idempotency-Replayed)" true 'and its answer is stored'
ok 'that which it had' cmp "$scratch/first" "$body"
is "$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma")" 1 \
    'of one reading'
is "$(fsck)" '' 'all rules hold'

done_testing
