/*
 * What a reader's history comes to: the columns of users that are kept, and the
 * achievements, both by the rules of t/fsck.sql.
 */
#ifndef KHATMA_BENCH_HISTORY_H
#define KHATMA_BENCH_HISTORY_H

#include <stddef.h>

#include "t/bench/seed/world.h"

/* A completed reading, small, for there are ten million of them. */
struct past {
	uint32_t at;		/* seconds since 1970 */
	uint32_t session;
	uint32_t khatma;
	uint32_t part;
};

/* All completed readings, those of user u from first[u] to first[u + 1]. */
struct histories {
	struct past *past;
	size_t *first;
	struct past *finished;	/* the first completed khatma of each user */
	uint16_t *khatmas;	/* and how many */
};

enum award {
	FIRST_KHATMA, STREAK_7, STREAK_30, CHAPTER_MASTER, CONSISTENT, AWARDS
};

extern const char *const award_names[AWARDS];

struct kept {
	size_t chapters;
	int juz, longest;
	int64_t first_day, last_day;	/* of the latest run, if longest > 0 */
	const struct past *award[AWARDS];	/* what earned it, or NULL */
};

/* Read the world once. False when there is no memory. */
bool histories_make(const struct world *w, struct histories *h);

/* Add up one user; his history is sorted by time meanwhile. */
void history_add_up(const struct histories *h, uint32_t user, struct kept *k);

#endif
