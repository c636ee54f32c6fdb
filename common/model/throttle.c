#include "common/model/throttle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/db.h"

enum { LOCK_OR_MAKE, LOCK, COUNT, FORGET, OLD, FORGET_OLD, STATEMENTS };

enum {
	FREE_FAILURES = 4,	/* in a row, that have no consequence */
	BLOCK_FIRST = 60,	/* seconds */
	BLOCK_MOST = 900,
	OLD_MOST = 4,		/* rows that a failure cleans up */
	HEX_MAX = 65
};

#define THIS	"email_hash = " THROTTLE_HASH("?")
#define IS_OLD	"last_failed_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY"

const char *const throttle_sql[STATEMENTS + 1] = {
	[LOCK_OR_MAKE] =
	    "INSERT INTO login_failures (email_hash, failures, "
	    "last_failed_at) VALUES (" THROTTLE_HASH("?") ", 0, "
	    "UTC_TIMESTAMP(6)) "
	    "ON DUPLICATE KEY UPDATE login_failures.failures = "
	    "login_failures.failures",
	[LOCK] =
	    "SELECT IF(" IS_OLD ", 0, failures), " THROTTLE_LEFT
	    " FROM login_failures f WHERE " THIS " FOR UPDATE",
	[COUNT] =
	    "UPDATE login_failures SET failures = ?, "
	    "last_failed_at = UTC_TIMESTAMP(6), "
	    "blocked_until = UTC_TIMESTAMP(6) + INTERVAL NULLIF(?, 0) SECOND "
	    "WHERE " THIS,
	[FORGET] =
	    "DELETE FROM login_failures WHERE " THIS,
	[OLD] =
	    "SELECT HEX(email_hash) FROM login_failures WHERE " IS_OLD
	    " ORDER BY last_failed_at, email_hash LIMIT ?",
	[FORGET_OLD] =
	    "DELETE FROM login_failures WHERE email_hash = UNHEX(?) AND " IS_OLD,
};

/* For how many seconds so many failures block. */
static int64_t
block_after(int64_t failures)
{
	int64_t seconds = BLOCK_FIRST;

	if (failures <= FREE_FAILURES)
		return 0;
	for (int64_t n = FREE_FAILURES + 1; n < failures &&
	    seconds < BLOCK_MOST; n++)
		seconds *= 2;
	return seconds < BLOCK_MOST ? seconds : BLOCK_MOST;
}

/* The failures in a row, or ERR_LOGIN_BLOCKED; the row is locked then. */
static enum err
lock(struct db *db, const char *email_key, int64_t *failures, int64_t *wait)
{
	struct db_rows rows;
	enum err e = db_one(db, throttle_sql[LOCK], ARGS(db_text(email_key)),
	    &rows);

	*wait = 0;
	if (e != OK)
		return e;
	*failures = db_get_int(&rows, 0);
	if (db_get_int(&rows, 1) <= 0)
		return OK;
	*wait = db_get_int(&rows, 1);
	return ERR_LOGIN_BLOCKED;
}

struct failure {
	const char *email_key;
	int64_t *wait;
};

static enum err
failed_tx(struct db *db, void *arg)
{
	const struct failure *f = arg;
	int64_t failures;
	enum err e = db_exec(db, throttle_sql[LOCK_OR_MAKE],
	    ARGS(db_text(f->email_key)), NULL);

	if (e == OK)
		e = lock(db, f->email_key, &failures, f->wait);
	if (e != OK)
		return e;
	failures++;
	return db_exec(db, throttle_sql[COUNT], ARGS(db_int(failures),
	    db_int(block_after(failures)), db_text(f->email_key)), NULL);
}

struct old {
	char hash[OLD_MOST][HEX_MAX];
	size_t n;
};

static enum err
forget_tx(struct db *db, void *arg)
{
	const struct old *old = arg;
	enum err e = OK;

	for (size_t i = 0; i < old->n && e == OK; i++)
		e = db_exec(db, throttle_sql[FORGET_OLD],
		    ARGS(db_text(old->hash[i])), NULL);
	return e;
}

/*
 * In a transaction of its own that takes rows by their key, the oldest first,
 * so that it waits for nobody who waits for it. If it fails, the next one will
 * do it.
 */
static void
clean_up(struct db *db)
{
	struct old old = { .n = 0 };
	struct db_rows rows;
	enum err e = db_query(db, throttle_sql[OLD], ARGS(db_int(OLD_MOST)),
	    &rows);

	while (e == OK && old.n < OLD_MOST && (e = db_next(&rows)) == OK)
		snprintf(old.hash[old.n++], HEX_MAX, "%s",
		    db_get_text(&rows, 0));
	if (e == OK)
		db_done(&rows);
	if (old.n > 0)
		db_tx(db, forget_tx, &old);
}

enum err
throttle_failed(struct db *db, const char *email_key, int64_t *wait)
{
	struct failure f = { email_key, wait };
	enum err e = db_tx(db, failed_tx, &f);

	if (e != OK)
		return e;
	clean_up(db);
	return ERR_LOGIN_FAILED;
}

enum err
throttle_passed(struct db *db, const char *email_key, int64_t *wait)
{
	int64_t failures;
	enum err e = lock(db, email_key, &failures, wait);

	if (e == ERR_NO_ROW)
		return OK;
	return e == OK ? throttle_forget(db, email_key) : e;
}

enum err
throttle_forget(struct db *db, const char *email_key)
{
	return db_exec(db, throttle_sql[FORGET], ARGS(db_text(email_key)),
	    NULL);
}
