#!/bin/sh
# growth.sh - what each read costs with ten times the data, on page 1000, and
# for a user with a thousand times the history. No test: a person reads what it
# says (t/0652-flat.sh is the test). docs/performance.md says how to read it.
#
#	make all units && t/bench/growth.sh [SCALE...]
#
# Starts a service of its own on the data of seed.sh for each SCALE (0.1 1),
# which are to rise, with one worker a group and a database whose memory holds
# all of it, and measures one request after the other (growth.pl): the cases of
# t/reads.sh, asked by 50 users who are like all others; the first and the
# thousandth page of long lists, by page=1000 and by the links of each page to
# the next; and users 2 and 1, who have read ten times and 10,000 times.
#
#	REQUESTS	of a case, at most (300); 0: only rows are counted
#	BENCH_SECONDS	of a case, at most (2)
#	CASES		a pattern of awk: which (all)
#	PAGE		the last page (1000)
#	RESULTS		where each measurement goes, a line for each
#			(build/bench/growth)
#	BUILD		where the programs are (build)

. "$(dirname "$0")/service.sh"
# shellcheck source=t/bench/seed.sh
. "$root/t/bench/seed.sh"
# shellcheck source=t/reads.sh
. "$root/t/reads.sh"

REQUESTS=${REQUESTS:-300}
BENCH_SECONDS=${BENCH_SECONDS:-2}
CASES=${CASES:-.}
PAGE=${PAGE:-1000}
RESULTS=$(readlink -m "${RESULTS:-$BUILD/bench/growth}")
ASKERS=50
RARE=Zanjabil		# what only ten khatmas are called
COMMON=Friday		# and what a tenth of all is

say() {
	printf 'growth: %s\n' "$*" >&2
}

# --- Who asks ----------------------------------------------------------------

# Lines "USER TOKEN KHATMA OTHER": members of public groups that can be joined,
# and who made those.
choose_askers() {
	sql <<-END | tr '\t' ' ' >"$scratch/askers"
	SELECT m.user_id, k.id, k.creator_id FROM (
	    SELECT id, creator_id FROM khatmas WHERE is_public = TRUE
	    AND status = 'active' AND id > 100 AND creator_id > 3
	    ORDER BY CRC32(id) LIMIT $ASKERS) k
	JOIN (SELECT khatma_id, MAX(user_id) AS user_id FROM memberships
	    GROUP BY khatma_id) m ON m.khatma_id = k.id;
	END
	cut -d ' ' -f 1 "$scratch/askers" | tokens_of >"$scratch/tokens"
	# in the order in which they were asked for
	cut -d ' ' -f 3 "$scratch/tokens" |
	    paste -d ' ' "$scratch/askers" - |
	    awk '{ print $1, $4, $2, $3 }' >"$scratch/askers.new"
	mv "$scratch/askers.new" "$scratch/askers"
}

make_rare() {
	head -n 10 "$scratch/askers" | while read -r _ token _; do
		ask POST khatmas/ "$token" '{"name": "'$RARE' group",
		    "khatma_type": "group", "is_public": true}' -f >/dev/null
	done
}

# --- What they ask -----------------------------------------------------------

# For growth.pl; each case a line for each asker.
common_cases() {
	while read -r _ token khatma other; do
		each_read "$khatma" "$other" "$COMMON" "$RARE" |
		    awk -v token="$token" '{ print $1, token, $2 }'
	done <"$scratch/askers"
}

# a_page NAME TOKEN PATH: the first and the last page of five.
a_page() {
	case $3 in
	*\?*)	page_path="$3&page_size=5" ;;
	*)	page_path="$3?page_size=5" ;;
	esac
	echo "$1/page-1 $2 $page_path"
	echo "$1/page-$PAGE $2 $page_path&page=$PAGE"
	echo "$1/link-$PAGE $2 $page_path $((PAGE - 1))"
	printf '%s\n' "$1/page-$PAGE $1/page-1" "$1/link-$PAGE $1/page-1" \
	    >>"$scratch/pairs"
}

page_cases() {
	read -r _ token _ <"$scratch/askers"
	many=$(token_of 1) known=$(token_of 3)
	for order in $reads_orders; do
		a_page "all:$order" "$token" "khatmas/?ordering=$order"
	done
	a_page public "$token" 'khatmas/?filter=public'
	a_page joinable "$token" 'khatmas/?filter=joinable'
	a_page search "$token" 'search/khatmas/?q=a'
	a_page sessions "$many" sessions/
	a_page khatma-sessions "$many" khatmas/1/sessions/
	a_page notifications "$known" notifications/
}

# Their pages are of one length, so that the same is shown.
history_cases() {
	few=$(token_of 2) many=$(token_of 1)
	for path in user/me/ 'sessions/?page_size=10' stats/user/ dashboard/ \
	    achievements/ 'notifications/?page_size=10' \
	    'khatmas/?filter=my_khatmas&page_size=10' 'khatmas/?page_size=10' \
	    khatmas/K/ 'khatmas/K/sessions/?page_size=10' \
	    'khatmas/K/sessions/?user=me&page_size=10' stats/khatma/K/; do
		name=${path%[?\&]page_size=*}
		echo "10/$name $few $(echo "$path" | sed 's|/K/|/2/|')"
		echo "10000/$name $many $(echo "$path" | sed 's|/K/|/1/|')"
		echo "10000/$name 10/$name" >>"$scratch/pairs"
	done
}

all_cases() {
	: >"$scratch/pairs"
	common_cases
	page_cases
	history_cases
}

# --- Measuring ---------------------------------------------------------------

measure_scale() {
	say "SCALE=$1"
	seed_data "$1" "$scratch/db"
	service_memory "$scratch/db" >"$scratch/my.cnf"
	service_up "$scratch/db" WORKERS=1 MY_CNF="$scratch/my.cnf"
	service_warm
	choose_askers
	make_rare
	all_cases | awk -v cases="$CASES" '$1 ~ cases' >"$scratch/cases"
	# shellcheck disable=SC2046 # several words
	perl "$root/t/bench/growth.pl" "$http_socket" "$stack/run/db.sock" \
	    "$REQUESTS" "$BENCH_SECONDS" "$(cat "$stack/run/db.pid")" \
	    $(for group in users khatmas sessions stats achievements \
	        notifications dashboard health; do workers_of $group; done) \
	    <"$scratch/cases" >"$scratch/measured" || say 'some have failed'
	sed "s/^/$1	/" "$scratch/measured" >>"$RESULTS"
	service_down
	rm -rf "$stack"
}

[ $# != 0 ] || set -- 0.1 1
mkdir -p "${RESULTS%/*}"
: >"$RESULTS"
for scale in "$@"; do
	measure_scale "$scale"
done
perl "$root/t/bench/growth-table.pl" "$RESULTS" "$scratch/pairs"
