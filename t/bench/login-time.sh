#!/bin/sh
# login-time.sh - whether the time of a refused login tells if the address has
# an account. No test: other work on the machine shows in it, and a person reads
# what it says.
#
#	make && t/bench/login-time.sh
#
# Starts a service of its own and sends $PAIRS (200) pairs of logins with a
# wrong password, one for an address with an account and one for an address
# without, taking turns at who is first. No address gets more than two, so that
# none is blocked. Prints both medians, how far they are apart and how probable
# that is by chance alone (Mann-Whitney), and whether the answers are the same
# byte for byte. Exit status 1 when the medians are more than 5 % apart, p is
# 0.01 or less, or an answer differs.
#
#	PAIRS		of logins (200)
#	BUILD		where the programs are (build)

. "$(dirname "$0")/service.sh"

PAIRS=${PAIRS:-200}

# refused WHO N: its seconds go to a file, its answer to another.
refused() {
	ask POST login/ '' \
	    "{\"email\": \"$1-$2@example.com\", \"password\": \"not it\"}" \
	    -D "$scratch/headers" -o "$scratch/body" -w '%{time_total}\n' \
	    >>"$scratch/$1.times"
	{
		grep -ivE '^(Date|X-Request-Id):' "$scratch/headers"
		sed 's/"request_id":"[^"]*"//' "$scratch/body"
		echo
	} >>"$scratch/$1.answers"
}

measure() {
	for n in $(seq "$PAIRS"); do
		who=$(((n + 1) / 2))	# each address twice
		if [ $((n % 2)) = 0 ]; then
			refused known "$who"
			refused unknown "$who"
		else
			refused unknown "$who"
			refused known "$who"
		fi
	done
}

# The rank sum of the times of "known" among all, by the normal distribution
# (Abramowitz and Stegun 26.2.17); equal times share their ranks.
judge() {
	sort -n "$scratch/known.times" >"$scratch/known.sorted"
	sort -n "$scratch/unknown.times" >"$scratch/unknown.sorted"
	{
		sed 's/$/ 1/' "$scratch/known.times"
		sed 's/$/ 0/' "$scratch/unknown.times"
	} | sort -n | awk -v n="$PAIRS" \
	    -v known="$(median known)" -v unknown="$(median unknown)" '
	function share(last, k) {
		for (k = first; k <= last; k++)
			sum += mine[k] * (first + last) / 2
		first = last + 1
	}
	function tail(z, t) {
		t = 1 / (1 + 0.2316419 * z)
		return exp(-z * z / 2) / sqrt(2 * 3.14159265358979) * t * \
		    (0.319381530 + t * (-0.356563782 + t * (1.781477937 + \
		    t * (-1.821255978 + t * 1.330274429))))
	}
	BEGIN { first = 1 }
	NR > 1 && $1 != before { share(NR - 1) }
	{ before = $1; mine[NR] = $2 }
	END {
		share(NR)
		u = sum - n * (n + 1) / 2
		z = (u - n * n / 2) / sqrt(n * n * (2 * n + 1) / 12)
		p = 2 * tail(z < 0 ? -z : z)
		apart = (known - unknown) / unknown * 100
		printf "with an account     %8.3f ms\n", known * 1000
		printf "without an account  %8.3f ms\n", unknown * 1000
		printf "apart               %+8.2f %%\n", apart
		printf "p                   %8.3f\n", p
		exit (apart > 5 || apart < -5 || p <= 0.01)
	}'
}

median() {
	awk '{ t[NR] = $1 } END {
		print (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2
	}' "$scratch/$1.sorted"
}

# shellcheck disable=SC2119 # its arguments are not ours
service_up
accounts known "$PAIRS"
measure
bad=0
judge || bad=1
if cmp "$scratch/known.answers" "$scratch/unknown.answers"; then
	echo "all $PAIRS answers are the same"
else
	bad=1
fi
grep -c '^HTTP/1.1 401' "$scratch/known.answers" |
    sed 's/$/ of them are 401/'
exit $bad
