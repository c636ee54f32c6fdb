#!/bin/sh
# The mail worker: what it does when a mail server or the database is away, whom
# it trusts, and how it is kept.
# shellcheck disable=SC2119 # server_up has no arguments of ours
# shellcheck disable=SC2154 # new_user sets variables
# shellcheck disable=SC2317 # functions that others call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/mail.sh"

has_tried() {
	[ "$(db "SELECT COUNT(*) FROM password_resets WHERE user_id = $1
	    AND attempts >= 1
	    AND next_try_at < UTC_TIMESTAMP(6) + INTERVAL 30 SECOND")" = 1 ]
}

ready() {
	req GET /api/health/ready/
	[ "$status" = 200 ]
}

# --- A mail server that is away ----------------------------------------------

server_up
configure "KHATMA_SMTP_URL=smtp://127.0.0.1:$port"
server_down
new_user zayd
has_run() {
	has_tried "$zayd_id"
}
ask "$zayd_email"
wants 202 'while the mail server is away requests are taken'
ok 'the mail is tried, and will be later' wait_for has_run
ok 'the log says so' wait_for has_logged mail_not_sent 1
is "$(grep mail_not_sent "$stack/log/mail.log" | grep -cF "$zayd_email")" 0 \
    'without a name'
server_up
configure "KHATMA_SMTP_URL=smtp://localhost:$port"
try_now
ok 'when the server is back the mail comes' wait_for has_mails 1
like "$(mail_text 1)" '^[0-9a-f]{32}$' 'without a link there is a code'
like "$(mail_text 1)" 'Enter this code in the app' 'which it says'
renew "$(mail_token 1)" a-quiet-morning
wants 204 'it is good'

echo '451 come again' >"$mails/refuse"
new_user hind
ask "$hind_email"
has_run() {
	has_tried "$hind_id"
}
ok 'a mail that the server does not take is tried again' wait_for has_run
rm "$mails/refuse"
db "UPDATE password_resets SET next_try_at = UTC_TIMESTAMP(6),
    requested_at = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE
    WHERE user_id = $hind_id"
ok 'but not for longer than half an hour' wait_for nothing_is_due
is "$(count_mails)" 1 'then it is dropped'

# --- A database that is away -------------------------------------------------

spawn stop mail >/dev/null
database_stop KILL
like "$(spawn start mail)" \
    'mail runs: 1 workers' 'the mail worker starts without a database'
ok 'and says that there is none' wait_for has_logged database_error 1
database_start
wait_for ready
new_user bilal
asked "$bilal_email" 2
is "$(envelope 2 | grep -c "RCPT TO:<$bilal_email>")" 1 \
    'and goes on when it is back'

# --- Two mail workers --------------------------------------------------------

KHATMA_CONF=$stack/khatma.conf "$BUILD/bin/mail" 2>"$scratch/other.log" &
other=$!
mails_before=$(count_mails)
for name in one two three four; do
	new_user $name
	eval "email=\$${name}_email"
	echo "POST /api/password/reset/ - {\"email\": \"$email\"}"
done >"$scratch/all"
together <"$scratch/all"
wait_for has_mails $((mails_before + 4))
ok 'with two mail workers nothing is left over' wait_for nothing_is_due
is "$(count_mails)" $((mails_before + 4)) 'and nobody gets two mails'
is "$(cat "$mails"/*.mail | grep -c '^RCPT')" \
    "$(cat "$mails"/*.mail | grep '^RCPT' | sort -u | wc -l)" \
    'but everybody their own'
kill -TERM "$other"
wait "$other"
is $? 0 'a mail worker ends when it is told to'

# --- Nothing of a header's own -----------------------------------------------

new_user eve
failures=$(grep -c mail_not_sent "$stack/log/mail.log")
for address in 'CONCAT("e@example.com", CHAR(13, 10), "Bcc: x@example.com")' \
    'CONCAT("e@example.com", CHAR(10), "Bcc: x@example.com")' \
    '"e@example.com> <x@example.com"'; do
	failures=$((failures + 1))
	db "DELETE FROM password_resets;
	    UPDATE users SET email = $address WHERE id = $eve_id"
	ask "$eve_email"
	ok 'an address that would make two headers is sent nothing' \
	    wait_for has_logged mail_not_sent $failures
	req POST /api/password/reset/ "$(db "SELECT JSON_OBJECT('email', email)
	    FROM users WHERE id = $eve_id" | sed 's/\\\\/\\/g')"
	is "$status $(field '.errors | keys[]')" '400 email' \
	    'nor can it be asked for'
done
db 'DELETE FROM password_resets'
is "$(count_mails)" $((mails_before + 4)) 'no mail has come'

# --- Encryption --------------------------------------------------------------

# certificate NAME SUBJECT: $scratch/NAME.pem and NAME.key.
certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
	    -nodes -days 2 -subj /CN=mail -addext "subjectAltName=$2" \
	    -keyout "$scratch/$1.key" -out "$scratch/$1.pem" 2>/dev/null
}

# not_sent REGEX NAME: the next mail is not, for that reason.
not_sent() {
	failures=$(grep -c mail_not_sent "$stack/log/mail.log")
	db 'DELETE FROM password_resets'
	ask "$bilal_email"
	wait_for has_logged mail_not_sent $((failures + 1))
	like "$(grep mail_not_sent "$stack/log/mail.log" | tail -n 1)" "$1" "$2"
	is "$(count_mails)" 0 'and nothing is told to it'
}

# sent NAME: it is.
sent() {
	try_now
	ok "$1" wait_for has_mails 1
}

certificate good DNS:localhost,IP:127.0.0.2
certificate other DNS:mail.example
server_down
server_up "$scratch/good.pem" "$scratch/good.key"
configure "KHATMA_SMTP_URL=smtps://localhost:$port"
not_sent 'certificate' 'a mail server that nobody vouches for gets no mail'
configure "KHATMA_SMTP_URL=smtps://localhost:$port" \
    "KHATMA_SMTP_CA=$scratch/good.pem" KHATMA_SMTP_USER=khatma \
    'KHATMA_SMTP_PASSWORD=a secret = word'
sent 'one that the settings vouch for does'
is "$(envelope 1 | head -n 1)" 'AUTH khatma a secret = word' \
    'and is told who we are'
is "$(grep -rl 'a secret = word' "$stack/log")" '' 'which no log is'
server_down
server_up "$scratch/other.pem" "$scratch/other.key"
configure "KHATMA_SMTP_URL=smtps://localhost:$port" \
    "KHATMA_SMTP_CA=$scratch/other.pem"
not_sent 'subject name|host ?name' 'one that bears another name gets none'

server_down
echo 127.0.0.2 >"$mails/address"
server_up
configure "KHATMA_SMTP_URL=smtp://127.0.0.2:$port"
not_sent 'STARTTLS|SSL|TLS' 'elsewhere than here nothing is sent in plain'
configure "KHATMA_SMTP_URL=smtp://127.0.0.2:$port" KHATMA_SMTP_TLS=off
sent 'unless the settings say so'
server_down
echo 127.0.0.2 >"$mails/address"
echo yes >"$mails/starttls"
server_up "$scratch/good.pem" "$scratch/good.key"
configure "KHATMA_SMTP_URL=smtp://127.0.0.2:$port"
not_sent certificate 'STARTTLS is no good with just any certificate'
configure "KHATMA_SMTP_URL=smtp://127.0.0.2:$port" \
    "KHATMA_SMTP_CA=$scratch/good.pem"
sent 'with that of the settings it is'
is "$(envelope 1 | head -n 1)" STARTTLS 'and comes before all else'

# --- The supervisor ----------------------------------------------------------

before=$(workers mail)
spawn reload mail >"$scratch/said"
like "$(cat "$scratch/said")" 'mail has new workers' 'the mail worker is renewed'
isnt "$(workers mail)" "$before" 'by another one'
before=$(workers mail)
another() {
	now=$(workers mail)
	[ -n "$now" ] && [ "$now" != "$before" ]
}
kill -KILL "$before"
ok 'one that was killed is replaced' wait_for another
is "$(tr '\0' '\n' <"/proc/$(workers mail)/environ" | grep -c PASSWORD)" 0 \
    'no password is in its environment'
ok 'there is no socket of its own' test ! -e "$stack/run/mail.sock"
spawn check mail >"$scratch/said"
like "$(cat "$scratch/said")" 'mail is right' 'check looks at it, too'
before=$(workers mail)
echo KHATMA_SMTP_URL= >>"$stack/khatma.conf"
like "$(spawn reload mail)" 'mail is off' 'when mail is set off a reload says so'
is "$(kill -0 "$before" 2>&1 | grep -c 'No such process')" 1 \
    'and stops it'
is "$(spawn status | grep -c mail)" 0 'and not missed'
spawn start >"$scratch/said" 2>&1
is "$? $(grep -c mail "$scratch/said")" '0 0' 'a start does not speak of it'
like "$(spawn start mail)" 'KHATMA_SMTP_URL is not set' \
    'unless it is asked'
like "$(KHATMA_CONF=$stack/khatma.conf "$BUILD/bin/mail" 2>&1)" 'KHATMA_SMTP_URL is not set' \
    'as the program itself'

done_testing
