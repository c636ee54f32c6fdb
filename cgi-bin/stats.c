/* Statistics: stats/user/, stats/user/<id>/, stats/khatma/<id>/. */
#include "common/model/model.h"
#include "common/model/stats.h"
#include "common/model/user.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"

static enum err
own(struct req *r)
{
	struct user_stats s;
	enum err e = stats_identify(r->db, &r->token, &r->who, &s);

	if (e == OK)
		user_stats_write(reply_json(r, 200), &s);
	return e;
}

static enum err
of_user(struct req *r)
{
	struct user_stats s = { 0 };
	enum err e = stats_user(r->db, &r->who, r->number[0], &s);

	if (e == OK)
		user_stats_write(reply_json(r, 200), &s);
	return e;
}

static enum err
of_khatma(struct req *r)
{
	struct khatma_stats s;
	enum err e = stats_khatma(r->db, r->arena, &r->who, r->number[0], &s);

	if (e == OK)
		khatma_stats_write(reply_json(r, 200), &s, r->who.today,
		    r->who.lang);
	return e;
}

static const struct route routes[] = {
	{ GET, "stats/user", own, ROUTE_SELF, 1 },
	{ GET, "stats/user/#", of_user, 0, 2 },
	{ GET, "stats/khatma/#", of_khatma, 0, 2 },
};

static const struct service service = {
	.name = "stats", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
