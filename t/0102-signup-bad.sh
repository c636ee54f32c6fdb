#!/bin/sh
# A signup that is not right: every wrong field is named at once, with what is
# wanted, and nobody is made.
. "$(dirname "$0")/tap.sh"

# signup JQ-EDIT: a good signup, changed.
signup() {
	email=reader-$(random_word)@example.com
	req POST /api/signup/ "$(jq -cn --arg e "$email" '{
	    fullname: "Ali Ahmed", email: $e, password: "StrongPass123",
	    gender: "male", phone: "01012345678"} | '"$1")"
}

# refused FIELD JQ-EDIT NAME: this field is wrong, and only this.
refused() {
	signup "$2"
	is "$status $(field '.code, (.errors | keys[])' | tr '\n' ' ')" \
	    "400 validation_error $1 " "$3"
}

taken() {
	signup "$1"
	wants 201 "$2"
}

signup '{fullname: " ", email: "ali", password: "short", gender: "man",
    phone: "call me"}'
wants 400 'five wrong fields are a bad request'
is "$(field '.errors | keys | join(" ")')" \
    'email fullname gender password phone' 'and all five are named'
is "$(field '[.errors[] | length] | unique | join(" ")')" 1 \
    'each with a sentence'
is "$(field .errors.email[0])" 'Enter a valid e-mail address.' \
    'that says what is wanted'
is "$(field .errors.gender[0])" 'Must be one of: male, female.' \
    'and what there is to choose from'
is "$(field '[.type, .title, .status, .code] | join("|")')" \
    'about:blank|Bad Request|400|validation_error' 'the problem is whole'

signup '{}'
wants 400 'an empty object is not enough'
is "$(field '.errors | to_entries | map(.key + ": " + .value[0]) |
    join("; ")')" \
    "$(printf '%s: This field is required.; ' fullname email password |
    sed 's/; $//')" 'what is required is named'

signup '{fullname: 1, email: [], password: {}, gender: true, phone: 5}'
is "$(field '.errors | keys | join(" ")')" \
    'email fullname gender password phone' 'all five have to be strings'
is "$(field .errors.fullname[0])" 'Must be a string.' 'and it says so'
signup '{fullname: null, email: null, password: null}'
is "$(field '[.errors[][0]] | unique | join("|")')" \
    'This field may not be null.' 'what is required may not be null'

# --- Limits ------------------------------------------------------------------

refused fullname '.fullname = ""' 'a name may not be empty'
refused fullname '.fullname = "م" * 101' 'a name has at most 100 letters'
like "$(field .errors.fullname[0])" '100 characters' 'and it says so'
taken '.fullname = "م" * 100' 'letters are counted, not bytes'
taken '.fullname = "A"' 'one letter is a name'
taken '.fullname = "ﷺ" * 100' 'letters that are searched as many are as good'
refused fullname '.fullname = "Ali\u0007Ahmed"' \
    'a name has no control characters'
refused fullname '.fullname = "Ali\nAhmed"' 'nor lines'

for email in plain @example.com ali@ ali@localhost 'ali ahmed@example.com' \
    ali@exa_mple.com ali@-example.com ali@example-.com ali@example..com \
    ali@.example.com ali@example.com. ali@@example.com 'ali@example.com,b@c.d' \
    'Ali <ali@example.com>' عليّ@example.com 'a"b@example.com'; do
	refused email ".email = \"$(printf %s "$email" | sed 's/"/\\"/g')\"" \
	    "$email is no e-mail address"
done
refused email '.email = "a" * 65 + "@example.com"' \
    'there are at most 64 letters before the @'
refused email '.email = "a@" + "b" * 64 + ".com"' \
    'and at most 63 between two dots'
refused email '.email = "a@" + "b." * 125 + "com"' 'and at most 254 in all'
taken '.email = (.email[7:23] + "0" * 48 + "@" + ("b." * 93) + "com")' \
    'an address of 254 letters is one'
is "$(field '.email | length')" 254 'and is stored whole'
taken ".email = .email[0:23] + \"+.!#\$%&'*/=?^_\`{|}~-@a.b\"" \
    'an address may have all the signs that it may have'

for gender in Male m other ' male'; do
	refused gender ".gender = \"$gender\"" "\"$gender\" is no gender here"
done

for phone in 12 abc +12 '01012345678 ext 5' 0101.2345 ٠١٠١٢٣٤٥٦٧٨; do
	refused phone ".phone = \"$phone\"" "\"$phone\" is no phone number"
done
refused phone '.phone = "1" * 33' 'a phone number has at most 32 signs'
taken '.phone = "1" * 32' 'and may have 32'
taken '.phone = "112"' 'and 3 digits at least'

signup '.phone = "no"'
is "$(db "SELECT COUNT(*) FROM users WHERE email = '$email'")" 0 \
    'nobody is made by a signup that is refused'

done_testing
