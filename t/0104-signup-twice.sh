#!/bin/sh
# An e-mail address has one account, however it is written and however many
# sign up with it at once.
. "$(dirname "$0")/tap.sh"

# signup EMAIL
signup() {
	req POST /api/signup/ "$(jq -cn --arg e "$1" '{fullname: "Maryam",
	    email: $e, password: "a-long-way-home"}')"
}

name=maryam-$(random_word)
signup "$name@example.com"
wants 201 'the first one has the address'
id=$(field .id)

capitals=$(printf %s "$name" | tr '[:lower:]' '[:upper:]')
for email in "$name@example.com" "$capitals@example.com" \
    "$name@Example.COM" " $name@example.com "; do
	signup "$email"
	wants 400 "AUTH-09: \"$email\" is the same address"
	is "$(field '.code, (.errors | keys[])' | tr '\n' ' ')" \
	    'validation_error email ' 'and the e-mail is what is wrong'
done
is "$(field .errors.email[0])" \
    'There is already an account with this e-mail address.' \
    'which is said in words'
is "$(db "SELECT GROUP_CONCAT(id) FROM users
    WHERE email_key = '$name@example.com'")" "$id" 'there is one account'

signup "$name+2@example.com"
wants 201 'another sign makes another address'

# At once, in both spellings.
name=omar-$(random_word)
for letters in $(for _ in 1 2 3 4 5; do
    echo "$name Omar${name#omar} OMAR${name#omar} $name"; done); do
	echo "POST /api/signup/ - {\"fullname\": \"Omar\"," \
	    "\"email\": \"$letters@example.com\"," \
	    "\"password\": \"a-long-way-home\"}"
done | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs)" \
    '1 201 19 400' 'AUTH-09: of twenty signups at once one succeeds'
loser=$(sed -n 's/ 400$//p' "$answers/codes" | head -n 1)
is "$(jq -r '.code, (.errors | keys[])' "$answers/$loser" | tr '\n' ' ')" \
    'validation_error email ' 'and the others are told why'
is "$(db "SELECT COUNT(*) FROM users
    WHERE email_key = '$name@example.com'")" 1 'there is one account'

req POST /api/login/ "{\"email\": \"$name@example.com\",
    \"password\": \"a-long-way-home\"}"
wants 200 'which can be used'

done_testing
