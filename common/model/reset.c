#include "common/model/reset.h"

#include <stdio.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/model/throttle.h"
#include "common/model/user.h"
#include "common/utf8.h"
#include "common/words.h"

enum { PAUSE_FIRST = 10, PAUSE_MOST = 300, DOUBLED_MOST = 5 };

enum {
	FORGET_OLD, REQUEST, FIND, USE_UP, DUE, TAKE, SETTLE, POSTPONE,
	STATEMENTS
};

const char *const reset_sql[STATEMENTS + 1] = {
	/* a few: each request pays for the past, none for all of it */
	[FORGET_OLD] =
	    "DELETE FROM password_resets "
	    "WHERE requested_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY "
	    "ORDER BY requested_at LIMIT 10",
	[REQUEST] =
	    "INSERT INTO password_resets (email_hash, number, user_id, "
	    "language, requested_at, next_try_at) "
	    "SELECT h.email_hash, h.number, u.id, ?, UTC_TIMESTAMP(6), "
	    "IF(u.id IS NULL, NULL, UTC_TIMESTAMP(6)) "
	    "FROM (SELECT UNHEX(SHA2(?, 256)) AS email_hash, "
	    "COALESCE(MAX(number), 0) + 1 AS number, "
	    "COALESCE(SUM(requested_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR), "
	    "0) AS recent FROM password_resets "
	    "WHERE email_hash = UNHEX(SHA2(?, 256))) h "
	    "LEFT JOIN users u ON u.email_key = ? WHERE h.recent < 3",
	[FIND] =
	    "SELECT r.id, r.user_id, u.email, u.fullname, u.password, "
	    "u.email_key "
	    "FROM password_resets r JOIN users u ON u.id = r.user_id "
	    "WHERE r.token_hash = ? AND r.used_at IS NULL "
	    "AND r.sent_at > UTC_TIMESTAMP(6) - INTERVAL 30 MINUTE "
	    "AND u.password_changed_at <= r.requested_at",
	[USE_UP] =
	    "UPDATE password_resets SET used_at = UTC_TIMESTAMP(6), "
	    "next_try_at = NULL WHERE id = ? AND used_at IS NULL",
	[DUE] =
	    "SELECT r.id, r.attempts, u.email, "
	    "COALESCE(u.language, r.language), "
	    "r.requested_at > UTC_TIMESTAMP(6) - INTERVAL 30 MINUTE "
	    "AND u.password_changed_at <= r.requested_at "
	    "FROM password_resets r JOIN users u ON u.id = r.user_id "
	    "WHERE r.next_try_at <= UTC_TIMESTAMP(6) "
	    "ORDER BY r.next_try_at LIMIT 1",
	[TAKE] =
	    "UPDATE password_resets SET token_hash = ?, "
	    "sent_at = UTC_TIMESTAMP(6), attempts = attempts + 1, "
	    "next_try_at = UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE "
	    "WHERE id = ? AND attempts = ? AND next_try_at IS NOT NULL",
	[SETTLE] =
	    "UPDATE password_resets SET next_try_at = NULL "
	    "WHERE id = ? AND attempts = ?",
	[POSTPONE] =
	    "UPDATE password_resets "
	    "SET next_try_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND "
	    "WHERE id = ? AND attempts = ? AND next_try_at IS NOT NULL",
};

/* Asking */

struct request {
	const char *key, *language;
};

/*
 * Two requests that count the same number, and an account that goes between
 * our look and the insert, are counted once more.
 */
static enum err
request_tx(struct db *db, void *arg)
{
	const struct request *q = arg;
	enum err e = db_exec(db, reset_sql[FORGET_OLD], NO_ARGS, NULL);

	if (e == OK)
		e = db_exec(db, reset_sql[REQUEST], ARGS(db_text(q->language),
		    db_text(q->key), db_text(q->key), db_text(q->key)), NULL);
	return e == ERR_DUPLICATE || e == ERR_NO_PARENT ? ERR_RETRY : e;
}

enum err
reset_request(struct db *db, struct arena *a, const char *email,
    enum lang lang)
{
	struct request q = { utf8_fold(a, email), lang_tag(lang) };

	return q.key ? db_tx(db, request_tx, &q) : ERR_INTERNAL;
}

/* Using */

enum err
reset_find(struct db *db, struct arena *a, const char *token,
    struct reset *reset)
{
	unsigned char hash[TOKEN_HASH_LEN];
	struct db_rows rows;
	enum err e = token_jti_hash(token, hash);

	if (e == OK)
		e = db_one(db, reset_sql[FIND],
		    ARGS(db_bytes(hash, sizeof(hash))), &rows);
	if (e != OK)
		return e == ERR_NO_ROW ? ERR_RESET_TOKEN : e;
	reset->id = db_get_int(&rows, 0);
	reset->user = db_get_int(&rows, 1);
	reset->email = db_keep_text(a, &rows, 2);
	reset->fullname = db_keep_text(a, &rows, 3);
	snprintf(reset->phc, sizeof(reset->phc), "%s", db_get_text(&rows, 4));
	reset->email_key = db_keep_text(a, &rows, 5);
	return arena_failed(a) ? ERR_INTERNAL : OK;
}

struct use {
	const struct reset *reset;
	const char *phc;
};

static enum err
use_tx(struct db *db, void *arg)
{
	const struct use *u = arg;
	const struct reset *r = u->reset;
	int64_t matched = 0;
	enum err e = throttle_forget(db, r->email_key);

	if (e == OK)
		e = db_exec(db, reset_sql[USE_UP], ARGS(db_int(r->id)),
		    &matched);
	if (e == OK && matched == 0)
		return ERR_RESET_TOKEN;
	if (e == OK)
		e = user_replace_password(db, r->user, r->phc, u->phc, 0);
	return e == ERR_LOGIN_FAILED ? ERR_RESET_TOKEN : e;
}

enum err
reset_use(struct db *db, const struct reset *reset, const char *phc)
{
	struct use u = { reset, phc };

	return db_tx(db, use_tx, &u);
}

/* Sending */

struct taking {
	struct reset_mail *mail;
	unsigned char hash[TOKEN_HASH_LEN];
	int64_t seen;		/* attempts before this one */
	int64_t matched;
};

static enum err
take_tx(struct db *db, void *arg)
{
	struct taking *t = arg;

	return db_exec(db, reset_sql[TAKE],
	    ARGS(db_bytes(t->hash, sizeof(t->hash)), db_int(t->mail->id),
	    db_int(t->seen)), &t->matched);
}

static enum err
settle_tx(struct db *db, void *arg)
{
	const struct reset_mail *m = arg;

	return db_exec(db, reset_sql[SETTLE],
	    ARGS(db_int(m->id), db_int(m->attempts)), NULL);
}

static enum err
take_new_token(struct db *db, struct reset_mail *m)
{
	struct taking t = { .mail = m, .seen = m->attempts };
	enum err e = token_jti(m->token);

	if (e == OK)
		e = token_jti_hash(m->token, t.hash);
	if (e == OK)
		e = db_tx(db, take_tx, &t);
	if (t.matched == 0)
		m->to = NULL;
	m->attempts++;
	return e;
}

enum err
reset_take(struct db *db, struct arena *a, struct reset_mail *m)
{
	struct db_rows rows;
	const char *language;
	enum err e = db_one(db, reset_sql[DUE], NO_ARGS, &rows);

	if (e != OK)
		return e;
	m->id = db_get_int(&rows, 0);
	m->attempts = db_get_int(&rows, 1);
	language = db_get_text(&rows, 3);
	if (!lang_read(language ? language : "", &m->lang))
		m->lang = LANG_EN;
	m->to = NULL;
	if (db_get_int(&rows, 4) == 0)
		return db_tx(db, settle_tx, m);
	m->to = db_keep_text(a, &rows, 2);
	return m->to ? take_new_token(db, m) : ERR_INTERNAL;
}

enum err
reset_sent(struct db *db, const struct reset_mail *m)
{
	struct reset_mail sent = *m;

	return db_tx(db, settle_tx, &sent);
}

static enum err
postpone_tx(struct db *db, void *arg)
{
	const struct reset_mail *m = arg;
	int64_t n = m->attempts - 1;
	int64_t pause = n < DOUBLED_MOST ? PAUSE_FIRST << n : PAUSE_MOST;

	return db_exec(db, reset_sql[POSTPONE], ARGS(db_int(pause),
	    db_int(m->id), db_int(m->attempts)), NULL);
}

enum err
reset_not_sent(struct db *db, const struct reset_mail *m)
{
	struct reset_mail unsent = *m;

	return db_tx(db, postpone_tx, &unsent);
}
