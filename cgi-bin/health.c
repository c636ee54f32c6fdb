/*
 * Health: health/live/ says that the process answers, health/ready/ that the
 * database does and that the schema is the one this program works with, and by
 * how much the two clocks differ.
 */
#include <stdlib.h>

#include "common/log.h"
#include "common/model/model.h"
#include "common/model/user.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"
#include "common/time.h"

/*
 * What is written down, and each reader's day, goes by the database's clock.
 * Only tokens go by that of the host that makes or sees them, and two hosts
 * that differ by more than half a minute refuse each other's.
 */
enum { SKEW_SECONDS = 5, SKEW_PAUSE_SECONDS = 60 };

static enum err
live(struct req *r)
{
	struct json *j = reply_json(r, 200);

	json_open(j, NULL, '{');
	json_text(j, "status", "ok");
	json_close(j);
	return OK;
}

/* Seconds that our clock is ahead; once a minute the log has them, too. */
static int64_t
skew_of(int64_t database_now)
{
	static int64_t told;
	int64_t skew = (time_now() - database_now) / USEC_PER_SEC;
	int64_t now = time_monotonic();

	if (llabs(skew) >= SKEW_SECONDS &&
	    (told == 0 || now - told >= SKEW_PAUSE_SECONDS * USEC_PER_SEC)) {
		told = now;
		log_event("clock_skew", skew,
		    "seconds that this host is ahead of the database");
	}
	return skew;
}

static enum err
ready(struct req *r)
{
	struct json *j;
	int64_t version, now;
	enum err e = schema_check(r->db, &version, &now);

	if (e != OK)
		return e;
	j = reply_json(r, 200);
	json_open(j, NULL, '{');
	json_text(j, "status", "ok");
	json_int(j, "schema_version", version);
	json_int(j, "clock_skew", skew_of(now));
	json_close(j);
	return OK;
}

static const struct route routes[] = {
	{ GET, "health/live", live, ROUTE_OPEN, 0 },
	{ GET, "health/ready", ready, ROUTE_OPEN, 1 },
};

static const struct service service = {
	.name = "health", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
