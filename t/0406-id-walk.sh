#!/bin/sh
# Somebody walks over the ids around those that there are, on every route that
# has one: what is not public is not for them, and nothing breaks.
# shellcheck disable=SC2154 # variables that new_user sets
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/routes.sh"

# Of our own, for the ids around ours would be those of other tests.
stack_private WORKERS=2

reach=50

new_user aisha
new_user omar
new_user walker
for n in $(seq 30); do
	case $((n % 3)) in
	0)	type='"group", "is_public": true' ;;
	1)	type='"group"' ;;
	*)	type='"private"' ;;
	esac
	echo "POST /api/khatmas/ $aisha_token" \
	    "{\"name\": \"SECRET\", \"khatma_type\": $type}"
done | together
db 'SELECT id FROM khatmas WHERE is_public' | while read -r id; do
	echo "POST /api/khatmas/$id/join/ $omar_token"
	echo "POST /api/khatmas/$id/sessions/ $omar_token" \
	    '{"chapter_assigned": 7}'
done >"$scratch/joins"
together <"$scratch/joins"
last=$(db 'SELECT GREATEST((SELECT MAX(id) FROM khatmas),
    (SELECT MAX(id) FROM notifications), (SELECT MAX(id) FROM users))')
walker_login=$(db "SELECT id FROM logins WHERE user_id = $walker_id")
public=$(db 'SELECT GROUP_CONCAT(id SEPARATOR "|") FROM khatmas
    WHERE is_public')
isnt "$public" '' 'there are public khatmas and others'
like "$(db 'SELECT COUNT(*) FROM notifications')" '^[1-9][0-9]$' \
    'and notifications'

everything() {
	mariadb-dump --no-defaults --socket="$stack/run/db.sock" --compact \
	    --skip-extended-insert khatma
}

everything >"$scratch/before"
routes | grep '#' >"$scratch/routes"
while read -r method pattern flags; do
	case $flags in
	*ROUTE_BODY*) json='{"name":"x","chapter_assigned":1,"intention":["x"]}' ;;
	*)	json= ;;
	esac
	for id in $(seq $((last + reach))) 9223372036854775807; do
		echo "$method /api/${pattern%%#*}$id${pattern#*#}/" \
		    "$walker_token $json"
	done >"$scratch/walk"
	# In a public group an outsider may read and join.
	case $method:$pattern in
	GET:khatmas/# | GET:khatmas/#/sessions | GET:stats/khatma/# | \
	POST:khatmas/#/join)
			open="/($public)/" ;;
	*:*/user/#)	open="/$walker_id/" ;;
	*:user/me/sessions/#) open="/$walker_login/" ;;
	*)		open='nothing' ;;
	esac
	grep -vE "$open" "$scratch/walk" | together
	is "$(cut -d ' ' -f 2 "$answers/codes" | sort -u |
	    grep -vE '^40[34]$' | xargs)" '' \
	    "AZ-02: $method $pattern: of $(wc -l <"$answers/codes") ids none \
is for a stranger"
	is "$(cat "$answers"/[0-9]* | grep -c -e SECRET -e Reader -e @)" 0 \
	    'and no answer tells of one'
done <"$scratch/routes"
everything >"$scratch/after"
ok 'AZ-02: nothing in the database has changed' \
    diff "$scratch/before" "$scratch/after"

done_testing
