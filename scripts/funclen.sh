#!/bin/sh
# funclen.sh - fails when a function is longer than 60 lines, in C or in a
# script. It counts from the line of the opening brace to that of the closing
# one, which in this tree stand in column one (in scripts: after the name).

set -eu
cd "$(dirname "$0")/.."
readonly LIMIT=60

find common cgi-bin jobs t scripts .ci spawn.sh spawn -type f \
    \( -name '*.[ch]' -o -name '*.sh' -o -name run \) -exec awk -v limit=$LIMIT '
	FNR == 1 { start = 0 }
	/^\{/ { start = FNR; name = before }
	/^[a-z_0-9]+\(\) \{/ { start = FNR; name = $1 }
	/^\}/ && start {
		if (FNR - start - 1 > limit) {
			printf "%s:%d: %s has %d lines, more than %d\n",
			    FILENAME, start, name, FNR - start - 1, limit
			long = 1
		}
		start = 0
	}
	{ before = $0 }
	END { exit long }' {} +
