/*
 * Paths and queries: the input's first line is a path, the rest a query. A
 * path that is found is the one that its pattern and numbers make, and a query
 * that is read is read the same from what is written of it.
 */
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/query.h"
#include "common/req.h"
#include "common/route.h"
#include "t/fuzz/fuzz.h"

static enum err
found(struct req *r)
{
	return reply_empty(r, 204);
}

static const struct route routes[] = {
	{ GET, "khatmas", found, ROUTE_OPEN, 0 },
	{ GET, "khatmas/#", found, ROUTE_OPEN, 0 },
	{ GET, "khatmas/#/join", found, ROUTE_OPEN, 0 },
	{ GET, "user/me", found, ROUTE_OPEN, 0 },
	{ GET, "achievements/user/#", found, ROUTE_OPEN, 0 },
	{ GET, "a/#/b/#", found, ROUTE_OPEN, 0 },
};

static const struct service service = {
	.name = "path", .routes = routes, .nroutes = COUNT_OF(routes),
};

/* Slashes in a row as one, none at the end. */
static char *
normal(struct arena *a, const char *path)
{
	char *out = arena_alloc(a, strlen(path) + 2);
	size_t n = 0;

	for (const char *s = path; *s; s++)
		if (*s != '/' || (n > 0 && out[n - 1] != '/'))
			out[n++] = *s;
	if (n > 0 && out[n - 1] == '/')
		n--;
	out[n] = '\0';
	return out;
}

static void
check_path(struct arena *a, struct req *r)
{
	struct buf made = { .max = 4096 };
	size_t n = 0;

	buf_str(&made, "api/");
	for (const char *s = r->route; *s; s++) {
		if (*s == '#')
			buf_int(&made, r->number[n++]);
		else
			buf_char(&made, *s);
	}
	PROMISE(strcmp(made.data, normal(a, r->path)) == 0,
	    "%s is found as %s", r->path, made.data);
	buf_free(&made);
}

static void
check_query(struct arena *a, const char *text)
{
	const struct query *first = NULL, *again = NULL, *x, *y;
	struct buf made = { .max = 1 << 20 };
	enum err e = query_read(a, text, &first);

	PROMISE(e == OK || e == ERR_QUERY, "error %d of a query", (int)e);
	if (e != OK)
		return;
	for (x = first; x; x = x->next) {
		if (x != first)
			buf_char(&made, '&');
		query_encode(&made, x->name);
		buf_char(&made, '=');
		query_encode(&made, x->value);
	}
	e = query_read(a, made.data, &again);
	PROMISE(e == OK, "error %d of the query %s", (int)e, made.data);
	for (x = first, y = again; x && y; x = x->next, y = y->next)
		PROMISE(strcmp(x->name, y->name) == 0 &&
		    strcmp(x->value, y->value) == 0, "%s is read as %s",
		    x->value, y->value);
	PROMISE(x == NULL && y == NULL, "a parameter is lost in %s",
	    made.data);
	buf_free(&made);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf conf;
	struct arena *a = arena_new((size_t)16 << 20);
	struct req r = { .arena = a, .conf = &conf, .method = GET,
	    .method_name = "GET", .authorization = "", .content_type = "",
	    .origin = "", .base_url = "", .route = "" };
	char *text = a ? arena_strndup(a, (const char *)data, size) : NULL;
	char *line;
	int status;

	if (text == NULL)
		return 0;
	line = strchr(text, '\n');
	if (line)
		*line++ = '\0';
	r.errors.arena = a;
	r.path = text;
	r.query_text = line ? line : "";
	route_answer(&service, &r);
	status = r.reply.status;
	PROMISE(status == 204 || status == 404 || status == 400,
	    "the status is %d", status);
	if (status == 204)
		check_path(a, &r);
	check_query(a, r.query_text);
	buf_free(&r.reply.headers);
	buf_free(&r.reply.body);
	arena_free(a);
	return 0;
}
