#!/bin/sh
# A khatma is divided into juz, hizb, rub, surahs or pages, and each of its
# chapters is there from the start. A juz says where it begins and ends.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

new_user maker

for division in juz:30 hizb:60 rub:240 surah:114 page:604; do
	name=${division%:*}
	chapters=${division#*:}
	req POST /api/khatmas/ "{\"name\": \"K\", \"division\": \"$name\"}" \
	    "$maker_token"
	wants 201 "a khatma by $name is made"
	id=$(field .id)
	is "$(field '[.division, .chapters_total] | tojson')" \
	    "[\"$name\",$chapters]" "it has $chapters chapters"
	req GET "/api/khatmas/$id/" '' "$maker_token"
	wants 200 "$name: it is shown"
	is "$(field '[.chapters[].chapter] == [range(.chapters_total) + 1]')" \
	    true "$name: the board has each of them, in order"
	is "$(field '[.chapters[].state] | unique | tojson')" '["free"]' \
	    "$name: all are free"
	is "$(field '.available_chapters == [.chapters[].chapter]')" true \
	    "$name: all are to be had"
	req POST "/api/khatmas/$id/sessions/" \
	    "{\"chapter_assigned\": $chapters}" "$maker_token"
	wants 201 "$name: the last one can be read"
	req POST "/api/khatmas/$id/sessions/" \
	    "{\"chapter_assigned\": $((chapters + 1))}" "$maker_token"
	is "$status $(field '.errors | keys | tojson')" \
	    '400 ["chapter_assigned"]' "$name: and none beyond it"
	like "$(field '.errors.chapter_assigned[0]')" \
	    "(^|[^0-9])$chapters([^0-9]|\$)" "$name: and says how many"
	[ "$name" != juz ] || juz=$id
done
is "$(field '.chapters')" null 'an error shows no board'

# juz_of COLUMN: the bounds of data/juz.tsv, with the names of a language
juz_of() {
	grep '^[0-9]' "$root/data/juz.tsv" | jq -R -s -c --argjson c "$1" '
	    split("\n") | map(select(. != "") | split("\t") | {
		chapter: .[0] | tonumber,
		from: { surah: .[1] | tonumber, ayah: .[2] | tonumber,
		    name: .[$c] },
		to: { surah: .[3] | tonumber, ayah: .[4] | tonumber,
		    name: .[$c + 1] } })'
}

req GET "/api/khatmas/$juz/" '' "$maker_token" -H 'Accept-Language: en'
is "$(field '.chapters | map({chapter, from, to}) | tojson')" "$(juz_of 5)" \
    'each juz begins and ends where data/juz.tsv says'
is "$(field '.chapters[0].from | [.surah, .ayah] | tojson')" '[1,1]' \
    'the first begins with the Quran'
is "$(field '.chapters[29].to | [.surah, .ayah] | tojson')" '[114,6]' \
    'and the thirtieth ends with it'
req GET "/api/khatmas/$juz/" '' "$maker_token" -H 'Accept-Language: ar'
is "$(field '.chapters | map({chapter, from, to}) | tojson')" "$(juz_of 7)" \
    'with the surahs in Arabic for who reads Arabic'

done_testing
