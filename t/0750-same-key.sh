#!/bin/sh
# A request that is sent again with the same Idempotency-Key is answered again
# and not done again; with the same key for something else it is refused.
. "$(dirname "$0")/tap.sh"

new_user ali
new_user omar

# post PATH JSON KEY [CURL-ARGUMENT...]: by ali, or whose token $by is.
by=$ali_token
post() {
	post_path=$1 post_json=$2 post_key=$3
	shift 3
	req POST "$post_path" "$post_json" "$by" \
	    -H "Idempotency-Key: $post_key" "$@"
}

khatmas() {
	db "SELECT COUNT(*) FROM khatmas WHERE creator_id = $1"
}

# --- The same ----------------------------------------------------------------

key=$(random_word)
post /api/khatmas/ '{"name": "Ours", "khatma_type": "group"}' "\"$key\""
wants 201 'a khatma is made'
is "$(header Idempotency-Replayed)" '' 'for the first time'
cp "$body" "$scratch/first"
where=$(header Location)
khatma=$(field .id)
like "$where" '^/api/khatmas/[0-9]+/$' 'and it is told where'
post /api/khatmas/ '{"name": "Ours", "khatma_type": "group"}' "\"$key\""
wants 201 'the same request again is answered as the first was'
ok 'byte by byte' cmp "$scratch/first" "$body"
is "$(header Location)" "$where" 'with the same Location'
is "$(header Content-Type)" 'application/json' 'and the same type'
is "$(header Idempotency-Replayed)" true 'and a header tells'
post /api/khatmas/ '{"name": "Ours", "khatma_type": "group"}' "$key"
is "$status $(header Idempotency-Replayed)" '201 true' \
    'without quotes it is the same key'
post /api/khatmas '{"name": "Ours", "khatma_type": "group"}' "$key"
is "$status $(header Idempotency-Replayed)" '201 true' \
    'without the slash it is the same path'
post /api//khatmas/ '{"name": "Ours", "khatma_type": "group"}' "$key"
is "$status $(header Idempotency-Replayed)" '201 true' 'and with two'
is "$(khatmas "$ali_id")" 1 'there is one khatma'
req GET /api/khatmas/ '' "$ali_token" -H "Idempotency-Key: $key"
is "$status $(header Idempotency-Replayed)" '200 ' 'a GET pays no heed to it'
req GET /api/khatmas/ '' "$ali_token" -H 'Idempotency-Key: no, key'
wants 200 'whatever it is'
req HEAD /api/khatmas/ '' "$ali_token" -H 'Idempotency-Key: no, key'
wants 200 'nor does a HEAD'
req PATCH "/api/khatmas/$khatma/" '{"is_public": true}' "$ali_token" \
    -H "Idempotency-Key: $key"
wants 200 'nor a PATCH'

# --- Another -----------------------------------------------------------------

# refused NAME
refused() {
	is "$status $(field .code)" '422 idempotency_key_reused' "$1"
}

post /api/khatmas/ '{"name": "Theirs", "khatma_type": "group"}' "$key"
refused 'another body with this key is refused'
post /api/khatmas/ '{ "name": "Ours", "khatma_type": "group"}' "$key"
refused 'by a blank already'
post "/api/khatmas/$khatma/invitations/" '' "$key"
refused 'another route is'
post "/api/khatmas/$khatma/sessions/" \
    '{"name": "Ours", "khatma_type": "group"}' "$key"
refused 'also with the same body'
is "$(khatmas "$ali_id") $(db "SELECT COUNT(*) FROM invitations
    WHERE khatma_id = $khatma")" '1 0' 'nothing of that was done'
post "/api/khatmas/$khatma/invitations/" '' "i-$key"
wants 201 'with a key of its own it is'
post "/api/khatmas/$((khatma + 1))/invitations/" '' "i-$key"
refused 'and that is not for another khatma'
post /api/khatmas/ '{"name": "Ours", "khatma_type": "group"}' "$(
    echo "$key" | tr a-f A-F)A"
wants 201 'another key is another request'
by=$omar_token
post /api/khatmas/ '{"name": "Omars"}' "$key"
is "$status $(field .name)" '201 Omars' "another user's key is another key"
post "/api/khatmas/$khatma/join/" '' "join-$key"
wants 201 'who joins'
chapter=$(field .chapter_assigned)
post "/api/khatmas/$khatma/join/" '' "join-$key"
is "$status $(field .chapter_assigned)" "201 $chapter" 'and asks again hears it again'
req POST "/api/khatmas/$khatma/join/" '' "$omar_token"
is "$status $(field .code)" '400 already_member' 'while without a key it is an error'
is "$(db "SELECT COUNT(*) FROM notifications WHERE khatma_id = $khatma
    AND notification_type = 'chapter_assigned'")" \
    1 'and there is one notification'

# --- Errors ------------------------------------------------------------------

by=$ali_token
post /api/khatmas/ '{"name": ""}' "e-$key"
wants 400 'a request that was refused'
is "$(db "SELECT COUNT(*) FROM idempotency_keys WHERE idem_key = 'e-$key'")" \
    0 'leaves nothing behind'
post /api/khatmas/ '{"name": "Corrected"}' "e-$key"
wants 201 'and its key is good for the corrected one'
post "/api/khatmas/$khatma/join/" '' "f-$key"
is "$status $(field .code)" '400 already_member' 'what cannot be done'
post "/api/khatmas/$khatma/join/" '' "f-$key"
is "$status $(header Idempotency-Replayed)" '400 ' 'is tried anew each time'

before=$(khatmas "$ali_id")
long=$(printf 'a%.0s' $(seq 255))
while IFS= read -r bad; do
	req POST /api/khatmas/ '{"name": "K"}' "$ali_token" \
	    -H "Idempotency-Key$bad"
	is "$status $(field .code)" '400 idempotency_key_invalid' \
	    "no key: $(printf %.30s "$bad")"
done <<END
;
: a b
: a,b
: "a
: "a"b
: "a";b=1
: ""
: سلام
: "é"
: a$long
: "a$long"
END
post /api/khatmas/ '{"name": "K"}' a -H 'Idempotency-Key: b'
is "$status $(field .code)" '400 idempotency_key_invalid' 'nor are two'
post /api/khatmas/ '{"name": "K"}' a -H 'Idempotency-Key: a'
is "$status $(field .code)" '400 idempotency_key_invalid' \
    'though they are the same'
is "$(khatmas "$ali_id")" "$before" 'with them nothing is done'
post /api/khatmas/ '{"name": "K"}' "$long"
wants 201 'a key may have 255 characters'
post /api/khatmas/ '{"name": "K"}' '"a, \"b\" \\ c; d "'
wants 201 'and any of ASCII'
is "$(db "SELECT idem_key FROM idempotency_keys WHERE user_id = $ali_id
    AND idem_key LIKE 'a,%'" | od -An -c | tr -d ' \n')" \
    'a,"b"\\c;d\n' 'which stand there without their backslashes'
post /api/khatmas/ '{"name": "K"}' '"a, \"b\" \\ c; d"'
is "$status $(header Idempotency-Replayed)" '201 ' 'a blank at its end counts'

# --- Languages, and time -----------------------------------------------------

post "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 2}' "l-$key" \
    -H 'Accept-Language: ar'
cp "$body" "$scratch/first"
post "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": 2}' "l-$key" \
    -H 'Accept-Language: en'
ok 'a stored answer is as it was' cmp "$scratch/first" "$body"
is "$(header Content-Language)" ar 'and in the language it was in'

db "UPDATE idempotency_keys SET created_at = created_at - INTERVAL 1439 MINUTE
    WHERE user_id = $ali_id AND idem_key = '$key'"
post /api/khatmas/ '{"name": "Ours", "khatma_type": "group"}' "$key"
is "$(header Idempotency-Replayed)" true 'it is kept for a day'
db "UPDATE idempotency_keys SET created_at = created_at - INTERVAL 1 MINUTE
    WHERE user_id = $ali_id AND idem_key = '$key'"
before=$(khatmas "$ali_id")
post /api/khatmas/ '{"name": "Late"}' "$key"
is "$status $(field .name) $(khatmas "$ali_id")" "201 Late $((before + 1))" \
    'after that it is as if it had never been used'
post /api/khatmas/ '{"name": "Late"}' "$key"
is "$(header Idempotency-Replayed)" true 'and is used anew'
db "UPDATE idempotency_keys SET created_at = created_at - INTERVAL 2 DAY
    WHERE user_id = $ali_id"
for n in 1 2 3 4; do
	post /api/khatmas/ '{"name": "K"}' "new-$n-$key"
done
is "$(db "SELECT COUNT(*) FROM idempotency_keys WHERE user_id = $ali_id
    AND created_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY")" 0 \
    'old ones go at later requests'
is "$(db "SELECT COUNT(*) FROM idempotency_keys WHERE user_id = $ali_id")" 4 \
    'and no others'

done_testing
