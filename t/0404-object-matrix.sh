#!/bin/sh
# Who may do what: every route of the tables, for the creator of a khatma, a
# member, an outsider who is signed in, and nobody, where the khatma is a public
# group, a group that is not public, or private. object-rules says what each may
# expect. What is refused changes nothing.
# shellcheck disable=SC2034,SC2154 # variables that eval reads or sets
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/routes.sh"

word=matrix-$(random_word)
missing=9223372036854775807

# --- Rules and routes --------------------------------------------------------

grep -v -e '^#' -e '^$' "$root/t/object-rules" | tr -s ' ' >"$scratch/rules"
routes >"$scratch/routes"
is "$(grep UNKNOWN "$scratch/routes")" '' \
    'AZ-01: every line of the tables is a route'
cut -d ' ' -f 1,2 "$scratch/routes" | sort >"$scratch/known"
sed 's/^[^ ]* \([^ ]* [^ ?]*\).*/\1/' "$scratch/rules" | sort -u \
    >"$scratch/ruled"
is "$(comm -23 "$scratch/known" "$scratch/ruled")" '' \
    'AZ-01: every route has a rule of who may'
is "$(comm -13 "$scratch/known" "$scratch/ruled")" '' \
    'AZ-01: and every rule a route'
is "$(sed -n 's/^open \([^ ]* [^ ?]*\).*/\1/p' "$scratch/rules" | sort -u)" \
    "$(sed -n 's/ [^ ]*ROUTE_OPEN.*//p' "$scratch/routes")" \
    'AZ-01: what is open by its rule is open in the tables, and nothing else'

# A line for each cell: RULE OBJECT METHOD PATTERN BODY KIND ROLE WANTED.
awk '{
	start = NR " " $1 " " $2 " " $3 " " $4 " "
	if ($1 == "own" || $1 == "open") {
		split("creator member outsider nobody", role)
		for (i = 1; i <= 4; i++)
			print start "public", role[i],
			    ($1 == "own" && i == 4 ? 401 : $5)
	} else {
		split("public public public group group group " \
		    "private private", kind)
		split("creator member outsider creator member outsider " \
		    "creator outsider", role)
		for (i = 1; i <= 8; i++)
			if ($(i + 4) != "-")
				print start kind[i], role[i], $(i + 4)
		for (i = 2; i <= 8; i += 3)
			print start kind[i], "nobody 401"
	}
	if ($3 ~ /#/)
		print start "missing outsider 404\n" start "missing nobody 401"
}' "$scratch/rules" >"$scratch/cells"

# --- People and khatmas ------------------------------------------------------

# khatmas KEY...: for each key one of each kind, with its member and invitation.
# Sets id_KEY_KIND and code_KEY_KIND.
khatmas() {
	for key; do
		for kind in public group private; do
			echo "$key $kind"
		done
	done >"$scratch/new"
	while read -r key kind; do
		case $kind in
		public)	type='"group", "is_public": true' ;;
		*)	type="\"$kind\"" ;;
		esac
		echo "POST /api/khatmas/ $creator_token" \
		    "{\"name\": \"$word-$key-$kind\", \"khatma_type\": $type}"
	done <"$scratch/new" | together
	each .id id
	while read -r key kind; do
		eval "id=\$id_${key}_$kind"
		[ "$kind" = private ] && kind=nothing || kind=invitations
		echo "POST /api/khatmas/$id/$kind/ $creator_token"
	done <"$scratch/new" | together
	each '.invite_code // "none"' code
	while read -r key kind; do
		eval "id=\$id_${key}_$kind code=\$code_${key}_$kind"
		echo "POST /api/khatmas/$id/join/ $member_token" \
		    "{\"invite_code\": \"$code\"}"
	done <"$scratch/new" | together
}

# each JQ NAME: what the last answers say becomes NAME_KEY_KIND.
each() {
	seq "$(wc -l <"$scratch/new")" | sed "s|^|$answers/|" |
	    xargs jq -r "$1" | paste -d ' ' "$scratch/new" - >"$scratch/each"
	while read -r key kind value; do
		eval "${2}_${key}_$kind=\$value"
	done <"$scratch/each"
}

# read_a_little KEY...: creator and member have each one chapter read and
# another begun.
read_a_little() {
	for key; do
		for kind_of in public group private; do
			eval "id=\$id_${key}_$kind_of"
			session "$creator_token" 2 true
			session "$creator_token" 3 false
			session "$member_token" 4 true
			session "$member_token" 5 false
		done
	done | together
}

session() {
	echo "POST /api/khatmas/$id/sessions/ $1" \
	    "{\"chapter_assigned\": $2, \"is_completed\": $3}"
}

new_user creator
new_user member
new_user outsider
# What is read shares a khatma of each kind, newer than those of the others.
# shellcheck disable=SC2046 # several words
khatmas $(awk '$2 == "khatma" && $3 != "GET" || $2 == "notification" {
    print "r" $1 }' "$scratch/cells" | sort -u)
# shellcheck disable=SC2046
read_a_little $(awk '$5 == "theirs" || $5 == "undo" || $2 == "notification" {
    print "r" $1 }' "$scratch/cells" | sort -u)
khatmas read
read_a_little read
mine=$(db "SELECT GROUP_CONCAT(id) FROM khatmas
    WHERE creator_id = $creator_id")
people=$creator_id,$member_id,$outsider_id

# All that a request could change.
all() {
	db "SELECT * FROM khatmas WHERE id IN ($mine) ORDER BY id;
	    SELECT * FROM chapters WHERE khatma_id IN ($mine)
	        ORDER BY khatma_id, number;
	    SELECT * FROM memberships WHERE khatma_id IN ($mine)
	        OR user_id IN ($people) ORDER BY khatma_id, user_id;
	    SELECT * FROM sessions WHERE khatma_id IN ($mine)
	        OR user_id IN ($people) ORDER BY id;
	    SELECT * FROM intentions WHERE khatma_id IN ($mine)
	        ORDER BY khatma_id, user_id, position;
	    SELECT * FROM invitations WHERE khatma_id IN ($mine) ORDER BY id;
	    SELECT * FROM users WHERE id IN ($people) ORDER BY id;
	    SELECT * FROM logins WHERE user_id IN ($people) ORDER BY id;
	    SELECT * FROM achievements WHERE user_id IN ($people) ORDER BY id;
	    SELECT * FROM notifications WHERE user_id IN ($people)
	        ORDER BY id"
}

# --- Asking ------------------------------------------------------------------

# body WORD ROLE: sets $json.
body() {
	case $2 in
	creator)	own=11 theirs=5 done=4 ;;
	member)		own=12 theirs=3 done=2 ;;
	*)		own=13 theirs=5 done=4 ;;
	esac
	case $1 in
	name)	json='{"name": "x"}' ;;
	open)	json='{"is_public": true}' ;;
	code)	json='{"invite_code": "x"}' ;;
	another) json="{\"invite_code\": \"$code_read_group\"}" ;;
	invited) json="{\"invite_code\": \"$code\"}" ;;
	read)	json="{\"chapter_assigned\": $own}" ;;
	begin)	json="{\"chapter_assigned\": $own, \"is_completed\": false}" ;;
	theirs)	json="{\"chapter_assigned\": $theirs}" ;;
	undo)	json="{\"chapter_assigned\": $done, \"is_completed\": false}" ;;
	intend)	json='{"intention": ["x"]}' ;;
	bio)	json='{"bio": "x"}' ;;
	wrong)	json='{"password": "x", "old_password": "x",
		    "new_password": "a-new-word-of-mine"}' ;;
	empty)	json='{}' ;;
	-)	json= ;;
	*)	diag "object-rules: there is no body $1" ;;
	esac
}

# The notification of a khatma's creator that tells of it.
notifications() {
	db "SELECT khatma_id, MIN(id) FROM notifications
	    WHERE user_id = $creator_id GROUP BY khatma_id"
}
notifications >"$scratch/notifications"
creator_login=$(db "SELECT MIN(id) FROM logins WHERE user_id = $creator_id")

# number OBJECT: sets $number, what stands for the # of the pattern.
number() {
	number=$id
	case $kind:$1 in
	missing:*)	number=$missing ;;
	*:user)		number=$creator_id ;;
	*:login)	number=$creator_login ;;
	*:notification)	number=$(sed -n "s/^$id	//p" \
			    "$scratch/notifications") ;;
	esac
}

token() {
	case $1 in
	creator)	token=$creator_token ;;
	member)		token=$member_token ;;
	outsider)	token=$outsider_token ;;
	nobody)		token=- ;;
	*)		token=$1 ;;
	esac
}

# Cells of standard input become requests.
requests() {
	while read -r rule object method pattern word_of kind role _; do
		key='read'
		eval "id=\${id_r${rule}_$kind-}"
		[ -z "$id" ] || key=r$rule
		eval "id=\${id_${key}_$kind-} code=\${code_${key}_$kind-}"
		number "$object"
		token "$role"
		body "$word_of" "$role"
		path=${pattern%%\?*} query=
		case $pattern in
		*\?*@)	query="?${pattern#*\?}"
			query="${query%@}$word-$key-$kind" ;;
		*\?*)	query="?${pattern#*\?}" ;;
		esac
		case $path$query in
		khatmas\?*search=*) ;;
		khatmas | khatmas\?*) [ "$object" != list ] ||
			query="${query:-?}&search=$word" ;;
		esac
		case $path in
		*\#*)	path=${path%%\#*}$number${path#*\#} ;;
		esac
		echo "$method /api/$path/$query $token $json" | tr -d '\n'
		echo
	done
}

# got N NAME: what the Nth answer is, in the words of the rules.
got() {
	case $wanted:$code in
	has:200 | not:200)
		grep -qF "$2" "$answers/$1" && got=has || got=not ;;
	*)	got=$code ;;
	esac
}

# ask FILE: each of its cells; what is an error goes to $scratch/errors.
ask() {
	requests <"$1" >"$scratch/requests"
	together <"$scratch/requests"
	paste -d ' ' "$answers/codes" "$1" >"$scratch/asked"
	while read -r n code _ _ method pattern word_of kind role wanted; do
		got "$n" "$word-read-$kind"
		is "$got" "$wanted" \
		    "AZ-02: $kind, $role: $method $pattern $word_of"
		[ "$code" -lt 400 ] || {
			cat "$answers/$n"
			echo
		} >>"$scratch/errors"
	done <"$scratch/asked"
}

codes() {
	jq -r .code "$answers"/[0-9]* | sort -u | xargs
}

all >"$scratch/before"
grep ' nobody 401$' "$scratch/cells" >"$scratch/nobody"
ask "$scratch/nobody"
is "$(codes)" token_missing 'AZ-01: nobody is told more than to sign in'

for token in x "$creator_refresh" "${creator_token%?????}AAAAA"; do
	sed -n "/ public nobody 401\$/s/nobody/$token/p" "$scratch/nobody" |
	    requests
done | together
is "$(cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs) $(codes)" \
    "$(($(grep -c ' public nobody 401$' "$scratch/nobody") * 3)) 401 \
token_invalid" 'AZ-01: a token that is none is no better, on whichever route'

grep ' 4[0-9][0-9]$' "$scratch/cells" | grep -v ' 401$' >"$scratch/refused"
ask "$scratch/refused"
grep -E ' (open|[a-z]+) GET .* (200|has|not)$' "$scratch/cells" \
    >"$scratch/reading"
ask "$scratch/reading"
all >"$scratch/after"
ok 'AZ-02: what is refused is not done, and what is read is not changed' \
    diff "$scratch/before" "$scratch/after"

for role in outsider member creator; do
	grep -E " $role 20[0-9]$" "$scratch/cells" | grep -v ' GET ' \
	    >"$scratch/allowed"
	ask "$scratch/allowed"
done

# --- What was said -----------------------------------------------------------

isnt "$(wc -l <"$scratch/errors")" 0 'there were errors to look at'
is "$(grep -iE 'mysql|mariadb|sql|errno|/usr|/tmp|\.c:[0-9]|argon|Reader ' \
    "$scratch/errors" | head -n 3)" '' \
    'ERR-01: no error says anything of what is inside, or of anybody'
is "$(jq -r '[.type, .title, .detail, .code, .request_id] |
    map(length > 0) | all' "$scratch/errors" | sort -u)" true \
    'ERR-01: and each is whole'

done_testing
