/*
 * The database: one connection, prepared statements, transactions. The
 * files behind it alone know the connector (mysql.h).
 *
 * A statement is named by its text: a pointer into a const table of SQL. It is
 * prepared on first use and again after a reconnect. The connection is made
 * when it is first needed and made anew when it was lost.
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
 * Run a statement that returns rows. Outside a transaction a lost connection
 * is made anew and the statement tried a second time. Returns OK, or
 *	ERR_RETRY	deadlock or lock wait: inside db_tx(), which retries
 *	ERR_DATABASE_AWAY	no connection, or the server is going away
 *	ERR_SCHEMA_VERSION	a table or column is not there
 *	ERR_INTERNAL	anything else; the log has the server's words
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
 * else, which is then returned. On a deadlock, a lock wait that timed out
 * (1213, 1205, 1020) or a connection lost before COMMIT, fn is rolled back and
 * run again after a random pause until DB_RETRY_USEC have gone by; then
 * ERR_DATABASE_AWAY. fn must therefore be ready to run more than once and
 * change nothing but the database and *arg's results. ERR_OUTCOME_UNKNOWN when
 * the connection was lost at COMMIT itself.
 *
 * Inside the fn of another db_tx() it runs fn once, as a part of that: who
 * calls it has to hand its error on, so that the whole is rolled back.
 */
typedef enum err db_fn(struct db *db, void *arg);
enum err db_tx(struct db *db, db_fn *fn, void *arg);

#define DB_RETRY_USEC	2000000

/*
 * Sleep for a random while, 20 ms at most, before something is tried again.
 * Random, so that those who met once do not meet again.
 */
void db_pause(void);

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

/* Statements run since the last call. */
unsigned db_count(struct db *db);

/* Whether a transaction was committed since then; false without a database. */
bool db_committed(const struct db *db);

#endif
