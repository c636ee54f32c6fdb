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
	bool is_datetime;
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
 * A new connection with the session that every statement counts on, to be
 * closed by the caller. NULL when it cannot be made; the log has the reason.
 */
struct st_mysql *db_connect(const struct conf *conf);

/* The column of a number, from 0. */
const struct column *db_column(const struct db_rows *rows, unsigned col);

/*
 * Make room for n bytes of text, and two more: the Z of a DATETIME and the NUL.
 * False when memory is out; the column is then as it was.
 */
bool db_column_room(struct column *c, size_t n);

/* End the text that was fetched, and make RFC 3339 of a DATETIME. */
void db_column_finish(struct column *c);

/* START TRANSACTION, COMMIT, ROLLBACK stand here once in the program. */
enum err db_begin(struct db *db);
enum err db_commit(struct db *db);
void db_rollback(struct db *db);

/* Whether a transaction is open. */
bool db_in_tx(const struct db *db);

/* Whether the last error was the connection's. */
bool db_is_lost(const struct db *db);

#endif
