#!/bin/sh
# drills.sh [DRILL...] - the drills in their long form, one after the other, and
# a table of what they measured. "make drills" calls it. Without names all of
# t/drills; a name is that of the file without its ending.

set -u
cd "$(dirname "$0")/.." || exit 1
DRILL=long
DRILL_RESULTS=$(mktemp /tmp/khatma-drills.XXXXXX)
JOBS=1
TEST_TIMEOUT=${TEST_TIMEOUT:-3600}
export DRILL DRILL_RESULTS JOBS TEST_TIMEOUT
trap 'rm -f "$DRILL_RESULTS"' EXIT
trap 'exit 1' HUP INT TERM

[ $# -gt 0 ] || set -- t/drills/*.sh
drills=
for drill in "$@"; do
	drill=${drill##*/}
	drills="$drills t/drills/${drill%.sh}.sh"
done

# shellcheck disable=SC2086 # several words
sh t/run.sh $drills
status=$?
awk -F '\t' '
BEGIN { printf "\n| drill | what | measured | target |\n|---|---|---|---|\n" }
{ printf "| %s | %s | %s | %s |\n", $1 == before ? "" : $1, $2, $3, $4 }
{ before = $1 }' "$DRILL_RESULTS"
exit $status
