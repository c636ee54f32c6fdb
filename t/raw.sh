# shellcheck shell=sh
# shellcheck disable=SC2034 # answered_times is for the tests
# raw.sh - requests that no proper client sends, byte by byte; read after
# tap.sh.
#
#	raw FORMAT [VALUE...]
#			what printf makes of this goes to the service as it
#			stands; it should ask for the connection to be closed.
#			Sets $status, $body and $headers as req does, and
#			$answered_times: how many answers came. It goes to
#			$socket where that is set
#	nginx_edited SED-SCRIPT
#			changes the nginx of a private stack

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
	    "${socket:-$stack/http.sock}" >"$scratch/raw"
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

# With its new configuration nginx has new processes, and for a moment the former
# ones answer, too.
nginx_renewed() {
	for nginx_process in $nginx_former; do
		! kill -0 "$nginx_process" 2>/dev/null || return 1
	done
}

nginx_edited() {
	nginx_pid=$(cat "$stack/run/nginx.pid")
	nginx_former=$(pgrep -P "$nginx_pid")
	sed -i "$1" "$stack/nginx.conf" && kill -HUP "$nginx_pid" || return
	for _ in $(seq 300); do
		! nginx_renewed || return 0
		sleep 0.1
	done
	tail -n 3 "$stack/log/error.log"
	return 1
}
