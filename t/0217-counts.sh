#!/bin/sh
# What count says of a long list: the truth below a thousand, from there on that
# there are so many or more; and next leads to the last page and not beyond it.
# A worker does not count a long list again each time.

# shellcheck disable=SC2034 # for tap.sh: this is a service of its own
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$root/t/history.sh"

[ -z "${KHATMA_CLUSTER-}" ] || skip_all 'rows are counted on one server'
stack_private WORKERS=1

# get QUERY: what the page says, as one line, and where it leads on to.
get() {
	req GET "/api/khatmas/?$1" '' "$omar_token"
	said="$status $(field '"\(.count) \(.results | length)"')"
	next=$(field .next | sed 's|^http://localhost/api/khatmas/?||')
}

# makes N: public khatmas of Omar's, of which some are paused.
makes() {
	db "INSERT INTO khatmas (creator_id, name, search_text, khatma_type,
	        division, status, is_public, target_days, start_date,
	        participants_count, chapters_total, chapters_completed,
	        chapters_free, created_at, updated_at)
	    SELECT $omar_id, CONCAT('Khatma ', seq), 'khatma', 'group', 'juz',
	        IF(seq MOD 100, 'active', 'paused'), TRUE, 30, '2026-01-01',
	        1, 30, 0, 30, '2026-01-01' + INTERVAL seq MINUTE, '2026-01-01'
	    FROM seq_1_to_$1;
	    INSERT IGNORE INTO memberships (khatma_id, user_id, joined_at)
	    SELECT id, creator_id, created_at FROM khatmas"
}

reader omar
makes 999
for filter in '' public my_khatmas joinable; do
	get "filter=$filter&page_size=20"
	was=999
	[ "$filter" != joinable ] || was=0
	is "$said" "200 $was $((was ? 20 : 0))" "khatmas '$filter': a right count"
done

makes 6			# 1005
for filter in '' public my_khatmas; do
	get "filter=$filter&page_size=20"
	is "$said" '200 1000 20' "khatmas '$filter': a thousand or more"
	get "$next"
	is "$said" '200 1000 20' 'so on the second page'
	get "filter=$filter&page_size=20&page=50"
	is "$said" '200 1001 20' 'the fiftieth ends with the thousandth'
	get "$next"
	is "$said $next" '200 1005 5 null' 'the last is the last'
	get "filter=$filter&page_size=20&page=51"
	is "$said $next" '200 1005 5 null' 'by its number, too'
	get "filter=$filter&page_size=20&page=52"
	is "$status" 404 'behind it there is none'
	get "filter=$filter&page_size=20&status=paused"
	is "$said" '200 9 9' 'few of a status are counted'
done

for n in $(seq 50); do
	before=$(rows_read)
	get "filter=public&page_size=20"
	cost=$(($(rows_read) - before))
	[ "$cost" -ge 900 ] || break
done
ok "a long list is not counted each time ($cost rows)" test "$cost" -lt 900

new_user ali
for was in 200 401; do
	for path in 'khatmas/?filter=public' 'khatmas/?filter=public&page=52' \
	    'khatmas/?filter=joinable&page=60&page_size=20' \
	    'search/khatmas/?page_size=5'; do
		req GET "/api/$path" '' "$ali_token"
		[ "$status" != 404 ] || status=200	# none is there
		is "$status" $was "$path: $was for its login"
	done
	db "UPDATE logins SET revoked_at = UTC_TIMESTAMP(6)
	    WHERE user_id = $ali_id"
done

db "DELETE m, k FROM khatmas k JOIN memberships m ON m.khatma_id = k.id
    WHERE k.id % 10 = 0"
left=$(db 'SELECT COUNT(*) FROM khatmas')
for filter in '' public my_khatmas; do
	get "filter=$filter&page_size=20&page=$((left / 20 + 1))"
	is "$said $next" "200 $left $((left % 20)) null" \
	    "khatmas '$filter': a list that has shrunk ends where it ends"
	get "filter=$filter&page_size=20&page=$((left / 20))"
	get "$next"
	is "$said $next" "200 $left $((left % 20)) null" 'by link, too'
done
get "filter=my_khatmas&page_size=20"
is "$said" "200 $left 20" "one's own are always counted"

done_testing
