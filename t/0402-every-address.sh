#!/bin/sh
# Every address wants an access token that is good, but for those that take what
# makes one and those that say how the service is.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

addresses() {
	sed -e "s/#/$id/" -e "s/@/$reader_id/" <<-'END'
	POST /api/password/ {"old_password":"x","new_password":"y"}
	GET /api/user/me/
	PATCH /api/user/me/ {"bio":"x"}
	DELETE /api/user/me/ {"password":"x"}
	GET /api/user/profile/
	GET /api/user/me/export/
	GET /api/user/me/sessions/
	DELETE /api/user/me/sessions/#/
	GET /api/khatmas/
	POST /api/khatmas/ {"name":"x"}
	GET /api/khatmas/#/
	PUT /api/khatmas/#/ {"name":"x"}
	PATCH /api/khatmas/#/ {"name":"x"}
	DELETE /api/khatmas/#/
	POST /api/khatmas/#/join/
	DELETE /api/khatmas/#/leave/
	GET /api/khatmas/#/intentions/
	POST /api/khatmas/#/intentions/ {"intention":["x"]}
	POST /api/khatmas/#/invitations/
	GET /api/khatmas/#/sessions/
	POST /api/khatmas/#/sessions/ {"chapter_assigned":1}
	GET /api/search/khatmas/?q=x
	GET /api/sessions/?user=me
	GET /api/stats/user/
	GET /api/stats/user/@/
	GET /api/stats/khatma/#/
	GET /api/achievements/
	GET /api/achievements/user/@/
	GET /api/notifications/
	PATCH /api/notifications/#/read/
	PATCH /api/notifications/mark-all-read/
	GET /api/dashboard/
	END
}

new_user reader
req POST /api/khatmas/ '{"name": "K"}' "$reader_token"
id=$(field .id)
before=$(db "SELECT * FROM khatmas WHERE id = $id;
    SELECT * FROM users WHERE id = $reader_id;
    SELECT COUNT(*) FROM sessions WHERE user_id = $reader_id")

addresses >"$scratch/addresses"
while read -r method path json; do
	shown="$method $(echo "$path" | sed 's|/[0-9][0-9]*/|/<id>/|')"
	req "$method" "$path" "$json"
	is "$status $(field .code)" '401 token_missing' "$shown: no token"
	like "$(header WWW-Authenticate)" '^Bearer realm="khatma"$' \
	    "$shown: which is asked for"
	for token in x "$reader_refresh" "${reader_token%?????}AAAAA"; do
		req "$method" "$path" "$json" "$token"
		is "$status $(field .code)" '401 token_invalid' \
		    "$shown: a token that is none"
	done
	like "$(header WWW-Authenticate)" 'error="invalid_token"' \
	    "$shown: which is said"
done <"$scratch/addresses"

is "$(db "SELECT * FROM khatmas WHERE id = $id;
    SELECT * FROM users WHERE id = $reader_id;
    SELECT COUNT(*) FROM sessions WHERE user_id = $reader_id")" "$before" \
    'nothing of all this changed anything'

done_testing
