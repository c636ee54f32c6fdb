#include "common/stored.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/words.h"

enum { LOCK, FORGET, TAKE, KEEP, OLD, FORGET_OLD, STATEMENTS };

enum { OLD_MOST = 4, KEY_MAX = 255 };

#define THIS	"user_id = ? AND idem_key = ?"
#define IS_OLD	"created_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY"

const char *const stored_sql[STATEMENTS + 1] = {
	/* waiting would end in this answer or in 409, but later */
	[LOCK] =
	    "SELECT " IS_OLD " IS TRUE, request_hash = ?, account_id, "
	    "http_status, language, location, body FROM idempotency_keys WHERE " THIS
	    " FOR UPDATE NOWAIT",
	[FORGET] =
	    "DELETE FROM idempotency_keys WHERE " THIS,
	[TAKE] =
	    "INSERT INTO idempotency_keys (user_id, idem_key, request_hash, "
	    "created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))",
	[KEEP] =
	    "UPDATE idempotency_keys SET account_id = ?, http_status = ?, "
	    "language = ?, location = NULLIF(?, ''), body = ? WHERE " THIS,
	[OLD] =
	    "SELECT user_id, idem_key FROM idempotency_keys WHERE " IS_OLD
	    " ORDER BY created_at LIMIT ?",
	[FORGET_OLD] =
	    "DELETE FROM idempotency_keys WHERE " THIS " AND " IS_OLD,
};

static enum err
from_row(struct arena *a, const struct db_rows *rows, struct stored *s)
{
	s->same = db_get_int(rows, 1) != 0;
	s->account = db_get_int(rows, 2);
	s->status = (int)db_get_int(rows, 3);
	if (!lang_read(db_get_text(rows, 4), &s->lang))
		s->lang = LANG_EN;
	s->location = db_is_null(rows, 5) ? "" : db_keep_text(a, rows, 5);
	s->body = db_keep_text(a, rows, 6);
	/* what stored_keep() has not written is not for sending */
	return (s->status == 200 || s->status == 201) && s->account > 0 &&
	    s->location && s->body ? ERR_DUPLICATE : ERR_INTERNAL;
}

enum err
stored_take(struct db *db, struct arena *a, const struct stored_key *key,
    struct stored *s)
{
	struct db_rows rows;
	enum err e = db_one(db, stored_sql[LOCK],
	    ARGS(db_bytes(key->request, sizeof(key->request)),
	    db_int(key->user), db_text(key->key)), &rows);

	if (e == ERR_RETRY)
		return ERR_KEY_BUSY;
	if (e == OK && db_get_int(&rows, 0) == 0)
		return from_row(a, &rows, s);
	if (e == OK)
		e = db_exec(db, stored_sql[FORGET], ARGS(db_int(key->user),
		    db_text(key->key)), NULL);
	if (e == OK || e == ERR_NO_ROW)
		e = db_exec(db, stored_sql[TAKE], ARGS(db_int(key->user),
		    db_text(key->key),
		    db_bytes(key->request, sizeof(key->request))), NULL);
	/* somebody took it since we looked: look again */
	return e == ERR_DUPLICATE ? ERR_RETRY : e;
}

enum err
stored_keep(struct db *db, const struct stored_key *key,
    const struct stored *s)
{
	return db_exec(db, stored_sql[KEEP], ARGS(db_int(s->account),
	    db_int(s->status), db_text(lang_tag(s->lang)),
	    db_text(s->location), db_text(s->body), db_int(key->user),
	    db_text(key->key)), NULL);
}

struct old {
	int64_t user[OLD_MOST];
	char key[OLD_MOST][KEY_MAX + 1];
	size_t n;
};

static enum err
forget_tx(struct db *db, void *arg)
{
	const struct old *old = arg;
	enum err e = OK;

	for (size_t i = 0; i < old->n && e == OK; i++)
		e = db_exec(db, stored_sql[FORGET_OLD],
		    ARGS(db_int(old->user[i]), db_text(old->key[i])), NULL);
	return e;
}

/*
 * In a transaction of its own that takes rows by their key, the oldest first,
 * so that it waits for nobody who waits for it. If it fails, the next one will
 * do it.
 */
void
stored_clean_up(struct db *db)
{
	struct old old = { .n = 0 };
	struct db_rows rows;
	enum err e = db_query(db, stored_sql[OLD], ARGS(db_int(OLD_MOST)),
	    &rows);

	while (e == OK && old.n < OLD_MOST && (e = db_next(&rows)) == OK) {
		old.user[old.n] = db_get_int(&rows, 0);
		snprintf(old.key[old.n++], KEY_MAX + 1, "%s",
		    db_get_text(&rows, 1));
	}
	if (e == OK)
		db_done(&rows);
	if (old.n > 0)
		db_tx(db, forget_tx, &old);
}
