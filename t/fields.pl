# fields.pl SOURCE... - right and wrong values for every field that the tables
# of input in cgi-bin/ and common/page.c declare, at every route that reads it.
# A line for each, with tabs between: the route, the field, its greatest value
# or length, "good" or "bad", METHOD, PATTERN and, for a body, the JSON. What it
# does not understand, or finds no route for, is a line "UNKNOWN ...".

use strict;
use warnings;

my (%text, %number, %choices, %table, %used);

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	local $/;
	my $text = <$file>;
	$text =~ s{/\*.*?\*/}{}gs;
	$text =~ s/\\\n//g;
	return $text;
}

# --- Sources -----------------------------------------------------------------

sub read_names {
	my ($path, $text) = @_;
	$number{$path}{$1} = $number{''}{$1} = $2
	    while $text =~ /\b([A-Z][A-Z_0-9]+)\s*=?\s+(\d+)\b/g;
	while ($text =~ /const (\w+)\[[^\]]*\] = \{(.*?)\};/gs) {
		my ($name, $list) = ($1, $2);
		$choices{$path}{$name} = $choices{''}{$name} =
		    [$list =~ /"([^"]*)"/g];
	}
}

sub value {
	my ($path, $words) = @_;
	return 0 unless defined $words;
	$words =~ s/\b([A-Z][A-Z_0-9]+)\b/
	    $number{$path}{$1} \/\/ $number{''}{$1} \/\/ "?"/gex;
	return $words =~ /^[\d\s+*-]+$/ ? eval $words : undef;
}

sub read_tables {
	my ($path, $text) = @_;
	my %macro;
	$macro{$1} = [$2, $3]
	    while $text =~ /^#define (\w+)(?:\((\w+)\))?(\s+\{ \.name.*)$/gm;
	while ($text =~
	    /^static const struct field (\w+)\[\] = \{(.*?)\};/gms) {
		my ($name, $lines) = ($1, $2);
		for my $m (keys %macro) {
			my ($argument, $into) = @{$macro{$m}};
			$lines =~ s/\b$m\b(?:\(([^()]*)\))?/
			    my ($given, $copy) = ($1, $into);
			    $copy =~ s!\b$argument\b!$given!g if $argument;
			    $copy/gex;
		}
		push @{$table{$path}{$name}}, field($path, $1, $2)
		    while $lines =~ /\{\s*\.name = "(\w+)"(.*?)\}/gs;
		my $names = () = $lines =~ /\.name\b/g;
		print "UNKNOWN $path $name\n" unless
		    $names && $names == @{$table{$path}{$name} // []};
	}
}

sub field {
	my ($path, $name, $rest) = @_;
	my %said = $rest =~ /\.(\w+) = ((?:[^,()]|\([^()]*\))+)/g;
	s/\s+$// for values %said;
	my $f = { name => $name, type => $said{type} // 'FIELD_TEXT',
	    flags => $said{flags} // '', min => value($path, $said{min}),
	    max => value($path, $said{max}), most => value($path, $said{most}),
	    check => $said{check} };
	$f->{alias} = $1 if ($said{alias} // '') =~ /"(\w+)"/;
	$f->{choices} = $choices{$path}{$said{choices}} //
	    $choices{''}{$said{choices}} if $said{choices};
	print "UNKNOWN $path $name\n" if grep { !defined $f->{$_} }
	    qw(min max most), $said{choices} ? 'choices' : ();
	return $f;
}

# The tables that a function of a file reads, and those that it calls.
sub tables_of {
	my ($path, $name, $seen) = @_;
	return () if $seen->{$name}++;
	my ($code) = $text{$path} =~ /^\Q$name\E\([^{]*?\)\n\{\n(.*?)^\}/ms;
	return () unless defined $code;
	my @found;
	while ($code =~ /\b([a-z]\w*)\b(\(?)/g) {
		my ($word, $called) = ($1, $2);
		if ($table{$path}{$word}) {
			push @found, "$path $word" unless $seen->{$word}++;
		} elsif ($called && $word eq 'page_read') {
			push @found, 'common/page.c fields'
			    unless $seen->{$word}++;
		} elsif ($called) {
			push @found, tables_of($path, $word, $seen);
		}
	}
	return @found;
}

# --- Values ------------------------------------------------------------------

my $mosque = "\xf0\x9f\x95\x8c";	# one letter, four bytes

sub quoted {
	my ($text) = @_;
	$text =~ s/(["\\])/\\$1/g;
	return "\"$text\"";
}

my @numbers = qw(0 -1 1.5 1e999);
my @lists = ('[]', '["x"]', '{}', '{"x":1}');

# good and bad texts of so many letters, without quotes
sub lengths {
	my ($f) = @_;
	my @good = map { $_ x $f->{max} } 'a', $mosque;
	my @bad = map { $_ x ($f->{max} + 1) } 'a', $mosque;
	push @bad, '' if $f->{min} > 0;
	push @bad, 'a' x ($f->{min} - 1), $mosque x ($f->{min} - 1)
	    if $f->{min} > 1;
	push @bad, ' ', "\xc2\xa0\xe2\x80\x83"
	    if $f->{min} > 0 && $f->{flags} !~ /FIELD_RAW/;
	return \@good, \@bad;
}

sub json_text {
	my ($f) = @_;
	my ($good, $bad) = lengths($f);
	return [map { quoted($_) } @$good], [@numbers, @lists, 'true', 'false',
	    '"a\u0001b"', '"a\u007fb"', map { quoted($_) } @$bad];
}

sub json_int {
	my ($f) = @_;
	my ($min, $max) = @$f{qw(min max)};
	return [$min, $max, "\"$max\"", "$max.0"], [$min - 1, $max + 1, -1,
	    -$max, '1.5', '1e999', '-1e999', '9007199254740993',
	    '9223372036854775808', '18446744073709551617', 'true', 'false',
	    @lists, '""', '"x"', '"1.5"', '" 1"', '"1 "', '"+1"', '"1e1"',
	    '"0x1"', '"99999999999999999999"', '"' . ($max + 1) . '"'];
}

sub json_bool {
	return ['true', 'false'], [@numbers, 1, @lists, '""', '"true"',
	    '"false"', '"1"'];
}

sub json_choice {
	my ($f) = @_;
	my @all = @{$f->{choices}};
	my ($first) = grep { $_ ne '' } @all;
	return [map { quoted($_) } @all], [@numbers, @lists, 'true', 'false',
	    (grep { $_ eq '' } @all) ? () : '""', map { quoted($_) }
	    "${first}x", "$first ", uc $first, substr($first, 0, -1),
	    "$mosque" x 1000];
}

sub json_texts {
	my ($f) = @_;
	my ($good, $bad) = lengths($f);
	return ['[]', '[' . join(',', ('"a"') x $f->{most}) . ']',
	    map { '[' . quoted($_) . ']' } @$good],
	    [@numbers, '{}', '{"x":1}', 'true', 'false', '""', '"a"', '[1]',
	    '[null]', '[["a"]]', '[{"a":1}]', '["a",true]',
	    '[' . join(',', ('"a"') x ($f->{most} + 1)) . ']',
	    '["a\u0001b"]', map { '[' . quoted($_) . ']' } @$bad];
}

my %json = (FIELD_TEXT => \&json_text, FIELD_INT => \&json_int,
    FIELD_BOOL => \&json_bool, FIELD_CHOICE => \&json_choice,
    FIELD_TEXTS => \&json_texts);

# Behind the question mark everything is a text, and "" of a choice is any.
sub parameter {
	my ($f) = @_;
	if ($f->{type} eq 'FIELD_INT') {
		return [1], [$f->{min} - 1, $f->{max} + 1, -1, '', 'x', '1.5',
		    '1e3', '%201', '1%20', '%2b1', '0x1', 'true', '%5B%5D',
		    '9007199254740993', '9223372036854775808',
		    '99999999999999999999'];
	} elsif ($f->{type} eq 'FIELD_TEXT') {
		return [map { $_ x $f->{max} } 'a', '%F0%9F%95%8C'],
		    [map { $_ x ($f->{max} + 1) } 'a', '%F0%9F%95%8C'];
	} elsif ($f->{type} eq 'FIELD_CHOICE') {
		my ($first) = grep { $_ ne '' } @{$f->{choices}};
		return $f->{choices}, ["${first}x", "$first%20", uc $first,
		    '1', '%27', '%7B%7D', '%F0%9F%95%8C'];
	}
	return ['true', 'false'], ['', '1', '0', 'TRUE', 'yes'];
}

# --- Cases -------------------------------------------------------------------

sub line {
	print join("\t", @_), "\n";
}

sub body_cases {
	my ($method, $pattern, $f) = @_;
	my ($good, $bad) = $json{$f->{type}}->($f);
	push @{$f->{flags} =~ /NULLABLE/ ? $good : $bad}, 'null';
	my @whose = ("$method $pattern", $f->{name}, $f->{max});
	my @where = ($method, "$pattern/");
	for my $name ($f->{name}, $f->{alias} // ()) {
		line(@whose, 'good', @where, "{\"$name\":$_}") for @$good;
		line(@whose, 'bad', @where, "{\"$name\":$_}") for @$bad;
	}
	line(@whose, 'bad', @where, '{}') if $f->{flags} =~ /REQUIRED/;
}

sub query_cases {
	my ($method, $pattern, $f) = @_;
	my ($good, $bad) = parameter($f);
	my @whose = ("$method $pattern", $f->{name}, $f->{max});
	my $where = "$pattern/?$f->{name}=";
	line(@whose, 'good', $method, "$where$_") for @$good;
	line(@whose, 'bad', $method, "$where$_") for @$bad;
}

$text{$_} = slurp($_) for @ARGV;
read_names($_, $text{$_}) for @ARGV;
read_tables($_, $text{$_}) for @ARGV;
for my $path (grep { /^cgi-bin/ } @ARGV) {
	while ($text{$path} =~ /^\t\{ ([A-Z]+), "([^"]*)", (\w+),/gm) {
		my ($method, $pattern, $handler) = ($1, $2, $3);
		for my $found (tables_of($path, $handler, {})) {
			my ($file, $name) = split / /, $found;
			$used{$found} = 1;
			for my $f (@{$table{$file}{$name}}) {
				$method eq 'GET' ?
				    query_cases($method, $pattern, $f) :
				    body_cases($method, $pattern, $f);
			}
		}
	}
}
for my $path (sort keys %table) {
	for (sort keys %{$table{$path}}) {
		print "UNKNOWN $path $_ has no route\n" unless
		    $used{"$path $_"};
	}
}
