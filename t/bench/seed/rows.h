/*
 * The rows of each table, as LOAD DATA reads them: a line a row, tabs between
 * columns, \N for NULL, in the order of the primary key.
 */
#ifndef KHATMA_BENCH_ROWS_H
#define KHATMA_BENCH_ROWS_H

#include "t/bench/seed/world.h"

struct arena;

/* What is needed to write rows. */
struct writer {
	struct world w;
	struct arena *arena;	/* reset after each khatma or user */
	const char *password;	/* the hash that all users have */
	void (*progress)(const char *table, uint32_t done, uint32_t of);
};

struct table {
	const char *name;
	const char *columns;	/* as after LOAD DATA … INTO TABLE name */
	bool (*write)(struct writer *);	/* false: no memory */
};

/* All tables that have rows; the last has no name. */
extern const struct table tables[];

#endif
