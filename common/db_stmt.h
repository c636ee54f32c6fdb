/*
 * A prepared statement of the connector, for db.c alone. Errors are as those
 * of db_query(); *lost becomes true when the connection is of no use any more.
 */
#ifndef KHATMA_DB_STMT_H
#define KHATMA_DB_STMT_H

#include <mysql.h>

#include "common/db.h"
#include "common/db_private.h"

/* MySQL 8 dropped my_bool. */
#if defined(MARIADB_BASE_VERSION) || MYSQL_VERSION_ID < 80001
#define DB_BOOL my_bool
#else
#define DB_BOOL bool
#endif

struct db_stmt {
	const char *sql;	/* NULL: there is none */
	MYSQL_STMT *handle;
	unsigned ncols;
	struct column *cols;
	MYSQL_BIND *binds;
	MYSQL_TIME *times;	/* of the columns that have one */
	DB_BOOL *nulls;
};

/* Prepare a text. After an error s is as it was: empty. */
enum err db_stmt_prepare(struct db_stmt *s, MYSQL *my, const char *sql,
    bool *lost);

/* Give all back; s is empty. Harmless on an empty one. */
void db_stmt_close(struct db_stmt *s);

/* Send it with its parameters and read how it went. */
enum err db_stmt_execute(struct db_stmt *s, const struct db_arg *args,
    bool *lost);

/* Read the whole result: the server's errors in the middle of it come here. */
enum err db_stmt_store(struct db_stmt *s, bool *lost);

/* The next row into cols; ERR_NO_ROW after the last. */
enum err db_stmt_next(struct db_stmt *s, bool *lost);

#endif
