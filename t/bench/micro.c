/*
 * What single things cost a worker: micro OPERATION N does one N times and
 * prints the nanoseconds that each took, the middle of several rounds; without
 * arguments it names them. micro.sh runs it, by the clock and under callgrind.
 *
 * Of a request all is real but the two that a worker stands between: there is
 * neither a web server, only what it would send, nor a database, only what it
 * would have answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/model/khatma.h"
#include "common/model/user.h"
#include "common/page.h"
#include "common/req.h"
#include "common/route.h"
#include "common/time.h"
#include "common/token.h"

enum { KHATMAS = 20, ROUNDS = 7, ARENA_MAX = 1 << 20, BEARER_MAX = 600 };

static struct conf conf;
static struct token_keys keys;
static struct arena *arena;
static struct req req;
static struct token token;
static int64_t now;
static char bearer[BEARER_MAX];
static size_t sent;

/* What the database would have answered. */

static const struct profile profile = {
	.id = 7, .fullname = "عائشة بنت عبد الله", .email = "a@example.com",
	.gender = "female", .phone = "", .bio = "", .zone = "Asia/Riyadh",
	.date_joined = "2026-01-02T03:04:05.678901Z", .khatmas_completed = 3,
	.current_streak = 12, .longest_streak = 40,
};

static const struct khatma khatma = {
	.id = 123456, .name = "Ramadan Group Reading", .description =
	    "Thirty of us, thirty parts, and everyone reads one of them a day.",
	.type = KHATMA_GROUP, .division = DIV_JUZ, .status = KHATMA_ACTIVE,
	.creator_id = 54321, .creator_name = "Ali Ahmed", .participants = 30,
	.chapters_total = 30, .chapters_completed = 17, .chapters_free = 4,
	.target_days = 30, .start_day = 20500, .is_public = true,
	.created_at = "2026-02-03T04:05:06.789012Z",
	.updated_at = "2026-02-04T05:06:07.890123Z", .is_member = true,
	.own_chapter = 18,
};

static enum err
identify(struct db *db, const struct token *t, struct who *who)
{
	(void)db;
	who->id = t->user_id;
	who->now = now * USEC_PER_SEC;
	strcpy(who->zone, "UTC");
	who->today = time_local_day(who->zone, who->now);
	return OK;
}

/* The handlers, as those of cgi-bin/ are but for their statements. */

static enum err
show(struct req *r)
{
	struct json *j = reply_json(r, 200);

	json_open(j, NULL, '{');
	profile_write(j, &profile, r->who.lang);
	json_close(j);
	return OK;
}

static void
write_khatmas(struct json *j, const struct req *r)
{
	for (int i = 0; i < KHATMAS; i++) {
		json_open(j, NULL, '{');
		khatma_write(j, &khatma, r->who.today, r->who.lang);
		json_close(j);
	}
}

static const char *const filters[] = { "", "my_khatmas", "public", NULL };

static const struct field list_params[] = {
	{ .name = "filter", .type = FIELD_CHOICE, .choices = filters },
};

static enum err
list(struct req *r)
{
	const struct cursor last = { .id = 100000, .when = time_now() };
	struct page page;
	struct json *j;
	int filter;
	enum err e = page_read(r, &page, list_params, COUNT_OF(list_params),
	    &filter);

	if (e == OK)
		e = page_start(r, &page, 100000, &last, &j);
	if (e != OK)
		return e;
	write_khatmas(j, r);
	return page_end(r, &page);
}

struct session_input {
	int64_t chapter;
	bool is_completed;
};

static const struct field session_fields[] = {
	{ .name = "chapter_assigned", .type = FIELD_INT,
	    .flags = FIELD_REQUIRED, .min = 1, .max = 30,
	    .offset = offsetof(struct session_input, chapter) },
	{ .name = "is_completed", .type = FIELD_BOOL,
	    .offset = offsetof(struct session_input, is_completed) },
};

static enum err
create(struct req *r)
{
	struct session_input in = { 0 };
	struct json *j;
	enum err e = req_fields(r, session_fields, COUNT_OF(session_fields),
	    &in, NULL);

	if (e != OK)
		return e;
	j = reply_created(r, "/api/khatmas/#/sessions/", r->number[0]);
	json_open(j, NULL, '{');
	json_int(j, "chapter_assigned", in.chapter);
	json_bool(j, "is_completed", in.is_completed);
	json_close(j);
	return OK;
}

static const struct route routes[] = {
	{ GET, "user/me", show, 0, 2 },
	{ GET, "khatmas", list, 0, 2 },
	{ POST, "khatmas/#/sessions", create, ROUTE_BODY, 0 },
};

static const struct service service = {
	.name = "micro", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = identify,
};

/* What nginx.conf.example sends, for a client with few headers. */

#define SERVER \
	"GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1", \
	"SERVER_NAME=khatma.example", "SERVER_PORT=443", \
	"REMOTE_ADDR=203.0.113.7", "REQUEST_SCHEME=https", "HTTPS=on"
#define CLIENT \
	"HTTP_X_REQUEST_ID=0123456789abcdef0123456789abcdef", \
	"HTTP_PROXY=", "HTTP_HOST=khatma.example", bearer, \
	"HTTP_ACCEPT=application/json", "HTTP_ACCEPT_LANGUAGE=ar", \
	"HTTP_USER_AGENT=khatma-app/3.1", "HTTP_ACCEPT_ENCODING=gzip", NULL
#define SESSION	"{\"chapter_assigned\": 7, \"is_completed\": true}"

static const char *const me_params[] = { SERVER, "REQUEST_METHOD=GET",
	"REQUEST_URI=/api/user/me/", "SCRIPT_NAME=/api/user/me/",
	"QUERY_STRING=", "CONTENT_TYPE=", "CONTENT_LENGTH=", CLIENT };
static const char *const list_params_sent[] = { SERVER,
	"REQUEST_METHOD=GET",
	"REQUEST_URI=/api/khatmas/?filter=public&page_size=20",
	"SCRIPT_NAME=/api/khatmas/", "QUERY_STRING=filter=public&page_size=20",
	"CONTENT_TYPE=", "CONTENT_LENGTH=", CLIENT };
static const char *const session_params[] = { SERVER, "REQUEST_METHOD=POST",
	"REQUEST_URI=/api/khatmas/123456/sessions/",
	"SCRIPT_NAME=/api/khatmas/123456/sessions/", "QUERY_STRING=",
	"CONTENT_TYPE=application/json", "CONTENT_LENGTH=45", CLIENT };

static const char *
param(void *ctx, const char *name)
{
	size_t n = strlen(name);

	for (const char *const *p = ctx; *p; p++)
		if (strncmp(*p, name, n) == 0 && (*p)[n] == '=')
			return *p + n + 1;
	return NULL;
}

static const char *
again(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

static size_t
read_session(void *ctx, char *to, size_t n)
{
	(void)ctx;
	memcpy(to, SESSION, n);
	return n;
}

static void
count_sent(void *ctx, const char *from, size_t n)
{
	(void)ctx;
	(void)from;
	sent += n;
}

/* As answer() in serve.c. */
static void
request(const char *const *params)
{
	struct transport t = { .param = param, .again = again,
	    .read = read_session, .write = count_sent };
	struct buf headers = req.reply.headers, body = req.reply.body;
	const struct route *route = NULL;

	memcpy(&t.ctx, &params, sizeof(t.ctx));	/* it is only read */
	memset(&req, 0, sizeof(req));
	req.arena = arena;
	req.conf = &conf;
	req.keys = &keys;
	req.reply.headers = headers;
	req.reply.body = body;
	buf_reset(&req.reply.headers, REPLY_KEEP);
	buf_reset(&req.reply.body, REPLY_KEEP);
	if (req_read(&req, &t) == OK)
		route = route_answer(&service, &req);
	reply_send(&req, &t);
	log_request(&(struct log_request){ .id = req.id, .group = "micro",
	    .method = req.method_name, .route = req.route,
	    .status = req.reply.status, .code = req.reply.code,
	    .duration = 1234, .statements = route ? route->statements : 0,
	    .user = req.who.id });
	arena_reset(arena);
}

/* Operations: whether they did what they should. */

static bool
check_token(void)
{
	struct token found;

	return token_verify(&keys, strchr(bearer, ' ') + 1, TOKEN_ACCESS, now,
	    &found) == OK;
}

static bool
sign_token(void)
{
	const char *text;
	bool good = token_sign(arena, &keys, &token, &text) == OK;

	arena_reset(arena);
	return good;
}

static bool
list_json(void)
{
	struct json *j = reply_json(&req, 200);

	json_open(j, NULL, '[');
	write_khatmas(j, &req);
	json_close(j);
	return reply_whole(&req);
}

static bool
request_me(void)
{
	request(me_params);
	return req.reply.status == 200;
}

static bool
request_list(void)
{
	request(list_params_sent);
	return req.reply.status == 200;
}

static bool
request_session(void)
{
	request(session_params);
	return req.reply.status == 201;
}

static const struct {
	const char *name;
	bool (*once)(void);
} operations[] = {
	{ "check-token", check_token }, { "sign-token", sign_token },
	{ "json-of-20", list_json }, { "request-me", request_me },
	{ "request-list", request_list },
	{ "request-session", request_session },
};

static bool
prepare(void)
{
	static const unsigned char bytes[TOKEN_KEY_MIN];
	const char *text;

	arena = arena_new(ARENA_MAX);
	now = time_now() / USEC_PER_SEC;
	token = (struct token){ .type = TOKEN_ACCESS, .user_id = 7,
	    .session_id = 3, .issued = now, .expires = now + 86400,
	    .jti = "0123456789abcdef0123456789abcdef" };
	if (arena == NULL ||
	    token_key_set(&keys.signing, bytes, sizeof(bytes)) != OK ||
	    token_sign(arena, &keys, &token, &text) != OK)
		return false;
	snprintf(bearer, sizeof(bearer), "HTTP_AUTHORIZATION=Bearer %s", text);
	arena_reset(arena);
	return freopen("/dev/null", "w", stderr) != NULL;
}

static int64_t
nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
measure(bool (*once)(void), long n)
{
	int64_t took[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		took[round] = nanoseconds();
		for (long i = 0; i < n; i++)
			if (!once())
				return 1;
		took[round] = nanoseconds() - took[round];
	}
	qsort(took, ROUNDS, sizeof(*took), by_size);
	printf("%.0f\n", (double)took[ROUNDS / 2] / (double)n);
	return 0;
}

int
main(int argc, char **argv)
{
	long n = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

	for (size_t i = 0; i < COUNT_OF(operations); i++) {
		if (argc == 1)
			puts(operations[i].name);
		else if (n > 0 && strcmp(argv[1], operations[i].name) == 0)
			return prepare() ? measure(operations[i].once, n) : 1;
	}
	return argc == 1 ? 0 : 1;
}
