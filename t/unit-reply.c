#include "common/reply.h"

#include <stdlib.h>

#include "t/fake.h"
#include "t/tap.h"

/* A service whose handler does what the test says. */

static enum err (*handler)(struct req *r);

static enum err
handle(struct req *r)
{
	return handler(r);
}

/* The user's language, where one was chosen. */
static bool chose;
static enum lang chosen;

static enum err
identify(struct db *db, const struct token *token, struct who *who)
{
	(void)db;
	who->id = token->user_id;
	who->chose_language = chose;
	if (chose)
		who->lang = chosen;
	return OK;
}

static const struct route routes[] = { { GET, "it", handle, 0, 0 } };

static const struct service service = {
	.name = "fake", .routes = routes, .nroutes = 1, .identify = identify,
};

#define ASK(...) \
	ask(&service, &(struct ask){ .path = "/api/it/", __VA_ARGS__ })

static enum err
say_hello(struct req *r)
{
	struct json *j = reply_json(r, 200);

	json_open(j, NULL, '{');
	json_text(j, "hello", "سلام");
	json_close(j);
	return OK;
}

static enum err
say_message(struct req *r)
{
	static const char *const message[LANG_COUNT] = {
		[LANG_EN] = "Welcome", [LANG_AR] = "مرحبا",
	};

	return reply_message(r, 200, message);
}

static enum err
refuse(struct req *r)
{
	(void)r;
	return ERR_KHATMA_NOT_FOUND;
}

static enum err
refuse_for_now(struct req *r)
{
	r->reply.retry_after = 57;
	return ERR_LOGIN_BLOCKED;
}

static enum err
refuse_fields(struct req *r)
{
	req_wrong(r, "email", MSG_EMAIL);
	return req_wrong(r, "days", MSG_REQUIRED);
}

static enum err
think_again(struct req *r)
{
	json_text(reply_json(r, 201), NULL, "no");
	return say_hello(r);
}

static enum err
say_too_much(struct req *r)
{
	struct json *j = reply_json(r, 200);
	static char line[65536];

	memset(line, 'x', sizeof(line) - 1);
	json_open(j, NULL, '[');
	for (size_t n = 0; n <= REPLY_MAX; n += sizeof(line))
		json_text(j, NULL, line);
	json_close(j);
	reply_header(r, "Location", "/somewhere/");
	return OK;
}

static enum err
nest_too_deep(struct req *r)
{
	for (int i = 0; i < 100; i++)
		json_open(&r->reply.json, NULL, '[');
	return OK;
}

static enum err
begin_deep(struct req *r)
{
	reply_json(r, 200);
	return nest_too_deep(r);
}

static enum err
head_too_long(struct req *r)
{
	static char value[65536];

	memset(value, 'x', sizeof(value) - 1);
	say_hello(r);
	reply_header(r, "X-Long", value);
	return OK;
}

static void
test_answer(void)
{
	static const char *const lines[] = {
		"Content-Type: application/json", "Content-Language: en",
		"Vary: Accept-Language", "Cache-Control: no-store",
		"X-Content-Type-Options: nosniff",
		"Content-Security-Policy: default-src 'none'; "
		    "frame-ancestors 'none'",
		"Referrer-Policy: no-referrer",
		"Cross-Origin-Resource-Policy: same-origin",
	};
	char line[256];

	handler = say_hello;
	ASK();
	ok(strncmp(fake_text(), "Status: 200 OK\r\n", 16) == 0,
	    "an answer begins with its status");
	is_str(fake_body(), "{\"hello\":\"سلام\"}", "and ends with its body");
	ok(has("\r\nContent-Length: 20\r\n"), "of which it tells the bytes");
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		snprintf(line, sizeof(line), "\r\n%s\r\n", lines[i]);
		ok(has(line), "with %s", lines[i]);
	}
	ok(!has("Access-Control"), "and nothing for other origins");
	ASK(.method = "HEAD");
	ok(has("\r\nContent-Type: application/json\r\n") &&
	    fake_body()[0] == '\0', "HEAD has the headers alone");
	ok(has("\r\nContent-Length: 20\r\n"),
	    "the length of what GET would bring among them");
	handler = think_again;
	ASK();
	is_int(fake_req.reply.status, 200, "an answer can be begun anew");
	is_str(fake_body(), "{\"hello\":\"سلام\"}", "and is the last one");
}

static void
test_problem(void)
{
	handler = refuse;
	ASK(.id = "0123456789abcdef");
	ok(strncmp(fake_text(), "Status: 404 Not Found\r\n", 23) == 0,
	    "a problem has its status");
	ok(has("\r\nContent-Type: application/problem+json\r\n"), "its type");
	is_str(fake_body(), "{\"type\":\"about:blank\",\"title\":\"Not Found\","
	    "\"status\":404,\"detail\":\"There is no khatma with this id.\","
	    "\"code\":\"khatma_not_found\","
	    "\"request_id\":\"0123456789abcdef\"}", "and its members");
	handler = refuse_for_now;
	ASK();
	ok(has("Status: 429 Too Many Requests\r\n") &&
	    has("\r\nRetry-After: 57\r\n"), "and when to come again");
	handler = refuse_fields;
	ASK();
	ok(has("\"code\":\"validation_error\",\"errors\":{\"email\":[\"Enter a "
	    "valid e-mail address.\"],\"days\":[\"This field is required.\"]},"
	    "\"request_id\":"), "with each wrong field");
	ASK(.method = "HEAD");
	ok(fake_req.reply.status == 400 && fake_body()[0] == '\0',
	    "but for HEAD");
}

/* Nothing of an answer that is not whole leaves. */
static void
test_bounds(void)
{
	static enum err (*const long_ones[])(struct req *) = {
		say_too_much, begin_deep, head_too_long
	};

	for (size_t i = 0; i < COUNT_OF(long_ones); i++) {
		handler = long_ones[i];
		ASK();
		ok(strncmp(fake_text(), "Status: 500 Internal Server Error"
		    "\r\n", 35) == 0, "an answer that does not fit is a 500");
		ok(strncmp(fake_body(), "{\"type\":", 8) == 0 &&
		    has("\"code\":\"internal_error\""), "a problem as others");
		ok(!has("Location") && !has("X-Long"), "and nothing else");
		ok(has("\r\nCache-Control: no-store\r\n"), "with its headers");
	}
	handler = say_hello;
	ASK();
	is_int(fake_req.reply.status, 200, "the next is as if nothing was");
}

static void
test_languages(void)
{
	handler = say_message;
	ASK();
	is_str(fake_body(), "{\"message\":\"Welcome\"}", "English is for all");
	ASK(.language = "ar-EG,en;q=0.5");
	is_str(fake_body(), "{\"message\":\"مرحبا\"}", "Arabic on request");
	ok(has("\r\nContent-Language: ar\r\n"), "which the header says");
	chose = true;
	chosen = LANG_EN;
	ASK(.language = "ar");
	is_str(fake_body(), "{\"message\":\"Welcome\"}",
	    "what a user has chosen goes before the header");
	chosen = LANG_AR;
	ASK(.language = "en");
	is_str(fake_body(), "{\"message\":\"مرحبا\"}", "in both languages");
	handler = refuse_fields;
	ASK();
	ok(has("\"detail\":\"بعض الحقول غير صحيحة: انظر errors.\""),
	    "a problem, too");
	ok(has("\"days\":[\"هذا الحقل مطلوب.\"]"), "and each of its fields");
	ASK(.no_token = true, .language = "ar");
	ok(has("\"detail\":\"سجل الدخول أولا:"),
	    "without a token the header counts");
	chose = false;
}

static void
test_ids(void)
{
	static const char *const good[] = {
		"12345678", "ABC-def-0123456789",
		"a12345678901234567890123456789012345678901234567890123456789"
		    "0123",
	};
	static const char *const bad[] = {
		"", "1234567", "12345678 ", "1234567\r\nX: y", "\"12345678\"",
		"../12345678", "عشرة-احرف",
		"a12345678901234567890123456789012345678901234567890123456789"
		    "01234",
	};
	char line[128], first[REQUEST_ID_MAX + 1];

	handler = say_hello;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		ASK(.id = good[i]);
		snprintf(line, sizeof(line), "\r\nX-Request-Id: %s\r\n",
		    good[i]);
		ok(has(line), "the request id %s is kept", good[i]);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		ASK(.id = bad[i]);
		snprintf(line, sizeof(line), "\r\nX-Request-Id: %s\r\n",
		    fake_req.id);
		ok(strlen(fake_req.id) == 32 && has(line) && strspn(fake_req.id,
		    "0123456789abcdef") == 32, "bad request id %zu is not", i);
	}
	ASK();
	memcpy(first, fake_req.id, sizeof(first));
	ASK();
	ok(strcmp(first, fake_req.id) != 0, "ids of our own differ");
}

/* Whether another origin would be let in. */
static bool
lets_in(const char *origin)
{
	char line[256];

	ASK(.origin = origin);
	snprintf(line, sizeof(line),
	    "\r\nAccess-Control-Allow-Origin: %s\r\n", origin);
	return has(line) && has("\r\nVary: Origin\r\n");
}

static void
test_cors(void)
{
	static const char *const others[] = {
		"https://a.example.com", "https://a.exampl", "http://a.example",
		"https://a.example:8443", "https://A.example", "null", "*",
		"a.example", "https://a.example,", ",", "https://a.example, "
		"https://b.example", "https://b.exampl",
	};

	handler = say_hello;
	ok(!lets_in("https://a.example"), "no origin unless it is set");
	strcpy(fake_conf.cors_origins, "https://a.example, https://b.example "
	    "http://localhost:3000");
	ok(lets_in("https://a.example"), "the first of those that are");
	ok(lets_in("https://b.example"), "the second");
	ok(lets_in("http://localhost:3000"), "the third");
	ok(has("\r\nAccess-Control-Expose-Headers: Location, Link, "
	    "X-Total-Count, X-Request-Id, Retry-After, "
	    "Idempotency-Replayed\r\n"),
	    "may read our headers");
	ok(!has("Access-Control-Allow-Credentials"), "but sends no cookies");
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		ASK(.origin = others[i]);
		ok(!has("Access-Control") && has("\r\nVary: Origin\r\n"),
		    "not '%s'", others[i]);
	}
	ASK();
	ok(!has("Access-Control"), "nor who has none");
	ASK(.method = "OPTIONS", .origin = "https://a.example",
	    .no_token = true);
	ok(fake_req.reply.status == 204 && has("\r\nAccess-Control-Allow-"
	    "Origin: https://a.example\r\n"), "a preflight is answered");
	ok(!has("Content-Length"), "without a length, as there is no body");
	ok(has("\r\nAccess-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, "
	    "DELETE, OPTIONS\r\n"), "with the methods");
	ok(has("\r\nAccess-Control-Allow-Headers: Authorization, Content-Type, "
	    "Accept-Language, Idempotency-Key\r\n"), "and the headers");
	handler = refuse;
	ok(lets_in("https://a.example"), "a page may read problems, too");
	fake_conf.cors_origins[0] = '\0';
}

/* What the handler of the moment answers, or fails with. */
static int wanted_status;
static enum err wanted_err;

static enum err
say_status(struct req *r)
{
	json_open(reply_json(r, wanted_status), NULL, '{');
	json_close(&r->reply.json);
	return OK;
}

static enum err
say_empty(struct req *r)
{
	return reply_empty(r, wanted_status);
}

static enum err
fail(struct req *r)
{
	(void)r;
	return wanted_err;
}

static bool
has_required(void)
{
	static const char *const lines[] = {
		"X-Content-Type-Options: nosniff", "Cache-Control: no-store",
		"Content-Security-Policy: default-src 'none'; "
		    "frame-ancestors 'none'",
		"Referrer-Policy: no-referrer",
		"Cross-Origin-Resource-Policy: same-origin", "X-Request-Id: ",
	};
	static const char *const never[] = {
		"X-Powered-By", "Server:", "Set-Cookie", "Location",
	};
	bool all = true;

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		char line[128];

		snprintf(line, sizeof(line), "\r\n%s", lines[i]);
		all = all && has(line);
	}
	for (size_t i = 0; i < COUNT_OF(never); i++)
		all = all && !has(never[i]);
	return all;
}

static void
test_every_status(void)
{
	static const int good[] = { 200, 201, 202, 204 };

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		wanted_status = good[i];
		handler = good[i] == 204 ? say_empty : say_status;
		ASK(.method = "GET");
		ok(has_required(), "HTTP-20: %d has every header", good[i]);
		is_int(has("\r\nContent-Type: application/json\r\n"),
		    good[i] != 204, "HTTP-20: and a type with its body");
	}
	handler = fail;
	for (int e = OK + 1; e < ERR_COUNT; e++) {
		wanted_err = (enum err)e;
		ASK(.method = "GET");
		ok(has_required(), "HTTP-20: %d %s has every header",
		    err_text(wanted_err)->status, err_text(wanted_err)->code);
		ok(has("\r\nContent-Type: application/problem+json\r\n"),
		    "HTTP-20: and is a problem");
	}
}

int
main(void)
{
	test_answer();
	test_problem();
	test_bounds();
	test_languages();
	test_ids();
	test_cors();
	test_every_status();
	fake_end();
	return done_testing();
}
