#!/bin/sh
# Whoever guesses passwords has five guesses, then one a minute, and in the end
# one in a quarter of an hour, for any one address, from wherever they come and
# however many they send at the same time.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

export KHATMA_CONF="$stack/khatma.conf"

# login EMAIL PASSWORD [CURL-ARGUMENT...]
login() {
	tap_email=$1 tap_password=$2
	shift 2
	req POST /api/login/ "$(jq -cn --arg e "$tap_email" \
	    --arg p "$tap_password" '{email: $e, password: $p}')" '' "$@"
}

# fails EMAIL COUNT: so many wrong passwords, one after the other.
fails() {
	for n in $(seq "$2"); do
		login "$1" "wrong-$n"
	done
}

# row EMAIL COLUMNS
row() {
	db "SELECT $2 FROM login_failures
	    WHERE email_hash = UNHEX(SHA2('$1', 256))"
}

# later EMAIL SECONDS: as if they had gone by.
later() {
	db "UPDATE login_failures
	    SET last_failed_at = last_failed_at - INTERVAL $2 SECOND,
	        blocked_until = blocked_until - INTERVAL $2 SECOND
	    WHERE email_hash = UNHEX(SHA2('$1', 256))"
}

# hold EMAIL: for an hour, so that no slow machine comes to its end.
hold() {
	db "UPDATE login_failures
	    SET blocked_until = last_failed_at + INTERVAL 1 HOUR
	    WHERE email_hash = UNHEX(SHA2('$1', 256))"
}

# blocked NAME: the last answer says so.
blocked() {
	is "$status $(field .code)" '429 login_blocked' "$1"
}

# --- Six guesses, and what comes after ---------------------------------------

new_user ali
for n in 1 2 3 4 5; do
	login "$ali_email" "guess-$n" -H "X-Real-IP: 10.0.0.$n" \
	    -H "X-Forwarded-For: 10.0.0.$n" -H "Forwarded: for=10.0.0.$n"
	is "$status $(field .code)" '401 login_failed' \
	    "AUTH-05: guess $n is looked at"
done
is "$(row "$ali_email" 'TIMESTAMPDIFF(MICROSECOND, last_failed_at,
    blocked_until) DIV 1000000')" 60 'AUTH-05: then it is blocked for a minute'
hold "$ali_email"
login "$ali_email" guess-6 -H 'X-Real-IP: 10.0.0.6' \
    -H 'X-Forwarded-For: 10.0.0.6' -H 'Forwarded: for=10.0.0.6'
blocked 'AUTH-05: the sixth guess is not, whoever says to send it'
like "$(header Retry-After)" '^(3600|3[0-5][0-9]{2})$' \
    'AUTH-05: Retry-After is what is left'
like "$(header Content-Type)" '^application/problem\+json' 'it is a problem'
is "$(field '[.title, .status] | join(" ")')" 'Too Many Requests 429' \
    'with the name of its status'
login "$ali_email" guess-6 -H 'Accept-Language: ar'
like "$(field .detail)" 'كلمات مرور خاطئة' 'it is told in Arabic, too'
login "$ali_email" "$ali_password"
blocked 'AUTH-05: the right password does not open while it is blocked'
login "$(printf %s "$ali_email" | tr '[:lower:]' '[:upper:]')" x
blocked 'AUTH-05: nor does another case of the address'
is "$(row "$ali_email" failures)" 5 'what is not looked at is not counted'
req GET /api/user/me/ '' "$ali_token"
wants 200 'AUTH-05: who is signed in already goes on'
req POST /api/refresh/ "{\"refresh\": \"$ali_refresh\"}"
wants 200 'AUTH-05: and refreshes'
before=$(row "$ali_email" '*')
ok 'the workers are replaced' "$root/spawn.sh" reload auth
login "$ali_email" "$ali_password"
blocked 'AUTH-05: new workers know of it'
is "$(row "$ali_email" '*')" "$before" 'from the database'

later "$ali_email" 1800
login "$ali_email" "$ali_password"
like "$status $(header Retry-After)" '^429 (1800|1[0-7][0-9]{2})$' \
    'AUTH-05: Retry-After counts down'
later "$ali_email" 1800
login "$ali_email" "$ali_password"
wants 200 'AUTH-05: after the block the right password opens'
is "$(row "$ali_email" failures)" '' 'AUTH-05: and all is forgotten'
fails "$ali_email" 4
wants 401 'so that there are five guesses again'
login "$ali_email" "$ali_password"
wants 200 'of which four have no consequence'

# --- Longer and longer, and never for ever -----------------------------------

email=nobody-$(random_word)@example.com
fails "$email" 5
for seconds in 60 120 240 480 900 900 900; do
	like "$(row "$email" 'TIMESTAMPDIFF(MICROSECOND, last_failed_at,
	    blocked_until) DIV 1000000')" "^$seconds\$" \
	    "AUTH-05: after so many failures it is blocked for $seconds s"
	later "$email" 900
	login "$email" again
	is "$status $(field .code)" '401 login_failed' \
	    'and then one more guess is looked at'
done
login "$email" again
blocked 'one'
like "$(header Retry-After)" '^(900|8[0-9][0-9])$' \
    'AUTH-05: a quarter of an hour is the most'
later "$email" 86401
login "$email" again
is "$status $(row "$email" failures)" '401 1' \
    'AUTH-05: a day without a failure forgets those before'

# --- An address without an account -------------------------------------------

# kept NAME: what an answer shows, without what is different in every answer.
kept() {
	jq -S 'del(.request_id)' "$body" >"$scratch/$1"
	grep -iv -e '^X-Request-Id:' -e '^Date:' -e '^Retry-After:' \
	    "$headers" >>"$scratch/$1"
}

nobody=nobody-$(random_word)@example.com
for n in 1 2 3 4 5 6 7; do
	login "$ali_email" "guess-$n"
	kept known
	login "$nobody" "guess-$n"
	kept unknown
	ok "AUTH-07: answer $n is the same with an account and without" \
	    diff "$scratch/known" "$scratch/unknown"
done
blocked 'AUTH-05: an address without an account is blocked, too'
like "$(header Retry-After)" '^(60|[1-5]?[0-9])$' 'for as long'
is "$(db "SELECT GROUP_CONCAT(column_name) FROM information_schema.columns
    WHERE table_schema = 'khatma' AND table_name = 'login_failures'
    AND data_type NOT IN ('int', 'datetime')")" email_hash \
    'no address that was typed is stored, but a hash of it'

# --- At the same time --------------------------------------------------------

# guess PASSWORD: the line of such a login, for together.
guess() {
	echo "POST /api/login/ - {\"email\":\"$target\",\"password\":\"$1\"}"
}

# learned: how many of the answers tell something about a password.
learned() {
	cut -d ' ' -f 2 "$answers/codes" | grep -cv '^429$'
}

for who in known unknown; do
	new_user omar
	target=$omar_email
	[ $who = known ] || target=nobody-$(random_word)@example.com
	for n in $(seq 50); do
		guess "guess-$n"
	done | together
	is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs)" \
	    '5 401 45 429' \
	    "AUTH-05: of fifty guesses at once five are answered ($who)"
	is "$(row "$target" failures)" 5 'and five are counted'
done

# The right one among them, that is looked at with all the others.
new_user omar
target=$omar_email
{
	for n in $(seq 20); do
		guess "guess-$n"
	done
	guess "$omar_password"
	for n in $(seq 21 40); do
		guess "guess-$n"
	done
} | together
is "$(cut -d ' ' -f 2 "$answers/codes" | grep -cvE '^(200|401|429)$')" 0 \
    'guesses with the right one among them get no other answers'
like "$(learned)" '^([5-9]|1[01])$' \
    'AUTH-05: five before it is found, five after, and no more'

new_user omar
target=$omar_email
fails "$omar_email" 3
for n in $(seq 12); do
	guess "$omar_password"
done | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs)" '12 200' \
    'AUTH-05: twelve right logins at once all pass'
is "$(row "$omar_email" failures)" '' 'and forget what was before'
{
	for n in 1 2 3 4; do
		guess "$omar_password"
		guess "wrong-$n"
	done
} | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs)" \
    '4 200 4 401' 'right and wrong ones at once get what they should'

# --- The other two that ask for a password -----------------------------------

# change OLD NEW
change() {
	req POST /api/password/ "{\"old_password\": \"$1\",
	    \"new_password\": \"$2\"}" "$omar_token"
}

# remove PASSWORD
remove() {
	req DELETE /api/user/me/ "{\"password\": \"$1\"}" "$omar_token"
}

new_user omar
for n in 1 2; do
	change "wrong-$n" a-new-word-of-mine
	is "$status $(field '.errors | keys | join(" ")')" \
	    '400 old_password' 'a wrong old password is a wrong field'
	remove "wrong-$n"
	is "$status $(field '.errors | keys | join(" ")')" '400 password' \
	    'as is one with which an account shall go'
done
is "$(row "$omar_email" failures)" 4 'AUTH-05: both are counted'
change "$omar_password" "$omar_email"
is "$status $(field '.errors | keys | join(" ")')" '400 new_password' \
    'a new password that cannot be one'
change wrong-5 "$omar_email"
is "$status $(field '.errors | keys | join(" ")')" '400 new_password' \
    'is told before the old one is looked at'
is "$(row "$omar_email" failures)" 4 'and not counted'
login "$omar_email" wrong-5
change "$omar_password" a-new-word-of-mine
blocked 'AUTH-05: a blocked address has no password change'
like "$(header Retry-After)" '^(60|[1-5][0-9])$' 'for as long as is said'
remove "$omar_password"
blocked 'AUTH-05: nor is its account deleted'
like "$(header Retry-After)" '^(60|[1-5][0-9])$' 'for as long as is said'
later "$omar_email" 60
change "$omar_password" a-new-word-of-mine
wants 204 'AUTH-05: after that the password can be changed'
is "$(row "$omar_email" failures)" '' 'and its failures are forgotten'
remove wrong
is "$status $(row "$omar_email" failures)" '400 1' 'one more failure'
remove a-new-word-of-mine
is "$status $(row "$omar_email" failures)" '204 ' \
    'goes with the account'

new_user omar
for n in $(seq 12); do
	echo "POST /api/password/ $omar_token {\"old_password\":\"guess-$n\"," \
	    '"new_password":"a-new-word-of-mine"}'
	echo "DELETE /api/user/me/ $omar_token {\"password\":\"guess-$n\"}"
done | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs)" \
    '5 400 19 429' 'AUTH-05: of those, too, five of many at once are answered'

# --- What is old goes --------------------------------------------------------

db "INSERT INTO login_failures
    SELECT UNHEX(SHA2(CONCAT('$nobody', seq), 256)), 7,
        '2020-01-01 00:00:00' + INTERVAL seq SECOND, '2020-01-01 00:15:00'
    FROM seq_1_to_6"
old="SELECT COUNT(*) FROM login_failures WHERE last_failed_at < '2020-01-02'"
target=nobody-$(random_word)@example.com
for n in 1 2 3 4 5 6 7 8; do
	guess "guess-$n"
done | together
is "$(db "$old")" 0 'AUTH-05: rows of long ago are cleaned up by later failures'

# --- The log -----------------------------------------------------------------

# logged REQUEST-ID: its line, without what is different every time.
logged() {
	for _ in $(seq 100); do
		line=$(log_lines | grep "\"rid\":\"$1\"")
		[ -z "$line" ] || break
		sleep 0.05
	done
	printf '%s\n' "$line" |
	    jq -c '[.route, .st, .code, .uid] | map(. // "-") | join(" ")' -r
}

new_user zayd
login "$zayd_email" "$zayd_password"
is "$(logged "$(header X-Request-Id)")" "login 200 - $zayd_id" \
    'the log says who signed in'
login "$zayd_email" wrong
is "$(logged "$(header X-Request-Id)")" 'login 401 login_failed -' \
    'that somebody failed to'
fails "$zayd_email" 5
is "$(logged "$(header X-Request-Id)")" 'login 429 login_blocked -' \
    'and that an address is blocked'
is "$(log_lines | grep -cF -e "$zayd_email" -e "$nobody")" 0 \
    'and no address'

done_testing
