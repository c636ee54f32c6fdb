/*
 * The model as a whole: its SQL and the schema it is written for.
 */
#ifndef KHATMA_MODEL_H
#define KHATMA_MODEL_H

#include <stdint.h>

#include "common/err.h"

struct db;

/* The version of schema.sql that this code works with. */
#define SCHEMA_VERSION	3

/* Every table of SQL texts, ends with NULL: for `<binary> -t`. */
extern const char *const *const model_sql[];

/*
 * The version that the database is at, and what its clock shows, in
 * microseconds. ERR_SCHEMA_VERSION when the version is not SCHEMA_VERSION, or
 * none; *version is then what was found, or 0.
 */
enum err schema_check(struct db *db, int64_t *version, int64_t *now);

#endif
