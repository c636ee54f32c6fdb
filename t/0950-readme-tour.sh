#!/bin/sh
# The README's tour with curl: its commands work, one after the other in one
# shell, and are answered as the words around them say.

# shellcheck disable=SC2034 # for tap.sh: this test starts a service by itself
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/readme.sh"

stack_private WORKERS=1
TOKEN=
FRIEND=
KHATMA=

# The address stays the README's, the way there is ours. What the server said
# goes to the standard error, for the standard output may go on to jq.
# shellcheck disable=SC2317 # called by the commands of the README
curl() {
	command curl -sS -m 20 --unix-socket "$stack/http.sock" \
	    -w '%{stderr}%{http_code} %{content_type}\n' "$@"
}

# says STATUS JQ SENTENCE
says() {
	said_status=$1
	said_body=$2
	sentence=$3
}

# promise COMMAND: what the words around it say of its answer.
# shellcheck disable=SC2016 # dollar signs of the README and of jq
promise() {
	case $1 in
	TOKEN=*)
		says 200 '' 'an access token can be kept' ;;
	FRIEND=*)
		says 200 '' "and the friend's" ;;
	KHATMA=*)
		says 200 '' 'so can the number of the khatma' ;;
	*/signup/*Ali*)
		says 201 '.fullname == "Ali Ahmed"' 'somebody signs up' ;;
	*/signup/*Maryam*)
		says 201 '.fullname == "Maryam"' 'so does a friend' ;;
	*/login/*)
		says 200 '[.access, .refresh] | map(length > 99) | all' \
		    'logging in answers two tokens' ;;
	*'"target_days": 0'*)
		says 400 '.errors | has("name") and has("target_days")' \
		    'a mistake is answered with what is wanted' ;;
	*/khatmas/\ -d*)
		says 201 '.khatma_type == "group" and .is_public' \
		    'a group that everyone may join' ;;
	*/khatmas/\$KHATMA/\ *)
		says 200 '.chapter == 1 and .state == "free"' 'its board' ;;
	*/sessions/*false*)
		says 201 '.chapter_assigned == 7 and .is_completed == false' \
		    'he takes the seventh part' ;;
	*/sessions/*true*)
		says 200 '.chapter_assigned == 7 and .is_completed' \
		    'then reads it' ;;
	*/join/)
		says 201 '.chapter_assigned == 1' \
		    'a friend is given the lowest part that is free' ;;
	*/notifications/*)
		says 200 'any(.notification_type == "chapter_completed")' \
		    'the server has noticed what was read' ;;
	*/stats/user/*)
		says 200 '.total_chapters_read == 1' 'and counted it' ;;
	*/dashboard/*)
		says 200 '.unread_notifications |
		    length > 0 and all(.message | test("\\p{Arabic}"))' \
		    'and tells it in Arabic' ;;
	*)
		says known '' 'this test knows every command of the tour' ;;
	esac
}

commands 'A tour with curl' >"$scratch/tour"
isnt "$(wc -l <"$scratch/tour")" 0 'the README has a tour'

while IFS= read -r command <&3; do
	promise "$command"
	eval "$command" >"$body" 2>"$headers" </dev/null
	result=$?
	case $said_status in
	400)	type=application/problem+json ;;
	*)	type=application/json ;;
	esac
	is "$result $(sed "s/;.*//" "$headers"): $command" \
	    "0 $said_status $type: $command" "$sentence"
	[ -z "$said_body" ] ||
		like "$(jq -e "$said_body" "$body") $(cat "$body")" "^true" \
		    "$sentence: the answer says so"
done 3<"$scratch/tour"

like "$TOKEN" '^[^.]+\.[^.]+\.[^.]+$' 'the access token is one'
like "$FRIEND" '^[^.]+\.[^.]+\.[^.]+$' "so is the friend's"
isnt "$FRIEND" "$TOKEN" 'and another'
like "$KHATMA" '^[0-9]+$' 'the number of the khatma is one'

done_testing
