#!/bin/sh
# Which passwords are taken: 8 to 128 characters of any kind, but not all
# digits, none that everybody uses, not one's own name or e-mail address.
# shellcheck disable=SC2016 # $e is for jq
. "$(dirname "$0")/tap.sh"

# signup PASSWORD-IN-JQ: with this password; sets $email.
signup() {
	email=Hafsa.Umar-$(random_word)@example.com
	req POST /api/signup/ "$(jq -cn --arg e "$email" '{email: $e,
	    fullname: "Hafsa bint Umar", password: ('"$1"')}')"
}

# refused PASSWORD-IN-JQ REASON NAME
refused() {
	signup "$1"
	wants 400 "$3"
	is "$(field '.errors | keys | join(" ")')" password \
	    'the password is what is wrong'
	like "$(field .errors.password[0])" "$2" 'and it says why'
}

taken() {
	signup "$1"
	wants 201 "$2"
}

refused '"7letter"' 'at least 8 characters' \
    'AUTH-01: a password of 7 characters is refused'
refused '"مفتاح7"' 'at least 8 characters' 'characters are counted, not bytes'
refused '"xY" * 64 + "z"' 'at most 128 characters' \
    'AUTH-01: and one of 129'
refused '"83736452"' 'all digits' 'digits alone are refused'
refused '"3" * 128' 'all digits' 'however many'
refused '"Hafsa Bint Umar"' 'your name' 'AUTH-02: the name is refused'
refused '$e' 'your e-mail' 'AUTH-02: the e-mail address is refused'
refused '$e | ascii_upcase' 'your e-mail' 'in whichever case'
refused '$e | split("@")[0]' 'your e-mail' \
    'AUTH-02: and what stands before its @'
refused '"tab\tulator"' 'control characters' \
    'control characters are refused, for no keyboard has them'
for password in password Password1 PASSWORD1 qwertyuiop iloveyou letmein1 \
    1q2w3e4r khatma123 bismillah123 sunshine abcd1234 trustno1 football; do
	refused "\"$password\"" 'many people use' \
	    "$password, which everybody uses, is refused"
done
for password in Khatma2026! 'quran@1447' alquran99 'The Holy Quran' \
    'Ramadan Kareem 1447' 'القرآن الكريم' 'ختمة٢٠٢٦' 'بسم الله الرحمن'; do
	refused "\"$password\"" 'many people use' \
	    "AUTH-02: $password, which comes to mind here, is refused"
done
refused '"٨٣٧٣٦٤٥٢"' 'all digits' 'AUTH-02: digits of any script are digits'
signup '"12345678"'
is "$(field '.errors.password | length')" 1 'one reason is enough'

req POST /api/signup/ '{"fullname": "Hafsa bint Umar", "gender": "x",
    "password": "Hafsa bint Umar", "email": "hafsa@example.com", "phone": "x"}'
is "$(field '.errors | keys | join(" ")')" 'gender password phone' \
    'it is named with all else that is wrong'

taken '"xY3.zW9~"' 'AUTH-01: eight characters will do'
taken '"a Quran, read by the river"' 'such a word among others is no harm'
taken '"كلمة مرور طويلة"' 'they may be Arabic, with blanks'
taken '"💡🔑🕌📖🌙⭐🕋🤲"' 'and signs that take four bytes'
taken '"correct horse battery staple"' 'four words make a password'
taken '"12345678901x"' 'one letter among digits is enough'
taken '"123456 789012"' 'and so is a blank'
taken '"xY3.zW9~" * 16' 'AUTH-01: 128 characters are taken'

# Nothing is cut off and nothing added.
long=$(field .email)
login() {
	req POST /api/login/ "$(jq -cn --arg e "$long" "{email: \$e,
	    password: ($1)}")"
}
login '"xY3.zW9~" * 16'
wants 200 'and 128 are needed'
login '("xY3.zW9~" * 16)[0:127]'
wants 401 'AUTH-01: 127 of them are not enough'
login '"xY3.zW9~" * 9'
wants 401 'AUTH-01: nor the first 72'
login '"xY3.zW9~" * 16 + "x"'
wants 401 'and one more is too many'

taken '" xY3.zW9~ "' 'AUTH-01: blanks at the ends belong to a password'
long=$(field .email)
login '"xY3.zW9~"'
wants 401 'and cannot be left out'
login '" xY3.zW9~ "'
wants 200 'but written'

taken '"cafe\u0301 au lait"' 'AUTH-01: letters and their marks may come apart'
long=$(field .email)
login '"caf\u00e9 au lait"'
wants 401 'and are taken as they come'
login '"cafe\u0301 au lait"'
wants 200 'like all that is written'

# The list itself.
grep -E '^.{8,64}$' "$root/data/common-passwords.txt" | grep -vE '^[0-9]+$' |
    awk 'NR % 130 == 1' | jq -cR '{fullname: "Abu Bakr",
    email: "nobody@example.com", password: .}' |
    sed 's|^|POST /api/signup/ - |' | head -n 50 >"$scratch/common"
together <"$scratch/common"
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | tr -s ' ')" \
    ' 50 400' 'AUTH-02: fifty of the common list are refused'
like "$(wc -l <"$root/data/common-passwords.txt")" '^[0-9]{4,}$' \
    'AUTH-02: which has more than the three thousand most common'
is "$(jq -r '.errors | keys | join(" ")' "$answers"/[0-9]* | sort -u)" \
    password 'each for its password'

done_testing
