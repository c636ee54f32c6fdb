# shellcheck shell=sh
# shellcheck disable=SC2154 # what tap.sh sets
# routes.sh - the tables of routes, for tests that may miss none. For after
# tap.sh.
#
#	routes		"METHOD PATTERN FLAGS" of each line of the tables, as
#			they stand there; # is a number. A line that is not
#			understood is UNKNOWN and the line

routes() {
	awk '
	BEGIN {
		line = "^\t\\{ [A-Z]+, \"[a-z0-9/#-]+\", [a-z_]+, " \
		    "[A-Z_0-9| ]+, [0-9]+ \\},$"
	}
	/^static const struct route routes\[\]/ { inside = 1; next }
	/^\};/ { inside = 0 }
	!inside { next }
	$0 ~ line {
		split($0, part, /[{,"] */)
		gsub(/^ +| +$/, "", part[2])
		print part[2], part[4], part[7]
		next
	}
	{ print "UNKNOWN", $0 }' "$root"/cgi-bin/*.c | sort
}
