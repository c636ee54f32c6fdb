# shellcheck shell=sh
# shellcheck disable=SC2154 # what tap.sh sets
# shellcheck disable=SC2034,SC2317 # variables and functions of tests
# mail.sh - for tests of what comes by mail, to a mail server of our own (see
# smtp.pl). For after tap.sh and faults.sh.
#
#	configure [NAME=VALUE...]
#			a service of one's own with these settings; called
#			again, its auth and mail workers get others
#	server_up [CERTIFICATE KEY]	starts the mail server and sets $port
#	server_down		stops it and takes its mails away
#	has_mails COUNT		it has so many at least
#	count_mails
#	envelope N, mail_header N NAME, mail_text N, mail_token N
#				of the mail with that number, decoded
#	ask EMAIL [CURL-ARGUMENT...]	requests a new password
#	asked EMAIL N		and waits for mail N; sets $token
#	renew TOKEN PASSWORD
#	login EMAIL PASSWORD
#	nothing_is_due		no mail waits to be sent
#	try_now			those that wait for another try wait no longer
#	has_logged EVENT COUNT	of the mail worker: so often at least

mails=$scratch/mails

# --- The mail server ---------------------------------------------------------

server_up() {
	mkdir -p "$mails"
	perl "$root/t/smtp.pl" "$mails" "$@" 2>"$scratch/smtp.log" &
	server=$!
	wait_for test -s "$mails/port"
	port=$(cat "$mails/port")
}

server_down() {
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	server=
	rm -f "$mails"/*
}

server=
trap 'result=$?; server_down; (exit $result); tap_end' EXIT

spawn() {
	KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" "$@"
}

configure() {
	if [ ! -e "$scratch/base.conf" ]; then
		stack_private WORKERS=1
		cp "$stack/khatma.conf" "$scratch/base.conf"
	fi
	{
		cat "$scratch/base.conf"
		printf '%s\n' KHATMA_MAIL_FROM=khatma@app.example "$@"
	} >"$stack/khatma.conf"
	spawn stop mail >/dev/null
	spawn reload auth >/dev/null || diag 'auth does not answer'
	[ $# = 0 ] || spawn start mail >/dev/null || diag 'mail does not run'
}

# --- Mails -------------------------------------------------------------------

count_mails() {
	find "$mails" -name '*.mail' | wc -l
}

has_mails() {
	[ "$(count_mails)" -ge "$1" ]
}

envelope() {
	sed '/^\r*$/,$d' "$mails/$1.mail" | tr -d '\r'
}

mail_header() {
	sed '1,/^\r*$/d' "$mails/$1.mail" | sed '/^\r*$/,$d' | tr -d '\r' |
	    sed -n "s/^$2: //Ip"
}

mail_text() {
	perl -MMIME::QuotedPrint -0777 -ne '
	    # the envelope, the header, that of the part, the part
	    my @part = split(/\r\n\r\n/, $_, 4);
	    $part[3] =~ s/\r\n--.*//s;
	    print decode_qp($part[3]) =~ s/\r//gr' "$mails/$1.mail"
}

mail_token() {
	mail_text "$1" | grep -oE '(^|=)[0-9a-f]{32}$' | tr -d =
}

# --- Requests ----------------------------------------------------------------

ask() {
	email=$1
	shift
	req POST /api/password/reset/ "{\"email\": \"$email\"}" '' "$@"
}

asked() {
	ask "$1"
	wait_for has_mails "$2" || diag "no mail $2: $(cat "$stack/log/mail.log")"
	token=$(mail_token "$2")
}

renew() {
	req POST /api/password/reset/confirm/ "$(jq -cn --arg t "$1" \
	    --arg p "$2" '{token: $t, new_password: $p}')"
}

login() {
	req POST /api/login/ "$(jq -cn --arg e "$1" --arg p "$2" \
	    '{email: $e, password: $p}')"
}

nothing_is_due() {
	[ "$(db 'SELECT COUNT(*) FROM password_resets
	    WHERE next_try_at IS NOT NULL')" = 0 ]
}

has_logged() {
	[ "$(grep -c "\"event\":\"$1\"" "$stack/log/mail.log")" -ge "$2" ]
}

try_now() {
	db 'UPDATE password_resets SET next_try_at = UTC_TIMESTAMP(6)
	    WHERE next_try_at IS NOT NULL'
}
