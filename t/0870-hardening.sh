#!/bin/sh
# The programs are built so that a slip in memory is hard to make use of.

# shellcheck disable=SC2034 # for tap.sh: no service is needed
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"

if grep -q -e -fsanitize "$BUILD/flags"; then
	skip_all 'programs with sanitizers are built in another way'
fi

# has REGEX NAME, hasnt REGEX NAME: what readelf says of the program.
has() {
	like "$(cat "$scratch/elf")" "$1" "SEC-04: $program: $2"
}

hasnt() {
	is "$(grep -E -e "$1" "$scratch/elf")" '' "SEC-04: $program: $2"
}

for program in auth users khatmas sessions stats achievements notifications \
    dashboard health; do
	readelf -W -h -l -d --dyn-syms "$BUILD/bin/$program" >"$scratch/elf"
	has 'Type: +DYN' 'it is loaded at an address of chance'
	has 'FLAGS_1.* PIE' 'as a program, not a library'
	has '^ +GNU_RELRO ' 'its tables are read-only once it runs'
	has '(FLAGS.*BIND_NOW|FLAGS_1.* NOW)' 'all of them'
	has '^ +GNU_STACK .* RW +0x' 'its stack is no code'
	hasnt '^ +LOAD .* R?W ?E +0x' 'nothing can be written and run'
	hasnt '\((RPATH|RUNPATH)\)' 'it looks for libraries nowhere else'
	has '__stack_chk_fail' 'its stack is watched'
	has '__[a-z]+_chk@' 'its buffers are checked'
done

done_testing
