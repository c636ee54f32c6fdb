#!/bin/sh
# Every error of the table in common/err.c can happen, and is told as it stands
# there.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"

export KHATMA_CONF="$stack/khatma.conf"

# Not made here: this one takes a database of its own, see t/0892.
elsewhere=outcome_unknown

# "STATUS CODE" of each line of the table.
sed -n 's/.*= { \([0-9]\{3\}\), "\([a-z_0-9]*\)".*/\1 \2/p' \
    "$root/common/err.c" | grep -v '^2' | sort -u >"$scratch/table"
is "$(grep -cE '^	\[ERR_.*= \{ [0-9]{3}, "[a-z_0-9]+"' \
    "$root/common/err.c")" \
    "$(grep -c '^	\[ERR_' "$root/common/err.c")" \
    'every line of the table is understood'

# made CODE: the last answer is this error, with the status of the table.
made() {
	wanted=$(sed -n "s/ $1\$//p" "$scratch/table")
	is "$status $(field '[.code, (.detail | length > 0)] | join(" ")')" \
	    "$wanted $1 true" "$1"
	echo "$status $(field .code)" >>"$scratch/made"
}

# --- Bodies and addresses ----------------------------------------------------

new_user ali
new_user omar
new_user zayd
like "$ali_token $omar_token $zayd_token" '^ey.* ey.* ey' \
    'three people are there'

# login BODY [TYPE]
login() {
	req POST /api/login/ '' '' --data-binary "$1" \
	    -H "Content-Type: ${2-application/json}"
}

login '{}'
made validation_error
login ''
made body_missing
login "$(printf '{"a":"\377"}')"
made body_not_utf8
login '{'
made body_not_json
login '{}{}'
made body_trailing_text
login "$(printf '{"a":%.0s' $(seq 33))"
made body_too_deep
login '{"a":1,"a":2}'
made body_duplicate_key
login '{"a":"\u0000"}'
made body_nul_character
login '[]'
made body_not_object
login "$(printf '%70000s' x)"
made body_too_large
login '{}' text/plain
made unsupported_media_type
login '{"email": "a@b.c", "password": "x"}'
made login_failed
blocked=$(random_word)@example.com
for _ in 1 2 3 4 5 6; do
	login "{\"email\": \"$blocked\", \"password\": \"x\"}"
done
made login_blocked
req POST /api/password/reset/ '{"email": "a@b.cd"}'
made mail_unavailable
req POST /api/password/reset/confirm/ '{"token": "x",
    "new_password": "a-long-way-home"}'
made reset_token_invalid
req GET /api/user/me/
made token_missing
req GET /api/user/me/ '' x.y.z
made token_invalid
req GET '/api/user/me/?a=%zz' '' "$ali_token"
made bad_query
req DELETE /api/login/
made method_not_allowed
req GET /api/user/nothing/
made not_found
last=9223372036854775807
req GET /api/khatmas/$last/ '' "$ali_token"
made khatma_not_found
req GET /api/stats/user/$last/ '' "$ali_token"
made user_not_found
req PATCH /api/notifications/$last/read/ '' "$ali_token"
made notification_not_found
req DELETE /api/user/me/sessions/$last/ '' "$ali_token"
made session_not_found
req GET '/api/khatmas/?filter=my_khatmas&page=2' '' "$ali_token"
made page_not_found

# --- Khatmas -----------------------------------------------------------------

# khatma JSON-MEMBERS: a new one of ali's; sets $k, its address.
khatma() {
	req POST /api/khatmas/ "{\"name\": \"K\", $1}" "$ali_token"
	k=/api/khatmas/$(field .id)
}

# sessions TOKEN IS_COMPLETED FIRST LAST: these chapters at once.
sessions() {
	for chapter in $(seq "$3" "$4"); do
		echo "POST $k/sessions/ $1 {\"chapter_assigned\": $chapter," \
		    "\"is_completed\": $2}"
	done | together
}

read_one() {
	req POST "$k/sessions/" "{\"chapter_assigned\": $2}" "$1"
}

khatma '"khatma_type": "private"'
req GET "$k/" '' "$omar_token"
made forbidden
req POST "$k/invitations/" '' "$ali_token"
made private_not_shared
req PATCH "$k/" '{"is_public": true}' "$ali_token"
made private_not_public
read_one "$ali_token" 1
req PATCH "$k/" '{"division": "hizb"}' "$ali_token"
made division_fixed

khatma '"khatma_type": "group"'
req POST "$k/join/" '' "$omar_token"
made invitation_needed
req POST "$k/join/" '{"invite_code": "00000000000000000000"}' "$omar_token"
made invitation_invalid

khatma '"khatma_type": "group", "is_public": true'
req DELETE "$k/leave/" '' "$omar_token"
made not_member
read_one "$omar_token" 1
made members_only
req DELETE "$k/" '' "$omar_token"
made creator_only
req POST "$k/join/" '' "$omar_token"
req POST "$k/join/" '' "$omar_token"
made already_member
req PATCH "$k/" '{"division": "hizb"}' "$ali_token"
made khatma_fixed
read_one "$ali_token" 1
made chapter_taken
req PATCH "$k/" '{"status": "paused"}' "$ali_token"
read_one "$omar_token" 1
made khatma_paused
req PATCH "$k/" '{"status": "active"}' "$ali_token"
read_one "$omar_token" 1
read_one "$ali_token" 1
made chapter_completed
sessions "$ali_token" false 2 30
req POST "$k/join/" '' "$zayd_token"
made khatma_full
db "UPDATE chapters SET completed_at = completed_at - INTERVAL 25 HOUR
    WHERE khatma_id = ${k##*/} AND number = 1"
req POST "$k/sessions/" '{"chapter_assigned": 1, "is_completed": false}' \
    "$omar_token"
made undo_too_late
sessions "$ali_token" true 2 30
req POST "$k/join/" '' "$zayd_token"
made khatma_completed

# --- Keys --------------------------------------------------------------------

# make KEY NAME
make() {
	req POST /api/khatmas/ "{\"name\": \"$2\"}" "$ali_token" \
	    -H "Idempotency-Key: $1"
}

make 'a b' K
made idempotency_key_invalid
hold "INSERT INTO idempotency_keys (user_id, idem_key, request_hash,
    created_at) VALUES ($ali_id, 'k', REPEAT('x', 32), UTC_TIMESTAMP(6));
    SELECT 1"
make k K
made request_in_progress
let_go
make l K
make l L
made idempotency_key_reused

# --- What only the host can bring about --------------------------------------

# cgi GROUP METHOD PATH BODY [NAME=VALUE...]: one request, without a server.
cgi() {
	group=$1 method=$2 path=$3
	printf '%s' "$4" >"$scratch/sent"
	shift 4
	env REQUEST_METHOD="$method" SCRIPT_NAME="$path" \
	    CONTENT_LENGTH="$(wc -c <"$scratch/sent")" \
	    CONTENT_TYPE=application/json "$@" "$BUILD/bin/$group" \
	    <"$scratch/sent" >"$scratch/answer" 2>"$scratch/log"
	status=$(sed -n '1s/Status: \([0-9]*\).*/\1/p' "$scratch/answer")
	sed '1,/^\r*$/d' "$scratch/answer" >"$body"
}

cgi auth POST /api/login/ '{}' CONTENT_LENGTH=100
made bad_request
cgi health GET /api/health/ready/ '' KHATMA_DB_SOCKET="$scratch/nothing"
made database_unavailable

# A database of our own beside the service's, to spoil.
spoiled=khatma_$(random_word)
db "CREATE DATABASE $spoiled CHARACTER SET utf8mb4
    COLLATE utf8mb4_unicode_ci" &&
    mariadb --no-defaults --socket="$stack/run/db.sock" "$spoiled" \
	<"$root/schema.sql"
db "UPDATE $spoiled.schema_migrations SET version = version + 9000;
    ALTER TABLE $spoiled.users MODIFY fullname VARCHAR(2) NOT NULL"
cgi health GET /api/health/ready/ '' KHATMA_DB_NAME="$spoiled" \
    KHATMA_DB_USER="$(id -un)"
made schema_version
cgi auth POST /api/signup/ '{"fullname": "Maryam", "email": "m@example.com",
    "password": "a-long-way-home"}' KHATMA_DB_NAME="$spoiled" \
    KHATMA_DB_USER="$(id -un)"
made internal_error
is "$(grep -ciE 'fullname|column|too long|data' "$body")" 0 \
    'ERR-01: which keeps to itself what went wrong'
is "$(jq -r 'select(.event) | .event' "$scratch/log")" database_error \
    'and tells the log'
db "DROP DATABASE $spoiled"

# --- All ---------------------------------------------------------------------

sort -u "$scratch/made" >"$scratch/all"
is "$(comm -23 "$scratch/table" "$scratch/all" | cut -d ' ' -f 2)" \
    "$elsewhere" 'no other error of the table is left'
is "$(comm -13 "$scratch/table" "$scratch/all")" '' \
    'and there is none that is not in the table'

done_testing
