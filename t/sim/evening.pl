#!/usr/bin/perl
# evening.pl [COSTS [ASSUMPTIONS]] - an evening of Ramadan for ten thousand to a
# hundred million readers: how many requests come, what they need, what breaks
# first. docs/scaling-beyond.md explains what it prints.
#
# COSTS is what t/bench/costs.sh has measured (t/sim/costs), ASSUMPTIONS what
# nobody has (t/sim/evening.conf). Demand is reckoned; waiting is simulated, see
# Queue.pm, with the same dice each time.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use List::Util qw(max min sum0);
use Queue qw(exponential poisson);

my ($costs, $assumptions) = @ARGV;
my %set = (visits => 2, burst => 2, readings => 78, keep => 0, cores => 32,
    share => 0.6, memory => 100, disk => 4000, flush => 0.001,
    commits => 3870, seconds => 2, public => 0,
    scan => 0, workers => 64, front => 64);
my (%request, %row, %zone, %hour, %visit, %first, %write);

sub read_file {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	while (<$file>) {
		next if /^#|^\s*$/;
		my ($what, $name, @values) = split;
		if ($what eq 'request') {
			$request{$name} = [map { $_ / 1e6 } @values[0 .. 2]];
		} elsif ($what eq 'row') {
			$row{$name} = \@values;
		} elsif ($what eq 'zone') {
			$zone{$name} = $values[0];
		} elsif ($what eq 'hour') {
			$hour{$name} = $values[0];
		} elsif ($what eq 'visit') {
			$visit{$name} = $values[0];
		} elsif ($what eq 'first') {
			$first{$name} = $values[0];
		} elsif ($what eq 'write') {
			$write{$name} = 1;
		} elsif ($what ne 'rate') {
			$set{$what} = $name;
		}
	}
	return;
}

read_file($costs // "$FindBin::Bin/costs");
read_file($assumptions // "$FindBin::Bin/evening.conf");

# --- Demand ------------------------------------------------------------------

my $hours = sum0 values %hour;
my $people = sum0 values %zone;

# The share of a day's visits in the busiest hour, if all live in one zone.
sub local_peak {
	return max(values %hour) / $hours;
}

# The same and the hour (UTC), for the world.
sub world_peak {
	my ($most, $when) = (0, 0);
	for my $utc (0 .. 23) {
		my $sum = 0;
		for my $zone (keys %zone) {
			my $hour = int(($utc + $zone) % 24);
			$sum += $zone{$zone} / $people *
			    ($hour{$hour} // 0) / $hours;
		}
		($most, $when) = ($sum, $utc) if $sum > $most + 1e-12;
	}
	return $most, $when;
}

# Visits a second, of so many readers, where the peak hour has this share.
sub visits {
	my ($readers, $peak) = @_;
	return $readers * $set{visits} * $peak * $set{burst} / 3600;
}

# What a visit needs: requests, seconds of worker, nginx and database, of the
# latter those of writes, and transactions that are written. A list that looks at
# every public khatma costs more, the more readers there are.
sub need {
	my ($of, $readers) = @_;
	my $scan = $readers * $set{public} * $set{scan} / 1e6;
	my %need = map { $_ => 0 } qw(requests worker nginx db writes commits);
	for my $name (sort keys %$of) {
		my $cost = $request{$name} or die "what does $name cost?\n";
		my $n = $of->{$name};
		$need{requests} += $n;
		$need{worker} += $n * $cost->[0];
		$need{nginx} += $n * $cost->[1];
		$need{db} += $n * ($cost->[2] +
		    ($name eq 'joinable' ? $scan : 0));
		next if !$write{$name};
		$need{writes} += $n * $cost->[2];
		$need{commits} += $n;
	}
	return \%need;
}

# Bytes of a reader, and of a reading with all that comes of it.
sub bytes {
	my ($reader, $reading, $index) = (0, 0, 0);
	for my $name (sort keys %row) {
		my ($n, $data, $indexes, $each) = @{$row{$name}};
		if ($name =~ /^(users|logins|refresh_tokens)$/) {
			$reader += $data + $indexes;
			next;
		}
		my $years = $name eq 'notifications' && $set{keep} ?
		    min(1, $set{keep} / 365) : 1;
		$reading += $each * ($data + $indexes) * $years;
		$index += $each * $indexes * $years;
	}
	return $reader, $reading, $index;
}

my ($reader_bytes, $reading_bytes, $index_bytes) = bytes();

# GB after a year, and of them those that an evening asks for: every index has
# pages of every reader, and of the rows there is the last month.
sub size {
	my ($readers) = @_;
	my $rows = $readers * $set{readings};
	my $all = $readers * $reader_bytes + $rows * $reading_bytes;
	my $hot = $readers * $reader_bytes + $rows * $index_bytes +
	    $readers * min(30, $set{readings}) *
	    ($reading_bytes - $index_bytes);
	return $all / 1e9, $hot / 1e9;
}

sub cores {
	return $_[0] / $set{share};
}

# What one machine lacks most, and how many times over.
sub breaks {
	my (%times) = @_;
	my ($worst) = sort { $times{$b} <=> $times{$a} || $a cmp $b }
	    keys %times;
	return $worst, $times{$worst};
}

sub lacks {
	my ($readers, $visits, $need, $db) = @_;
	my ($all, $hot) = size($readers);
	return (
		processors => cores($visits * $need->{$db}) / $set{cores},
		commits => $visits * $need->{commits} / $set{commits},
		memory => $hot / $set{memory},
		disk => $all / $set{disk},
	);
}

sub word {
	my ($name, $times) = @_;
	return sprintf '%s %.3g times', $name, $times;
}

sub table {
	my ($title, $of, $peak) = @_;
	print "\n$title\n\n";
	printf "%10s %9s %9s %7s %7s %7s %8s %8s %7s  %-22s %s\n", 'readers',
	    'requests', 'commits', 'nginx', 'worker', 'db', 'db, for', 'data',
	    'hot', 'most used of one', 'with replicas';
	printf "%10s %9s %9s %7s %7s %7s %8s %8s %7s  %-22s %s\n", '', '/s',
	    '/s', 'cores', 'cores', 'cores', 'writes', 'GB', 'GB',
	    'database machine', 'for what reads';
	for my $power (4 .. 8) {
		my $readers = 10 ** $power;
		my $visits = visits($readers, $peak);
		my $need = need($of, $readers);
		my ($all, $hot) = size($readers);
		printf "%10d %9.0f %9.0f %7.3g %7.3g %7.3g %8.3g %8.3g " .
		    "%7.3g  %-22s %s\n", $readers,
		    $visits * $need->{requests}, $visits * $need->{commits},
		    (map { cores($visits * $need->{$_}) }
		    qw(nginx worker db writes)), $all, $hot,
		    word(breaks(lacks($readers, $visits, $need, 'db'))),
		    word(breaks(lacks($readers, $visits, $need, 'writes')));
	}
	return;
}

# --- Waiting -----------------------------------------------------------------

my $q;
my %at;		# the places of the service

sub open_service {
	my ($front, $cores, $workers) = @_;
	$q = Queue->new;
	%at = (front => $q->place($front), db => $q->place($cores),
	    disk => $q->disk($set{flush}), locks => {}, groups => {},
	    workers => $workers);
	return;
}

my %group = (refresh => 'auth', login => 'auth', me => 'users',
    dashboard => 'dashboard', notifications => 'notifications',
    'mark-all-read' => 'notifications', session => 'sessions',
    'stats-user' => 'stats', 'stats-khatma' => 'stats');

# A request: a worker of its group, its processor, then the database's, and for
# a write the row of its khatma, from the first statement to the flush. done gets
# the seconds that it took.
sub request {
	my ($name, $lock, $done) = @_;
	my $cost = $request{$name};
	my $start = $q->now;
	my $workers = $at{groups}{$group{$name} // 'khatmas'} //=
	    $q->place($at{workers});
	my $row = defined $lock ? $at{locks}{$lock} //= $q->place(1) : undef;
	my $end = sub {
		$q->leave($row) if $row;
		$q->leave($workers);
		$done->($q->now - $start);
	};
	my $work = sub {
		$q->serve($at{db}, exponential($cost->[2]), sub {
			$write{$name} ? $q->flush($at{disk}, $end) : $end->();
		});
	};
	$q->enter($workers, sub {
		$q->serve($at{front}, exponential($cost->[0] + $cost->[1]),
		    sub { $row ? $q->enter($row, $work) : $work->() });
	});
	return;
}

sub percentile {
	my ($share, $times) = @_;
	my @sorted = sort { $a <=> $b } @$times;
	return @sorted ? 1000 * $sorted[int($#sorted * $share)] : 0;
}

# So many visits a second at once bring requests of each kind at random times.
sub crowd {
	my ($rate, $khatmas, $times) = @_;
	for my $name (sort keys %visit) {
		my $list = $times->{$write{$name} ? 'write' : 'read'} //= [];
		my $locks = $name =~ /session|join$/;
		poisson($q, $rate * $visit{$name}, sub {
			request($name, $locks ? int rand $khatmas : undef,
			    sub { push @$list, $_[0] });
		});
	}
	return;
}

sub simulate {
	my ($readers, $rate) = @_;
	my %times;
	srand 1447;
	open_service($set{front}, $set{cores}, $set{workers});
	crowd($rate, $readers / 30, \%times);
	$q->run($set{seconds});
	return \%times;
}

sub waiting {
	my $need = need(\%visit, 0);
	printf "\nMilliseconds that readers wait, at so much of the %d " .
	    "processors of one database\n\n%10s %9s %8s %8s %8s %8s\n",
	    $set{cores}, 'readers', 'requests', 'reads', '', 'writes', '';
	printf "%10s %9s %8s %8s %8s %8s\n", '', '/s', 'median', '99 %',
	    'median', '99 %';
	for my $share (0.6, 0.8, 0.95, 1.05) {
		my $rate = $share * $set{cores} / $need->{db};
		my $readers = $rate / visits(1, local_peak());
		my $times = simulate($readers, $rate);
		printf "%10.2g %9.0f %8.1f %8.1f %8.1f %8.1f   %.0f %%\n",
		    $readers, $rate * $need->{requests},
		    (map { percentile(0.5, $times->{$_}),
		    percentile(0.99, $times->{$_}) } qw(read write)),
		    100 * $share;
	}
	return;
}

# --- One khatma that all look at ---------------------------------------------

sub watch {
	my ($rate, $name, $readers) = @_;
	my (%times, @boards);
	srand 1447;
	open_service($set{front}, $set{cores}, $set{workers});
	crowd(visits($readers, local_peak()), $readers / 30, \%times);
	poisson($q, $rate, sub { request($name, undef, sub {
		push @boards, $_[0] }) }) if $rate;
	$q->run($set{seconds});
	return percentile(0.99, $times{read}), percentile(0.99, \@boards),
	    $q->busy($at{db}) * $set{cores};
}

# All want to join, 604 can: each waits for the khatma's row.
sub rush {
	my ($of, $within) = @_;
	my (@times, @others);
	srand 1447;
	open_service($set{front}, $set{cores}, $set{workers});
	for (1 .. $of) {
		$q->at(rand $within, sub { request('join-refused', 'famous',
		    sub { push @times, $_[0] }) });
	}
	poisson($q, 50, sub { request('board', undef,
	    sub { push @others, $_[0] }) });
	$q->run(60);
	return $of - @times, percentile(0.99, \@times),
	    percentile(0.99, \@others);
}

sub famous {
	return if !$request{'board-604'};
	my $rate = $set{watchers} / $set{every};
	print "\nA khatma of 604 pages with $set{watchers} watchers, who " .
	    "look every $set{every} s,\nbeside a million other readers\n\n";
	printf "%-40s %10s %10s %8s\n", '', 'others', 'board', 'db';
	printf "%-40s %10s %10s %8s\n", '', '99 %, ms', '99 %, ms', 'cores';
	$request{cached} = [0, $request{me}[1] / 2, 0];
	$request{unchanged} = [map { $request{me}[$_] } 0 .. 2];
	printf "%-40s %10.1f %10.1f %8.2f\n", $_->[0],
	    watch($_->[1], $_->[2], 1e6) for
	    ['nobody watches', 0, ''],
	    ['each gets the whole board', $rate, 'board-604'],
	    ['304 from a row by its key', $rate, 'unchanged'],
	    ['nginx keeps the shared part for 1 s', $rate, 'cached'];
	print "\nAll of them want to join it; other readers want a board of " .
	    "the same workers\n\n";
	printf "%-40s %10s %10s %8s\n", '', 'others', 'joins', 'left';
	printf "%-40s %10s %10s %8s\n", '', '99 %, ms', '99 %, ms',
	    'at 60 s';
	for my $within ($set{rush}, 10) {
		my ($left, $joins, $others) = rush($set{watchers}, $within);
		printf "%-40s %10.1f %10.1f %8d\n", "within $within s",
		    $others, $joins, $left;
	}
	return;
}

# --- What it prints ----------------------------------------------------------

my %begin = %visit;
$begin{$_} += $first{$_} for keys %first;
my ($world, $when) = world_peak();
printf "The busiest hour has %.1f %% of a day's visits where all live in " .
    "one zone,\n%.1f %% for the whole world (at %02d UTC); its busiest " .
    "minutes %g times the mean.\n", 100 * local_peak(), 100 * $world, $when,
    $set{burst};
printf "A reader takes %.0f bytes, a reading %.0f, of them %.0f in " .
    "indexes.\n", $reader_bytes, $reading_bytes, $index_bytes;
table('An evening, all in one zone', \%visit, local_peak());
table('The evening on which the month begins', \%begin, local_peak())
    if %first;
table('An evening of the whole world', \%visit, $world);
waiting() if $visit{session};
famous();
