#!/bin/sh
# docs/security.md is whole and true: every requirement stands in it, and each
# is tested where it says so, or says why not.
# shellcheck disable=SC2016 # backticks are Markdown's
. "$(dirname "$0")/tap.sh"

promises=$root/docs/security.md

# ids LETTERS FROM TO
ids() {
	seq -f "$1-%02.0f" "$2" "$3"
}

# "ID|promise|where" for each row of a table.
sed -n 's/^| \([A-Z]*-[0-9]*\) | \(.*\) | \(.*\) |$/\1|\2|\3/p' "$promises" \
    >"$scratch/rows"
cut -d '|' -f 1 "$scratch/rows" | sort >"$scratch/there"
{
	ids AUTH 1 11
	ids TOK 1 7
	ids AZ 1 5
	ids VAL 1 5
	ids ERR 1 1
	ids LOG 1 3
	ids SEC 0 4
	ids TLS 1 1
	ids JWT 1 17
	ids JSON 1 16
	ids HTTP 1 21
} | sort >"$scratch/wanted"
is "$(comm -13 "$scratch/there" "$scratch/wanted")" '' \
    'every requirement stands in the table'
is "$(comm -23 "$scratch/there" "$scratch/wanted")" '' 'once, and no other'

while IFS='|' read -r id promise where; do
	ok "$id is said in words" test "${#promise}" -gt 20
	files=$(printf '%s\n' "$where" | grep -o '`[^`]*`' | tr -d '`')
	case $where in
	'not applicable: '*) ;;
	*)	ok "$id is tested, or says why not" test -n "$files" ;;
	esac
	for file in $files; do
		ok "$id is tested by $file" \
		    grep -qE "(^|[\"' ])$id([: ]|\|)" "$root/$file"
	done
done <"$scratch/rows"

# What a test calls by an id is a requirement of the table.
grep -ohE "[\"'][A-Z]+-[0-9]{2}: |^[A-Z]+-[0-9]{2}\|" "$root"/t/[0-9]*.sh \
    "$root"/t/unit-*.c | tr -d "\"': |" | sort -u | comm -23 - "$scratch/wanted" >"$scratch/unknown"
is "$(cat "$scratch/unknown")" '' 'no test has an id that does not stand there'

done_testing
