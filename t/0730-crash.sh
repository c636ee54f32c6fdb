#!/bin/sh
# The database is killed while people read: what was answered with 2xx is there
# when it is back, what was refused is not, and nothing is there by half.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/tap.sh"
stack_private
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"

answers=$scratch/answers

# written COUNT: so many sessions are there.
written() {
	[ "$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma")" \
	    -ge "$1" ]
}

# is_there N: whether chapter N was read.
is_there() {
	db "SELECT COUNT(*) FROM chapters c JOIN sessions s ON s.id = c.session_id
	    WHERE c.khatma_id = $khatma AND c.number = $1"
}

# wrong: each answer that the database does not bear out.
wrong() {
	while read -r n code; do
		case $code-$(jq -r '.code // "done"' "$answers/$n") in
		20[01]-done)			want=1 ;;
		503-database_unavailable)	want=0 ;;
		503-outcome_unknown)		want=$(is_there "$n") ;;
		*)				want='no such answer' ;;
		esac
		[ "$(is_there "$n")" = "$want" ] ||
			echo "$n: $code $(cat "$answers/$n")"
	done <"$answers/codes"
}

reader aisha
crowd 30
before=$(workers)
for round in 1 2 3; do
	group "$aisha_token"
	sed "s|.* |POST /api/khatmas/$khatma/join/ |" "$scratch/crowd" | together
	# Chapter N is of whoever got it: the lines are in its order.
	for n in $(seq 30); do
		printf '%d POST /api/khatmas/%d/sessions/ %s {"%s": %d}\n' \
		    "$(jq .chapter_assigned "$answers/$n")" "$khatma" \
		    "$(sed -n "${n}s/.* //p" "$scratch/crowd")" \
		    chapter_assigned "$(jq .chapter_assigned "$answers/$n")"
	done | sort -n | sed 's/[0-9]* //' >"$scratch/all"
	together <"$scratch/all" &
	wait_for written $((round * 7 - 6))
	database_stop KILL
	wait $!
	ok "killed while thirty finish ($round), it comes back" database_start
	is "$(wrong)" '' 'it holds what was answered, and no more'
	is "$(fsck)" '' 'and all rules hold'

	together <"$scratch/all"
	is "$(cut -d ' ' -f 2 "$answers/codes" | grep -cv '^20[01]$')" \
	    "$(cat "$answers"/[0-9]* | jq -r '.code // empty' |
	    grep -c khatma_completed)" 'all send their requests again'
	is "$(db "SELECT status, (SELECT COUNT(*) FROM notifications n
	        WHERE n.khatma_id = k.id
	        AND notification_type = 'khatma_completed')
	    FROM khatmas k WHERE id = $khatma" | xargs)" 'completed 31' \
	    'and the khatma is completed, once'
	is "$(fsck)" '' 'and all rules hold'
done
is "$(workers)" "$before" 'no worker has died'

done_testing
