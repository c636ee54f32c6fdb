#!/bin/sh
# The disk of the database gets full while people write, and is freed: nothing
# that was acknowledged is lost, and who cannot be served is told to come again.
# Once the tables cannot grow, once the log cannot be written. Where MariaDB
# gave up, it comes back when it is started.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"

disk=

disk_end() {
	disk_status=$?
	if [ -n "$disk" ]; then
		stack_do "$root/scripts/stack.sh" down
		wait_for umount "$disk"
	fi
	# shellcheck disable=SC2086 # a number
	(exit $disk_status)
	drill_end
}

trap disk_end EXIT

# disk_make SPARSE: the database moves to a disk of its own. The log has all its
# bytes from the start, or (always) only those that were written.
disk_make() {
	database_stop TERM
	cp -a "$stack/db" "$scratch/moved"
	# whose files are closed a little after its process is gone
	[ -z "$disk" ] || wait_for umount "$disk"
	mount -t tmpfs -o size=300m tmpfs "$stack/db"
	disk=$stack/db
	cp -a "$scratch/moved/." "$disk"
	cp --sparse="$1" "$scratch/moved/ib_logfile0" "$disk"
	rm -rf "$scratch/moved"
	database_start
}

disk_fill() {
	dd if=/dev/zero of="$disk/ballast" bs=64k 2>/dev/null
}

is_refused() {
	tail -n "+$((seen + 1))" "$load_log" |
	    awk -F '\t' '$4 == 503' | grep -q .
}

goes_on() {
	[ "$(load_count ok read)" -gt "$read" ]
}

tables() {
	mariadb-check --no-defaults --socket="$stack/run/db.sock" --check \
	    khatma 2>&1
}

# full WHAT SPARSE WORD: the load calls what it makes by this word.
full() {
	disk_make "$2"
	load_start -r 20 -x "$3"
	wait_for load_has 30

	seen=$(wc -l <"$load_log")
	faults_db=$(cat "$stack/run/db.pid")
	disk_fill
	ok "no room for $1: writes are refused" wait_for is_refused
	sleep "$(form 1 20)"	# for as long as it is to be full
	req GET /api/health/live/
	wants 200 'the process answers'
	req GET /api/user/me/ '' "$(sed -n '1s/.* //p' "$scratch/tokens")"
	like "$status" '^(200|503)$' 'a reading is answered, or told to come again'
	database_gone 2>/dev/null && end='it gave up' || end='it refused to write'

	rm -f "$disk/ballast"
	freed=$(instant)
	[ "$end" != 'it gave up' ] || database_start
	read=$(load_count ok read)
	ok 'with room again the writers go on' wait_for goes_on
	back=$((($(instant) - freed) / 1000))
	load_stop
	is "$(tables | grep -c ' OK$') $(tables | grep -v ' OK$')" \
	    "$(db 'SHOW TABLES' | wc -l) " 'CHECK TABLE finds no fault'
	is "$(awk -F '\t' '$4 == 0 || $4 == 500' "$load_log")" '' \
	    'no answer was 500'
	lost=$(load_lost)
	is "$lost" '' 'all that was acknowledged is there'
	is "$(load_anyway)" '' 'nothing is that was refused'
	is "$(load_twice)" '' 'no chapter was given twice'
	is "$(fsck)" '' 'and all rules hold'
	is "$(workers)" "$before" 'the workers are the same as before'

	# shellcheck disable=SC2046 # several words
	set -- "$1" $(load_figures)
	result "no room for $1: MariaDB" "$end" 'gives up, or says so'
	result 'refused and sent again, outcome unknown, lost' "$6, $7, $(echo "$lost" | grep -c .)" \
	    '0 lost'
	result 'writers go on after room was made, ms' "$back" 'to compare with'
}

mkdir "$scratch/try"
mount -t tmpfs tmpfs "$scratch/try" 2>/dev/null || skip_all 'only root may mount'
umount "$scratch/try"

stack_private
readers 8
before=$(workers)
full 'the tables' never first
full 'the log' always second

done_testing
