#!/usr/bin/perl
# measure.pl - runs a load once and writes down what it was and what it cost.
#
#	measure.pl RESULTS NAME SOCKET PROCESSES COMMAND...
#
# PROCESSES is a file of lines "nginx PID...", "worker PID..." and "database
# PID..."; who descends from them counts, too. COMMAND prints a line "REQUESTS
# SECONDS P50 P99 FAILED USED", the percentiles in microseconds. RESULTS gets a
# line of NAME, requests per second, P50, P99, per request the microseconds of
# nginx, workers, database and COMMAND, and the statements that the database
# was sent; prints REQUESTS and USED. Before it ends it waits until all of them
# are at rest, for what one load has left behind must not be another one's cost.
#
# Exit status 1 when one request failed, or COMMAND did.
use strict;
use warnings;
use FindBin;
use Time::HiRes qw(sleep time);
use lib $FindBin::Bin;
use Used qw(used);

my ($results, $name, $socket, $list, @command) = @ARGV;
my @parts = qw(nginx worker database);
my ($rest, $patience) = (0.05, 10);	# of a core; seconds

open my $file, '<', $list or die "$list: $!";
my %roots = map { my ($part, @pids) = split; $part => \@pids } <$file>;

# Who is there, with all their children.
sub family {
	my %children;
	for my $stat (glob '/proc/[0-9]*/stat') {
		open my $file, '<', $stat or next;
		my ($pid, $parent) = <$file> =~ /^(\d+) \(.*\) \S+ (\d+)/s
		    or next;
		push @{$children{$parent}}, $pid;
	}
	my @found = @_;
	for (my $i = 0; $i < @found; $i++) {
		push @found, @{$children{$found[$i]} // []};
	}
	return @found;
}

# How often the database was asked so far, this question among them.
sub questions {
	my $said = qx{mariadb --no-defaults --socket='$socket' -N -e \\
	    "SHOW GLOBAL STATUS LIKE 'Questions'"};
	return $said =~ /(\d+)/ ? $1 : die "no database\n";
}

sub settle {
	my @all = map { @$_ } @_;
	my $end = time + $patience;
	my ($before, $now, $begun);
	do {
		($before, $begun) = (used(@all), time);
		sleep 0.1;
		$now = used(@all);
	} while ($now - $before > $rest * 1e6 * (time - $begun) && time < $end);
}

sub client {
	my (undef, undef, $user, $system) = times;
	return ($user + $system) * 1e6;
}

my @pids = map { [family(@{$roots{$_} // []})] } @parts;
my $asked = questions();
my $client = client();
my @before = map { used(@$_) } @pids;
open my $load, '-|', @command or die "$command[0]: $!";
my ($n, $seconds, $p50, $p99, $failed, $taken);
while (<$load>) {
	($n, $seconds, $p50, $p99, $failed, $taken) =
	    /^(\d+) ([\d.]+) (\d+) (\d+) (\d+) (\d+)$/ or next;
}
close $load or die "$name: $command[0] failed\n";
my @cost = map { (used(@{$pids[$_]}) - $before[$_]) } 0 .. $#parts;
push @cost, client() - $client;
die "$name: $failed of $n requests failed\n" if $failed || !$n;
settle(@pids);
open my $out, '>>', $results or die "$results: $!";
printf $out "%s\t%.1f\t%d\t%d", $name, $n / $seconds, $p50, $p99;
printf $out "\t%.1f", $_ / $n for @cost;
printf $out "\t%.2f\n", (questions() - $asked - 1) / $n;
print "$n $taken\n";
