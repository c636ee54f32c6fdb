#!/bin/sh
# No library that is linked, nor nginx, is older than the one that has its known
# holes mended: see library-versions.
. "$(dirname "$0")/tap.sh"

command -v dpkg-query >/dev/null ||
	skip_all 'versions are known of Debian only'

# What apt knows that is newer is for the administrator: a remark.
advise() {
	candidate=$(apt-cache policy "$1" 2>/dev/null |
	    sed -n 's/.*Candidate: //p')
	[ "${candidate:-$2}" = "$2" ] ||
		diag "$1: there is $candidate, which apt-get upgrade brings"
}

grep -v -e '^#' -e '^$' "$root/t/library-versions" >"$scratch/least"
while read -r package least _; do
	there=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null)
	[ -n "$there" ] || {
		# later releases have libraries of other names
		diag "$package is not installed"
		continue
	}
	ok "SEC-00: $package $there is $least or later" \
	    dpkg --compare-versions "$there" ge "$least"
	advise "$package" "$there"
done <"$scratch/least"
isnt "$tap_count" 0 'some of them are there'

done_testing
