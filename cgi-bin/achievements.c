/* Achievements: achievements/, achievements/user/<id>/. */
#include "common/model/achievement.h"
#include "common/model/model.h"
#include "common/model/user.h"
#include "common/page.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"

static void
write_one(struct json *j, const struct achievement *a, enum lang lang)
{
	json_open(j, NULL, '{');
	json_int(j, "id", a->id);
	json_text(j, "achievement_type", a->type);
	json_text(j, "achievement_display",
	    achievement_display(a->type, lang));
	json_text(j, "earned_at", a->earned_at);
	json_id(j, "khatma", a->khatma);
	json_text(j, "khatma_name", a->khatma_name);
	json_close(j);
}

static enum err
list_of(struct req *r, int64_t user)
{
	struct achievement_list list = { 0 };
	struct page page;
	struct json *j;
	enum err e = page_read(r, &page, NULL, 0, NULL);

	if (e == OK)
		e = achievement_list(r->db, r->arena, r->who.id, user,
		    page.part.offset, page.part.limit, &list);
	if (e == OK)
		e = page_start(r, &page, list.total, NULL, &j);
	if (e != OK)
		return e;
	for (size_t i = 0; i < list.n; i++)
		write_one(j, &list.item[i], r->who.lang);
	return page_end(r, &page);
}

static enum err
own(struct req *r)
{
	return list_of(r, r->who.id);
}

static enum err
of_user(struct req *r)
{
	return list_of(r, r->number[0]);
}

static const struct route routes[] = {
	{ GET, "achievements", own, 0, 2 },
	{ GET, "achievements/user/#", of_user, 0, 2 },
};

static const struct service service = {
	.name = "achievements", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
