#!/bin/sh
# A million requests, good and bad, to the same workers: they are as large at the
# end as soon after the beginning, and hold nothing open.
# REQUESTS=N is another number than a million.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"

requests=${REQUESTS:-$(form 1500 1000000)}
first=$(form 500 10000)
clients=$(form 8 32)

# One worker for each group, which so gets all of the group's requests.
stack_private WORKERS=1
readers "$clients"
new_user ali
new_user omar

# sizes FILE: "PID WHO RSS FDS" of all, while nobody asks for anything.
sizes() {
	for group in auth users khatmas sessions stats achievements \
	    notifications dashboard health; do
		for pid in $(pgrep -P "$(cat "$stack/run/$group.master")"); do
			echo "$pid $group"
		done
	done >"$1.who"
	nginx=$(cat "$stack/run/nginx.pid")
	for pid in $nginx $(pgrep -P "$nginx"); do
		echo "$pid nginx"
	done >>"$1.who"
	echo "$(cat "$stack/run/db.pid") mariadbd" >>"$1.who"
	while read -r pid who; do
		echo "$pid $who" "$(awk '$1 == "Rss:" { print $2 }' \
		    "/proc/$pid/smaps_rollup")" "$(find "/proc/$pid/fd" \
		    -mindepth 1 | wc -l)"
	done <"$1.who" >"$1"
}

# logins N EMAIL PASSWORD: how they are answered.
logins() {
	credentials=$(jq -cn --arg e "$2" --arg p "$3" \
	    '{email: $e, password: $p}')
	curl -s --unix-socket "$stack/http.sock" -o /dev/null \
	    -w '%{http_code}\n' -H 'Content-Type: application/json' \
	    -d "$credentials" "http://localhost/api/login/?[1-$1]" |
	    sort | uniq -c | xargs
}

# work N LOGINS
work() {
	load_start -n "$1" -r 85 -b 5
	is "$(logins "$2" "$ali_email" "$ali_password")" "$2 200" "$2 people log in"
	like "$(logins 8 "$omar_email" wrong)" 429 'and one who cannot, does not'
	ok "$1 requests are sent" load_wait
	# shellcheck disable=SC2046 # several words
	set -- $(load_figures)
	is "$4 $5 $6" '0 0 0' 'all are answered'
	is "$(load_count ok bad) $(load_count refused get)" '0 0' \
	    'the good ones well, the bad ones with a refusal'
	result "failed, of $1 requests" "$(($4 + $5 + $6))" 0
	result 'p50, p99 and the longest, ms' "$7, $8, $9" 'to compare with'
	is "$(load_lost)" '' 'all that was acknowledged is there'
	is "$(load_twice)" '' 'no chapter was given twice'
}

work "$first" "$(form 10 100)"
sizes "$scratch/early"
before=$(date +%s)
work $((requests - first)) "$(form 10 300)"
result 'requests in a second' $(((requests - first) / \
    ($(date +%s) - before + 1))) 'to compare with'
sizes "$scratch/late"

is "$(cut -d ' ' -f 1,2 "$scratch/late")" "$(cut -d ' ' -f 1,2 \
    "$scratch/early")" 'REL-10: every process is still there'
# A worker connects to the database when it is first asked; and the database
# opens its tables then, and closes some.
is "$(awk 'FNR == NR { if ($4 > most[$2]) most[$2] = $4; next }
    $2 != "mariadbd" && $4 > most[$2]' "$scratch/early" "$scratch/late")" '' \
    'REL-10: none has more files and connections open than one of its kind had'
fds() {
	awk '$2 == "mariadbd" { print $4 }' "$scratch/$1"
}
ok "nor does the database keep what was opened for a request" \
    test "$(fds late)" -le $(($(fds early) + 10))

growth() {
	paste -d ' ' "$scratch/early" "$scratch/late" |
	    awk '$2 !~ /nginx|mariadbd/ { print $7 - $3, $2, $3, $7 }' |
	    sort -n | tail -n 1
}
# Libraries that look into each byte keep what was freed.
grown=$(growth)
case ${SANITIZE-}${VALGRIND-} in
'')	ok 'REL-10: no worker has grown by more than 1 MiB' \
	    test "${grown%% *}" -le 1024 ;;
esac
result "the growth of a worker after $first requests at most, KiB" \
    "$grown" 1024
result 'open files of workers' "$(awk '$2 !~ /nginx|mariadbd/ { print $4 }' \
    "$scratch/late" | sort -nu | xargs)" "$(awk \
    '$2 !~ /nginx|mariadbd/ { print $4 }' "$scratch/early" | sort -nu | xargs)"
result 'of the database' "$(fds late)" "$(fds early)"
is "$(fsck)" '' 'and all rules hold'

done_testing
