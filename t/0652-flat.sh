#!/bin/sh
# What a read costs does not grow with the data: with ten times the khatmas and
# readers of others, and with a thousand times the history of one's own, the
# database reads no more than 1.3 times the rows. They are counted, so that
# nothing here depends on the machine; t/bench/growth.sh takes the time, too.

# shellcheck disable=SC2034 # for tap.sh: this is a service of its own
KHATMA_TEST_STACK=none
. "$(dirname "$0")/tap.sh"
. "$root/t/history.sh"
. "$root/t/seed.sh"
. "$root/t/reads.sh"
. "$root/t/routes.sh"

# The statistics by which the optimizer chooses are of all rows, each time.
printf '%s\n' innodb-stats-auto-recalc=OFF \
    innodb-stats-persistent-sample-pages=100000 >"$scratch/my.cnf"
stack_private WORKERS=1 MY_CNF="$scratch/my.cnf"

# --- The data ----------------------------------------------------------------

# others N: N/10 readers with khatmas of their own, and N public ones, of which
# some are completed and some paused. Their chapters are left out: none is read.
others() {
	seed $(($1 / 10))
	db "SET @u = (SELECT MAX(id) FROM users);
	    SET @k = (SELECT MAX(id) FROM khatmas);
	    INSERT INTO khatmas (id, creator_id, name, search_text, khatma_type,
	        division, status, is_public, target_days, start_date,
	        participants_count, chapters_total, chapters_completed,
	        chapters_free, completed_at, created_at, updated_at)
	    SELECT @k + seq, @u - seq MOD ($1 DIV 10), CONCAT('Friday ', seq),
	        CONCAT('friday ', seq), 'group', 'juz',
	        IF(seq MOD 33 = 0, 'completed', IF(seq MOD 50 = 0, 'paused',
	        'active')), TRUE, 30, '2026-01-01' + INTERVAL seq MOD 90 DAY, 1,
	        30, IF(seq MOD 33 = 0, 30, 0), IF(seq MOD 33 = 0, 0, 30),
	        IF(seq MOD 33 = 0, '2026-06-01', NULL),
	        '2026-01-01' + INTERVAL seq MINUTE, '2026-01-01'
	    FROM seq_1_to_$1;
	    INSERT INTO memberships (khatma_id, user_id, joined_at)
	    SELECT id, creator_id, created_at FROM khatmas WHERE id > @k"
}

# history FROM TO: days ago, on each of which the asker has read three chapters
# of his khatma, and was told of them.
history() {
	db "SET @s = (SELECT MAX(id) FROM sessions);
	    INSERT INTO sessions (user_id, khatma_id, division, chapter,
	        is_completed, reading_date, local_day, counts_day, created_at)
	    SELECT $asker_id, $khatma, 'juz', (d.seq * 3 + n.seq) MOD 30 + 1, TRUE,
	        UTC_DATE() - INTERVAL d.seq DAY,
	        UTC_DATE() - INTERVAL d.seq DAY, TRUE,
	        UTC_DATE() - INTERVAL d.seq DAY
	    FROM seq_$1_to_$2 d JOIN seq_1_to_3 n;
	    INSERT INTO notifications (user_id, notification_type, once_key,
	        khatma_id, actor_id, chapter, session_id, is_read, created_at)
	    SELECT user_id, 'chapter_completed', CONCAT('made-by-a-test:', id),
	        khatma_id, user_id, chapter, id, id MOD 2, created_at
	    FROM sessions WHERE id > @s;
	    UPDATE users SET chapters_read = (SELECT COUNT(*) FROM sessions s
	        WHERE s.user_id = users.id AND s.is_completed = TRUE)
	    WHERE id = $asker_id"
}

# --- What is read ------------------------------------------------------------

# Each page shows five, so that more data are not more to show. Left out: searches,
# which t/0264-search-index.sh has, and what is completed, of which there is not
# yet so much here that it is not counted to its end.
cases() {
	each_read "$khatma" "$friend_id" friday zanjabil |
	    grep -vE '^search|:(common|rare|none|completed) ' |
	    sed -E 's/^([^ ]+) ([^ ]+)$/\1 TOKEN \2/
	    /^(list|sessions|khatma-|notifications|achievements|logins)/{
	        /\?/s/$/\&page_size=5/; /\?/!s/$/?page_size=5/
	    }' | sed "s/ TOKEN / $asker_token /"
	cat <<-END
	friend-detail $friend_token khatmas/$khatma/
	friend-sessions $friend_token khatmas/$khatma/sessions/?page_size=5
	friend-own $friend_token khatmas/$khatma/sessions/?user=me&page_size=5
	END
}

# The first page of each list that is long, and the one to which 200 links lead.
# Without a cursor in the links the latter is left out: whoever wants page 200
# has those before it read, too.
pages() {
	for order in $reads_orders; do
		echo "all:$order khatmas/?ordering=$order"
	done >"$scratch/lists"
	cat <<-END >>"$scratch/lists"
	public khatmas/?filter=public
	joinable khatmas/?filter=joinable
	group khatmas/?khatma_type=group
	sessions sessions/?user=me
	khatma-sessions khatmas/$khatma/sessions/?user=me
	notifications notifications/?is_read=true
	notifications-unread notifications/?is_read=false
	END
	sed "s|\([^ ]*\) \(.*\)|\1 $asker_token \2\&page_size=5$1|" \
	    "$scratch/lists"
}

# rows FILE [CASES]: "NAME ROWS" of each case, as the data are now, in order.
rows() {
	db "ANALYZE TABLE users, khatmas, chapters, memberships, sessions,
	    achievements, notifications" >/dev/null
	perl "$root/t/bench/growth.pl" "$stack/http.sock" "$stack/run/db.sock" \
	    <"${2-$scratch/cases}" 2>"$scratch/growth.log" | sort >"$1"
	is "$(cat "$scratch/growth.log")" '' 'all of it is answered'
}

# flat BEFORE AFTER PATTERN NOT NAME: none of the cases that are like the
# pattern, and not like the other, has grown.
flat() {
	command join "$1" "$2" | grep -E -e "$3" | grep -vE -e "$4" \
	    >"$scratch/compared"
	diag "$5: $(wc -l <"$scratch/compared") cases"
	is "$(awk '!($3 <= $2 * 1.3 + 3) {
		print $1 ": " $2 " rows, then " $3 }' "$scratch/compared")" '' "$5"
}

# --- Start here --------------------------------------------------------------

reader asker
reader friend
group "$asker_token"
join "$friend_token"
reads "$asker_token" 4 5 6
reads "$friend_token" 1 2
history 40 43
others 1500
cases >"$scratch/cases"

# No route may be left out. (The export is all that there is of a user: only
# other people's data must not count.)
sed 's/?.*//; s/.* //; s|/$||; s|/[0-9]*$|/#|; s|/[0-9]*/|/#/|' \
    "$scratch/cases" | sort -u >"$scratch/covered"
routes | sed -n 's/^GET \([^ ]*\) .*/\1/p' | grep -v '^search/' | sort -u |
    comm -23 - "$scratch/covered" >"$scratch/missing"
is "$(cat "$scratch/missing")" '' 'each route is read'

rows "$scratch/little"
others 13500
rows "$scratch/others"
flat "$scratch/little" "$scratch/others" . '^$' \
    "no read grows with other people's data"

history 44 843
rows "$scratch/long"
history 844 3373
rows "$scratch/longest"
is "$(db "SELECT COUNT(*) FROM sessions WHERE user_id = $asker_id")" 10005 \
    'who had read 15 times has read 10,005 times'

# How many there are of these is counted, in the dashboard what is unread, but no
# further than a thousand.
counted='^(dashboard|notifications|(khatma|khatma-own|friend)-sessions)'
flat "$scratch/others" "$scratch/longest" . "$counted|^export" \
    "no read grows with one's own history"
flat "$scratch/long" "$scratch/longest" "$counted" '^$' \
    'but where the items are counted, and then no more from 2,400 on'

pages '' >"$scratch/first"
pages ' 200' >"$scratch/far"
rows "$scratch/first-rows" "$scratch/first"
rows "$scratch/far-rows" "$scratch/far"
flat "$scratch/first-rows" "$scratch/far-rows" . '^$' \
    'a page that a link leads to costs what the first one does'

done_testing
