#!/bin/sh
# Every field of a khatma has its limits, whoever sets it: a value on the limit
# is taken, one beyond it is refused by name, and nothing is made or changed.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# text N: N characters of two bytes each
text() {
	printf '%*s' "$1" '' | sed 's/ /ق/g'
}

# taken MEMBER JSON NAME: of a group
taken() {
	req POST /api/khatmas/ "$(jq -cn "{name: \"K\",
	    khatma_type: \"group\"} + {$1: $2}")" "$maker_token"
	wants 201 "$3"
	is "$(field ".$1 | tojson")" "$(printf %s "$2" | jq -c .)" \
	    "$3: it comes back"
}

# refused MEMBER JSON NAME
refused() {
	for request in 'POST /api/khatmas/' "PUT /api/khatmas/$id/" \
	    "PATCH /api/khatmas/$id/"; do
		others='"name": "K",'
		[ "$1" != '"name"' ] || others=
		req "${request% *}" "${request#* }" "{$others $1: $2}" \
		    "$maker_token"
		is "$status $(field .code) $(field '.errors | keys | tojson')" \
		    "400 validation_error [$1]" "${request%% *}: $3"
	done
}

new_user maker
req POST /api/khatmas/ '{"name": "K"}' "$maker_token"
id=$(field .id)

taken '"name"' '"ق"' 'a name of 1 character'
taken '"name"' "\"$(text 200)\"" 'a name of 200'
taken '"description"' '""' 'no description'
taken '"description"' "\"$(text 2000)\"" 'a description of 2000'
taken '"khatma_type"' '"group"' 'a group'
taken '"target_days"' 1 'a target of 1 day'
taken '"target_days"' 3650 'a target of 3650 days'
taken '"is_public"' true 'public'
taken '"is_public"' false 'not public'
rows=$(db "SELECT COUNT(*) FROM khatmas WHERE creator_id = $maker_id")

refused '"name"' '""' 'a name is not empty'
refused '"name"' '"  \n\t "' 'nor blank'
refused '"name"' "\"$(text 201)\"" 'nor longer than 200 characters'
refused '"name"' null 'nor null'
refused '"name"' 7 'nor a number'
refused '"name"' '["K"]' 'nor a list'
refused '"name"' '"a\nb"' 'nor several lines'
refused '"name"' '"a\u0007b"' 'nor does it hold control characters'
refused '"description"' "\"$(text 2001)\"" 'a description has 2000 characters'
refused '"description"' '{}' 'and is a string'
refused '"description"' '"a\u001bb"' 'without control characters'
refused '"khatma_type"' '"public"' 'a type is group or private'
refused '"khatma_type"' '""' 'and not empty'
refused '"khatma_type"' '"Group"' 'and small'
refused '"khatma_type"' null 'and not null'
refused '"khatma_type"' 1 'and a word'
refused '"target_days"' 0 'a target is 1 day at least'
refused '"target_days"' -5 'and not negative'
refused '"target_days"' 3651 'and 3650 days at most'
refused '"target_days"' 1e300 'however large'
refused '"target_days"' 30.5 'and a whole number'
refused '"target_days"' '"30 days"' 'and nothing but digits'
refused '"target_days"' '""' 'and some digits'
refused '"target_days"' '[30]' 'and no list'
refused '"target_days"' true 'and no truth'
refused '"is_public"' '"yes"' 'public is true or false'
refused '"is_public"' 1 'and no number'
refused '"is_public"' null 'and not null'
refused '"division"' '"ayah"' 'a division is one of five'
refused '"division"' 30 'and a word'

req POST /api/khatmas/ '{"khatma_type": "group"}' "$maker_token"
is "$status $(field '.errors | tojson')" \
    '400 {"name":["This field is required."]}' 'a name must be there'
req PUT "/api/khatmas/$id/" '{"target_days": 9}' "$maker_token"
is "$status $(field '.errors | keys | tojson')" '400 ["name"]' \
    'PUT wants it, too'
req PATCH "/api/khatmas/$id/" '{"status": "completed"}' "$maker_token"
is "$status $(field '.errors | keys | tojson')" '400 ["status"]' \
    'nobody completes a khatma by hand'
req PATCH "/api/khatmas/$id/" '{"status": "archived"}' "$maker_token"
is "$status $(field '.errors | keys | tojson')" '400 ["status"]' \
    'a status is active or paused'

wrong='{"name": "", "description": 1, "khatma_type": "x", "target_days": 0,
    "is_public": "x", "division": "x"}'
for request in 'POST /api/khatmas/' "PUT /api/khatmas/$id/" \
    "PATCH /api/khatmas/$id/"; do
	req "${request% *}" "${request#* }" "$wrong" "$maker_token"
	is "$status $(field '.errors | keys | tojson')" \
	    "400 [\"description\",\"division\",\"is_public\",\"khatma_type\",$(
	    )\"name\",\"target_days\"]" \
	    "${request%% *}: every wrong field is named at once"
done
like "$(field '.errors.division[0]')" 'juz, hizb, rub, surah, page' \
    'with what is wanted'
like "$(field '.errors.target_days[0]')" '1.*3650' 'and its limits'
is "$(field '[.errors[] | type] | unique | tojson')" '["array"]' \
    'as lists of sentences'

req POST /api/khatmas/ '{"name": "K", "is_public": true}' "$maker_token"
is "$status $(field '.errors | keys | tojson')" '400 ["is_public"]' \
    'private, which is the default, and public do not go together'
req POST /api/khatmas/ '{"name": "K", "is_public": true,
    "khatma_type": "private"}' "$maker_token"
is "$status $(field .code)" '400 private_not_public' 'and that is said'

is "$(db "SELECT COUNT(*) FROM khatmas WHERE creator_id = $maker_id")" \
    "$rows" 'nothing that was refused was made'
req GET "/api/khatmas/$id/" '' "$maker_token"
is "$(field '[.name, .description, .khatma_type, .target_days, .is_public,
    .division, .status] | tojson')" \
    '["K","","private",30,false,"juz","active"]' 'nor changed'

done_testing
