#!/bin/sh
# The simulation behind docs/scaling-beyond.md finds what queueing theory can
# reckon, so what it says of more than that may be believed.
# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/tap.sh"

# mean ARRIVALS SERVERS TIME: the mean time until served, in milliseconds, where
# so many arrive in a second and TIME is Perl for the seconds that one takes.
mean() {
	perl -I"$root/t/sim" -MQueue=exponential,poisson -e '
		my ($rate, $servers, $time) = @ARGV;
		my ($sum, $n) = (0, 0);
		srand 1447;
		my $q = Queue->new;
		my $p = $q->place($servers);
		poisson($q, $rate, sub {
			my $start = $q->now;
			$q->serve($p, eval $time, sub {
				$sum += $q->now - $start;
				$n++;
			});
		});
		$q->run(300000 / $rate);
		printf "%.3f %.3f\n", 1000 * $sum / $n, $q->busy($p);' "$@"
}

# near WANT SHARE GOT: GOT is WANT but for this share of it
near() {
	awk -v want="$1" -v share="$2" -v got="$3" 'BEGIN {
		print got, "for", want
		d = got - want
		exit !((d < 0 ? -d : d) <= want * share)
	}'
}

# M/M/1 at 80 %: 1 / (mu - lambda) = 1 / (1000 - 800) s
found=$(mean 800 1 'exponential(0.001)')
ok 'one server, any times: the mean time is 1 / (mu - lambda)' \
    near 5 0.05 "${found% *}"
ok 'and it is busy for lambda / mu' near 0.8 0.01 "${found#* }"

# M/D/1 at 80 %: s + rho s / (2 (1 - rho)) = 1 + 0.8 / 0.4 ms
found=$(mean 800 1 0.001)
ok 'one server, always the same time: half as long in the queue' \
    near 3 0.04 "${found% *}"

# M/M/4 at 75 %: Erlang C of 3 erlangs and 4 servers is 0.509434, and the mean
# s + C s / (4 - 3) = 1 + 0.509434 ms
found=$(mean 3000 4 'exponential(0.001)')
ok 'four servers: the queue that Erlang reckoned' \
    near 1.509434 0.03 "${found% *}"

# A flush at a time, 1 ms each, for a crowd that never leaves the disk idle: who
# comes waits half a flush in the mean and then one. A lonely one waits for one.
flushes() {
	perl -I"$root/t/sim" -MQueue=poisson -e '
		my ($rate) = @ARGV;
		my ($sum, $n) = (0, 0);
		srand 1447;
		my $q = Queue->new;
		my $d = $q->disk(0.001);
		poisson($q, $rate, sub {
			my $start = $q->now;
			$q->flush($d, sub {
				$sum += $q->now - $start;
				$n++;
			});
		});
		$q->run(100000 / $rate);
		printf "%.4f\n", 1000 * $sum / $n;' "$1"
}
ok 'a crowd shares the flushes of the disk, and waits one and a half' \
    near 1.5 0.01 "$(flushes 20000)"
ok 'and a lonely one has its own' near 1 0.01 "$(flushes 5)"

# --- The evening -------------------------------------------------------------

evening() {
	perl "$root/t/sim/evening.pl" "$@"
}

# a small machine and few watchers, for there is less to simulate
sed 's/^cores.*/cores 1/; s/^watchers.*/watchers 1000/; s/^seconds.*/seconds 1/' \
    "$root/t/sim/evening.conf" >"$scratch/small"
evening "$root/t/sim/costs" "$scratch/small" >"$scratch/one"
evening "$root/t/sim/costs" "$scratch/small" >"$scratch/two"
ok 'the evening can be played to its end' \
    grep -q '^within 10 s' "$scratch/one"
ok 'and is the same when it is played again' \
    cmp "$scratch/one" "$scratch/two"
like "$(cat "$scratch/one")" '^ +100000000 ' 'for a hundred million readers, too'

# Two visits a day, all in the one hour of one zone: 2 N / 3600 visits a second.
cat >"$scratch/plain" <<-'END'
visits	2
burst	1
zone	0	1
hour	21	1
visit	one	1
seconds	1
END
printf 'request\tone\t100\t100\t800\t1000\n' >"$scratch/costs"
like "$(evening "$scratch/costs" "$scratch/plain" | grep -m 1 '^ *1000000 ')" \
    '^ +1000000 +556 ' 'its requests are as many as the readers make'

done_testing
