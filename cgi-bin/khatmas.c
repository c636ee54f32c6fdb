/*
 * Khatmas and taking part in them: khatmas/, khatmas/<id>/ with join/, leave/,
 * intentions/, invitations/, and search/khatmas/.
 */
#include "common/model/board.h"
#include "common/model/khatma.h"
#include "common/model/member.h"
#include "common/model/model.h"
#include "common/model/user.h"
#include "common/page.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"

/* Making and changing */

/* In the order of the KHATMA_… bits: bit i is field i. */
#define KHATMA_FIELDS(name_flags) \
	{ .name = "name", .flags = (name_flags), .min = 1, .max = 200, \
	    .offset = offsetof(struct khatma_input, name) }, \
	{ .name = "description", .flags = FIELD_NULLABLE | FIELD_LINES, \
	    .max = DESCRIPTION_MAX, \
	    .offset = offsetof(struct khatma_input, description) }, \
	{ .name = "khatma_type", .type = FIELD_CHOICE, \
	    .choices = khatma_types, \
	    .offset = offsetof(struct khatma_input, type) }, \
	{ .name = "target_days", .type = FIELD_INT, .min = 1, \
	    .max = TARGET_DAYS_MAX, \
	    .offset = offsetof(struct khatma_input, target_days) }, \
	{ .name = "is_public", .type = FIELD_BOOL, \
	    .offset = offsetof(struct khatma_input, is_public) }, \
	{ .name = "division", .type = FIELD_CHOICE, \
	    .choices = division_names, \
	    .offset = offsetof(struct khatma_input, division) }

static const char *const settable_statuses[] = {
	[KHATMA_ACTIVE] = "active", [KHATMA_PAUSED] = "paused", NULL
};

#define STATUS_FIELD \
	{ .name = "status", .type = FIELD_CHOICE, \
	    .choices = settable_statuses, \
	    .offset = offsetof(struct khatma_input, status) }

static const struct field create_fields[] = { KHATMA_FIELDS(FIELD_REQUIRED) };
static const struct field put_fields[] = {
	KHATMA_FIELDS(FIELD_REQUIRED), STATUS_FIELD
};
static const struct field patch_fields[] = { KHATMA_FIELDS(0), STATUS_FIELD };

/* A private khatma that would be public: the field is named, too. */
static enum err
explain(struct req *r, enum err e)
{
	if (e == ERR_PRIVATE_PUBLIC)
		req_wrong(r, "is_public", MSG_PRIVATE_PUBLIC);
	return e;
}

static enum err
write_object(struct req *r, struct json *j, const struct khatma *k)
{
	json_open(j, NULL, '{');
	khatma_write(j, k, r->who.today, r->who.lang);
	json_close(j);
	return OK;
}

static enum err
create(struct req *r)
{
	struct khatma_input in = { .description = "", .type = KHATMA_PRIVATE,
	    .target_days = 30, .division = DIV_JUZ };
	struct khatma k = { 0 };
	enum err e = req_fields(r, create_fields, COUNT_OF(create_fields), &in,
	    NULL);

	if (e == OK)
		e = khatma_create(r->db, r->arena, &r->who, &in, &k);
	if (e != OK)
		return explain(r, e);
	return write_object(r, reply_created(r, "/api/khatmas/#/", k.id), &k);
}

static enum err
update(struct req *r, const struct field *table, size_t n)
{
	struct khatma_input in = { 0 };
	struct khatma k = { 0 };
	uint64_t given = 0;
	enum err e = req_fields(r, table, n, &in, &given);

	if (e == OK)
		e = khatma_update(r->db, r->arena, &r->who, r->number[0], &in,
		    (unsigned)given, &k);
	if (e != OK)
		return explain(r, e);
	return write_object(r, reply_json(r, 200), &k);
}

static enum err
put(struct req *r)
{
	return update(r, put_fields, COUNT_OF(put_fields));
}

static enum err
patch(struct req *r)
{
	return update(r, patch_fields, COUNT_OF(patch_fields));
}

static enum err
delete(struct req *r)
{
	enum err e = khatma_delete(r->db, &r->who, r->number[0]);

	return e == OK ? reply_empty(r, 204) : e;
}

static enum err
show(struct req *r)
{
	struct khatma k;
	struct board b;
	struct json *j;
	enum err e = khatma_identify(r->db, r->arena, &r->token, &r->who,
	    r->number[0], &k);

	if (e == OK)
		e = board_read(r->db, r->arena, &k, &b);
	if (e != OK)
		return e;
	j = reply_json(r, 200);
	json_open(j, NULL, '{');
	khatma_write(j, &k, r->who.today, r->who.lang);
	json_bool(j, "can_join", khatma_can_join(&k));
	board_write(j, &k, &b, r->who.id, r->who.lang);
	json_close(j);
	return OK;
}

/* Lists */

static const char *const filters[] = {
	[LIST_ALL] = "", [LIST_MINE] = "my_khatmas",
	[LIST_PUBLIC] = "public", [LIST_JOINABLE] = "joinable",
	[LIST_COMPLETED] = "completed", NULL
};

static const char *const orders[] = {
	[ORDER_NEWEST] = "-created_at", [ORDER_OLDEST] = "created_at",
	[ORDER_LATEST_START] = "-start_date",
	[ORDER_EARLIEST_START] = "start_date",
	[ORDER_NAME] = "name", [ORDER_NAME_DOWN] = "-name", NULL
};

enum { UNSAID = -1, SEARCH_MAX = 200 };

struct list_input {
	int filter, order, type, status;
	const char *search;
};

static const struct field list_params[] = {
	{ .name = "filter", .type = FIELD_CHOICE, .choices = filters,
	    .offset = offsetof(struct list_input, filter) },
	{ .name = "ordering", .type = FIELD_CHOICE, .choices = orders,
	    .offset = offsetof(struct list_input, order) },
	{ .name = "khatma_type", .type = FIELD_CHOICE, .choices = khatma_types,
	    .offset = offsetof(struct list_input, type) },
	{ .name = "status", .type = FIELD_CHOICE, .choices = khatma_statuses,
	    .offset = offsetof(struct list_input, status) },
	{ .name = "search", .max = SEARCH_MAX,
	    .offset = offsetof(struct list_input, search) },
};

static const struct field search_params[] = {
	{ .name = "q", .max = SEARCH_MAX,
	    .offset = offsetof(struct list_input, search) },
	{ .name = "type", .type = FIELD_CHOICE, .choices = khatma_types,
	    .offset = offsetof(struct list_input, type) },
};

static enum err
list_of(struct req *r, struct list_input *in, const struct field *params,
    size_t n)
{
	struct khatma_list list = { 0 };
	struct khatma_query q;
	struct page page;
	struct json *j;
	enum err e = page_read(r, &page, params, n, in);

	if (e != OK)
		return e;
	q = (struct khatma_query){ .filter = (enum khatma_filter)in->filter,
	    .order = (enum khatma_order)in->order, .search = in->search,
	    .type = in->type == UNSAID ? NULL : khatma_types[in->type],
	    .status = in->status == UNSAID ? NULL :
	        khatma_statuses[in->status],
	    .part = &page.part };
	e = khatma_list(r->db, r->arena, &r->token, &r->who, &q, &list);
	if (e == OK)
		e = page_start(r, &page, list.total, &list.last, &j);
	if (e != OK)
		return e;
	for (size_t i = 0; i < list.n; i++) {
		json_open(j, NULL, '{');
		khatma_write(j, &list.item[i], r->who.today, r->who.lang);
		json_close(j);
	}
	return page_end(r, &page);
}

static enum err
list(struct req *r)
{
	struct list_input in = { .filter = LIST_ALL, .order = ORDER_NEWEST,
	    .type = UNSAID, .status = UNSAID };

	return list_of(r, &in, list_params, COUNT_OF(list_params));
}

static enum err
search(struct req *r)
{
	struct list_input in = { .filter = LIST_FOUND, .order = ORDER_NEWEST,
	    .type = UNSAID, .status = UNSAID };

	return list_of(r, &in, search_params, COUNT_OF(search_params));
}

/* Members */

struct join_input {
	int64_t chapter;
	const char *code;
};

static const struct field join_fields[] = {
	{ .name = "chapter", .type = FIELD_INT, .flags = FIELD_NULLABLE,
	    .min = 1, .max = CHAPTERS_MAX,
	    .offset = offsetof(struct join_input, chapter) },
	{ .name = "invite_code", .flags = FIELD_NULLABLE, .max = 64,
	    .offset = offsetof(struct join_input, code) },
};

static enum err
join(struct req *r)
{
	struct join_input in = { 0 };
	static const char *const message[LANG_COUNT] = {
		[LANG_EN] = "Successfully joined khatma",
		[LANG_AR] = "تم الانضمام إلى الختمة بنجاح",
	};
	struct json *j;
	enum err e = req_fields(r, join_fields, COUNT_OF(join_fields), &in,
	    NULL);

	if (e == OK)
		e = member_join(r->db, &r->who, r->number[0],
		    in.code && *in.code ? in.code : NULL, &in.chapter);
	if (e == ERR_CHAPTER_RANGE)
		return req_wrong(r, "chapter", MSG_CHAPTER);
	if (e != OK)
		return e;
	j = reply_created(r, "/api/khatmas/#/", r->number[0]);
	json_open(j, NULL, '{');
	json_text(j, "message", message[r->who.lang]);
	json_int(j, "chapter_assigned", in.chapter);
	json_close(j);
	return OK;
}

static enum err
leave(struct req *r)
{
	static const char *const message[LANG_COUNT] = {
		[LANG_EN] = "Successfully left khatma",
		[LANG_AR] = "تمت مغادرة الختمة بنجاح",
	};
	enum err e = member_leave(r->db, &r->who, r->number[0]);

	return e == OK ? reply_message(r, 200, message) : e;
}

static enum err
invite(struct req *r)
{
	char code[INVITE_CODE_MAX];
	struct json *j;
	int64_t id;
	enum err e = invitation_create(r->db, &r->who, r->number[0], &id,
	    code);

	if (e != OK)
		return e;
	j = reply_created(r, "/api/khatmas/#/invitations/", r->number[0]);
	json_open(j, NULL, '{');
	json_int(j, "id", id);
	json_int(j, "khatma", r->number[0]);
	json_text(j, "invite_code", code);
	json_text(j, "code", code);
	json_close(j);
	return OK;
}

struct intentions_input {
	struct texts list;
};

static const struct field intentions_fields[] = {
	{ .name = "intention", .type = FIELD_TEXTS, .flags = FIELD_REQUIRED,
	    .min = 1, .max = INTENTION_MAX, .most = INTENTIONS_MAX,
	    .offset = offsetof(struct intentions_input, list) },
};

static void
write_intentions(struct json *j, const struct texts *list)
{
	json_open(j, NULL, '{');
	json_open(j, "intention", '[');
	for (size_t i = 0; i < list->n; i++)
		json_text(j, NULL, list->item[i]);
	json_close(j);
	json_close(j);
}

static enum err
show_intentions(struct req *r)
{
	struct texts texts;
	enum err e = intentions_read(r->db, r->arena, &r->who, r->number[0],
	    &texts);

	if (e == OK)
		write_intentions(reply_json(r, 200), &texts);
	return e;
}

static enum err
wish(struct req *r)
{
	struct intentions_input in = { 0 };
	bool had;
	enum err e = req_fields(r, intentions_fields,
	    COUNT_OF(intentions_fields), &in, NULL);

	if (e == OK)
		e = intentions_write(r->db, &r->who, r->number[0], &in.list,
		    &had);
	if (e != OK)
		return e;
	write_intentions(had ? reply_json(r, 200) : reply_created(r,
	    "/api/khatmas/#/intentions/", r->number[0]), &in.list);
	return OK;
}

static const struct route routes[] = {
	{ GET, "khatmas", list, ROUTE_SELF, 3 },
	{ POST, "khatmas", create, ROUTE_BODY | ROUTE_CREATES, 0 },
	{ GET, "khatmas/#", show, ROUTE_SELF, 3 },
	{ PUT, "khatmas/#", put, ROUTE_BODY, 0 },
	{ PATCH, "khatmas/#", patch, ROUTE_BODY, 0 },
	{ DELETE, "khatmas/#", delete, 0, 0 },
	{ POST, "khatmas/#/join", join, ROUTE_CREATES, 0 },
	{ DELETE, "khatmas/#/leave", leave, 0, 0 },
	{ GET, "khatmas/#/intentions", show_intentions, 0, 2 },
	{ POST, "khatmas/#/intentions", wish, ROUTE_BODY | ROUTE_CREATES, 0 },
	{ POST, "khatmas/#/invitations", invite, ROUTE_CREATES, 0 },
	{ GET, "search/khatmas", search, ROUTE_SELF, 3 },
};

static const struct service service = {
	.name = "khatmas", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
