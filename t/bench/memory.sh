#!/bin/sh
# memory.sh - how much memory the workers take, before and after many requests
# of all kinds. No test: it takes some minutes, and a person reads what it says.
#
#	make && t/bench/memory.sh
#
# Starts a service of its own with one worker for each group, sends it
# $REQUESTS (100000) requests for each group with wrk (package wrk), good and
# bad ones, reads and writes, and prints the resident memory of each worker in
# KiB: when it has just started, after 1000 requests, after all, and the most
# it ever was. It should be below 10240 and not grow from the second number to
# the third. Exit status 1 when it does not keep to that.
#
#	REQUESTS	for each group (100000)
#	GROUPS_ONLY	groups to try (all)
#	BUILD		where the programs are (build)

# shellcheck disable=SC2317 # mix_GROUP is called by name
. "$(dirname "$0")/service.sh"

REQUESTS=${REQUESTS:-100000}
ALL='auth users khatmas sessions stats achievements notifications dashboard'
LIMIT=10240		# KiB that a worker may take
GROWTH=256		# and may grow by, after the first 1000 requests
SECONDS_MOST=900	# for a group

# --- What is sent ------------------------------------------------------------

# A reader: sets $token and $refresh.
sign_up() {
	ask POST signup/ '' '{"fullname": "Reader '"$1"'",
	    "email": "'"$1"'@example.com", "password": "read-and-rise"}' \
	    >/dev/null
	ask POST login/ '' '{"email": "'"$1"'@example.com",
	    "password": "read-and-rise"}' >"$scratch/login"
	token=$(jq -r .access "$scratch/login")
	refresh=$(jq -r .refresh "$scratch/login")
}

# The lines METHOD PATH TOKEN [BODY] for a group, which go round and round.
# - is no token. Logins are few, for each takes as long as a hundred reads.
mix_auth() {
	for _ in $(seq 200); do
		echo "POST refresh/ - {\"refresh\": \"$refresh\"}"
		echo "POST refresh/ - {\"refresh\": \"x.y.z\"}"
		echo 'POST signup/ - {"fullname": "", "email": "x"}'
		echo 'POST login/ - {"email": 5}'
		echo 'POST login/ - not JSON'
	done
	echo 'POST login/ - {"email": "a@example.com", "password": "x"}'
}

mix_users() {
	echo "GET user/me/ $member"
	echo "GET user/profile/ $member"
	echo "PATCH user/me/ $member {\"bio\": \"$long\"}"
	echo "PATCH user/me/ $member {\"bio\": \"\"}"
	echo "PATCH user/me/ $member {\"timezone\": \"Mars/Here\"}"
	echo "GET user/me/export/ $member"
	echo "DELETE user/me/ $member {\"password\": 1}"
}

mix_khatmas() {
	echo "GET khatmas/ $member"
	echo "GET khatmas/?filter=public&ordering=name $member"
	echo "GET khatmas/?filter=joinable&search=read $member"
	echo "GET $k/ $member"
	echo "GET khatmas/$pages/ $member"
	echo "GET search/khatmas/?q=reading $member"
	echo "POST $k/join/ $guest"
	echo "POST $k/intentions/ $member {\"intention\": [\"$long\"]}"
	echo "GET $k/intentions/ $member"
	echo "DELETE $k/leave/ $guest"
	echo "PATCH $k/ $creator {\"description\": \"$long\"}"
	echo "PATCH $k/ $member {\"name\": \"x\"}"
	echo "POST khatmas/ $creator {\"name\": \"\", \"target_days\": 0}"
	echo "POST khatmas/ $creator {\"name\": \"$huge\"}"
	echo "GET khatmas/999999999/ $member"
}

mix_sessions() {
	for n in 5 6 7; do
		echo "POST $k/sessions/ $creator $(
		    ){\"chapter_assigned\": $n}"
		echo "POST $k/sessions/ $creator $(
		    ){\"chapter_assigned\": $n, \"is_completed\": 0}" |
		    sed 's/0}/false}/'
	done
	echo "GET $k/sessions/ $member"
	echo "GET $k/sessions/?user=me&page=1&page_size=5 $creator"
	echo "GET sessions/?user=me $creator"
	echo "POST $k/sessions/ $member {\"chapter_assigned\": \"x\"}"
}

mix_stats() {
	echo "GET stats/user/ $member"
	echo "GET stats/user/1/ $member"
	echo "GET stats/khatma/$khatma/ $member"
	echo "GET stats/khatma/$pages/ $creator"
	echo "GET stats/khatma/999999999/ $member"
}

mix_achievements() {
	echo "GET achievements/ $creator"
	echo "GET achievements/user/1/ $member"
	echo "GET achievements/user/999999999/ $member"
	echo "GET achievements/?page=x $member"
}

mix_notifications() {
	echo "GET notifications/ $creator"
	echo "GET notifications/?is_read=false $creator"
	echo "PATCH notifications/mark-all-read/ $creator"
	echo "PATCH notifications/999999999/read/ $creator"
}

mix_dashboard() {
	echo "GET dashboard/ $creator"
	echo "GET dashboard/ $member"
	echo "OPTIONS dashboard/ -"
}

mix() {
	k=khatmas/$khatma
	"mix_$1"
	echo "GET $1/nothing/ -"
	[ "$1" = auth ] || cat <<-END
	GET $(some_path "$1") -
	GET $(some_path "$1") x.y.z
	END
}

some_path() {
	case $1 in
	users)	echo user/me/ ;;
	stats)	echo stats/user/ ;;
	*)	echo "$1/" ;;
	esac
}

prepare() {
	long=$(printf '%0300d' 0)
	huge=$(printf '%060000d' 0)
	sign_up a
	creator=$token
	sign_up b
	guest=$token
	sign_up c
	member=$token
	group='"khatma_type": "group", "is_public": true'
	khatma=$(ask POST khatmas/ "$creator" \
	    '{"name": "Reading", '"$group"'}' | jq .id)
	pages=$(ask POST khatmas/ "$creator" \
	    '{"name": "Pages", "division": "page", '"$group"'}' | jq .id)
	for _ in $(seq 30); do
		ask POST khatmas/ "$creator" '{"name": "More", '"$group"'}'
	done >/dev/null
	ask POST "khatmas/$khatma/join/" "$member" >/dev/null
	for n in 2 3 4; do
		ask POST "khatmas/$khatma/sessions/" "$creator" \
		    '{"chapter_assigned": '$n'}'
	done >/dev/null
}

# --- Sending and measuring ---------------------------------------------------

write_lua() {
	cat >"$scratch/mix.lua" <<-'END'
	function init(args)
		most, result = tonumber(args[2]), args[3]
		lines, sent, got, counts = {}, 0, 0, {}
		for line in io.lines(args[1]) do
			local method, path, token, body =
			    line:match("^(%S+) (%S+) (%S+) ?(.*)$")
			local headers = { Host = "localhost" }
			if token ~= "-" then
				headers["Authorization"] = "Bearer " .. token
			end
			if body ~= "" then
				headers["Content-Type"] = "application/json"
			else
				body = nil
			end
			lines[#lines + 1] = wrk.format(method, "/api/" .. path,
			    headers, body)
		end
	end
	function request()
		sent = sent + 1
		return lines[(sent - 1) % #lines + 1]
	end
	function response(status)
		local class = math.floor(status / 100)
		counts[class] = (counts[class] or 0) + 1
		got = got + 1
		if got == most then
			local file = io.open(result, "w")
			for class, count in pairs(counts) do
				file:write(class, "xx ", count, "  ")
			end
			file:close()
		end
	end
	END
}

# send GROUP COUNT: prints how many answers there were of each kind. wrk knows
# no number of requests: it is ended when the answers are there.
send() {
	rm -f "$scratch/answers"
	wrk -t 1 -c 4 -d "$SECONDS_MOST" --timeout 20 -s "$scratch/mix.lua" \
	    "http://127.0.0.1:$port" -- "$scratch/$1.mix" "$2" "$scratch/answers" \
	    >"$scratch/wrk.log" &
	while [ ! -s "$scratch/answers" ] && kill -0 $! 2>/dev/null; do
		sleep 0.05
	done
	kill $! 2>/dev/null || true
	cat "$scratch/answers"
}

# memory GROUP NAME: VmRSS or VmHWM of its worker, in KiB.
memory() {
	sed -n "s/^$2:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$(workers_of "$1")/status"
}

measure() {
	mix "$1" >"$scratch/$1.mix"
	pid=$(workers_of "$1")
	begun=$(memory "$1" VmRSS)
	send "$1" 1000 >/dev/null
	warm=$(memory "$1" VmRSS)
	answers=$(send "$1" "$REQUESTS")
	after=$(memory "$1" VmRSS)
	printf '%-14s %8d %8d %8d %8d   %s\n' "$1" "$begun" "$warm" "$after" \
	    "$(memory "$1" VmHWM)" "$answers"
	[ "$(workers_of "$1")" = "$pid" ] || { echo "$1 died"; bad=1; }
	[ "$after" -lt "$LIMIT" ] || { echo "$1 is too big"; bad=1; }
	[ "$after" -le $((warm + GROWTH)) ] || { echo "$1 grows"; bad=1; }
}

command -v wrk >/dev/null || { echo 'wrk is not installed' >&2; exit 2; }
echo KHATMA_WORKERS_auth=1 >"$scratch/extra.conf"
service_port
service_up WORKERS=1 KHATMA_EXTRA_CONF="$scratch/extra.conf"
write_lua
prepare
bad=0
printf '%-14s %8s %8s %8s %8s   %s\n' "KiB" start 1000 "$REQUESTS" most \
    'answers of the last'
for group in ${GROUPS_ONLY:-$ALL}; do
	measure "$group"
done
exit $bad
