# shellcheck shell=sh disable=SC2154 # tap.sh sets them
# sources.sh - for tests that work in a copy of the sources, sourced after
# tap.sh.
#
#	copy_sources	into $scratch/khatma, with what was built of them

copy_sources() {
	mkdir "$scratch/khatma"
	for entry in "$root"/*; do
		case ${entry##*/} in
		build* | var) ;;
		*) cp -a "$entry" "$scratch/khatma" ;;
		esac
	done
	cp -a "$BUILD" "$scratch/khatma"
}
