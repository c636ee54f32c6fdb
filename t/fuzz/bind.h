/* Where a worker wants the values of a row, for mysql.c. */
#ifndef KHATMA_FUZZ_BIND_H
#define KHATMA_FUZZ_BIND_H

#include <mysql.h>
#include <stdbool.h>

#include "t/fuzz/fuzz.h"
#include "t/fuzz/script.h"

/*
 * Give it a value of this kind, as the connector does. False: there was no room
 * for all of it. To want a value as something else is a broken promise.
 */
bool bind_put(const struct value *v, MYSQL_BIND *b, enum kind kind);

#endif
