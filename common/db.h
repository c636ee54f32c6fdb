/*
 * The database: one connection, prepared statements, transactions. The
 * files behind it alone know the connector (mysql.h).
 *
 * A statement is named by its text: a pointer into a const table of SQL. It is
 * prepared on first use and again after a reconnect. The connection is made
 * when it is first needed and made anew when it was lost.
 *
 * What an error means
 *
 * db_error.c has a line for each number. One of these follows:
 *
 *	ERR_RETRY		deadlock, a lock waited for too long, a write
 *				by somebody else: what was done is undone. At
 *				a statement, at the rows of its result and at
 *				COMMIT
 *	ERR_DATABASE_AWAY	the database cannot now; nothing was changed.
 *				Where the connection is of no use any more
 *				(it broke, or this server is not the one to
 *				ask), it is closed
 *	ERR_OUTCOME_UNKNOWN	COMMIT was sent, and no answer came, or one
 *				that does not say for sure that all was rolled
 *				back. Only db_tx() returns it
 *	ERR_DUPLICATE, ERR_NO_PARENT	a key answered; only the statement is
 *				undone, and the transaction goes on
 *	ERR_SCHEMA_VERSION	a table or column is not there
 *	ERR_INTERNAL		anything else; the log has the server's words
 *
 * - After an error in a transaction, but for the two of keys, nothing but
 *   ROLLBACK is sent: whoever goes on gets the same error again, at COMMIT
 *   too. On a lost connection nothing is sent; it is closed at once, so that
 *   no locks stay behind.
 * - A statement that is prepared in a transaction is followed by one that does
 *   nothing, but tells whether the transaction is still there: ERR_RETRY when
 *   it is not.
 * - What may be tried again is (ERR_RETRY, a lost connection before COMMIT):
 *   db_tx() from START TRANSACTION on, db_query() outside a transaction by
 *   itself; each time after a pause of up to 20 ms, by chance, and until
 *   DB_RETRY_USEC have gone by since the first. Then it is
 *   ERR_DATABASE_AWAY.
 * - A connection that cannot be made is not tried again: who is refused learns
 *   it in a millisecond, and the client of a failover is served best by 503
 *   and Retry-After. Nor are too many connections, a full disk, a statement
 *   that took too long.
 * - Nothing is tried again after the first byte of an answer, nor after the
 *   first row: db_query() reads a result whole before it returns, and an
 *   answer leaves (reply_send) when the handler has returned.
 *
 * Silence
 *
 * A database that neither answers nor refuses keeps nobody for long. A single
 * answer is waited for 2 s at connect and 3 s later on (a lock: 2 s). When all
 * that a request waited for comes to 2.25 s, it asks nothing more, so it is
 * answered within 5.25 s, whatever it does; a transaction is then ended by
 * closing the connection. And when the connection was lost over a wait of
 * 1.9 s or more, or was lost again and again until DB_RETRY_USEC, the next
 * 0.5 s are ERR_DATABASE_AWAY at once: those who wait in line behind do not
 * each wait for themselves.
 */
#ifndef KHATMA_DB_H
#define KHATMA_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct arena;
struct conf;
struct db;
struct db_stmt;

/* A parameter of a statement. */
struct db_arg {
	enum { DB_END, DB_INT, DB_TEXT, DB_BYTES } type;
	int64_t n;		/* DB_INT; length of DB_BYTES */
	const char *s;		/* DB_TEXT, DB_BYTES; NULL is SQL's NULL */
};

static inline struct db_arg
db_int(int64_t n)
{
	return (struct db_arg){ .type = DB_INT, .n = n };
}

static inline struct db_arg
db_text(const char *s)
{
	return (struct db_arg){ .type = DB_TEXT, .s = s };
}

static inline struct db_arg
db_bytes(const void *p, size_t n)
{
	return (struct db_arg){ .type = DB_BYTES, .n = (int64_t)n, .s = p };
}

/* The parameters of one statement, in order: ARGS(db_int(id), db_text(s)) */
#define ARGS(...) \
	((const struct db_arg[]){ __VA_ARGS__, { .type = DB_END } })
#define NO_ARGS	ARGS({ .type = DB_END })

/* A result under way. */
struct db_rows {
	struct db *db;
	struct db_stmt *stmt;
};

/* A handle without a connection yet. NULL when memory is out. */
struct db *db_new(const struct conf *conf);
void db_free(struct db *db);

/*
 * Let the connector load what it opens when it is first used, its
 * authentication plugins and the resolver's modules: for a process that cannot
 * open files later. Looks the host up, but makes no connection.
 */
void db_warm_up(const struct conf *conf);

/*
 * A request begins: its patience and its count of statements. (Also another
 * round of a program that serves none.)
 */
void db_start(struct db *db);

/*
 * Run a statement that returns rows, and read them. Returns OK or an error of
 * the list above: ERR_RETRY only inside db_tx().
 */
enum err db_query(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows);

/* The next row: OK, ERR_NO_ROW after the last, or as db_query(). */
enum err db_next(struct db_rows *rows);

/* db_query() and its first row; the rest is dropped. ERR_NO_ROW: none. */
enum err db_one(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows);

/*
 * Columns of the present row, by number from 0. Texts are good until the next
 * row or the next use of the same statement; a DATETIME is text in RFC 3339
 * with Z, a DATE text in YYYY-MM-DD. NULL: NULL text, 0.
 */
int64_t db_get_int(const struct db_rows *rows, unsigned col);
const char *db_get_text(const struct db_rows *rows, unsigned col);
bool db_is_null(const struct db_rows *rows, unsigned col);
/* A copy of a text in the arena: NULL for NULL, and when the arena is full. */
const char *db_keep_text(struct arena *a, const struct db_rows *rows,
    unsigned col);
/* A DATETIME in microseconds, a DATE in days, since 1970; 0 for NULL. */
int64_t db_get_time(const struct db_rows *rows, unsigned col);
int64_t db_get_day(const struct db_rows *rows, unsigned col);

/* Give a result back before its end. Does no harm a second time. */
void db_done(struct db_rows *rows);

/*
 * Run a statement that changes rows; only inside db_tx(). *matched (NULL
 * allowed) is the number of rows that its WHERE found. Returns as db_query(),
 * or ERR_DUPLICATE when a unique key answered, or ERR_NO_PARENT when a row it
 * refers to is not there. Khatmas are locked before they are referred to, so
 * that is the row of a user, whose account went meanwhile.
 */
enum err db_exec(struct db *db, const char *sql, const struct db_arg *args,
    int64_t *matched);

/* The AUTO_INCREMENT of the last db_exec() that inserted. */
int64_t db_insert_id(struct db *db);

/*
 * Run fn in a transaction: COMMIT when it returns OK, ROLLBACK for anything
 * else, which is then returned. For the errors that may be tried again, above,
 * fn is rolled back and run again; it must therefore be ready to run more than
 * once and change nothing but the database and *arg's results.
 *
 * Inside the fn of another db_tx() it runs fn once, as a part of that: who
 * calls it has to hand its error on, so that the whole is rolled back.
 */
typedef enum err db_fn(struct db *db, void *arg);
enum err db_tx(struct db *db, db_fn *fn, void *arg);

#define DB_RETRY_USEC	2000000

/*
 * Sleep for a random while, 20 ms at most, before something is tried again.
 * Random, so that those who met once do not meet again. It counts as waiting
 * for the database.
 */
void db_pause(struct db *db);

/*
 * Prepare a statement without running it, for `<binary> -t`. Errors as
 * db_query(); the log has the server's words.
 */
enum err db_check(struct db *db, const char *sql);

/*
 * The same for tables of statements, which end with NULL, as does each table.
 * The log names those that are refused; the error is that of the last of them,
 * or ERR_DATABASE_AWAY, with which it ends.
 */
enum err db_check_all(struct db *db, const char *const *const *tables);

/* Statements run since db_start(). */
unsigned db_count(const struct db *db);

/* Whether a transaction was committed since then; false without a database. */
bool db_committed(const struct db *db);

#endif
