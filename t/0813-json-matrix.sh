#!/bin/sh
# What parsers of JSON disagree about, sent to an address that would make
# something of it: each is taken or refused as RFC 8259 and RFC 7493 have it,
# with the status and the code that say so, and what is refused makes nothing.
. "$(dirname "$0")/tap.sh"

new_user ali

# send: $scratch/sent as a new khatma.
send() {
	req POST /api/khatmas/ '' "$ali_token" \
	    -H 'Content-Type: application/json' --data-binary "@$scratch/sent"
}

answered() {
	echo "$status" "$(field 'if .errors then .code + " " +
	    (.errors | keys | join(" ")) else .code // .name end')"
}

# How many khatmas the rows below make.
made=0

# id|answer|name|body, which is a printf format.
while IFS='|' read -r id answer name format; do
	# shellcheck disable=SC2059 # the format is what is tested
	printf "$format" >"$scratch/sent"
	send
	[ "$status" != 201 ] || made=$((made + 1))
	is "$(answered)" "$answer" "$id: $name"
done <<'END'
JSON-01|400 body_trailing_text|a letter behind is refused|{"name":"K"}x
JSON-01|400 body_trailing_text|a second object is refused|{"name":"K"}{"name":"L"}
JSON-01|400 body_trailing_text|a second object in another line is refused|{"name":"K"}\n{"name":"L"}
JSON-01|400 body_trailing_text|a bracket too many is refused|{"name":"K"}}
JSON-01|400 body_trailing_text|a comma behind is refused|{"name":"K"},
JSON-01|201 K|blanks behind are nothing|{"name":"K"} \t\r\n
JSON-02|400 body_duplicate_key|a key twice is refused|{"name":"K","name":"L"}
JSON-02|400 body_duplicate_key|even with the same value|{"name":"K","is_public":false,"name":"K"}
JSON-02|400 body_duplicate_key|and when one of them is escaped|{"name":"K","n\\u0061me":"L"}
JSON-02|400 body_duplicate_key|and inside of what nobody reads|{"name":"K","x":[{"a":1,"a":2}]}
JSON-03|201 K|a key in other letters is another key|{"name":"K","Name":"L","NAME":"M"}
JSON-03|400 validation_error name|and is not taken for it|{"Name":"K"}
JSON-04|400 body_nul_character|U+0000 is refused|{"name":"K\\u0000"}
JSON-04|400 body_nul_character|in a key as well|{"name\\u0000x":"K"}
JSON-04|400 body_nul_character|as a byte in a text|{"name":"K\000L"}
JSON-04|400 body_nul_character|as a byte in a key|{"name\000":"K"}
JSON-04|400 body_nul_character|and behind the object|{"name":"K"}\000
JSON-05|400 body_not_utf8|FF FE is no letter|{"name":"\377\376"}
JSON-05|400 body_not_utf8|a slash in two bytes is none|{"name":"\300\257"}
JSON-05|400 body_not_utf8|a surrogate in three bytes is none|{"name":"\355\240\200"}
JSON-05|400 body_not_utf8|nor is what lies beyond Unicode|{"name":"\364\220\200\200"}
JSON-05|400 body_not_utf8|nor half a letter|{"name":"\330"}
JSON-05|400 body_not_utf8|also in a key|{"name":"K","\303":1}
JSON-06|400 body_not_json|a high surrogate alone is refused|{"name":"\\ud83d"}
JSON-06|400 body_not_json|a low one alone is refused|{"name":"\\udd4c"}
JSON-06|400 body_not_json|two in the wrong order are refused|{"name":"\\udd4c\\ud83d"}
JSON-06|201 🕌|two in the right order are a letter|{"name":"\\ud83d\\udd4c"}
JSON-07|400 body_not_json|the byte 01 in a text is refused|{"name":"K\001"}
JSON-07|400 body_not_json|a tab in a text is refused|{"name":"K\tL"}
JSON-07|400 body_not_json|the byte 1F in a key is refused|{"name\037":"K"}
JSON-07|400 body_not_json|the byte 01 is no blank|\001{"name":"K"}
JSON-07|400 body_not_json|a form feed is no blank|{\014"name":"K"}
JSON-07|400 validation_error name|what JSON lets in escaped the field refuses|{"name":"K\\u0001L"}
JSON-08|400 body_not_json|a byte order mark is refused|\357\273\277{"name":"K"}
JSON-09|400 body_not_json|NaN is no number|{"name":"K","target_days":NaN}
JSON-09|400 body_not_json|nor is Infinity|{"name":"K","target_days":Infinity}
JSON-09|400 body_not_json|nor is -Infinity|{"name":"K","target_days":-Infinity}
JSON-09|400 body_not_json|nor is +1|{"name":"K","target_days":+1}
JSON-09|400 body_not_json|nor is .5|{"name":"K","target_days":.5}
JSON-09|400 body_not_json|nor is 0x10|{"name":"K","target_days":0x10}
JSON-09|400 body_not_json|nor is --1|{"name":"K","target_days":--1}
JSON-10|400 body_not_json|01 is no number|{"name":"K","target_days":01}
JSON-10|400 body_not_json|nor is -01|{"name":"K","target_days":-01}
JSON-10|400 body_not_json|nor is 1.|{"name":"K","target_days":1.}
JSON-11|400 validation_error target_days|1e999 is no whole number|{"name":"K","target_days":1e999}
JSON-11|400 validation_error target_days|nor is -1e999|{"name":"K","target_days":-1e999}
JSON-11|201 K|and harmless where nobody reads it|{"name":"K","x":1e999}
JSON-12|400 validation_error target_days|7.9 is not cut to 7|{"name":"K","target_days":7.9}
JSON-12|400 validation_error target_days|2^53 + 1 is refused|{"name":"K","target_days":9007199254740993}
JSON-12|400 validation_error target_days|2^63 is refused|{"name":"K","target_days":9223372036854775808}
JSON-12|400 validation_error target_days|2^64 + 7 does not wrap to 7|{"name":"K","target_days":18446744073709551623}
JSON-12|201 K|7.0 is 7|{"name":"K","target_days":7.0}
JSON-15|400 body_missing|nothing is no object|
JSON-15|400 body_missing|nor are blanks| \n
JSON-15|400 body_not_object|nor is a list|[{"name":"K"}]
JSON-15|400 body_not_object|nor is a text|"name"
JSON-15|400 body_not_object|nor is a number|1
JSON-15|400 body_not_object|nor is null|null
JSON-15|400 body_not_object|nor is true|true
JSON-15|400 validation_error name|an empty object lacks the name|{}
END

# nested COUNT: a khatma with so many brackets inside of each other.
nested() {
	perl -e '$n = shift() - 1; print "{\"name\":\"K\",\"x\":",
	    "[" x $n, "]" x $n, "}"' "$1" >"$scratch/sent"
	send
}

nested 32
is "$(answered)" '201 K' 'JSON-13: 32 levels are taken'
for depth in 33 1000 1001 30000; do
	nested $depth
	is "$(answered)" '400 body_too_deep' "JSON-13: $depth are not"
done
perl -e 'print "{\"name\":\"K\",\"x\":", "[" x 60000' >"$scratch/sent"
send
is "$(answered)" '400 body_too_deep' \
    'JSON-13: nor are 60000 of which none is closed'
made=$((made + 1))

# listed COUNT: a khatma with so many numbers that nobody reads.
listed() {
	perl -e 'print "{\"name\":\"K\",\"x\":[1", ",1" x (shift() - 1),
	    "]}"' "$1" >"$scratch/sent"
	send
}

listed 32750
is "$(answered)" '201 K' 'JSON-14: 64 KiB of small numbers are taken'
made=$((made + 1))
listed 524288
is "$(answered)" '413 body_too_large' 'JSON-14: a mebibyte of them is not read'
printf '{"name":"K"%65525s' '}' >"$scratch/sent"
is "$(wc -c <"$scratch/sent")" 65536 'there is a body of 64 KiB'
send
is "$(answered)" '201 K' 'JSON-16: which is taken'
made=$((made + 1))
for size in 65526 200000 5000000; do
	printf "{\"name\":\"K\"%${size}s" '}' >"$scratch/sent"
	send
	is "$(answered)" '413 body_too_large' \
	    "JSON-16: one of $((size + 11)) bytes is not"
	like "$(header Content-Type)" '^application/problem\+json' \
	    'JSON-16: and a problem says so'
	req POST /api/khatmas/ '' "$ali_token" -H 'Transfer-Encoding: chunked' \
	    -H 'Content-Type: application/json' \
	    --data-binary "@$scratch/sent"
	is "$(answered)" '413 body_too_large' 'JSON-16: nor in chunks'
done

is "$(db "SELECT COUNT(*) FROM khatmas WHERE creator_id = $ali_id")" "$made" \
    'what was refused has made nothing'

done_testing
