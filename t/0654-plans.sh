#!/bin/sh
# How the database goes about each statement, with ten thousand readers and as
# many khatmas (SCALE=1 t/0654-plans.sh: with ten times as many): it reads no
# table from end to end, and sorts and keeps for itself no more than a page. Each
# route is asked, the reads by four kinds of readers, and what it executed is
# explained; t/plans.pl has the rules.

# shellcheck disable=SC2034 # for tap.sh: this is a service of its own
# shellcheck disable=SC2119 # server_up has no arguments of ours
# shellcheck disable=SC2154 # variables that are set by what is read
# shellcheck disable=SC2317 # functions that others call
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$root/t/history.sh"
. "$root/t/bench/seed.sh"
. "$root/t/reads.sh"
. "$root/t/faults.sh"
. "$root/t/mail.sh"

# --- The data ----------------------------------------------------------------

# The statistics by which the optimizer chooses are of all rows, each time.
printf '%s\n' innodb-stats-auto-recalc=OFF innodb-buffer-pool-size=256M \
    innodb-stats-persistent-sample-pages=100000 >"$scratch/my.cnf"
mkdir -p "$scratch/stack"
seed_data "${SCALE:-0.1}" "$scratch/stack/db" 2>"$scratch/seed.log" ||
	diag "$(cat "$scratch/seed.log")"
stack_private WORKERS=1 MY_CNF="$scratch/my.cnf"

# Readers who take part in more khatmas than the ten that all are in, rows of
# tables that the seed leaves empty, and one who has yet to earn something.
db "INSERT IGNORE INTO memberships (khatma_id, user_id, joined_at)
    SELECT id, 4000, created_at FROM khatmas
    WHERE id <= 10000 AND id MOD 100 IN (7, 10)
    UNION ALL
    SELECT id, 4001, created_at FROM khatmas
    WHERE id <= 10000 AND id MOD 40 IN (7, 10);
    INSERT INTO login_failures (email_hash, failures, last_failed_at)
    SELECT UNHEX(SHA2(seq, 256)), 1, UTC_TIMESTAMP(6) - INTERVAL seq MINUTE
    FROM seq_1_to_2000;
    INSERT INTO password_resets (email_hash, number, requested_at, user_id,
        language, token_hash, next_try_at)
    SELECT UNHEX(SHA2(seq, 256)), 1, UTC_TIMESTAMP(6) - INTERVAL seq MINUTE,
        seq + 4, 'en', UNHEX(SHA2(-seq, 256)),
        IF(seq MOD 100 = 0, UTC_TIMESTAMP(6) + INTERVAL 1 DAY, NULL)
    FROM seq_1_to_2000;
    INSERT INTO idempotency_keys (user_id, idem_key, request_hash, account_id,
        http_status, language, body, created_at)
    SELECT seq + 4, seq, UNHEX(SHA2(seq, 256)), seq + 4, 201, 'en', '{}',
        UTC_TIMESTAMP(6) - INTERVAL seq MINUTE
    FROM seq_1_to_2000;
    UPDATE users SET timezone = '$noon' WHERE id IN (1, 4002);
    DELETE FROM achievements
    WHERE user_id = 4002 AND achievement_type = 'consistent_reader';
    ANALYZE TABLE users, logins, refresh_tokens, login_failures,
    password_resets, khatmas, chapters, memberships, invitations, intentions,
    sessions, achievements, notifications, idempotency_keys" >/dev/null

# --- Reads -------------------------------------------------------------------

# each_of TOKEN KHATMA USER NOT: each read there is, but those like NOT.
each_of() {
	each_read "$2" "$3" a Benali | grep -vE -e "$4" |
	    sed "s|^[^ ]*|$1|"
}

# The lists among them, by pages of two; behind such a page there is another.
pages_of() {
	each_of "$@" | awk '
	$2 ~ /^(khatmas|search\/khatmas|notifications)\/(\?|$)/ ||
	    $2 ~ /sessions\/(\?|$)/ || $2 ~ /^achievements/ {
		print $1, $2 ($2 ~ /\?/ ? "&" : "?") "page_size=2", "more"
	}'
}

# Those of what is public: by number, which is counted each time, and as one that
# was found to be long right before.
long_of() {
	each_of "$@" | awk '
	$2 ~ /filter=public/ && $2 !~ /search=/ || $2 == "search/khatmas/" ||
	    $2 ~ /filter=joinable/ && $2 !~ /search=|completed/ {
		# of these there are many
		sub(/status=completed/, "status=active")
		print $1, $2 ($2 ~ /\?/ ? "&" : "?") "page=2&page_size=2"
		print
		print
	}'
}

# Readers who take part in 10, 110 and 500 khatmas, and one with 10,000 readings.
# (With so few readers in all, an export of those is best made by reading the
# whole table: they are a tenth of it.)
reads_of_all() {
	plain=$(db "SELECT MIN(user_id) FROM memberships
	    WHERE khatma_id = 5011")
	other=$(db "SELECT MAX(user_id) FROM memberships
	    WHERE khatma_id = 5011")
	each_of "$(token_of "$plain")" 5011 "$other" '^$'
	pages_of "$(token_of "$plain")" 5011 "$other" '^$'
	long_of "$(token_of "$plain")" 5011 "$other" '^$'
	each_of "$(token_of 4000)" 7 4000 '^$'
	each_of "$(token_of 4001)" 7 4001 '^$'
	each_of "$(token_of 1)" 1 1 '^export'
}

# --- Writes ------------------------------------------------------------------

# about NAME: what is executed from now on is for this.
about() {
	db "DO '$1'"
}

# does METHOD PATH [JSON [TOKEN [CURL-ARGUMENT...]]]
does() {
	about "$1 $2"
	req "$@"
	case $status in
	2*)	;;
	*)	diag "$1 $2: $status $(cat "$body")" ;;
	esac
}

# fails, likewise, with a status that is wanted.
fails() {
	wanted=$1
	shift
	about "$1 $2, and $wanted"
	req "$@"
	[ "$status" = "$wanted" ] || diag "$1 $2: $status $(cat "$body")"
}

write_account() {
	new_user aisha
	json="{\"email\": \"$aisha_email\", \"password\": "
	fails 401 POST /api/login/ "$json\"no\"}"
	does POST /api/login/ "$json\"$aisha_password\"}"
	does POST /api/refresh/ "{\"refresh\": \"$(field .refresh)\"}"
	does POST /api/logout/ "{\"refresh\": \"$aisha_refresh\"}"
	does POST /api/login/ "$json\"$aisha_password\"}"
	token=$(field .access)
	does PATCH /api/user/me/ '{"bio": "Reads"}' "$token"
	does POST /api/login/ "$json\"$aisha_password\"}"
	login=$(db "SELECT MAX(id) FROM logins WHERE user_id = $aisha_id")
	does DELETE "/api/user/me/sessions/$login/" '' "$token"
	does POST /api/password/ '{"new_password": "another-horse-is-right",
	    "old_password": "'"$aisha_password"'"}' "$token"
	fails 400 DELETE /api/user/me/ '{"password": "no"}' "$token"
	# who has read with others all that such a reader has
	db "UPDATE users SET password = (SELECT p.password FROM (SELECT password
	    FROM users WHERE id = $aisha_id) p) WHERE id = 5050"
	does DELETE /api/user/me/ '{"password": "another-horse-is-right"}' \
	    "$(token_of 5050)"
}

write_forgotten() {
	about 'a forgotten password'
	cp "$stack/khatma.conf" "$scratch/base.conf"
	server_up
	configure "KHATMA_SMTP_URL=smtp://127.0.0.1:$port"
	asked reader-5055@example.com 1
	wait_for nothing_is_due_now
	renew "$token" another-horse-is-right
	[ "$status" = 204 ] || diag "renew: $status $(cat "$body")"
	configure
}

nothing_is_due_now() {
	[ "$(db 'SELECT COUNT(*) FROM password_resets
	    WHERE user_id = 5055 AND next_try_at IS NOT NULL')" = 0 ]
}

write_keys() {
	db "INSERT INTO idempotency_keys (user_id, idem_key, request_hash,
	    created_at) VALUES (5060, 'k', UNHEX(SHA2('', 256)), '2020-01-01')"
	for _ in 1 2; do
		does POST /api/khatmas/ '{"name": "K"}' "$(token_of 5060)" \
		    -H 'Idempotency-Key: k'
	done
}

write_khatmas() {
	token=$(token_of 5070)
	does POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' "$token"
	k=$(field .id)
	does PATCH "/api/khatmas/$k/" '{"division": "hizb"}' "$token"
	does PUT "/api/khatmas/$k/" '{"name": "L", "khatma_type": "group"}' \
	    "$token"
	does POST "/api/khatmas/$k/invitations/" '' "$token"
	does POST "/api/khatmas/$k/join/" \
	    "{\"invite_code\": \"$(field .code)\"}" "$(token_of 5071)"
	does POST "/api/khatmas/$k/intentions/" '{"intention": ["a"]}' "$token"
	does PATCH /api/user/me/ '{"fullname": "Ali Khan"}' "$token"
	does DELETE "/api/khatmas/$k/leave/" '' "$token"
	does DELETE "/api/khatmas/$k/" '''' "$(token_of 5071)"
	# and of those that others read
	does POST /api/khatmas/5003/join/ '' "$token"
	fails 400 POST /api/khatmas/5003/join/ '{"chapter": 1}' \
	    "$(token_of 5072)"
	does DELETE /api/khatmas/5003/leave/ '' "$token"
	maker=$(db "SELECT creator_id FROM khatmas WHERE id = 5003")
	does DELETE /api/khatmas/5003/ '' "$(token_of "$maker")"
}

# write_reading USER: of somebody who has read much or little.
write_reading() {
	reader_token=$(token_of "$1")
	own "$reader_token"
	about 'weeks of reading'
	# shellcheck disable=SC2046 # several words
	past "$1" $(seq 2 21)
	db "UPDATE users SET streak_first_day = '$(day 21)',
	    streak_last_day = '$(day 2)' WHERE id = $1"
	for json in '6, "is_completed": false' '6' '6' '6, "is_completed": false'
	do
		does POST "/api/khatmas/$khatma/sessions/" \
		    "{\"chapter_assigned\": $json}" "$reader_token"
	done
	about 'a khatma of three, its end, and not its end'
	group "$reader_token" '"target_days": 60'
	join "$(token_of 4003)" "$(token_of 4004)"
	reads "$(token_of 4003)" 1
	nearly_read 1 "$1" 4003 4004
	for json in '30' '30, "is_completed": false'; do
		does POST "/api/khatmas/$khatma/sessions/" \
		    "{\"chapter_assigned\": $json}" "$reader_token"
	done
	about 'a khatma of one, and its end'
	own "$reader_token" '"target_days": 60'
	nearly_read 1 "$1"
	reads "$reader_token" 30
	notification=$(db "SELECT MAX(id) FROM notifications
	    WHERE user_id = $1")
	does PATCH "/api/notifications/$notification/read/" '' "$reader_token"
	does PATCH /api/notifications/mark-all-read/ '' "$reader_token"
}

# --- Start here --------------------------------------------------------------

# What is executed from here on to explained goes into a log of its own.
log_for() {
	log=$stack/run/$1.log
	db "SET GLOBAL general_log_file = '$log', general_log = ON"
	KHATMA_CONF=$stack/khatma.conf "$BUILD/bin/users" -t >/dev/null
}

# explained NAME: $scratch/NAME gets what plans.pl says of it.
explained() {
	db 'SET GLOBAL general_log = OFF'
	perl "$root/t/plans.pl" "$stack/run/db.sock" "$log" >"$scratch/$1"
	is $? 0 "each statement of the $1 has a plan"
	like "$(tail -n 1 "$scratch/$1")" '^plans [1-9][0-9][0-9]' \
	    'and these are many'
}

# Faults that are known, each with a reason of its own.
known() {
	# an undo reads all of one's readings anew, and until all juz are read each
	# reading reads of which chapters they were
	grep -vE '	rows sessions ref sessions_(days|chapters):' |
	    # a search reads some words of each khatma that it looks at
	    grep -v '	rows w ref khatma_words_khatma:' |
	    # what JSON_TABLE makes of a text, a row for a word, is no table
	    grep -v '	scan [notw] ALL -: 40 rows'
}

# good NAME: what plans.pl has said of these.
good() {
	is "$(grep '^fault' "$scratch/$1" | known | cut -c 1-500)" '' \
	    "the plans of all $1 are good"
}

history_now=$(date +%s)
history_header=$(header_of "$stack/jwt.key")
reads_of_all >"$scratch/asked"

log_for reads
perl "$root/t/plans-ask.pl" "$stack/http.sock" "$stack/run/db.sock" \
    <"$scratch/asked" 2>"$scratch/ask.log"
is "$(cat "$scratch/ask.log")" '' 'all reads are answered'
explained reads

log_for writes
write_account
write_forgotten
write_keys
write_khatmas
write_reading 4002
write_reading 1
explained writes

good reads
good writes

# All that only read, and so all of each GET, have been seen; but search/khatmas/
# has one order, and statements for six, and so have searches here.
sort "$scratch/reads" "$scratch/writes" | grep '^unseen' | uniq -d \
    >"$scratch/unseen"
diag "never executed, and explained with made-up values:
$(sed -n 's/^unseen	other	//p' "$scratch/unseen" | cut -c 1-70)"
is "$(sed -n 's/^unseen	read	//p' "$scratch/unseen" |
    grep -v "k.status = 'active' AND (. IS NULL OR k.khatma_type" |
    grep -vE 'OVER \(\).* ORDER BY k\.(created_at,|start_date|name)' |
    cut -c 1-500)" '' \
    'each statement that only reads was executed'

done_testing
