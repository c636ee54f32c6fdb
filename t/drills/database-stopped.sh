#!/bin/sh
# The database is stopped for a while: every group says so at once and when to
# come again, health tells, and all is well as soon as it is back.
# shellcheck disable=SC2016 # for awk
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"
stack_private

# answered FROM TO AWK: how many of the answers in between are so.
answered() {
	awk -F '\t' -v from="$1" -v to="$2" "\$1 >= from && \$1 < to &&
	    $3 { n++ } END { print n + 0 }" "$ask_log"
}

# What went without a database all the time.
alive='$6 ~ /health\/live/'

goes_on() {
	[ "$(load_count ok read)" -gt "$read" ]
}

readers 8
before=$(workers)
load_start -r 20
ask_start 8
wait_for load_has 30
database_stop TERM
down=$(instant)
sleep "$(form 2 30)"	# for as long as it is to be away
up=$(instant)
ok 'the database is stopped, and started' database_start
there=$(instant)
ok 'all groups answer again' wait_for ask_is_back "$there"
read=$(load_count ok read)
wait_for goes_on
ask_stop
ok 'the readers work all the time' load_stop

isnt "$(answered "$down" "$up" 1)" 0 'all groups are asked meanwhile'
is "$(answered "$down" "$up" "!($alive) && !(\$3 == 503 &&
    \$4 == \"database_unavailable\" && \$5 ~ /^[1-9][0-9]*\$/)")" 0 \
    'each answer is 503 database_unavailable with Retry-After'
is "$(answered "$down" "$up" "$alive && \$3 != 200")" 0 \
    'but health/live/ says 200'
is "$(answered "$down" "$up" '$6 ~ /health\/ready/ && $3 == 503' |
    sed 's/^[1-9].*/some/')" some 'and health/ready/ 503'
is "$(workers)" "$before" 'the workers are the same as before'
is "$(load_lost)" '' 'all that was acknowledged is there'
is "$(load_anyway)" '' 'nothing is that was refused'
is "$(load_twice)" '' 'no chapter was given twice'
is "$(fsck)" '' 'and all rules hold'

# shellcheck disable=SC2046 # several words
set -- $(ask_took "$down" "$up" 503)
result 'stopped for, s' "$(((up - down) / 1000000))" "$(form 2 30)"
result '503 answers; p50, p99, ms' "$1; $2, $3" 'p50 1.3 (a refused socket)'
at_most 'longest 503, ms' "$4" 100
result 'back after its start began, ms' "$(ask_back "$up" | cut -d ' ' -f 1)" \
    'to compare with'
# shellcheck disable=SC2046 # several words
set -- $(ask_back "$there")
result 'what came back last' "$2 $3" 'any group'
at_most 'back after it answers, ms' "$1" 1000

done_testing
