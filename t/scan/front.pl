# front.pl API DATABASE-SOCKET - two things that scanners need, on a port of
# 127.0.0.1 that it says on its first line of output:
#
#	/		a page with a link or a form for each line of
#			targets.pl, which it reads from standard input. A
#			scanner that finds its way by links would find none in
#			JSON. What it sends to /METHOD/ROLE/path goes on to the
#			API, forms as JSON
#	/control/bad/	takes {"email"} and looks for such a user with SQL that
#			is put together from it. A scanner that does not find
#			this has found nothing else either
#	/control/good/	does the same by a parameter of the statement
#
# The tokens of the roles are in the environment: SCAN_TOKEN_creator and so on.

use strict;
use warnings;
use HTTP::Tiny;
use IO::Socket::INET;
use IPC::Open3;
use JSON::PP;

my ($api, $database) = @ARGV;
my $json = JSON::PP->new->canonical->allow_nonref->latin1;
my $page = '<!DOCTYPE html><title>Everything</title>';
my %sample;		# of each method, role and path: a good body

sub html {
	my ($text) = @_;
	$text =~ s/([<>&"'])/sprintf '&#%d;', ord $1/ge;
	return $text;
}

sub add_target {
	my ($kind, $role, $method, $path, $body) = @_;
	my $where = "/$method/$role$path";
	if ($kind eq 'query') {
		$page .= '<p><a href="' . html($where) . '">query</a>';
	} elsif ($kind eq 'path') {
		$where =~ s/\*//g;
		$page .= "<p><a href=\"$where\">path</a>";
	} elsif ($kind eq 'body' && !$sample{$where}) {
		my $given = $sample{$where} = $json->decode($body);
		$page .= "<form method=\"post\" action=\"$where\">" .
		    join('', map { my $v = $given->{$_};
		    $v = ref $v eq 'ARRAY' ? $v->[0] : !ref $v ? $v :
		    $v ? 'true' : 'false';
		    "<input name=\"$_\" value=\"" . html($v) . '">' }
		    sort keys %$given) .
		    '<input type="submit"></form>';
	}
}

# A form's text, as what the field is.
sub typed {
	my ($sample, $text) = @_;
	return [$text] if ref $sample eq 'ARRAY';
	return $text eq 'true' ? JSON::PP::true : JSON::PP::false
	    if JSON::PP::is_bool($sample) && $text =~ /^(true|false)$/;
	return $text;
}

sub unescaped {
	my ($text) = @_;
	$text =~ tr/+/ /;
	$text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	return $text;
}

sub form_as_json {
	my ($sample, $form) = @_;
	my %said = map { map { unescaped($_) } (split(/=/, $_, 2), '')[0, 1] }
	    split /&/, $form;
	return $json->encode({ map { $_ => typed($sample->{$_}, $said{$_}) }
	    keys %said });
}

sub forward {
	my ($method, $role, $rest, $body, $given) = @_;
	my ($path) = $rest =~ /^([^?]*)/;
	my %headers = map { $_ => $given->{$_} } grep { $given->{$_} }
	    qw(user-agent accept-language x-request-id);
	$headers{authorization} = "Bearer $ENV{\"SCAN_TOKEN_$role\"}"
	    if $ENV{"SCAN_TOKEN_$role"};
	my %options = (headers => \%headers);
	if ($method ne 'GET') {
		$headers{'content-type'} = 'application/json';
		$options{content} = form_as_json(
		    $sample{"/$method/$role$path"} // {}, $body);
	}
	my $r = HTTP::Tiny->new(timeout => 30, max_redirect => 0)
	    ->request($method, "$api$rest", \%options);
	return ($r->{status}, $r->{headers}{'content-type'} // 'text/plain',
	    $r->{content} // '');
}

sub query {
	my ($sql) = @_;
	my $pid = open3(my $in, my $out, undef, 'mariadb', '--no-defaults',
	    "--socket=$database", '-N', '-e', $sql, 'khatma');
	close $in;
	my $said = join '', <$out>;
	waitpid $pid, 0;
	return $said;
}

sub control {
	my ($way, $body) = @_;
	my $given = eval { $json->decode($body) };
	return (400, 'text/plain', 'no JSON') unless ref $given eq 'HASH';
	my $email = $given->{email} // '';
	my $sql = $way eq 'bad' ?
	    "SELECT id, email FROM users WHERE email = '$email'" :
	    "PREPARE s FROM 'SELECT id, email FROM users WHERE email = ?';
	    SET \@e = CONVERT(x'" . unpack('H*', $email) .
	    "' USING utf8mb4); EXECUTE s USING \@e";
	return (200, 'text/plain', query($sql));
}

sub answer {
	my ($method, $where, $body, $headers) = @_;
	return control($1, $body) if $where =~ m{^/control/(bad|good)/};
	return forward($1, $2, $3, $body, $headers)
	    if $where =~ m{^/([A-Z]+)/([a-z]+)(/api/.*)};
	return (200, 'text/html', $page) if $where eq '/';
	return (404, 'text/plain', 'nothing');
}

sub serve {
	my ($client) = @_;
	my ($method, $where) = (<$client> // '') =~ m{^([A-Z]+) (\S+) HTTP/};
	my (%headers, $body);
	while (defined(my $line = <$client>)) {
		$line =~ s/\r?\n$//;
		last if $line eq '';
		$headers{lc $1} = $2 if $line =~ /^([^:]+):\s*(.*)/;
	}
	return unless defined $method;
	read $client, $body, $headers{'content-length'} // 0;
	my ($status, $type, $text) =
	    answer($method, $where, $body // '', \%headers);
	print $client "HTTP/1.1 $status x\r\nContent-Type: $type\r\n",
	    'Content-Length: ', length $text, "\r\nConnection: close\r\n\r\n",
	    $method eq 'HEAD' ? '' : $text;
}

while (<STDIN>) {
	chomp;
	add_target(split /\t/);
}
my $listen = IO::Socket::INET->new(Listen => 128, LocalAddr => '127.0.0.1')
    or die "front: $!\n";
$| = 1;
print $listen->sockport, "\n";
$SIG{CHLD} = 'IGNORE';
$SIG{PIPE} = 'IGNORE';
while (1) {
	my $client = $listen->accept or next;
	if (fork == 0) {
		$SIG{CHLD} = 'DEFAULT';
		close $listen;
		serve($client);
		exit 0;
	}
	close $client;
}
