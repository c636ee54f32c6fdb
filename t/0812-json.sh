#!/bin/sh
# What is JSON and what is not: RFC 8259 to the letter, and of RFC 7493 that no
# key stands twice. The answer says which rule was broken.
. "$(dirname "$0")/tap.sh"

# send: $scratch/sent, to an address that reads it before it looks at it: what
# is JSON lacks the fields then.
send() {
	req POST /api/login/ '' '' -H 'Content-Type: application/json' \
	    --data-binary "@$scratch/sent"
}

# gives CODE PRINTF-FORMAT NAME
gives() {
	# shellcheck disable=SC2059 # the format is what is tested
	printf "$2" >"$scratch/sent"
	send
	is "$status $(field .code)" "400 $1" "VAL-02: $3"
}

taken() {
	gives validation_error "$@"
}

# nested OPEN CLOSE COUNT: an object with so many of them inside.
nested() {
	# shellcheck disable=SC2059 # so often the same
	{
		printf '{"a":'
		printf "$1%.0s" $(seq "$3")
		printf 1
		printf "$2%.0s" $(seq "$3")
		printf '}'
	} >"$scratch/sent"
	send
}

# --- Whole and one -----------------------------------------------------------

gives body_missing '' 'nothing is no object'
gives body_missing ' \t\r\n' 'nor are blanks'
for value in '[]' '[{"email": "a"}]' '"text"' 5 true null; do
	gives body_not_object "$value" "$value is no object"
done
for text in '{' '}' '{"a"' '{"a":' '{"a":1' '{"a":1,' '{"a":1]' '[' ']' \
    '{"a":[1}' '{,}' '{"a":1,}' '{"a":1,,"b":2}' '{"a" 1}' '{"a"::1}' \
    '{a:1}' "{'a':1}" '{1:1}' '{null:1}' '{"a":}' '{"a":[1,]}' '{"a":[,1]}' \
    '{"a":1 "b":2}' '{"a":undefined}' '{"a":True}' '{"a":nul}' '{"a":truex}' \
    '{"a":1}//x' '/**/{"a":1}' '{"a":"x}' 'email=a' '<a/>' '()'; do
	printf '%s' "$text" >"$scratch/sent"
	send
	case $text in
	'{"a":1}//x')	code=body_trailing_text ;;
	*)		code=body_not_json ;;
	esac
	is "$status $(field .code)" "400 $code" "VAL-02: $text is refused"
done
for text in '{}x' '{}{}' '{} {}' '{},' '{}]' '{"a":1} "b"' '{}\t0'; do
	gives body_trailing_text "$text" "$text has something behind"
done
taken ' \t\r\n{ "a" : [ 1 , { } ] }\n\t\r ' 'blanks around everything are fine'
taken '{}' 'as is an empty object'

# --- Keys --------------------------------------------------------------------

gives body_duplicate_key '{"a":1,"a":1}' 'a key may not stand twice'
gives body_duplicate_key '{"a":1,"b":2,"\\u0061":3}' 'however it is written'
gives body_duplicate_key '{"a":{"b":1,"b":2}}' 'nor deep inside'
gives body_duplicate_key '{"a":[0,{"":1,"":2}]}' 'nor without a name'
taken '{"a":1,"A":2,"b":{"a":3}}' 'large and small letters are different keys'

# --- Depth -------------------------------------------------------------------

for kind in '[ ]' '{"a": }'; do
	opened=${kind% *} closed=${kind#* }
	nested "$opened" "$closed" 31
	is "$(field .code)" validation_error "32 levels of $kind are fine"
	nested "$opened" "$closed" 32
	is "$status $(field .code)" '400 body_too_deep' '33 are too deep'
done
nested '[' ']' 30000
is "$status $(field .code)" '400 body_too_deep' 'as are thirty thousand'
gives body_too_deep "$(printf '[%.0s' $(seq 33))" 'even when they do not end'
taken '{"a":[[],[],[[],{}]],"b":{"c":{}},"d":[{},{},[]]}' \
    'what is side by side is not deep'

# --- Letters -----------------------------------------------------------------

gives body_not_utf8 '{"a":"\377\376"}' 'FF FE is not UTF-8'
gives body_not_utf8 '{"a":"\300\257"}' 'nor is a longer form of a slash'
gives body_not_utf8 '{"a":"\355\240\200"}' 'nor half a surrogate'
gives body_not_utf8 '{"a":"\364\220\200\200"}' 'nor what is beyond Unicode'
gives body_not_utf8 '{"a":"\330"}' 'nor half a letter'
gives body_not_utf8 '{"\342\202":1}' 'nor part of one in a key'
gives body_not_json '\357\273\277{"a":1}' 'a byte order mark is no JSON'
gives body_nul_character '{"a":"x\\u0000y"}' 'U+0000 is refused'
gives body_nul_character '{"\\u0000":1}' 'in a key as well'
gives body_nul_character '{"a":"x\000y"}' 'and as a byte'
gives body_nul_character '{"a":1}\000' 'and behind'
taken '{"a":"\\\\u0000"}' 'a backslash and u0000 are six letters'
for octal in 001 010 011 012 015 037; do
	gives body_not_json "{\"a\":\"x\\${octal}y\"}" \
	    "the byte $octal has to be escaped"
done
gives body_not_json '{\014"a":1}' 'a form feed is no blank'
gives body_not_json '{\302\240"a":1}' 'nor is a no-break space'
gives body_not_json '{"a":"\\x41"}' 'there is no \x'
gives body_not_json '{"a":"\\u12"}' 'nor half a \u'
gives body_not_json '{"a":"\\ud800"}' 'half a surrogate pair is no letter'
gives body_not_json '{"a":"\\udc00\\ud800"}' 'nor the wrong way round'
taken '{"a":"\\b\\f\\n\\r\\t\\/\\\\\\" \\u0645\\ud83d\\udd4c مسجد 🕌 \177"}' \
    'all that is left is fine'

# --- Numbers -----------------------------------------------------------------

for number in 01 -01 1. .5 -.5 +1 --1 - 1e 1e+ 1.e5 0x10 1_000 1,5 NaN nan \
    Infinity -Infinity 1f 00 ١; do
	gives body_not_json "{\"a\":$number}" "$number is no number"
done
for number in 0 -0 1 -1 10 0.5 1.50 1e5 1E+5 1e-5 0e0 1.5e300 1e999 \
    12345678901234567890123456789; do
	taken "{\"a\":$number}" "$number is one"
done

# Many members cost no more than few.
jq -cn '[range(4000) | {key: "k\(.)", value: .}] | from_entries' \
    >"$scratch/sent"
send
is "$status $(field .code)" '400 validation_error' 'an object may be wide'

done_testing
