#include "common/idempotency.h"

#include <inttypes.h>
#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/req.h"
#include "common/route.h"
#include "common/stored.h"
#include "common/time.h"

/* A character of a key without quotes, in which , and ; would join and end. */
static bool
is_plain(char c)
{
	return c > ' ' && c <= '~' && strchr(",;\"\\", c) == NULL;
}

bool
idempotency_key(const char *header, char key[IDEMPOTENCY_KEY_MAX + 1])
{
	const char *s = header, *end = s + strlen(s);
	bool quoted = *s == '"';
	size_t n = 0;

	if (quoted) {
		s++;
		if (end - s < 1 || *--end != '"')
			return false;
	}
	for (; s < end && n < IDEMPOTENCY_KEY_MAX; s++) {
		if (quoted && *s == '\\' && s + 1 < end &&
		    (s[1] == '"' || s[1] == '\\'))
			s++;
		else if (quoted ? *s < ' ' || *s > '~' || *s == '"' ||
		    *s == '\\' : !is_plain(*s))
			return false;
		key[n++] = *s;
	}
	key[n] = '\0';
	return s == end && n > 0;
}

struct once {
	const struct service *service;
	const struct route *route;
	struct req *r;
	struct stored_key key;
	struct stored stored;
};

/*
 * What is asked, whatever slashes the path has. Without a user there may be a
 * password in the body, of which no hash is kept that is fast to compute.
 */
static enum err
read_request(struct once *o)
{
	struct req *r = o->r;
	const char *body = r->body_len ? r->body : "", *text;
	enum err e = OK;

	if (o->key.user == 0)
		e = o->service->essence(r, &body);
	if (e != OK)
		return e;
	text = arena_printf(r->arena, "%s %s %" PRId64 " %" PRId64 "\n%s",
	    r->method_name, r->route, r->number[0], r->number[1], body);
	return text ? token_jti_hash(text, o->key.request) : ERR_INTERNAL;
}

/* As it was before the handler ran, in a round that was rolled back. */
static void
start_over(struct once *o)
{
	o->r->who.id = o->key.user;
	o->r->errors.n = 0;
	buf_reset(&o->r->reply.headers, REPLY_KEEP);
}

static enum err
once_tx(struct db *db, void *arg)
{
	struct once *o = arg;
	struct req *r = o->r;
	enum err e;

	start_over(o);
	e = stored_take(db, r->arena, &o->key, &o->stored);
	if (e == OK)
		e = route_handle(o->route, r);
	if (e == OK && !reply_whole(r))
		e = ERR_INTERNAL;
	if (e != OK)
		return e;
	o->stored = (struct stored){ .account = r->who.id,
	    .status = r->reply.status, .lang = r->who.lang,
	    .location = r->reply.location, .body = r->reply.body.data };
	return stored_keep(db, &o->key, &o->stored);
}

/* What the first request was told; to nobody but who made it. */
static enum err
replay(struct once *o)
{
	const struct stored *s = &o->stored;
	struct req *r = o->r;
	enum err e = s->same ? OK : ERR_KEY_REUSED;

	if (e == OK && o->key.user == 0)
		e = o->service->is_owner(r, s->account);
	if (e == ERR_LOGIN_FAILED)
		e = ERR_KEY_REUSED;
	/* it went since we looked, and the answer with it: the key is free */
	if (e == ERR_TOKEN_INVALID)
		e = ERR_KEY_BUSY;
	if (e != OK)
		return e;
	r->who.id = s->account;	/* for the log, too */
	r->who.lang = s->lang;
	reply_header(r, "Idempotency-Replayed", "true");
	return reply_kept(r, s->status, s->location, s->body);
}

static enum err
try_once(struct once *o)
{
	enum err e = db_tx(o->r->db, once_tx, o);

	if (e == ERR_DUPLICATE)
		e = replay(o);
	else if (e == OK)
		stored_clean_up(o->r->db);
	return e;
}

/* Whether this says nothing of what came of a COMMIT before. */
static bool
leaves_open(enum err e)
{
	return e == ERR_OUTCOME_UNKNOWN || e == ERR_KEY_BUSY ||
	    e == ERR_DATABASE_AWAY;
}

/*
 * After a COMMIT whose outcome is not known the key knows it: it is there, or
 * it is not, and then the work is done now. While it is busy, the server has
 * not heard yet that the connection of the first COMMIT is gone.
 */
static enum err
try_until_known(struct once *o)
{
	int64_t deadline = time_monotonic() + DB_RETRY_USEC;
	enum err e = try_once(o);

	if (e != ERR_OUTCOME_UNKNOWN)
		return e;
	while (leaves_open(e) && time_monotonic() <= deadline) {
		db_pause(o->r->db);
		e = try_once(o);
	}
	return err_text(e)->status >= 500 || e == ERR_KEY_BUSY ?
	    ERR_OUTCOME_KEYED : e;
}

enum err
idempotency_run(const struct service *service, const struct route *route,
    struct req *r)
{
	struct once o = { .service = service, .route = route, .r = r };
	char key[IDEMPOTENCY_KEY_MAX + 1];
	enum err e;

	if (!idempotency_key(r->idempotency_key, key))
		return ERR_KEY_INVALID;
	r->keyed = true;
	o.key.user = r->who.id;
	o.key.key = key;
	e = read_request(&o);
	return e == OK ? try_until_known(&o) : e;
}
