#!/bin/sh
# Chapters that are finished in the same instant: the khatma is completed once,
# with one set of notifications, and everybody's numbers are right.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

codes() {
	cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs
}

users() {
	cut -d ' ' -f 1 "$scratch/crowd" | xargs
}

# member N: the token of the Nth of the crowd.
member() {
	sed -n "$1s/.* //p" "$scratch/crowd"
}

# finish CHAPTER TOKEN [KHATMA]: a line for together.
finish() {
	printf 'POST /api/khatmas/%d/sessions/ %s {"chapter_assigned": %d}\n' \
	    "${3-$khatma}" "$2" "$1"
}

# ended: the state of $khatma, and how many were told of it.
ended() {
	db "SELECT status, chapters_completed, chapters_free,
	        completed_at IS NOT NULL,
	        (SELECT COUNT(*) FROM notifications n WHERE n.khatma_id = k.id
	        AND n.notification_type = 'khatma_completed'),
	        (SELECT COUNT(*) FROM sessions s WHERE s.khatma_id = k.id)
	    FROM khatmas k WHERE id = $khatma" | xargs
}

reader aisha
crowd 30

# Thirty readers, thirty chapters.
group "$aisha_token"
while read -r _ token; do
	echo "POST /api/khatmas/$khatma/join/ $token"
done <"$scratch/crowd" | together
for chapter in $(seq 30); do
	finish "$(jq .chapter_assigned "$answers/$chapter")" "$(member "$chapter")"
done >"$scratch/last"
together <"$scratch/last"
is "$(codes)" '30 201' 'AZ-05: thirty readers finish in the same instant'
is "$(ended)" 'completed 30 0 1 31 30' \
    'the khatma is completed, and each member was told once'
is "$(db "SELECT COUNT(*), MIN(khatmas_completed), MAX(khatmas_completed),
    MIN(chapters_read), MAX(chapters_read) FROM users
    WHERE id IN ($(users | tr ' ' ,))" | xargs)" '30 1 1 1 1' \
    'each has one chapter and one khatma more'
is "$(db "SELECT COUNT(*) FROM achievements WHERE khatma_id = $khatma
    AND achievement_type = 'first_khatma'")" 30 'and the achievement'
is "$(db "SELECT COUNT(*) FROM notifications WHERE khatma_id = $khatma
    AND user_id = $aisha_id AND notification_type = 'chapter_completed'")" 30 \
    'the creator was told of thirty chapters'
is "$(fsck "$khatma" "$aisha_id $(users)")" '' 'all rules hold'

# but_two: a new khatma of which only the chapters 1 and 2 are left, which the
# first two of the crowd have.
but_two() {
	group "$aisha_token"
	join "$(member 1)" "$(member 2)"
	for chapter in $(seq 3 30); do
		finish "$chapter" "$(member $((chapter % 2 + 1)))"
	done | together
	[ "$(codes)" = '28 201' ] || diag "but_two: $(codes)"
}

khatmas=
for round in 1 2 3 4 5; do
	but_two
	{
		finish 1 "$(member 1)"
		finish 2 "$(member 2)"
	} | together
	is "$(codes)" '2 201' "the last two finish in the same instant ($round)"
	is "$(ended)" 'completed 30 0 1 3 30' 'the khatma is completed, once'
	khatmas="$khatmas $khatma"
done
is "$(db "SELECT DISTINCT khatmas_completed FROM users
    WHERE id IN ($(users | cut -d ' ' -f 1,2 | tr ' ' ,))")" 6 \
    'their readers have completed six'
is "$(fsck "$khatmas" "$aisha_id $(users)")" '' 'all rules hold'

# Two khatmas with the same readers.
for round in 1 2 3; do
	but_two
	other=$khatma
	but_two
	khatmas="$khatmas $khatma $other"
	together <<-END
	$(finish 2 "$(member 2)")
	$(finish 1 "$(member 1)" "$other")
	END
	is "$(codes)" '2 201' "two khatmas are left with a chapter each ($round)"
	together <<-END
	$(finish 1 "$(member 1)")
	$(finish 2 "$(member 2)" "$other")
	END
	is "$(codes)" '2 201' 'which are finished in the same instant'
	is "$(ended)" 'completed 30 0 1 3 30' 'one is completed, once'
	khatma=$other
	is "$(ended)" 'completed 30 0 1 3 30' 'and the other'
done
is "$(fsck "$khatmas" "$aisha_id $(users)")" '' 'all rules hold'

# An impatient reader, and the last chapter.
but_two
finish 1 "$(member 1)" | together
for _ in 1 2 3 4 5 6 7 8 9 10; do
	finish 2 "$(member 2)"
done | together
is "$(codes)" '9 200 1 201' 'of ten times the same one is the first'
is "$(cat "$answers"/[0-9]* | jq .id | sort -u | wc -l)" 1 \
    'and all have the same session'
is "$(ended)" 'completed 30 0 1 3 30' 'the khatma is completed, once'
is "$(fsck "$khatma" "$aisha_id $(users)")" '' 'all rules hold'

done_testing
