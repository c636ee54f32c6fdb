#!/bin/sh
# Searching knows how people write: Arabic with and without vowel signs, hamza
# and article, Latin letters in any case. Characters that SQL knows are nothing
# but what stands between words.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

n=0

# get Q: what search/khatmas/ finds
get() {
	req GET "/api/search/khatmas/?q=$(jq -rn --arg q "$1" '$q | @uri')" '' \
	    "$reader_token"
}

# finds STORED Q NAME: with a word behind each, that no other khatma has
finds() {
	n=$((n + 1))
	req POST /api/khatmas/ "$(jq -cn --arg name "$1 $word$n" '{name: $name,
	    khatma_type: "group", is_public: true}')" "$reader_token"
	id=$(field .id)
	get "$2 $word$n"
	is "$status $(field '[.[].id] | tojson')" "200 [$id]" "$3"
}

# misses STORED Q NAME
misses() {
	n=$((n + 1))
	req POST /api/khatmas/ "$(jq -cn --arg name "$1 $word$n" '{name: $name,
	    khatma_type: "group", is_public: true}')" "$reader_token"
	get "$2 $word$n"
	is "$status $(field length)" '200 0' "$3"
}

# The word is all letters, so that nothing else is folded with it.
word=$(random_word | tr 0-9 g-p)
new_user reader
other=$(random_word | tr 0-9 g-p)
new_user maryam "مَرْيَم أحمد $other"

finds 'مُحَمَّد' 'محمد' 'محمد finds مُحَمَّد'
finds 'محمد' 'مُحَمَّد' 'and the other way'
finds 'احمد' 'أحمد' 'أحمد finds احمد'
finds 'أحمد' 'احمد' 'and the other way'
finds 'إيمان آمنة' 'ايمان امنة' 'alef has hamza, madda or nothing'
finds 'ٱلرحمن' 'الرحمن' 'or wasla'
finds 'ختمة' 'ختمه' 'ha for ta marbuta'
finds 'ختمه' 'ختمة' 'and the other way'
finds 'هدى' 'هدي' 'ya for alef maqsura'
finds 'هدي' 'هدى' 'and the other way'
finds 'رمـــضان' 'رمضان' 'tatweel is not there'
finds 'رمضان' 'رمــــضان' 'wherever it stands'
finds 'مؤمن' 'مومن' 'hamza on waw'
finds 'ﷴ ﻻ' 'محمد لا' 'ligatures are their letters'
finds 'كتاب علي' 'کتاب علی' 'Persian kaf and ya are the same letters'
finds 'ختمة ١٤٤٧' 'ختمه 1447' 'digits are digits'
finds 'CaSe' 'cAsE' 'case does not matter'
finds 'École' 'ecole' 'nor do accents'
finds 'Straße' 'STRASSE' 'nor which letters are one'
finds 'two   blanks' 'two blanks' 'nor how many blanks there are'
finds '🌙 ختمة' '🌙' 'an emoji is a word'

finds 'ختمة' 'الختمة' 'a word is found with the article'
finds 'الختمة' 'ختمة' 'and one with the article without'
finds 'الختمة' 'الخت' 'as by its beginning, with it'
finds 'الختمة' 'خت' 'or without'
finds 'الف' 'ال' 'or by the article alone'
finds 'والختمة' 'ختمة' 'after a conjunction'
finds 'بالقرآن' 'القران' 'a preposition'
finds 'كالقمر' 'قمر' 'a comparison'
finds 'للقرآن' 'بالقرآن' 'or another'
finds 'وللختمة فالفجر' 'فجر ختمة' 'or two'
finds 'ٱلْحَجّ' 'حج' 'however short it is'
finds 'الوالدين' 'والدين' 'parents have no article but their own'
finds 'البالغين' 'بالغين' 'a word may begin like one'
finds 'بالله' 'بالله' 'God has a name'
misses 'الله' 'له' 'which is not cut'
misses 'والدين' 'دين' 'nor is that of parents'
misses 'مال' 'ال' 'nor is a word cut at its end'

misses 'محمد' 'محمود' 'what is another word is not found'
misses 'ختمة' 'خاتمة' 'nor what only looks like it'

finds '100%' '100%' 'a percent sign is found'
finds 'a_b' 'a_b' 'an underscore is found'
finds 'a\b' 'a\b' 'a backslash is found'
finds '\%' '\%' 'and both'
finds "it's \"so\"" "it's \"so\"" 'quotes are found'
finds "x'; DROP TABLE khatmas; --" "x'; drop table khatmas; --" \
    'and what looks like SQL'
finds 'a long way b' 'b%a' 'what they stand between is words'
finds 'a%z' 'a\%z' 'a backslash escapes nothing'
finds 'a' "a\\" 'and does not end the search'
misses 'xzx' '%z%' 'a percent sign is not anything'
misses 'aXz' 'a_z' 'an underscore is not any letter'
misses 'aXz' 'a％z' 'the wide percent sign is one, too'

req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$maryam_token"
id=$(field .id)
for q in "مريم احمد $other" "مَريم أحمد $other" "احمد $other"; do
	get "$q"
	is "$status $(field '[.[].id] | tojson')" "200 [$id]" \
	    'a creator is found however her name is written'
done
req PATCH /api/user/me/ "{\"fullname\": \"هُدى $other\"}" "$maryam_token"
get "مريم احمد $other"
is "$(field length)" 0 'by the name she has now'
get "هدي $other"
is "$(field '[.[].id] | tojson')" "[$id]" 'and no other'
req PATCH "/api/khatmas/$id/" "{\"name\": \"خَتمة ${other}q\"}" "$maryam_token"
get "ختمه ${other}q"
is "$(field '[.[].id] | tojson')" "[$id]" 'a khatma as well'

done_testing
