#!/usr/bin/perl
# growth.pl - what requests cost, in rows that the database reads and, if asked,
# in time. growth.sh and t/0652-flat.sh call it.
#
#	growth.pl SOCKET DBSOCKET [REQUESTS SECONDS DBPID WORKERPID...] <CASES
#
# CASES has lines "NAME TOKEN PATH [N]". Those with one name are one case, whose
# requests take turns; N: the request is that to which N times Link: rel="next"
# leads, by the cursor after=; where there is none, it is left out.
#
# Each is asked once, so that statements are prepared and tables open, and once
# more while the rows are counted: those that the database's handlers were asked
# for, in temporary tables too (Handler_read_*), and those that an index has
# refused by itself (Handler_icp_*), which Innodb_rows_read does not know. That
# is exact where nobody else asks anything. Then REQUESTS more, but no more than
# SECONDS long.
#
# Prints for each case, separated by tabs, its name and, for one request, the
# rows, and with REQUESTS the microseconds of database and workers and the
# milliseconds until it was answered. One that is not answered by 200 "fails", and
# so does growth.pl in the end.
use strict;
use warnings;
use FindBin;
use Time::HiRes qw(sleep time);
use lib $FindBin::Bin;
use Http;
use Sql;
use Used qw(used);

use constant PATIENCE => 60;	# seconds

my ($socket, $dbsocket, $requests, $seconds, $db, @workers) = @ARGV;
my ($failed, $settle) = (0, 0);
my ($http, $sql) = (Http->new($socket), Sql->new($dbsocket));

# --- The database's counters -------------------------------------------------

sub counter {
	return $sql->one('SELECT SUM(IF(variable_name = "HANDLER_ICP_MATCH", ' .
	    '-1, 1) * variable_value) FROM information_schema.global_status ' .
	    "WHERE variable_name LIKE 'HANDLER\\_READ\\_%' OR variable_name IN " .
	    "('HANDLER_ICP_ATTEMPTS', 'HANDLER_ICP_MATCH')");
}

# To ask costs rows by itself, the same each time.
counter();
my $own = -counter() + counter();

sub rows_of {
	my ($what) = @_;
	my $before = counter();
	$what->();
	return counter() - $before - $own;
}

# --- Requests ----------------------------------------------------------------

sub get {
	my ($token, $path) = @_;
	my ($status, $answer) = $http->ask('GET', "/api/$path", $token, '');
	$status == 200 or die "GET $path: $status\n";
	return $answer;
}

# Where N links lead; nothing, if they have no cursor or end before.
sub follow {
	my ($token, $path, $n) = @_;
	for (1 .. $n) {
		my ($link) = get($token, $path) =~
		    m{^Link: <[a-z]+://[^/]+/api/([^>]+)>; rel="next"}mi;
		return if !defined $link || $link !~ /[?&]after=/;
		$path = $link;
	}
	return [$token, $path];
}

# After one that took too long: the database goes on with it, and a worker does
# not ask it for a while.
sub settle {
	my ($token, $path) = @_;
	my $end = time + PATIENCE;
	while (time < $end && $sql->one('SELECT COUNT(*) FROM ' .
	    "information_schema.processlist WHERE command = 'Execute'")) {
		sleep 0.1;
	}
	while (time < $end) {
		my ($status) =
		    $http->ask('GET', "/api/$path", $token, '');
		last if $status != 503;
		sleep 0.1;
	}
}

# Those of a case that are answered within SECONDS, for some take long.
sub in_time {
	my ($most, @asked) = @_;
	my ($n, $begun) = (0, time);
	while ($n < @asked && time < $begun + $most) {
		get(@{$asked[$n++]});
	}
	return @asked[0 .. $n - 1];
}

sub measure {
	my ($name, @asked) = @_;
	@asked = in_time($seconds || 60, @asked);
	my $line = sprintf "%s\t%.2f", $name,
	    rows_of(sub { get(@$_) for @asked }) / @asked;
	if ($requests) {
		my ($n, $begun) = (0, time);
		my @before = (used($db), used(@workers));
		while ($n < $requests && time < $begun + $seconds) {
			get(@{$asked[$n++ % @asked]});
		}
		my $took = time - $begun;
		$line .= sprintf "\t%.0f\t%.0f\t%.3f",
		    (used($db) - $before[0]) / $n,
		    (used(@workers) - $before[1]) / $n, $took * 1000 / $n;
	}
	print "$line\n";
}

my (%asked, @names);
while (<STDIN>) {
	my ($name, $token, $path, $n) = split;
	push @names, $name if !$asked{$name};
	push @{$asked{$name}}, $n ? follow($token, $path, $n) : [$token, $path];
}
$| = 1;
for (@names) {
	next if !@{$asked{$_}};
	settle(@{$asked{$_}[0]}) if $settle;
	$settle = !eval { measure($_, @{$asked{$_}}); 1 } or next;
	warn "$_: $@";
	print "$_\tfails\n";
	$failed = 1;
}
$sql->close;
exit $failed;
