#include "common/reply.h"

#include <stdio.h>
#include <string.h>

#include "common/conf.h"
#include "common/db.h"
#include "common/req.h"
#include "common/words.h"

enum {
	HEADERS_MAX = 12288,	/* nginx reads up to 16 KiB of headers */
	SPARE = 4096,		/* and a problem needs less */
	AWAY = 2		/* seconds for a database to come back */
};

static const struct {
	int status;
	const char *phrase;
} phrases[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
	{ 204, "No Content" },
	{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" },
	{ 404, "Not Found" }, { 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 413, "Content Too Large" }, { 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" }, { 503, "Service Unavailable" },
};

static const char *
phrase(int status)
{
	for (size_t i = 0; i < COUNT_OF(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Unknown";
}

static void
begin(struct req *r, int status, const char *type)
{
	r->reply.status = status;
	r->reply.type = type;
	r->reply.code = NULL;
	r->reply.location[0] = '\0';
	r->reply.body.max = REPLY_MAX;
	r->reply.headers.max = HEADERS_MAX;
	buf_reset(&r->reply.body, REPLY_KEEP);
}

struct json *
reply_json(struct req *r, int status)
{
	begin(r, status, "application/json");
	json_start(&r->reply.json, &r->reply.body);
	return &r->reply.json;
}

struct json *
reply_created(struct req *r, const char *path, int64_t id)
{
	struct json *j = reply_json(r, 201);
	struct buf to = buf_over(r->reply.location, LOCATION_MAX);

	buf_path(&to, path, id);
	return j;
}

enum err
reply_kept(struct req *r, int status, const char *location, const char *body)
{
	struct buf to = buf_over(r->reply.location, LOCATION_MAX);

	begin(r, status, "application/json");
	buf_str(&to, location);
	buf_str(&r->reply.body, body);
	return OK;
}

enum err
reply_empty(struct req *r, int status)
{
	begin(r, status, NULL);
	return OK;
}

void
reply_header(struct req *r, const char *name, const char *value)
{
	struct buf *h = &r->reply.headers;

	h->max = HEADERS_MAX;
	buf_str(h, name);
	buf_str(h, ": ");
	buf_str(h, value);
	buf_str(h, "\r\n");
}

void
reply_number(struct req *r, const char *name, int64_t value)
{
	char digits[24];
	struct buf text = buf_over(digits, sizeof(digits));

	buf_int(&text, value);
	reply_header(r, name, digits);
}

/* RFC 6750 section 3: an error is named only when a token was sent. */
static void
challenge(struct req *r, enum err e)
{
	reply_header(r, "WWW-Authenticate", e == ERR_TOKEN_INVALID ?
	    "Bearer realm=\"khatma\", error=\"invalid_token\", "
	    "error_description=\"The token is not good or has expired\"" :
	    "Bearer realm=\"khatma\"");
}

/* RFC 9110 section 10.2.3: when it may be worth another try. */
static void
retry_after(struct req *r, int64_t seconds)
{
	reply_number(r, "Retry-After", seconds > 0 ? seconds : 1);
}

void
reply_problem(struct req *r, enum err e)
{
	const struct err_text *t = err_text(e);
	struct json *j = &r->reply.json;

	begin(r, t->status, "application/problem+json");
	r->reply.code = t->code;
	json_start(j, &r->reply.body);
	json_open(j, NULL, '{');
	json_text(j, "type", "about:blank");
	json_text(j, "title", phrase(t->status));
	json_int(j, "status", t->status);
	json_text(j, "detail", t->detail[r->who.lang]);
	json_text(j, "code", t->code);
	if (r->errors.n > 0)
		field_write_errors(j, &r->errors);
	json_text(j, "request_id", r->id);
	json_close(j);
	if (t->status == 401)
		challenge(r, e);
	if (t->status == 409 || t->status == 429)
		retry_after(r, r->reply.retry_after);
	/* No mail now is no mail in two seconds. */
	if (t->status == 503 && e != ERR_MAIL_OFF)
		retry_after(r, AWAY);
}

enum err
reply_message(struct req *r, int status, const char *const sentence[LANG_COUNT])
{
	struct json *j = reply_json(r, status);

	json_open(j, NULL, '{');
	json_text(j, "message", sentence[r->who.lang]);
	json_close(j);
	return OK;
}

/* Whether the setting, a list parted by blanks or commas, names an origin. */
static bool
is_listed(const char *list, const char *origin)
{
	size_t n = strlen(origin);

	for (const char *s = list; *s; s += strcspn(s, ", ")) {
		s += strspn(s, ", ");
		if (n > 0 && strcspn(s, ", ") == n && memcmp(s, origin, n) == 0)
			return true;
	}
	return false;
}

/* The CORS protocol of the Fetch standard; bearer tokens need no cookies. */
static void
cors(struct req *r)
{
	if (r->conf->cors_origins[0] == '\0')
		return;
	reply_header(r, "Vary", "Origin");
	if (!is_listed(r->conf->cors_origins, r->origin))
		return;
	reply_header(r, "Access-Control-Allow-Origin", r->origin);
	reply_header(r, "Access-Control-Expose-Headers",
	    "Location, Link, X-Total-Count, X-Request-Id, Retry-After, "
	    "Idempotency-Replayed");
	if (r->method != OPTIONS)
		return;
	reply_header(r, "Access-Control-Allow-Methods",
	    "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
	reply_header(r, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, Accept-Language, "
	    "Idempotency-Key");
	reply_header(r, "Access-Control-Max-Age", "600");
}

static void
common_headers(struct req *r)
{
	if (r->reply.location[0])
		reply_header(r, "Location", r->reply.location);
	if (r->reply.type)
		reply_header(r, "Content-Type", r->reply.type);
	/* Lest the web server send the body in chunks, of which the last is a
	 * packet of its own (as it does with what it compresses). That of an
	 * answer to HEAD is GET's (RFC 9110 section 8.6). */
	if (r->reply.body.len > 0)
		reply_number(r, "Content-Length", (int64_t)r->reply.body.len);
	reply_header(r, "Content-Language", lang_tag(r->who.lang));
	reply_header(r, "Vary", "Accept-Language");
	reply_header(r, "Cache-Control", "no-store");
	reply_header(r, "X-Content-Type-Options", "nosniff");
	reply_header(r, "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'");
	reply_header(r, "Referrer-Policy", "no-referrer");
	reply_header(r, "Cross-Origin-Resource-Policy", "same-origin");
	reply_header(r, "X-Request-Id", r->id);
	cors(r);
	buf_str(&r->reply.headers, "\r\n");
}

static void
send(struct req *r, const struct transport *t)
{
	const struct reply *p = &r->reply;
	char head[64];
	int n;

	n = snprintf(head, sizeof(head), "Status: %d %s\r\n", p->status,
	    phrase(p->status));
	t->write(t->ctx, head, (size_t)n);
	t->write(t->ctx, p->headers.data, p->headers.len);
	if (r->method != HEAD && p->body.len > 0)
		t->write(t->ctx, p->body.data, p->body.len);
}

/*
 * Without memory for the answer there is some on the stack for its problem,
 * which fits and does not grow.
 */
static void
send_spare(struct req *r, const struct transport *t)
{
	struct buf headers = r->reply.headers, body = r->reply.body;
	char header_bytes[SPARE], body_bytes[SPARE];

	r->reply.headers = (struct buf){ .data = header_bytes, .size = SPARE };
	r->reply.body = (struct buf){ .data = body_bytes, .size = SPARE };
	r->errors.n = 0;
	reply_problem(r, db_committed(r->db) ? reply_unknown(r) : ERR_INTERNAL);
	common_headers(r);
	send(r, t);
	r->reply.headers = headers;
	r->reply.body = body;
}

enum err
reply_unknown(const struct req *r)
{
	return r->keyed ? ERR_OUTCOME_KEYED : ERR_OUTCOME_UNKNOWN;
}

bool
reply_whole(const struct req *r)
{
	return !r->reply.body.failed && !r->reply.headers.failed;
}

void
reply_send(struct req *r, const struct transport *t)
{
	common_headers(r);
	if (reply_whole(r))
		send(r, t);
	else
		send_spare(r, t);
}
