#!/bin/sh
# micro.sh - what single things cost a worker, without web server and database:
# checking and signing a token, writing twenty khatmas, a request from what
# nginx sends to the line in the log.
#
#	make units && t/bench/micro.sh
#		how long each takes, in microseconds, beside what it may take;
#		exit status 1 when one takes longer. Wants a quiet machine
#	t/bench/micro.sh count [OPERATION...] >t/bench/instructions
#		how many instructions each takes, by valgrind's callgrind, which
#		any machine counts alike: what t/0660-instructions.sh holds the
#		next ones against. To be renewed with a change that is meant to
#		cost, or to save
#	t/bench/micro.sh surroundings
#		what these depend upon besides our sources
#	BUILD		where the programs are (build)

set -eu
export LC_ALL=C

root=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=$(readlink -m "${BUILD:-$root/build}")
micro=$BUILD/t/bench/micro
scratch=$(mktemp -d /tmp/khatma-micro.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# --- By the clock ------------------------------------------------------------

# The microseconds that an operation may take.
limit() {
	case $1 in
	*-token)	echo 10 ;;
	json-of-20)	echo 60 ;;
	request-list)	echo 110 ;;	# which writes twenty khatmas, too
	*)		echo 50 ;;
	esac
}

by_clock() {
	result=0
	printf '%-20s %8s %8s\n' operation us 'may take'
	for operation in $("$micro"); do
		took=$("$micro" "$operation" 5000)
		printf '%-20s %6d.%d %8d\n' "$operation" $((took / 1000)) \
		    $((took / 100 % 10)) "$(limit "$operation")"
		[ "$took" -le "$(limit "$operation")000" ] || result=1
	done
	return $result
}

# --- By instructions ---------------------------------------------------------

# sum FILE: of what callgrind has written, the instructions in functions of
# common/ itself, the calls that leave them for libraries, and all instructions.
# In the file a line that begins with a number is one of the function that was
# named last; the one after "calls=" is what was called, and not its own.
sum() {
	awk -v program="$micro" '
	/^fl=/ { ours = /\/common\/([^\/]*|model\/[^\/]*)\.[ch]$/ }
	/^ob=/ { object = substr($0, 4) }
	/^(ob|fn)=/ { called = object }
	/^cob=/ { called = substr($0, 5) }
	/^calls=/ {
		if (ours && object == program && called != program)
			calls += substr($1, 7)
		called = object
		getline
		next
	}
	/^[0-9+*-]/ {
		all += $2
		if (ours && object == program)
			own += $2
	}
	END { printf "%d %d %d\n", own, calls, all }' "$1"
}

# count OPERATION: for one time of it. What starting takes is in both runs.
count() {
	for n in 10 30; do
		valgrind -q --tool=callgrind --compress-strings=no \
		    --compress-pos=no --callgrind-out-file="$scratch/$n" \
		    "$micro" "$1" $n >/dev/null
	done
	{ sum "$scratch/10"; sum "$scratch/30"; } |
	    awk -v name="$1" '
	    NR == 1 { own = $1; calls = $2; all = $3 }
	    # twenty times, in each of seven rounds
	    NR == 2 { printf "%-20s %8d %6d %8d\n", name, ($1 - own) / 140,
		($2 - calls) / 140, ($3 - all) / 140 }'
}

surroundings() {
	echo "machine $(uname -m)"
	echo "compiler $("$(cut -d ' ' -f 1 "$BUILD/flags")" --version |
	    head -n 1)"
	dpkg-query -W -f 'library ${Package} ${Version}\n' libc6 libjwt0 \
	    libjansson4 libcjson1 libssl3 2>/dev/null || :
}

case ${1-} in
'')	by_clock ;;
count)	shift
	[ $# -gt 0 ] || {
		# shellcheck disable=SC2046 # several words
		set -- $("$micro")
	}
	cat <<-END
	# Instructions that single things take a worker: in common/ itself, the
	# calls from there into libraries, and instructions of both. Made by
	# "t/bench/micro.sh count"; t/0660-instructions.sh compares.
	END
	surroundings
	for operation in "$@"; do
		count "$operation"
	done ;;
surroundings)	surroundings ;;
*)	sed -n '2p' "$0" >&2
	exit 2 ;;
esac
