#!/bin/sh
# scan.sh [--quick] [sqlmap] [wapiti] [testssl] [slow] - lets scanners loose on
# a service of its own and says what they found. Not for "make check": all four
# take some 20 minutes, with --quick 5. The packages are those of
# "scripts/deps.sh test scan".
#
#	sqlmap	every parameter of every route: what stands in the path, in
#		the query, in the body and in the headers. First of all it has
#		to find a hole that was made for it, and must not find its
#		like that is none
#	wapiti	the whole API by way of a page of links and forms, and what a
#		server tells about itself
#	testssl	the TLS of nginx.conf.example
#	slow	300 connections that send or read slowly, in three ways. Other
#		clients must not wait twice as long as without them
#
# What the tools said stays in the folder that is named in the end. Exit status:
# 0 nothing was found, 1 something was, or a tool did not do its work.
#
# Only 127.0.0.1 is asked, on ports that are free. New routes and fields are
# scanned by themselves: t/scan/targets.pl reads the sources.

set -u
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1

say() {
	printf 'scan: %s\n' "$*" >&2
}

# row TOOL WHAT REQUESTS FOUND: a line of the table. FOUND is "nothing", or it
# counts.
row() {
	printf '%s\t%s\t%s\t%s\n' "$@" >>"$results/table"
	say "$1: $2: $4"
}

free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1,
	    LocalAddr => "127.0.0.1")->sockport'
}

# --- The service -------------------------------------------------------------

# As a scanner needs it: with logins that last, and without a limit of them.
service_up() {
	export VAR="$results/stack" LISTEN="127.0.0.1:$port"
	printf '%s\n' KHATMA_ACCESS_TTL=86400 >"$results/settings"
	KHATMA_EXTRA_CONF="$results/settings" AUTH_RATE=10000r/s \
	    AUTH_BURST=10000 scripts/stack.sh up >"$results/up.log" 2>&1 || {
		cat "$results/up.log" >&2
		exit 1
	}
}

# api METHOD PATH JSON [TOKEN]
api() {
	curl -sS -X "$1" "$base$2" -H 'Content-Type: application/json' \
	    --data-raw "$3" ${4:+-H "Authorization: Bearer $4"}
}

# account NAME: its id, access and refresh token, in a line
account() {
	json=$(jq -cn --arg e "$1@example.com" --arg p "$SCAN_password" \
	    '{fullname: "Scan", email: $e, password: $p}')
	id=$(api POST /api/signup/ "$json" | jq -r .id)
	api POST /api/login/ "$json" |
	    jq -r --arg id "$id" '[$id, .access, .refresh] | join(" ")'
}

# The values that targets.pl puts in, and two khatmas: one of many chapters for
# all, and one that the outsider is not let into, whose number is scanned.
people() {
	SCAN_password=correct-horse-$(od -An -N8 -tx1 /dev/urandom | tr -d ' ')
	export SCAN_password SCAN_email=creator@example.com \
	    SCAN_username=creator@example.com SCAN_old_password=wrong-horse \
	    SCAN_new_password=another-horse-7 SCAN_phone=0100123456 \
	    SCAN_timezone=Africa/Cairo SCAN_fullname=Scan SCAN_name=Scan \
	    SCAN_description=Scan SCAN_bio=Scan SCAN_search=Scan SCAN_q=Scan \
	    SCAN_invite_code=0123456789abcdef0123 SCAN_khatma_type=group \
	    SCAN_type=group SCAN_target_days=30 SCAN_chapter_assigned=3 \
	    SCAN_page_size=20
	SCAN_reading_date=$(date -u +%FT%TZ)
	# shellcheck disable=SC2046 # three words
	set -- $(account creator) $(account outsider)
	export SCAN_reading_date SCAN_ID_user="$1" SCAN_TOKEN_creator="$2" \
	    SCAN_refresh="$3" SCAN_TOKEN_outsider="$5"
	SCAN_ID_khatmas=$(api POST /api/khatmas/ '{"name": "Scan",
	    "khatma_type": "group", "division": "page"}' "$2" | jq -r .id)
	SCAN_ID_khatma=$SCAN_ID_khatmas
	export SCAN_token=0123456789abcdef0123456789abcdef0123456789a
	api POST "/api/khatmas/$SCAN_ID_khatmas/sessions/" \
	    '{"chapter_assigned": 1}' "$2" >"$results/session"
	SCAN_ID_notifications=$(curl -sS -H "Authorization: Bearer $2" \
	    "$base/api/notifications/" | jq -r '.[0].id')
	export SCAN_ID_khatmas SCAN_ID_khatma SCAN_ID_notifications
}

targets() {
	perl t/fields.pl cgi-bin/*.c common/page.c common/*.h \
	    common/model/*.[ch] | perl t/scan/targets.pl cgi-bin/*.c
}

front_up() {
	mkfifo "$results/front.port"
	perl t/scan/front.pl "$base" "$VAR/run/db.sock" <"$results/targets" \
	    >"$results/front.port" 2>"$results/front.log" &
	front=$!
	read -r front_port <"$results/front.port"
	export front_port
}

# The account's own limit cannot be set: wrong passwords are forgotten at once.
forgive() {
	while sleep 0.1; do
		echo 'DELETE FROM login_failures;'
	done | mariadb --no-defaults --socket="$VAR/run/db.sock" khatma \
	    >"$results/forgive.log" 2>&1
}

stop() {
	result=$?
	for pid in ${front-} ${forgiving-} ${tls-}; do
		kill "$pid"
	done
	[ -z "${VAR-}" ] || scripts/stack.sh down >/dev/null
	exit $result
}

# answered REGEX: requests in nginx's log of clients that call themselves so
answered() {
	grep -cE "\"ua\":\"$1" "$VAR/log/access.log"
}

# --- sqlmap ------------------------------------------------------------------

# sqlmap_run NAME ARGUMENT...: what it says goes into NAME.out. Without
# --ignore-code it would give up at the first 401.
sqlmap_run() {
	name=$1
	shift
	# shellcheck disable=SC2086 # several words
	sqlmap --batch --disable-coloring --flush-session --ignore-code=401 \
	    --dbms MySQL --time-sec 2 --skip-waf --timeout 60 --retries 1 \
	    --output-dir "$results/sqlmap/$name.d" $thorough "$@" \
	    >"$results/sqlmap/$name.out" 2>&1 </dev/null
}

verdict() {
	if grep -q 'identified the following injection' "$1"; then
		echo found
	elif grep -q 'do not appear to be injectable' "$1"; then
		echo nothing
	else
		echo 'no answer'
	fi
}

# sqlmap_target NUMBER: the scan of a line of the targets
sqlmap_target() {
	IFS='	' read -r kind role method path json <<-END
	$(sed -n "$1p" "$results/targets")
	END
	name=$(printf %03d "$1")
	agent=scan-$name
	eval "token=\${SCAN_TOKEN_$role-}"
	set -- -u "$base$path" --method "$method" ${json:+--data "$json"}
	[ "$method" = GET ] || set -- "$@" -H 'Content-Type: application/json'
	if [ "$kind" = headers ]; then
		set -- "$@" -H "User-Agent: $agent*" -H 'Accept-Language: ar*' \
		    -H 'X-Request-Id: 0123456789abcdef*' \
		    ${token:+-H "Authorization: Bearer $token*"}
	else
		set -- "$@" --user-agent "$agent" \
		    ${token:+-H "Authorization: Bearer $token"}
	fi
	sqlmap_run "$name" "$@"
	printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$kind" "$method" "$path" \
	    "$(verdict "$results/sqlmap/$name.out")" >"$results/sqlmap/$name"
}

# The hole that must be found, and its like that must not.
sqlmap_control() {
	for way in bad good; do
		sqlmap_run "$way" --user-agent scan-control --method POST \
		    -u "http://127.0.0.1:$front_port/control/$way/" \
		    --data '{"email":"creator@example.com"}' \
		    -H 'Content-Type: application/json'
		eval "$way=\$(verdict \"$results/sqlmap/$way.out\")"
	done
	# shellcheck disable=SC2154 # assigned by eval
	[ "$bad" = found ] && bad=nothing || bad='NOT FOUND'
	row sqlmap 'a hole that was made for it (has to be found)' - "$bad"
	# shellcheck disable=SC2154 # assigned by eval
	row sqlmap 'its like that is none' - "$good"
}

# With --quick the headers of one route of each program will do: all routes read
# them by the same lines.
sqlmap_numbers() {
	awk -F '\t' -v quick="$quick" '
	quick && $1 == "headers" {
		split($4, part, "/")
		if (seen[part[3]]++) next
	}
	{ print NR }' "$results/targets"
}

scan_sqlmap() {
	mkdir "$results/sqlmap"
	sqlmap_control
	sqlmap_numbers | xargs -P 2 -n 1 sh t/scan.sh _target
	for kind in path query body headers; do
		cat "$results/sqlmap"/[0-9][0-9][0-9] |
		    awk -F '\t' -v kind=$kind '$2 == kind' >"$results/part"
		found=$(awk -F '\t' '$5 != "nothing" {
		    print $3, $4 " (" $5 ", " $1 ".out)" }' "$results/part")
		agents=$(cut -f 1 "$results/part" | paste -s -d '|')
		row sqlmap "$kind: $(wc -l <"$results/part") targets" \
		    "$(answered "scan-($agents)")" "${found:-nothing}"
	done
	limited=$(grep -cE '"st":429.*"ua":"scan-' "$VAR/log/access.log")
	[ "$limited" = 0 ] || row sqlmap 'requests that a limit refused' \
	    "$limited" 'they prove nothing'
}

# --- wapiti ------------------------------------------------------------------

# wapiti_run NAME WHAT IGNORED ARGUMENT...: IGNORED are reports that are meant
# to be, a regular expression.
wapiti_run() {
	name=$1 what=$2 ignored=$3
	shift 3
	wapiti --flush-session --no-bugreport --scope domain -v 1 -t 30 \
	    --store-session "$results/wapiti" \
	    --store-config "$results/wapiti" -A "wapiti-$name" -f json \
	    -o "$results/wapiti/$name.json" "$@" \
	    >"$results/wapiti/$name.out" 2>&1 </dev/null
	cut=$(sed -n 's/^Max attack time was reached for module \(.*\), st.*/\1/p' \
	    "$results/wapiti/$name.out" | paste -s -d ' ')
	found=$(jq -r '(.vulnerabilities + .anomalies) | to_entries[] |
	    .key as $kind | .value[] |
	    "\($kind): \(.method) \(.path) \(.info)"' \
	    "$results/wapiti/$name.json" | grep -vE "$ignored")
	[ -s "$results/wapiti/$name.json" ] || found='no answer'
	row wapiti "$what${cut:+ (cut short: $cut)}" "$(answered "wapiti-$name")" "${found:-nothing}"
}

# Without the modules that ask hosts of the internet, and without blindsql,
# which waits for what sqlmap has looked for. What is over HTTPS only, and
# headers that the Content-Security-Policy has made idle, are not missed.
scan_wapiti() {
	mkdir "$results/wapiti"
	wapiti_run front 'the API, by links and forms' '^$' \
	    -u "http://127.0.0.1:$front_port/" --max-attack-time "$patience" \
	    -m sql,exec,file,crlf,redirect,shellshock,xss,permanentxss
	set -- -u "$base/" -H "Authorization: Bearer $SCAN_TOKEN_creator"
	for path in $(awk -F '\t' '$3 == "GET" { print $4 }' \
	    "$results/targets" | tr -d '*' | sort -u); do
		set -- "$@" -s "$base$path"
	done
	wapiti_run itself 'what the server tells, and lost files' \
	    'X-XSS-Protection|Strict-Transport-Security|X-Frame-Options' \
	    "$@" --max-attack-time "$patience" \
	    -m http_headers,csp,cookieflags,methods,htaccess,backup
}

# --- TLS ---------------------------------------------------------------------

# tls_part WORDS: the part of nginx.conf.example, filled in by sed
tls_part() {
	sed -n '/TLS: copy from here/,/to here/s/^\t# \{0,1\}//p' \
	    nginx.conf.example | grep -v '^---- ' | sed "$1"
}

# The service's own nginx.conf, with the site of the TLS part beside its own.
tls_up() {
	mkdir "$results/tls"
	tls_port=$(free_port)
	openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=127.0.0.1 \
	    -addext subjectAltName=IP:127.0.0.1 -keyout "$results/tls/key" \
	    -out "$results/tls/certificate" 2>/dev/null
	sed -n '/SERVER: copy from here/,/to here/p' "$VAR/nginx.conf" \
	    >"$results/tls/server"
	tls_part "s|@TLS_LISTEN@|127.0.0.1:$tls_port|; s|@NAME@|127.0.0.1|
	    s|@PLAIN_LISTEN@|127.0.0.1:$(free_port)|
	    s|@CERTIFICATE@|$results/tls/certificate|
	    s|@PRIVATE_KEY@|$results/tls/key|
	    s|@SERVER_PART@|$results/tls/server|" >"$results/tls/site"
	sed -e "s|listen $LISTEN;|listen unix:$results/tls/http.sock;|" \
	    -e "s|^pid .*|pid $results/tls/nginx.pid;|" \
	    -e "s|\(error_log\|access_log\) log/|\1 $results/tls/|" \
	    -e "\$s|^}|include $results/tls/site; }|" \
	    "$VAR/nginx.conf" >"$results/tls/nginx.conf"
	nginx -e "$results/tls/error.log" -p "$VAR/" \
	    -c "$results/tls/nginx.conf" 2>"$results/tls/start.log" &&
	    tls=$(cat "$results/tls/nginx.pid")
}

# Not the example's is what is said of the certificate, which is our own and
# signed by nobody, and of the openssl here. Meant to be so: the cipher is the
# client's choice among good ones; there are no tickets; and lists are
# compressed, for no browser sends a token by itself, which BREACH needs, and
# answers with tokens in them are not.
scan_testssl() {
	tls_up || { row testssl 'the TLS part' - 'nginx did not start'; return; }
	testssl --quiet --color 0 --warnings off --severity LOW \
	    --jsonfile "$results/tls/testssl.json" \
	    "https://127.0.0.1:$tls_port/api/health/live/" \
	    >"$results/tls/testssl.out" 2>&1 </dev/null
	ignored='cert_[A-Za-z_]*|DNS_CAArecord|engine_problem|cipher_order'
	ignored="$ignored|sessionresumption_ticket|BREACH"
	found=$(jq -r '.[] | "\(.id) \(.severity) \(.finding)"' \
	    "$results/tls/testssl.json" |
	    grep -vE "^($ignored) ")
	[ -s "$results/tls/testssl.json" ] || found='no answer'
	row testssl 'the TLS part, findings from LOW on' - "${found:-nothing}"
}

# --- slow clients ------------------------------------------------------------

# Microseconds: the 99th percentile of somebody who reads as people do.
p99() {
	wrk -t 1 -c 4 -d "${1}s" --latency -s t/scan/p99.lua \
	    -H "Authorization: Bearer $SCAN_TOKEN_creator" \
	    "$base/api/khatmas/$SCAN_ID_khatmas/" 2>&1 |
	    sed -n 's/^p99 //p'
}

connections() {
	awk -v port="$(printf ':%04X' "$port")" '
	$3 ~ port "$" && $4 == "01" { n++ } END { print n + 0 }' /proc/net/tcp
}

# slow_one WHAT ARGUMENT...: quiet and attacked by turns, three times; medians
slow_one() {
	what=$1
	shift
	: >"$results/slow/quiet"
	: >"$results/slow/attacked"
	least=300
	for _ in 1 2 3; do
		p99 5 >>"$results/slow/quiet"
		slowhttptest -c 300 -r 300 -i 2 -l 15 -p 5 "$@" \
		    >>"$results/slow/$what.out" 2>&1 &
		attacker=$!
		for _ in $(seq 50); do
			[ "$(connections)" -lt 300 ] || break
			sleep 0.1
		done
		n=$(connections)
		p99 5 >>"$results/slow/attacked"
		[ "$n" -ge "$least" ] || least=$n
		kill "$attacker" 2>/dev/null
		wait "$attacker"
	done
	quiet=$(sort -n "$results/slow/quiet" | sed -n 2p)
	attacked=$(sort -n "$results/slow/attacked" | sed -n 2p)
	found="p99 $quiet us, attacked $attacked us, $least connections"
	[ "${attacked:-0}" -gt 0 ] && [ "$attacked" -le $((2 * quiet)) ] &&
	    [ "$least" -ge 250 ] && found="nothing ($found)"
	row slow "$what" 300 "$found"
}

# The token of the slow readers comes in by the header of what they accept.
scan_slow() {
	mkdir "$results/slow"
	carriage=$(printf '\r')
	accept="application/json$carriage
Authorization: Bearer $SCAN_TOKEN_creator"
	slow_one headers -H -u "$base/api/khatmas/"
	slow_one bodies -B -u "$base/api/login/" -f application/json -s 4096
	slow_one readers -X -u "$base/api/stats/khatma/$SCAN_ID_khatmas/" \
	    -m "$accept" -k 3 -w 10 -y 20 -n 5 -z 32
}

# --- Start here --------------------------------------------------------------

table() {
	awk -F '\t' '
	BEGIN { printf "\n%-8s %-46s %9s  %s\n", "tool", "what", "requests",
	    "found" }
	NF == 4 { printf "%-8s %-46s %9s  %s\n", $1, $2, $3, $4; next }
	{ printf "%67s%s\n", "", $0 }' "$results/table"
	echo
	echo "what they said is in $results"
	! awk -F '\t' 'NF != 4 || $4 !~ /^nothing/' "$results/table" | grep -q .
}

main() {
	quick='' tools=
	for argument in "$@"; do
		case $argument in
		--quick)	quick=1 ;;
		sqlmap | wapiti | testssl | slow) tools="$tools $argument" ;;
		*)	sed -n '2s/^# //p' "$0" >&2; exit 2 ;;
		esac
	done
	scripts/deps.sh test scan || exit 1
	results=$(mktemp -d /tmp/khatma-scan.XXXXXX)
	port=$(free_port)
	base=http://127.0.0.1:$port
	thorough='--level 2 --risk 1 --technique BEUST' patience=120
	[ -z "$quick" ] ||
		thorough='--level 1 --risk 1 --technique BEU' patience=20
	export results base thorough
	trap stop EXIT
	trap 'exit 1' HUP INT TERM
	: >"$results/table"
	service_up
	people
	targets >"$results/targets" || exit 1
	front_up
	forgive &
	forgiving=$!
	for tool in ${tools:-sqlmap wapiti testssl slow}; do
		say "$tool begins, $(date +%T)"
		"scan_$tool"
	done
	table
}

case ${1-} in
_target) sqlmap_target "$2" ;;
*)	main "$@" ;;
esac
