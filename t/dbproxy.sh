# shellcheck shell=sh
# shellcheck disable=SC2154 # what tap.sh sets
# shellcheck disable=SC2119,SC2120,SC2317 # functions of tests
# dbproxy.sh - a service whose workers reach MariaDB through dbproxy.pl, which
# breaks their connections and makes up errors by rules: read its head. For
# after tap.sh and faults.sh.
#
#	stack_proxied [NAME=VALUE...]
#			stack_private with it in between. (What "db" says goes
#			to MariaDB itself)
#	rules [RULE...]	what it does from now on; without any, nothing
#	proxied REGEX	how many lines of its log are such (grep -E), since the
#			last call of rules

proxy=$scratch/proxy

proxy_down() {
	[ -z "$proxy_pid" ] || kill "$proxy_pid" 2>/dev/null
	proxy_pid=
}

# tap.sh's own trap, before which the proxy has to go
proxy_pid=
trap 'result=$?; proxy_down; (exit $result); tap_end' EXIT

stack_proxied() {
	mkdir -p "$proxy"
	: >"$proxy/log"
	rules
	perl "$root/t/dbproxy.pl" "$proxy" "$scratch/stack/run/db.sock" \
	    2>"$proxy/errors" &
	proxy_pid=$!
	wait_for test -S "$proxy/db.sock" || diag "$(cat "$proxy/errors")"
	echo "KHATMA_DB_SOCKET=$proxy/db.sock" >"$proxy/conf"
	stack_private KHATMA_EXTRA_CONF="$proxy/conf" "$@"
}

rules() {
	wc -l <"$proxy/log" >"$proxy/seen"
	printf '%s\n' "$@" >"$proxy/rules.new"
	mv "$proxy/rules.new" "$proxy/rules"
}

proxied() {
	tail -n "+$(($(cat "$proxy/seen") + 1))" "$proxy/log" | grep -cE -e "$1"
}
