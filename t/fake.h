/*
 * A request without a web server: ask() puts it through req_read(), the routes
 * of a service that has no database, and reply_send(), and keeps the answer.
 */
#ifndef KHATMA_FAKE_H
#define KHATMA_FAKE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/req.h"
#include "common/route.h"
#include "common/time.h"

/* What a client and a web server send; NULL is not sent. */
struct ask {
	const char *method;		/* NULL: GET */
	const char *path, *info;	/* SCRIPT_NAME, PATH_INFO */
	const char *query, *auth, *type, *language, *id, *host, *scheme;
	const char *origin, *key, *key_again;
	const char *body;
	size_t body_len;		/* 0: that of the string */
	const char *length;		/* CONTENT_LENGTH; NULL: the body's */
	bool chunked;			/* no CONTENT_LENGTH */
	bool no_token;			/* else auth is a good one */
};

static struct conf fake_conf;
static struct token_keys fake_keys;
static struct req fake_req;
static struct buf fake_out = { .max = (size_t)64 << 20 };

struct fake {
	const struct ask *ask;
	size_t at, len;
	char length[24];
};

static const char *
fake_param(void *ctx, const char *name)
{
	const struct fake *f = ctx;
	const struct ask *a = f->ask;
	const struct {
		const char *name, *value;
	} all[] = {
		{ "REQUEST_METHOD", a->method ? a->method : "GET" },
		{ "SCRIPT_NAME", a->path },
		{ "PATH_INFO", a->info },
		{ "QUERY_STRING", a->query },
		{ "HTTP_AUTHORIZATION", a->auth },
		{ "CONTENT_TYPE", a->type },
		{ "HTTP_ACCEPT_LANGUAGE", a->language },
		{ "HTTP_X_REQUEST_ID", a->id },
		{ "HTTP_HOST", a->host },
		{ "REQUEST_SCHEME", a->scheme },
		{ "HTTP_ORIGIN", a->origin },
		{ "HTTP_IDEMPOTENCY_KEY", a->key },
		{ "HTTP_TRANSFER_ENCODING", a->chunked ? "chunked" : NULL },
		{ "CONTENT_LENGTH", a->chunked ? NULL :
		    a->length ? a->length : f->len ? f->length : NULL },
	};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i].value;
	return NULL;
}

static const char *
fake_again(void *ctx, const char *name)
{
	const struct fake *f = ctx;

	return strcmp(name, "HTTP_IDEMPOTENCY_KEY") == 0 ? f->ask->key_again :
	    NULL;
}

static size_t
fake_read(void *ctx, char *to, size_t n)
{
	struct fake *f = ctx;

	if (n > f->len - f->at)
		n = f->len - f->at;
	memcpy(to, f->ask->body + f->at, n);
	f->at += n;
	return n;
}

static void
fake_write(void *ctx, const char *from, size_t n)
{
	(void)ctx;
	buf_add(&fake_out, from, n);
}

/* "Bearer " and a token of user 7. */
static const char *
fake_bearer(struct arena *a, enum token_type type, int64_t lives)
{
	struct token t = { .type = type, .user_id = 7, .session_id = 3,
	    .issued = time_now() / USEC_PER_SEC - 60, .jti = "0123456789" };
	static const unsigned char bytes[TOKEN_KEY_MIN];
	const char *text;

	token_key_set(&fake_keys.signing, bytes, sizeof(bytes));
	t.expires = time_now() / USEC_PER_SEC + lives;
	if (token_sign(a, &fake_keys, &t, &text) != OK)
		return "Bearer none";
	return arena_printf(a, "Bearer %s", text);
}

/* The answer is in fake_out, what it was made of in fake_req. */
static void
ask(const struct service *service, const struct ask *given)
{
	struct arena *a = arena_new((size_t)64 << 20);
	struct ask full = *given;
	struct fake f = { .ask = &full };
	struct transport t = { &f, fake_param, fake_again, fake_read,
	    fake_write };

	f.len = given->body_len ? given->body_len :
	    given->body ? strlen(given->body) : 0;
	snprintf(f.length, sizeof(f.length), "%zu", f.len);
	if (full.auth == NULL && !full.no_token)
		full.auth = fake_bearer(a, TOKEN_ACCESS, 60);
	buf_free(&fake_req.reply.headers);
	buf_free(&fake_req.reply.body);
	buf_reset(&fake_out, 0);
	fake_req = (struct req){ .arena = a, .conf = &fake_conf,
	    .keys = &fake_keys };
	if (req_read(&fake_req, &t) == OK)
		route_answer(service, &fake_req);
	else
		reply_problem(&fake_req, ERR_INTERNAL);
	reply_send(&fake_req, &t);
	arena_free(a);
}

/* Free what the last answer holds. */
static void
fake_end(void)
{
	buf_free(&fake_req.reply.headers);
	buf_free(&fake_req.reply.body);
	buf_free(&fake_out);
}

/* The answer: "Status: …", the other headers, the body. */
static const char *
fake_text(void)
{
	return fake_out.data ? fake_out.data : "";
}

/* Whether it has this anywhere: a header's line, a member of the body. */
static bool
has(const char *text)
{
	return strstr(fake_text(), text) != NULL;
}

/* What follows the headers. */
static const char *
fake_body(void)
{
	const char *end = strstr(fake_text(), "\r\n\r\n");

	return end ? end + 4 : "no end of headers";
}

#endif
