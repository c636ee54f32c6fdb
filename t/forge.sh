# shellcheck shell=sh
# forge.sh - tokens that somebody made up; read after tap.sh.
#
#	forge HEADER PAYLOAD [BITS [KEYFILE]]
#			a token of these two texts, signed by HS256, or by HS384
#			or HS512, with the service's key or this one
#	kid_of KEYFILE	what tokens of this key name it by
#	header_of KEYFILE
#			the header of the service's own tokens

kid_of() {
	{
		printf 'khatma-kid:'
		tr -d '\n' <"$1"
	} | sha256sum | cut -c 1-16
}

header_of() {
	printf '{"alg":"HS256","kid":"%s","typ":"JWT"}' "$(kid_of "$1")"
}

# The key is read from its file: arguments are for everybody to see.
forge() {
	perl -MDigest::SHA=hmac_sha256,hmac_sha384,hmac_sha512 \
	    -MMIME::Base64=encode_base64url -e '
		my ($header, $payload, $bits, $path) = @ARGV;
		open my $file, "<", $path or die "no key";
		chomp(my $key = <$file>);
		my $text = join ".", map { encode_base64url($_) }
		    $header, $payload;
		my %sign = (256 => \&hmac_sha256, 384 => \&hmac_sha384,
		    512 => \&hmac_sha512);
		print "$text.", encode_base64url($sign{$bits}->($text,
		    $key));' "$1" "$2" "${3:-256}" "${4:-$stack/jwt.key}"
}
