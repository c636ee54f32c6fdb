#!/usr/bin/perl
# growth-table.pl - what growth.sh has measured, for people.
#
#	growth-table.pl RESULTS PAIRS
#
# RESULTS has the lines of growth.pl, behind the scale each; PAIRS lines of a
# case and another one that it is held against at each scale. A star stands
# behind what has grown to more than 1.3 times as much.
use strict;
use warnings;

use constant MOST => 1.3;

my ($results, $pairs) = @ARGV;
my @what = ('rows that the database reads', 'microseconds of the database',
    'microseconds of the worker', 'milliseconds until it is answered');
my (%of, @scales, @names, %seen, $stars);

open my $file, '<', $results or die "$results: $!";
while (<$file>) {
	chomp;
	my ($scale, $name, @numbers) = split /\t/;
	push @scales, $scale if !$of{$scale};
	push @names, $name if !$seen{$name}++;
	$of{$scale}{$name} = \@numbers;
}
close $file;

sub ratio {
	my ($now, $was) = @_;
	my $fails = grep { $_ eq 'fails' } $now, $was;
	return sprintf '%8s ', '-' if $fails || $was == 0;
	my $star = $now / $was > MOST ? '*' : ' ';
	$stars++ if $star eq '*';
	return sprintf '%8.2f%s', $now / $was, $star;
}

sub number {
	my ($i, $number) = @_;
	return $number if $number eq 'fails';
	return sprintf '%.*f', $i == 3 ? 2 : $i == 0 ? 1 : 0, $number;
}

# The measure I of a case at each scale, and what each is of the one before.
sub line {
	my ($name, $i) = @_;
	my @numbers = map { $of{$_}{$name}[$i] // $of{$_}{$name}[0] // 'fails' }
	    @scales;
	printf '%-34s', $name;
	printf ' %10s', number($i, $_) for @numbers;
	print map { ratio(@numbers[$_, $_ - 1]) } 1 .. $#numbers;
	print "\n";
}

sub table {
	my ($i) = @_;
	printf "\n%-34s%s%s\n", $what[$i],
	    join('', map { sprintf ' %10s', $_ } @scales),
	    join '', map { sprintf '%8s ', 'ratio' } 1 .. $#scales;
	line($_, $i) for grep { !m{/(?:page|link)-|^10+/} } @names;
}

sub pair {
	my ($scale, $name, $other) = @_;
	my ($now, $was) = @{$of{$scale}}{$name, $other};
	return if !$now || !$was;
	printf '%-6s %-36s %10s %10s', $scale, $name,
	    map { number(0, $_->[0]) } $was, $now;
	print map { ratio($now->[$_], $was->[$_]) }
	    grep { defined $was->[$_] } 0 .. $#$now;
	print "\n";
}

# Paths of one's own have no scale to be compared with, but each other.
sub pairs {
	open my $file, '<', $pairs or die "$pairs: $!";
	my @pairs = map { [split] } <$file>;
	return if !@pairs;
	printf "\n%-43s %10s %10s%9s%9s%9s%9s\n", 'the page, or the history',
	    'rows:from', 'to', 'ratio', 'db', 'worker', 'ms';
	for my $scale (@scales) {
		pair($scale, @$_) for @pairs;
	}
}

# Only rows may have been counted.
my ($some) = values %{$of{$scales[0]}};
table($_) for 0 .. $#$some;
pairs();
printf "\n%d are more than %s times as much (*)\n", $stars // 0, MOST;
