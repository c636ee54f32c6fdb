#include "common/req.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/arena.h"
#include "common/conf.h"
#include "common/query.h"
#include "common/words.h"

enum { AUTHORITY_MAX = 255 + 6 };	/* RFC 1035 section 2.3.4, and :65535 */

static const struct {
	const char *name;
	enum method method;
} methods[] = {
	{ "GET", GET }, { "HEAD", HEAD }, { "POST", POST }, { "PUT", PUT },
	{ "PATCH", PATCH }, { "DELETE", DELETE }, { "OPTIONS", OPTIONS },
};

static void
read_method(struct req *r, const char *name)
{
	r->method = METHOD_OTHER;
	r->method_name = "other";
	for (size_t i = 0; name && i < COUNT_OF(methods); i++) {
		if (strcmp(name, methods[i].name) == 0) {
			r->method = methods[i].method;
			r->method_name = methods[i].name;
		}
	}
}

/* A variable's value in the arena; "" for one that is not there. */
static const char *
param(struct req *r, const struct transport *t, const char *name)
{
	const char *v = t->param(t->ctx, name);

	return v ? arena_strdup(r->arena, v) : "";
}

/*
 * SCRIPT_NAME and PATH_INFO together are the decoded path under every server;
 * each alone is not.
 */
static const char *
read_path(struct req *r, const struct transport *t)
{
	const char *script = t->param(t->ctx, "SCRIPT_NAME");
	const char *info = t->param(t->ctx, "PATH_INFO");

	return arena_printf(r->arena, "%s%s", script ? script : "",
	    info ? info : "");
}

/* The id that the web server gave, where it is harmless; else a new one. */
static void
read_id(struct req *r, const char *given)
{
	size_t n = strspn(given, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	if (n >= 8 && n <= REQUEST_ID_MAX && given[n] == '\0')
		memcpy(r->id, given, n + 1);
	else if (token_jti(r->id) != OK)
		r->id[0] = '\0';
}

/* Host and port, of the characters and the length they can have. */
static bool
is_authority(const char *s)
{
	return *s && strlen(s) <= AUTHORITY_MAX &&
	    s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]")] == '\0';
}

/* Scheme and authority for links: the setting, or what the client called. */
static const char *
read_base(struct req *r, const struct transport *t)
{
	const char *host = param(r, t, "HTTP_HOST");
	const char *scheme = param(r, t, "REQUEST_SCHEME");
	const char *https = param(r, t, "HTTPS");
	const char *standard;
	size_t n;

	if (r->conf->public_url[0])
		return r->conf->public_url;
	if (host == NULL || !is_authority(host))
		return "";
	scheme = strcmp(scheme, "https") == 0 || strcasecmp(https, "on") == 0 ?
	    "https" : "http";
	standard = strcmp(scheme, "https") == 0 ? ":443" : ":80";
	n = strlen(host);
	if (n > strlen(standard) &&
	    strcmp(host + n - strlen(standard), standard) == 0)
		n -= strlen(standard);
	else if (host[n - 1] == ':')
		n--;
	return arena_printf(r->arena, "%s://%.*s", scheme, (int)n, host);
}

/*
 * The whole body, at most BODY_MAX bytes of it. Plain CGI behind Apache gives
 * a chunked body without CONTENT_LENGTH: then it is read to its end.
 */
static enum err
read_body(struct req *r, const struct transport *t)
{
	const char *text = t->param(t->ctx, "CONTENT_LENGTH");
	bool chunked = t->param(t->ctx, "HTTP_TRANSFER_ENCODING") != NULL;
	unsigned long long want = BODY_MAX + 1;
	char *body;

	if (text && *text)
		want = strtoull(text, NULL, 10);
	else if (!chunked)
		want = 0;
	if (want > BODY_MAX && text && *text) {
		r->body_long = true;
		return OK;
	}
	body = arena_alloc(r->arena, (size_t)want + 1);
	if (body == NULL)
		return ERR_INTERNAL;
	r->body = body;
	r->body_len = want ? t->read(t->ctx, body, (size_t)want) : 0;
	r->body_long = r->body_len > BODY_MAX;
	r->body_cut = text && *text && r->body_len < want;
	return OK;
}

static const char *
read_authorization(struct req *r, const struct transport *t)
{
	const char *v = param(r, t, "HTTP_AUTHORIZATION");

	if (v && *v == '\0')	/* behind an Apache RewriteRule */
		v = param(r, t, "REDIRECT_HTTP_AUTHORIZATION");
	return v;
}

/* Two, and one that is empty, were meant for a key all the same. */
static bool
read_key(struct req *r, const struct transport *t)
{
	static const char name[] = "HTTP_IDEMPOTENCY_KEY";
	const char *v = t->param(t->ctx, name);

	if (v && t->again(t->ctx, name))
		v = "";
	r->idempotency_key = v ? arena_strdup(r->arena, v) : NULL;
	return v == NULL || r->idempotency_key != NULL;
}

enum err
req_read(struct req *r, const struct transport *t)
{
	const char *id, *accept;

	read_method(r, t->param(t->ctx, "REQUEST_METHOD"));
	id = param(r, t, "HTTP_X_REQUEST_ID");
	accept = param(r, t, "HTTP_ACCEPT_LANGUAGE");
	r->path = read_path(r, t);
	r->query_text = param(r, t, "QUERY_STRING");
	r->authorization = read_authorization(r, t);
	r->content_type = param(r, t, "CONTENT_TYPE");
	r->origin = param(r, t, "HTTP_ORIGIN");
	r->user_agent = param(r, t, "HTTP_USER_AGENT");
	r->base_url = read_base(r, t);
	r->route = "";
	r->who.lang = lang_accepted(accept);
	r->errors.arena = r->arena;
	read_id(r, id ? id : "");
	if (r->path == NULL || r->query_text == NULL || r->base_url == NULL ||
	    r->authorization == NULL || r->content_type == NULL ||
	    r->origin == NULL || r->user_agent == NULL ||
	    !read_key(r, t))
		return ERR_INTERNAL;
	return read_body(r, t);
}

enum err
req_fields(struct req *r, const struct field *table, size_t n, void *input,
    uint64_t *present)
{
	r->errors.lang = r->who.lang;
	return field_read_json(r->json, table, n, input, present, &r->errors);
}

enum err
req_params(struct req *r, const struct field *table, size_t n, void *input)
{
	r->errors.lang = r->who.lang;
	return field_read_query(r->query, table, n, input, NULL, &r->errors);
}

enum err
req_wrong(struct req *r, const char *field, enum field_msg msg)
{
	r->errors.lang = r->who.lang;
	return field_wrong(&r->errors, field, msg, NULL);
}
