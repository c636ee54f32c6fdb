/*
 * The model as a whole: its SQL and the schema it is written for.
 */
#ifndef KHATMA_MODEL_H
#define KHATMA_MODEL_H

#include <stdint.h>

#include "common/err.h"

struct db;

/* The version of schema.sql that this code is written for. */
#define SCHEMA_VERSION	9

/*
 * How far the total of a list is counted if it can be long: what is there
 * besides costs nothing. From here on a total means so many or more.
 */
#define COUNTED_MOST	1000

/* Every table of SQL texts, ends with NULL: for `<binary> -t`. */
extern const char *const *const model_sql[];

/*
 * The version that the database is at, and what its clock shows, in
 * microseconds. The version may be later than SCHEMA_VERSION, as long as each
 * migration since then works with programs of that version
 * (schema_migrations.works_from): the database goes first, the programs follow.
 * Else, and when it is earlier or none, ERR_SCHEMA_VERSION; *version is then
 * what was found, or 0.
 */
enum err schema_check(struct db *db, int64_t *version, int64_t *now);

#endif
