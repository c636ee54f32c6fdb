#!/bin/sh
# Completions and their undoing in the same instant: whichever comes last, what
# is kept agrees with what was read.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# others WANTED...: answers whose status is none of these.
others() {
	cut -d ' ' -f 2 "$answers/codes" |
	    grep -cvE "^($(echo "$*" | tr ' ' '|'))\$"
}

# finish CHAPTER TOKEN, undo CHAPTER TOKEN: lines for together.
finish() {
	printf 'POST /api/khatmas/%d/sessions/ %s {"chapter_assigned": %d}\n' \
	    "$khatma" "$2" "$1"
}

undo() {
	finish "$1" "$2" | sed 's/}/, "is_completed": false}/'
}

# numbers: of the khatma, and the completed khatmas of the two.
numbers() {
	db "SELECT status, chapters_completed FROM khatmas WHERE id = $khatma;
	    SELECT khatmas_completed FROM users
	    WHERE id IN ($aisha_id, $omar_id)" | xargs
}

reader aisha
reader omar
both="$aisha_id $omar_id"

# One chapter, done and undone.
group "$aisha_token"
for round in 1 2 3; do
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		finish 1 "$aisha_token"
		undo 1 "$aisha_token"
	done | together
	is "$(others 200 201)" 0 "a chapter is done and undone at once ($round)"
	is "$(db "SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma")" 1 \
	    'it has one session'
	is "$(fsck "$khatma" "$both")" '' 'and all rules hold'
done
reads "$aisha_token" 1
is "$(field .is_completed)" true 'and it can be completed after all'

# A whole khatma: the last chapter is done while another is undone.
join "$omar_token"
for chapter in $(seq 2 29); do
	finish "$chapter" "$omar_token"
done | together
for round in 1 2 3; do
	together <<-END
	$(finish 30 "$aisha_token")
	$(undo 5 "$omar_token")
	END
	is "$(others 200 201)" 0 "AZ-05: one is done while another is undone ($round)"
	is "$(numbers)" 'active 29 0 0' 'then the khatma is open'
	is "$(fsck "$khatma" "$both")" '' 'and all rules hold'

	reads "$omar_token" 5
	is "$(numbers)" 'completed 30 1 1' 'done again it is completed'
	together <<-END
	$(undo 30 "$aisha_token")
	$(undo 7 "$omar_token")
	$(undo 30 "$aisha_token")
	$(undo 8 "$omar_token")
	END
	is "$(others 200)" 0 'three chapters are undone at once'
	is "$(numbers)" 'active 27 0 0' 'and it is open, once'
	is "$(fsck "$khatma" "$both")" '' 'and all rules hold'
	reads "$omar_token" 7 8
done

# All at once.
for chapter in $(seq 2 29); do
	undo "$chapter" "$omar_token"
	finish "$chapter" "$omar_token"
done | together
is "$(others 200 201)" 0 'all chapters are done and undone at once'
is "$(fsck "$khatma" "$both")" '' 'and all rules hold'
for chapter in $(seq 2 29); do
	finish "$chapter" "$omar_token"
done | together
reads "$aisha_token" 30
is "$(numbers)" 'completed 30 1 1' 'in the end it is completed'
is "$(db "SELECT COUNT(*) FROM notifications WHERE khatma_id = $khatma
    AND notification_type = 'khatma_completed'")" 2 'and both were told once'
is "$(fsck "$khatma" "$both")" '' 'and all rules hold'

done_testing
