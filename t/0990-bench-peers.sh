#!/bin/sh
# What the service is compared with in "make bench" does the same: the answers
# of each peer are the service's, and what it writes keeps the rules of fsck.sql.
# For where the peers are installed: "make bench" does that.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"
. "$root/t/bench/peers/peers.sh"

peers_installed || skip_all 'the peers of the bench are not installed'

trap 'peers_down; tap_end' EXIT
peers_nginx_conf <"$root/nginx.conf.example" >"$scratch/nginx.conf"
stack_private NGINX_CONF="$scratch/nginx.conf"
ok 'they start' peers_up "$stack/run/db.sock" "$stack/jwt.key"

# get PREFIX PATH [HEADER]: the status and what was answered, sorted; numbers as
# numbers, links as the number of their page, no zeros of a second.
get() {
	req GET "/$1/$2" '' "$token" ${3+-H "$3"}
	echo "$status"
	[ "$status" != 200 ] || jq -S 'def number_of_page:
	    if . then (capture("[?&]page=(?<n>[0-9]+)").n // "1") else . end;
	    walk(if type == "number" then . + 0
	    elif type == "string" then sub("[.]000000Z$"; "Z") else . end) |
	    if has("next") then .next |= number_of_page |
	    .previous |= number_of_page else . end' "$body"
}

# same PEER PATH [PATH-OF-THE-PEER [HEADER]]
same() {
	want=$(get api "$2" ${4+"$4"})
	is "$(get "$1" "${3:-$2}" ${4+"$4"})" "$want" \
	    "$1 answers $2 as the service does"
}

# Without page= the list of the service is a bare array.
same_all() {
	for peer in $peers_names; do
		same "$peer" user/me/
		same "$peer" stats/user/
		same "$peer" 'khatmas/?page=1&filter=public' \
		    'khatmas/?filter=public'
		for page in 2 3; do
			same "$peer" "khatmas/?page=$page&filter=public"
		done
	done
}

# refused TOKEN WHO: by all of them
refused() {
	for peer in $peers_names; do
		req GET "/$peer/user/me/" '' "$1"
		is "$status" 401 "$peer does not let in $2"
	done
}

# --- Answers -----------------------------------------------------------------

reader aisha
reader omar Asia/Jakarta
token=$omar_token
same_all
past "$aisha_id" 1 2 3 5:2 6:3 29:4 31:5
for n in $(seq 22); do
	group "$aisha_token" '"target_days": '"$n"', "description": "«'"$n"'»"'
done
join "$omar_token"
reads "$aisha_token" 2 3
own "$omar_token" '"division": "hizb"'
reads "$omar_token" 1 2 3
group "$omar_token" '"division": "page"'
# shellcheck disable=SC2046 # several words
reads "$omar_token" $(seq 22)
db "UPDATE users SET language = 'ar', gender = 'male', bio = 'a \"b\"'
    WHERE id = $omar_id;
    UPDATE khatmas SET start_date = start_date - INTERVAL 12 DAY"
own "$aisha_token"
# shellcheck disable=SC2046 # several words
reads "$aisha_token" $(seq 30)
for name in aisha omar; do
	eval "token=\$${name}_token"
	same_all
done
token=$aisha_token
for peer in $peers_names; do
	same "$peer" user/me/ user/me/ 'Accept-Language: ar'
done

# --- Tokens ------------------------------------------------------------------

claims='"jti":"made-by-a-test","user_id":"'$aisha_id'"'
now=$(date +%s)
header=$(header_of "$stack/jwt.key")

# claim TYPE EXP IAT [MORE]
claim() {
	printf '{"token_type":"%s","exp":%d,"iat":%d,%s%s}' "$1" "$2" "$3" \
	    "$claims" "${4-}"
}

new_user login
token=$login_token
same_all
refused '' 'who shows no token'
refused "$(forge "$header" "$(claim access $((now - 1)) $((now - 9)))")" \
    'an expired token'
refused "$(forge "$header" "$(claim refresh $((now + 99)) "$now")")" \
    'a refresh token'
refused "$(forge "$header" "$(claim access $((now + 99)) $((now + 90)))")" \
    'a token of tomorrow'
refused "$(forge "$header" "$(claim access $((now + 99)) "$now" ',"iss":"x"')")" \
    "another service's token"
refused "$(forge '{"alg":"HS256","typ":"JWT"}' \
    "$(claim access $((now + 99)) "$now")")" 'a token that names no key'
refused "${aisha_token%?????}AAAAA" 'a token that is not signed'
req POST /api/logout/ "{\"refresh\": \"$login_refresh\"}"
refused "$login_token" 'who has logged out'
db "UPDATE users SET password_changed_at = UTC_TIMESTAMP() + INTERVAL 1 DAY
    WHERE id = $aisha_id"
refused "$aisha_token" 'who had another password'
db "UPDATE users SET password_changed_at = date_joined WHERE id = $aisha_id"

# --- Readings ----------------------------------------------------------------

# posts PEER TOKEN CHAPTER [JSON]
posts() {
	req POST "/$1/khatmas/$khatma/sessions/" \
	    '{"chapter_assigned": '"$3${4:+, $4}"'}' "$2"
}

# What it says, less what is always another.
session() {
	jq -S 'del(.id, .reading_date, .created_at, .chapter_assigned)' "$body"
}

# shellcheck disable=SC2119 # of all rows
keeps_rules() {
	is "$(fsck)" '' 'the rules of fsck.sql hold'
}

reader maryam
past "$maryam_id" 1 2 3 4 5 6
group "$maryam_token"
join "$omar_token"
posts api "$omar_token" 30
told=$(session)
n=0
for peer in $peers_names; do
	n=$((n + 1))
	posts "$peer" "$omar_token" "$n"
	wants 201 "$peer takes a reading"
	is "$(session)" "$told" 'and says so as the service does'
	req GET "/api/khatmas/$khatma/sessions/?user=me" '' "$omar_token"
	is "$(field '.[0].chapter_assigned')" "$n" 'who knows of it then'
	posts "$peer" "$omar_token" "$n"
	wants 400 'only once'
	posts "$peer" "$aisha_token" 9
	wants 403 'and of no stranger'
	posts api "$maryam_token" $((n + 10)) '"is_completed": false'
	posts "$peer" "$omar_token" $((n + 10))
	wants 400 'nor what somebody else has claimed'
	posts "$peer" "$maryam_token" $((n + 10))
	wants 200 'who may complete what was begun'
	posts "$peer" "$maryam_token" 31
	wants 400 'there is no chapter 31'
done
keeps_rules

# Each earns somebody what a chapter can earn.
n=0
for peer in $peers_names; do
	reader seven
	# shellcheck disable=SC2046 # several words
	past "$seven_id" $(seq 1 29 | sed 's/.*/&:&/')
	khatma_before=$khatma
	group "$seven_token"
	posts "$peer" "$seven_token" 30
	wants 201 "$peer takes the thirtieth day, of the thirtieth juz"
	is "$(db "SELECT GROUP_CONCAT(achievement_type ORDER BY 1)
	    FROM achievements WHERE user_id = $seven_id")" \
	    chapter_master,consistent_reader,streak_30,streak_7 \
	    'and awards what that earns'
	khatma=$khatma_before
done
keeps_rules

# --- Together ----------------------------------------------------------------

for n in $(seq 15 26); do
	for peer in $peers_names; do
		echo "POST /$peer/khatmas/$khatma/sessions/ $omar_token" \
		    "{\"chapter_assigned\": $n}"
	done
done | together
is "$(grep -c ' 201$' "$answers/codes")" 12 \
    'of three that read the same chapter at once one is the first'
is "$(grep -cv ' \(201\|400\)$' "$answers/codes")" 0 'and the others are told'
keeps_rules

# shellcheck disable=SC2046 # several words
reads "$omar_token" $(db "SELECT number FROM chapters
    WHERE khatma_id = $khatma AND state = 'free' AND number < 29")
for peer in $peers_names; do
	posts "$peer" "$omar_token" 29
	wants 400 "$peer does not complete a khatma"
done

done_testing
