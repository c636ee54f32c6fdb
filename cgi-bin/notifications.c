/* Notifications: the list, and marking one or all as read. */
#include "common/model/model.h"
#include "common/model/notification.h"
#include "common/model/user.h"
#include "common/page.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"

static const char *const truths[] = {
	[NOTIFIED_ALL] = "", [NOTIFIED_UNREAD] = "false",
	[NOTIFIED_READ] = "true", NULL
};

struct list_input {
	int filter;
};

static const struct field list_params[] = {
	{ .name = "is_read", .type = FIELD_CHOICE, .choices = truths,
	    .offset = offsetof(struct list_input, filter) },
};

static enum err
list(struct req *r)
{
	struct list_input in = { .filter = NOTIFIED_ALL };
	struct notification_list list = { 0 };
	struct page page;
	struct json *j;
	enum err e = page_read(r, &page, list_params, COUNT_OF(list_params),
	    &in);

	if (e != OK)
		return e;
	e = notification_list(r->db, r->arena, &r->token, &r->who,
	    (enum notification_filter)in.filter, &page.part, &list);
	if (e == OK)
		e = page_start(r, &page, list.total, &list.last, &j);
	if (e != OK)
		return e;
	for (size_t i = 0; i < list.n; i++)
		notification_write(j, &list.item[i], r->who.lang);
	return page_end(r, &page);
}

static enum err
read_one(struct req *r)
{
	struct notification n;
	enum err e = notification_read(r->db, r->arena, r->who.id,
	    r->number[0], &n);

	if (e == OK)
		notification_write(reply_json(r, 200), &n, r->who.lang);
	return e;
}

static enum err
read_all(struct req *r)
{
	static const char *const message[LANG_COUNT] = {
		[LANG_EN] = "All notifications are marked as read",
		[LANG_AR] = "تم تعليم جميع الإشعارات كمقروءة",
	};
	struct json *j;
	int64_t count;
	enum err e = notification_read_all(r->db, r->who.id, &count);

	if (e != OK)
		return e;
	j = reply_json(r, 200);
	json_open(j, NULL, '{');
	json_text(j, "message", message[r->who.lang]);
	json_int(j, "updated", count);
	json_close(j);
	return OK;
}

static const struct route routes[] = {
	{ GET, "notifications", list, ROUTE_SELF, 1 },
	{ PATCH, "notifications/#/read", read_one, 0, 0 },
	{ PATCH, "notifications/mark-all-read", read_all, 0, 0 },
};

static const struct service service = {
	.name = "notifications", .routes = routes,
	.nroutes = COUNT_OF(routes), .identify = user_identify,
	.sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
