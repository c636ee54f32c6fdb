#!/bin/sh
# Tokens end when they say so: each kind after its own time, which is a
# setting.
# shellcheck disable=SC2317 # functions that "ok" is given to call
. "$(dirname "$0")/tap.sh"

# setting LINE: the administrator writes it down and reloads the group.
setting() {
	echo "$1" >>"$stack/khatma.conf"
	KHATMA_CONF="$stack/khatma.conf" "$root/spawn.sh" reload auth >/dev/null
}

# claims TOKEN JQ
claims() {
	printf '%s\n' "$1" | jq -rR 'split(".")[1] | gsub("-"; "+") |
	    gsub("_"; "/") | @base64d | fromjson | '"$2"
}

# until_refused COMMAND...: for ten seconds at most.
until_refused() {
	deadline=$(($(date +%s) + 10))
	until "$@" && [ "$status" = 401 ]; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		sleep 0.1
	done
}

look() {
	req GET /api/user/me/ '' "$1"
}

refresh() {
	req POST /api/refresh/ "{\"refresh\": \"$1\"}"
}

stack_private WORKERS=1
setting KHATMA_ACCESS_TTL=1
setting KHATMA_REFRESH_TTL=7200
new_user ali
is "$(claims "$ali_token" '.exp - .iat')" 1 'the access token has its second'
is "$(claims "$ali_refresh" '.exp - .iat')" 7200 \
    'and the refresh token its two hours'
ok 'an access token ends' until_refused look "$ali_token"
is "$(field .code)" token_invalid 'its time is over, and it says so'
like "$(header WWW-Authenticate)" \
    '^Bearer realm="khatma", error="invalid_token"' 'as RFC 6750 asks'
refresh "$ali_refresh"
wants 200 'the refresh token gives another'
is "$(claims "$(field .access)" '.exp - .iat')" 1 'which has a second again'

setting KHATMA_ACCESS_TTL=7200
setting KHATMA_REFRESH_TTL=1
new_user omar
is "$(claims "$omar_refresh" '.exp - .iat')" 1 \
    'the refresh token has its second'
ok 'a refresh token ends' until_refused refresh "$omar_refresh"
is "$(field .code)" token_invalid 'its time is over, and it says so'
look "$omar_token"
wants 200 'the access token goes on to its own end'
req POST /api/logout/ "{\"refresh\": \"$omar_refresh\"}"
wants 401 'what is over cannot be given back'

done_testing
