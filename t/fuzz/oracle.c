/* What is promised of every answer. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/route.h"
#include "t/fuzz/fuzz.h"

/* An answer in parts, pointers into its text. */
struct parts {
	int status;
	const char *type;	/* up to the end of its line; NULL: none */
	bool replayed;		/* it was stored by an earlier request */
	const char *body;
	size_t body_len, length;	/* that there is, and as it is told */
	bool has_length;
};

static const char *
variable(const struct given *g, const char *name)
{
	const char *value = "";

	for (size_t i = 0; i < g->nvariables; i++)
		if (strcmp(g->variable[i].name, name) == 0)
			value = g->variable[i].value;
	return value;
}

static bool
is_allowed(int status)
{
	static const int all[] = { 200, 201, 202, 204, 400, 401, 403, 404, 405,
	    409, 413, 415, 422, 429, 500, 503 };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i] == status)
			return true;
	return false;
}

/* "Name: value" without any control character in it. */
static void
check_header(const char *line, size_t n)
{
	size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-");

	PROMISE(name > 0 && name < n && line[name] == ':' &&
	    line[name + 1] == ' ', "not a header: %.*s", (int)n, line);
	for (size_t i = 0; i < n; i++)
		PROMISE((unsigned char)line[i] >= 0x20 && line[i] != 0x7f,
		    "a control character in %.*s", (int)n, line);
}

static const char *
read_headers(const char *s, const char *end, struct parts *p)
{
	static const char status[] = "Status: ", type[] = "Content-Type: ",
	    length[] = "Content-Length: ",
	    replayed[] = "Idempotency-Replayed: true\r";

	for (int i = 0; ; i++) {
		const char *stop = memmem(s, (size_t)(end - s), "\r\n", 2);
		size_t n;

		PROMISE(stop != NULL, "the headers have no end");
		n = (size_t)(stop - s);
		if (n == 0)
			return stop + 2;
		check_header(s, n);
		if (strncmp(s, status, strlen(status)) == 0) {
			PROMISE(i == 0, "two of Status");
			p->status = (int)strtol(s + strlen(status), NULL, 10);
		} else if (strncasecmp(s, type, strlen(type)) == 0) {
			PROMISE(p->type == NULL, "two of Content-Type");
			p->type = s + strlen(type);
		} else if (strncasecmp(s, length, strlen(length)) == 0) {
			PROMISE(!p->has_length, "two of Content-Length");
			p->has_length = true;
			p->length = strtoull(s + strlen(length), NULL, 10);
		}
		p->replayed |= strncmp(s, replayed, strlen(replayed)) == 0;
		s = stop + 2;
	}
}

static struct parts
take_apart(const struct answered *a)
{
	struct parts p = { 0 };
	const char *end = a->text + a->len;

	PROMISE(a->rc == 0 && a->len > 0, "there is no answer");
	p.body = read_headers(a->text, end, &p);
	p.body_len = (size_t)(end - p.body);
	PROMISE(is_allowed(p.status), "the status is %d", p.status);
	PROMISE(p.has_length == (p.status != 204), "a length, or none, with %d",
	    p.status);
	return p;
}

static cJSON *
parse(const struct parts *p)
{
	const char *end = NULL;
	cJSON *v;

	cJSON_InitHooks(NULL);
	v = cJSON_ParseWithLengthOpts(p->body, p->body_len, &end, 0);
	PROMISE(v && end == p->body + p->body_len, "the body is not JSON: %.*s",
	    (int)p->body_len, p->body);
	return v;
}

static const char *
text_of(const cJSON *v, const char *name)
{
	const char *s = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(v, name));

	return s ? s : "";
}

/* RFC 9457, and the code agrees with what the database did. */
static void
check_problem(const struct parts *p, const cJSON *v)
{
	const struct outcome *o = script_outcome();
	const cJSON *status = cJSON_GetObjectItemCaseSensitive(v, "status");
	const char *code = text_of(v, "code");

	PROMISE(cJSON_IsNumber(status) && status->valueint == p->status,
	    "status %d and a problem of another", p->status);
	PROMISE(*code && *text_of(v, "detail") && *text_of(v, "title"),
	    "a problem without words");
	PROMISE(p->status < 500 || !o->committed || !o->wrote ||
	    o->errors_after || strcmp(code, "outcome_unknown") == 0,
	    "%s is told of a write that was committed", code);
}

static void
check_body(const struct given *g, const struct parts *p)
{
	static const char problem[] = "application/problem+json\r\n";
	cJSON *v;

	if (strcmp(variable(g, "REQUEST_METHOD"), "HEAD") == 0) {
		PROMISE(p->body_len == 0, "HEAD with a body");
		return;
	}
	PROMISE((p->type != NULL) == (p->body_len > 0),
	    "a type without a body, or the other way round");
	if (p->type == NULL) {
		PROMISE(p->status == 204, "nothing but the status %d",
		    p->status);
		return;
	}
	PROMISE(strncmp(p->type, problem, strlen(problem)) == 0 ||
	    strncmp(p->type, "application/json\r\n", 18) == 0,
	    "a strange type");
	PROMISE(p->body_len == p->length, "%zu bytes, and %zu were announced",
	    p->body_len, p->length);
	v = parse(p);
	if (p->status >= 400) {
		PROMISE(strncmp(p->type, problem, strlen(problem)) == 0,
		    "status %d is no problem", p->status);
		check_problem(p, v);
	}
	cJSON_Delete(v);
}

static bool
is_open(const struct service *s, const char *method, const char *path)
{
	for (size_t i = 0; i < s->nroutes; i++)
		if (strcmp(s->routes[i].path, path) == 0 &&
		    (s->routes[i].flags & ROUTE_OPEN) &&
		    ((s->routes[i].method == POST) ==
		    (strcmp(method, "POST") == 0)))
			return true;
	return false;
}

/* Nobody gets in without a token that we have signed. */
static void
check_entry(const struct service *service, const struct given *g,
    const struct parts *p)
{
	const char *auth = variable(g, "HTTP_AUTHORIZATION");
	const char *method = variable(g, "REQUEST_METHOD");
	const char *route = text_of(calm_logged(), "route");
	const char *token = good_bearer() + strlen("Bearer ");

	if (*auth == '\0')
		auth = variable(g, "REDIRECT_HTTP_AUTHORIZATION");
	if (p->status >= 300 || strcmp(method, "OPTIONS") == 0 ||
	    is_open(service, method, route))
		return;
	PROMISE(strncasecmp(auth, "Bearer ", 7) == 0 &&
	    strcmp(auth + strspn(auth + 7, " ") + 7, token) == 0,
	    "%s %s is open to %s", method, route, auth);
	PROMISE(cJSON_GetObjectItemCaseSensitive(calm_logged(), "uid"),
	    "%s %s is answered to nobody", method, route);
}

int
oracle_check(const struct service *service, const struct given *g,
    const struct answered *a)
{
	struct parts p = take_apart(a);
	const struct outcome *o = script_outcome();

	PROMISE(calm_status() == p.status, "the log has status %d, not %d",
	    calm_status(), p.status);
	PROMISE(!o->in_transaction, "a transaction is left open");
	PROMISE(p.status >= 300 || !o->began || o->committed || p.replayed,
	    "status %d, and nothing was committed", p.status);
	check_body(g, &p);
	check_entry(service, g, &p);
	return p.status;
}
