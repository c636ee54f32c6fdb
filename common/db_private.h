/*
 * What the files behind db.h say to each other; nobody else includes it.
 */
#ifndef KHATMA_DB_PRIVATE_H
#define KHATMA_DB_PRIVATE_H

#include <stdbool.h>

#include "common/err.h"

struct db;

/*
 * The connector's and the server's error numbers in our words (see the errors
 * of db_query() and db_exec()). *lost becomes true when the connection is of
 * no use any more; it is left as it is otherwise. What nobody expects is
 * logged with the server's words.
 */
enum err db_error(unsigned number, const char *words, bool *lost);

/* START TRANSACTION, COMMIT, ROLLBACK stand here once in the program. */
enum err db_begin(struct db *db);
enum err db_commit(struct db *db);
void db_rollback(struct db *db);

/* Whether the last error was the connection's. */
bool db_is_lost(const struct db *db);

#endif
