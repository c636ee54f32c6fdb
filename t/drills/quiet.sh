#!/bin/sh
# Nothing is broken: what the readers were told is what is there.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"
stack_private

readers 8
load_start -d "$(form 2 60)" -k
ok 'readers work for a while' load_wait
# shellcheck disable=SC2046 # several words
set -- $(load_figures)
is "$4 $5 $6" '0 0 0' 'every request was answered'
is "$(load_count refused bad)" 0 'and as it should be'
is "$(load_lost)" '' 'all that was acknowledged is there'
is "$(load_twice)" '' 'no chapter was given twice'
cp "$load_log" "$scratch/true.log"
awk -F '\t' -v OFS='\t' '$3 == "read" { $8++ } { print }' "$scratch/true.log" \
    >"$load_log"
isnt "$(load_lost | head -n 1)" '' 'and what is not there would be missed'
is "$(fsck)" '' 'and all rules hold'
result 'requests' "$1" 'all answered'
result 'p50, p99 and the longest, ms' "$7, $8, $9" 'to compare with'

done_testing
