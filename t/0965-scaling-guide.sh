#!/bin/sh
# docs/scaling.md names every configuration of cluster/, each of which says what
# its words between @ signs mean, and the tests fill them in; what the guide
# refers to is there.
# shellcheck disable=SC2034 # for tap.sh: no service is needed
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"

guide=$root/docs/scaling.md

for file in "$root"/cluster/*; do
	name=${file##*/}
	like "$(cat "$guide")" "cluster/$name" "the guide names $name"
	like "$(cat "$root"/t/cluster*.sh)" "cluster/$name" "and the tests use it"
	unexplained=$(grep -v '^#' "$file" | grep -o '@[A-Z_]*@' | sort -u |
	    while read -r word; do
		grep -q "^#	.*$word" "$file" || echo "$word"
	    done)
	is "$unexplained" '' "$name explains its words"
	unfilled=$(grep -o '@[A-Z_]*@' "$file" | sort -u |
	    while read -r word; do
		grep -q "s|$word|" "$root"/t/cluster*.sh || echo "$word"
	    done)
	is "$unfilled" '' 'and the tests fill them in'
done

# A folder of the source and what is in it, or a file beside the guide.
missing=$(grep -oE '(cluster|systemd|t)/[A-Za-z0-9_./-]+|\]\([a-z-]+\.md' \
    "$guide" | sed 's|](|docs/|; s|[.,]$||' | sort -u |
    while read -r path; do
	[ -e "$root/$path" ] || echo "$path"
    done)
is "$missing" '' 'every file that the guide names is there'

missing=$(grep -oE 'khatma-spawn [a-z-]+' "$guide" | sort -u |
    while read -r _ word; do
	grep -qE "^#	spawn\.sh .*\b$word\b" "$root/spawn.sh" || echo "$word"
    done)
is "$missing" '' 'and every command of khatma-spawn'

missing=$(grep -oE 'KHATMA_[A-Z_]+' "$guide" | sort -u |
    while read -r word; do
	grep -q "^	$word" "$root/README" || echo "$word"
    done)
is "$missing" '' 'and every setting'

done_testing
