/*
 * seed - the rows of a data set of any size, for benches: see world.h, and
 * t/bench/seed.sh, which loads them.
 *
 *	seed tables		the tables, in the order of loading
 *	seed columns TABLE	what stands in a row
 *	seed TABLE N DAY	the rows of N users and N khatmas, for a day
 *				(YYYY-MM-DD) that begins just now
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/passwd.h"
#include "common/time.h"
#include "t/bench/seed/rows.h"

enum { ARENA_CAP = 1 << 20, BAR = 40, USERS_MIN = 100, USERS_MAX = 20000000 };

/* A bar for a person who waits; nothing for a file. */
static void
progress(const char *table, uint32_t done, uint32_t of)
{
	static const char full[] = "########################################";
	int now = (int)((uint64_t)done * BAR / of);

	if (now != (int)((uint64_t)(done - 1) * BAR / of) && isatty(2))
		fprintf(stderr, "\r%-15s [%-*.*s]%s", table, BAR, now, full,
		    done == of ? "\n" : "");
}

static const struct table *
table_of(const char *name)
{
	const struct table *t = tables;

	while (t->name && strcmp(t->name, name) != 0)
		t++;
	return t->name ? t : NULL;
}

static int
write_table(const struct table *t, const char *n, const char *day)
{
	static const struct passwd_cost cost = { .memory = PASSWD_MEMORY_MIN,
	    .passes = PASSWD_PASSES_MIN, .lanes = 1 };
	char phc[PASSWD_PHC_MAX];
	long users = strtol(n, NULL, 10);
	struct writer x = { .arena = arena_new(ARENA_CAP), .password = phc,
	    .progress = progress };

	if (users < USERS_MIN || users > USERS_MAX ||
	    !time_parse_day(day, &x.w.now))
		return 2;
	x.w.n = (uint32_t)users;
	x.w.now *= SECS_PER_DAY;
	if (x.arena == NULL || passwd_hash(&cost, "read-and-rise", phc) != OK)
		return 1;
	return t->write(&x) && fflush(stdout) == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct table *t = argc > 2 && strcmp(argv[1], "columns") == 0 ?
	    table_of(argv[2]) : argc == 4 ? table_of(argv[1]) : NULL;

	if (argc == 2 && strcmp(argv[1], "tables") == 0)
		for (t = tables; t->name; t++)
			puts(t->name);
	else if (t && argc == 3)
		puts(t->columns);
	else if (t)
		return write_table(t, argv[2], argv[3]);
	else
		return 2;
	return 0;
}
