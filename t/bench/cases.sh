# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154 # what bench.sh sets, and reads
# cases.sh - what bench.sh measures; read by it alone.
#
#	me list stats detail dashboard notifications
#			GET user/me/, 20 public khatmas with their count,
#			stats/user/, a khatma with its chapters, ...
#	session		another chapter is read to its end each time
#	login		with the right password
#	static		nginx sends a file
#	constant	a worker sends a constant, see ceiling/constant.c
#	raw-me ...	the statements of me, list, stats and session, without
#			HTTP, over as many connections as there are workers
#	hash		passwords hashed, by as many threads as auth has workers
#	php-me ...	constant, me, list, stats and session of a peer
#
# The static file and the constant are an answer of user/me/.

all_cases() {
	echo me list stats detail dashboard notifications session login
	echo static constant raw-me raw-list raw-stats raw-session hash
	for peer in $PEERS; do
		for what in constant me list stats session; do
			echo "$peer-$what"
		done
	done
}

# --- Who asks, and for what --------------------------------------------------

# Lines "USER KHATMA CHAPTER" of free chapters that somebody who takes part may
# read, each in another khatma than the one before; none is a khatma's last, for
# to complete it costs more. The first reader lives by UTC: his day is recorded,
# and written for all others. Then $readers, the first of them, with
# "USER KHATMA CHAPTER LOGIN TOKEN"; the other users' tokens are in $tokens.
choose_targets() {
	targets=$scratch/targets readers=$scratch/readers tokens=$scratch/tokens
	sql <<-END | begin_with_utc >"$targets"
	SELECT m.user_id, k.id, c.number, u.timezone FROM (
	    SELECT id, chapters_total FROM khatmas WHERE status = 'active'
	    AND khatma_type = 'group' AND division = 'juz'
	    AND chapters_free > 1 ORDER BY CRC32(id) LIMIT $KHATMAS_MOST) k
	JOIN (SELECT khatma_id, MAX(user_id) AS user_id FROM memberships
	    GROUP BY khatma_id) m ON m.khatma_id = k.id
	JOIN chapters c ON c.khatma_id = k.id AND c.state = 'free'
	    AND c.number < k.chapters_total
	JOIN users u ON u.id = m.user_id
	WHERE m.user_id > 3
	ORDER BY c.number, CRC32(k.id)
	LIMIT $(((ROUNDS + 1) * 5 * MOST * BENCH_SECONDS));
	END
	cut -d ' ' -f 1 "$targets" | sort -un | tokens_of >"$tokens"
	head -n "$READERS" "$targets" | with_tokens >"$readers"
	token=$(head -n 1 "$readers" | cut -d ' ' -f 5)
	rows_before=$(echo 'SELECT COUNT(*) FROM sessions' | sql)
	used=0 written=0
}

begin_with_utc() {
	awk '!found && $4 != "UTC" { before = before $1 " " $2 " " $3 "\n"; next }
	{ print $1, $2, $3 }
	!found { found = 1; printf "%s", before }'
}

# Lines "USER KHATMA CHAPTER" get the LOGIN and TOKEN of the user.
with_tokens() {
	awk 'NR == FNR { login[$1] = $2; token[$1] = $3; next }
	{ print $0, login[$1], token[$1] }' "$tokens" -
}

# The next targets, so many as a run could need.
write_slice() {
	tail -n +$((used + 1)) "$targets" | head -n $((MOST * seconds)) |
	    with_tokens >"$scratch/slice"
}

# write_list NAME PATH: a GET for each reader; K is the khatma.
write_list() {
	awk -v path="$2" '{ p = path; sub(/K/, $2, p); print "GET", p, $5 }' \
	    "$readers" >"$scratch/$1.list"
}

write_lists() {
	echo 'GET /ceiling/static -' >"$scratch/static.list"
	echo 'GET /ceiling/constant -' >"$scratch/constant.list"
	write_list detail '/api/khatmas/K/'
	write_list dashboard '/api/dashboard/'
	write_list notifications '/api/notifications/'
	awk '{ printf "POST /api/login/ - {\"email\": \"reader-%d@example.com\", " \
	    "\"password\": \"read-and-rise\"}\n", $1 }' "$readers" \
	    >"$scratch/login.list"
	for who in '' $PEERS; do
		name=${who:+$who-} path=/${who:-api}
		write_list "${name}me" "$path/user/me/"
		write_list "${name}list" \
		    "$path/khatmas/?filter=public&page_size=20"
		write_list "${name}stats" "$path/stats/user/"
		[ -z "$who" ] || write_list "${name}constant" "$path/constant"
	done
}

# --- The statements of a request ---------------------------------------------

# record NAME METHOD PATH [BODY]: what it asks, by a worker that is new; then
# raw can do it for other readers.
record() {
	log=$stack/run/$1.log
	echo "SET GLOBAL general_log_file = '$log', general_log = ON" | sql
	ask "$2" "$3" "$token" "${4-}" -f >/dev/null
	echo 'SET GLOBAL general_log = OFF' | sql
	# shellcheck disable=SC2046 # three words
	set -- "$1" $(head -n 1 "$readers" | cut -d ' ' -f 1-4) \
	    "$(echo 'SELECT MAX(id) FROM sessions' | sql)"
	perl "$root/t/bench/record.pl" "$log" "$2" "$3" "$4" "$5" "$6" \
	    >"$scratch/$1.script"
}

record_scripts() {
	# shellcheck disable=SC2046 # several words
	set -- $(head -n 1 "$readers")
	record me GET user/me/
	record list GET 'khatmas/?filter=public&page_size=20'
	record stats GET stats/user/
	record session POST "khatmas/$2/sessions/" "{\"chapter_assigned\": $3}"
	used=1 written=1
}

# --- A run -------------------------------------------------------------------

# measure NAME COMMAND...: sets $taken, how many requests were begun.
measure() {
	name=$1
	shift
	result=$(perl "$root/t/bench/measure.pl" "$to" "$name" \
	    "$stack/run/db.sock" "$scratch/processes" "$@")
	taken=${result#* }
	finished=${result% *}
}

# drive NAME FILE once|again
drive() {
	measure "$1" wrk -t 1 -c "$CONNECTIONS" -d "${seconds}s" --timeout 20 \
	    -s "$root/t/bench/wrk.lua" "http://127.0.0.1:$port" -- "$2" "$3"
}

# raw NAME SCRIPT FILE once|again
raw() {
	measure "$1" env KHATMA_CONF="$stack/khatma.conf" \
	    "$BUILD/t/bench/ceiling/raw" "$2" "$3" "$4" "$WORKERS" "$seconds"
}

# Whoever writes, no chapter is taken twice.
count_writes() {
	used=$((used + taken))
	written=$((written + finished))
}

# run_case NAME ROUND: round 0 warms up, and nobody looks at it.
run_case() {
	to=$RESULTS seconds=$BENCH_SECONDS
	# what is in flight at the end counts for nothing: half a second of them
	[ "$1" != login ] || seconds=$((BENCH_SECONDS < 6 ? 6 : BENCH_SECONDS))
	[ "$2" != 0 ] || to=/dev/null seconds=1
	case $1 in
	raw-session)
		write_slice
		raw "$1" "$scratch/session.script" "$scratch/slice" once
		count_writes ;;
	session | *-session)
		path=/${1%session}
		path=${path%-}
		write_slice
		awk -v path="${path%/}" '{
			printf "POST %s/khatmas/%d/sessions/ %s " \
			    "{\"chapter_assigned\": %d}\n",
			    path == "" ? "/api" : path, $2, $5, $3
		}' "$scratch/slice" >"$scratch/$1.list"
		drive "$1" "$scratch/$1.list" once
		count_writes ;;
	raw-*)	raw "$1" "$scratch/${1#raw-}.script" "$readers" again ;;
	hash)	measure hash env KHATMA_CONF="$stack/khatma.conf" \
		    "$BUILD/t/bench/ceiling/hash" 2 "$seconds" ;;
	*)	drive "$1" "$scratch/$1.list" again ;;
	esac
}
