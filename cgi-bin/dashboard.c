/* The dashboard: dashboard/. */
#include "common/model/model.h"
#include "common/model/stats.h"
#include "common/model/user.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"

static void
write_lists(struct json *j, const struct req *r, const struct dashboard *d)
{
	json_open(j, "active_khatmas", '[');
	for (size_t i = 0; i < d->khatmas.n; i++) {
		json_open(j, NULL, '{');
		khatma_write(j, &d->khatmas.item[i], r->who.today, r->who.lang);
		json_close(j);
	}
	json_close(j);
	json_open(j, "recent_sessions", '[');
	for (size_t i = 0; i < d->nsessions; i++)
		session_write(j, &d->session[i], r->who.lang);
	json_close(j);
	json_open(j, "unread_notifications", '[');
	for (size_t i = 0; i < d->notifications.n; i++)
		notification_write(j, &d->notifications.item[i], r->who.lang);
	json_close(j);
}

static enum err
show(struct req *r)
{
	struct dashboard d;
	struct json *j;
	enum err e = dashboard_read(r->db, r->arena, &r->token, &r->who, &d);

	if (e != OK)
		return e;
	j = reply_json(r, 200);
	json_open(j, NULL, '{');
	write_lists(j, r, &d);
	json_int(j, "unread_count", d.notifications.total);
	json_int(j, "today_chapters", d.today_chapters);
	json_int(j, "weekly_chapters", d.weekly_chapters);
	/* the older names of the same two numbers, for existing clients */
	json_int(j, "today_pages", d.today_chapters);
	json_int(j, "weekly_pages", d.weekly_chapters);
	json_int(j, "total_khatmas", d.total_khatmas);
	json_int(j, "current_streak", d.current_streak);
	json_close(j);
	return OK;
}

static const struct route routes[] = {
	{ GET, "dashboard", show, ROUTE_SELF, 4 },
};

static const struct service service = {
	.name = "dashboard", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
