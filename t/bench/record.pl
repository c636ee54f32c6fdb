#!/usr/bin/perl
# record.pl - makes a script for t/bench/ceiling/raw (see script.h) of what a
# request has asked the database: so both run the same statements, whatever the
# service comes to ask some day.
#
#	record.pl LOG NUMBER... >SCRIPT
#
# LOG is MariaDB's general log of one request to a worker that had no connection
# yet; the numbers are what stands for {1}, {2} ... and last for {id}, wherever
# one of them is an argument or a word of one.
use strict;
use warnings;

my ($path, @numbers) = @ARGV;
my $id = pop @numbers;
my %name = ($id => '{id}');
$name{$numbers[$_]} = sprintf '{%d}', $_ + 1 for 0 .. $#numbers;
my $literal = qr/NULL|-?\d+|'(?:[^'\\]|\\.|'')*'/;

# Lines "[TIME] THREAD KIND TEXT"; the rest is the head.
open my $log, '<', $path or die "$path: $!";
my @events;
while (<$log>) {
	chomp;
	push @events, [$1, $2, $3]
	    if /^[\d: ]*\t+\s*(\d+) (Prepare|Execute|Query)\t(.*)$/;
}
my ($worker) = map { $_->[0] } grep { $_->[1] eq 'Execute' } @events
    or die "$path: nothing was executed\n";

# A number that stands for another one in each request, or itself.
sub meant {
	my ($number) = @_;
	return $name{$number} // $number;
}

sub argument {
	my ($literal) = @_;
	return 'n' if $literal eq 'NULL';
	return 'i' . meant($literal) if $literal !~ s/^'(.*)'$/$1/s;
	$literal =~ s/\\(.)|''/$1 \/\/ "'"/ges;
	# a time has numbers of its own
	$literal =~ s/(?<![\w-])(\d+)(?![\w-])/meant($1)/ge
	    if $literal !~ /^\d{4}-\d\d-\d\d/;
	return "t$literal";
}

# The prepared text that became this one, and its arguments.
sub line_of {
	my ($text, @prepared) = @_;
	for my $sql (@prepared) {
		my $pattern = join "($literal)",
		    map { quotemeta } split /\?/, $sql, -1;
		my @found = $text =~ /^$pattern$/ or next;
		@found = () if $sql !~ /\?/;
		return join "\t", 'execute', $sql, map { argument($_) } @found;
	}
	die "was never prepared: $text\n";
}

my @prepared;
for (@events) {
	my ($thread, $kind, $text) = @$_;
	next if $thread != $worker;
	if ($kind eq 'Prepare') {
		push @prepared, $text;
	} elsif ($kind eq 'Execute') {
		print line_of($text, @prepared), "\n";
	# raw makes its connection likewise, and DO 0 is for what is prepared
	} elsif ($text !~ /^(?:SET |DO 0$)/) {
		print "query\t$text\n";
	}
}
