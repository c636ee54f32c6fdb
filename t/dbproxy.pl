#!/usr/bin/perl
# dbproxy.pl FOLDER SOCKET - stands between the workers and the MariaDB behind
# SOCKET, listens on FOLDER/db.sock, and does what FOLDER/rules says. It ends
# when it is told to (SIGTERM). Shell tests use it by dbproxy.sh.
#
# A rule is a line
#
#	ACTION STEP TIMES [REGEX]
#
# STEP is where in the conversation:
#	connect		instead of the server's greeting
#	login		instead of its answer to who we are
#	query		a statement sent as text: SET, START TRANSACTION,
#			COMMIT, ROLLBACK
#	prepare, execute
#			a prepared statement
#	fetch		in the result of a query or execute that has one: after
#			the first row or, where there is none, instead of the
#			end. (libmariadb's mysql_stmt_store_result meets it)
# ACTION:
#	error NUMBER	the error, instead of the server's answer. What was
#			asked does not reach the server; at fetch it has
#	cut before	the worker's connection is closed, and the server's; the
#			statement does not reach the server
#	cut sent	the statement is given to the server, and the worker's
#			connection is closed that instant. The server's stays
#			until it has answered
#	cut answered	the server's answer has come, the worker does not get it
#	delay SECONDS	the statement is sent on so much later
#	hold		it is sent on when the rules are others. A server that
#			is stopped (SIGSTOP) is "hold connect", "hold query"
#			and so on. (At fetch only error and cut, which is then
#			one and the same, are of use; at login not hold and
#			delay)
# TIMES:
#	always
#	once		as 1
#	N, N-M		the Nth time that the rule fits; the Nth to Mth time
#	/N		each Nth time
# REGEX (of Perl) is searched in the text of the statement; without one each
# fits. At connect and login there is no text.
#
# Of two rules that fit the upper one counts, but both count the statement. The
# file is looked at before each command; when it was written again the counts
# begin anew. Neither TLS nor compression nor LOAD DATA LOCAL goes through.
#
# FOLDER/log tells what came and what was done, a line each; CONNECTION is a
# number from 1:
#
#	CONNECTION STEP TEXT		came from the worker
#	CONNECTION ! RULE		a rule was followed
#	CONNECTION = answered TEXT	the server answered what was cut
#	CONNECTION closed		by the worker or by us
use strict;
use warnings;
use IO::Handle;
use IO::Select;
use IO::Socket::UNIX;
use Time::HiRes qw(time stat);

my ($folder, $server) = @ARGV;
die "usage: dbproxy.pl FOLDER SOCKET\n" unless defined $server;

# Sent with an error where it is not HY000 (mysqld_error.h, sql_state.c).
my %sqlstate = (1040 => '08004', 1044 => '42000', 1045 => '28000',
    1047 => '08S01', 1049 => '42000', 1053 => '08S01', 1062 => '23000',
    1064 => '42000', 1146 => '42S02', 1158 => '08S01', 1159 => '08S01',
    1160 => '08S01', 1161 => '08S01', 1203 => '42000', 1213 => '40001',
    1226 => '42000', 1317 => '70100', 1452 => '23000', 1792 => '25006',
    1927 => '70100', 1969 => '70100');
my %command = (0x03 => 'query', 0x16 => 'prepare', 0x17 => 'execute');
# Commands that no answer follows: QUIT, STMT_SEND_LONG_DATA, STMT_CLOSE.
my %silent = map { $_ => 1 } 0x01, 0x18, 0x19;

my (@rules, $rules_are, $log);
my $rules_file = "$folder/rules";
my $select = IO::Select->new;
my %link;		# by file number: the connection of a socket
my $count = 0;

sub note {
	my ($c, $text) = @_;
	$text =~ s/\s+/ /g;
	print $log "$c->{id} $text\n";
}

# --- Rules -------------------------------------------------------------------

sub read_rules {
	my @s = stat($rules_file);
	my $are = @s ? join(' ', @s[1, 7, 9, 10]) : 'none';
	return if defined $rules_are && $are eq $rules_are;
	$rules_are = $are;
	@rules = ();
	open(my $file, '<', $rules_file) or return;
	while (my $line = <$file>) {
		next if $line =~ /^\s*(?:#|$)/;
		my ($action, $of, $step, $times, $regex) = $line =~
		    /^(error|cut|delay|hold)(?:\s+(\d[\d.]*|before|sent|answered))?
		    \s+(connect|login|query|prepare|execute|fetch)
		    \s+(\S+)(?:\s+(.*\S))?\s*$/x
		    or die "not a rule: $line";
		push(@rules, { action => $action, of => $of, step => $step,
		    times => $times, regex => $regex // '', seen => 0,
		    text => $line });
	}
}

sub is_its_turn {
	my ($rule) = @_;
	my ($times, $n) = ($rule->{times}, $rule->{seen});
	return 1 if $times eq 'always';
	return $n == 1 if $times eq 'once';
	return $n % $1 == 0 if $times =~ m{^/(\d+)$};
	return $n >= $1 && $n <= ($2 // $1) if $times =~ /^(\d+)(?:-(\d+))?$/;
	die "not a number of times: $rule->{text}";
}

# The rule to follow here, if there is one.
sub rule {
	my ($c, $step, $text) = @_;
	my $first;
	read_rules();
	for my $rule (@rules) {
		next if $rule->{step} ne $step || $text !~ /$rule->{regex}/s;
		$rule->{seen}++;
		$first //= $rule if is_its_turn($rule);
	}
	note($c, "! $first->{text}") if $first;
	return $first;
}

# --- Packets -----------------------------------------------------------------

# The next whole packet of a buffer, with its four bytes of head.
sub packet {
	my ($buffer) = @_;
	return undef if length($$buffer) < 4;
	my $n = 4 + unpack('V', substr($$buffer, 0, 3) . "\0");
	return undef if length($$buffer) < $n;
	return substr($$buffer, 0, $n, '');
}

sub send_to {
	my ($socket, $bytes) = @_;
	while ($socket && length($bytes)) {
		my $n = syswrite($socket, $bytes) or return;
		substr($bytes, 0, $n, '');
	}
}

# Instead of the packet with this sequence number. There is no sqlstate before
# the client has said what it can do.
sub send_error {
	my ($c, $sequence, $number, $step) = @_;
	my $state = $sqlstate{$number} // 'HY000';
	my $text = pack('Cv', 0xff, $number) .
	    ($step eq 'connect' ? '' : "#$state") . 'by a rule of dbproxy.pl';
	send_to($c->{client}, substr(pack('V', length($text)), 0, 3) .
	    pack('C', $sequence) . $text);
}

# The greeting without what would make results look otherwise: DEPRECATE_EOF
# and MariaDB's extended capabilities, whose CACHE_METADATA leaves columns out.
sub plain_greeting {
	my ($bytes) = @_;
	my $at = index($bytes, "\0", 5);
	return $bytes if ord(substr($bytes, 4, 1)) != 10 || $at < 0;
	$at += 1 + 4 + 8 + 1 + 2 + 1 + 2;	# to the upper capabilities
	my $upper = unpack('v', substr($bytes, $at, 2));
	substr($bytes, $at, 2) = pack('v', $upper & ~(1 << 8));
	substr($bytes, $at + 9, 4) = "\0" x 4;
	return $bytes;
}

# --- Connections -------------------------------------------------------------

sub close_side {
	my ($c, $side) = @_;
	my $socket = delete $c->{$side} or return;
	$select->remove($socket);
	delete $link{$socket->fileno};
	close($socket);
	note($c, 'closed') if $side eq 'client';
}

sub close_both {
	my ($c) = @_;
	close_side($c, 'client');
	close_side($c, 'server');
	delete $c->{held};
}

sub watch {
	my ($c, $side, $socket) = @_;
	$c->{$side} = $socket;
	$link{$socket->fileno} = [$c, $side];
	$select->add($socket);
}

sub reach_server {
	my ($c) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => $server);
	return close_both($c) unless $socket;
	watch($c, 'server', $socket);
}

# Wait with an act until its time, or until the rules are others.
sub put_off {
	my ($c, $rule, $act) = @_;
	$c->{held} = { act => $act, rules => $rules_are,
	    at => $rule->{action} eq 'delay' ? time + $rule->{of} : undef };
}

sub accept_client {
	my ($listener) = @_;
	my $socket = $listener->accept or return;
	my $c = { id => ++$count, state => 'greeting', in => '', out => '',
	    sql => {}, held => undef };
	watch($c, 'client', $socket);
	note($c, 'connect');
	my $rule = rule($c, 'connect', '');
	if (!$rule) {
		reach_server($c);
	} elsif ($rule->{action} eq 'error') {
		send_error($c, 0, $rule->{of}, 'connect');
		close_both($c);
	} elsif ($rule->{action} eq 'cut') {
		close_both($c);
	} else {
		put_off($c, $rule, sub { reach_server($c) });
	}
}

# --- What a client asks ------------------------------------------------------

sub forward {
	my ($c, $bytes) = @_;
	send_to($c->{server}, $bytes);
	close_side($c, 'client') if $c->{cut} eq 'sent';
}

sub text_of {
	my ($c, $step, $bytes) = @_;
	return substr($bytes, 5) if $step ne 'execute';
	return $c->{sql}{unpack('V', substr($bytes, 5, 4))} // '?';
}

# One command. The next one is looked at when it was answered.
sub command {
	my ($c, $bytes) = @_;
	my $code = ord(substr($bytes, 4, 1));
	my $step = $command{$code};
	return send_to($c->{server}, $bytes) if $silent{$code};
	@$c{qw(state step text part rows cut)} =
	    ('answer', $step // 'other', '', 'first', 0, '');
	return forward($c, $bytes) unless $step;
	$c->{text} = text_of($c, $step, $bytes);
	note($c, "$step $c->{text}");
	my $rule = rule($c, $step, $c->{text});
	return forward($c, $bytes) unless $rule;
	if ($rule->{action} eq 'error') {
		$c->{state} = 'ready';
		send_error($c, 1, $rule->{of}, $step);
	} elsif ($rule->{action} eq 'cut') {
		return close_both($c) if $rule->{of} eq 'before';
		$c->{cut} = $rule->{of};
		forward($c, $bytes);
	} else {
		put_off($c, $rule, sub { forward($c, $bytes) });
	}
}

sub from_client {
	my ($c) = @_;
	while ($c->{client} && !$c->{held}) {
		if ($c->{state} eq 'login') {
			send_to($c->{server}, $c->{in});
			$c->{in} = '';
			return;
		}
		return if $c->{state} ne 'ready';
		my $bytes = packet(\$c->{in});
		return unless defined $bytes;
		command($c, $bytes);
	}
}

# --- What the server answers -------------------------------------------------

# Follow a result from packet to packet. True: this one was the last.
sub is_last {
	my ($c, $bytes) = @_;
	my $first = ord(substr($bytes, 4, 1));
	my $eof = $first == 0xfe && length($bytes) < 4 + 9;
	return 1 if $first == 0xff;
	if ($c->{part} eq 'first') {
		return 1 if $c->{step} eq 'other';
		if ($c->{step} eq 'prepare') {
			my ($id, $cols, $params) =
			    unpack('Vvv', substr($bytes, 5, 8));
			$c->{sql}{$id} = $c->{text};
			$c->{ends} = ($cols > 0) + ($params > 0);
			$c->{part} = 'described';
			return $c->{ends} == 0;
		}
		return 1 if $first == 0;
		$c->{part} = 'columns';
		return 0;
	}
	return $eof && --$c->{ends} == 0 if $c->{part} eq 'described';
	if ($c->{part} eq 'columns') {
		$c->{part} = 'rows' if $eof;
		return 0;
	}
	$c->{rows}++;
	return $eof;
}

# A rule for a result: true when the worker sees no more of it.
sub breaks_rows {
	my ($c, $bytes, $last) = @_;
	return 0 unless $c->{rows} == 2 || ($c->{rows} == 1 && $last);
	my $rule = rule($c, 'fetch', $c->{text}) or return 0;
	if ($rule->{action} eq 'error') {
		send_error($c, ord(substr($bytes, 3, 1)), $rule->{of}, 'fetch');
		$c->{cut} = 'rest';
	} else {
		close_both($c);
	}
	return 1;
}

sub answer {
	my ($c, $bytes) = @_;
	my $last = is_last($c, $bytes);
	send_to($c->{client}, $bytes)
	    unless $c->{cut} ne '' || breaks_rows($c, $bytes, $last);
	return unless $last;
	$c->{state} = 'ready';
	return if $c->{cut} eq '' || $c->{cut} eq 'rest';
	note($c, '= answered ' . (ord(substr($bytes, 4, 1)) == 0xff ?
	    'error ' . unpack('v', substr($bytes, 5, 2)) : 'OK'));
	close_both($c);
}

# Greeting, then packets both ways until the server says OK or an error.
sub log_in {
	my ($c, $bytes) = @_;
	my $first = ord(substr($bytes, 4, 1));
	if ($c->{state} eq 'greeting') {
		$c->{state} = 'login';
		return send_to($c->{client}, plain_greeting($bytes));
	}
	my $rule = $first == 0 ? rule($c, 'login', '') : undef;
	if ($rule && $rule->{action} eq 'error') {
		send_error($c, ord(substr($bytes, 3, 1)), $rule->{of}, 'login');
	}
	return close_both($c) if $rule;
	send_to($c->{client}, $bytes);
	$c->{state} = 'ready' if $first == 0;
}

sub from_server {
	my ($c) = @_;
	while ($c->{server} && defined(my $bytes = packet(\$c->{out}))) {
		if ($c->{state} eq 'answer') {
			answer($c, $bytes);
		} elsif ($c->{state} eq 'ready') {	# it says farewell
			send_to($c->{client}, $bytes);
		} else {
			log_in($c, $bytes);
		}
	}
	from_client($c);
}

# --- The loop ----------------------------------------------------------------

sub readable {
	my ($socket) = @_;
	my ($c, $side) = @{ $link{$socket->fileno} // return };
	my $buffer = $side eq 'client' ? \$c->{in} : \$c->{out};
	return close_both($c)
	    unless sysread($socket, $$buffer, 65536, length($$buffer));
	return $side eq 'client' ? from_client($c) : from_server($c);
}

sub take_up {
	my ($c) = @_;
	my $held = $c->{held} or return;
	read_rules();
	return if defined $held->{at} ? time < $held->{at} :
	    $held->{rules} eq $rules_are;
	$c->{held} = undef;
	$held->{act}->();
	from_client($c);
}

$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { unlink("$folder/db.sock"); exit 0 };
open($log, '>>', "$folder/log") or die "$folder/log: $!";
$log->autoflush(1);
# Under another name first: whoever finds it can connect.
unlink("$folder/new.sock");
my $listener = IO::Socket::UNIX->new(Local => "$folder/new.sock",
    Listen => 128) or die "$folder/new.sock: $!";
chmod(0777, "$folder/new.sock");
rename("$folder/new.sock", "$folder/db.sock") or die "$folder/db.sock: $!";
$select->add($listener);
while (1) {
	my %waiting = map { $_ => $_ } grep { $_->{held} }
	    map { $_->[0] } values(%link);
	for my $socket ($select->can_read(%waiting ? 0.02 : undef)) {
		if ($socket == $listener) {
			accept_client($listener);
		} elsif (defined $socket->fileno) {
			readable($socket);
		}
	}
	take_up($_) for values(%waiting);
}
