# shellcheck shell=sh
# shellcheck disable=SC2034 # answered_times is for the tests
# raw.sh - requests that no proper client sends, byte by byte; read after
# tap.sh.
#
#	raw FORMAT [VALUE...]
#			what printf makes of this goes to the service as it
#			stands; it should ask for the connection to be closed.
#			Sets $status, $body and $headers as req does, and
#			$answered_times: how many answers came

raw() {
	# shellcheck disable=SC2059 # the format is the request
	printf "$@" | perl -MIO::Socket::UNIX -e '
		local ($/, $SIG{PIPE}, $SIG{ALRM}) = (undef, "IGNORE", sub {});
		my $socket = IO::Socket::UNIX->new($ARGV[0]) or die "$!\n";
		binmode $_ for \*STDIN, \*STDOUT;
		$socket->syswrite(scalar <STDIN>);
		my $part;
		alarm 20;
		print $part while $socket->sysread($part, 65536);' \
	    "$stack/http.sock" >"$scratch/raw"
	answered_times=$(grep -ac '^HTTP/1\.[01] [0-9]' "$scratch/raw")
	status=$(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$scratch/raw")
	sed '/^\r*$/q' "$scratch/raw" >"$headers"
	sed '1,/^\r*$/d' "$scratch/raw" >"$body"
	# In chunks, one of which is all that a short answer needs.
	if grep -qi '^transfer-encoding: chunked' "$headers"; then
		tr -d '\r' <"$body" | sed '1d; /^0$/,$d' >"$scratch/raw"
		cp "$scratch/raw" "$body"
	fi
}
