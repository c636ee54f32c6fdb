# shellcheck shell=sh
# shellcheck disable=SC2034,SC2119,SC2120 # variables and arguments of tests
# tap.sh - what a test needs: a service to talk to, requests, and answers to
# compare. A test is a shell script that begins with
#
#	. "$(dirname "$0")/tap.sh"
#
# and ends with done_testing. In between:
#
#	req METHOD PATH [JSON [TOKEN [CURL-ARGUMENT...]]]
#			sends a request; '' for no body and for no token. Sets
#			$status and the files $body and $headers
#	wants STATUS NAME	the last answer had this status
#	field JQ		what jq -r says about the last body
#	header NAME		the value of a header of the last answer
#	together [HEADER]	requests from standard input, all at the same
#				time; see there
#	new_user P [FULLNAME]	signs somebody up and in. Sets $P_id, $P_email,
#				$P_password, $P_token and $P_refresh
#	db SQL			the rows, by the owner of the database
#	log_lines		all that the workers have logged
#
#	ok NAME COMMAND...	the command succeeds; what it says is shown
#				where it does not
#	is GOT WANT NAME	the words are equal
#	isnt GOT OTHER NAME	they are not
#	like GOT REGEX NAME	grep -E finds it
#	diag TEXT		a remark for whoever reads the output
#	skip_all REASON		ends the test, which does not apply here
#
#	stack_private [NAME=VALUE...]
#			a service of one's own, for tests that break things or
#			want other settings (those of scripts/stack.sh)
#
# $root is the source tree, $BUILD where the programs are, $stack the folder of
# the service's state, $scratch a folder for the test's own files.

set -u
export LC_ALL=C

root=$(cd "$(dirname "$0")" && pwd)
root=${root%/drills}
root=${root%/*}
BUILD=$(readlink -m "${BUILD:-$root/build}")
export BUILD
scratch=$(mktemp -d /tmp/khatma-test.XXXXXX)
body=$scratch/body
headers=$scratch/headers
answers=$scratch/answers
status=
tap_count=0
tap_failed=0
tap_own=

# --- Results -----------------------------------------------------------------

# tap_result EXITSTATUS NAME
tap_result() {
	tap_count=$((tap_count + 1))
	# by printf: some shells' echo takes a backslash in a name for more
	[ "$1" = 0 ] && printf 'ok %d - %s\n' "$tap_count" "$2" && return
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$2"
	return 1
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

ok() {
	tap_name=$1
	shift
	"$@" >"$scratch/said" 2>&1
	tap_result $? "$tap_name" || diag "failed: $*
$(cat "$scratch/said")"
}

is() {
	[ "$1" = "$2" ]
	tap_result $? "$3" || diag "got:  $1
want: $2"
}

isnt() {
	[ "$1" != "$2" ]
	tap_result $? "$3" || diag "got:  $1"
}

like() {
	printf '%s\n' "$1" | grep -qE -e "$2"
	tap_result $? "$3" || diag "got:  $1
want: $2"
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

done_testing() {
	echo "1..$tap_count"
	[ "$tap_failed" = 0 ]
	exit
}

# --- Requests ----------------------------------------------------------------

req() {
	tap_method=$1 tap_path=$2 tap_json=${3-} tap_token=${4-}
	shift $(($# < 4 ? $# : 4))
	[ -z "$tap_token" ] || set -- -H "Authorization: Bearer $tap_token" "$@"
	[ -z "$tap_json" ] || set -- -H 'Content-Type: application/json' \
	    --data-raw "$tap_json" "$@"
	case $tap_method in
	HEAD)	set -- --head "$@" ;;
	*)	set -- --request "$tap_method" "$@" ;;
	esac
	: >"$body"
	: >"$headers"
	status=$(curl -sS -m 20 --path-as-is --unix-socket "$stack/http.sock" \
	    -D "$headers" -o "$body" -w '%{http_code}' "$@" \
	    "http://localhost$tap_path")
	# curl puts the headers before the body of a HEAD, which has none.
	[ "$tap_method" != HEAD ] || sed -i '1,/^\r*$/d' "$body"
}

wants() {
	[ "$status" = "$1" ]
	tap_result $? "$2" || diag "got:  $status $(head -c 2000 "$body")
want: $1"
}

field() {
	jq -r "$1" "$body"
}

header() {
	sed -n "s/^$1:[[:blank:]]*//Ip" "$headers" | tr -d '\r'
}

# The lines METHOD PATH TOKEN [JSON] of standard input become requests that are
# sent in the same instant, each with the header if one is given; - is no token.
# The answer to line N goes into $answers/N, and "$answers/codes" gets a line
# "N STATUS" for each.
#
# KHATMA_TEST_RETRY is how often those that were answered by 503 are sent again,
# a second later: changes that collide at several database servers take longer
# than those that wait for a lock, and a few may be told to come back. (curl's
# own --retry may wait for ever when it does many at once.)
together() {
	rm -rf "$answers"
	mkdir "$answers"
	awk '{ print NR, $0 }' >"$scratch/together"
	together_send "${1-}" <"$scratch/together" >"$answers/codes"
	for _ in $(seq "${KHATMA_TEST_RETRY:-0}"); do
		grep -q ' 503$' "$answers/codes" || break
		sleep 1
		awk 'NR == FNR { if ($2 == 503) again[$1]; next }
		$1 in again' "$answers/codes" "$scratch/together" \
		    >"$scratch/together.again"
		{
			grep -v ' 503$' "$answers/codes"
			together_send "${1-}" <"$scratch/together.again"
		} >"$scratch/together.codes"
		sort -n "$scratch/together.codes" >"$answers/codes"
	done
}

# together_send HEADER: the lines N METHOD PATH TOKEN [JSON], once.
together_send() {
	awk -v dir="$answers" -v socket="$stack/http.sock" -v header="$1" '
	function option(name, value) {
		gsub(/["\\]/, "\\\\&", value)
		printf "%s = \"%s\"\n", name, value
	}
	{
		if (NR > 1)
			print "next"
		option("unix-socket", socket)
		option("request", $2)
		option("url", "http://localhost" $3)
		option("output", dir "/" $1)
		print "write-out = \"" $1 " %{http_code}\\n\""
		option("max-time", 60)
		if ($4 != "-")
			option("header", "Authorization: Bearer " $4)
		if (header != "")
			option("header", header)
		if (NF > 4) {
			sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +/, "")
			option("header", "Content-Type: application/json")
			option("data-raw", $0)
		}
	}' >"$scratch/together.conf"
	curl -sS --no-progress-meter --parallel --parallel-immediate \
	    --parallel-max 60 -K "$scratch/together.conf" | sort -n
}

# --- The service -------------------------------------------------------------

random_word() {
	od -An -N8 -tx1 /dev/urandom | tr -d ' \n'
}

new_user() {
	tap_email=reader-$(random_word)@example.com
	tap_password=correct-horse-$(random_word)
	tap_json=$(jq -cn --arg e "$tap_email" --arg p "$tap_password" \
	    --arg n "${2:-Reader $1}" '{fullname: $n, email: $e, password: $p}')
	req POST /api/signup/ "$tap_json"
	eval "${1}_id=\$(field .id) ${1}_email=$tap_email"
	eval "${1}_password=$tap_password"
	req POST /api/login/ "$tap_json"
	eval "${1}_token=\$(field .access) ${1}_refresh=\$(field .refresh)"
	[ "$status" = 200 ] || diag "new_user: $status $(cat "$body")"
}

# Of three servers it asks the first, which then waits for all that the others
# have acknowledged, with changes too.
db() {
	mariadb --no-defaults --default-character-set=utf8mb4 \
	    ${KHATMA_CLUSTER:+--init-command='SET SESSION wsrep_sync_wait = 15'} \
	    --socket="$stack/run/db.sock" -N -e "$1" khatma
}

log_lines() {
	sed '' "$stack"/log/auth.log "$stack"/log/users.log \
	    "$stack"/log/khatmas.log "$stack"/log/sessions.log \
	    "$stack"/log/stats.log "$stack"/log/achievements.log \
	    "$stack"/log/notifications.log "$stack"/log/dashboard.log \
	    "$stack"/log/health.log
}

stack_do() {
	env VAR="$stack" LISTEN="unix:$stack/http.sock" \
	    "$@" >"$scratch/stack.log" 2>&1 || {
		diag "$(cat "$scratch/stack.log")"
		echo 'Bail out! the service did not start'
		exit 1
	}
}

stack_private() {
	[ -z "$tap_own" ] || stack_do "$root/scripts/stack.sh" down
	tap_own=1
	stack=$scratch/stack
	stack_do "$@" "$root/scripts/stack.sh" up
}

# KEEP=1 leaves the files of a test for whoever looks for its fault.
tap_end() {
	tap_status=$?
	[ -z "$tap_own" ] || stack_do "$root/scripts/stack.sh" down
	if [ -n "${KEEP-}" ]; then
		diag "kept: $scratch"
	else
		rm -rf "$scratch"
	fi
	exit $tap_status
}

trap tap_end EXIT
trap 'exit 1' HUP INT PIPE TERM
if [ -n "${KHATMA_TEST_STACK-}" ]; then
	stack=$KHATMA_TEST_STACK
else
	stack_private
fi
