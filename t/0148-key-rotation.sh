#!/bin/sh
# The key that signs tokens: made by the first start, kept by the next, and
# changed under load without a lost request or login.
# shellcheck disable=SC2317 # functions that "ok" is given to call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/forge.sh"
. "$(dirname "$0")/keys.sh"

echo KHATMA_WORKERS_users=2 >"$scratch/two.conf"
stack_private WORKERS=1 KHATMA_EXTRA_CONF="$scratch/two.conf"
export KHATMA_CONF="$stack/khatma.conf"
key=$stack/jwt.key

# --- The first start ---------------------------------------------------------

is "$(modes)" '600 regular file' 'SEC-02: the first start makes a key of 0600'
is "$(wc -c <"$key") $(tr -d 0-9a-f <"$key")" '64 ' \
    'SEC-02: which is 32 bytes in hex'
before=$(sha256sum <"$key")
spawn restart health
is "$(sha256sum <"$key")" "$before" 'the next start keeps it'
spawn check health
is "$(sha256sum <"$key")" "$before" 'as check does'
cp "$key" "$scratch/key"
printf short >"$key"
spawn check health
is "$? $(cat "$key") $(grep -c 'shorter than 32' "$scratch/said")" \
    '1 short 1' 'SEC-02: a key that is too short is refused, and left alone'
cat "$scratch/key" >"$key"
chmod 644 "$key"
spawn check health
is "$? $(grep -c 'chmod o=' "$scratch/said")" '1 1' \
    'SEC-02: as is one that others may read'
chmod 600 "$key"

# Many first starts at once, in a folder that is not there yet.
for _ in 1 2 3 4 5 6 7 8; do
	KHATMA_JWT_KEY_FILE="$scratch/etc/key" "$root/spawn.sh" check health \
	    >>"$scratch/firsts" 2>&1 &
done
wait
is "$(grep -c 'health is right' "$scratch/firsts")" 8 \
    'eight first starts at once all find a key'
is "$(grep -c 'made the key' "$scratch/firsts")" 1 'which one of them made'
is "$(ls "$scratch/etc")" key 'and nothing else is left'
is "$(stat -c %a "$scratch/etc")" 750 'in a folder that is not for everybody'
ln -s nowhere "$scratch/etc/link"
KHATMA_JWT_KEY_FILE=$scratch/etc/link spawn check health
is "$? $(readlink "$scratch/etc/link")" '1 nowhere' \
    'no key is made over anything that has its name'
KHATMA_JWT_KEY_FILE=$scratch/no/such/key spawn check health
is "$? $(grep -c 'cannot make .*/no/such' "$scratch/said")" '1 1' \
    'where none can be made, the folder is named'

# --- A rotation under load ---------------------------------------------------

# ask N: requests with the token of before and with new ones, one after the
# other, until the rotation is over. Prints the kid of each new token.
ask() {
	new=$ali_token
	until [ -e "$scratch/rotated" ] || [ ! -d "$scratch" ]; do
		for token in "$ali_token" "$new"; do
			curl -s -m 20 --unix-socket "$stack/http.sock" \
			    -o /dev/null -w '%{http_code}\n' \
			    -H "Authorization: Bearer $token" \
			    "http://localhost/api/user/me/?[1-5]"
		done >>"$scratch/statuses.$1"
		new=$(curl -s -m 20 --unix-socket "$stack/http.sock" \
		    -w '\n%{http_code}\n' -H 'Content-Type: application/json' \
		    -d "{\"refresh\": \"$ali_refresh\"}" \
		    http://localhost/api/refresh/ |
		    tee -a "$scratch/answers.$1" | jq -r '.access? // empty')
		kid_in "$new"
	done >"$scratch/kids.$1"
}

# begun N: it has asked.
begun() {
	for _ in $(seq 600); do
		[ -s "$scratch/kids.$1" ] && return
		sleep 0.1
	done
	return 1
}

new_user ali
old=$(kid_of "$key")
is "$(kid_in "$ali_token")" "$old" 'JWT-11: a token names the key'
askers=
for n in 1 2 3; do
	ask "$n" 3>&- &
	askers="$askers $!"
done
for n in 1 2 3; do
	begun "$n"
done
ok 'the key is changed while requests come' spawn rotate-key
: >"$scratch/rotated"
# shellcheck disable=SC2086 # several words
wait $askers
now=$(kid_of "$key")
isnt "$now" "$old" 'SEC-02: the key is another'
is "$(kid_of "$key.other")" "$old" 'SEC-02: the former one is kept'
is "$(modes)" '600 regular file' 'SEC-02: both are for nobody else to read'
is "$(cd "$stack" && echo jwt.key*)" 'jwt.key jwt.key.other' \
    'and nothing else is left'
isnt "$(cat "$scratch"/statuses.* | wc -l)" 0 'there were requests'
is "$(cat "$scratch"/statuses.* | grep -vc '^200$')" 0 \
    'SEC-02: and none was lost, with an old token or a new one'
is "$(grep -h '^[0-9]*$' "$scratch"/answers.* | grep -c -v '^200$')" 0 \
    'SEC-02: nor was a refresh'
is "$(sort -u "$scratch"/kids.* | grep -vcx -e "$old" -e "$now")" 0 \
    'JWT-11: new tokens name the old key or the new one'
looks "$ali_token" 200 'SEC-02: an old token stays good'
req POST /api/refresh/ "{\"refresh\": \"$ali_refresh\"}"
wants 200 'SEC-02: as does a refresh token'
is "$(kid_in "$(field .access)")" "$now" 'SEC-02: for a token of the new key'
log_in
second=$token
is "$(kid_in "$second") $(kid_in "$refresh")" "$now $now" \
    'SEC-02: and a login has tokens of the new key'
spawn restart users
looks "$ali_token" 200 'a restart keeps both keys'

# --- The next one ------------------------------------------------------------

# Fewer groups, so that the rest is done sooner.
spawn stop khatmas sessions stats achievements notifications dashboard
spawn rotate-key
is "$? $(kid_of "$key") $(kid_of "$key.other")" "1 $now $old" \
    'a rotation that would end tokens early is refused'
like "$(cat "$scratch/said")" 'good for 25[0-9]* seconds.* --force' \
    'with how early, and what would do it all the same'
touch -d '31 days ago' "$key.other"
ok 'it is not when they have all expired' spawn rotate-key
is "$(kid_of "$key.other")" "$now" 'SEC-02: the key before is kept'
looks "$second" 200 'SEC-02: its tokens stay good'
looks "$ali_token" 401 'SEC-02: those of the one before that have ended'
ok 'in a hurry, --force changes it again' spawn rotate-key --force
looks "$second" 401 'SEC-02: which ends those tokens'

# --- A key that was stolen ---------------------------------------------------

log_in
looks "$token" 200 'a token before the theft'
before="$(kid_of "$key") $(kid_of "$key.other")"
cp "$key" "$scratch/stolen"
ok 'a stolen key is replaced' spawn rotate-key --now
isnt "$(kid_of "$key")" "${before% *}" 'SEC-02: by another'
is "$(cd "$stack" && echo jwt.key*)" jwt.key \
    'SEC-02: and no former one is left'
looks "$token" 401 'SEC-02: all that it had signed has ended'
req POST /api/refresh/ "{\"refresh\": \"$refresh\"}"
wants 401 'SEC-02: so has each refresh token'
at=$(date +%s)
looks "$(forge "$(header_of "$scratch/stolen")" "{\"token_type\": \"access\",
    \"exp\": $((at + 600)), \"iat\": $at, \"jti\": \"x\",
    \"user_id\": $ali_id}" 256 "$scratch/stolen")" 401 \
    'SEC-02: and what the thief signs is nothing'
log_in
looks "$token" 200 'everybody may log in again'

# --- Wrong use ---------------------------------------------------------------

KHATMA_JWT_SHARED=on spawn rotate-key
is "$? $(grep -c 'shared with a service' "$scratch/said")" '1 1' \
    'a key that another service knows is not changed by the way'
spawn rotate-key --soon
is $? 2 'there is no other way to change it'
spawn rotate-key health
is $? 2 'nor is it changed for one group'
KHATMA_JWT_KEY_FILE=$scratch/nothing spawn rotate-key
is "$? $(ls "$scratch/nothing"* 2>/dev/null)" '1 ' \
    'where there is no key, none is changed'

done_testing
