# shellcheck shell=sh
# build.sh - for the tests that need what is in build-fuzz: fuzz_build makes it,
# for one test at a time, whatever make said to whoever calls the test.

[ -z "${VALGRIND-}" ] || skip_all 'valgrind cannot run sanitizers'
# These tell of their finds themselves, whatever the rest of the suite is told.
unset ASAN_OPTIONS UBSAN_OPTIONS

command -v clang >/dev/null || skip_all 'there is no clang'

fuzz_build() {
	mkdir -p build-fuzz
	env -u MAKEFLAGS -u MAKELEVEL flock build-fuzz make -s -j2 fuzz-build
}
