#!/bin/sh
# The link to the next page goes on from the last item shown: who follows it to
# the end has seen all that there was, each once and in order, whatever came or
# went meanwhile.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/seed.sh"

stack_private WORKERS=1

# get PATH TOKEN
get() {
	req GET "$1" '' "$2"
}

# follow: the path of the link to the next page, "null" at the end.
follow() {
	field .next | sed 's|^http://localhost||'
}

# walk PATH TOKEN: all pages, to the end; the ids into $scratch/ids, and what is
# wrong with the pages into $scratch/wrong.
walk() {
	path=$1 pages=0
	: >"$scratch/ids"
	: >"$scratch/wrong"
	while [ "$path" != null ] && [ "$pages" -lt 40 ]; do
		pages=$((pages + 1))
		get "$path" "$2"
		field '.count, .next, .previous, .results[].id' >"$scratch/page"
		{
			read -r said
			read -r next
			read -r previous
			cat >>"$scratch/ids"
		} <"$scratch/page"
		[ "$pages" != 1 ] || count=$said
		case "$status $pages $path" in
		'200 1 '*'/?page_size='*) ;;
		"200 $pages "*"/?page=$pages&page_size="*'&after='*) ;;
		*)	echo "page $pages: $status $path" >>"$scratch/wrong" ;;
		esac
		[ "$said $said" = "$count $(header X-Total-Count)" ] ||
			echo "page $pages counts $said" >>"$scratch/wrong"
		case $previous in
		*'&after='*)	echo "$path: $previous" >>"$scratch/wrong" ;;
		esac
		path=${next#http://localhost}
	done
}

# walks PATH TOKEN SQL NAME: it leads past all that SQL finds, in its order.
walks() {
	db "$3" >"$scratch/rows"
	walk "$1" "$2"
	is "$(cat "$scratch/ids" "$scratch/wrong")" "$(cat "$scratch/rows")" \
	    "$4 ($(wc -l <"$scratch/rows") in $pages pages)"
	is "$count" "$(wc -l <"$scratch/rows")" 'and is counted on each page'
}

reader aisha
reader omar

# Sixty khatmas: many of one name, one day and one instant; a third is private,
# a fifth completed; in some she is a member.
db "INSERT INTO khatmas (creator_id, name, search_text, khatma_type, division,
        status, is_public, target_days, start_date, participants_count,
        chapters_total, chapters_completed, chapters_free, created_at,
        updated_at)
    SELECT $omar_id, ELT(seq MOD 4 + 1, 'Ramadan', 'ramadân', 'ختمة', 'Zamzam'),
        'x ramadan', IF(seq MOD 3 = 1, 'group', 'private'), 'juz',
        IF(seq MOD 5 = 0, 'completed', 'active'), seq MOD 3 <> 0, 30,
        '2026-01-01' + INTERVAL (seq * 7 MOD 5) DAY, 1, 30,
        IF(seq MOD 5 = 0, 30, 0), IF(seq MOD 5 = 0, 0, 30),
        '2026-01-01' + INTERVAL (seq * 11 MOD 6) MICROSECOND,
        '2026-01-01'
    FROM seq_1_to_60;
    INSERT INTO memberships
    SELECT id, $aisha_id, created_at FROM khatmas WHERE id MOD 4 < 2"
seed_words

mine="EXISTS (SELECT 1 FROM memberships m
    WHERE m.khatma_id = k.id AND m.user_id = $aisha_id)"
for filter in '' my_khatmas public joinable completed; do
	case $filter in
	my_khatmas)	which=$mine ;;
	public)		which=is_public ;;
	joinable)	which="is_public AND status = 'active' AND NOT $mine" ;;
	completed)	which="$mine AND status = 'completed'" ;;
	*)		which="(is_public OR $mine)" ;;
	esac
	for order in created_at start_date name; do
		list="/api/khatmas/?page_size=7&filter=$filter&ordering"
		walks "$list=$order" "$aisha_token" "SELECT id FROM khatmas k
		    WHERE $which ORDER BY $order, id" \
		    "khatmas '$filter' by $order"
		walks "$list=-$order" "$aisha_token" "SELECT id FROM khatmas k
		    WHERE $which ORDER BY $order DESC, id DESC" \
		    "khatmas '$filter' by -$order"
	done
	list="/api/khatmas/?page_size=7&filter=$filter"
	walks "$list&status=active&khatma_type=group" "$aisha_token" \
	    "SELECT id FROM khatmas k WHERE $which
	    AND status = 'active' AND khatma_type = 'group'
	    ORDER BY created_at DESC, id DESC" \
	    "khatmas '$filter', active groups"
done
walks '/api/search/khatmas/?page_size=7&q=ramadan' "$aisha_token" \
    "SELECT id FROM khatmas k WHERE is_public AND status = 'active'
    ORDER BY created_at DESC, id DESC" 'what was searched'
walks '/api/khatmas/?page_size=7&search=ramadan&ordering=name' "$aisha_token" \
    "SELECT id FROM khatmas k WHERE is_public OR $mine ORDER BY name, id" \
    'and within a list'

# Thirty sessions of either reader in one khatma, eight at a time in an instant.
group "$omar_token"
join "$aisha_token"
db "INSERT INTO sessions (user_id, khatma_id, division, chapter, is_completed,
        reading_date, local_day, counts_day, created_at)
    SELECT IF(seq MOD 2, $aisha_id, $omar_id), $khatma, 'juz', seq MOD 30 + 1,
        seq MOD 7 <> 0, '2026-01-01' + INTERVAL seq DIV 8 DAY,
        '2026-01-01' + INTERVAL seq DIV 8 DAY, FALSE, '2026-01-01'
    FROM seq_1_to_60;
    UPDATE users u SET chapters_read = (SELECT COUNT(*) FROM sessions s
        WHERE s.user_id = u.id AND s.is_completed)"
in_order='ORDER BY reading_date DESC, id DESC'
walks "/api/khatmas/$khatma/sessions/?page_size=7" "$aisha_token" \
    "SELECT id FROM sessions WHERE khatma_id = $khatma $in_order" \
    "a khatma's sessions"
walks "/api/khatmas/$khatma/sessions/?page_size=7&user=me" "$aisha_token" \
    "SELECT id FROM sessions WHERE khatma_id = $khatma
    AND user_id = $aisha_id $in_order" "one's own in it"
walks '/api/sessions/?page_size=7' "$aisha_token" \
    "SELECT id FROM sessions WHERE user_id = $aisha_id $in_order" \
    "all of one's own"
walks '/api/sessions/?page_size=6' "$aisha_token" \
    "SELECT id FROM sessions WHERE user_id = $aisha_id $in_order" \
    'in pages of which the last is full'

db "DELETE FROM notifications;
    INSERT INTO notifications (user_id, notification_type, once_key, khatma_id,
        actor_id, chapter, is_read, created_at)
    SELECT $aisha_id, 'chapter_completed', CONCAT('chapter_completed:', seq),
        $khatma, $omar_id, seq MOD 30 + 1, seq MOD 3 = 0,
        '2026-01-01' + INTERVAL seq DIV 8 DAY FROM seq_1_to_40"
told="SELECT id FROM notifications WHERE user_id = $aisha_id"
newest='ORDER BY created_at DESC, id DESC'
walks '/api/notifications/?page_size=7' "$aisha_token" "$told $newest" \
    'notifications'
walks '/api/notifications/?page_size=7&is_read=false' "$aisha_token" \
    "$told AND is_read = FALSE $newest" 'the unread'
walks '/api/notifications/?page_size=7&is_read=true' "$aisha_token" \
    "$told AND is_read = TRUE $newest" 'and the read'

db "INSERT INTO logins (user_id, created_at, last_used_at)
    SELECT $aisha_id, '2026-01-01', '2026-01-01' + INTERVAL seq DIV 8 DAY
    FROM seq_1_to_30;
    INSERT INTO refresh_tokens (jti_hash, login_id, issued_at, expires_at)
    SELECT UNHEX(SHA2(id, 256)), id, created_at, '2100-01-01' FROM logins
    WHERE user_id = $aisha_id AND id MOD 9 <> 0"
walks '/api/user/me/sessions/?page_size=7' "$aisha_token" \
    "SELECT id FROM logins WHERE user_id = $aisha_id AND id MOD 9 <> 0
    ORDER BY last_used_at DESC, id DESC" "one's logins"

# The link of a bare list has the place, too.
get /api/notifications/ "$aisha_token"
is "$(header Link)" '' 'what is shown whole has no link'
db "INSERT INTO notifications (user_id, notification_type, once_key, khatma_id,
        actor_id, chapter, created_at)
    SELECT $aisha_id, 'chapter_completed', CONCAT('again:', seq), $khatma,
        $omar_id, 1, '2026-01-02' FROM seq_1_to_100"
get /api/notifications/ "$aisha_token"
field '.[].id' >"$scratch/ids"
like "$(header Link)" \
    '[?]page=2&page_size=100&after=[-_A-Za-z0-9]+>; rel="next"$' \
    'that of a bare array leads on from its hundredth'
get "$(header Link | sed 's|^<http://localhost\([^>]*\)>.*|\1|')" \
    "$aisha_token"
field '.results[].id' >>"$scratch/ids"
is "$(cat "$scratch/ids")" "$(db "$told $newest")" 'to the rest'
db "DELETE FROM notifications WHERE once_key LIKE 'again:%'"

# --- What comes and goes meanwhile -------------------------------------------

list="/api/khatmas/?filter=my_khatmas&page_size=7"
get "$list" "$aisha_token"
field '.results[].id' >"$scratch/first"
next=$(follow)
own "$aisha_token"
get "$(echo "$next" | sed 's/&after=[^&]*//')" "$aisha_token"
is "$(field '.results[0].id')" "$(tail -n 1 "$scratch/first")" \
    'by number the last one comes again when there is a new one'
get "$next" "$aisha_token"
is "$(field '.results[].id' | sort - "$scratch/first" | uniq -d)" '' \
    'by link none does'
is "$(field '.results[0].id')" "$(db "SELECT id FROM khatmas k WHERE $mine
    ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET 8")" \
    'nor is one left out'

db "DELETE FROM memberships WHERE user_id = $aisha_id
    AND khatma_id IN ($(tr '\n' , <"$scratch/first" | sed 's/,$//'))"
get "$next" "$aisha_token"
is "$(field '.results[0].id')" "$(db "SELECT id FROM khatmas k WHERE $mine
    ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET 1")" \
    'nor when those that were shown are gone, the last among them'
db "DELETE FROM memberships WHERE user_id = $aisha_id"
get "$next" "$aisha_token"
is "$status $(field '[.results, .next] | tojson')" '200 [[],null]' \
    'a link stays good when there is nothing left to lead to'

# The unread are read as they are shown.
path='/api/notifications/?is_read=false&page_size=7'
db "$told AND is_read = FALSE $newest" >"$scratch/rows"
: >"$scratch/ids"
for _ in $(seq 20); do
	[ "$path" != null ] || break
	get "$path" "$aisha_token"
	path=$(follow)
	field '.results[].id' >>"$scratch/ids"
	db "UPDATE notifications SET is_read = TRUE WHERE user_id = $aisha_id
	    AND id IN (0$(field '.results[].id' | sed 's/^/,/' | tr -d '\n'))"
done
is "$(cat "$scratch/ids")" "$(cat "$scratch/rows")" \
    'who marks each page as read misses none of the unread'

# Of one's own sessions the number is kept; the link goes by what is there.
get '/api/sessions/?page_size=7' "$aisha_token"
next=$(follow)
db "DELETE FROM sessions WHERE user_id = $aisha_id
    AND id <> (SELECT * FROM (SELECT MIN(id) FROM sessions
    WHERE user_id = $aisha_id) s)"
get "$next" "$aisha_token"
is "$(field '[(.results | length), .next, .count] | tojson')" '[1,null,8]' \
    'a list of sessions ends where they end'

# --- Places that are none ----------------------------------------------------

# refuses PATH NAME
refuses() {
	get "$1" "$omar_token"
	is "$status $(field '.code + " " + (.errors | keys | join(" "))')" \
	    '400 validation_error after' "$2"
}

list=/api/khatmas/
get "$list?filter=public&page_size=7" "$omar_token"
place=$(follow | sed 's/.*&after=\([^&]*\).*/\1/')
like "$place" '^[-_A-Za-z0-9]{27}$' 'a place is short'
get "$list?filter=public&after=$place" "$omar_token"
is "$status $(field '.previous')" '200 null' 'with it alone one goes on, too'
get "$list?filter=public&after=$place&page_size=3&other=1" "$omar_token"
is "$status $(field '.results | length')" '200 3' \
    'in pages of another size, and with whatever means nothing'
refuses "$list?after=$place" 'a place is of one filter'
refuses "$list?filter=my_khatmas&after=$place" 'and not of another'
refuses "$list?filter=public&after=$place&ordering=name" 'of one order'
refuses "$list?filter=public&after=$place&ordering=created_at" 'either way'
refuses "$list?filter=public&after=$place&status=active" 'of one condition'
refuses "/api/search/khatmas/?after=$place" 'of one list'
refuses "/api/khatmas/$khatma/sessions/?after=$place" 'and no other'
refuses "/api/sessions/?after=$place" 'nor that'
refuses "/api/notifications/?after=$place" 'nor that'
refuses "/api/user/me/sessions/?after=$place" 'nor that'
refuses "/api/achievements/?after=$place" 'nor a list that has none'
for bad in '' x "${place%?}" "${place}A" "${place%?}!" "%00" "%FF" \
    "A$place" "'%20OR%201=1" "$(printf '%03000d' 0)" "%D9%85"; do
	get "$list?filter=public&after=$bad" "$omar_token"
	is "$status" 400 "'$(echo "$bad" | cut -c -40)' is no place"
done
refuses "$list?filter=public&after=x" 'it is named'
is "$(field '.errors.after[0]')" \
    'This is no place in this list: take the link to the next page as it is.' \
    'with what to do'
req GET "$list?filter=public&after=x" '' "$omar_token" -H 'Accept-Language: ar'
like "$(field '.errors.after[0]')" '^ليس هذا موضعا' 'in either language'
get "$list?filter=public&after=x&page=0&ordering=x" "$omar_token"
is "$(field '.errors | keys | join(" ")')" 'after ordering page' \
    'with all that is wrong besides'

# A name may be long, and of any letters.
long=$(printf '\360\237\225\214%.0s' $(seq 200))
db "UPDATE khatmas SET name = '$long' WHERE is_public"
walks '/api/khatmas/?page_size=7&filter=public&ordering=name' "$omar_token" \
    'SELECT id FROM khatmas WHERE is_public ORDER BY name, id' \
    'names of two hundred letters'

done_testing
