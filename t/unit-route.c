#include "common/route.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "common/db.h"
#include "common/idempotency.h"
#include "common/json.h"
#include "t/fake.h"
#include "t/tap.h"

/* A service without a database. Its handlers say who they are. */

static int handled;
static enum err answer_next;

static enum err
answer(struct req *r)
{
	struct json *j = reply_created(r, "/api/things/#/", 12);

	handled++;
	json_open(j, NULL, '{');
	json_text(j, "route", r->route);
	json_int(j, "first", r->number[0]);
	json_int(j, "second", r->number[1]);
	json_int(j, "user", r->who.id);
	json_bool(j, "json", r->json != NULL);
	json_close(j);
	return answer_next;
}

/* Leaves the arena without room, as a text of the answer may. */
static enum err
hungry(struct req *r)
{
	handled++;
	arena_alloc(r->arena, (size_t)1 << 40);
	return answer_next == OK ? reply_empty(r, 204) : answer_next;
}

/* Whether the database has been written to: there is none here. */
static bool committed;

bool
db_committed(const struct db *db)
{
	(void)db;
	return committed;
}

/* The handler, for a request that has a key: see unit-idempotency.c. */
static int keyed;

enum err
idempotency_run(const struct service *service, const struct route *route,
    struct req *r)
{
	(void)service;
	keyed++;
	return route_handle(route, r);
}

static enum err
nothing(struct req *r)
{
	handled++;
	return reply_empty(r, 204);
}

static enum err
identify(struct db *db, const struct token *token, struct who *who)
{
	(void)db;
	who->id = token->user_id;
	who->login = token->session_id;
	return token->user_id == 7 ? OK : ERR_TOKEN_INVALID;
}

static enum err
nobody(struct db *db, const struct token *token, struct who *who)
{
	(void)db;
	(void)token;
	(void)who;
	return ERR_TOKEN_INVALID;
}

/* Finds out who calls with what it tells, unless something is wrong first. */
static enum err wrong_first;
static bool is_careless;

static enum err
tell_self(struct req *r)
{
	if (wrong_first == ERR_VALIDATION)
		req_wrong(r, "x", MSG_BLANK);
	if (wrong_first == OK && !is_careless)
		r->who.id = r->token.user_id;
	answer(r);
	reply_header(r, "X-Times", "1");
	return wrong_first;
}

static const struct route routes[] = {
	{ GET, "things", answer, 0, 0 },
	{ POST, "things", answer, ROUTE_BODY, 0 },
	{ GET, "things/#", answer, 0, 0 },
	{ PATCH, "things/#", answer, 0, 0 },
	{ DELETE, "things/#", nothing, 0, 0 },
	{ PUT, "things/#/parts/#", answer, ROUTE_BODY, 0 },
	{ PATCH, "things/all", answer, 0, 0 },
	{ GET, "x", answer, 0, 0 },
	{ GET, "hungry", hungry, 0, 0 },
	{ DELETE, "hungry", hungry, 0, 0 },
	{ GET, "many/#/#/#", answer, 0, 0 },
	{ GET, "open", answer, ROUTE_OPEN, 0 },
	{ POST, "open", answer, ROUTE_OPEN | ROUTE_BODY, 0 },
	{ GET, "makers", answer, 0, 0 },
	{ POST, "makers", answer, ROUTE_BODY | ROUTE_CREATES, 0 },
	{ GET, "self", tell_self, ROUTE_SELF, 0 },
};

/* The same, and how often somebody is identified and chose Arabic. */
static int identified;

static enum err
identify_arab(struct db *db, const struct token *token, struct who *who)
{
	identified++;
	who->chose_language = true;
	who->lang = LANG_AR;
	return identify(db, token, who);
}

static const struct service service = {
	.name = "fake", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = identify,
};

static const struct service arab = {
	.name = "arab", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = identify_arab,
};

static const struct service closed = {
	.name = "closed", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = nobody,
};

#define ASK(...)	ask(&service, &(struct ask){ __VA_ARGS__ })
#define JSON_TYPE	.type = "application/json"

/* Whether the answer is this problem, and no handler was called for it. */
static bool
is_problem(int status, const char *code)
{
	char want[128];
	bool good;

	snprintf(want, sizeof(want), "\"code\":\"%s\"", code);
	good = fake_req.reply.status == status && has(want) && handled == 0 &&
	    has("\r\nContent-Type: application/problem+json\r\n");
	if (!good)
		printf("# got: %s\n", fake_text());
	handled = 0;
	return good;
}

/* Whether a handler was called, once, and said this. */
static bool
is_handled(const char *text)
{
	bool good = handled == 1 && has(text);

	if (!good)
		printf("# %d times: %s\n", handled, fake_text());
	handled = 0;
	return good;
}

static void
test_paths(void)
{
	static const char *const things[] = {
		"/api/things", "/api/things/", "//api///things//", "api/things",
	};
	static const char *const nowhere[] = {
		"/api", "/api/", "/", "", "/things", "/apis/things",
		"/api/thing", "/api/thingss", "/api/Things", "/API/things",
		"/api/things/0", "/api/things/01", "/api/things/-1",
		"/api/things/+1", "/api/things/1.0", "/api/things/1e1",
		"/api/things/x", "/api/things/1x", "/api/things/%31",
		"/api/things/9223372036854775808",
		"/api/things/99999999999999999999999", "/api/things/1/parts",
		"/api/things/1/parts/2/3", "/api/things/#", "/api/things/ 1",
		"/api/./things", "/api/things/..", "/api/open/1", "/api/y",
		"/api/many/1/2/3",	/* more than a route can have */
	};

	for (size_t i = 0; i < COUNT_OF(things); i++) {
		ASK(.path = things[i]);
		ok(is_handled("\"route\":\"things\",\"first\":0"),
		    "%s is there", things[i]);
	}
	ASK(.path = "/api/things/12/");
	ok(is_handled("\"route\":\"things/#\",\"first\":12,\"second\":0"),
	    "a number in a path");
	ASK(.path = "/api/things/9223372036854775807");
	ok(is_handled("\"first\":9223372036854775807"), "the largest number");
	ASK(.method = "PUT", .path = "/api/things/3/parts/4", .body = "{}",
	    JSON_TYPE);
	ok(is_handled("\"first\":3,\"second\":4"), "two numbers");
	ASK(.path = "/api", .info = "/things/5");
	ok(is_handled("\"first\":5"), "a path in two variables");
	ASK(.path = NULL, .info = "/api/things/5");
	ok(is_handled("\"first\":5"), "or in the second alone");
	ASK(.path = "/api/x");
	ok(is_handled("\"route\":\"x\""), "a word of one letter");
	ASK(.method = "PATCH", .path = "/api/things/all/");
	ok(is_handled("\"route\":\"things/all\""), "a word beside a number");
	for (size_t i = 0; i < COUNT_OF(nowhere); i++) {
		ASK(.path = nowhere[i]);
		ok(is_problem(404, "not_found"), "'%s' is not", nowhere[i]);
	}
	ASK(.path = NULL);
	ok(is_problem(404, "not_found"), "nor is no path");
	ASK(.path = "/api/nowhere", .no_token = true);
	ok(is_problem(404, "not_found"), "which needs no token to be said");
}

static void
test_methods(void)
{
	static const char *const others[] = {
		"TRACE", "CONNECT", "PROPFIND", "get", "", "GETS",
	};

	ASK(.method = "DELETE", .path = "/api/things");
	ok(is_problem(405, "method_not_allowed"), "a method that is not taken");
	ok(has("\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"),
	    "with those that are");
	ASK(.method = "GET", .path = "/api/things/1/parts/2");
	ok(is_problem(405, "method_not_allowed"), "GET where it is not taken");
	ok(has("\r\nAllow: PUT, OPTIONS\r\n"), "and so no HEAD either");
	ASK(.method = "HEAD", .path = "/api/things/1/parts/2");
	ok(fake_req.reply.status == 405 && fake_body()[0] == '\0',
	    "HEAD where GET is not taken");
	ASK(.method = "POST", .path = "/api/things/1", .no_token = true);
	ok(is_problem(405, "method_not_allowed"), "which needs no token");
	ok(has("\r\nAllow: GET, HEAD, PATCH, DELETE, OPTIONS\r\n"),
	    "of all routes with this path");
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		ASK(.method = others[i], .path = "/api/things");
		ok(is_problem(405, "method_not_allowed"), "not '%s'",
		    others[i]);
	}
	ASK(.method = "OPTIONS", .path = "/api/things", .no_token = true);
	is_int(fake_req.reply.status, 204, "OPTIONS is answered to anyone");
	ok(has("\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"), "with the methods");
	ok(!has("\r\nContent-Type:") && fake_body()[0] == '\0', "and no body");
	ASK(.method = "OPTIONS", .path = "/api/nowhere");
	ok(is_problem(404, "not_found"), "but not where there is nothing");
	ASK(.method = "HEAD", .path = "/api/things");
	is_int(fake_req.reply.status, 201, "HEAD is GET");
	ok(has("\r\nLocation: /api/things/12/\r\n") && fake_body()[0] == '\0',
	    "with its headers and without its body");
	ok(is_handled("Status: 201 Created\r\n"), "and its handler");
	ASK(.method = "DELETE", .path = "/api/things/1");
	ok(is_handled("Status: 204 No Content\r\n"),
	    "an answer without a body");
	ok(!has("\r\nContent-Type:") && fake_body()[0] == '\0', "has none");
}

static void
test_tokens(struct arena *a)
{
	static const char *const none[] = {
		"", "Basic YTpi", "Token x", "Bearerx", "bear er", "Bearer\tx",
	};
	static const char *const bad[] = {
		"Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "bearer a b",
	};
	const char *good = fake_bearer(a, TOKEN_ACCESS, 60);

	for (size_t i = 0; i < COUNT_OF(none); i++) {
		ASK(.path = "/api/things", .auth = none[i]);
		ok(is_problem(401, "token_missing"), "'%s' is no token",
		    none[i]);
		ok(has("\r\nWWW-Authenticate: Bearer realm=\"khatma\"\r\n"),
		    "and is told what is wanted, without an error");
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		ASK(.path = "/api/things", .auth = bad[i]);
		ok(is_problem(401, "token_invalid"), "'%s' is a bad one",
		    bad[i]);
		ok(has("\r\nWWW-Authenticate: Bearer realm=\"khatma\", "
		    "error=\"invalid_token\""), "with its error");
	}
	ASK(.path = "/api/things", .auth = good);
	ok(is_handled("\"user\":7"), "a good token is somebody's");
	ASK(.path = "/api/things",
	    .auth = arena_printf(a, "bEARER    %s", good + 7));
	ok(is_handled("\"user\":7"), "the scheme has no case");
	ASK(.path = "/api/things", .auth = fake_bearer(a, TOKEN_ACCESS, 0));
	ok(is_problem(401, "token_invalid"), "one that has expired");
	ASK(.path = "/api/things", .auth = fake_bearer(a, TOKEN_REFRESH, 60));
	ok(is_problem(401, "token_invalid"), "a refresh token");
	ASK(.path = "/api/things", .no_token = true,
	    .query = arena_printf(a, "access_token=%s", good + 7));
	ok(is_problem(401, "token_missing"), "none in the query");
	ask(&closed, &(struct ask){ .path = "/api/things" });
	ok(is_problem(401, "token_invalid"), "one whose user is gone");
	ASK(.path = "/api/open", .no_token = true);
	ok(is_handled("\"user\":0"), "an open route asks for none");
	ASK(.path = "/api/open", .auth = "Bearer x");
	ok(is_handled("\"user\":0"), "and does not look at one");
}

/* A handler that finds out who calls by what it reads. */
static void
test_self(void)
{
	const struct ask self = { .path = "/api/self" };
	const struct ask query = { .path = "/api/self", .query = "a=%" };

	ask(&arab, &self);
	ok(is_handled("\"user\":7") && identified == 0,
	    "a handler that knows the caller is asked alone");
	ask(&arab, &query);
	ok(is_problem(400, "bad_query") && identified == 1,
	    "what it is not asked for is told to whom it is known");
	ask(&closed, &query);
	ok(is_problem(401, "token_invalid"), "and to nobody else");
	wrong_first = ERR_VALIDATION;
	ask(&arab, &self);
	ok(identified == 2 && fake_req.errors.n == 1 && handled == 2,
	    "what is wrong first is found once more, and told once");
	ok(has("{\"x\":[\"لا يجوز أن يكون هذا الحقل فارغا.\"]}"),
	    "in the caller's language");
	handled = 0;
	ask(&closed, &self);
	ok(handled == 1 && fake_req.reply.status == 401 && has("token_invalid"),
	    "but not to whom is not let in");
	handled = 0;
	for (size_t i = 0; i < 2; i++) {
		wrong_first = i ? ERR_TOKEN_INVALID : ERR_DATABASE_AWAY;
		ask(&arab, &self);
		ok(handled == 1 && identified == 2,
		    "%d is the answer at once", err_text(wrong_first)->status);
		handled = 0;
	}
	wrong_first = OK;
	is_careless = true;
	ask(&closed, &self);
	ok(fake_req.reply.status == 401 && !has("\"route\"") &&
	    !has("X-Times"), "who forgets to find out tells nobody anything");
	handled = 0;
	ask(&arab, &self);
	ok(handled == 2 && identified == 3 && has("\"user\":7"),
	    "but whom it is found out for");
	handled = 0;
	is_careless = false;
	ASK(.path = "/api/self", .no_token = true);
	ok(is_problem(401, "token_missing"), "without a token it is not asked");
}

static void
test_types(void)
{
	static const char *const good[] = {
		"application/json", "Application/JSON",
		"application/json; charset=utf-8",
		"application/json;charset=UTF-8",
		"application/json; charset=\"utf-8\"",
		"application/json ; a=b",
		"application/json; charset=utf-8; a=b",
	};
	static const char *const bad[] = {
		"", "text/plain", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x", "application/jsonx",
		"application/json-patch+json", "application", "json",
		"application/json; charset=iso-8859-6",
		"application/json; charset=utf-16",
		"application/json; charset=utf-8x",
		"text/plain; x=application/json",
	};

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		ASK(.method = "POST", .path = "/api/things", .body = "{}",
		    .type = good[i]);
		ok(is_handled("\"json\":true"), "%s is JSON", good[i]);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		ASK(.method = "POST", .path = "/api/things", .body = "{}",
		    .type = bad[i]);
		ok(is_problem(415, "unsupported_media_type"), "'%s' is not",
		    bad[i]);
	}
	ASK(.method = "POST", .path = "/api/things", .body = "{}");
	ok(is_problem(415, "unsupported_media_type"), "nor is none");
	ASK(.method = "PATCH", .path = "/api/things/1");
	ok(is_handled("\"json\":false"), "without a body none is wanted");
	ASK(.path = "/api/things", .body = "x", .type = "text/plain");
	ok(is_handled("\"json\":false"), "the body of a GET is not looked at");
}

static void
test_bodies(void)
{
	static const struct {
		const char *body, *code;
	} bad[] = {
		{ "", "body_missing" }, { " \n", "body_missing" },
		{ "{", "body_not_json" }, { "{} {}", "body_trailing_text" },
		{ "\xff", "body_not_utf8" }, { "[]", "body_not_object" },
		{ "{\"a\":1,\"a\":1}", "body_duplicate_key" },
		{ "{\"a\":\"\\u0000\"}", "body_nul_character" },
		{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "body_too_deep" },
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		ASK(.method = "POST", .path = "/api/things", JSON_TYPE,
		    .body = bad[i].body);
		ok(is_problem(400, bad[i].code), "a body that is refused: %s",
		    bad[i].code);
	}
	ASK(.method = "POST", .path = "/api/things", .no_token = true,
	    .body = "{");
	ok(is_problem(401, "token_missing"), "the token is asked for first");
	ASK(.method = "POST", .path = "/api/things", .query = "a=%", JSON_TYPE,
	    .body = "{}");
	ok(is_problem(400, "bad_query"), "a query that cannot be read");
	ASK(.method = "POST", .path = "/api/things", JSON_TYPE, .body = "{}",
	    .length = "3");
	ok(is_problem(400, "bad_request"), "a body that ends too soon");
	ASK(.method = "POST", .path = "/api/things", JSON_TYPE, .body = "{}xx",
	    .length = "2");
	ok(is_handled("\"json\":true"), "none is read behind its length");
	ASK(.method = "POST", .path = "/api/things", JSON_TYPE, .body = "{}",
	    .length = "");
	ok(is_problem(400, "body_missing"), "an empty length is no body");
	ASK(.method = "POST", .path = "/api/things", JSON_TYPE, .body = "{}",
	    .chunked = true);
	ok(is_handled("\"json\":true"), "a body whose length is not told");
}

/* n bytes of a body that is good but for its size. */
static void
post_size(size_t n, bool chunked)
{
	char *body = malloc(n);

	memset(body, ' ', n);
	body[0] = '{';
	body[1] = '}';
	ASK(.method = "POST", .path = "/api/things", JSON_TYPE, .body = body,
	    .body_len = n, .chunked = chunked);
	free(body);
}

static void
test_sizes(void)
{
	static const char *const lengths[] = {
		"65537", "4294967296", "18446744073709551615",
		"99999999999999999999999", "-1", "1000000000000",
	};

	post_size(65536, false);
	ok(is_handled("\"json\":true"), "64 KiB are taken");
	post_size(65537, false);
	ok(is_problem(413, "body_too_large"), "a byte more is not");
	post_size(65536, true);
	ok(is_handled("\"json\":true"), "64 KiB in chunks are");
	post_size(65537, true);
	ok(is_problem(413, "body_too_large"), "a byte more is not");
	post_size(1000000, true);
	ok(is_problem(413, "body_too_large"), "nor is a million");
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		ASK(.method = "POST", .path = "/api/things", JSON_TYPE,
		    .body = "{}", .length = lengths[i]);
		ok(is_problem(413, "body_too_large"), "nor a length of %s",
		    lengths[i]);
	}
	ASK(.method = "POST", .path = "/api/open", .no_token = true,
	    .length = "65537");
	ok(is_problem(413, "body_too_large"), "nor on an open route");
}

/* An error of a handler becomes its problem, whatever it had begun. */
static void
test_errors(void)
{
	int wrong = 0;

	for (int e = OK + 1; e < ERR_COUNT; e++) {
		/* who has no row to refer to is nobody any more */
		const struct err_text *t = err_text(e == ERR_NO_PARENT ?
		    ERR_TOKEN_INVALID : (enum err)e);

		if (e == ERR_METHOD)	/* no handler's to say */
			continue;
		answer_next = (enum err)e;
		ASK(.path = "/api/things");
		handled = 0;
		if (!is_problem(t->status, t->code) || has("Location") ||
		    has("\"route\"") || has("WWW-Authenticate") !=
		    (t->status == 401) || has("Retry-After") !=
		    (t->status == 409 || t->status == 429 || (t->status == 503 &&
		    e != ERR_MAIL_OFF)))	/* which no waiting helps */
			wrong++;
	}
	answer_next = ERR_COUNT;
	ASK(.path = "/api/things");
	handled = 0;
	ok(is_problem(500, "internal_error"), "so does one that is none");
	answer_next = OK;
	is_int(wrong, 0, "every error of a handler becomes its problem");
}

/* A text that found no memory is missing from the answer. */
static void
test_memory(void)
{
	ASK(.path = "/api/hungry");
	handled = 0;
	ok(is_problem(500, "internal_error"), "half an answer is not sent");
	answer_next = ERR_VALIDATION;
	ASK(.path = "/api/hungry");
	handled = 0;
	ok(is_problem(500, "internal_error"), "nor half of what is wrong");
	answer_next = ERR_NOT_FOUND;
	ASK(.path = "/api/hungry");
	handled = 0;
	ok(is_problem(404, "not_found"), "what needs no memory is said");
	answer_next = OK;
	committed = true;
	ASK(.method = "DELETE", .path = "/api/hungry");
	handled = 0;
	ok(is_problem(503, "outcome_unknown"),
	    "of what was written it is not said that nothing was done");
	committed = false;
}

/* Where the header Idempotency-Key counts. */
static void
test_keys(void)
{
	static const struct ask other[] = {
		{ .path = "/api/makers", .key = "k" },
		{ .method = "HEAD", .path = "/api/makers", .key = "k" },
		{ .method = "POST", .path = "/api/things", .key = "k",
		    .body = "{}", JSON_TYPE },
		{ .method = "POST", .path = "/api/makers", .body = "{}",
		    JSON_TYPE },
	};

	for (size_t i = 0; i < COUNT_OF(other); i++) {
		ask(&service, &other[i]);
		ok(is_handled("Status: 201"), "a request %zu is handled", i);
	}
	is_int(keyed, 0, "without a look at its key, if any");
	ASK(.method = "POST", .path = "/api/makers", .key = "k", .body = "{}",
	    JSON_TYPE);
	ok(is_handled("Status: 201") && keyed == 1,
	    "a route that creates looks at it");
	ASK(.method = "POST", .path = "/api/makers", .key = "", .body = "{}",
	    JSON_TYPE);
	ok(is_handled("Status: 201") && keyed == 2, "also at an empty one");
	ASK(.method = "POST", .path = "/api/makers", .key = "k",
	    .no_token = true, .body = "{}", JSON_TYPE);
	ok(is_problem(401, "token_missing"), "after the token");
	ASK(.method = "POST", .path = "/api/makers", .key = "k", .body = "{",
	    JSON_TYPE);
	ok(is_problem(400, "body_not_json") && keyed == 2,
	    "and after the body");
}

int
main(void)
{
	struct arena *a = arena_new(65536);

	test_paths();
	test_methods();
	test_tokens(a);
	test_self();
	test_types();
	test_bodies();
	test_sizes();
	test_errors();
	test_memory();
	test_keys();
	fake_end();
	arena_free(a);
	return done_testing();
}
