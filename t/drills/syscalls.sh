#!/bin/sh
# One system call of a worker fails, each of a request in turn: what speaks to
# the database and what speaks to the web server. Nobody is told of a success
# that there is none of, nor that nothing was done when it was.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"
command -v strace >/dev/null || skip_all 'there is no strace'
# The sandbox would take the call that strace puts in the place for an escape.
stack_private WORKERS=1 SANDBOX=off

every=$(form 7 1)		# the first of so many calls
tracer=

trace_end() {
	trace_status=$?
	[ -z "$tracer" ] || kill "$tracer" 2>/dev/null
	# shellcheck disable=SC2086 # a number
	(exit $trace_status)
	drill_end
}

trap trace_end EXIT

attached() {
	grep -q attached "$scratch/attached"
}

# fails CALL ERROR N: a chapter is read while the Nth such call fails.
fails() {
	chapter=$((chapter + 1))
	: >"$scratch/calls"
	strace -o "$scratch/calls" -e "trace=$1" \
	    -e "inject=$1:error=$2:when=$3" -p "$worker" \
	    2>"$scratch/attached" &
	tracer=$!
	wait_for attached
	req POST "/api/khatmas/$khatma/sessions/" \
	    '{"chapter_assigned": '$chapter'}' "$aisha_token"
	kill "$tracer"
	wait "$tracer" 2>/dev/null
	tracer=
	[ "$(workers sessions)" = "$worker" ] || return
	grep -q INJECTED "$scratch/calls" || return
	there=$(db "SELECT COUNT(*) FROM chapters c JOIN sessions s
	    ON s.id = c.session_id WHERE c.khatma_id = $khatma
	    AND c.number = $chapter AND s.is_completed = TRUE")
	echo "$status $(jq -r '.code // "done"' "$body") $there $1 $2 $3" \
	    >>"$scratch/answers"
}

# each CALL ERROR
each() {
	n=1
	while fails "$1" "$2" "$n"; do
		n=$((n + every))
	done
}

reader aisha
own "$aisha_token" '"division": "page"'
worker=$(workers sessions)
reads "$aisha_token" 604	# so that all is prepared
chapter=0
each recvfrom ECONNRESET
each sendto ECONNRESET
each sendto EPIPE
each read ECONNRESET
each write EPIPE

isnt "$(wc -l <"$scratch/answers")" 0 'calls fail'
is "$(awk '$1 ~ /^20[01]$/ && !($2 == "done" && $3 == 1)' \
    "$scratch/answers")" '' 'what was answered with 2xx is there'
is "$(awk '$2 == "database_unavailable" && $3 != 0' "$scratch/answers")" '' \
    'nothing is that was refused'
is "$(awk '$1 !~ /^(200|201|503)$/' "$scratch/answers")" '' \
    'whatever failed, the answer is the right one or 503'
is "$(workers sessions)" "$worker" 'the worker is the same as before'
reads "$aisha_token" 603
wants 201 'and serves as before'
is "$(fsck)" '' 'and all rules hold'

result 'calls that failed; right answers, refused, unknown' \
    "$(awk '{ n[$2]++ } END { print NR ";", n["done"] + 0 ",",
    n["database_unavailable"] + 0 ",",
    NR - n["done"] - n["database_unavailable"] }' "$scratch/answers")" \
    'no wrong success'

done_testing
