#include "common/model/streak.h"

#include <stdlib.h>

#include "t/tap.h"

#define DAYS(...)	(const int64_t[]){ __VA_ARGS__ },		\
	sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)

static void
check(const int64_t *days, size_t n, const struct streak *want,
    const char *name)
{
	struct streak s = streak_of(days, n);

	is_int(s.longest, want->longest, "%s: the longest run", name);
	is_int(s.densest, want->densest, "%s: the densest window", name);
	is_int(s.first, want->first, "%s: the latest run begins", name);
	is_int(s.last, want->last, "%s: and ends", name);
}

#define WANT(...)	&(struct streak){ __VA_ARGS__ }

static void
test_runs(void)
{
	struct streak none = streak_of(NULL, 0);

	is_int(none.longest, 0, "no day is no run");
	is_int(none.densest, 0, "nor a window");
	check(DAYS(20000), WANT(20000, 20000, 1, 1), "one day");
	check(DAYS(1, 2), WANT(1, 2, 2, 2), "two days");
	check(DAYS(1, 3), WANT(3, 3, 1, 2), "two days with a gap");
	check(DAYS(1, 2, 3, 5, 6), WANT(5, 6, 3, 5), "the first run longest");
	check(DAYS(1, 3, 4, 5), WANT(3, 5, 3, 4), "the last run longest");
	check(DAYS(1, 2, 4, 5), WANT(4, 5, 2, 4), "two runs alike");
	check(DAYS(1, 2, 4, 5, 6, 7, 9), WANT(9, 9, 4, 7), "one in between");
	check(DAYS(1, 10, 20), WANT(20, 20, 1, 3), "no two days in a row");
	check(DAYS(-2, -1, 0, 1), WANT(-2, 1, 4, 4), "over the year 1970");
}

/* The window is 28 days: its first day and its 28th, but not the 29th. */
static void
test_window(void)
{
	check(DAYS(1, 28), WANT(28, 28, 1, 2), "a window's first and last");
	check(DAYS(1, 29), WANT(29, 29, 1, 1), "a day behind it");
	check(DAYS(1, 2, 29, 30), WANT(29, 30, 2, 2), "a window that moves");
	check(DAYS(1, 2, 3, 28, 29, 30), WANT(28, 30, 3, 4),
	    "the densest is in the middle");
}

/* A thousand days of chance against the definition, counted plainly. */
static void
test_plain(void)
{
	int64_t days[1000], longest = 0, densest = 0, run = 0;
	uint32_t random = 12345;
	size_t n = 0;
	struct streak s;

	for (int64_t day = 0; day < 1500 && n < 1000; day++) {
		random = random * 1103515245 + 12345;
		if (random >> 30)	/* three of four */
			days[n++] = day;
	}
	for (size_t i = 0; i < n; i++) {
		int64_t within = 0;

		run = i > 0 && days[i] == days[i - 1] + 1 ? run + 1 : 1;
		longest = run > longest ? run : longest;
		for (size_t k = i; k < n && days[k] < days[i] + 28; k++)
			within++;
		densest = within > densest ? within : densest;
	}
	s = streak_of(days, n);
	is_int(s.longest, longest, "the longest run of %zu days", n);
	is_int(s.densest, densest, "and the densest of their windows");
	is_int(s.last - s.first + 1, run, "and their latest run");
}

static void
test_current(void)
{
	is_int(streak_current(10, 16, 16), 7, "a run that ends today");
	is_int(streak_current(10, 16, 17), 7, "a run that ended yesterday");
	is_int(streak_current(10, 16, 18), 0, "not one of the day before");
	is_int(streak_current(10, 16, 400), 0, "nor of long ago");
	is_int(streak_current(16, 16, 16), 1, "one day, today");
	is_int(streak_current(16, 16, 17), 1, "one day, yesterday");
	is_int(streak_current(10, 16, 15), 7,
	    "a last day ahead of today counts: the reader has flown west");
}

int
main(void)
{
	test_runs();
	test_window();
	test_plain();
	test_current();
	return done_testing();
}
