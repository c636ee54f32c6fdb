#!/bin/sh
# Passwords are kept as Argon2id, each with a salt of its own; when the cost is
# raised, a login brings its own password up to it.
# shellcheck disable=SC2016 # no variables, but the signs of a hash
. "$(dirname "$0")/tap.sh"

stack_private WORKERS=1

# setting LINE: the administrator writes it down and reloads the group.
setting() {
	echo "$1" >>"$stack/khatma.conf"
	KHATMA_CONF="$stack/khatma.conf" "$root/spawn.sh" reload auth >/dev/null
}

stored() {
	db "SELECT password FROM users WHERE id = $1"
}

# login EMAIL PASSWORD
login() {
	req POST /api/login/ "{\"email\": \"$1\", \"password\": \"$2\"}"
}

is "$(db 'SELECT COUNT(*) FROM users')" 0 \
    'AUTH-11: there is no account after the installation'
new_user ali
new_user omar
ali_stored=$(stored "$ali_id")
omar_stored=$(stored "$omar_id")
like "$ali_stored" '^\$argon2id\$v=19\$m=19456,t=2,p=1\$'\
'[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$' \
    "AUTH-03: the least that OWASP asks, 16 bytes of salt, 32 of hash"
req POST /api/signup/ "{\"fullname\": \"Twin\",
    \"email\": \"twin@example.com\", \"password\": \"$ali_password\"}"
isnt "$(stored "$(field .id)")" "$ali_stored" \
    'AUTH-03: the same password is never the same twice'
login "$ali_email" "$ali_password"
is "$(stored "$ali_id")" "$ali_stored" 'a login leaves it as it is'
is "$(grep -rlF "$ali_password" "$stack/db" "$stack/log")" '' \
    'the password itself is nowhere on the disk'

# A copy of the database gives nobody a login.
mariadb-dump --no-defaults --socket="$stack/run/db.sock" --hex-blob khatma \
    >"$scratch/dump"
like "$(cat "$scratch/dump")" "$ali_email" 'the dump is one'
for token in "$ali_token" "$ali_refresh"; do
	jti=$(printf %s "$token" | jq -rR 'split(".")[1] | gsub("-"; "+") |
	    gsub("_"; "/") | @base64d | fromjson.jti')
	like "$jti" '^[0-9a-f]{32}$' 'TOK-04: an id of a token has 128 bits'
	is "$(grep -ciF -e "$token" -e "${token##*.}" -e "$jti" \
	    -e "$(printf %s "$jti" | od -An -v -tx1 | tr -d ' \n')" \
	    "$scratch/dump")" 0 \
	    'TOK-04: a dump of the database has no token and no id of one'
done

# The administrator raises the cost.
setting KHATMA_ARGON2_PASSES=3
is "$(stored "$ali_id")" "$ali_stored" 'a higher cost alone changes nothing'
login "$ali_email" wrong-password
is "$status $(stored "$ali_id")" "401 $ali_stored" \
    'nor does a wrong password'
req GET /api/user/me/ '' "$ali_token"
wants 200 'logins of before go on'
for _ in 1 2 3 4 5 6; do
	echo "POST /api/login/ - {\"email\": \"$ali_email\"," \
	    "\"password\": \"$ali_password\"}"
done | together
is "$(cut -d ' ' -f 2 "$answers/codes" | xargs)" '200 200 200 200 200 200' \
    'the password still opens, for all who come at once'
raised=$(stored "$ali_id")
like "$raised" '^\$argon2id\$v=19\$m=19456,t=3,p=1\$' \
    'AUTH-03: and is stored anew'
req GET /api/user/me/ '' "$ali_token"
wants 200 'without ending other logins'
login "$ali_email" "$ali_password"
is "$status $(stored "$ali_id")" "200 $raised" 'once'
is "$(stored "$omar_id")" "$omar_stored" "other people's stay as they are"
login "$omar_email" "$ali_password"
wants 401 'and are not opened by this one'

# And lowers it again.
setting KHATMA_ARGON2_PASSES=2
login "$ali_email" "$ali_password"
is "$status $(stored "$ali_id")" "200 $raised" 'it is never made weaker'
req POST /api/password/ "{\"old_password\": \"$omar_password\",
    \"new_password\": \"another-good-one\"}" "$omar_token"
like "$(stored "$omar_id")" '^\$argon2id\$v=19\$m=19456,t=2,p=1\$' \
    'a new password has the cost of its day'

# What is no hash opens nothing.
for hash in '' x 'plain:another-good-one' '$argon2id$v=19$m=1,t=1,p=1$$' \
    'pbkdf2_sha256$600000$salt$hash' '!'; do
	db "UPDATE users SET password = '$hash' WHERE id = $omar_id;
	    DELETE FROM login_failures"
	login "$omar_email" another-good-one
	is "$status $(field .code)" '401 login_failed' \
	    "\"$hash\" in the database opens nothing"
done

done_testing
