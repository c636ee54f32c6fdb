#include <stdlib.h>
#include <time.h>

#include "common/db.h"
#include "common/db_private.h"
#include "common/time.h"

enum { PAUSE_MAX_MS = 20 };

static enum err
try_once(struct db *db, db_fn *fn, void *arg)
{
	enum err e = db_begin(db);

	if (e != OK)
		return e;
	e = fn(db, arg);
	if (e == OK) {
		e = db_commit(db);
		if (e != OK && db_is_lost(db))
			return ERR_OUTCOME_UNKNOWN;
	}
	if (e != OK)
		db_rollback(db);
	return e;
}

void
db_pause(void)
{
	unsigned seed = (unsigned)time_monotonic();
	struct timespec t = { .tv_nsec =
	    (long)(1 + rand_r(&seed) % PAUSE_MAX_MS) * 1000000L };

	nanosleep(&t, NULL);
}

enum err
db_tx(struct db *db, db_fn *fn, void *arg)
{
	int64_t deadline = time_monotonic() + DB_RETRY_USEC;
	enum err e;

	if (db_in_tx(db))
		return fn(db, arg);
	for (;;) {
		e = try_once(db, fn, arg);
		if (e != ERR_RETRY && !(e == ERR_DATABASE_AWAY &&
		    db_is_lost(db)))
			return e;
		if (time_monotonic() > deadline)
			return ERR_DATABASE_AWAY;
		db_pause();
	}
}
