#!/bin/sh
# Somebody signs up: the answer is the five fields of the spec, and what was
# left out is empty.
. "$(dirname "$0")/tap.sh"

# signup JQ-EDIT: a good signup, changed; sets $email.
signup() {
	email=Reader-$(random_word)@Example.com
	req POST /api/signup/ "$(jq -cn --arg e "$email" '{
	    fullname: "Ali Ahmed", email: $e, password: "StrongPass123",
	    gender: "male", phone: "01012345678"} | '"$1")"
}

row() {
	db "SELECT CONCAT_WS('|', fullname, email, gender, phone) FROM users
	    WHERE id = $(field .id)"
}

signup .
wants 201 'the example of the spec signs up'
is "$(field 'keys_unsorted | join(" ")')" 'id fullname email gender phone' \
    'the answer has the five fields and no password'
is "$(field '[.fullname, .email, .gender, .phone] | join("|")')" \
    "Ali Ahmed|$email|male|01012345678" 'as they were sent'
like "$(field .id)" '^[1-9][0-9]*$' 'and a number'
is "$(header Location)" /api/user/me/ 'Location says where the account is'
like "$(header Content-Type)" '^application/json' 'in JSON'
is "$(row)" "Ali Ahmed|$email|male|01012345678" 'it is in the database'
is "$(db "SELECT email_key FROM users WHERE id = $(field .id)")" \
    "$(printf %s "$email" | tr '[:upper:]' '[:lower:]')" \
    'with the form of its address that makes it unique'
is "$(db "SELECT CONCAT_WS('|', bio, timezone, language IS NULL,
    ABS(TIMESTAMPDIFF(HOUR, date_joined, UTC_TIMESTAMP(6))))
    FROM users WHERE id = $(field .id)")" '|UTC|1|0' \
    'with the standard for all that was not asked'

signup 'del(.gender, .phone)'
wants 201 'gender and phone may be left out'
is "$(field '[.gender, .phone] | join("|")')" '|' 'and are empty then'

signup '.gender = null | .phone = null'
wants 201 'gender and phone may be null'
is "$(field '[.gender, .phone] | join("|")')" '|' 'and are empty then'

signup '.gender = "" | .phone = ""'
wants 201 'gender and phone may be empty'
is "$(row)" "Ali Ahmed|$email||" 'and are stored so'

signup '.gender = "female" | .phone = "+20 (10) 1234-5678"'
wants 201 'a phone number may be written as people write it'
is "$(field '[.gender, .phone] | join("|")')" 'female|+20 (10) 1234-5678' \
    'and stays as it was written'

signup '.fullname = "  عائشة بنت أبي بكر \t\n" | .email = "  \(.email) "'
wants 201 'blanks around a value do no harm'
is "$(field '[.fullname, .email] | join("|")')" \
    "عائشة بنت أبي بكر|$email" 'and are taken away'

signup '.fullname = "O'"'"'Brien \"<b>\" \\ %s \u2028 '\''; --"'
wants 201 'a name may have any letters'
is "$(field .fullname)" \
    "$(printf "O'Brien \"<b>\" \\\\ %%s \342\200\250 '; --")" \
    'which come back as they were sent'

signup '.colour = "green" | .password2 = {"a": [null]}'
wants 201 'keys that nobody knows are ignored'

# A person is made by a signup, whoever sends it.
req POST /api/signup/ "$(jq -cn --arg e "r-$(random_word)@example.com" '{
    fullname: "Omar", email: $e, password: "StrongPass123"}')" not-a-token
wants 201 'a token that is no good is not looked at'

done_testing
