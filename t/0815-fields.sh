#!/bin/sh
# Every field of every table of input, at every route that reads it, is given
# what it must not have: each other type, nothing, too little, too much. Each
# time the answer names the field. At its bounds it is taken. The tables are
# read out of the sources, so that a new field is tried by itself.
# shellcheck disable=SC2016 # $max and the like are for awk
. "$(dirname "$0")/tap.sh"

new_user ali
new_user omar
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group"}' "$ali_token"
khatma=$(field .id)

(cd "$root" && perl t/fields.pl cgi-bin/*.c common/page.c common/*.h \
    common/model/*.[ch]) >"$scratch/cases"
is "$(grep UNKNOWN "$scratch/cases")" '' 'every table of input is understood'
is "$(cut -f 2 "$scratch/cases" | sort -u)" \
    "$(sed -n 's/.*{ \.name = "\([a-z_]*\)".*/\1/p' "$root"/cgi-bin/*.c \
    "$root/common/page.c" | sort -u)" 'and every field is tried'

# As "together" takes them. A language is somebody else's, for the answers are
# read below.
awk -F '\t' -v khatma="$khatma" -v user="$ali_id" -v ali="$ali_token" \
    -v omar="$omar_token" '{
	path = $6
	sub(/#/, path ~ /user\/#/ ? user : khatma, path)
	print $5, "/api/" path, $2 == "language" ? omar : ali, $7
}' "$scratch/cases" >"$scratch/requests"
together <"$scratch/requests"
is "$(wc -l <"$answers/codes")" "$(wc -l <"$scratch/requests")" \
    'every request is answered'
is "$(grep -c ' 5..$' "$answers/codes")" 0 'VAL-01: nothing is a fault inside'

# "NUMBER CODE FIELD=MESSAGE..." of each answer.
jq -r 'select(type == "object") | [(input_filename | sub(".*/"; "")),
    .code // "", ((.errors // {}) | to_entries[] |
    .key + "=" + (.value | join(" ")))] | join("\t")' \
    "$answers"/[1-9]* >"$scratch/errors"

# "ROUTE FIELD KIND WRONG" of each case; WRONG is empty where all is well.
awk -F '\t' -v codes="$answers/codes" -v errors="$scratch/errors" '
BEGIN {
	while ((getline line <codes) > 0) {
		split(line, part, " ")
		status[part[1]] = part[2]
	}
	while ((getline line <errors) > 0) {
		n = split(line, part, "\t")
		code[part[1]] = part[2]
		for (i = 3; i <= n; i++) {
			at = index(part[i], "=")
			said[part[1], substr(part[i], 1, at - 1)] = \
			    substr(part[i], at + 1)
		}
	}
}
{
	words = said[NR, $2]
	bound = words ~ /^Must be a whole number/ && words ~ (" " $3 "[.]$")
	if ($4 == "bad")
		well = status[NR] code[NR] == "400validation_error" &&
		    words != ""
	else
		well = status[NR] < 500 && !bound && words !~ \
		    /^(This field|May|Must have|Must be [^a]|Must be a [^w])/
	sent = substr($5 " " $6 " " $7, 1, 200)
	print $1 "\t" $2 "\t" $4 "\t" \
	    (well ? "" : sent ": " status[NR] " " code[NR] " " words)
}' "$scratch/cases" >"$scratch/verdicts"

cut -f 1-3 "$scratch/verdicts" | sort -u >"$scratch/groups"
while IFS='	' read -r route name kind; do
	awk -F '\t' -v route="$route" -v name="$name" -v kind="$kind" '
	$1 == route && $2 == name && $3 == kind { print $4 }' \
	    "$scratch/verdicts" >"$scratch/group"
	case $kind in
	bad)	says='refuses what it is not' ;;
	*)	says='takes what it is, to its bounds' ;;
	esac
	says="$says ($(wc -l <"$scratch/group") values)"
	is "$(grep . "$scratch/group")" '' "VAL-01: $route: $name $says"
done <"$scratch/groups"

done_testing
