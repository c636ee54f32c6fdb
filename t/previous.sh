# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # what tap.sh sets; what drills read
# previous.sh - the programs that were released before these; for drills, after
# drill.sh. t/previous-release says which: the commit, and its SCHEMA_VERSION.
#
#	previous_build [TARGET]	builds them ("all") out of git's history in the
#				folder $previous, or skips the test where there
#				is no such history. Sets $previous_schema
#	previous_run COMMAND...	runs it in that folder, with nothing of ours

previous_schema=$(sed -n 's/^schema //p' "$root/t/previous-release")

previous_run() {
	(cd "$previous" || exit 1
	unset MAKEFLAGS MFLAGS MAKELEVEL KHATMA_TEST_STACK SANITIZE VALGRIND \
	    SANDBOX RESULTS DRILL DRILL_RESULTS
	BUILD=$previous/build exec "$@")
}

previous_build() {
	[ $# -gt 0 ] || set -- all
	commit=$(sed -n 's/^commit //p' "$root/t/previous-release")
	git -C "$root" cat-file -e "$commit^{commit}" 2>/dev/null ||
		skip_all "git does not have the previous release, $commit"
	previous=$scratch/previous
	mkdir "$previous"
	git -C "$root" archive "$commit" | tar -x -C "$previous"
	ok 'the previous release builds' previous_run \
	    make -j2 CFLAGS=-O1 SANITIZE= BUILD="$previous/build" "$@"
}
