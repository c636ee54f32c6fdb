# targets.pl SOURCE... - what there is to scan: of each route of cgi-bin/ its
# path, its parameters and the headers that are read. Standard input is what
# fields.pl says of the same sources. A line for each, with tabs between:
#
#	path ROLE METHOD PATH
#	query ROLE METHOD PATH?NAME=VALUE&...
#	body ROLE METHOD PATH JSON
#	headers ROLE METHOD PATH
#
# A path has * behind each of its numbers. ROLE is whose token goes along:
# creator, outsider, or open for a route that wants none. Values come from the
# environment, SCAN_<name> for a field, SCAN_ID_khatmas and the like for a number
# behind that word; for a name that is not there, a good one of fields.pl.

use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->canonical->allow_nonref->latin1;
my (%good, %route);

# A value as a parameter has it: scanners change texts, so all are texts, but
# what must not be one.
sub value {
	my ($name, $standard) = @_;
	my $own = $ENV{"SCAN_$name"};
	return ref $standard eq 'ARRAY' ? [$own // 'scan'] :
	    JSON::PP::is_bool($standard) ? $standard :
	    defined $own ? $own : substr("$standard", 0, 20);
}

sub number {
	my ($before) = @_;
	return $ENV{"SCAN_ID_$before"} // 1;
}

# Whose request it is. What would take the rest away, or is told at length only
# to those who are not in, is an outsider's.
sub role {
	my ($method, $pattern, $flags) = @_;
	return 'open' if $flags =~ /ROUTE_OPEN/;
	return $method eq 'DELETE' || $pattern =~ /join$/ ?
	    'outsider' : 'creator';
}

while (<STDIN>) {
	chomp;
	die "targets: $_\n" if /^UNKNOWN/;
	my ($whose, undef, undef, $kind, undef, $where, $body) = split /\t/;
	next if $kind ne 'good';
	if (defined $body && $body ne '') {
		my ($name, $value) = %{$json->decode($body)};
		$good{$whose}{$name} //= $value if defined $value;
	} elsif ($where =~ /\?(\w+)=(.+)/) {
		$good{$whose}{$1} //= $2;
	}
}

for my $source (@ARGV) {
	open my $file, '<', $source or die "$source: $!\n";
	while (<$file>) {
		next unless /^\t\{ ([A-Z]+), "([^"]*)", \w+, ([^,]+),/;
		$route{"$1 $2"} = [$1, $2, $3];
	}
}

sub line {
	print join("\t", @_), "\n";
}

sub bodies {
	my ($role, $method, $path, $given) = @_;
	my %all = map { $_ => value($_, $given->{$_}) } keys %$given;
	my %texts = map { $_ => $all{$_} ? 'true' : 'false' }
	    grep { JSON::PP::is_bool($all{$_}) } keys %all;
	# an alias is looked at where the name itself is missing
	my $alias = delete $all{username};
	line('body', $role, $method, $path, $json->encode(\%all)) if %all;
	line('body', $role, $method, $path, $json->encode(\%texts)) if %texts;
	if (defined $alias) {
		delete $all{email};
		line('body', $role, $method, $path,
		    $json->encode({ %all, username => $alias }));
	}
}

for (sort keys %route) {
	my ($method, $pattern, $flags) = @{$route{$_}};
	my $role = role($method, $pattern, $flags);
	my $marked = "/api/$pattern/";
	$marked =~ s{([a-z]+)/#}{"$1/" . number($1) . '*'}ge;
	my $path = $marked =~ s/\*//gr;
	my $given = $good{$_} // {};
	line('path', $role, $method, $marked) if $marked ne $path;
	line('headers', $role, $method, $path);
	if ($method eq 'GET' && %$given) {
		line('query', $role, $method, "$path?" . join '&', map {
		    "$_=" . value($_, $given->{$_}) } sort keys %$given);
	} elsif ($method ne 'GET') {
		bodies($role, $method, $path, $given);
	}
}
