#!/bin/sh
# Everybody at the same instant, again and again: forty-eight readers join
# fifteen khatmas, and thirty finish one, round after round. Each chapter is
# given once, each khatma is completed once, and the numbers are right.
# shellcheck disable=SC2119 # functions without arguments
. "$(dirname "$0")/../drill.sh"
stack_private

khatmas=$(form 3 15)
rounds=$(form 2 200)

# posts N PATH: each of the first N readers posts it.
posts() {
	head -n "$1" "$scratch/crowd" |
	    awk -v path="$2" '{ print "POST /api/" path " " $2 }'
}

# keep_codes: what together was answered, for the end.
keep_codes() {
	cut -d ' ' -f 2 "$answers/codes" >>"$scratch/codes"
}

count() {
	grep -c "^$1\$" "$scratch/codes"
}

share_away() {
	awk '{ n += $1 == 503 } END { printf "%.2f", n * 100 / NR }' \
	    "$scratch/codes"
}

reader aisha
crowd 48

# --- Forty-eight join --------------------------------------------------------

ids=
for _ in $(seq "$khatmas"); do
	group "$aisha_token"
	ids="$ids $khatma"
done
ids=$(echo "$ids" | xargs | tr ' ' ,)
for id in $(echo "$ids" | tr , ' '); do
	posts 48 "khatmas/$id/join/"
done | shuf >"$scratch/joins"
start=$(instant)
together <"$scratch/joins"
wall=$((($(instant) - start) / 1000))
keep_codes
is "$(count 201) $(count 400) $(count 500)" \
    "$((khatmas * 30)) $((khatmas * 18)) 0" \
    "forty-eight join $khatmas khatmas: thirty of them get in, and nobody 500"
is "$(db "SELECT COUNT(DISTINCT number), COUNT(DISTINCT reader_id)
    FROM chapters WHERE khatma_id IN ($ids) AND state = 'claimed'
    GROUP BY khatma_id" | sort -u | xargs)" '30 30' \
    'thirty have thirty different chapters'
is "$(fsck)" '' 'and all rules hold'
result 'joins at once, answered 503, 500' \
    "$(wc -l <"$scratch/codes"), $(count 503), $(count 500)" '0 of 500'
at_most 'joins, wall time, ms' "$wall" 2000
at_most 'joins, share of 503, %' "$(share_away)" 1

# --- Thirty finish -----------------------------------------------------------

# finish: a new khatma, whose thirty members finish it.
finish() {
	group "$aisha_token"
	echo "$khatma" >>"$scratch/finished"
	posts 30 "khatmas/$khatma/join/" | together
	n=0
	posts 30 "khatmas/$khatma/sessions/" | while read -r line; do
		n=$((n + 1))
		echo "$line {\"chapter_assigned\": $(jq .chapter_assigned \
		    "$answers/$n")}"
	done >"$scratch/last"
	together <"$scratch/last"
	keep_codes
}

: >"$scratch/codes"
before=$(db "SELECT COALESCE(SUM(khatmas_completed), 0) FROM users")
start=$(instant)
for _ in $(seq "$rounds"); do
	finish
done
wall=$((($(instant) - start) / 1000000))
is "$(count 201) $(wc -l <"$scratch/codes")" \
    "$((rounds * 30)) $((rounds * 30))" \
    "thirty finish in the same instant, $rounds times: each is told so"
ids=$(xargs <"$scratch/finished" | tr ' ' ,)
is "$(db "SELECT status, chapters_completed, chapters_free,
    completed_by IN (SELECT id FROM sessions s WHERE s.khatma_id = k.id)
    FROM khatmas k WHERE id IN ($ids)" | sort | uniq -c | xargs)" \
    "$rounds completed 30 0 1" 'each khatma is completed'
is "$(db "SELECT COUNT(*), COUNT(DISTINCT user_id), COUNT(DISTINCT session_id)
    FROM notifications WHERE khatma_id IN ($ids)
    AND notification_type = 'khatma_completed'
    GROUP BY khatma_id" | sort | uniq -c | xargs)" "$rounds 31 31 1" \
    'once: each member was told, of the same reading'
is "$(($(db "SELECT SUM(khatmas_completed) FROM users") - before))" \
    "$((rounds * 30))" 'and has one khatma more'
is "$(db "SELECT COUNT(*) FROM notifications WHERE khatma_id IN ($ids)
    AND notification_type = 'chapter_completed'")" "$((rounds * 60))" \
    'each reader and the creator were told of each chapter'
is "$(fsck)" '' 'and all rules hold: what is kept is what can be counted'
result 'rounds of thirty that finish, answered 503, 500' \
    "$rounds, $(count 503), $(count 500)" '200, 1 %, 0'
result 'rounds, wall time, s' "$wall" 'to compare with'
at_most 'rounds, share of 503, %' "$(share_away)" 1

done_testing
