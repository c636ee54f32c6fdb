#!/bin/sh
# Which values a field takes: whole numbers also as a string of digits, truth
# only as true and false, and a name only in its own letters.
. "$(dirname "$0")/tap.sh"

new_user ali
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' "$ali_token"
khatma=$(field .id)

patch() {
	req PATCH "/api/khatmas/$khatma/" "$1" "$ali_token"
}

# refused FIELD JSON: this field is wrong, and only this.
refused() {
	patch "$2"
	is "$status $(field '.code, (.errors | keys[])' | tr '\n' ' ')" \
	    "400 validation_error $1 " \
	    "$(printf %s "$2" | sed 's/\\//g') is refused"
}

# --- Numbers -----------------------------------------------------------------

for number in 30 '"30"' 30.0 3e1 300e-1 '"030"'; do
	patch '{"target_days": 7}'
	patch "{\"target_days\": $number}"
	is "$status $(field .target_days)" '200 30' "$number is thirty"
done
for number in 0 -1 3651 7.5 1e999 -1e999 9007199254740993 \
    9223372036854775808 18446744073709551617 '"0"' '"-30"' '"3651"' '"30.0"' \
    '"3e1"' '"+30"' '" 30"' '"30 "' '"30x"' '"0x1e"' '""' '"٣٠"' \
    '"99999999999999999999999"' true false '[30]' '{"n": 30}' \
    '[]' '{}'; do
	refused target_days "{\"target_days\": $number}"
done
is "$(field .errors.target_days[0])" \
    'Must be a whole number from 1 to 3650.' 'and it says which are not'
patch '{"target_days": 3650}'
is "$status $(field .target_days)" '200 3650' 'the last one that is'
patch '{"target_days": 1}'
is "$status $(field .target_days)" '200 1' 'and the first'

# --- Truth -------------------------------------------------------------------

for truth in true false; do
	patch "{\"is_public\": $truth}"
	is "$status $(field .is_public)" "200 $truth" "$truth is $truth"
done
for truth in 0 1 '"true"' '"false"' '"yes"' '""' '[]' '{}' '[true]'; do
	refused is_public "{\"is_public\": $truth}"
done
is "$(field .errors.is_public[0])" 'Must be true or false.' \
    'and it says what there is'

# --- Words -------------------------------------------------------------------

for type in '"Group"' '"GROUP"' '" group"' '"group "' '"groups"' '""' 0 true \
    '["group"]' '{"khatma_type": "group"}'; do
	refused khatma_type "{\"khatma_type\": $type}"
done
is "$(field .errors.khatma_type[0])" 'Must be one of: group, private.' \
    'and it says what there is'
for name in 5 true '["K"]' '{"name": "K"}' null '""' '"  "' '"\t\n"' \
    '"\u00a0\u2003"'; do
	refused name "{\"name\": $name}"
done
patch '{"name": "  Ramadan \u00a0", "description": "one\ntwo\tthree"}'
is "$status $(field .name)" '200 Ramadan' 'blanks around a text are cut'
is "$(field .description)" "$(printf 'one\ntwo\tthree')" \
    'and a long one has its lines'

# --- Keys --------------------------------------------------------------------

patch '{"Name": "X", "NAME": "Y", "name ": "Z", "naме": "W"}'
is "$status $(field .name)" '200 Ramadan' 'a key has its own letters'
patch '{"n\u0061me": "By escape"}'
is "$status $(field .name)" '200 By escape' 'however they are written'
patch '{"nothing": {"deep": [1, {"er": null}]}, "": 1, "name": "Known"}'
is "$status $(field .name)" '200 Known' 'keys that nobody knows are ignored'
patch '{"target_days": "x", "is_public": 3, "name": "", "khatma_type": 1}'
is "$(field '.errors | keys | join(" ")')" \
    'is_public khatma_type name target_days' \
    'all that is wrong is said at once'
req GET "/api/khatmas/$khatma/" '' "$ali_token"
is "$(field .name)" Known 'and changes nothing'

done_testing
