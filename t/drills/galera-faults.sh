#!/bin/sh
# A cluster of three hosts loses the server that writes, its cable or a host of
# no such importance, and nobody loses what was acknowledged.
# shellcheck disable=SC2119,SC2154,SC2317 # functions without arguments; what
# cluster.sh sets; called by name
. "$(dirname "$0")/../cluster.sh"
cluster_enter "$0" "$@"
. "$root/t/drill.sh"
cluster_up hosts

GAP=3000	# milliseconds without an acknowledged change
FEW=$(form 20 50)	# changes that show that readers go on
MANY=$(form 40 100)

# --- What must be true after each fault --------------------------------------

# on_node N COMMAND...: with the server of host N in the place of the only one.
on_node() {
	ln -sfn "$cluster/n$1/db.sock" "$stack/run/db.sock"
	shift
	"$@"
}

# A digest of every table of a server, which waits for what the others have
# acknowledged.
digest() {
	node_sql "$1" "SET SESSION wsrep_sync_wait = 15;
	    SELECT table_name FROM information_schema.tables
	    WHERE table_schema = 'khatma' ORDER BY table_name" |
	    sed 's/.*/SET SESSION wsrep_sync_wait = 15; CHECKSUM TABLE &;/' |
	    mariadb --no-defaults -N --socket="$cluster/n$1/db.sock" khatma 2>&1
}

proxies_live() {
	for n in 1 2 3; do
		kill -0 "$(cat "$cluster/n$n/haproxy/db.pid")" || return 1
	done
}

# wants_truth: all servers have all, and the same.
wants_truth() {
	is "$stalled" '' "$name: readers go on"
	ok "$name: all three servers are well again" node_synced 1 2 3
	ok "$name: each host has its way to them" proxies_live
	for n in 1 2 3; do
		digest $n >"$scratch/digest.$n"
		is "$(on_node $n load_lost)" '' \
		    "$name: all that was acknowledged is on server $n"
		is "$(on_node $n fsck)" '' "$name: all rules hold on server $n"
	done
	on_node 1 true
	like "$(cat "$scratch/digest.1")" 'khatma\.sessions[[:blank:]]+[1-9]' \
	    "$name: servers can be compared"
	ok "$name: the first and the second server are equal" \
	    cmp "$scratch/digest.1" "$scratch/digest.2"
	ok "$name: the second and the third are" \
	    cmp "$scratch/digest.2" "$scratch/digest.3"
	is "$(load_twice)" '' "$name: no chapter was given twice"
	is "$(load_count refused get)" 0 \
	    "$name: who had written found it when he read"
}

# --- Faults under load -------------------------------------------------------

# more N: waits until so many more changes are acknowledged than now.
acknowledged() {
	awk -F '\t' '$5 == "ok" && $3 != "get"' "$load_log" | wc -l
}

more() {
	wait_for load_has $(($(acknowledged) + $1)) ||
		stalled="no $1 changes within half a minute"
}

# Which server writes, as the host after this server's sees it.
the_writer() {
	for n in 2 3 1; do
		writer=$(writer $n)
		[ "$writer" = "$n" ] || break
	done
}

# Some other server than the one that writes.
a_reader() {
	the_writer
	other=$((writer % 3 + 1))
}

# drill NAME FAULT [N]: readers at work, the fault (on server N), and judgement.
drill() {
	name=$1 stalled=
	load_start -k
	more "$FEW"
	"$2" "${3-}"
	more "$FEW"
	load_stop
	wants_truth
	# shellcheck disable=SC2046 # several words
	set -- $(load_figures)
	changes=$(acknowledged)
	result "$name: changes acknowledged" "$changes" 'none of them lost'
	result "$name: sent again, and given up" "$5, $6" 'to compare with'
	[ -z "$GAP" ] || at_most "$name: longest gap between them, ms" \
	    "${10}" "$GAP"
	[ -n "$GAP" ] || result "$name: outage, ms" "${10}" 'to compare with'
}

fault_kill() {
	node_kill "$1"
	more "$MANY"
	node_start "$1"
	node_synced "$1"
}

fault_cut() {
	cable_cut "$1"
	more "$MANY"
	sleep "$(form 0 8)"
	cable_mend "$1"
	node_synced "$1"
}

fault_freeze() {
	node_freeze "$1"
	more "$MANY"
	sleep 6
	node_thaw "$1"
	node_synced "$1"
}

fault_roll() {
	for n in 1 2 3; do
		node_stop "$n"
		more "$FEW"
		node_start "$n"
		node_synced "$n"
	done
}

# Power fails everywhere.
kill_all() {
	for n in 1 2 3; do
		kill -KILL "$(node_pid "$n")"
	done
	for n in 1 2 3; do
		within 60 node_gone "$n"
	done
}

# Somebody looks who has the latest change, and begins with that one.
fault_all() {
	kill_all
	cluster_restart
}

# Nobody does: they remember who was there, and go on when all are back.
fault_power() {
	kill_all
	for n in 1 2 3; do
		node_launch "$n" &
	done
	node_synced 1 2 3
}

# --- The drill ---------------------------------------------------------------

readers 8
for round in $(seq "$(form 1 5)"); do
	the_writer
	drill "writer killed, round $round" fault_kill "$writer"
done
the_writer
drill 'cable of the writer cut' fault_cut "$writer"

if [ "$DRILL" = long ]; then
	the_writer
	drill 'writer frozen' fault_freeze "$writer"
	drill 'rolling restart' fault_roll
	a_reader
	drill 'another server killed' fault_kill "$other"
	a_reader
	drill 'cable of another cut' fault_cut "$other"
	a_reader
	drill 'another frozen' fault_freeze "$other"
	GAP=
	drill 'all three killed' fault_all
	drill 'all three killed, started alike' fault_power
fi

done_testing
