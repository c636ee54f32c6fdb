#!/bin/sh
# A page far down a list costs what the first does, for who comes by links: the
# database reads as many rows, whatever lies before.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

[ -z "${KHATMA_CLUSTER-}" ] || skip_all 'rows are counted on one server'
stack_private WORKERS=1

sixtieth=60 size=20

# cost PATH: the rows read for it, when its statement is known already.
cost() {
	req GET "$1" '' "$aisha_token"
	before=$(rows_read)
	req GET "$1" '' "$aisha_token"
	after=$(rows_read)
	[ "$status" = 200 ] || diag "$1: $status"
	echo $((after - before))
}

# flat PATH-AND-QUERY: its sixtieth page by link costs what its first does. What
# else asks the database meanwhile has a hundred rows, by number it is more.
flat() {
	near=$(cost "/api/$1&page_size=$size")
	req GET "/api/$1&page_size=$size&page=$((sixtieth - 1))" '' \
	    "$aisha_token"
	link=$(field .next | sed 's|^http://localhost||')
	far=$(cost "$link")
	numbered=$(cost "/api/$1&page_size=$size&page=$sixtieth")
	diag "$1: $near, by link $far, by number $numbered"
	ok "$(echo "$1" | tr -s 0-9 N): page $sixtieth costs no more than the first" \
	    test "$far" -le $((near + 100))
	ok 'by number it does' test "$numbered" -gt $((near + 500))
}

reader aisha
reader omar
own "$omar_token"

# Of six thousand khatmas two thirds are completed.
db "INSERT INTO khatmas (creator_id, name, search_text, khatma_type, division,
        status, is_public, target_days, start_date, participants_count,
        chapters_total, chapters_completed, chapters_free, created_at,
        updated_at)
    SELECT $omar_id, CONCAT('Khatma ', seq * 7 MOD 1000), 'khatma', 'group',
        'juz', IF(seq MOD 3, 'completed', 'active'), TRUE, 30,
        '2026-01-01' + INTERVAL seq DIV 100 DAY, 1, 30,
        IF(seq MOD 3, 30, 0), IF(seq MOD 3, 0, 30),
        '2026-01-01' + INTERVAL seq HOUR, '2026-01-01'
    FROM seq_1_to_6000;
    INSERT INTO sessions (user_id, khatma_id, division, chapter, is_completed,
        reading_date, local_day, counts_day, created_at)
    SELECT IF(seq MOD 2, $aisha_id, $omar_id), $khatma, 'juz', seq MOD 30 + 1,
        TRUE, '2020-01-01' + INTERVAL seq HOUR,
        '2020-01-01' + INTERVAL seq DAY, FALSE, '2026-01-01'
    FROM seq_1_to_4000;
    UPDATE users SET chapters_read = 2000 WHERE id = $aisha_id;
    INSERT INTO memberships VALUES ($khatma, $aisha_id, '2026-01-01');
    INSERT INTO notifications (user_id, notification_type, once_key, khatma_id,
        actor_id, chapter, is_read, created_at)
    SELECT $aisha_id, 'chapter_completed', CONCAT('chapter_completed:', seq),
        $khatma, $omar_id, 1, seq MOD 2, '2026-01-01' + INTERVAL seq MINUTE
    FROM seq_1_to_4000;
    ANALYZE TABLE khatmas, sessions, notifications, memberships" \
    >"$scratch/made"

for order in created_at -created_at start_date -start_date name -name; do
	for filter in '' public joinable; do
		flat "khatmas/?filter=$filter&ordering=$order"
	done
done
flat 'khatmas/?status=completed'
flat "khatmas/$khatma/sessions/?user="
flat "khatmas/$khatma/sessions/?user=me"
flat 'sessions/?user=me'
flat 'notifications/?is_read='
flat 'notifications/?is_read=false'
flat 'notifications/?is_read=true'

done_testing
