#!/bin/sh
# cover.sh BUILD - how much of the sources the tests have run, from the counts
# that the programs of a --coverage build left beside their objects. "make
# cover" calls it after the tests. Prints a line for each file, then the lines
# with a branch that was never taken, then the totals. Fails below the bounds
# that stand here, and for each file or function that has to be whole.

set -eu
cd "$(dirname "$0")/.."
readonly LINES_MIN=95 BRANCHES_MIN=90

# What lets people in, and what says how far: every branch of it is taken.
whole() {
	sed 's/#.*//' <<-'END'
	common/token.c
	common/token_key.c
	common/passwd.c
	common/json.c
	common/route.c
	common/model/member.c
	common/model/khatma.c khatma_may_read
	common/model/khatma.c khatma_find
	common/model/khatma.c khatma_can_join
	common/model/khatma.c is_member
	common/model/khatma.c khatma_lock
	common/model/khatma.c khatma_creator_only
	common/model/user.c is_good
	common/model/user.c user_identify
	common/model/achievement.c achievement_list
	common/model/stats.c stats_user
	common/model/stats_khatma.c from_row
	common/model/stats_khatma.c stats_khatma
	END
}

# FILE LINE COUNT BRANCHES TAKEN, for each line with code. Without the sandbox:
# whoever is in it can write no counts, and t/0872-sandbox.sh has to look at it
# from outside.
counts() {
	gcovr --root . --object-directory "$1" --filter common/ \
	    --filter cgi-bin/ --exclude common/sandbox.c "$1" --json |
	    jq -r '.files[] | .file as $file | .lines[] |
		select(."gcovr/noncode" | not) |
		[$file, .line_number, .count, (.branches | length),
		([.branches[] | select(.count > 0)] | length)] | @tsv'
}

# FILE FUNCTION FIRST LAST, for each function: by the braces in column one.
functions() {
	awk '
	/^[a-z_0-9]+\(/ { name = $0; sub(/\(.*/, "", name); first = FNR }
	/^\}/ && name { print FILENAME, name, first, FNR; name = "" }' \
	    common/*.c common/model/*.c cgi-bin/*.c
}

[ $# = 1 ] || { echo 'usage: cover.sh BUILD' >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
counts "$1" >"$scratch/counts"
[ -s "$scratch/counts" ] || { echo "cover: nothing was counted" >&2; exit 1; }
functions >"$scratch/functions"
whole >"$scratch/whole"
awk -v lines_min=$LINES_MIN -v branches_min=$BRANCHES_MIN '
function percent(part, all) {
	return all ? 100 * part / all : 100
}
function row(name, l, run, b, taken) {
	printf "%-36s %5d %5d %6.1f  %5d %5d %6.1f\n", name, l, run,
	    percent(run, l), b, taken, percent(taken, b)
}
function missing(file, from, to,    n, all) {
	for (n = from; n <= to; n++)
		if ((file, n) in open)
			all = all " " n
	return all
}
function check(name, file, from, to) {
	if (missing(file, from, to) == "")
		return
	printf "cover: not whole: %s, lines%s\n", name, missing(file, from, to)
	bad = 1
}
FILENAME ~ /counts$/ {
	if (!($1 in l))
		file[++files] = $1
	l[$1]++
	run[$1] += $3 > 0
	b[$1] += $4
	taken[$1] += $5
	last[$1] = $2
	if ($3 == 0 || $4 > $5)
		open[$1, $2] = 1
}
FILENAME ~ /functions$/ { from[$1, $2] = $3; to[$1, $2] = $4 }
FILENAME ~ /whole$/ { asked[++wholes] = $1; part[wholes] = $2 }
END {
	printf "%-36s %5s %5s %6s  %5s %5s %6s\n", "file", "lines", "run", "%",
	    "branch", "taken", "%"
	for (i = 1; i <= files; i++) {
		f = file[i]
		row(f, l[f], run[f], b[f], taken[f])
		L += l[f]; R += run[f]; B += b[f]; T += taken[f]
	}
	row("all", L, R, B, T)
	print "\nnot run, or a branch not taken:"
	for (i = 1; i <= files; i++) {
		f = file[i]
		if (missing(f, 1, last[f]) != "")
			print f ":" missing(f, 1, last[f])
	}
	print ""
	for (i = 1; i <= wholes; i++) {
		f = asked[i]
		if (!(f in l) || (part[i] && !((f, part[i]) in from))) {
			print "cover: there is no " f " " part[i]
			bad = 1
		} else if (part[i]) {
			check(f " " part[i], f, from[f, part[i]],
			    to[f, part[i]])
		} else {
			check(f, f, 1, last[f])
		}
	}
	printf "cover: %.1f %% of lines (at least %d), ", percent(R, L),
	    lines_min
	printf "%.1f %% of branches (at least %d)\n", percent(T, B),
	    branches_min
	exit bad || L == 0 || percent(R, L) < lines_min ||
	    percent(T, B) < branches_min
}' "$scratch/counts" "$scratch/functions" "$scratch/whole"
