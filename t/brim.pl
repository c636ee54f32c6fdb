#!/usr/bin/perl
# brim.pl SOCKET LENGTH SENT GO - answers one FastCGI request by LENGTH bytes of
# text, as libfcgi writes them: in pieces of 8192 bytes, headers of records and
# all. After two of them it waits: makes the file SENT when the web server has
# read them, and goes on when there is a file GO.
use strict;
use warnings;
use IO::Socket::UNIX;
use Time::HiRes qw(usleep);

use constant { PIECE => 8192, HEADER => 8, STDOUT_TYPE => 6, END_TYPE => 3,
	SIOCOUTQ => 0x5411 };

my ($path, $length, $sent, $go) = @ARGV;

sub record {
	my ($type, $content) = @_;
	return pack('CCnnCx', 1, $type, 1, length $content, 0) . $content;
}

sub unread {
	my ($connection) = @_;
	my $n = pack('i', 0);
	ioctl($connection, SIOCOUTQ, $n) or die "SIOCOUTQ: $!\n";
	return unpack('i', $n);
}

my $listener = IO::Socket::UNIX->new(Local => $path, Listen => 5)
    or die "$path: $!\n";
chmod 0666, $path;
my $connection = $listener->accept or die "accept: $!\n";
$connection->autoflush(1);
$SIG{PIPE} = 'IGNORE';

# The web server sends all of a request before it reads.
$connection->sysread(my $request, 65536) or die "no request\n";
my $answer = "Status: 200\r\nContent-Type: text/plain\r\n" .
    "Content-Length: $length\r\n\r\n" . 'x' x $length;
for my $n (1 .. 2) {
	print $connection record(STDOUT_TYPE,
	    substr($answer, 0, PIECE - HEADER, ''));
}
usleep(1000) while unread($connection);
open(my $file, '>', $sent) or die "$sent: $!\n";
close $file;
usleep(10_000) until -e $go;
print $connection record(STDOUT_TYPE, $answer), record(STDOUT_TYPE, ''),
    record(END_TYPE, pack('NCx3', 0, 0));
