# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # for the tests, and what tap.sh sets
# keys.sh - for tests of the keys that sign tokens, on a service of their own:
# $key is the key's file, ali a user. For after tap.sh and stack_private.

spawn() {
	"$root/spawn.sh" "$@" >"$scratch/said" 2>&1
}

# What the token names its key by.
kid_in() {
	printf '%s' "$1" | cut -d . -f 1 | tr -- '-_' '+/' |
	    sed 's/$/==/' | base64 -d 2>/dev/null | jq -r .kid
}

modes() {
	stat -c '%a %F' "$key"* | sort -u
}

# looks TOKEN STATUS NAME
looks() {
	req GET /api/user/me/ '' "$1"
	is "$status" "$2" "$3"
}

# log_in: sets $token and $refresh
log_in() {
	req POST /api/login/ "{\"email\": \"$ali_email\",
	    \"password\": \"$ali_password\"}"
	token=$(field .access) refresh=$(field .refresh)
}
