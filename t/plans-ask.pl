#!/usr/bin/perl
# plans-ask.pl - asks for what is to be explained; 0654-plans.sh calls it.
#
#	plans-ask.pl SOCKET DBSOCKET <LINES
#
# A GET for each line "TOKEN PATH [more]", and with "more" of the page to which
# its Link: rel="next" leads, and of the one before that. What is executed for it
# stands in the general log behind DO 'GET PATH'. Complains of an answer that is
# not 200.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/bench";
use Http;
use Sql;

my ($socket, $dbsocket) = @ARGV;
my ($http, $sql) = (Http->new($socket), Sql->new($dbsocket));

sub get {
	my ($token, $path) = @_;
	$sql->one("DO 'GET $path'; SELECT 1");
	my ($status, $answer) = $http->ask('GET', "/api/$path", $token, '');
	warn "GET $path: $status\n" if $status != 200;
	return $answer;
}

while (<STDIN>) {
	my ($token, $path, $more) = split;
	my $answer = get($token, $path);
	next if !$more;
	for my $link (qr{^Link: <[^/]+//[^/]+/api/([^>]+)>; rel="next"}mi,
	    qr{"previous":"[^/]+//[^/]+/api/([^"]+)"}) {
		my ($there) = $answer =~ $link or last;
		$answer = get($token, $there);
	}
}
$sql->close;
