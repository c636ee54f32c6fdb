#!/bin/sh
# The README names every setting there is, with its default, and none that is
# not; and what else it names, a target of make or a file, is there.

# shellcheck disable=SC2034 # for tap.sh: no service is needed
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/readme.sh"

readme=$root/README
spawn=$root/spawn.sh

# --- Settings ----------------------------------------------------------------

# A line "NAME what the README says of it" for each setting.
commands Settings | awk '
function flush(i) {
	for (i = 1; i <= count; i++)
		print names[i], text
	count = 0
}
/^KHATMA_/ {
	flush()
	for (i = 1; $i ~ /^KHATMA_/; i++) {
		names[++count] = $i
		sub(/,$/, "", names[count])
		$i = ""
	}
	text = ""
}
{
	$1 = $1
	sub(/^ +/, "")
	text = text (text == "" ? "" : " ") $0
}
END { flush() }' >"$scratch/readme"

# A line "NAME DEFAULT" for each in the table of the programs.
sed -n '/^static const struct setting settings/,/^};/p' \
    "$root/common/conf.c" | tr -d '\n' |
    grep -oE '\.(name|standard) = *"[^"]*"' | cut -d '"' -f 2 |
    paste -d ' ' - - >"$scratch/programs"

# The names in spawn.sh's head comment, written out, and what it says of them.
sed '/^$/q' "$spawn" | awk -F '\t+' '
function flush(i) {
	for (i = 1; i <= count; i++)
		print (names[i] ~ /^_/ ? stem : "") names[i], text
	count = 0
}
/^#\tKHATMA_/ {
	flush()
	count = split($2, names, ", ")
	stem = names[1]
	sub(/_[A-Z]*$/, "", stem)
	text = $3
	next
}
{ text = text " " $2 }
END { flush() }' >"$scratch/spawn"

isnt "$(wc -l <"$scratch/programs")" 0 'the programs have settings'
isnt "$(wc -l <"$scratch/spawn")" 0 'so has spawn.sh'
cut -d ' ' -f 1 "$scratch/programs" "$scratch/spawn" | sort -u >"$scratch/there"
cut -d ' ' -f 1 "$scratch/readme" |
    sed 's/^\(KHATMA_WORKERS\|KHATMA_QUEUE\)_[a-z]*$/\1_<group>/' |
    sort >"$scratch/named"
ok 'the README has all of them, each once, and no other' \
    diff "$scratch/there" "$scratch/named"

# said FILE NAME: what it says.
said() {
	sed -n "s/^$2 //p" "$scratch/$1"
}

# A default is the first word, before a colon or semicolon or all alone.
while read -r name default; do
	is "$(said readme "$name" | sed -n 's/^\([^ :;]*\)\([:;].*\)\{0,1\}$/\1/p')" \
	    "$default" "$name: the default is ${default:-not a value}"
done <"$scratch/programs"

# has_word TEXT WORD NAME
has_word() {
	like " $(echo "$1" | tr ':;,()' ' ' | tr -s ' ') " " $2 " "$3"
}

# Where spawn.sh reads one: "setting NAME DEFAULT".
grep -ohE 'setting KHATMA_[A-Z_]+ [a-z0-9/.]+' "$spawn" "$root"/spawn/*.sh |
    sort -u >"$scratch/defaults"
isnt "$(wc -l <"$scratch/defaults")" 0 'spawn.sh has defaults'
while read -r _ name default; do
	has_word "$(said readme "$name")" "$default" \
	    "$name: the README has spawn.sh's default"
	grep -q "^$name " "$scratch/programs" ||
		has_word "$(said spawn "$name")" "$default" \
		    "$name: so has its head"
done <"$scratch/defaults"

sed -n 's/^	\([a-z]*\))	standard=\([0-9]*\).*/\1 \2/p' "$spawn" \
    >"$scratch/groups"
isnt "$(wc -l <"$scratch/groups")" 0 'some groups have their own'
while read -r group; do
	has_word "$(said readme KHATMA_WORKERS)" "$group" \
	    "KHATMA_WORKERS: $group in the README"
	has_word "$(said spawn KHATMA_WORKERS)" "$group" \
	    "KHATMA_WORKERS: $group in spawn.sh's head"
done <"$scratch/groups"

file=$(sed -n 's/.*CONF_FILE.*"\(.*\)".*/\1/p' "$root/common/conf.h")
like "$(section Settings)" "in $file, or" 'the file of settings is that one'
like "$(cat "$spawn")" "KHATMA_CONF:-$file}" 'spawn.sh reads the same'

# --- Targets of make ---------------------------------------------------------

targets=$(grep -oE '(`|^	)make [a-z]+' "$readme" | cut -d ' ' -f 2 | sort -u)
isnt "$targets" '' 'the README names targets of make'
for target in $targets; do
	ok "make $target is one" grep -q "^$target:" "$root/Makefile"
done
# shellcheck disable=SC2013,SC2016 # words; a backtick of the README
for variable in $(grep -oE '[`(](make [a-z]+ )?[A-Z]+=[^`]*' "$readme" |
    grep -oE '[A-Z]+=' | sort -u); do
	ok "$variable is one that make knows" \
	    grep -qE "^${variable%=}[[:blank:]]*\?=" "$root/Makefile"
done
is "$(grep -oE '127\.0\.0\.1:[0-9]+' "$readme" | sort -u)" \
    "127.0.0.1:$(sed -n 's/^PORT[[:blank:]]*?= *//p' "$root/Makefile")" \
    'the port is that of make run'

# --- Files -------------------------------------------------------------------

places=$(commands 'Where things are' | sed -n 's/^\([^ ]*\).*/\1/p')
isnt "$places" '' 'the README says where things are'
for place in $places; do
	ok "$place is there" test -e "$root/$place"
done
# Those of the library are called by their bare names, too.
for name in $(grep -oE '(^|[ (`])[a-z][a-z/.-]*\.(c|h|md|sql|sh|example)\b' \
    "$readme" | tr -d ' (`' | sort -u); do
	found=$root/$name
	[ -e "$found" ] || found=$root/common/$name
	ok "$name is there" test -e "$found"
done
ok 'the version of the schema is where it says' grep -q 'SCHEMA_VERSION' \
    "$root/common/model/model.h"

done_testing
