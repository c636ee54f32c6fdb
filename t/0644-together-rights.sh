#!/bin/sh
# Who may is asked in the transaction that does it: what somebody was still
# allowed a moment ago is not done when it no longer is.
# shellcheck disable=SC2154 # variables that new_user and history.sh set
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# others STATUS...: answers whose status is none of these.
others() {
	cut -d ' ' -f 2 "$answers/codes" |
	    grep -vE "^($(echo "$*" | tr ' ' '|'))\$" | sort | uniq -c | xargs
}

# code N: the status of the Nth answer.
code() {
	sed -n "$1s/.* //p" "$answers/codes"
}

holds() {
	is "$(fsck "$khatma" "$people")" '' 'and all rules hold'
}

reader aisha
reader omar
crowd 10
people="$aisha_id $omar_id $(cut -d ' ' -f 1 "$scratch/crowd" | xargs)"
cut -d ' ' -f 2 "$scratch/crowd" | cat -n >"$scratch/numbered"

# A creator deletes the khatma while everybody writes to it.
for round in 1 2 3; do
	group "$aisha_token"
	while read -r _ token; do
		echo "POST /api/khatmas/$khatma/join/ $token"
	done <"$scratch/numbered" | together
	while read -r n token; do
		echo "POST /api/khatmas/$khatma/sessions/ $token $(:
		    ){\"chapter_assigned\": $n}"
		echo "POST /api/khatmas/$khatma/intentions/ $token $(:
		    ){\"intention\": [\"x\"]}"
		[ "$n" != 5 ] ||
			echo "DELETE /api/khatmas/$khatma/ $aisha_token"
		echo "DELETE /api/khatmas/$khatma/leave/ $token"
	done <"$scratch/numbered" | together
	is "$(others 200 201 204 400 403 404)" '' \
	    "AZ-05: a khatma is deleted while ten write to it ($round)"
	is "$(grep -c ' 204$' "$answers/codes") $(db "SELECT
	    (SELECT COUNT(*) FROM khatmas WHERE id = $khatma) +
	    (SELECT COUNT(*) FROM memberships WHERE khatma_id = $khatma) +
	    (SELECT COUNT(*) FROM intentions WHERE khatma_id = $khatma) +
	    (SELECT COUNT(*) FROM sessions WHERE khatma_id = $khatma)")" \
	    '1 0' 'it is gone, with all that was written'
	holds
done

# The creator hands it over, and goes on changing it as if it were still theirs.
for round in 1 2 3 4 5; do
	group "$aisha_token"
	join "$omar_token"
	for n in 1 2 3 4 5; do
		echo "PATCH /api/khatmas/$khatma/ $aisha_token $(:
		    ){\"name\": \"hers $n\"}"
		echo "PATCH /api/khatmas/$khatma/ $omar_token $(:
		    ){\"name\": \"his $n\"}"
		[ "$n" != 3 ] ||
			echo "DELETE /api/khatmas/$khatma/leave/ $aisha_token"
		echo "POST /api/khatmas/$khatma/invitations/ $aisha_token"
		echo "POST /api/khatmas/$khatma/invitations/ $omar_token"
	done | together
	is "$(others 200 201 403) $(db "SELECT creator_id FROM khatmas
	    WHERE id = $khatma")" " $omar_id" \
	    "AZ-05: a khatma is handed over while both change it ($round)"
	is "$(db "SELECT COUNT(*) FROM invitations
	    WHERE khatma_id = $khatma")" "$(grep -c ' 201$' "$answers/codes")" \
	    'each invitation was made by who had it, and answered so'
	req PATCH "/api/khatmas/$khatma/" '{"name": "x"}' "$aisha_token"
	wants 403 'in the end it is no longer hers'
	holds
done

# It is made private to its circle while strangers join.
for round in 1 2 3; do
	group "$aisha_token"
	while read -r n token; do
		echo "POST /api/khatmas/$khatma/join/ $token"
		[ "$n" != 5 ] || echo "PATCH /api/khatmas/$khatma/ $(:
		    )$aisha_token {\"is_public\": false}"
	done <"$scratch/numbered" | together
	is "$(others 200 201 403)" '' \
	    "AZ-05: a group is closed while ten join ($round)"
	is "$(db "SELECT COUNT(*) - 1 FROM memberships
	    WHERE khatma_id = $khatma")" \
	    "$(grep -c ' 201$' "$answers/codes")" \
	    'who was told to be in is in, and nobody else'
	holds
done

# An invitation is used by many while the group goes.
for act in "DELETE /api/khatmas/#/" "DELETE /api/khatmas/#/leave/"; do
	req POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' \
	    "$aisha_token"
	khatma=$(field .id)
	req POST "/api/khatmas/$khatma/invitations/" '' "$aisha_token"
	invited="{\"invite_code\": \"$(field .invite_code)\"}"
	while read -r n token; do
		echo "POST /api/khatmas/$khatma/join/ $token $invited"
		[ "$n" != 5 ] ||
			echo "$act $aisha_token" | sed "s/#/$khatma/"
	done <"$scratch/numbered" | together
	is "$(others 200 201 204 404)" '' \
	    "AZ-05: ten follow an invitation during $act"
	holds
done

# Somebody leaves and reads in the same instant.
group "$aisha_token"
for round in 1 2 3 4 5; do
	join "$omar_token"
	{
		for n in 11 12 13; do
			echo "POST /api/khatmas/$khatma/sessions/ $(:
			    )$omar_token {\"chapter_assigned\": $n,$(:
			    ) \"is_completed\": false}"
		done
		echo "DELETE /api/khatmas/$khatma/leave/ $omar_token"
		echo "POST /api/khatmas/$khatma/intentions/ $omar_token $(:
		    ){\"intention\": [\"x\"]}"
	} | together
	is "$(others 200 201 403) $(code 4)" ' 200' \
	    "AZ-05: somebody leaves and reads at once ($round)"
	is "$(db "SELECT (SELECT COUNT(*) FROM chapters
	    WHERE khatma_id = $khatma AND reader_id = $omar_id) +
	    (SELECT COUNT(*) FROM intentions
	    WHERE khatma_id = $khatma AND user_id = $omar_id)")" 0 \
	    'nothing stays with who is not there'
	holds
done

done_testing
