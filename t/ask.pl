#!/usr/bin/perl
# ask.pl - clients that ask the same things again and again, and what they were
# told, for drills.
#
#	ask.pl SOCKET LOG REQUESTS...
#
# A client for each file REQUESTS with lines "METHOD PATH TOKEN [JSON]"; - is no
# token. Each begins at another line, sends one request at a time over a
# connection of its own, and goes on until SIGTERM. LOG gets a line for each
# answer, its columns separated by tabs:
#
#	start	when, in microseconds since 1970
#	took	until the answer was whole, in microseconds
#	status	0: none came
#	code	the problem's, or -
#	after	the header Retry-After, or -
#	what	the method and the path
use strict;
use warnings;
use IO::Socket::UNIX;
use Time::HiRes qw(time usleep);

use constant PAUSE_USEC => 10_000;

my ($socket, $log, @files) = @ARGV;
my $stop = 0;

sub request {
	my ($method, $path, $token, $json) = @_;
	my $text = "$method $path HTTP/1.0\r\nHost: localhost\r\n";

	$text .= "Authorization: Bearer $token\r\n" if $token ne '-';
	$text .= "Content-Type: application/json\r\n" if $json ne '';
	return $text . 'Content-Length: ' . length($json) . "\r\n\r\n$json";
}

sub answer {
	my ($text) = @_;
	my $s = IO::Socket::UNIX->new(Peer => $socket) or return '';
	my ($answer, $n) = ('', 0);

	syswrite($s, $text) or return '';
	do {
		$n = sysread($s, $answer, 65536, length($answer));
	} while ($n || (!defined($n) && $!{EINTR}));
	return $answer;
}

sub client {
	my ($out, $first, @requests) = @_;

	for (my $i = $first; !$stop; $i++) {
		my ($method, $path, $token, $json) =
		    split(/ /, $requests[$i % @requests], 4);
		my $start = time();
		my $a = answer(request($method, $path, $token, $json // ''));
		my $took = time() - $start;
		my ($status) = $a =~ m{^HTTP/1\.\d (\d+)};
		my ($code) = $a =~ m{"code":"(\w+)"};
		my ($after) = $a =~ m{^Retry-After: (\d+)}mi;

		syswrite($out, sprintf("%.0f\t%.0f\t%d\t%s\t%s\t%s %s\n",
		    $start * 1e6, $took * 1e6, $status // 0, $code // '-',
		    $after // '-', $method, $path));
		usleep(PAUSE_USEC);
	}
}

$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { $stop = 1 };
open(my $out, '>>', $log) or die "$log: $!\n";
my @children;
for my $n (0 .. $#files) {
	open(my $in, '<', $files[$n]) or die "$files[$n]: $!\n";
	chomp(my @requests = <$in>);
	my $child = fork() // die "fork: $!\n";
	if ($child == 0) {
		client($out, $n, @requests);
		exit 0;
	}
	push @children, $child;
}
sleep 1 until $stop;
kill 'TERM', @children;
waitpid($_, 0) for @children;
