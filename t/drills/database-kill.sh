#!/bin/sh
# The database is killed again and again under eight writers, each time as soon
# as they have got something done: what was acknowledged is there, what was
# refused is not, and it goes on by itself.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"
stack_private

kills=$(form 2 100)
between=$(form 40 850)		# changes that are acknowledged before the next
broken=
stuck=0
seen=0				# lines of the log before the last kill

# enough: so many changes were acknowledged since the last kill.
enough() {
	[ "$(tail -n "+$((seen + 1))" "$load_log" |
	    awk -F '\t' '$5 == "ok"' | wc -l)" -ge "$between" ]
}

# gaps: the milliseconds between the last acknowledged change that ended before
# a kill, and the first that began after it, for each line of "kills".
gaps() {
	awk -F '\t' '
	FNR == NR { if ($5 == "ok" && $3 != "get") {
		n++; start[n] = $1; end[n] = $1 + $2 }; next }
	{
		before = 0
		after = 9e18
		for (i = 1; i <= n; i++) {
			if (end[i] < $1 && end[i] > before)
				before = end[i]
			if (start[i] >= $1 && end[i] < after)
				after = end[i]
		}
		printf "%.0f\n", (after - before) / 1000
	}' "$load_log" "$scratch/kills" | sort -n
}

readers 8
before=$(workers)
load_start -r 0
for kill in $(seq "$kills"); do
	wait_for enough || stuck=$((stuck + 1))
	seen=$(wc -l <"$load_log")
	database_stop KILL
	date +%s%6N >>"$scratch/kills"
	database_start || stuck=$((stuck + 1))
	if [ $((kill % $(form 1 10))) = 0 ]; then
		broken="$broken$(fsck)"
	fi
done
wait_for enough || stuck=$((stuck + 1))
ok 'the writers work until they are told to stop' load_stop

is "$stuck" 0 "killed $kills times, it comes back, and so do the writers"
is "$broken" '' 'all rules hold in between'
lost=$(load_lost)
is "$lost" '' 'all that was acknowledged is there'
is "$(load_anyway)" '' 'nothing is that was refused'
is "$(load_twice)" '' 'no chapter was given twice'
is "$(fsck)" '' 'and all rules hold in the end'
is "$(workers)" "$before" 'no worker has died'
is "$(awk -F '\t' '$4 == 0 || $4 == 500' "$load_log")" '' \
    'every request was answered, and none with 500'

# shellcheck disable=SC2046 # several words
set -- $(load_figures)
gaps >"$scratch/gaps"
result 'kills' "$kills" "$(form 2 100)"
result 'acknowledged changes, lost' \
    "$(awk -F '\t' '$5 == "ok"' "$load_log" | wc -l), $(echo "$lost" |
    grep -c .)" '83,567, 0'
result 'refused and sent again, outcome unknown' "$5, $6" 'counted'
result 'gap, the median, ms' "$(sed -n "$(((kills + 1) / 2))p" "$scratch/gaps")" \
    '470 to 710'
at_most 'longest gap, ms' "$(tail -n 1 "$scratch/gaps")" 2000

done_testing
