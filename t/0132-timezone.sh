#!/bin/sh
# The time zone of a profile is an IANA name that this host knows, and nothing
# that merely looks like a file.
. "$(dirname "$0")/tap.sh"

new_user ali

zone() {
	req PATCH /api/user/me/ "$(jq -cn --arg z "$1" '{timezone: $z}')" \
	    "$ali_token"
}

for zone in Africa/Cairo Asia/Riyadh Asia/Kolkata America/New_York \
    America/Argentina/Buenos_Aires Pacific/Kiritimati Etc/GMT+12 Etc/GMT-14 \
    UTC; do
	zone "$zone"
	is "$status $(field .timezone)" "200 $zone" "$zone is one"
done
zone ' Asia/Jakarta '
is "$status $(field .timezone)" '200 Asia/Jakarta' 'blanks around it are cut'

for zone in Mars/Olympus Africa africa/cairo AFRICA/CAIRO Africa/Cairo/ \
    /Africa/Cairo Africa//Cairo ../zoneinfo/Africa/Cairo \
    Africa/../Africa/Cairo ./UTC /etc/localtime localtime posixrules \
    posix/Africa/Cairo right/Africa/Cairo zone.tab tzdata.zi leapseconds \
    +03:00 GMT+3:00 UTC0 'EET-2EEST,M4.5.5/0' ':Africa/Cairo' \
    '/etc/passwd' 'Africa/Cairo;' القاهرة '%s%n'; do
	zone "$zone"
	is "$status $(field '.errors | keys | join(" ")')" '400 timezone' \
	    "$zone is none"
done
like "$(field .errors.timezone[0])" 'IANA time zone' 'and it says what is one'
zone "$(printf '%0.sA' $(seq 64))"
is "$status $(field '.errors | keys | join(" ")')" '400 timezone' \
    'a name that is too long is none'
req PATCH /api/user/me/ '{"timezone": 3}' "$ali_token"
is "$status $(field '.errors | keys | join(" ")')" '400 timezone' \
    'nor is a number of hours'
req PATCH /api/user/me/ '{"timezone": ""}' "$ali_token"
is "$status $(field '.errors | keys | join(" ")')" '400 timezone' \
    'nor is nothing'

req GET /api/user/me/ '' "$ali_token"
is "$(field .timezone)" Asia/Jakarta 'the last good one stays'

# The day is the reader's: one is always another day than the other.
for zone in Pacific/Kiritimati Etc/GMT+12; do
	zone "$zone"
	req POST /api/khatmas/ '{"name": "Days"}' "$ali_token"
	field .start_date >>"$scratch/days"
done
is "$(sort -u "$scratch/days" | wc -l)" 2 'today is the day of the zone'

done_testing
