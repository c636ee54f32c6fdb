#include "common/route.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/idempotency.h"
#include "common/query.h"
#include "common/time.h"

#define BASE	"api"

/* Doubled slashes count as one (contract, base URL). */
static const char *
skip_slashes(const char *s)
{
	return s + strspn(s, "/");
}

/* A decimal from 1 to 2^63-1 without sign or leading zero; n is not 0. */
static bool
read_number(const char *s, size_t n, int64_t *number)
{
	int64_t v = 0;

	if (*s == '0')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' ||
		    __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, s[i] - '0', &v))
			return false;
	}
	*number = v;
	return true;
}

static bool
matches(const char *pattern, const char *path, int64_t number[PATH_NUMBERS])
{
	size_t found = 0, want, have;

	for (;;) {
		path = skip_slashes(path);
		want = strcspn(pattern, "/");
		have = strcspn(path, "/");
		if (want == 0 || have == 0)
			return want == have;
		if (want == 1 && *pattern == '#') {
			if (found == PATH_NUMBERS ||
			    !read_number(path, have, &number[found++]))
				return false;
		} else if (want != have || memcmp(pattern, path, want) != 0) {
			return false;
		}
		pattern += want + (pattern[want] == '/');
		path += have;
	}
}

static const char *
below_base(const char *path)
{
	path = skip_slashes(path);
	if (strncmp(path, BASE, strlen(BASE)) != 0)
		return NULL;
	path += strlen(BASE);
	return *path == '/' || *path == '\0' ? path : NULL;
}

/* Which methods a path takes; *found is the route of this request's. */
static unsigned
find(const struct service *service, struct req *r, const struct route **found)
{
	enum method want = r->method == HEAD ? GET : r->method;
	const char *path = below_base(r->path);
	int64_t number[PATH_NUMBERS] = { 0 };
	unsigned allowed = 0;

	*found = NULL;
	for (size_t i = 0; path && i < service->nroutes; i++) {
		const struct route *route = &service->routes[i];

		if (!matches(route->path, path, number))
			continue;
		allowed |= route->method;
		r->route = route->path;
		memcpy(r->number, number, sizeof(number));
		if (route->method == want)
			*found = route;
	}
	if (allowed & GET)
		allowed |= HEAD;
	return allowed ? allowed | OPTIONS : 0;
}

static void
allow(struct req *r, unsigned allowed)
{
	static const struct {
		enum method method;
		const char *name;
	} names[] = {
		{ GET, "GET" }, { HEAD, "HEAD" }, { POST, "POST" },
		{ PUT, "PUT" }, { PATCH, "PATCH" }, { DELETE, "DELETE" },
		{ OPTIONS, "OPTIONS" },
	};
	char bytes[128];
	struct buf list = buf_over(bytes, sizeof(bytes));

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (!(allowed & names[i].method))
			continue;
		if (list.len > 0)
			buf_str(&list, ", ");
		buf_str(&list, names[i].name);
	}
	reply_header(r, "Allow", bytes);
}

/* "Bearer" and one token, RFC 6750 section 2.1. NULL: no such header. */
static const char *
bearer(const char *header)
{
	static const char scheme[] = "Bearer";
	size_t n = strlen(scheme);

	if (strncasecmp(header, scheme, n) != 0 ||
	    (header[n] != ' ' && header[n] != '\0'))
		return NULL;
	return header + n + strspn(header + n, " ");
}

static enum err
verify(struct req *r)
{
	const char *text = bearer(r->authorization);

	if (text == NULL)
		return ERR_TOKEN_MISSING;
	return token_verify_access(r->keys, text, time_now() / USEC_PER_SEC,
	    &r->token);
}

static enum err
identify(const struct service *service, struct req *r)
{
	return service->identify(r->db, &r->token, &r->who);
}

/* application/json, with charset=utf-8 or without (RFC 8259 section 11). */
static bool
is_json(const char *type)
{
	static const char want[] = "application/json";
	const char *charset = strcasestr(type, "charset=");

	if (strncasecmp(type, want, strlen(want)) != 0)
		return false;
	type += strlen(want);
	if (*type != '\0' && *type != ';' && *type != ' ')
		return false;
	if (charset == NULL)
		return true;
	charset += strlen("charset=");
	charset += *charset == '"';
	if (strncasecmp(charset, "utf-8", strlen("utf-8")) != 0)
		return false;
	charset += strlen("utf-8");
	charset += *charset == '"';
	return *charset == '\0' || *charset == ';' || *charset == ' ';
}

static enum err
read_body(const struct route *route, struct req *r)
{
	if (r->body_long)
		return ERR_TOO_LARGE;
	if (r->body_cut)
		return ERR_BAD_REQUEST;
	if (route->method == GET)
		return OK;
	if (r->body_len == 0)
		return route->flags & ROUTE_BODY ? ERR_JSON_EMPTY : OK;
	if (!is_json(r->content_type))
		return ERR_MEDIA_TYPE;
	return json_read(r->arena, r->body, r->body_len, &r->json);
}

enum err
route_handle(const struct route *route, struct req *r)
{
	enum err e = route->handler(r);

	/* a text of the answer found no memory */
	if ((e == OK || e == ERR_VALIDATION) && arena_failed(r->arena)) {
		r->errors.n = 0;
		e = ERR_INTERNAL;
	}
	return e;
}

static enum err
read_and_handle(const struct service *service, const struct route *route,
    struct req *r)
{
	enum err e = query_read(r->arena, r->query_text, &r->query);

	if (e == OK)
		e = read_body(route, r);
	if (e == OK && route->flags & ROUTE_CREATES && r->idempotency_key)
		return idempotency_run(service, route, r);
	return e == OK ? route_handle(route, r) : e;
}

/*
 * The handler finds out who calls. If it comes back and has not, this is done
 * first: what is wrong with a request is told, in his language, to a caller who
 * is let in.
 */
static enum err
run_self(const struct service *service, const struct route *route,
    struct req *r)
{
	enum err e = read_and_handle(service, route, r);

	if (r->who.id != 0 || e == ERR_TOKEN_INVALID ||
	    err_text(e)->status >= 500)
		return e;
	r->errors.n = 0;
	buf_reset(&r->reply.headers, REPLY_KEEP);
	e = identify(service, r);
	return e == OK ? read_and_handle(service, route, r) : e;
}

static enum err
run(const struct service *service, const struct route *route, struct req *r)
{
	bool is_open = route->flags & ROUTE_OPEN;
	bool is_self = route->flags & ROUTE_SELF;
	enum err e = is_open ? OK : verify(r);

	if (e == OK && !is_open && !is_self)
		e = identify(service, r);
	if (e == OK)
		e = is_self ? run_self(service, route, r) :
		    read_and_handle(service, route, r);
	/* a write is done all the same: do not say that nothing was changed */
	if (e == ERR_INTERNAL && db_committed(r->db))
		e = reply_unknown(r);
	/* what was written about the caller: the account went meanwhile */
	if (e == ERR_NO_PARENT)
		e = ERR_TOKEN_INVALID;
	return e;
}

const struct route *
route_answer(const struct service *service, struct req *r)
{
	const struct route *route;
	unsigned allowed = find(service, r, &route);
	enum err e;

	if (allowed == 0)
		e = ERR_NOT_FOUND;
	else if (r->method == OPTIONS)
		e = reply_empty(r, 204);
	else if (route == NULL)
		e = ERR_METHOD;
	else
		e = run(service, route, r);
	if (allowed && (e == ERR_METHOD || r->method == OPTIONS))
		allow(r, allowed);
	if (e != OK) {
		if (e != ERR_METHOD)
			buf_reset(&r->reply.headers, REPLY_KEEP);
		reply_problem(r, e);
	}
	return route;
}
