#!/bin/sh
# What a client sends is never part of a statement or of a format: by the
# sources, and by what happens to texts that would be noticed if it were.
. "$(dirname "$0")/tap.sh"

cd "$root" || exit 1

# --- The sources -------------------------------------------------------------

# The calls that send SQL as text: of them only those that stand here.
grep -hoE '(mysql_(real_|send_)?query|ask_text|step)\([^;]*\)' common/*.c \
    common/model/*.c cgi-bin/*.c | sed 's/ [!=]=.*//; s/)*$/)/' |
    grep -v '(struct\|(MYSQL' | sort >"$scratch/calls"
is "$(cat "$scratch/calls")" 'ask_text(db, "COMMIT")
ask_text(db, "DO 0")
ask_text(db, "ROLLBACK")
ask_text(db, "START TRANSACTION")
mysql_query(db->my, sql)
mysql_query(my, sql)
step(my, conf, NULL, p)
step(my, conf, session_sql[i], p)' \
    'VAL-04: but for five constants every statement is prepared'
like "$(grep -h 'session_sql\[\]' common/db_connect.c)" \
    '^static const char \*const session_sql\[\] = \{$' \
    'VAL-04: and the fifth is of a table'
is "$(grep -nE 'mysql_(real_)?escape|CLIENT_MULTI|MYSQL_OPTION_MULTI' \
    common/*.c common/model/*.c cgi-bin/*.c)" '' \
    'VAL-04: nothing is escaped by hand, and no statement follows another'
# Formats of printf stand in quotes: a statement is a text of the table.
is "$(grep -nE 'printf\([^"]*"[^"]*\<(SELECT|INSERT|UPDATE|DELETE|ORDER BY)\>' \
    common/*.c common/model/*.c cgi-bin/*.c)" '' \
    'VAL-04: no statement is printed together'
is "$(grep -n 'FCGX_V\{0,1\}FPrintF' common/*.c common/model/*.c cgi-bin/*.c)" \
    '' 'VAL-05: libfcgi formats nothing'
like "$(grep -- '^	    .*-Wformat=2' Makefile)" '-Werror' \
    'VAL-05: a format that is not constant does not compile'

# --- What is sent ------------------------------------------------------------

new_user ali
word=inject$(random_word)
tables="SELECT COUNT(*) FROM information_schema.tables
    WHERE table_schema = 'khatma'"
before=$(db "$tables")

# Each of these is a name like any other.
while read -r text; do
	json=$(jq -cn --arg n "$word $text" '{name: $n, description: $n}')
	req POST /api/khatmas/ "$json" "$ali_token"
	is "$status $(field .name)" "201 $word $text" \
	    "VAL-04: $text is a name"
	req GET "/api/khatmas/$(field .id)/" '' "$ali_token"
	is "$(field .description)" "$word $text" 'and stays what it is'
	req GET "/api/khatmas/?filter=my_khatmas&search=$(printf '%s' \
	    "$word $text" | jq -sRr @uri)" '' "$ali_token"
	is "$status $(field '.[0].name')" "200 $word $text" 'and is found by it'
done <<'END'
' OR '1'='1
'; DROP TABLE users; --
" UNION SELECT password FROM users #
\' OR 1=1 -- x
1) OR SLEEP(1)#
%s%s%s%n%p%1000d
${jndi:ldap://127.0.0.1/x} $(id) `id`
<script>alert(1)</script>
{{7*7}} #{7*7}
../../../../etc/passwd
END
req GET "/api/khatmas/?filter=my_khatmas&search=$word" '' "$ali_token"
is "$(field length)" 10 'VAL-04: and all of them together by what they share'
req GET "/api/khatmas/?filter=my_khatmas&search=$word%25nothing" '' \
    "$ali_token"
is "$status $(field length)" '200 0' 'VAL-04: % stands for nothing in a search'
req GET "/api/khatmas/?filter=my_khatmas&search=injec_${word#inject}" '' \
    "$ali_token"
is "$status $(field length)" '200 0' 'VAL-04: nor does _'

for order in 'name;DROP TABLE users' 'name,(SELECT 1)' 'id' 'password' \
    'name DESC' '1' 'SLEEP(1)' '-created_at,1'; do
	req GET "/api/khatmas/?ordering=$(printf '%s' "$order" |
	    jq -sRr @uri)" '' "$ali_token"
	is "$status $(field '.errors | keys | join(" ")')" '400 ordering' \
	    "VAL-04: $order is no order"
done
for text in "' OR '1'='1" "$ali_email' -- " "$ali_email\" -- " 'a@b.c%'; do
	req POST /api/login/ "$(jq -cn --arg e "$text" \
	    '{email: $e, password: "'"' OR '1'='1"'"}')"
	is "$status $(field .code)" '401 login_failed' \
	    "VAL-04: ${text#"$ali_email"} lets nobody in"
done
is "$(db "$tables")" "$before" 'VAL-04: and every table is where it was'

done_testing
