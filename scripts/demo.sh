#!/bin/sh
# demo.sh [BASE] - five people read a khatma together, by curl and before your
# eyes: they sign up, join a public group, take its chapters and read them; the
# khatma completes, achievements and notifications arrive. BASE is where the
# service is, http://127.0.0.1:8087/api by default ("make run" starts it). Every
# run makes new people, so it may be played again.
#
#	PAUSE		seconds between two readings (0.2)

set -eu
BASE=${1:-http://127.0.0.1:8087/api}
PAUSE=${PAUSE:-0.2}
ALL='omar fatimah bilal maryam aisha'	# aisha creates the group

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
answer=$scratch/answer

# --- Talking to the service --------------------------------------------------

fail() {
	printf 'demo: %s\n' "$*" >&2
	exit 1
}

# call WHO METHOD PATH [JSON]: a request with WHO's token (- for none). The
# answer goes into $answer; an error ends the demo.
call() {
	who=$1 method=$2 path=$3 json=${4-}
	set -- -sS -m 20 -X "$method" -o "$answer" -w '%{http_code}'
	[ "$who" = - ] ||
		set -- "$@" -H "Authorization: Bearer $(cat "$scratch/$who.token")"
	[ -z "$json" ] ||
		set -- "$@" -H 'Content-Type: application/json' -d "$json"
	code=$(curl "$@" "$BASE/$path") || fail "no answer from $BASE"
	case $code in
	2*) ;;
	*) fail "$method $path: $code $(cat "$answer")" ;;
	esac
}

field() {
	jq -r "$1" "$answer"
}

title() {
	printf '\n== %s\n\n' "$*"
}

# omar -> Omar
name_of() {
	printf '%s%s\n' "$(printf %.1s "$1" | tr '[:lower:]' '[:upper:]')" "${1#?}"
}

# --- The scenes --------------------------------------------------------------

look_whether_it_runs() {
	curl -fsS -m 5 -o /dev/null "$BASE/health/ready/" 2>/dev/null ||
		fail "nothing is ready at $BASE. Start it with: make run"
}

sign_up() {
	title 'Five people sign up and sign in'
	run=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
	for person in $ALL; do
		account=$(jq -cn --arg n "$(name_of "$person")" \
		    --arg e "$person-$run@example.com" \
		    --arg p "reading-$run-$person" \
		    '{fullname: $n, email: $e, password: $p}')
		call - POST signup/ "$account"
		printf '  %-8s  %s, user %s\n' "$(field .fullname)" \
		    "$(field .email)" "$(field .id)"
		call - POST login/ "$account"
		field .access >"$scratch/$person.token"
	done
}

create_and_join() {
	title 'Aisha opens a group for Ramadan, the others join it'
	call aisha POST khatmas/ '{"name": "Ramadan Group Reading",
	    "description": "Finish Quran together", "khatma_type": "group",
	    "target_days": 30, "is_public": true}'
	khatma=$(field .id)
	printf '  POST   khatmas/           khatma %s: "%s", %s chapters\n' \
	    "$khatma" "$(field .name)" "$(field .chapters_total)"
	for person in $ALL; do
		[ "$person" != aisha ] || continue
		call "$person" POST "khatmas/$khatma/join/"
		printf '  POST   khatmas/%s/join/   %s: "%s", juz %s\n' "$khatma" \
		    "$(name_of "$person")" "$(field .message)" \
		    "$(field .chapter_assigned)"
	done
}

# The board as a table of five columns: who has which chapter.
board() {
	call aisha GET "khatmas/$khatma/"
	echo
	jq -r '.chapters[] | [.chapter, .state, .reader.fullname // "-"] | @tsv' \
	    "$answer" | awk -F '\t' '
	{
		mark = $2 == "completed" ? "*" : $2 == "claimed" ? "." : " "
		printf "  %2d %s %-8s", $1, mark, $2 == "free" ? "" : $3
		if (NR % 5 == 0)
			print ""
	}'
	printf '\n  * read   . taken   %s of %s read, %.1f %%, %s\n' \
	    "$(field .chapters_completed)" "$(field .chapters_total)" \
	    "$(field .completion_percentage)" "$(field .status)"
}

# read_juz PERSON NUMBER
read_juz() {
	call "$1" POST "khatmas/$khatma/sessions/" \
	    "{\"chapter_assigned\": $2, \"is_completed\": true}"
	printf '  POST   khatmas/%s/sessions/   %-8s has read juz %2d, %s\n' \
	    "$khatma" "$(name_of "$1")" "$(field .chapter_assigned)" \
	    "$(sed -n "$2p" "$scratch/bounds")"
	sleep "$PAUSE"
}

# Chapter 1 is for the first of $ALL, 2 for the second and so on: those that
# join in this order have them already.
read_all() {
	title 'They read'
	call aisha GET "khatmas/$khatma/"
	field '.chapters[] | "\(.from.name) \(.from.ayah) to \(.to.name) \(.to.ayah)"' \
	    >"$scratch/bounds"
	juz=0
	while [ "$juz" -lt 30 ]; do
		for person in $ALL; do
			juz=$((juz + 1))
			read_juz "$person" "$juz"
		done
		[ "$juz" != 15 ] || board
		[ "$juz" != 15 ] || echo
	done
	board
}

show_rewards() {
	title 'What the service has given by itself'
	for person in $ALL; do
		call "$person" GET achievements/
		printf '  %-8s  %s\n' "$(name_of "$person")" \
		    "$(field '[.[].achievement_display] | join(", ")')"
	done
	title "Omar's notifications, newest first"
	call omar GET notifications/
	field '.[] | "  \(.created_at[11:19])  \(.title): \(.message)"' |
	    head -n 8
	call omar PATCH notifications/mark-all-read/
	title "Omar's statistics"
	call omar GET stats/user/
	field 'to_entries[] | "  \(.key): \(.value)"'
}

look_whether_it_runs
sign_up
create_and_join
read_all
show_rewards
title "All thirty parts have been read: khatma $khatma is complete"
