#!/bin/sh
# A signup that is sent again with the same Idempotency-Key: who knows the
# password is answered as before, nobody else is told anything, and the key is
# no way to guess a password.
. "$(dirname "$0")/tap.sh"

# signup NAME EMAIL PASSWORD KEY
signup() {
	req POST /api/signup/ "{\"fullname\": \"$1\", \"email\": \"$2\",
	    \"password\": \"$3\", \"phone\": \"0101234\"}" '' \
	    -H "Idempotency-Key: \"$4\""
}

# refused NAME: 422, and not a word of the stored answer.
refused() {
	is "$status $(field .code) $(header Idempotency-Replayed)" \
	    '422 idempotency_key_reused ' "$1"
	is "$(grep -ciE "$address|maryam|0101234" "$body")" 0 \
	    'and is told nothing of it'
}

address=maryam-$(random_word)@example.com
password=not-easy-$(random_word)
key=$(random_word)
signup Maryam "$address" "$password" "$key"
wants 201 'somebody signs up with a key'
cp "$body" "$scratch/first"
account=$(field .id)
signup Maryam "$address" "$password" "$key"
is "$status $(header Location) $(header Idempotency-Replayed)" \
    '201 /api/user/me/ true' 'once more it is answered as it was'
ok 'byte by byte' cmp "$scratch/first" "$body"
req POST /api/signup/ "{ \"phone\": \"0101234\", \"password\": \"$password\",
    \"email\": \"$address\", \"fullname\": \"Maryam\" }" '' \
    -H "Idempotency-Key: $key"
is "$status $(header Idempotency-Replayed)" '201 true' \
    'the order of the fields does not matter'
is "$(db "SELECT COUNT(*) FROM users WHERE email_key = '$address'")" 1 \
    'there is one account'
is "$(db "SELECT user_id, account_id FROM idempotency_keys
    WHERE idem_key = '$key'")" "0	$account" 'and the answer goes with it'
signup Maryam "$address" "$password" "other-$key"
is "$status $(field '.errors | keys[]')" '400 email' \
    'with another key the address is taken'

# --- Somebody else -----------------------------------------------------------

signup Zainab "$address" "$password" "$key"
refused 'another name is another request'
signup Maryam "x-$address" "$password" "$key"
refused 'so is another address'
signup Zainab "zainab-$(random_word)@example.com" "$password" "$key"
refused 'somebody else with this key'
is "$(db "SELECT COUNT(*) FROM users WHERE email_key LIKE '%$address'
    OR fullname = 'Zainab'")" 1 'no other account is made'
is "$(db "SELECT COUNT(*) FROM login_failures WHERE email_hash =
    UNHEX(SHA2('$address', 256))")" 0 'no password was looked at for that'
signup Maryam "$address" "wrong-$password" "$key"
refused 'a wrong password is another request'
is "$(db "SELECT failures FROM login_failures WHERE email_hash =
    UNHEX(SHA2('$address', 256))")" 1 'and is counted as such'
req POST /api/signup/ "{\"fullname\": \"Maryam\", \"email\": \"$address\",
    \"phone\": \"0101234\"}" '' -H "Idempotency-Key: $key"
is "$status $(field '.errors | keys[]')" '400 password' \
    'without one it is no signup'
for n in 2 3 4 5; do
	signup Maryam "$address" "wrong-$n-$password" "$key"
done
is "$status $(field .code)" '422 idempotency_key_reused' 'after five'
signup Maryam "$address" "$password" "$key"
is "$status $(field .code)" '429 login_blocked' \
    'none is looked at any more, not even the right one'
like "$(header Retry-After)" '^[1-9][0-9]*$' 'for a while'
req POST /api/login/ "{\"email\": \"$address\", \"password\": \"$password\"}"
is "$status $(field .code)" '429 login_blocked' 'which goes for logins, too'
db "DELETE FROM login_failures WHERE email_hash =
    UNHEX(SHA2('$address', 256))"

# --- What is stored ----------------------------------------------------------

mariadb-dump --no-defaults --socket="$stack/run/db.sock" --hex-blob khatma \
    idempotency_keys >"$scratch/dump"
is "$(grep -c "$password" "$scratch/dump")" 0 \
    'the password is nowhere in the table'
hash=$(db "SELECT HEX(request_hash) FROM idempotency_keys
    WHERE idem_key = '$key'")
is "$(printf 'POST signup 0 0\nMaryam\n%s\n2\n0101234' "$address" |
    sha256sum | cut -d ' ' -f 1 | tr a-f A-F)" "$hash" \
    'nor is any in the hash: that is of the other fields'

# --- The password is changed, the account goes -------------------------------

req POST /api/login/ "{\"email\": \"$address\", \"password\": \"$password\"}"
token=$(field .access)
req POST /api/password/ "{\"old_password\": \"$password\",
    \"new_password\": \"brand-$password\"}" "$token"
wants 204 'the password is changed'
signup Maryam "$address" "$password" "$key"
refused 'the old one is a wrong one now'
signup Maryam "$address" "brand-$password" "$key"
is "$status $(header Idempotency-Replayed)" '201 true' \
    'while who knows the new one is the owner'
req POST /api/login/ "{\"email\": \"$address\",
    \"password\": \"brand-$password\"}"
token=$(field .access)
req DELETE /api/user/me/ "{\"password\": \"brand-$password\"}" "$token"
wants 204 'the account is deleted'
is "$(db "SELECT COUNT(*) FROM idempotency_keys
    WHERE idem_key = '$key' OR body LIKE '%$address%'")" 0 \
    'and with it the answer'
signup Zainab "$address" "$password" "$key"
is "$status $(header Idempotency-Replayed)" '201 ' \
    'then the key and the address are free'
isnt "$(field .id)" "$account" 'for another account'

# Twenty at once.
address=many-$(random_word)@example.com
for _ in $(seq 20); do
	echo "POST /api/signup/ - {\"fullname\": \"Many\", \"email\":" \
	    "\"$address\", \"password\": \"$password\"}"
done | together "Idempotency-Key: many-$key"
is "$(cut -d ' ' -f 2 "$answers/codes" | grep -cvE '^(201|409)$')" 0 \
    'of twenty at once each is answered with 201 or 409'
is "$(db "SELECT COUNT(*) FROM users WHERE email_key = '$address'")" 1 \
    'and one account is made'

done_testing
