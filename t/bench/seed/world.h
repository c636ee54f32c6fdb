/*
 * The readers and khatmas of the data set that benches measure: always the
 * same for a size and a day, and made khatma by khatma, so that none but the
 * readers' histories are ever in memory.
 *
 * Users 1 to N, khatmas 1 to N. Khatma 1 is user 1's own, with 10,000 readings
 * on 3,334 days, khatma 2 is user 2's, with ten. User 3 has made up to a
 * thousand groups and joined as many. All others are alike: each takes part in
 * ten khatmas, spread over the last two years.
 */
#ifndef KHATMA_BENCH_WORLD_H
#define KHATMA_BENCH_WORLD_H

#include <stdbool.h>
#include <stdint.h>

enum {
	MEMBERS = 10, PARTS = 30, READINGS_MAX = 10240,
	MANY_READINGS = 10000, FEW_READINGS = 10,
	ZONES = 7
};

struct world {
	uint32_t n;		/* users, and khatmas */
	int64_t now;		/* seconds since 1970: nothing is later */
};

struct reading {
	uint64_t id;
	uint32_t user;
	int part;		/* from 0 */
	bool completed;
	int64_t at, day;	/* seconds; the reader's own day */
};

enum state { FREE, CLAIMED, COMPLETED };

struct part {
	enum state state;
	int member;
	int reading;		/* the one that completed it; -1: none */
};

struct khatma {
	uint32_t id;
	int members;
	uint32_t member[MEMBERS];	/* the first is the creator */
	int64_t joined[MEMBERS];
	bool is_private, is_public, paused;
	int completed_by;		/* a reading; -1: not completed */
	int64_t created, changed;
	struct part part[PARTS];
	int readings;
	struct reading reading[READINGS_MAX];
};

/* An even spread of bits for a and b, always the same. */
uint64_t mixed(uint64_t a, uint64_t b);

/* The IANA name of a user's zone; none of them changes its clocks. */
const char *zone_of(uint32_t user);

/* A user's own day of an instant, in days since 1970. */
int64_t day_of(uint32_t user, int64_t at);

/* When a user has signed up; before all else that he has done. */
int64_t joined_of(const struct world *w, uint32_t user);

/*
 * Khatma id of the world into *k. The readings are numbered from *next, which
 * is then behind them: so khatmas are made in order, from 1 with *next = 1.
 */
void khatma_make(const struct world *w, uint32_t id, uint64_t *next,
    struct khatma *k);

#endif
