/* How long the database may keep somebody waiting. */
#include <stdlib.h>
#include <time.h>

#include "common/db.h"
#include "common/db_private.h"
#include "common/time.h"

enum { PAUSE_MAX_MS = 20 };

bool
db_patience_left(const struct db_patience *p)
{
	return p->waited < DB_PATIENCE_USEC && time_monotonic() >= p->rest_until;
}

void
db_patience_spent(struct db_patience *p, int64_t start, bool lost)
{
	int64_t now = time_monotonic();

	p->waited += now - start;
	if (lost && now - start >= DB_SILENT_USEC)
		p->rest_until = now + DB_REST_USEC;
}

void
db_patience_sleep(struct db_patience *p)
{
	int64_t start = time_monotonic();
	unsigned seed = (unsigned)start;
	struct timespec t = { .tv_nsec =
	    (long)(1 + rand_r(&seed) % PAUSE_MAX_MS) * 1000000L };

	nanosleep(&t, NULL);
	p->waited += time_monotonic() - start;
}

bool
db_patience_pause(struct db_patience *p, int64_t start, bool lost)
{
	int64_t now = time_monotonic();

	if (now - start < DB_RETRY_USEC) {
		db_patience_sleep(p);
		return true;
	}
	if (lost)
		p->rest_until = now + DB_REST_USEC;
	return false;
}
