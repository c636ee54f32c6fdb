/* Reading: khatmas/<id>/sessions/ and one's own log, sessions/. */
#include <inttypes.h>

#include "common/arena.h"
#include "common/model/model.h"
#include "common/model/quran.h"
#include "common/model/reading.h"
#include "common/model/user.h"
#include "common/page.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"
#include "common/time.h"

enum { AHEAD_MINUTES = 5, BACK_DAYS = 7 };

struct session_input {
	int64_t chapter;
	bool is_completed;
	const char *date;
};

static const struct field session_fields[] = {
	{ .name = "chapter_assigned", .type = FIELD_INT,
	    .flags = FIELD_REQUIRED, .min = 1, .max = CHAPTERS_MAX,
	    .offset = offsetof(struct session_input, chapter) },
	{ .name = "is_completed", .type = FIELD_BOOL,
	    .offset = offsetof(struct session_input, is_completed) },
	{ .name = "reading_date", .flags = FIELD_NULLABLE, .max = 40,
	    .offset = offsetof(struct session_input, date) },
};

/* A day alone: today is now, an earlier one is its noon. */
static enum err
read_day(struct req *r, int64_t day, struct reading *reading)
{
	const struct who *who = &r->who;

	if (day > who->today)
		return req_wrong(r, "reading_date", MSG_DATE_AHEAD);
	if (day < who->today - BACK_DAYS)
		return req_wrong(r, "reading_date", MSG_DATE_OLD);
	reading->day = day;
	reading->when = day == who->today ? who->now :
	    time_local_noon(who->zone, day);
	return OK;
}

static enum err
read_instant(struct req *r, int64_t when, struct reading *reading)
{
	const struct who *who = &r->who;

	if (when > who->now + AHEAD_MINUTES * 60 * USEC_PER_SEC)
		return req_wrong(r, "reading_date", MSG_DATE_AHEAD);
	if (when < who->now - BACK_DAYS * SECS_PER_DAY * USEC_PER_SEC)
		return req_wrong(r, "reading_date", MSG_DATE_OLD);
	reading->when = when;
	/* a clock that is fast does not bring tomorrow */
	reading->day = time_local_day(who->zone,
	    when < who->now ? when : who->now);
	return OK;
}

static enum err
read_date(struct req *r, const char *date, struct reading *reading)
{
	int64_t t;
	enum err e;

	if (date == NULL || *date == '\0')
		e = read_instant(r, r->who.now, reading);
	else if (time_parse_day(date, &t))
		e = read_day(r, t, reading);
	else if (time_parse(date, &t))
		e = read_instant(r, t, reading);
	else
		e = req_wrong(r, "reading_date", MSG_DATE);
	reading->counts_day = reading->day >= r->who.today - 1;
	return e;
}

static enum err
wrong_chapter(struct req *r, int64_t total)
{
	const char *values[] = { "1",
	    arena_printf(r->arena, "%" PRId64, total), NULL };

	return field_wrong(&r->errors, "chapter_assigned", MSG_RANGE, values);
}

static enum err
answer(struct req *r, const struct recorded *done)
{
	session_write(done->is_new ?
	    reply_created(r, "/api/khatmas/#/sessions/", r->number[0]) :
	    reply_json(r, 200), &done->session, r->who.lang);
	return OK;
}

static enum err
create(struct req *r)
{
	struct session_input in = { .is_completed = true };
	struct reading reading = { .khatma = r->number[0] };
	struct recorded done;
	enum err e = req_fields(r, session_fields, COUNT_OF(session_fields),
	    &in, NULL), dated = read_date(r, in.date, &reading);

	if (e != OK || dated != OK)
		return e != OK ? e : dated;
	reading.chapter = in.chapter;
	reading.is_completed = in.is_completed;
	e = reading_record(r->db, r->arena, &r->who, &reading, &done);
	if (e == ERR_CHAPTER_RANGE)
		return wrong_chapter(r, done.chapters_total);
	return e == OK ? answer(r, &done) : e;
}

static const char *const users[] = { "me", NULL };

enum { EVERYONE = -1 };

struct list_input {
	int user;
};

static const struct field list_params[] = {
	{ .name = "user", .type = FIELD_CHOICE, .choices = users,
	    .offset = offsetof(struct list_input, user) },
};

static enum err
list_of(struct req *r, int64_t khatma)
{
	struct list_input in = { .user = EVERYONE };
	struct session_list list = { 0 };
	struct session_query q;
	struct page page;
	struct json *j;
	enum err e = page_read(r, &page, list_params, COUNT_OF(list_params),
	    &in);

	if (e != OK)
		return e;
	q = (struct session_query){ .khatma = khatma,
	    .user = khatma && in.user == EVERYONE ? 0 : r->who.id,
	    .part = &page.part };
	e = session_list(r->db, r->arena, &r->who, &q, &list);
	if (e == OK)
		e = page_start(r, &page, list.total, &list.last, &j);
	if (e != OK)
		return e;
	for (size_t i = 0; i < list.n; i++)
		session_write(j, &list.item[i], r->who.lang);
	return page_end(r, &page);
}

static enum err
list(struct req *r)
{
	return list_of(r, r->number[0]);
}

static enum err
list_own(struct req *r)
{
	return list_of(r, 0);
}

static const struct route routes[] = {
	{ GET, "khatmas/#/sessions", list, 0, 2 },
	{ POST, "khatmas/#/sessions", create, ROUTE_BODY | ROUTE_CREATES, 0 },
	{ GET, "sessions", list_own, 0, 2 },
};

static const struct service service = {
	.name = "sessions", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
