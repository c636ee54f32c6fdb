#!/bin/sh
# Accounts are deleted while their owners join, read and lead khatmas: nothing
# of them is left, and what they read is.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

others() {
	cut -d ' ' -f 2 "$answers/codes" |
	    grep -cvE "^($(echo "$*" | tr ' ' '|'))\$"
}

users() {
	cut -d ' ' -f 1 "$scratch/crowd" | xargs
}

new_user guide
farewell='{"password": "'"$guide_password"'"}'

# Each deletes the account while joining, and reading, and joining elsewhere.
crowd 10 "$guide_id"
group "$guide_token"
first=$khatma
group "$guide_token"
second=$khatma
while read -r _ token; do
	echo "POST /api/khatmas/$first/join/ $token"
done <"$scratch/crowd" | together
n=0
while read -r _ token; do
	n=$((n + 1))
	echo "POST /api/khatmas/$second/join/ $token"
	echo "DELETE /api/user/me/ $token $farewell"
	echo "POST /api/khatmas/$first/sessions/ $token $(:
	    ){\"chapter_assigned\": $(jq .chapter_assigned "$answers/$n")}"
done <"$scratch/crowd" >"$scratch/all"
together <"$scratch/all"
is "$(others 201 204 401 403)" 0 \
    'AZ-05: ten accounts are deleted while their owners join and read'
is "$(awk 'NR % 3 == 2 && $2 == 204' "$answers/codes" | wc -l)" 10 \
    'all of them are'
is "$(db "SELECT COUNT(*) FROM users WHERE id IN ($(users | tr ' ' ,))")" 0 \
    'they are gone'
is "$(db "SELECT participants_count FROM khatmas
    WHERE id IN ($first, $second)" | xargs)" '1 1' 'both groups are left alone'
is "$(db "SELECT chapters_completed FROM khatmas WHERE id = $first")" \
    "$(awk 'NR % 3 == 0 && $2 == 201' "$answers/codes" | wc -l)" \
    'what was read in time is read'
is "$(fsck "$first $second" "$guide_id $(users)")" '' 'all rules hold'
while read -r _ token; do
	echo "GET /api/user/me/ $token"
done <"$scratch/crowd" | together
is "$(others 401)" 0 'their tokens are dead'

# A creator goes while others join, leave and read.
crowd 6 "$guide_id"
sed -n '1s/.* //p' "$scratch/crowd" >"$scratch/creator"
group "$(cat "$scratch/creator")"
sed 's/.* //; 1d' "$scratch/crowd" |
    sed "2,3!d; s|.*|POST /api/khatmas/$khatma/join/ &|" | together
{
	echo "DELETE /api/user/me/ $(cat "$scratch/creator") $farewell"
	sed 's/.* //; 1d' "$scratch/crowd" |
	    sed "2,3s|.*|DELETE /api/khatmas/$khatma/leave/ &|
		2,3!s|.*|POST /api/khatmas/$khatma/join/ &|"
} | together
is "$(others 200 201 204 404)" 0 \
    'AZ-05: a creator deletes the account while others come and go'
is "$(sed -n 1p "$answers/codes")" '1 204' 'it is deleted'
is "$(db "SELECT COUNT(*) FROM memberships WHERE khatma_id = $khatma")" \
    "$(cut -d ' ' -f 2 "$answers/codes" | grep -c 201)" \
    'who got in is in, or the khatma is gone'
is "$(fsck "$khatma" "$(users)")" '' 'and all rules hold'

# The last two readers of a khatma, one of whom goes.
crowd 2 "$guide_id"
one=$(sed -n '1s/.* //p' "$scratch/crowd")
two=$(sed -n '2s/.* //p' "$scratch/crowd")
group "$guide_token"
join "$one" "$two"
for chapter in $(seq 3 30); do
	printf 'POST /api/khatmas/%d/sessions/ %s {"chapter_assigned": %d}\n' \
	    "$khatma" "$guide_token" "$chapter"
done | together
together <<END
POST /api/khatmas/$khatma/sessions/ $one {"chapter_assigned": 1}
POST /api/khatmas/$khatma/sessions/ $two {"chapter_assigned": 2}
DELETE /api/user/me/ $two $farewell
END
is "$(others 201 204 401 403)" 0 'the last two finish while one of them goes'
is "$(sed -n '1p; 3p' "$answers/codes" | xargs)" '1 201 3 204' \
    'one has read, the other is gone'
is "$(db "SELECT chapters_completed FROM khatmas WHERE id = $khatma")" \
    "$(($(sed -n '2s/2 201/1/p; 2s/2 40.*/0/p' "$answers/codes") + 29))" \
    'having read or not'
is "$(fsck "$khatma" "$guide_id $(users)")" '' 'and all rules hold'

# The same account twice.
crowd 1 "$guide_id"
one=$(cut -d ' ' -f 2 "$scratch/crowd")
together <<END
DELETE /api/user/me/ $one $farewell
DELETE /api/user/me/ $one $farewell
DELETE /api/user/me/ $one $farewell
END
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | xargs)" '204 401 401' \
    'an account is deleted once'

done_testing
