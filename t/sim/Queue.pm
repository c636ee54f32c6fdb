package Queue;
# Queue.pm - a simulation of queues, event by event: a clock, places where one
# waits for one of a number of servers, and a disk that writes down all that is
# waiting at once. t/0980-simulation.sh compares it with what can be reckoned.
#
#	srand $seed;			the same run again is the same run
#	my $q = Queue->new;
#	$q->at($seconds, sub { ... })	at that time of the clock
#	$q->now				the clock, in seconds
#	$q->run($until)			to this time; drops what would be later
#
#	my $p = $q->place($servers)	where $servers are served at a time, in the
#					order of arrival
#	$q->enter($p, sub { ... })	waits for a server and keeps it
#	$q->leave($p)			gives it back
#	$q->serve($p, $seconds, sub { ... })
#					enters, takes this time, leaves
#	$q->busy($p)			share of the time its servers were busy
#
#	my $d = $q->disk($seconds)	a flush takes this long
#	$q->flush($d, sub { ... })	is written by the next flush that begins
#
#	exponential($mean)		a random time
#	poisson($q, $rate, sub { ... })	arrivals, so many a second, from now on
use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(exponential poisson);

sub new {
	return bless { now => 0, count => 0, heap => [] };
}

sub now {
	return $_[0]{now};
}

# Of two at the same time the one that was asked for first is first.
sub earlier {
	my ($a, $b) = @_;
	return $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1];
}

sub at {
	my ($q, $time, $act) = @_;
	my $heap = $q->{heap};
	my $event = [$time, $q->{count}++, $act];
	my $i = @$heap;
	while ($i > 0) {
		my $up = ($i - 1) >> 1;
		last if earlier($heap->[$up], $event) < 0;
		$heap->[$i] = $heap->[$up];
		$i = $up;
	}
	$heap->[$i] = $event;
	return;
}

sub next_event {
	my ($heap) = @_;
	my $first = $heap->[0];
	my $last = pop @$heap;
	return $first if !@$heap;
	my ($i, $n) = (0, scalar @$heap);
	while ((my $down = 2 * $i + 1) < $n) {
		$down++ if $down + 1 < $n &&
		    earlier($heap->[$down + 1], $heap->[$down]) < 0;
		last if earlier($last, $heap->[$down]) < 0;
		$heap->[$i] = $heap->[$down];
		$i = $down;
	}
	$heap->[$i] = $last;
	return $first;
}

sub run {
	my ($q, $until) = @_;
	while (@{$q->{heap}} && $q->{heap}[0][0] <= $until) {
		my $event = next_event($q->{heap});
		$q->{now} = $event->[0];
		$event->[2]->();
	}
	$q->{heap} = [];
	$q->{now} = $until;
	return;
}

sub place {
	my ($q, $servers) = @_;
	return { servers => $servers, free => $servers, waiting => [],
	    used => 0 };
}

# The sum of busy servers over time, kept at each change.
sub account {
	my ($q, $p) = @_;
	$p->{used} += ($p->{servers} - $p->{free}) *
	    ($q->{now} - ($p->{since} // 0));
	$p->{since} = $q->{now};
	return;
}

sub enter {
	my ($q, $p, $act) = @_;
	if ($p->{free} == 0) {
		push @{$p->{waiting}}, $act;
		return;
	}
	$q->account($p);
	$p->{free}--;
	$act->();
	return;
}

sub leave {
	my ($q, $p) = @_;
	if (my $next = shift @{$p->{waiting}}) {
		$q->at($q->{now}, $next);
		return;
	}
	$q->account($p);
	$p->{free}++;
	return;
}

sub serve {
	my ($q, $p, $seconds, $act) = @_;
	$q->enter($p, sub {
		$q->at($q->{now} + $seconds, sub {
			$q->leave($p);
			$act->();
		});
	});
	return;
}

sub busy {
	my ($q, $p) = @_;
	$q->account($p);
	return $q->{now} ? $p->{used} / $p->{servers} / $q->{now} : 0;
}

sub disk {
	my ($q, $seconds) = @_;
	return { seconds => $seconds, waiting => [] };
}

sub write_all {
	my ($q, $d) = @_;
	my $all = $d->{waiting};
	$d->{waiting} = [];
	$d->{writes} = 1;
	$q->at($q->{now} + $d->{seconds}, sub {
		$d->{writes} = 0;
		$q->write_all($d) if @{$d->{waiting}};
		$_->() for @$all;
	});
	return;
}

sub flush {
	my ($q, $d, $act) = @_;
	push @{$d->{waiting}}, $act;
	$q->write_all($d) if !$d->{writes};
	return;
}

sub exponential {
	my ($mean) = @_;
	return -$mean * log(1 - rand);
}

sub poisson {
	my ($q, $rate, $act) = @_;
	my $next;
	$next = sub {
		$q->at($q->{now} + exponential(1 / $rate), $next);
		$act->();
	};
	$q->at($q->{now} + exponential(1 / $rate), $next);
	return;
}

1;
