#!/bin/sh
# The words that khatmas are found by: what programs write down and what migrate
# writes down for those before them is the same, and what it costs to look
# something up does not grow with what there is.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"
# shellcheck source=t/history.sh
. "$root/t/history.sh"

# shellcheck disable=SC2119 # of all khatmas
rules() {
	fsck
}

stack_private WORKERS=3
export KHATMA_MIGRATE_ARGS=--no-defaults KHATMA_CONF="$stack/khatma.conf"

words() {
	db 'SELECT khatma_id, word FROM khatma_words ORDER BY khatma_id, word'
}

migrated() {
	ok "$1" "$root/spawn.sh" migrate
}

# make NAME DESCRIPTION
make() {
	req POST /api/khatmas/ "$(jq -cn --arg n "$1" --arg d "$2" '{name: $n,
	    description: $d, khatma_type: "group", is_public: true}')" \
	    "$aisha_token"
	[ "$status" = 201 ] || diag "make: $status $(cat "$body")"
	id=$(field .id)
}

# found Q: the ids of what is found
found() {
	req GET "/api/search/khatmas/?q=$(jq -rn --arg q "$1" '$q | @uri')" '' \
	    "$aisha_token"
	field '[.[].id] | sort | join(" ")'
}

# --- The words ---------------------------------------------------------------

new_user aisha 'عائشة  Al-Zahra'
make 'الختمة، وللختمة' 'والدين البالغين بالله اللهم والله لله ﷺ'
arabic=$id
make "it's \"so\" \\ 100% a_b" '<b>x</b> ' 
make '🌙📖 Ⅻ ½ x² café E=mc² ١٤٤٧' 'Straße ﬁn Ｗｉｄｅ ختـــمة'
make '!?' '...'
make 'Long' "$(printf 'word%d ' $(seq 200)) $(printf '%0100d' 0)"
long=$id
make "$(printf 'ختمة%.0s' $(seq 50))" ''

words >"$scratch/written"
is "$(db "SELECT GROUP_CONCAT(word ORDER BY word SEPARATOR ' ')
    FROM khatma_words WHERE khatma_id = $arabic")" \
    'al zahra البالغين الختمه الله اللهم بالله ختمه صلي عايشه عليه غين لله والدين والله وسلم وللختمه' \
    'the words of a khatma are those of creator, name and description'
is "$(db "SELECT COUNT(*), MAX(CHAR_LENGTH(word)) FROM khatma_words
    WHERE khatma_id = $long")" '131	7' 'of its own the first 128'
is "$(db 'SELECT MAX(CHAR_LENGTH(word)) FROM khatma_words')" 32 \
    'to the 32nd character'
is "$(rules)" '' 'all rules hold'

migrated 'migrate finds nothing to do'
words >"$scratch/again"
ok 'as all is there' diff "$scratch/written" "$scratch/again"
db 'DELETE FROM khatma_words'
migrated 'without any words'
words >"$scratch/again"
ok 'it writes the same as the service' diff "$scratch/written" "$scratch/again"

# What programs of schema 7 did between the first time and the second.
db "UPDATE khatmas SET name = 'Renewed', search_text = 'renewed'
    WHERE id = $long;
    DELETE FROM khatma_words WHERE khatma_id = $arabic;
    INSERT INTO khatma_words VALUES ('orphan', 100)"
isnt "$(rules | wc -l)" 0 'what was written by older programs is seen'
is "$(found renewed)$(found zahra | grep -cw "$arabic")" 0 \
    'it is not yet found'
migrated 'when they are no more, migrate is run again'
is "$(found renewed) $(found word1) $(found 'ختمة zahra' | wc -w)" \
    "$long  3" 'then all is found by what it is called'
is "$(rules)" '' 'and all rules hold'

# What a name had and has, and what khatmas have themselves.
for name in 'Word5 والختمة' 'الختمة word5 Word500' '!' 'ختمة اللهم' 'Word6' \
    'عائشة Al-Zahra'; do
	req PATCH /api/user/me/ "{\"fullname\": \"$name\"}" "$aisha_token"
	is "$status $(rules)" '200 ' "all rules hold when she is called $name"
done
is "$(found 'عائشة الزهراء renewed')$(found 'word6 ليلى')" '' \
    'nobody is found by what she is not called'
is "$(found 'عائشة zahra renewed')" "$long" 'but by her name'

# --- At the same time --------------------------------------------------------

# Two who are renamed while they make khatmas, name them anew, and take the place
# of one another as creators.
new_user zayd 'Zayd'
new_user maryam 'Maryam'
make 'Given away' ''
given=$id
for token in "$zayd_token" "$maryam_token"; do
	req POST "/api/khatmas/$given/join/" '' "$token"
done
make 'Given away, too' ''
for token in "$zayd_token" "$maryam_token"; do
	req POST "/api/khatmas/$id/join/" '' "$token"
done
for khatma in "$given" "$id"; do
	req DELETE "/api/khatmas/$khatma/leave/" '' "$aisha_token"
done
for round in 1 2 3 4; do
	req POST /api/khatmas/ '{"name": "Own"}' "$maryam_token"
	own=$(field .id)
	for n in 1 2 3; do
		cat <<-END
		PATCH /api/user/me/ $zayd_token {"fullname": "Zayd $round$n"}
		PATCH /api/user/me/ $maryam_token {"fullname": "Maryam $round$n"}
		POST /api/khatmas/ $zayd_token {"name": "By Zayd $round$n"}
		POST /api/khatmas/ $maryam_token {"name": "By Maryam $round$n"}
		PATCH /api/khatmas/$own/ $maryam_token {"name": "Own $round$n"}
		END
	done >"$scratch/requests"
	case $round in
	1)	echo "DELETE /api/khatmas/$given/leave/ $zayd_token" ;;
	2)	echo "DELETE /api/khatmas/$id/leave/ $zayd_token" ;;
	3)	echo "DELETE /api/khatmas/$own/ $maryam_token" ;;
	4)	echo "DELETE /api/user/me/ $zayd_token" \
		    "{\"password\": \"$zayd_password\"}" ;;
	esac >>"$scratch/requests"
	together <"$scratch/requests"
	is "$(cut -d ' ' -f 2 "$answers/codes" | grep -c ^5)" 0 \
	    'none who changes names at the same time fails'
	is "$(rules)" '' 'and all rules hold'
done

# --- What it costs -----------------------------------------------------------

# grow N: that many more that are public. Words of the first third or half are in
# too many to be counted, from the beginning on; that of each hundredth is not;
# the last three of each N have one that is rare.
grow() {
	db "SET @n = (SELECT MAX(id) FROM khatmas);
	    INSERT INTO khatmas (creator_id, name, search_text, khatma_type,
	        division, is_public, target_days, start_date, chapters_total,
	        chapters_free, created_at, updated_at)
	    SELECT $aisha_id, name, name, 'group', 'juz', TRUE, 30,
	        '2026-01-01' + INTERVAL seq MINUTE, 30, 30,
	        '2026-01-01' + INTERVAL @n + seq MINUTE,
	        '2026-01-01' + INTERVAL @n + seq MINUTE
	    FROM (SELECT seq, CONCAT('third', seq MOD 3, ' half', seq MOD 2,
	        IF(seq MOD 100 = 0, ' hundredth', ''),
	        IF(seq > $1 - 3, ' rare$1', '')) AS name FROM seq_1_to_$1) s;
	    INSERT IGNORE INTO memberships
	    SELECT id, creator_id, created_at FROM khatmas"
	"$root/spawn.sh" migrate >"$scratch/said" 2>&1 ||
		diag "$(cat "$scratch/said")"
	db 'ANALYZE TABLE khatmas, khatma_words, memberships' >"$scratch/said"
}

# What the database has read, rows and keys; asking for it is reading, too.
all_reads() {
	db "SHOW GLOBAL STATUS LIKE 'Handler_read%'" |
	    awk '{ n += $2 } END { print n }'
}

# reads PATH: how much it reads for that
reads() {
	first=$(all_reads)
	before=$(all_reads)
	req GET "/api/$1" '' "$omar_token"
	[ "$status" = 200 ] || diag "$1: $status $(cat "$body")"
	after=$(all_reads)
	echo $((after - before - (before - first)))
}

# What is asked, a line for each; omar has none of his own.
cat >"$scratch/asked" <<'END'
search/khatmas/?q=absent
search/khatmas/?q=rare7000
search/khatmas/?q=rare7000+third
search/khatmas/?q=third
search/khatmas/?q=third1
search/khatmas/?q=third1+half1
search/khatmas/?q=third+half
search/khatmas/?q=half0+half1
search/khatmas/?q=third+absent
search/khatmas/?q=t
search/khatmas/?q=third&type=private
search/khatmas/?q=third&page=3&page_size=20
khatmas/?search=absent
khatmas/?search=rare7000&ordering=name
khatmas/?search=third
khatmas/?search=third+half0&ordering=name
khatmas/?search=third&ordering=start_date&filter=public
khatmas/?search=third&status=paused&filter=public
khatmas/?search=third&filter=joinable&ordering=-name
khatmas/?search=third&filter=my_khatmas
khatmas/?search=third&filter=completed
END

asked() {
	while read -r path; do
		printf '%s %s\n' "$path" "$(reads "$path")"
	done <"$scratch/asked"
}

new_user omar
grow 7000
isnt "$(found rare7000)" '' 'of seven thousand some have a rare word'
isnt "$(found half0)" '' 'and many a common one'
asked >"$scratch/small"
grow 14000
asked >"$scratch/large"
paste -d ' ' "$scratch/small" "$scratch/large" >"$scratch/both"
while read -r path small _ large; do
	diag "$path: $small, $large"
	ok "three times as many cost no more: $path" \
	    test "$large" -le $((small + small / 5 + 50))
done <"$scratch/both"
# shellcheck disable=SC2046 # several words
set -- $(sed -n 's/.*q=absent //p; s/.*q=rare7000 //p; s/.*q=third //p' \
    "$scratch/large")
ok 'what is nowhere costs next to nothing' test "$1" -le 50
ok 'what is rare little more' test "$2" -le 120
ok 'what is everywhere is bounded' test "$3" -le 40000

# --- What is found of what is third -----------------------------------------

req GET '/api/search/khatmas/?q=rare7000+half&page_size=100' '' "$omar_token"
is "$(field .count)" 3 'what has a rare word is found however old it is'
req GET '/api/search/khatmas/?q=hundredth&page_size=100' '' "$omar_token"
is "$(field .count)" 210 'all of it'
req GET '/api/search/khatmas/?q=half&page_size=100' '' "$omar_token"
ok 'of a common one the newest hundreds' test "$(field .count)" -ge 200
is "$(field '[.results[].created_at] | . == (sort | reverse)')" true \
    'newest first'
req GET '/api/search/khatmas/?q=half0+third&page=5&page_size=100' '' \
    "$omar_token"
is "$status $(field '.results | length')" '200 100' \
    'as far as five hundred'

done_testing
