#!/bin/sh
# A member keeps a list of intentions for a khatma, which nobody else reads.
# Writing replaces it, and a bad body changes nothing.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# write TOKEN JSON, read_of TOKEN
write() {
	req POST "/api/khatmas/$id/intentions/" "$2" "$1"
}

read_of() {
	req GET "/api/khatmas/$id/intentions/" '' "$1"
}

# refused JSON NAME: and nothing changes
refused() {
	write "$omar_token" "$1"
	is "$status $(field '.errors | keys | tojson')" '400 ["intention"]' "$2"
	read_of "$omar_token"
	is "$(field tojson)" "$kept" "$2: the list is as it was"
}

# items N TEXT: N of them
items() {
	jq -cn --arg text "$2" "{intention: [range($1) | \$text]}"
}

new_user aisha
new_user omar
new_user zayd
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$aisha_token"
id=$(field .id)
req POST "/api/khatmas/$id/join/" '' "$omar_token"

read_of "$omar_token"
is "$status $(field tojson)" '200 {"intention":[]}' 'at first there are none'
write "$omar_token" '{"intention": ["  رحمة لأبي ", "For my mother",
    "For my mother"]}'
wants 201 'they are written'
is "$(header Location)" "/api/khatmas/$id/intentions/" 'with a Location'
kept='{"intention":["رحمة لأبي","For my mother","For my mother"]}'
is "$(field tojson)" "$kept" 'as they were sent, but for the blanks around'
read_of "$omar_token"
is "$status $(field tojson)" "200 $kept" 'they are read in their order'
read_of "$aisha_token"
is "$status $(field tojson)" '200 {"intention":[]}' 'each member has others'
write "$aisha_token" '{"intention": ["Hers"]}'
read_of "$omar_token"
is "$(field tojson)" "$kept" 'and writes no others'"'"'s'

long=$(printf '%*s' 300 '' | sed 's/ /ق/g')
refused '{}' 'they must be there'
refused '{"intention": null}' 'and not null'
refused '{"intention": "For my mother"}' 'and a list'
refused '{"intention": {}}' 'and no object'
refused '{"intention": ["good", 7]}' 'of strings'
refused '{"intention": ["good", null]}' 'and no nulls'
refused '{"intention": ["good", ["deep"]]}' 'and no lists'
refused '{"intention": ["good", " "]}' 'none of them blank'
refused '{"intention": ["good", "be\u0007ll"]}' \
    'and without control characters'
refused "{\"intention\": [\"good\", \"${long}ق\"]}" \
    'of 300 characters at most'
write "$omar_token" '["good"]'
is "$status $(field .code)" '400 body_not_object' 'a body is an object'
write "$omar_token" ''
is "$status $(field .code)" '400 body_missing' 'and not empty'
read_of "$omar_token"
is "$(field tojson)" "$kept" 'which changes nothing, either'

write "$omar_token" "{\"intention\": [\"$long\"]}"
wants 200 'writing again replaces them'
read_of "$omar_token"
is "$(field '.intention == ["'"$long"'"]')" true \
    'with one of 300 characters'
most=1
while [ "$status" != 400 ] && [ "$most" -lt 300 ]; do
	most=$((most * 2))
	write "$omar_token" "$(items $most i)"
done
is "$status $(field '.errors | keys | tojson')" '400 ["intention"]' \
    'there is an end to how many'
like "$(field '.errors.intention[0]')" '[0-9]+' 'which is said'
most=$(field '.errors.intention[0]' | tr -dc 0-9)
write "$omar_token" "$(items "$most" i)"
is "$status $(field '.intention | length')" "200 $most" 'as many are taken'
write "$omar_token" "$(items "$((most + 1))" i)"
wants 400 'and not one more'
db "INSERT INTO intentions (khatma_id, user_id, position, intention)
    VALUES ($id, $omar_id, $((most + 1)), 'one too many')"
for _ in 1 2 3 4 5 6; do
	read_of "$omar_token"
	is "$status $(field '.intention | length')" "200 $most" \
	    'and never more are shown'
done
write "$omar_token" '{"intention": []}'
is "$status $(field tojson)" '200 {"intention":[]}' 'none takes them away'

write "$zayd_token" '{"intention": ["x"]}'
is "$status $(field .code)" '403 members_only' 'who is no member writes none'
read_of "$zayd_token"
is "$status $(field .code)" '403 members_only' 'and reads none'
write '' '{"intention": ["x"]}'
wants 401 'nor does nobody'
read_of ''
wants 401 'at all'
id=999999999999
read_of "$omar_token"
is "$status $(field .code)" '404 khatma_not_found' \
    'there are none of what is not there'
write "$omar_token" '{"intention": []}'
is "$status $(field .code)" '404 khatma_not_found' 'nor can there be'

done_testing
