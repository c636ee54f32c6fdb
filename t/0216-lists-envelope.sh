#!/bin/sh
# With KHATMA_LISTS=envelope every list that the client did not page comes as a
# page, as from Django REST Framework.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

echo KHATMA_LISTS=envelope >"$scratch/extra.conf"
stack_private KHATMA_EXTRA_CONF="$scratch/extra.conf" WORKERS=1

new_user reader
seq 21 | sed "s|.*|POST /api/khatmas/ $reader_token {\"name\": \"K\",$(
    )\"khatma_type\": \"group\", \"is_public\": true}|" | together
is "$(grep -c ' 201$' "$answers/codes")" 21 'twenty-one khatmas are made'

req GET '/api/khatmas/?filter=my_khatmas' '' "$reader_token"
wants 200 'they are listed'
is "$(field 'keys | join(" ")')" 'count next previous results' \
    'in an envelope'
is "$(field '[.count, (.results | length), .previous] | tojson')" \
    '[21,20,null]' 'the first twenty'
id=$(field '.results[0].id')
next=$(field .next)
req GET "${next#http://localhost}" '' "$reader_token"
is "$status $(field '[(.results | length), .next] | tojson')" '200 [1,null]' \
    'and next has the rest'
is "$(header X-Total-Count)" 21 'the headers stay'
req GET '/api/khatmas/?page_size=3' '' "$reader_token"
is "$(field '.results | length')" 3 'a client may still choose its page'
req GET '/api/khatmas/?page=3' '' "$reader_token"
wants 404 'within what there is'

for list in search/khatmas sessions "khatmas/$id/sessions" achievements \
    "achievements/user/$reader_id" notifications; do
	req GET "/api/$list/" '' "$reader_token"
	is "$status $(field 'keys | join(" ")')" \
	    '200 count next previous results' "$list/ is an envelope, too"
done
req GET "/api/khatmas/$id/" '' "$reader_token"
is "$(field '.participants | type')" array 'what is no list stays as it is'

done_testing
