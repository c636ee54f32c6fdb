/*
 * Health: health/live/ says that the process answers, health/ready/ that the
 * database does and that the schema is the one this program works with.
 */
#include "common/model/model.h"
#include "common/model/user.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"

static enum err
live(struct req *r)
{
	struct json *j = reply_json(r, 200);

	json_open(j, NULL, '{');
	json_text(j, "status", "ok");
	json_close(j);
	return OK;
}

static enum err
ready(struct req *r)
{
	struct json *j;
	int64_t version;
	enum err e = schema_check(r->db, &version);

	if (e != OK)
		return e;
	j = reply_json(r, 200);
	json_open(j, NULL, '{');
	json_text(j, "status", "ok");
	json_int(j, "schema_version", version);
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
