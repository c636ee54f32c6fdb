#!/bin/sh
# Who has forgotten the password gets a mail with which to choose another.
# shellcheck disable=SC2119 # server_up has no arguments of ours
# shellcheck disable=SC2154 # new_user sets variables
# shellcheck disable=SC2317 # functions that others call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/mail.sh"

link='https://app.example/reset?token='

refused() {
	is "$status $(field .code)" '400 reset_token_invalid' "$1"
}

# count_resets USER [CONDITION]
count_resets() {
	db "SELECT COUNT(*) FROM password_resets WHERE user_id = $1
	    AND ${2-TRUE}"
}

# --- Without settings --------------------------------------------------------

configure
new_user ali 'Ali ibn Abi Talib'
ask "$ali_email"
is "$status $(field .code)" '503 mail_unavailable' \
    'without a mail server the service says so'
like "$(field .detail)" 'sends no mail.*administrator' 'and who could help'
is "$(header Retry-After)" '' 'and not that it would soon be otherwise'
ask not-an-address
is "$status $(field '.errors | keys[]')" '400 email' \
    'an address has to be one all the same'
is "$(db 'SELECT COUNT(*) FROM password_resets')" 0 'nothing is stored'
is "$(spawn status | grep -c mail)" 0 'and no mail worker runs'

# --- A mail ------------------------------------------------------------------

server_up
configure "KHATMA_SMTP_URL=smtp://127.0.0.1:$port" "KHATMA_RESET_URL=$link"
like "$(spawn status)" \
    'mail runs: keeper [0-9]*, workers [0-9]' 'with one there is a mail worker'
ok 'which is in order' env KHATMA_CONF="$stack/khatma.conf" \
    "$BUILD/bin/mail" -t

ask "nobody-$ali_email"
wants 202 'a request for an address without an account is taken'
grep -vi '^\(date\|x-request-id\):' "$headers" >"$scratch/unknown-headers"
cp "$body" "$scratch/unknown"
asked "$(echo "$ali_email" | tr '[:lower:]' '[:upper:]')" 1
wants 202 'so is one for an address that has one, in whatever case'
ok 'the answers are the same to the byte' cmp "$body" "$scratch/unknown"
grep -vi '^\(date\|x-request-id\):' "$headers" >"$scratch/known-headers"
ok 'with the same headers' cmp "$scratch/known-headers" \
    "$scratch/unknown-headers"
like "$(field .message)" 'If this address has an account' 'and tell nothing'
two_logged() {
	jq -rR 'fromjson? |
	    select(.route == "password/reset" and .st == 202) | .sql' \
	    "$stack/log/auth.log" >"$scratch/statements"
	[ "$(wc -l <"$scratch/statements")" = 2 ]
}
wait_for two_logged
is "$(xargs <"$scratch/statements")" '2 2' \
    'as much is done for the one as for the other'
is "$(count_mails)" 1 'one mail comes'
is "$(db 'SELECT COUNT(*) FROM password_resets WHERE user_id IS NULL
    AND next_try_at IS NULL AND token_hash IS NULL')" 1 \
    'for an unknown address none ever will'

is "$(envelope 1 | sed 's/ SIZE=.*//; s/ BODY=.*//')" \
    "MAIL FROM:<khatma@app.example>
RCPT TO:<$ali_email>" 'it goes to the address of the account'
is "$(mail_header 1 To)" "<$ali_email>" 'as it was signed up'
is "$(mail_header 1 From)" 'Khatma <khatma@app.example>' \
    'from that of the settings'
is "$(mail_header 1 Subject)" 'Khatma: a new password' 'with a subject'
is "$(mail_header 1 Auto-Submitted)" auto-generated \
    'it is marked as written by a program'
like "$(mail_header 1 Message-ID)" '^<[0-9a-f]{32}@app\.example>$' \
    'it has a name of its own'
like "$(mail_header 1 Date)" \
    '^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} \+0000$' \
    'and a date'
like "$(cat "$mails/1.mail")" 'text/plain; charset=utf-8' 'it is plain text'
isnt "$token" '' 'with a token in it'
is "$(mail_text 1 | grep "$token")" "$link$token" 'as a link of the settings'
like "$(mail_text 1)" 'good for 30 minutes, and once' 'it says for how long'
like "$(mail_text 1)" 'not you.*nothing to do' \
    'and what to do about one that was not asked for'
is "$(grep -c '[^[:print:][:space:]]' "$mails/1.mail")" 0 \
    'all of it is ASCII on its way'
is "$(awk 'length > 1000' "$mails/1.mail" | wc -l)" 0 \
    'in lines that a mail server takes'

mariadb-dump --no-defaults --socket="$stack/run/db.sock" --hex-blob khatma \
    >"$scratch/dump"
like "$(grep -c 'INSERT INTO .password_resets' "$scratch/dump")" '^[1-9]' \
    'a dump of the database has the request'
is "$(grep -ciF -e "$token" \
    -e "$(printf %s "$token" | od -An -tx1 | tr -d ' \n')" \
    "$scratch/dump")" 0 'and nowhere the token'
is "$(grep -rlF "$token" "$stack/log")" '' 'nor does a log have it'
is "$(grep -rlF -e "$ali_email" "$stack/log")" '' 'or the address'

# --- Another password --------------------------------------------------------

login "$ali_email" "$ali_password"
second=$(field .access) second_refresh=$(field .refresh)
stored=$(db "SELECT password FROM users WHERE id = $ali_id")

renew "$token" short
is "$status $(field '.errors | keys[]')" '400 new_password' \
    'a new password has to be long enough'
for wrong in 8273645281 password1 'ALI IBN ABI TALIB' "$ali_email" \
    "${ali_email%@*}" "$ali_password"; do
	renew "$token" "$wrong"
	is "$status $(field '.errors | keys[]')" '400 new_password' \
	    "by the rules for each: not $(echo "$wrong" | sed 's/-[0-9a-f]*/-…/')"
done
req POST /api/password/reset/confirm/ '{}'
is "$status $(field '.errors | keys | join(" ")')" '400 new_password token' \
    'both fields are asked for'
for wrong in x "${token%?}" "${token}0" "$(echo "$token" | tr 0-9a-f 1-9a-f0)" \
    "$(echo "$token" | tr a-f A-F)." "' OR ''='" 00000000000000000000000000000000
do
	renew "$wrong" a-good-new-one
	refused "a token that is none: $(echo "$wrong" |
	    sed 's/[0-9a-fA-F]\{9,\}/…/')"
done
is "$(db "SELECT password FROM users WHERE id = $ali_id")" "$stored" \
    'nothing of that changes anything'
is "$(count_resets "$ali_id" 'used_at IS NULL')" 1 'nor uses the token up'

for _ in 1 2 3 4 5 6; do
	login "$ali_email" forgotten
done
wants 429 'who has forgotten it has tried too often'
renew " $token " 'كلمة مرور جديدة'
wants 204 'with the token there is a new password'
is "$(wc -c <"$body")" 0 'without a word'
login "$ali_email" "$ali_password"
wants 401 'the old one opens nothing any more'
for access in "$ali_token" "$second"; do
	req GET /api/user/me/ '' "$access"
	is "$status $(field .code)" '401 token_invalid' 'every login has ended'
done
for refresh in "$ali_refresh" "$second_refresh"; do
	req POST /api/refresh/ "{\"refresh\": \"$refresh\"}"
	is "$status $(field .code)" '401 token_invalid' \
	    'with its refresh token'
done
ali_password='كلمة مرور جديدة'
login "$ali_email" "$ali_password"
wants 200 'the new one opens'
ali_token=$(field .access)
renew "$token" one-more-password
refused 'the token is good once'
login "$ali_email" "$ali_password"
wants 200 'and changes nothing the second time'

# --- Arabic ------------------------------------------------------------------

ask "$ali_email" -H 'Accept-Language: ar'
like "$(field .message)" 'إن كان لهذا العنوان حساب' 'the answer is in Arabic'
wait_for has_mails 2
is "$(mail_header 2 Subject)" \
    "=?UTF-8?B?$(printf %s 'ختمة: كلمة مرور جديدة' | base64 -w 0)?=" \
    'the subject of the mail is, too'
like "$(mail_text 2)" 'صلاحيته 30 دقيقة، ولمرة واحدة' 'and its text'
is "$(mail_text 2 | grep -cxF "$link$(mail_token 2)")" 1 'with the same link'
earlier=$(mail_token 2)
req PATCH /api/user/me/ '{"language": "en"}' "$ali_token"
ask "$ali_email" -H 'Accept-Language: ar'
wait_for has_mails 3
is "$(mail_header 3 Subject)" 'Khatma: a new password' \
    'whoever has chosen a language gets the mail in it'

# --- Not too often -----------------------------------------------------------

ask "$ali_email"
cp "$body" "$scratch/fourth"
ask "nobody-$ali_email"
ok 'the fourth time within an hour is answered as ever' \
    cmp "$body" "$scratch/fourth"
is "$(count_resets "$ali_id")" 3 'but nothing is stored'
ok 'nothing is to be sent' wait_for nothing_is_due
is "$(count_mails)" 3 'and no mail comes'
new_user omar
seq 8 | sed "s|.*|POST /api/password/reset/ - {\"email\": \"$omar_email\"}|" |
    together
is "$(grep -c ' 202$' "$answers/codes")" 8 'eight at once are all answered'
is "$(count_resets "$omar_id")" 3 'and three of them count'
wait_for has_mails 6
ok 'nothing is left to be sent' wait_for nothing_is_due
is "$(count_mails)" 6 'each gets one mail'
is "$(for i in 4 5 6; do mail_token $i; done | sort -u | wc -l)" 3 \
    'with a token of its own'
db "UPDATE password_resets SET requested_at = requested_at - INTERVAL 61 MINUTE
    WHERE user_id = $omar_id;
    UPDATE users SET password_changed_at = password_changed_at
    - INTERVAL 61 MINUTE WHERE id = $omar_id"
asked "$omar_email" 7
isnt "$token" '' 'an hour later there is a mail again'

# --- Not for ever ------------------------------------------------------------

renew "$(mail_token 4)" a-quiet-evening
wants 204 'an earlier mail is as good as a later one'
renew "$token" a-quiet-morning
refused 'until the first of them has been used'
renew "$earlier" a-quiet-morning
wants 204 "which ends one's own and nobody else's"
login "$ali_email" a-quiet-morning
ali_token=$(field .access)

new_user maryam
asked "$maryam_email" 8
db "UPDATE password_resets SET sent_at = sent_at - INTERVAL 1801 SECOND
    WHERE user_id = $maryam_id"
renew "$token" a-quiet-morning
refused 'after half an hour a token is not good any more'
asked "$maryam_email" 9
req POST /api/password/ "$(jq -cn --arg o "$maryam_password" \
    '{old_password: $o, new_password: "a-better-idea"}')" "$maryam_token"
wants 204 'the password is remembered, and changed'
renew "$token" a-quiet-morning
refused 'the mail that was asked for before is void'
asked "$maryam_email" 10
req DELETE /api/user/me/ '{"password": "a-better-idea"}' "$maryam_token"
wants 204 'an account goes while its mail is on the way'
renew "$token" a-quiet-morning
refused 'the mail opens nothing then'
is "$(count_resets "$maryam_id")" 0 'and no request is left of it'

db "UPDATE password_resets SET requested_at = requested_at - INTERVAL 25 HOUR"
ask "nobody-$omar_email"
is "$(db 'SELECT COUNT(*) FROM password_resets')" 1 \
    'what is older than a day goes with the next request'

done_testing
