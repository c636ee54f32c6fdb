#!/bin/sh
# Every address of the route tables answers the methods it has, HEAD and
# OPTIONS besides, and refuses the others with Allow.
. "$(dirname "$0")/tap.sh"

# METHOD PATH FLAGS for each line of the tables, flags as they stand there.
awk '
/^static const struct route routes\[\]/ { inside = 1; next }
/^\};/ { inside = 0 }
!inside { next }
match($0, /^\t\{ [A-Z]+, "[a-z0-9\/#-]+", [a-z_]+, [A-Z_0-9| ]+, [0-9]+ \},$/) {
	split($0, part, /[{,"] */)
	gsub(/^ +| +$/, "", part[2])
	print part[2], part[4], part[7]
	next
}
{ print "UNKNOWN", FILENAME, $0 }' "$root"/cgi-bin/*.c >"$scratch/routes"
is "$(grep UNKNOWN "$scratch/routes")" '' 'every line of the tables is a route'
isnt "$(wc -l <"$scratch/routes")" 0 'there are some'

new_user ali
req POST /api/khatmas/ '{"name": "K", "khatma_type": "group",
    "is_public": true}' "$ali_token"
khatma=$(field .id)

# The address of a pattern: a khatma or the user that there is.
address() {
	case $1 in
	*user/#*) echo "/api/$1/" | sed "s/#/$ali_id/" ;;
	*)	echo "/api/$1/" | sed "s/#/$khatma/" ;;
	esac
}

# ask METHOD...: "METHOD STATUS ALLOW" of each, at the address $path.
ask() {
	for method in "$@"; do
		req "$method" "$path"
		echo "$method $status $(header Allow)"
	done
}

# takes METHOD PATTERN
takes() {
	grep -q "^$1 $2 " "$scratch/routes" ||
		{ [ "$1" = HEAD ] && takes GET "$2"; }
}

cut -d ' ' -f 2 "$scratch/routes" | sort -u >"$scratch/patterns"
while read -r pattern; do
	path=$(address "$pattern")
	allow='' others='PROPFIND BREW'
	for method in GET HEAD POST PUT PATCH DELETE; do
		if takes "$method" "$pattern"; then
			allow="$allow$method, "
		else
			others="$others $method"
		fi
	done
	allow=${allow}OPTIONS
	# shellcheck disable=SC2086 # several words
	is "$(ask OPTIONS $others)" "OPTIONS 204 $allow
$(printf "%s 405 $allow\n" $others)" "HTTP-07: $path takes $allow"
done <"$scratch/patterns"

# HEAD is GET without the body. What others may change meanwhile is left out.
while read -r pattern; do
	path=$(address "$pattern")
	for method in GET HEAD; do
		req $method "$path" '' "$ali_token"
		tr -d '\r' <"$headers" | grep -ivE -e '^(date|x-request-id):' \
		    -e '^(content-encoding|transfer-encoding):' \
		    -e '^(x-total-count|link):' | sort >"$scratch/$method"
	done
	is "$(wc -c <"$body")" 0 "HTTP-09: HEAD $path has no body"
	ok 'HTTP-09: but the headers of GET' diff "$scratch/GET" "$scratch/HEAD"
done <<END
$(sed -n 's/^GET \([^ ]*\) .*/\1/p' "$scratch/routes")
END

req OPTIONS / '' '' --request-target '*'
like "$status" '^(204|4..)$' 'HTTP-09: OPTIONS * does no harm'
req TRACE /api/user/me/
wants 405 'HTTP-07: TRACE is refused'
req CONNECT /api/user/me/
like "$status" '^4' 'HTTP-07: as is CONNECT'
req get /api/user/me/
like "$status" '^4' 'HTTP-07: a method is written large'

done_testing
