#!/usr/bin/perl
# plans.pl - how the database goes about the statements of the service: which of
# their plans would take longer and longer as the data grow.
#
#	plans.pl SOCKET LOG
#
# LOG is MariaDB's general log. What was prepared in it and never executed, all
# that "<program> -t" prepares, are the statements that there are; what the
# workers executed has their values. DO 'NAME', from whomever, says for what the
# rest is executed. Nothing may have been deleted since.
#
# A SELECT is run again by ANALYZE FORMAT=JSON, which says how many rows there
# really were; of others and of SELECT ... FOR UPDATE there is EXPLAIN alone, with
# what it guesses. The latter are explained though they were never executed, with
# one number for all values.
#
# Prints lines, separated by tabs: "fault WHAT NAME STATEMENT", where
#
#	scan	a table is read from one end to the other (access type ALL),
#		or more than 1000 rows of an index are (index)
#	rows	more than 1100 rows are read of one table: a thousand are
#		counted of a list, a hundred shown. So is an index of a column
#		that has two values read from one end to the other
#	sort	more than 1000 rows are sorted (filesort)
#	table	more than 1000 rows go into a temporary table, or more than 1100
#		into that of a subquery; less may, such as the ids of a page
#
# "unseen read|other STATEMENT", never executed; and "plans N": how many there
# were. Table schema_migrations has a row for each migration and may be read.
use strict;
use warnings;
use JSON::PP;

use constant {
	MOST => 1000, READ => 1100, SMALL => 'schema_migrations',
	ANY => "'5011'",	# a user, a khatma and a session like all others
};

my ($socket, $path) = @ARGV;

# --- The log -----------------------------------------------------------------

# Lines "[TIME] THREAD KIND TEXT"; a text may have more lines.
my $event = qr/^(?:\d{6} +[\d:]+)?\t+ *\d+ (\w+(?: \w+)?)\t(.*)/s;

sub events {
	open my $log, '<', $path or die "$path: $!";
	my @events;
	while (my $line = <$log>) {
		if ($line =~ $event) {
			push @events, [$1, $2];
		} elsif (@events) {
			$events[-1][1] .= $line;
		}
	}
	chomp $_->[1] for @events;
	return @events;
}

my $literal = qr/NULL|-?\d+|X?'(?:[^'\\]|\\.|'')*'/s;
my (%pattern, %seen, @executed, %known);

# The pieces between the parameters; a ? within quotes is none.
sub pieces {
	my ($sql) = @_;
	$sql =~ s/('(?:[^'\\]|\\.|'')*')|\?/$1 \/\/ "\0"/gse;
	return split /\0/, $sql, -1;
}

sub remember {
	my ($sql) = @_;
	return if $pattern{$sql};
	my $pattern = join $literal, map { quotemeta } pieces($sql);
	$pattern{$sql} = qr/^$pattern$/;
}

# What can be run again.
sub is_read {
	return $_[0] =~ /^\(?SELECT/ && $_[0] !~ /FOR UPDATE(?: NOWAIT)?$/;
}

# A text that was executed, and for what; the same with other numbers is another.
sub execute {
	my ($sql, $name) = @_;
	return if $known{"$name\t$sql"}++;
	push @executed, {sql => $sql, name => $name};
}

my $name = '-';
for (events()) {
	my ($kind, $text) = @$_;
	remember($text) if $kind eq 'Prepare';
	execute($text, $name) if $kind eq 'Execute';
	$name = $1 if $kind eq 'Query' && $text =~ /^DO '(.*)'$/;
}

# By the text: each statement begins in its own way, most of them.
sub find_prepared {
	my ($text) = @_;
	for my $sql (keys %pattern) {
		return $sql if $text =~ $pattern{$sql};
	}
	die "was never prepared: $text\n";
}
$seen{find_prepared($_->{sql})}++ for @executed;

my @unseen = sort grep { !$seen{$_} } keys %pattern;
push @executed, map { {sql => join(ANY, pieces($_)), name => '-'} }
    grep { !is_read($_) } @unseen;

# --- Plans -------------------------------------------------------------------

sub all_plans {
	my $file = "$path.sql";
	open my $out, '>', $file or die "$file: $!";
	for (@executed) {
		my $verb = is_read($_->{sql}) ? 'ANALYZE' : 'EXPLAIN';
		print $out "$verb FORMAT=JSON $_->{sql};\nSELECT '%%%%';\n";
	}
	close $out;
	return split /^%%%%\n/m, qx{mariadb --no-defaults --binary-mode \\
	    --socket='$socket' -N --raw --batch --force khatma <'$file'};
}

# What a node has, of the rows that there were or that it guesses.
sub rows_of {
	my ($table) = @_;
	return $table->{r_rows} // (defined $table->{r_loops} ? 0 :
	    $table->{rows} // 1);
}

sub share_of {
	my ($table) = @_;
	return ($table->{r_filtered} // $table->{filtered} // 100) / 100;
}

# What is no part of a node's own join.
my $apart = qr/^(?:subqueries|materialized|query_specifications)$/;

# How many rows come out of a node: of a join, the product of its tables.
sub product {
	my ($node) = @_;
	return rows_of($node) * share_of($node) if exists $node->{table_name};
	my $product = 1;
	for my $key (keys %$node) {
		next if $key =~ $apart;
		for my $child (ref $node->{$key} eq 'ARRAY' ? @{$node->{$key}} :
		    $node->{$key}) {
			$product *= product($child) if ref $child eq 'HASH';
		}
	}
	return $product;
}

# What is wrong with a table; of tables that the statement makes by itself,
# <derived2> and so on, it matters how large they are.
sub table_faults {
	my ($table) = @_;
	my ($name, $type) = @{$table}{qw(table_name access_type)};
	my $read = rows_of($table) * ($table->{r_loops} // 1);
	return () if !defined $type || $name eq SMALL;
	my $said = sprintf '%s %s %s: %.0f rows', $name, $type,
	    $table->{key} // '-', $read;
	return rows_of($table) > READ && $type eq 'ALL' ? "table $said" : ()
	    if $name =~ /^</;
	return "scan $said"
	    if $type eq 'ALL' || $type eq 'index' && $read > MOST;
	return defined $table->{r_loops} && $read > READ ? "rows $said" : ();
}

sub faults {
	my ($node) = @_;
	return map { faults($_) } grep { ref } @$node if ref $node eq 'ARRAY';
	my @faults = exists $node->{table_name} ? table_faults($node) : ();
	for (['filesort', 'sort'], ['temporary_table', 'table']) {
		my ($key, $what) = @$_;
		my $rows = ref $node->{$key} ? product($node->{$key}) : 0;
		push @faults, sprintf '%s of %.0f rows', $what, $rows
		    if $rows > MOST;
	}
	my @below = grep { ref eq 'HASH' || ref eq 'ARRAY' }
	    @{$node}{sort keys %$node};
	return @faults, map { faults($_) } @below;
}

my @plans = all_plans();
@plans == @executed or die "there is no plan for some\n";
for my $i (0 .. $#plans) {
	my ($sql, $name) = @{$executed[$i]}{qw(sql name)};
	my $plan = eval { decode_json($plans[$i]) }
	    or die "no plan, but $plans[$i]: $sql\n";
	print map { "fault\t$_\t$name\t$sql\n" } faults($plan);
}
print map { join "\t", 'unseen', is_read($_) ? 'read' : 'other', "$_\n" }
    @unseen;
print 'plans ', scalar @plans, "\n";
