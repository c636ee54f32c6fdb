#!/bin/sh
# What single things cost a worker does not grow unseen: their instructions, as
# valgrind counts them, are those of t/bench/instructions or few more.
. "$(dirname "$0")/tap.sh"

micro=$root/t/bench/micro.sh
kept=$root/t/bench/instructions
OWN=5			# per cent that may come: instructions of ours, calls
ALL=10			# and those of libraries with them

command -v valgrind >/dev/null || skip_all 'valgrind counts, and is not here'
[ -x "$BUILD/t/bench/micro" ] || skip_all 'there is no t/bench/micro'
# A compiler of another kind, or with other orders, makes other instructions.
grep -qE -e '-fsanitize=|--coverage|-O0' "$BUILD/flags" &&
	skip_all 'this build is made to be looked into'
"$micro" surroundings >"$scratch/here"
for word in machine compiler; do
	is_kept=$(sed -n "s/^$word //p" "$kept")
	here=$(sed -n "s/^$word //p" "$scratch/here")
	[ "$here" = "$is_kept" ] ||
		skip_all "counted by $is_kept, and this is $here"
done

# What a library takes is judged where all of them are those of the file.
libraries() {
	grep '^library ' "$1"
}
[ "$(libraries "$kept")" = "$(libraries "$scratch/here")" ] || {
	diag 'other versions of libraries: their instructions are not judged'
	ALL=
}

# most WAS PERCENT: what it may be now.
most() {
	echo $(($1 + ($1 * $2 + 99) / 100))
}

"$micro" count >"$scratch/now"
grep -v -e '^#' -e '^machine' -e '^compiler' -e '^library' "$kept" \
    >"$scratch/operations"
while read -r operation own calls all; do
	# shellcheck disable=SC2046 # several words
	set -- $(sed -n "s/^$operation  *//p" "$scratch/now") 0 0 0
	diag "$operation: $1 $2 $3, and was $own $calls $all"
	ok "$operation takes hardly more instructions than it did" \
	    test "$1" -gt 0 -a "$1" -le "$(most "$own" $OWN)"
	ok '... calls libraries hardly more often' \
	    test "$2" -le "$(most "$calls" $OWN)"
	[ -z "$ALL" ] || ok '... and has hardly more done by them' \
	    test "$3" -le "$(most "$all" $ALL)"
done <"$scratch/operations"
is "$(awk '{ print $1 }' "$scratch/operations" | sort)" \
    "$("$BUILD/t/bench/micro" | sort)" 'each operation is counted'

done_testing
