#!/bin/sh
# Every way to forge a token that is known: the header, the claims and the
# signature of a good one changed in turn, most of them signed by the right key.
# Each is refused with the challenge of RFC 6750, and none is a fault inside.
# (RFC 8725; what goes wrong in single letters is in unit-token.c.)
# shellcheck disable=SC2016 # $now and the like are for jq
. "$(dirname "$0")/tap.sh"

refused='401 token_invalid Bearer realm="khatma", error="invalid_token"'

# look TOKEN
look() {
	req GET /api/user/me/ '' "$1"
}

answered() {
	printf '%s %s %s\n' "$status" "$(field .code)" \
	    "$(header WWW-Authenticate | sed 's/, error_description=.*//')"
}

# part TOKEN NUMBER: the first or second part of a token, decoded.
part() {
	printf '%s\n' "$1" | jq -rR --argjson n "$2" 'split(".")[$n - 1] |
	    gsub("-"; "+") | gsub("_"; "/") | @base64d'
}

# forge HOW HEADER CLAIMS: a token of these texts. HOW is the digest that it is
# signed by, 256, 384 or 512; or
#	other		256, by a key that differs in one bit
#	none		not signed: it ends in a point
#	removed		without that point
#	borrowed	with the signature of the good token
#	cut extra padded four blank first
#			256, then a letter less or more, a "=", a fourth part,
#			a blank inside, a point in front
forge() {
	perl -MDigest::SHA=hmac_sha256,hmac_sha384,hmac_sha512 \
	    -MMIME::Base64=encode_base64url -e '
		my ($path, $good, $how, @parts) = @ARGV;
		open my $file, "<", $path or die "no key";
		chomp(my $key = <$file>);
		$key ^= "\1" if $how eq "other";
		my $text = join ".", map { encode_base64url($_) } @parts;
		my %digest = (384 => \&hmac_sha384, 512 => \&hmac_sha512);
		my $sign = $digest{$how} // \&hmac_sha256;
		my $signed = "$text." . encode_base64url($sign->($text, $key));
		my ($borrowed) = $good =~ /([^.]*)$/;
		my %made = (none => "$text.", removed => $text,
		    borrowed => "$text.$borrowed", extra => "${signed}A",
		    padded => "$signed=", four => "$signed.$borrowed",
		    cut => substr($signed, 0, -1), first => ".$signed",
		    blank => "$text. " . substr($signed, 1 + length $text));
		print $made{$how} // $signed;' "$stack/jwt.key" "$token" "$@"
}

# changed TEXT EDIT: "=text" is a text of its own, "+member" a further member,
# anything else an edit by jq.
changed() {
	case $2 in
	=*)	printf '%s' "${2#=}" ;;
	+*)	printf '%s' "${1%\}},${2#+}}" ;;
	*)	printf '%s' "$1" | jq -cj --argjson now "$now" \
		    --argjson other "$omar_login" "$2" ;;
	esac
}

new_user ali
new_user omar
token=$ali_token
head=$(part "$token" 1)
claims=$(part "$token" 2)
omar_login=$(part "$omar_token" 2 | jq .sid)
now=$(date +%s)

look "$token"
is "$status $(field .id)" "200 $ali_id" 'the good token opens the door'
is "$(forge 256 "$head" "$claims")" "$token" \
    'and can be made with the key and nothing else'
look "$(forge 256 "$head" "$(changed "$claims" '.exp += 1')")"
is "$status $(field .id)" "200 $ali_id" 'so that one with another end is good'

# id|name|how|header|claims, the last two as changed() has it; "." is as it was.
while IFS='|' read -r id name how header_edit claims_edit; do
	look "$(forge "$how" "$(changed "$head" "$header_edit")" \
	    "$(changed "$claims" "$claims_edit")")"
	is "$(answered)" "$refused" "$id: $name"
done <<'END'
JWT-01|alg none is refused|none|.alg = "none"|.
JWT-01|None is refused|none|.alg = "None"|.
JWT-01|NONE is refused|none|.alg = "NONE"|.
JWT-01|nOnE is refused|none|.alg = "nOnE"|.
JWT-01|an empty alg is refused|none|.alg = ""|.
JWT-01|no alg is refused|none|del(.alg)|.
JWT-01|alg null is refused|none|.alg = null|.
JWT-01|alg none without its last point is refused|removed|.alg = "none"|.
JWT-01|alg none is refused even when it is signed|256|.alg = "none"|.
JWT-01|no alg is refused even when it is signed|256|del(.alg)|.
JWT-01|alg none is refused with a good signature of another text|borrowed|.alg = "none"|.
JWT-03|HS384 by the right key is refused|384|.alg = "HS384"|.
JWT-03|HS512 by the right key is refused|512|.alg = "HS512"|.
JWT-03|hs256 in small letters is refused|256|.alg = "hs256"|.
JWT-03|Hs256 is refused|256|.alg = "Hs256"|.
JWT-03|HS512 over a signature of HS256 is refused|256|.alg = "HS512"|.
JWT-03|a signature of HS512 under HS256 is refused|512|.|.
JWT-03|a list of algorithms is refused|256|.alg = ["HS256"]|.
JWT-04|RS256 over a signature of HS256 is refused|256|.alg = "RS256"|.
JWT-04|ES256 over a signature of HS256 is refused|256|.alg = "ES256"|.
JWT-04|PS256 over a signature of HS256 is refused|256|.alg = "PS256"|.
JWT-04|EdDSA over a signature of HS256 is refused|256|.alg = "EdDSA"|.
JWT-05|an empty signature is refused|none|.|.
JWT-05|a signature that was taken away is refused|removed|.|.
JWT-05|a signature that is a letter short is refused|cut|.|.
JWT-05|a signature that is a letter longer is refused|extra|.|.
JWT-05|a signature with padding is refused|padded|.|.
JWT-05|four parts are refused|four|.|.
JWT-05|an empty part in front is refused|first|.|.
JWT-05|a blank inside is refused|blank|.|.
JWT-05|the signature of another token is refused|borrowed|.|.exp += 1
JWT-05|a signature by a key of which one bit differs is refused|other|.|.
JWT-07|a token is refused at its end|256|.|.exp = $now
JWT-07|a second after it|256|.|.exp = $now - 1
JWT-07|and long after it|256|.|.exp = 1
JWT-07|a token that begins later is refused|256|.|.nbf = $now + 3600
JWT-07|a token that was made in the future is refused|256|.|.iat = $now + 3600
JWT-07|a token without the time at which it was made is refused|256|.|del(.iat)
JWT-07|as is one with a word for it|256|.|.iat |= "now"
JWT-08|a token without an end is refused|256|.|del(.exp)
JWT-08|an end that is a text is refused|256|.|.exp |= tostring
JWT-08|a fraction is refused|256|.|.exp += 0.5
JWT-08|1e20 is refused|256|.|+"exp":1e20
JWT-08|2^64 and an hour is refused|256|.|+"exp":18446744073709555216
JWT-08|a negative end is refused|256|.|.exp = -1
JWT-08|0 is refused|256|.|.exp = 0
JWT-08|null is refused|256|.|.exp = null
JWT-08|true is refused|256|.|.exp = true
JWT-09|a refresh token is no access token|256|.|.token_type = "refresh"
JWT-09|a token without a type is refused|256|.|del(.token_type)
JWT-09|a type in large letters is refused|256|.|.token_type = "ACCESS"
JWT-09|a list of types is refused|256|.|.token_type = ["access"]
JWT-10|typ at+jwt is refused|256|.typ = "at+jwt"|.
JWT-10|typ jwt in small letters is refused|256|.typ = "jwt"|.
JWT-10|no typ is refused|256|del(.typ)|.
JWT-10|a typ that is a number is refused|256|.typ = 1|.
JWT-11|kid that is a path is refused|256|.kid = "../../dev/null"|.
JWT-11|kid that is SQL is refused|256|.kid = "' OR 1=1 -- "|.
JWT-11|an empty kid is refused|256|.kid = ""|.
JWT-11|kid null is refused|256|.kid = null|.
JWT-11|kid that is a number is refused|256|.kid = 0|.
JWT-11|kid of a thousand letters is refused|256|.kid = "k" * 1000|.
JWT-11|jku is refused|256|.jku = "http://127.0.0.1/jwks.json"|.
JWT-11|x5u is refused|256|.x5u = "http://127.0.0.1/cert.pem"|.
JWT-11|x5c is refused|256|.x5c = ["AAAA"]|.
JWT-11|jwk is refused|256|.jwk = {kty: "oct", k: "AA"}|.
JWT-11|crit is refused|256|.crit = ["exp"]|.
JWT-11|an empty crit is refused|256|.crit = []|.
JWT-11|b64 is refused|256|.b64 = false|.
JWT-11|cty is refused|256|.cty = "JWT"|.
JWT-11|zip is refused|256|.zip = "DEF"|.
JWT-11|a header that is a list is refused|256|[.]|.
JWT-11|an empty header is refused|256|{}|.
JWT-11|a header with alg twice is refused by the last|256|+"alg":"none"|.
JWT-12|of two users the last counts, and 0 is none|256|.|+"user_id":0
JWT-12|of two ends the last counts, and it is over|256|.|+"exp":1
JWT-12|of two types the last counts, and it is the wrong one|256|.|+"token_type":"refresh"
JWT-12|claims that are a list are refused|256|.|[.]
JWT-12|claims that are a number are refused|256|.|.user_id
JWT-12|claims that are null are refused|256|.|null
JWT-12|claims that are no JSON are refused|256|.|=user_id=1
JWT-12|text behind the claims is refused|256|.|tojson + "x"
JWT-12|no claims are refused|256|.|{}
JWT-12|a token of nobody is refused|256|.|del(.user_id)
JWT-12|user "1 " is refused|256|.|.user_id = "1 "
JWT-12|user " 1" is refused|256|.|.user_id = " 1"
JWT-12|user "01" is refused|256|.|.user_id = "01"
JWT-12|user "+1" is refused|256|.|.user_id = "+1"
JWT-12|user "1e0" is refused|256|.|.user_id = "1e0"
JWT-12|user -1 is refused|256|.|.user_id = -1
JWT-12|user 0 is refused|256|.|.user_id = 0
JWT-12|user 1.5 is refused|256|.|.user_id = 1.5
JWT-12|user 2^63 is refused|256|.|+"user_id":9223372036854775808
JWT-12|user 2^64 is refused|256|.|+"user_id":18446744073709551616
JWT-12|user 2^64 as a text is refused|256|.|.user_id = "18446744073709551616"
JWT-12|user true is refused|256|.|.user_id = true
JWT-12|user null is refused|256|.|.user_id = null
JWT-12|a list of users is refused|256|.|.user_id |= [.]
JWT-12|a user who is not there is refused|256|.|+"user_id":9223372036854775807
JWT-12|a token without an id is refused|256|.|del(.jti)
JWT-12|an empty id is refused|256|.|.jti = ""
JWT-12|an id that is a number is refused|256|.|.jti = 1
JWT-13|the token of another issuer is refused|256|.|.iss = "https://elsewhere.example"
JWT-13|for another audience is refused|256|.|.aud = "elsewhere"
JWT-13|for several audiences is refused|256|.|.aud = ["elsewhere", "khatma"]
JWT-14|a login that is not there is refused|256|.|.sid = 4503599627370496
JWT-14|somebody else's login is refused|256|.|.sid = $other
JWT-14|a login that is a text is refused|256|.|.sid |= tostring
JWT-14|login 0 is refused|256|.|.sid = 0
JWT-14|without a login a token of before the password is refused|256|.|del(.sid) | .iat = 1500000000
END
forged=$tap_count
diag "$((forged - 3)) forged tokens"
ok 'they are 45 and more' test "$forged" -ge 48

look "$token"
wants 200 'after all of them the good token opens the door'

# --- Of the other kind -------------------------------------------------------

look "$ali_refresh"
is "$(answered)" "$refused" 'JWT-09: a refresh token opens no door'
for path in refresh logout; do
	req POST "/api/$path/" "{\"refresh\": \"$ali_token\"}"
	is "$(answered)" "$refused" "JWT-09: $path/ takes no access token"
	req POST "/api/$path/" "{\"refresh\": \"$(forge none \
	    "$(changed "$head" '.alg = "none"')" "$(part "$ali_refresh" 2)")\"}"
	is "$(answered)" "$refused" "JWT-01: $path/ takes no alg none"
	req POST "/api/$path/" "{\"refresh\": \"${ali_refresh%?}\"}"
	is "$(answered)" "$refused" "JWT-05: $path/ takes none that was cut"
done

# --- Size --------------------------------------------------------------------

# padded COUNT: a good token with so many letters more in its claims.
padded() {
	forge 256 "$head" "$(changed "$claims" ".pad = \"a\" * $1")"
}

for count in 1600 4500 5700; do
	long=$(padded $count)
	look "$long"
	is "$(answered)" "$refused" \
	    "JWT-15: a token of ${#long} letters is refused"
done
for count in 6000 6700 20000; do
	long=$(padded $count)
	look "$long"
	is "$status $(field .code)" '400 bad_request' \
	    "JWT-15: one of ${#long} is no request"
done
req POST /api/refresh/ "{\"refresh\": \"$(padded 1600)\"}"
is "$(answered)" "$refused" 'JWT-15: nor may a refresh token be large'
for count in 4500 40000; do
	req POST /api/refresh/ "{\"refresh\": \"$(padded $count)\"}"
	is "$status $(field '.code, (.errors | keys[])' | tr '\n' ' ')" \
	    '400 validation_error refresh ' "JWT-15: with $count letters more"
done

# --- The scheme --------------------------------------------------------------

# scheme VALUE NAME: no token is found there.
scheme() {
	req GET /api/user/me/ '' '' -H "Authorization: $1"
	is "$(answered)" '401 token_missing Bearer realm="khatma"' "JWT-16: $2"
}

scheme "Basic $token" 'a token under Basic is none'
scheme "Token $token" 'nor is one under Token'
scheme "JWT $token" 'nor under JWT'
scheme "Bearer:$token" 'nor behind a colon'
scheme "Bearer$token" 'nor without a blank'
scheme "$(printf 'Bearer\t%s' "$token")" 'nor behind a tab'
scheme "$token" 'nor alone'
scheme "Digest Bearer $token" 'nor in the second place'
for value in 'Bearer ' "Bearer $token, $token" "Bearer $token $token" \
    "Bearer Bearer $token" "Bearer \"$token\"" "Bearer token=$token"; do
	req GET /api/user/me/ '' '' -H "Authorization: $value"
	is "$(answered)" "$refused" \
	    "JWT-16: \"$(printf %s "$value" | cut -c 1-16)\" has no good token"
done
for name in bearer BEARER bEaReR; do
	req GET /api/user/me/ '' '' -H "Authorization: $name $token"
	wants 200 "JWT-16: $name is written like Bearer"
done
req GET /api/user/me/ '' '' -H "Authorization: Bearer  $token"
wants 200 'JWT-16: two blanks are one'

# --- The key -----------------------------------------------------------------

# tries: a good token's signature by each line of the standard input as a key.
tries() {
	perl -MDigest::SHA=hmac_sha256 -MMIME::Base64=encode_base64url -ne '
		BEGIN { ($text, $sign) = shift =~ /^(.*)\.([^.]*)$/ }
		chomp;
		$tried++;
		print "$_\n" if
		    encode_base64url(hmac_sha256($text, $_)) eq $sign;
		END { print "$tried tried\n" }' "$token"
}

{
	cat "$root/data/common-passwords.txt"
	printf '%s\n' secret changeme khatma django-insecure your-256-bit-secret
	sed -n 's/^KHATMA_DB_PASSWORD=//p' "$stack/khatma.conf"
} >"$scratch/words"
like "$({ cat "$stack/jwt.key"; echo; } | tries | head -n 1)" '^[0-9a-f]{64}$' \
    'JWT-17: the key is a guess that would be found'
is "$(tries <"$scratch/words")" "$(wc -l <"$scratch/words") tried" \
    'JWT-17: but no common word is, nor the password of the database'

# --- Logins and people that end ----------------------------------------------

new_user zayd
zayd_second=$(req POST /api/login/ "{\"email\": \"$zayd_email\",
    \"password\": \"$zayd_password\"}"; field .access)
look "$zayd_second"
wants 200 'somebody is in twice'
req POST /api/logout/ "{\"refresh\": \"$zayd_refresh\"}"
wants 204 'and leaves once'
look "$zayd_token"
is "$(answered)" "$refused" 'JWT-14: a login that was ended is refused'
look "$zayd_second"
wants 200 'JWT-14: while the other goes on'
claims=$(part "$zayd_token" 2)
look "$(forge 256 "$head" "$(changed "$claims" '.exp += 3600')")"
is "$(answered)" "$refused" 'JWT-14: whatever its token says'
req DELETE /api/user/me/ "{\"password\": \"$zayd_password\"}" "$zayd_second"
wants 204 'the account goes'
look "$zayd_second"
is "$(answered)" "$refused" 'JWT-12: a user who was deleted is refused'
look "$(forge 256 "$head" "$(changed "$claims" 'del(.sid) | .iat = $now')")"
is "$(answered)" "$refused" 'JWT-12: whatever the token says'

done_testing
