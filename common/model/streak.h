/*
 * Days and streaks (contract, section 6), from nothing but the days.
 */
#ifndef KHATMA_STREAK_H
#define KHATMA_STREAK_H

#include <stddef.h>
#include <stdint.h>

struct streak {
	int64_t first, last;	/* days of the latest run, if there is one */
	int64_t longest;	/* days in the longest run; 0 without any day */
	int64_t densest;	/* most days within DENSE_WINDOW in a row */
};

#define DENSE_WINDOW	28
#define DENSE_DAYS	20	/* of those, for consistent_reader */

/*
 * The runs of n days that count, in ascending order, each once. A run is a
 * sequence of days of which each follows the one before.
 */
struct streak streak_of(const int64_t *days, size_t n);

/*
 * The current streak on a day: the length of the latest run when it ends
 * today or yesterday, else 0. A last day ahead of today (the reader has flown
 * west since) counts as today.
 */
int64_t streak_current(int64_t first, int64_t last, int64_t today);

#endif
