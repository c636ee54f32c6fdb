#!/usr/bin/perl
# smtp.pl FOLDER [CERTIFICATE KEY] - a mail server on the loopback address, on a
# port that the kernel chooses. What it is given is kept as FOLDER/1.mail and so
# on, after lines AUTH, "MAIL FROM:..." and "RCPT TO:..." and an empty one. When
# it listens, FOLDER/port is the number of the port. With a certificate it
# speaks TLS from the first byte. It ends when it is told to (SIGTERM).
#
# Files in FOLDER say how it is: "address" is where it listens (127.0.0.1),
# "refuse" what it answers to MAIL FROM, such as "451 come again"; where there
# is a "starttls", it speaks TLS only when asked.
use strict;
use warnings;
use IO::Socket::INET;
use MIME::Base64;

my ($folder, $certificate, $key) = @ARGV;
my $count = 0;
$SIG{PIPE} = 'IGNORE';

sub word {
	my ($name, $otherwise) = @_;
	open(my $file, '<', "$folder/$name") or return $otherwise;
	chomp(my $line = <$file>);
	return $line;
}

# Under another name first: whoever waits for a file finds it whole.
sub put {
	my ($name, $text) = @_;
	open(my $file, '>', "$folder/.new") or die "$folder: $!";
	print $file $text;
	close($file) or die "$folder: $!";
	rename("$folder/.new", "$folder/$name") or die "$folder: $!";
}

sub encrypt {
	my ($client) = @_;
	require IO::Socket::SSL;
	return IO::Socket::SSL->start_SSL($client, SSL_server => 1,
	    SSL_cert_file => $certificate, SSL_key_file => $key);
}

sub text {
	my ($client) = @_;
	my $text = '';
	while (defined(my $line = <$client>)) {
		return $text if $line eq ".\r\n";
		$line =~ s/^\.//;
		$text .= $line;
	}
	return undef;
}

sub talk {
	my ($client) = @_;
	my $envelope = '';
	my $starttls = word('starttls', '');
	print $client "220 localhost ESMTP\r\n";
	while (defined(my $line = <$client>)) {
		if ($line =~ /^(MAIL FROM|RCPT TO):/i) {
			my $refused = word('refuse', '');
			$envelope .= $line;
			print $client $refused ? "$refused\r\n" : "250 OK\r\n";
		} elsif ($line =~ /^DATA/i) {
			print $client "354 go on\r\n";
			my $text = text($client);
			return unless defined $text;
			put(++$count . '.mail', "$envelope\r\n$text");
			print $client "250 kept\r\n";
		} elsif ($line =~ /^QUIT/i) {
			print $client "221 farewell\r\n";
			return;
		} elsif ($line =~ /^(EHLO|HELO|RSET|NOOP)/i) {
			print $client "250-localhost\r\n";
			print $client "250-STARTTLS\r\n" if $starttls;
			print $client "250 AUTH PLAIN\r\n";
		} elsif ($line =~ /^STARTTLS/i && $starttls) {
			print $client "220 go on\r\n";
			encrypt($client) or return;
			$envelope = "STARTTLS\r\n";
		} elsif ($line =~ /^AUTH PLAIN/i) {
			print $client "334 \r\n";
			my @words = split(/\0/, decode_base64(<$client>));
			$envelope .= "AUTH @words[1, 2]\r\n";
			print $client "235 welcome\r\n";
		} else {
			print $client "502 not here\r\n";
		}
	}
}

my $listener = IO::Socket::INET->new(LocalAddr => word('address', '127.0.0.1'),
    LocalPort => 0, Listen => 8) or die "cannot listen: $!";
put('port', $listener->sockport . "\n");
while (1) {
	my $client = $listener->accept or next;
	$client->autoflush(1);
	next if $certificate && !word('starttls', '') && !encrypt($client);
	talk($client);
	close($client);
}
