#include "common/db.h"

#include <mysql.h>
#include <stdlib.h>

#include "common/conf.h"
#include "common/db_private.h"
#include "common/db_stmt.h"
#include "common/log.h"
#include "common/time.h"

enum { CACHE_SLOTS = 512 };	/* above the statements there are */

struct db {
	const struct conf *conf;
	MYSQL *my;
	bool in_tx;
	bool lost;		/* the connection is of no use any more */
	enum err failed;	/* in the transaction: only ROLLBACK may follow */
	struct db_patience patience;
	bool committed;		/* since db_start(), as is the next */
	unsigned count;
	int64_t insert_id;
	struct db_stmt cache[CACHE_SLOTS];
};

struct db *
db_new(const struct conf *conf)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db)
		db->conf = conf;
	return db;
}

static void
disconnect(struct db *db)
{
	for (int i = 0; i < CACHE_SLOTS; i++)
		db_stmt_close(&db->cache[i]);
	if (db->my)
		mysql_close(db->my);
	db->my = NULL;
}

void
db_free(struct db *db)
{
	if (db)
		disconnect(db);
	free(db);
}

void
db_start(struct db *db)
{
	db->patience.waited = 0;
	db->committed = false;
	db->count = 0;
}

/*
 * Whether anything may be sent. In a transaction ROLLBACK may still be, but
 * where patience is over that is no more said than waited for: the end of the
 * connection means the same.
 */
static enum err
may_ask(struct db *db)
{
	if (db->failed != OK)
		return db->failed;
	if (db_patience_left(&db->patience))
		return OK;
	if (db->in_tx) {
		db->lost = true;
		db->failed = ERR_DATABASE_AWAY;
	}
	return ERR_DATABASE_AWAY;
}

/* What was asked at this time has ended so. */
static enum err
answered(struct db *db, int64_t start, enum err e)
{
	db_patience_spent(&db->patience, start, db->lost);
	/* these two undo their statement only, whatever the database */
	if (db->in_tx && e != ERR_DUPLICATE && e != ERR_NO_PARENT)
		db->failed = e;
	return e;
}

static enum err
connect_if_needed(struct db *db)
{
	if (db->in_tx || (db->my && !db->lost))
		return db->failed;
	disconnect(db);
	db->lost = false;
	db->my = db_connect(db->conf, &db->patience);
	return db->my ? OK : ERR_DATABASE_AWAY;
}

static enum err
ask_text(struct db *db, const char *sql)
{
	int64_t start = time_monotonic();
	enum err e = may_ask(db);

	if (e != OK)
		return e;
	if (mysql_query(db->my, sql) != 0)
		e = db_error(mysql_errno(db->my), mysql_error(db->my),
		    &db->lost);
	return answered(db, start, e);
}

/*
 * Whether a transaction is still there. One that another server's change has
 * ended while a statement was prepared, Galera tells of at the next statement;
 * or to nobody (seen with MariaDB 10.11), and what follows would be committed
 * piece by piece. The flag in the answer to something harmless does not lie.
 */
static enum err
still_in_tx(struct db *db)
{
	enum err e = ask_text(db, "DO 0");

	if (e != OK || (db->my->server_status & SERVER_STATUS_IN_TRANS))
		return e;
	log_event("transaction_gone", 0, NULL);
	db->failed = ERR_RETRY;
	return ERR_RETRY;
}

static enum err
prepare(struct db *db, struct db_stmt *s, const char *sql)
{
	int64_t start = time_monotonic();
	enum err e = may_ask(db);

	if (e == OK)
		e = answered(db, start,
		    db_stmt_prepare(s, db->my, sql, &db->lost));
	return e == OK && db->in_tx ? still_in_tx(db) : e;
}

static enum err
execute(struct db *db, struct db_stmt *s, const struct db_arg *args)
{
	int64_t start = time_monotonic();
	enum err e = may_ask(db);

	if (e != OK)
		return e;
	db->count++;
	return answered(db, start, db_stmt_execute(s, args, &db->lost));
}

static enum err
store(struct db *db, struct db_stmt *s)
{
	int64_t start = time_monotonic();
	enum err e = may_ask(db);

	return e != OK ? e : answered(db, start, db_stmt_store(s, &db->lost));
}

/* The statement of a text, by the address of the text. */
static enum err
find(struct db *db, const char *sql, struct db_stmt **found)
{
	size_t slot = ((uintptr_t)sql >> 3) % CACHE_SLOTS;

	for (size_t i = 0; i < CACHE_SLOTS; i++) {
		struct db_stmt *s = &db->cache[(slot + i) % CACHE_SLOTS];

		if (s->sql != NULL && s->sql != sql)
			continue;
		*found = s;
		return s->sql ? OK : prepare(db, s, sql);
	}
	log_event("statement_cache_full", CACHE_SLOTS, NULL);
	return ERR_INTERNAL;
}

static enum err
query_once(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows)
{
	enum err e = connect_if_needed(db);

	if (e == OK)
		e = find(db, sql, &rows->stmt);
	if (e == OK)
		e = execute(db, rows->stmt, args);
	if (e == OK)
		e = store(db, rows->stmt);
	return e;
}

void
db_pause(struct db *db)
{
	db_patience_sleep(&db->patience);
}

bool
db_again(struct db *db, enum err e, int64_t start)
{
	if (e != ERR_RETRY && !(e == ERR_DATABASE_AWAY && db->lost))
		return false;
	return db_patience_left(&db->patience) &&
	    db_patience_pause(&db->patience, start, db->lost);
}

enum err
db_query(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows)
{
	int64_t start = time_monotonic();
	enum err e;

	*rows = (struct db_rows){ .db = db };
	do
		e = query_once(db, sql, args, rows);
	while (!db->in_tx && db_again(db, e, start));
	return e == ERR_RETRY && !db->in_tx ? ERR_DATABASE_AWAY : e;
}

enum err
db_next(struct db_rows *rows)
{
	struct db *db = rows->db;
	enum err e = db_stmt_next(rows->stmt, &db->lost);

	if (e == OK)
		return OK;
	if (e != ERR_NO_ROW && db->in_tx)
		db->failed = e;
	db_done(rows);
	return e == ERR_RETRY && !db->in_tx ? ERR_DATABASE_AWAY : e;
}

void
db_done(struct db_rows *rows)
{
	if (rows->stmt && rows->stmt->handle)
		mysql_stmt_free_result(rows->stmt->handle);
}

enum err
db_one(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows)
{
	enum err e = db_query(db, sql, args, rows);

	if (e == OK)
		e = db_next(rows);
	if (e == OK)
		db_done(rows);
	return e;
}

const struct column *
db_column(const struct db_rows *rows, unsigned col)
{
	return &rows->stmt->cols[col];
}

enum err
db_exec(struct db *db, const char *sql, const struct db_arg *args,
    int64_t *matched)
{
	struct db_stmt *s;
	enum err e;

	if (!db->in_tx) {
		log_event("write_outside_transaction", 0, sql);
		return ERR_INTERNAL;
	}
	e = find(db, sql, &s);
	if (e == OK)
		e = execute(db, s, args);
	if (e != OK)
		return e;
	db->insert_id = (int64_t)mysql_stmt_insert_id(s->handle);
	if (matched)
		*matched = (int64_t)mysql_stmt_affected_rows(s->handle);
	return OK;
}

int64_t
db_insert_id(struct db *db)
{
	return db->insert_id;
}

enum err
db_begin(struct db *db)
{
	enum err e = connect_if_needed(db);

	if (e == OK)
		e = ask_text(db, "START TRANSACTION");
	db->in_tx = e == OK;
	return e;
}

enum err
db_commit(struct db *db)
{
	enum err e = may_ask(db);

	if (e != OK)	/* so nothing was sent */
		return e;
	e = ask_text(db, "COMMIT");
	db->committed |= e == OK;
	if (e == OK)
		db->in_tx = false;
	/* of the others none says for sure that nothing was committed */
	if (e == OK || (e == ERR_RETRY && !db->lost))
		return e;
	db->lost = true;
	return ERR_OUTCOME_UNKNOWN;
}

void
db_rollback(struct db *db)
{
	db->in_tx = false;
	db->failed = OK;
	/* a rollback that fails leaves nothing behind but the connection */
	if (!db->lost && ask_text(db, "ROLLBACK") != OK)
		db->lost = true;
	/* at once: until then the server holds what was locked */
	if (db->lost)
		disconnect(db);
}

bool
db_in_tx(const struct db *db)
{
	return db->in_tx;
}

enum err
db_check(struct db *db, const char *sql)
{
	struct db_stmt *s;
	enum err e;

	db_start(db);
	e = connect_if_needed(db);
	return e == OK ? find(db, sql, &s) : e;
}

unsigned
db_count(const struct db *db)
{
	return db->count;
}

bool
db_committed(const struct db *db)
{
	return db != NULL && db->committed;
}
