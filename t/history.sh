# shellcheck shell=sh
# shellcheck disable=SC2154 # what tap.sh sets
# history.sh - what tests put into the database because nobody could wait for
# it: readers by the dozen and days of the past. For after tap.sh.
#
#	crowd N [ID]		makes N readers; their "ID TOKEN" become the
#				lines of $scratch/crowd. Their password is that
#				of user ID; without one they have none
#	reader P [ZONE]		makes one. Sets $P_id and $P_token
#	$noon			a zone in which it is about noon: readers live
#				there, so that no test runs into a midnight
#	day N			that zone's day N days ago; day 0 is today
#	group TOKEN [JSON]	makes a public group, with more members of the
#				request in JSON ("target_days":6). Sets $khatma
#	own TOKEN [JSON]	makes a private khatma. Sets $khatma
#	join TOKEN...		each joins $khatma
#	reads TOKEN N...	completes these chapters of $khatma
#	past USER N[:JUZ]...	a juz (the first) read N days ago, and written
#				down then, of a khatma that is no longer there
#	nearly_read OPEN USER...
#			all chapters of $khatma but the last OPEN are read:
#			those that were not yet, by these members in turn, today
#	rows_read		how many rows the database has read so far, by
#				indexes; of a stack of one's own
#	fsck [KHATMAS USERS]
#			the rules of fsck.sql that do not hold for these khatmas
#			or these users, two lists of numbers, or at all

# shellcheck source=t/forge.sh
. "$root/t/forge.sh"

history_hour=$(date -u +%H)
history_hour=$((12 - ${history_hour#0}))
# In the names of these zones the sign means west.
case $history_hour in
0)	noon=Etc/GMT ;;
-*)	noon=Etc/GMT+${history_hour#-} ;;
*)	noon=Etc/GMT-$history_hour ;;
esac

day() {
	TZ=$noon date -d "$1 days ago" +%F
}

# The same tokens that login gives, but of no known login.
token_of() {
	forge "$history_header" "$(printf '{%s,"exp":%d,"iat":%d,%s}' \
	    '"token_type":"access"' $((history_now + 3600)) "$history_now" \
	    "\"jti\":\"made-by-a-test\",\"user_id\":\"$1\"")"
	echo
}

make_readers() {
	history_now=$(date +%s)
	history_header=$(header_of "$stack/jwt.key")
	history_word=crowd-$(random_word)
	db "INSERT INTO users (fullname, fullname_search, email, email_key,
	        password, password_changed_at, timezone, date_joined)
	    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL
	        SELECT i + 1 FROM n WHERE i < $1)
	    SELECT CONCAT('Reader ', i), CONCAT('reader ', i),
	        CONCAT('$history_word-', i, '@example.com'),
	        CONCAT('$history_word-', i, '@example.com'),
	        COALESCE((SELECT p.password FROM users p
	            WHERE p.id = ${2:-NULL}), '!'),
	        '2020-01-01', '$noon', '2020-01-01' FROM n;
	    SELECT id FROM users WHERE email_key LIKE '$history_word-%'
	    ORDER BY id" |
	while read -r id; do
		echo "$id $(token_of "$id")"
	done
}

crowd() {
	make_readers "$@" >"$scratch/crowd"
}

reader() {
	history_reader=$(make_readers 1)
	eval "${1}_id=${history_reader% *} ${1}_token=${history_reader#* }"
	[ $# = 1 ] || db "UPDATE users SET timezone = '$2'
	    WHERE id = ${history_reader% *}"
}

history_made() {
	khatma=$(field .id)
	[ "$status" = 201 ] || diag "no khatma: $status $(cat "$body")"
}

group() {
	req POST /api/khatmas/ '{"name": "Reading together",
	    "khatma_type": "group", "is_public": true'"${2:+, $2}}" "$1"
	history_made
}

own() {
	req POST /api/khatmas/ '{"name": "Reading alone"'"${2:+, $2}}" "$1"
	history_made
}

join() {
	for token in "$@"; do
		req POST "/api/khatmas/$khatma/join/" '' "$token"
		[ "$status" = 201 ] || diag "join: $status $(cat "$body")"
	done
}

reads() {
	token=$1
	shift
	for chapter in "$@"; do
		req POST "/api/khatmas/$khatma/sessions/" \
		    '{"chapter_assigned": '"$chapter"'}' "$token"
		[ "$status" = 201 ] || [ "$status" = 200 ] ||
			diag "reads $chapter: $status $(cat "$body")"
	done
}

past() {
	user=$1
	shift
	db "INSERT INTO sessions (user_id, division, chapter, is_completed,
	        reading_date, local_day, counts_day, created_at)
	    SELECT $user, 'juz', chapter, TRUE, UTC_TIMESTAMP(6) - INTERVAL ago DAY,
	        '$(day 0)' - INTERVAL ago DAY, TRUE,
	        UTC_TIMESTAMP(6) - INTERVAL ago DAY
	    FROM (SELECT 0 AS ago, 0 AS chapter
	    $(printf '%s\n' "$@" | sed 's/:/,/; t
	        s/$/,1/' | sed 's/^/UNION ALL SELECT /')) d WHERE chapter > 0;
	    UPDATE users SET chapters_read = chapters_read + $# WHERE id = $user"
}

nearly_read() {
	open=$1
	shift
	ids=$(echo "$@" | tr ' ' ,)
	db "INSERT INTO sessions (khatma_id, division, chapter, user_id,
	        is_completed, reading_date, local_day, counts_day, created_at)
	    SELECT k.id, k.division, c.number,
	        ELT((c.number - 1) MOD $# + 1, $ids), TRUE, UTC_TIMESTAMP(6),
	        '$(day 0)', TRUE, UTC_TIMESTAMP(6)
	    FROM khatmas k JOIN chapters c ON c.khatma_id = k.id
	    WHERE k.id = $khatma AND c.number <= k.chapters_total - $open
    AND c.state <> 'completed';
	    UPDATE chapters c JOIN sessions s
	        ON s.khatma_id = c.khatma_id AND s.chapter = c.number
	    SET c.state = 'completed', c.reader_id = s.user_id,
	        c.claimed_at = s.created_at, c.completed_at = s.created_at,
	        c.completed_day = s.local_day, c.session_id = s.id
	    WHERE c.khatma_id = $khatma;
	    UPDATE khatmas SET chapters_completed = chapters_total - $open,
	        chapters_free = (SELECT COUNT(*) FROM chapters
	            WHERE khatma_id = $khatma AND state = 'free')
	    WHERE id = $khatma;
	    UPDATE users SET chapters_read = (SELECT COUNT(*) FROM sessions s
	        WHERE s.user_id = users.id AND s.is_completed = TRUE)
	    WHERE id IN ($ids)"
}

rows_read() {
	db "SHOW GLOBAL STATUS WHERE Variable_name IN ('Handler_read_first',
	    'Handler_read_key', 'Handler_read_last', 'Handler_read_next',
	    'Handler_read_prev')" | awk '{ n += $2 } END { print n }'
}

fsck() {
	mariadb --no-defaults --socket="$stack/run/db.sock" -N khatma \
	    <"$root/t/fsck.sql" 2>&1 |
	    awk -F '\t' -v all=$# -v khatmas="${1-}" -v users="${2-}" '
	BEGIN {
		for (n = split(khatmas, id, " "); n > 0; n--) khatma[id[n]]
		for (n = split(users, id, " "); n > 0; n--) user[id[n]]
	}
	all == 0 || NF != 3 || $2 in khatma || $3 in user'
}
