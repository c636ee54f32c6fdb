#!/bin/sh
# docs/api.md is complete and true: every route of the programs is described in
# it and no other, every field of their input, every error code with its
# status; and the members that it lists are those of real answers.
# shellcheck disable=SC2016 # backticks are Markdown's, dollars are nginx's
. "$(dirname "$0")/tap.sh"

reference=$root/docs/api.md
routes=$scratch/routes
codes=$scratch/codes

# --- Against the sources -----------------------------------------------------

# "GET /api/khatmas/<id>/" for each line of the tables of routes.
sed -n 's/^	{ \([A-Z]*\), "\([^"]*\)", .*/\1 \/api\/\2\//p' \
    "$root"/cgi-bin/*.c | sed 's/#/<id>/g' | sort >"$routes"
is "$(wc -l <"$routes")" "$(cat "$root"/cgi-bin/*.c |
    sed -n '/^static const struct route routes/,/^};/p' | grep -c '^	{')" \
    'all lines of the tables of routes are understood'
while read -r route; do
	ok "$route is described" grep -qF "\`$route\`" "$reference"
done <"$routes"

sed -n 's/^### `\([^`]*\)`$/\1/p' "$reference" >"$scratch/described"
is "$(sort "$scratch/described" | comm -23 - "$routes")" '' \
    'no route is described that is not there'

# Which POST the header Idempotency-Key counts for.
sed -n 's/^	{ POST, "\([^"]*\)", [a-z_]*, \([^,]*\),.*/\1 \2/p' \
    "$root"/cgi-bin/*.c | sed 's/#/<id>/g
    s/^\([^ ]*\) .*ROUTE_CREATES.*/\1 counts/; t
    s/ .*/ is/' | sort >"$scratch/keyed"
ok 'routes that create are understood' grep -qx 'khatmas counts' \
    "$scratch/keyed"
is "$(sed -n '/^## Sending/,/^## Browsers/s,^| `POST \([^`]*\)/` | \(counts\|is\)[ ,|].*,\1 \2,p' \
    "$reference" | sort)" "$(cat "$scratch/keyed")" \
    'for each POST it is said whether Idempotency-Key counts'

# "validation_error 400", of the programs and of nginx.
{
	sed -n 's/.*\] = { \([0-9]*\), "\([a-z_]*\)".*/\2 \1/p' \
	    "$root/common/err.c"
	sed -n '/map .* $khatma_code {/,/}/p' "$root/nginx.conf.example" |
	    sed -n 's/.*\([0-9]\{3\}\)[-a-z]*[[:space:]]*\([a-z_]*\);/\2 \1/p'
} | grep -v '^ok ' | sort -u >"$codes"
ok 'the table of errors is understood' grep -qx 'validation_error 400' "$codes"
ok 'and so is that of nginx' grep -qx 'too_many_requests 429' "$codes"
sed -n '/^## Error codes/,/^## Lists/p' "$reference" |
    sed -n 's/^| `\([a-z_]*\)` | \([0-9]*\) | .*/\1 \2/p' |
    sort >"$scratch/listed"
is "$(comm -23 "$codes" "$scratch/listed")" '' \
    'every error code stands in the table, with its status'
is "$(comm -13 "$codes" "$scratch/listed")" '' 'and no other does'

sed -n 's/.*{ \.name = "\([a-z_]*\)".*/\1/p' "$root"/cgi-bin/*.c \
    "$root/common/page.c" | sort -u >"$scratch/fields"
ok 'the tables of input are understood' grep -qx target_days "$scratch/fields"
while read -r field; do
	ok "the field $field is described" grep -qF "\`$field\`" "$reference"
done <"$scratch/fields"

# Links go to headings, by the names that GitHub makes of them.
sed -n 's/^##* //p' "$reference" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-' |
    sort -u >"$scratch/anchors"
grep -o '](#[^)]*)' "$reference" | sed 's/](#//; s/)//' | sort -u |
    comm -23 - "$scratch/anchors" >"$scratch/dead"
is "$(cat "$scratch/dead")" '' 'every link within it goes somewhere'

# --- Against real answers ----------------------------------------------------

# The names in the first column of the tables below a heading.
members() {
	awk -v heading="$1" '
	/^#/ { on = $0 == heading }
	on && /^\| `/ {
		split($0, part, "`")
		print part[2]
	}' "$reference" | sort
}

# has_members HEADING JQ NAME: the last answer has these members, and no other
has_members() {
	jq -r "$2 | keys[]" "$body" | sort >"$scratch/keys"
	is "$(cat "$scratch/keys")" "$(members "$1")" "$3"
}

new_user ali
req POST /api/khatmas/ '{"name": "Mine", "target_days": 7}' "$ali_token"
wants 201 'a khatma is made'
has_members '## Khatma' . 'its members are those of the reference'
khatma=$(field .id)
for chapter in $(seq 30); do
	req POST "/api/khatmas/$khatma/sessions/" \
	    "{\"chapter_assigned\": $chapter}" "$ali_token"
done
wants 201 'it is read'
has_members '## Session' . 'the members of a session'
has_members '## Person' .user 'and of a person'

req GET "/api/khatmas/$khatma/" '' "$ali_token"
is "$(field 'keys[]')" "$({ members '## Khatma'
    members '## Khatma detail'; } | sort)" 'the members of its detail'
req GET /api/user/me/ '' "$ali_token"
has_members '## Profile' . 'the members of a profile'
req GET /api/achievements/ '' "$ali_token"
has_members '## Achievement' '.[0]' 'the members of an achievement'
req GET /api/notifications/ '' "$ali_token"
has_members '## Notification' '.[0]' 'the members of a notification'

req GET /api/user/me/sessions/ '' "$ali_token"
has_members '### `GET /api/user/me/sessions/`' '.[0]' 'the members of a login'

for path in /api/stats/user/ /api/stats/khatma/ /api/dashboard/ \
    /api/user/me/export/; do
	case $path in
	*/khatma/)	id=$khatma/ heading=$path'<id>/' ;;
	*)		id='' heading=$path ;;
	esac
	req GET "$path$id" '' "$ali_token"
	has_members "### \`GET $heading\`" . "the members of $heading"
done

# The export's lists have theirs in the second column.
req POST "/api/khatmas/$khatma/intentions/" '{"intention": ["i"]}' "$ali_token" \
    -H 'Idempotency-Key: "k"'
req PATCH "/api/khatmas/$khatma/" '{"khatma_type": "group"}' "$ali_token"
req POST "/api/khatmas/$khatma/invitations/" '' "$ali_token"
db "INSERT INTO password_resets
    (email_hash, number, user_id, language, requested_at)
    VALUES (UNHEX(SHA2('$ali_email', 256)), 1, $ali_id, 'en',
    UTC_TIMESTAMP(6))"
req GET /api/user/me/export/ '' "$ali_token"
for list in $(field 'del(.user) | keys[]'); do
	awk -v list="$list" '
	/^#/ { on = $0 == "### `GET /api/user/me/export/`" }
	on && index($0, "| `" list "` |") == 1 {
		n = split($0, part, "`")
		for (i = 4; i <= n; i += 2)
			print part[i]
	}' "$reference" | sort >"$scratch/names"
	is "$(field ".${list}[0] | keys[]" | sort)" "$(cat "$scratch/names")" \
	    "the members of the export's $list"
done

done_testing
