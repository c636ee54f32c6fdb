package Sql;
# Sql - one connection to the database of a test or a bench, by its client.
#
#	my $sql = Sql->new(SOCKET)
#	my $line = $sql->one(STATEMENT)
#
# The first row of what it answers, its columns separated by tabs; a statement
# without rows is followed by one that has some. Dies when there is no answer.
use strict;
use warnings;
use IPC::Open2;

sub new {
	my ($class, $socket) = @_;
	my $self = bless {}, $class;
	$self->{pid} = open2(@{$self}{qw(said say)}, 'mariadb',
	    '--no-defaults', "--socket=$socket", '-N', '--batch',
	    '--unbuffered');
	return $self;
}

sub one {
	my ($self, $statement) = @_;
	print {$self->{say}} "$statement;\n";
	$self->{say}->flush;
	my $line = readline $self->{said};
	defined $line or die "the database does not answer\n";
	chomp $line;
	return $line;
}

sub close {
	my ($self) = @_;
	close $self->{say};
	waitpid $self->{pid}, 0;
}

1;
