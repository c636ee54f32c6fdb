#!/bin/sh
# evening.sh - an evening of Ramadan, and twice as many as there is room for. No
# test: other work on the machine shows in it, and a person reads what it says.
#
#	make all units && t/bench/evening.sh
#
# Starts a service of its own with generated data (seed.sh) and lets readers at
# it (t/load -m): of a hundred requests 60 are for dashboard and board, 20 write
# what was read, 10 are for notifications, 5 join a group, 5 log in. A reader
# asks as soon as he was answered, and comes back when he is told to.
#
# First it doubles the readers until some are sent away: the number before is
# what the service can carry. They stay for five minutes: none may be refused,
# and no process may grow. Then twice as many come; then, whether or not they are
# answered, twice the requests in a second. Some must be sent away, by 503 and
# Retry-After; nothing else may fail, and the 99th percentile of what is accepted
# may be three times as long at most; that of each kind of request is said, too.
# At last half of what it can carry: from its second second on all must be as
# before.
#
# All this once more without logins, for they take most of the processors.
#
# Prints a table for each: milliseconds from asking to the last byte. Exit status
# 1 when something of the above is not so.
#
#	SCALE		of the data (10)
#	EVENING		seconds (300)
#	STEP		seconds of the other loads (10)
#	READERS		how many the service can carry (it tries)
#	POOL		memory of the database's rows (4G)
#	WORKERS		of a group (spawn.sh's default)
#	WITHOUT		logins: only the second half; all: only the first

. "$(dirname "$0")/service.sh"
# shellcheck source=t/bench/seed.sh
. "$root/t/bench/seed.sh"

SCALE=${SCALE:-10}
EVENING=${EVENING:-300}
STEP=${STEP:-10}
LOAD=$BUILD/t/load/load
MOST=1024		# readers
bad=0

complain() {
	echo "NOT SO: $*"
	bad=1
}

# --- Who reads what ----------------------------------------------------------

# Groups with chapters that nobody has taken: these, from the last on, which so
# stay away from those that a join gives.
find_groups() {
	sql <<-END
	SELECT k.id, GROUP_CONCAT(c.number ORDER BY c.number DESC
	    SEPARATOR ' ')
	FROM (SELECT id FROM khatmas WHERE is_public = TRUE
	    AND khatma_type = 'group' AND status = 'active'
	    AND chapters_total = 30 AND chapters_free > 15
	    ORDER BY RAND() LIMIT 100000) k
	JOIN chapters c ON c.khatma_id = k.id AND c.state = 'free'
	GROUP BY k.id ORDER BY RAND();
	END
}

find_readers() {
	echo "SELECT id FROM users WHERE id > 3 ORDER BY RAND() LIMIT $MOST;" |
	    sql | tokens_of | cut -d ' ' -f 1,3
}

start() {
	echo "innodb-buffer-pool-size=${POOL:-4G}" >"$scratch/my.cnf"
	seed_data "$SCALE" "$scratch/db"
	service_up "$scratch/db" MY_CNF="$scratch/my.cnf"
	find_groups | tr '\t' ' ' >"$scratch/groups"
	find_readers >"$scratch/readers"
	echo "scale $SCALE: $(wc -l <"$scratch/groups") groups to join," \
	    "$(wc -l <"$scratch/readers") readers"
}

# --- Loads -------------------------------------------------------------------

# play NAME OPTION...: its log is $scratch/NAME. Each group is joined once only.
play() {
	played=$scratch/$1
	shift
	# shellcheck disable=SC2086 # one word or none
	"$LOAD" -s "$http_socket" -t "$scratch/readers" -o "$played" \
	    -m "$scratch/groups" $logins "$@"
	used=$(cut -f 3 "$played" | grep -c '^join$') || :
	sed -i "1,${used}d" "$scratch/groups"
	[ -s "$scratch/groups" ] || complain 'there are not enough groups'
}

# number NAME END: lines with this end.
number() {
	cut -f 5 "$scratch/$1" | grep -c "^$2\$" || :
}

# rate NAME SECONDS: what was accepted in a second.
rate() {
	echo $(($(number "$1" ok) / $2))
}

# table NAME SECONDS
table() {
	printf '\n%s: %d a second\n' "$1" "$(rate "$1" "$2")"
	{
		cat "$scratch/$1"
		sed 's/^\([^\t]*\t[^\t]*\t\)[^\t]*/\1all/' "$scratch/$1"
	} | sort -t "$(printf '\t')" -k 3,3 -k 2,2n | awk -F '\t' '
	function ms(share) {
		i = int(ok * share + 0.999999)
		return sprintf("%.1f", took[i < 1 ? 1 : i] / 1000)
	}
	function flush() {
		if (kind != "")
			printf "%-10s %8d %8d %8d %8d %8s %8s %8s %8s\n", kind,
			    ok, n["shed"], n["refused"], n["failed"], ms(0.5),
			    ms(0.99), ms(0.999), away
		ok = 0
		away = "-"
		split("", n)
	}
	BEGIN {
		printf "%-10s %8s %8s %8s %8s %8s %8s %8s %8s\n", "", "ok",
		    "shed", "refused", "failed", "p50", "p99", "p99.9", "away"
	}
	$3 != kind { flush(); kind = $3 }
	$5 == "ok" { took[++ok] = $2 }
	$5 == "shed" { away = sprintf("%.1f", $2 / 1000) }
	{ n[$5]++ }
	END { flush() }' | tee "$scratch/$1.table"
}

# Nothing but what was accepted or sent away, in words.
judge_answers() {
	[ "$(number "$1" failed)" = 0 ] || complain "$1: some had no answer:" \
	    "$(awk -F '\t' '$5 == "failed" { print $4, $10 }' "$scratch/$1" |
	        sort | uniq -c | xargs)"
	[ $(($(number "$1" refused) * 100)) -le "$(number "$1" ok)" ] ||
		complain "$1: more than 1 % were refused"
}

judge_nobody_away() {
	judge_answers "$1"
	[ "$(number "$1" shed)" = 0 ] || complain "$1: some were sent away"
}

# judge_times NAME OTHER: the 99th percentile is three times the other's at most.
judge_times() {
	awk -v name="$1" '
	FNR == 1 { next }
	FNR == NR { p99[$1] = $7; next }
	$1 in p99 {
		r = $7 / p99[$1]
		printf "%s, %s: the 99th percentile is %.2f times as long\n",
		    name, $1, r
		if ($1 == "all" && r > 3)
			bad = 1
	}
	END { exit bad }' "$scratch/$2.table" "$scratch/$1.table" ||
		complain "$1: that is more than three times"
}

# --- Memory ------------------------------------------------------------------

# memory FILE: "WHO KIB" of the largest of each kind.
memory() {
	{
		for group in auth users khatmas sessions stats achievements \
		    notifications dashboard health; do
			for pid in $(workers_of "$group"); do
				echo "$group $pid"
			done
		done
		for pid in $(pgrep -P "$(cat "$stack/run/nginx.pid")"); do
			echo "nginx $pid"
		done
		echo "mariadbd $(cat "$stack/run/db.pid")"
	} | while read -r who pid; do
		# Its own: a login's 19 MiB come and go.
		echo "$who $(sed -n 's/^Rss: *\([0-9]*\) kB/\1/p' \
		    "/proc/$pid/smaps_rollup")"
	done | sort -k 1,1 -k 2,2n | awk '{ most[$1] = $2 }
	    END { for (who in most) print who, most[who] }' | sort >"$1"
}

# A worker by 1 MiB at most, nginx by 4, the database by what is left of its
# pool; auth is hashing at any time, or not.
judge_memory() {
	join "$scratch/early" "$scratch/late" | awk '
	{
		printf "%-14s %8d KiB, then %8d\n", $1, $2, $3
		most = $1 == "nginx" ? 4096 : $1 == "auth" ? 21504 : 1024
		if ($1 != "mariadbd" && $3 - $2 > most)
			bad = 1
	}
	END { exit bad }' || complain 'that is not flat'
}

# --- The evening -------------------------------------------------------------

# The number of readers before the first that are sent away.
try() {
	capacity=8
	while :; do
		play "try" -c $((capacity * 2)) -d "$STEP"
		echo "$((capacity * 2)) readers: $(rate try "$STEP") a second," \
		    "$(number try shed) sent away"
		[ "$(number try shed)" = 0 ] || break
		capacity=$((capacity * 2))
		[ $((capacity * 2)) -le "$MOST" ] || break
	done
}

evening() {
	play "$1" -c "$capacity" -d "$EVENING" &
	evening=$!
	sleep $((EVENING / 5))
	memory "$scratch/early"
	sleep $((EVENING * 4 / 5 - 2))
	memory "$scratch/late"
	wait "$evening"
	used=$(cut -f 3 "$scratch/$1" | grep -c '^join$') || :
	table "$1" "$EVENING"
	judge_nobody_away "$1"
	judge_memory
}

# overload NAME OTHER OPTION...
overload() {
	name=$1 other=$2
	shift 2
	play "$name" -d "$STEP" "$@"
	play "$name-after" -d 5 -c 64 -a $((full / 2))
	table "$name" "$STEP"
	judge_answers "$name"
	[ "$(number "$name" shed)" -gt 0 ] || complain "$name: none was sent away"
	judge_times "$name" "$other"
	# from the second second on
	awk -F '\t' 'NR == FNR { if (!first || $1 < first) first = $1; next }
	$1 >= first + 1e6' "$scratch/$name-after" "$scratch/$name-after" \
	    >"$scratch/$name-later"
	table "$name-later" 4
	judge_nobody_away "$name-later"
	judge_times "$name-later" "$other"
}

# all PREFIX: all of it.
all() {
	capacity=${READERS:-}
	[ -n "$capacity" ] || try
	echo "$capacity readers are what it can carry"
	evening "$1"
	full=$(rate "$1" "$EVENING")
	overload "$1-twice-readers" "$1" -c $((capacity * 2))
	overload "$1-twice-requests" "$1" -c "$MOST" -a $((full * 2))
}

start
logins=
[ "${WITHOUT-}" = logins ] || all evening
logins=-q
[ "${WITHOUT-}" = all ] || all without-logins
exit $bad
