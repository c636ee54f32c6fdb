# shellcheck shell=sh
# readme.sh - for the tests that hold the README to its word; read after
# tap.sh.
#
#	section HEADING		the lines below this heading, up to the next
#	commands HEADING	those of them that a tab indents, without it

section() {
	awk -v heading="$1" '
	/^--+$/ { inside = last == heading; last = ""; next }
	inside { print last }
	{ last = $0 }
	END { if (inside) print last }' "$root/README"
}

commands() {
	section "$1" | sed -n 's/^	//p'
}
