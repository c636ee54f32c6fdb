# shellcheck shell=sh
# shellcheck disable=SC2154 # what tap.sh sets
# drill.sh - for the drills of t/drills: faults under load. A drill begins with
#
#	. "$(dirname "$0")/../drill.sh"
#	stack_private
#
# instead of tap.sh, and has all of tap.sh, history.sh and faults.sh besides.
# Its short form is one of the tests of "make check". With DRILL=long ("make
# drills") it goes on for as long as a judgement wants, and judges times, too.
#
#	form SHORT LONG		the word for the form that runs
#	readers N		makes N readers with tokens for the load
#	load_start OPTION...	readers at work on the service (t/load/load.c),
#				by the tokens of "readers" and with the log
#				$load_log. Sets $load
#	load_stop		tells them to stop, and waits until they have
#	load_wait		waits until they stop by themselves
#	load_changes		how many changes were acknowledged so far
#	load_has N		that many or more; for wait_for
#	load_count END [ACT]	lines of the log with this end (and this act)
#	load_figures		"SENT OK REFUSED FAILED AGAIN UNKNOWN P50 P99 MAX
#				GAP": counts, and milliseconds; GAP is the longest
#				time between two acknowledged changes
#	load_lost		what was acknowledged and is not there
#	load_anyway		what was refused because the database was away,
#				and was done all the same
#	load_twice		chapters that were given to two at once
#	ask_start N		N of "readers" ask all groups of endpoints in
#				turn, again and again (t/ask.pl), and one more
#				logs in, with the log $ask_log
#	ask_stop
#	ask_took FROM TO [STATUS]
#				"N P50 P99 MAX", in milliseconds, of the answers
#				(with this status) that were asked for between
#				two instants, in microseconds since 1970
#	ask_longest		"MS METHOD PATH" of the one that took longest
#	ask_back SINCE		"MS METHOD PATH": milliseconds since then until
#				all that is asked for was answered well again,
#				and what came last
#	ask_is_back SINCE	it has; for wait_for
#	instant			now, in microseconds since 1970
#	result WHAT MEASURED TARGET
#				a line of the table that "make drills" prints
#	at_most WHAT MEASURED LIMIT
#				the same, and in the long form a test: MEASURED
#				is a number not above LIMIT
#
# $load_log is $scratch/load.log; load_sql is the client that load_lost asks, by
# standard input, and may be another in a drill of several databases.

DRILL=${DRILL-}

# shellcheck source=t/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=t/history.sh
. "$root/t/history.sh"
# shellcheck source=t/faults.sh
. "$root/t/faults.sh"

load_log=$scratch/load.log
ask_log=$scratch/ask.log
load=
asking=

# shellcheck disable=SC2317 # for a trap
drill_end() {
	drill_status=$?
	for drill_pid in $load $asking; do
		kill "$drill_pid" 2>/dev/null
	done
	(exit $drill_status)
	tap_end
}

trap drill_end EXIT

form() {
	if [ "$DRILL" = long ]; then
		echo "$2"
	else
		echo "$1"
	fi
}

result() {
	diag "$1: $2 ($3)"
	[ -z "${DRILL_RESULTS-}" ] || printf '%s\t%s\t%s\t%s\n' \
	    "$(basename "$0" .sh)" "$1" "$2" "$3" >>"$DRILL_RESULTS"
}

at_most() {
	result "$1" "$2" "at most $3"
	[ "$DRILL" = long ] || return 0
	ok "$1: at most $3" awk -v n="$2" -v most="$3" \
	    'BEGIN { exit !(n "" != "" && n + 0 <= most) }'
}

# --- Readers at work ---------------------------------------------------------

readers() {
	crowd "$1"
	cp "$scratch/crowd" "$scratch/tokens"
}

load_start() {
	case " $* " in
	*" -s "* | *" -u "*) ;;
	*) set -- -s "$stack/http.sock" "$@" ;;
	esac
	rm -f "$load_log"
	"$BUILD/t/load/load" -t "$scratch/tokens" -o "$load_log" "$@" &
	load=$!
	wait_for test -e "$load_log"
}

load_wait() {
	wait "$load"
	load_status=$?
	load=
	return $load_status
}

load_stop() {
	kill -TERM "$load"
	load_wait
}

load_changes() {
	awk -F '\t' '$5 == "ok" && $3 != "get"' "$load_log" | wc -l
}

load_has() {
	[ "$(load_changes)" -ge "$1" ]
}

load_count() {
	awk -F '\t' -v end="$1" -v act="${2-}" \
	    '$5 == end && (act == "" || $3 == act) { n++ }
	    END { print n + 0 }' "$load_log"
}

load_gap() {
	awk -F '\t' '$5 == "ok" && $3 != "get" { printf "%d\n", $1 + $2 }' \
	    "$load_log" | sort -n |
	    awk 'NR > 1 && $1 - before > gap { gap = $1 - before }
	    { before = $1 }
	    END { printf "%.0f\n", gap / 1000 }'
}

load_figures() {
	cut -f 2,5 "$load_log" | sort -n | awk -v gap="$(load_gap)" '
	{ took[NR] = $1; n[$2]++ }
	function ms(share) {
		i = int(NR * share + 0.999999)
		return sprintf("%.1f", took[i < 1 ? 1 : i] / 1000)
	}
	END {
		print NR, n["ok"] + 0, n["refused"] + 0, n["failed"] + 0,
		    n["again"] + 0, n["unknown"] + 0, ms(0.5), ms(0.99),
		    ms(1), gap
	}'
}

# --- All groups --------------------------------------------------------------

instant() {
	date +%s%6N
}

# ask_requests TOKEN: what one client asks for.
ask_requests() {
	cat <<-END
	GET /api/user/me/ $1
	PATCH /api/user/me/ $1 {"bio": "asks"}
	GET /api/khatmas/ $1
	GET /api/khatmas/$khatma/ $1
	POST /api/khatmas/ $1 {"name": "asked for"}
	GET /api/search/khatmas/?q=x $1
	GET /api/sessions/ $1
	POST /api/khatmas/$khatma/sessions/ $1 {"chapter_assigned": 1}
	GET /api/stats/user/ $1
	GET /api/stats/khatma/$khatma/ $1
	GET /api/achievements/ $1
	GET /api/notifications/ $1
	PATCH /api/notifications/mark-all-read/ $1
	GET /api/dashboard/ $1
	POST /api/refresh/ - {"refresh": "$asker_refresh"}
	GET /api/health/ready/ -
	GET /api/health/live/ -
	END
}

ask_start() {
	new_user asker
	group "$asker_token"
	ask_files=$scratch/ask.login
	# by one: it keeps a core busy whether there is a database or not
	echo "POST /api/login/ - {\"email\": \"$asker_email\", $(:
	    )\"password\": \"$asker_password\"}" >"$ask_files"
	head -n "$1" "$scratch/tokens" >"$scratch/askers"
	while read -r id token; do
		ask_requests "$token" >"$scratch/ask.$id"
		ask_files="$ask_files $scratch/ask.$id"
	done <"$scratch/askers"
	rm -f "$ask_log"
	# shellcheck disable=SC2086 # several words
	perl "$root/t/ask.pl" "$stack/http.sock" "$ask_log" $ask_files &
	asking=$!
	wait_for test -s "$ask_log"
}

ask_stop() {
	kill "$asking"
	wait "$asking"
	asking=
}

ask_took() {
	awk -F '\t' -v from="$1" -v to="$2" -v status="${3-}" '
	$1 >= from && $1 < to && (status == "" || $3 == status) { print $2 }
	' "$ask_log" | sort -n | awk '
	{ took[NR] = $1 }
	function ms(share) {
		i = int(NR * share + 0.999999)
		return sprintf("%.1f", took[i < 1 ? 1 : i] / 1000)
	}
	END { print NR, ms(0.5), ms(0.99), ms(1) }'
}

ask_longest() {
	sort -t "$(printf '\t')" -k 2,2n "$ask_log" | tail -n 1 |
	    awk -F '\t' '{ printf "%.1f %s\n", $2 / 1000, $6 }'
}

# What has not been answered well since then counts as an hour.
ask_back() {
	awk -F '\t' -v since="$1" '
	{ asked[$6] }
	$1 + $2 >= since && $3 > 0 && $3 < 500 &&
	    (!($6 in back) || $1 + $2 < back[$6]) { back[$6] = $1 + $2 }
	END {
		for (what in asked) {
			n = what in back ? back[what] - since : 3600e6
			if (n > most) {
				most = n
				last = what
			}
		}
		printf "%.0f %s\n", most / 1000, last
	}' "$ask_log"
}

ask_is_back() {
	! ask_back "$1" | grep -q '^3600000 '
}

# --- What must be true in the end --------------------------------------------

load_sql() {
	mariadb --no-defaults --default-character-set=utf8mb4 \
	    --socket="$stack/run/db.sock" -N khatma
}

load_lost() {
	{
		echo 'CREATE TEMPORARY TABLE told (act VARCHAR(8), user BIGINT,
		    khatma BIGINT, chapter INT, session BIGINT,
		    words VARCHAR(200), KEY (khatma, chapter));'
		awk -F '\t' '$5 == "ok" && $3 ~ /^(create|group|read)$/ {
			gsub(/\047/, "", $10)
			row = sprintf("(\047%s\047,%d,%d,%d,%d,\047%s\047)",
			    $3, $6, $7, $8, $9, $10)
			if (n % 500 == 0)
				printf "%s INSERT INTO told VALUES %s",
				    n ? ";\n" : "", row
			else
				printf ",\n%s", row
			n++
		}
		END { print ";" }' "$load_log"
		echo "SELECT 'khatma', t.khatma, t.words FROM told t
		    LEFT JOIN khatmas k ON k.id = t.khatma
		    WHERE t.act IN ('create', 'group') AND (k.id IS NULL
		    OR (t.act = 'create' AND k.name <> t.words));
		    SELECT 'session', t.session, t.khatma, t.chapter FROM told t
		    LEFT JOIN sessions s ON s.id = t.session
		        AND s.user_id = t.user AND s.khatma_id = t.khatma
		        AND s.chapter = t.chapter AND s.is_completed = TRUE
		    WHERE t.act = 'read' AND s.id IS NULL;
		    SELECT 'chapter', t.khatma, t.chapter FROM told t
		    LEFT JOIN chapters c ON c.khatma_id = t.khatma
		        AND c.number = t.chapter AND c.state = 'completed'
		    WHERE t.act = 'read' AND c.number IS NULL"
	} | load_sql 2>&1
}

# A khatma for each time that its name was answered with 2xx, and one more at
# most for each time that nobody knew. A reading that was refused before is a
# new one when it is sent again, and a join makes a member.
load_anyway() {
	awk -F '\t' '
	function is_certain() {
		return $10 ~ /(database_unavailable|request_in_progress)$/ ||
		    ($4 == 0 && $10 ~ /connect to server$/)
	}
	$3 == "create" || $3 == "group" {
		split($10, word, " ")
		if ($3 == "create")
			prefix = word[1]
		name = $3 == "group" ? "" : word[1] " " word[2]
		done[name] += $5 == "ok"
		maybe[name] += $5 ~ /^(again|unknown)$/ && !is_certain()
	}
	$3 == "read" || $3 == "join" {
		place = $3 FS $6 FS $7 FS ($3 == "read" ? $8 : "")
		if ($5 ~ /^(again|unknown)$/) {
			refused[place]++
			unsure[place] += !is_certain()
		} else {
			if (refused[place] && !unsure[place] &&
			    ($4 == 200 || $10 ~ /already_member$/))
				print "SELECT \047" $3 "\047," $6 "," $7 "," \
				    $8 ";"
			refused[place] = unsure[place] = 0
		}
	}
	END {
		for (name in done)
			printf "SELECT \047create\047, \047%s\047, n.n " \
			    "FROM (SELECT COUNT(*) AS n FROM khatmas " \
			    "WHERE %s) n WHERE n.n < %d OR n.n > %d;\n", name,
			    name == "" ? "name = \047" prefix " together\047" :
			    "is_public = FALSE AND name = \047" name "\047", done[name],
			    done[name] + maybe[name]
	}' "$load_log" | load_sql 2>&1
}

# Between the answer to a join and the asking to leave the chapter is one's own:
# no other join may have got it in the meantime. And it is read by one only.
load_twice() {
	awk -F '\t' '
	function place() { return $7 "\t" $8 }
	$3 == "read" && $5 == "ok" {
		if (place() in reader && reader[place()] != $6)
			print "read by two:", place()
		reader[place()] = $6
	}
	$3 == "join" && $5 == "ok" {
		n[place()]++
		who[place(), n[place()]] = $6
		asked[place(), n[place()]] = $1
		given[place(), n[place()]] = $1 + $2
		last[$6, $7] = place() SUBSEP n[place()]
		until[place(), n[place()]] = 9e18
	}
	$3 == "leave" && ($6, $7) in last {
		if (until[last[$6, $7]] == 9e18)
			until[last[$6, $7]] = $1
	}
	END {
		for (p in n)
			for (i = 1; i <= n[p]; i++)
				for (j = 1; j <= n[p]; j++)
					if (who[p, i] != who[p, j] &&
					    given[p, i] < asked[p, j] &&
					    given[p, j] < until[p, i])
						print "given to two:", p
	}' "$load_log"
}
