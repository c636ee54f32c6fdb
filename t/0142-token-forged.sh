#!/bin/sh
# Tokens that somebody made up, and tokens of the right key that are not for
# us: none of them opens anything. One of a Django service that shares the key
# does.
# shellcheck disable=SC2016 # $now is for jq
. "$(dirname "$0")/tap.sh"

now=$(date +%s)

# forge ALGORITHM HEADER PAYLOAD: a token signed by the service's own key.
forge() {
	perl -MDigest::SHA=hmac_sha256,hmac_sha384,hmac_sha512 \
	    -MMIME::Base64=encode_base64url -e '
		open my $file, "<", shift or die "no key";
		chomp(my $key = <$file>);
		my ($algorithm, @parts) = @ARGV;
		my $text = join ".", map { encode_base64url($_) } @parts;
		my %sign = (256 => \&hmac_sha256, 384 => \&hmac_sha384,
		    512 => \&hmac_sha512);
		print "$text.", encode_base64url($sign{$algorithm}->($text,
		    $key));' "$stack/jwt.key" "$@"
}

# claims JQ-EDIT: those of a good access token of ali's, changed.
claims() {
	jq -cn --argjson now "$now" --argjson id "$ali_id" '{
	    token_type: "access", exp: ($now + 3600), iat: $now,
	    jti: "5c2d7f7f5d4b4c2c9f3a7a0e6a1b2c3d", user_id: $id} | '"$1"
}

look() {
	req GET /api/user/me/ '' "$1"
}

good='{"alg":"HS256","typ":"JWT"}'

# with_claims JQ-EDIT NAME: such a token is refused.
with_claims() {
	look "$(forge 256 "$good" "$(claims "$1")")"
	is "$status $(field .code)" '401 token_invalid' "$2"
}

# with_header HEADER NAME
with_header() {
	look "$(forge "${3-256}" "$1" "$(claims .)")"
	is "$status $(field .code)" '401 token_invalid' "$2"
}

new_user ali
new_user omar
db "UPDATE users SET password_changed_at = '2020-01-01' WHERE id = $ali_id"

look "$(forge 256 "$good" "$(claims .)")"
is "$status $(field .id)" "200 $ali_id" \
    'a token as SimpleJWT makes them is good'
look "$(forge 256 '{"typ":"JWT","alg":"HS256"}' "$(claims '
    .user_id |= tostring')")"
is "$status $(field .id)" "200 $ali_id" 'in the form of its newer ones, too'

# --- Headers -----------------------------------------------------------------

with_header '{"alg":"none","typ":"JWT"}' 'alg none is refused'
with_header '{"alg":"None","typ":"JWT"}' 'however it is written'
with_header '{"alg":"hs256","typ":"JWT"}' 'HS256 is written large'
with_header '{"alg":"HS384","typ":"JWT"}' 'HS384 is not what we sign by' 384
with_header '{"alg":"HS512","typ":"JWT"}' 'nor is HS512' 512
with_header '{"alg":"RS256","typ":"JWT"}' 'RS256 is refused'
with_header '{"typ":"JWT"}' 'a header names its algorithm'
with_header '{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}' \
    'kid is not looked for'
with_header '{"alg":"HS256","typ":"JWT","crit":["exp"]}' \
    'crit that we do not know is refused'
with_header '{"alg":"HS256","typ":"at+jwt"}' 'another type is refused'
with_header '[]' 'a header is an object'
token=$(forge 256 '{"alg":"none","typ":"JWT"}' "$(claims .)")
look "${token%.*}."
is "$status $(field .code)" '401 token_invalid' 'no signature is refused'

# --- Claims ------------------------------------------------------------------

with_claims '.exp = $now - 1' 'a token that has ended is refused'
with_claims '.exp = 1' 'however long ago'
with_claims '.exp = -1' 'even before time'
with_claims 'del(.exp)' 'a token without an end is refused'
with_claims '.exp |= tostring' 'its end is a number'
with_claims '.exp += 0.5' 'and a whole one'
with_claims '.iat = $now + 3600' 'a token of the future is refused'
with_claims '.nbf = $now + 3600' 'as is one that begins later'
with_claims 'del(.iat)' 'a token says when it was made'
with_claims '.token_type = "refresh"' 'a refresh token is no access token'
with_claims '.token_type = "Access"' 'its type is written small'
with_claims 'del(.token_type)' 'a token has a type'
with_claims '.token_type = ["access"]' 'which is a word'
with_claims 'del(.jti)' 'a token has an id'
with_claims '.jti = ""' 'which is not empty'
with_claims 'del(.user_id)' 'a token names its user'
for id in 0 -1 1.5 '"01"' '" 1"' '"1 "' '"x"' null true '[1]' '{}' 1e30 \
    '"99999999999999999999"'; do
	with_claims ".user_id = $id" "$id is no user"
done
with_claims '.user_id = 9223372036854775807' 'nor is one who is not there'
with_claims '.iss = "elsewhere"' "another service's token is refused"
with_claims '.aud = ["us"]' 'as is one for another service'
with_claims '.sid = 9223372036854775807' \
    'a login that is not there is refused'
with_claims '.sid = "1"' 'a login is a number'
with_claims ".sid = $(db "SELECT id FROM logins WHERE user_id = $omar_id")" \
    "as is somebody else's login"
with_claims '.iat = 1500000000' 'a token of before the password is refused'
look "$(forge 256 "$good" '[1, 2]')"
is "$status $(field .code)" '401 token_invalid' 'claims are an object'

# --- A refresh token of the other service ------------------------------------

foreign=$(forge 256 "$good" "$(claims ".token_type = \"refresh\" |
    .jti = \"$(random_word)\"")")
refresh() {
	req POST /api/refresh/ "{\"refresh\": \"$1\"}"
}
refresh "$foreign"
wants 200 'a refresh token as SimpleJWT makes them is exchanged'
access=$(field .access)
look "$access"
is "$status $(field .id)" "200 $ali_id" 'for an access token that is good'
req POST /api/logout/ "{\"refresh\": \"$foreign\"}"
wants 204 'it can be given back'
refresh "$foreign"
is "$status $(field .code)" '401 token_invalid' 'and is dead then'
look "$access"
is "$status $(field .code)" '401 token_invalid' 'with what it was exchanged for'

done_testing
