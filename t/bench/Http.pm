package Http;
# Http - requests over one connection that is kept, for costs.pl and growth.pl.
#
#	my $http = Http->new(SOCKET, HEADER...)
#	my ($status, $answer) = $http->ask(METHOD, PATH, TOKEN, BODY)
#
# SOCKET is a unix socket, a HEADER goes with each request; '' is no token, no
# body. The answer is head and body as they came. Dies when there is none.
use strict;
use warnings;
use IO::Socket::UNIX;

sub new {
	my ($class, $socket, @headers) = @_;
	return bless {socket => $socket,
	    headers => join '', map { "$_\r\n" } @headers}, $class;
}

# The next request makes a new connection; after a fork each has its own.
sub leave {
	delete $_[0]{connection};
}

sub text {
	my ($self, $method, $path, $token, $body) = @_;
	return "$method $path HTTP/1.1\r\nHost: h\r\n$self->{headers}" .
	    ($token eq '' ? '' : "Authorization: Bearer $token\r\n") .
	    'Content-Length: ' . length($body) . "\r\n" .
	    ($body eq '' ? '' : "Content-Type: application/json\r\n") .
	    "\r\n$body";
}

# Read to its end an answer that is chunked or has a length.
sub read_answer {
	my ($connection) = @_;
	my $answer = '';
	while (sysread $connection, $answer, 65536, length $answer) {
		my ($head) = $answer =~ /^(.*?\r\n)\r\n/s or next;
		my $size = length($head) + 2;
		last if $head =~ /^Content-Length: (\d+)/mi ?
		    length $answer >= $size + $1 :
		    $head !~ /chunked/i || $answer =~ /\r\n0\r\n\r\n$/;
	}
	return $answer;
}

sub ask {
	my ($self, @request) = @_;
	$self->{connection} //= IO::Socket::UNIX->new(Peer => $self->{socket})
	    or die $!;
	syswrite $self->{connection}, $self->text(@request);
	my $answer = read_answer($self->{connection});
	$self->leave if $answer =~ /^Connection: close/mi;
	my ($status) = $answer =~ /^HTTP\S+ (\d+)/
	    or die "no answer: $request[1]";
	return $status, $answer;
}

1;
