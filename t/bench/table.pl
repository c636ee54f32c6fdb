#!/usr/bin/perl
# table.pl - what bench.sh has measured, for people.
#
#	table.pl RESULTS TARGETS
#
# RESULTS has the lines of measure.pl, round by round; TARGETS lines of a case,
# another one and the ratio that is wanted. Cases that were not measured are
# left out.
use strict;
use warnings;

my ($results, $targets) = @ARGV;
my (%rounds, @order);

open my $file, '<', $results or die "$results: $!";
while (<$file>) {
	chomp;
	my ($name, @numbers) = split /\t/;
	push @order, $name if !$rounds{$name};
	push @{$rounds{$name}}, \@numbers;
}
close $file;

sub median {
	my @sorted = sort { $a <=> $b } @_;
	return ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}

printf "\n%-16s %10s %8s %8s %26s %8s %11s\n", '', '', 'p50', 'p99',
    'microseconds of a request:', '', '';
printf "%-16s %10s %8s %8s %8s %8s %8s %8s %11s\n", 'case', 'requests/s', 'ms',
    'ms', 'nginx', 'worker', 'database', 'client', 'statements';
for my $name (@order) {
	my @columns = map {
		my $column = $_;
		median(map { $_->[$column] } @{$rounds{$name}});
	} 0 .. 7;
	printf "%-16s %10.0f %8.2f %8.2f %8.0f %8.0f %8.0f %8.0f %11.2f\n",
	    $name, $columns[0], $columns[1] / 1000, $columns[2] / 1000,
	    @columns[3 .. 7];
}

printf "\n%-16s %-16s %8s %16s %8s\n", 'case', 'of', 'ratio', 'from to',
    'target';
open $file, '<', $targets or die "$targets: $!";
while (<$file>) {
	my ($name, $of, $target) = /^(\w+)\t(\S+)\t([\d.]+)$/ or next;
	my ($ours, $theirs) = ($rounds{$name}, $rounds{$of});
	next if !$ours || !$theirs;
	my @ratios = sort { $a <=> $b }
	    map { $ours->[$_][0] / $theirs->[$_][0] } 0 .. $#$ours;
	printf "%-16s %-16s %8.2f %7.2f %8.2f %8s %s\n", $name, $of,
	    median(@ratios), $ratios[0], $ratios[-1], $target,
	    median(@ratios) >= $target ? 'yes' : 'no';
}
