#!/bin/sh
# A request may wait for a lock while its account changes or goes. What was
# true when it began does not count then: it is refused, and has done nothing.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"

stack_private WORKERS=1

new_user somebody

# Another reader with somebody's password: sets $id and $token.
another() {
	crowd 1 "$somebody_id"
	read -r id token <"$scratch/crowd"
}

# meanwhile SQL METHOD PATH JSON: the request, while which the SQL is done.
meanwhile() {
	hold "$1; SELECT 1"
	(
		req "$2" "$3" "$4" "$token"
		echo "$status $(field .code)" >"$scratch/late"
	) &
	request=$!
	wait_for waiting || diag 'nobody waits'
	echo 'COMMIT;' >&8
	exec 8>&-
	wait "$request"
	cat "$scratch/late"
}

password="\"old_password\": \"$somebody_password\""

another
is "$(meanwhile "DELETE FROM users WHERE id = $id" POST /api/khatmas/ \
    '{"name": "K"}')" '401 token_invalid' \
    'nobody makes a khatma who has left meanwhile'
is "$(db "SELECT COUNT(*) FROM khatmas WHERE creator_id = $id")" 0 \
    'and there is none'
another
is "$(meanwhile "DELETE FROM users WHERE id = $id" PATCH /api/user/me/ \
    '{"bio": "x"}')" '401 token_invalid' 'nor changes a profile'
another
like "$(meanwhile "DELETE FROM users WHERE id = $id" POST /api/password/ \
    "{$password, \"new_password\": \"another-horse-$(random_word)\"}")" \
    '^40[01] ' 'nor a password'
another
is "$(meanwhile "UPDATE users SET password = '!' WHERE id = $id" DELETE \
    /api/user/me/ "{\"password\": \"$somebody_password\"}" | cut -c 1-2)" 40 \
    'an account whose password was changed meanwhile does not go by the old'
is "$(db "SELECT COUNT(*) FROM users WHERE id = $id")" 1 'it is still there'
another
like "$(meanwhile "UPDATE users SET password = '!' WHERE id = $id" POST \
    /api/password/ \
    "{$password, \"new_password\": \"another-horse-$(random_word)\"}")" \
    '^40[01] ' 'and a password is changed once by the one before it'
is "$(db "SELECT password FROM users WHERE id = $id")" '!' \
    'the first change stays'

done_testing
