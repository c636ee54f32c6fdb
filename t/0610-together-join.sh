#!/bin/sh
# Many people join, claim and leave in the same instant: chapters are given
# once, those who come too late are told so, and the numbers are right.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# codes: how many answers there were of each status.
codes() {
	cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs
}

# problems: how many there were of each code.
problems() {
	for answer in "$answers"/[0-9]*; do
		jq -r '.code // empty' "$answer"
	done | sort | uniq -c | xargs
}

tokens() {
	cut -d ' ' -f 2 "$scratch/crowd"
}

users() {
	cut -d ' ' -f 1 "$scratch/crowd" | xargs
}

reader aisha
group "$aisha_token"
crowd 60
tokens | sed "s|.*|POST /api/khatmas/$khatma/join/ &|" | together
is "$(codes)" '30 201 30 400' \
    'AZ-05: sixty join a khatma of thirty: thirty get in'
is "$(problems)" '30 khatma_full' 'the others are told that it is full'
is "$(cat "$answers"/[0-9]* | jq -r '.chapter_assigned // empty' | sort -n |
    xargs)" "$(seq -s ' ' 30)" 'thirty have thirty different chapters'
is "$(db "SELECT CONCAT_WS(' ', participants_count, chapters_free)
    FROM khatmas WHERE id = $khatma")" '31 0' 'the khatma counts them'
is "$(db "SELECT COUNT(*), COUNT(DISTINCT user_id), COUNT(DISTINCT chapter)
    FROM notifications WHERE khatma_id = $khatma
    AND notification_type = 'chapter_assigned'" | xargs)" '30 30 30' \
    'and each was told of one'
is "$(fsck "$khatma" "$(users)")" '' 'all rules hold'

# Whoever was left out comes again while others leave.
members=$(db "SELECT user_id FROM memberships WHERE khatma_id = $khatma
    AND user_id <> $aisha_id")
for id in $members; do
	grep "^$id " "$scratch/crowd"
done >"$scratch/in"
grep -vxFf "$scratch/in" "$scratch/crowd" >"$scratch/out"
paste -d '\n' "$scratch/in" "$scratch/out" |
    sed "s|.* \(.*\)|DELETE /api/khatmas/$khatma/leave/ \1|; n
	s|.* \(.*\)|POST /api/khatmas/$khatma/join/ \1|" | together
is "$(cut -d ' ' -f 2 "$answers/codes" | grep -c '^200$')" 30 \
    'thirty leave while thirty come: all who would leave have left'
is "$(cut -d ' ' -f 2 "$answers/codes" | grep -cvE '^(200|201|400)$')" 0 \
    'those who would join got in or were told that it is full'
is "$(db "SELECT participants_count + chapters_free FROM khatmas
    WHERE id = $khatma")" 31 'each has one chapter'
is "$(fsck "$khatma" "$(users)")" '' 'and all rules hold'

# One person's many requests.
group "$aisha_token"
token=$(tokens | head -n 1)
yes "POST /api/khatmas/$khatma/join/ $token" | head -n 20 | together
is "$(codes)" '1 201 19 400' 'who joins twenty times at once is in once'
is "$(problems)" '19 already_member' 'and is told so'
yes "DELETE /api/khatmas/$khatma/leave/ $token" | head -n 20 | together
is "$(codes)" '1 200 19 404' 'and has left once'
yes "POST /api/khatmas/$khatma/join/ $token
DELETE /api/khatmas/$khatma/leave/ $token" | head -n 40 | together
is "$(cut -d ' ' -f 2 "$answers/codes" | grep -cvE '^(200|201|400|404)$')" 0 \
    'joining and leaving at once is one or the other'
is "$(fsck "$khatma" "$(users)")" '' 'and all rules hold'

# All want the same chapter.
group "$aisha_token"
tokens | head -n 20 |
    sed "s|.*|POST /api/khatmas/$khatma/join/ & {\"chapter\": 7}|" | together
is "$(codes)" '1 201 19 400' 'of twenty who ask for one chapter one has it'
is "$(problems)" '19 chapter_taken' 'and the others are told that it is taken'
tokens | head -n 20 | while read -r token; do
	join "$token" 2>/dev/null
done >/dev/null
for wish in '20 false chapter_taken' '21 true chapter_completed'; do
	# shellcheck disable=SC2086 # three words
	set -- $wish
	tokens | head -n 20 | sed "s|.*|POST /api/khatmas/$khatma/sessions/ & $(:
	    ){\"chapter_assigned\": $1, \"is_completed\": $2}|" | together
	is "$(codes)" '1 201 19 400' "one of twenty gets chapter $1"
	is "$(problems)" "19 $3" 'the others are told what became of it'
done
is "$(fsck "$khatma" "$(users)")" '' 'and all rules hold'

# Somebody joins while the creator, who is alone, leaves.
for round in 1 2 3; do
	reader guide
	group "$guide_token"
	token=$(tokens | sed "$round!d")
	together <<-END
	POST /api/khatmas/$khatma/join/ $token
	DELETE /api/khatmas/$khatma/leave/ $guide_token
	END
	is "$(sed -n 2p "$answers/codes")" '2 200' 'a creator leaves'
	case $(sed -n 1p "$answers/codes") in
	'1 201') creator=$(users | cut -d ' ' -f "$round") ;;
	'1 404') creator= ;;
	*)	creator='neither 201 nor 404' ;;
	esac
	is "$(db "SELECT creator_id FROM khatmas WHERE id = $khatma")" \
	    "$creator" 'who joins has the khatma, or finds that it is gone'
	is "$(fsck "$khatma" "$(users)")" '' 'and all rules hold'
done

done_testing
