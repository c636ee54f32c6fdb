/*
 * What the files behind db.h say to each other; nobody else includes it.
 */
#ifndef KHATMA_DB_PRIVATE_H
#define KHATMA_DB_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct conf;
struct db;
struct db_rows;
struct st_mysql;	/* the connector's MYSQL */

/* A column of the present row. */
struct column {
	bool is_int;		/* else it is text */
	bool is_day, is_instant;	/* a text that is made of a date or time */
	bool is_null;
	int64_t n;		/* of an int */
	char *text;		/* of a text, with a NUL behind its length */
	size_t size;		/* room in text */
	unsigned long length;
};

/*
 * The connector's and the server's error numbers in our words (see the errors
 * of db_query() and db_exec()). *lost becomes true when the connection is of
 * no use any more; it is left as it is otherwise. What nobody expects is
 * logged with the server's words.
 */
enum err db_error(unsigned number, const char *words, bool *lost);

/*
 * How long the database may keep somebody waiting, in microseconds of
 * time_monotonic(): see "Silence" in db.h.
 */
struct db_patience {
	int64_t waited;		/* in this request, for all answers together */
	int64_t rest_until;	/* before this nothing is asked */
};

enum {
	DB_PATIENCE_USEC = 2250000,	/* after that nothing more is asked */
	DB_SILENT_USEC = 1900000,	/* lost after that: it is silent */
	DB_REST_USEC = 500000,
};

/*
 * A new connection with the session that every statement counts on, to be
 * closed by the caller. NULL when it cannot be made; the log has the reason,
 * unless patience was over before.
 */
struct st_mysql *db_connect(const struct conf *conf, struct db_patience *p);

/* Whether something may be asked of the database. */
bool db_patience_left(const struct db_patience *p);

/*
 * It was asked something at this time, and has answered, or the connection was
 * lost over it.
 */
void db_patience_spent(struct db_patience *p, int64_t start, bool lost);

/* See db_pause(). */
void db_patience_sleep(struct db_patience *p);

/*
 * Sleep up to 20 ms before another try of what was begun at this time. False,
 * at once: DB_RETRY_USEC have gone by, and the connection was lost or not.
 */
bool db_patience_pause(struct db_patience *p, int64_t start, bool lost);

/*
 * Whether what was begun at this time and has ended so is to be tried again;
 * a pause has been made then.
 */
bool db_again(struct db *db, enum err e, int64_t start);

/* The column of a number, from 0. */
const struct column *db_column(const struct db_rows *rows, unsigned col);

/*
 * Make room for n bytes of text and its NUL. False when memory is out; the
 * column is then as it was.
 */
bool db_column_room(struct column *c, size_t n);

/*
 * START TRANSACTION, COMMIT, ROLLBACK stand here once in the program. After
 * anything but OK from db_commit() there has to be a db_rollback(), which says
 * nothing on a lost connection, but closes it.
 *
 * db_commit() returns OK, what a statement before it has returned, ERR_RETRY
 * (all is rolled back), ERR_DATABASE_AWAY (COMMIT was not sent) or
 * ERR_OUTCOME_UNKNOWN.
 */
enum err db_begin(struct db *db);
enum err db_commit(struct db *db);
void db_rollback(struct db *db);

/* Whether a transaction is open. */
bool db_in_tx(const struct db *db);

#endif
