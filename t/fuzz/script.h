/* The script of fuzz.h, for mysql.c and rows.c. */
#ifndef KHATMA_FUZZ_SCRIPT_H
#define KHATMA_FUZZ_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "t/fuzz/fuzz.h"

void script_text(const char *text, size_t n);

/* Take the present line where it begins with this word; the rest of it. */
bool script_take(const char *verb, const char **rest, size_t *n);

/* The error of such a line; 0: this is not one. */
unsigned script_error(const char *verb);

/* The count of "done N". */
bool script_done(int64_t *matched);

/* A value of a row: NULL, or a number, or bytes. */
struct value {
	bool is_null;
	int64_t n;
	const char *text;
	size_t len;
	char room[32];
};

/* Rows of a statement that has run. */
struct rows {
	const struct kind_of *columns;
	unsigned ncols;
	const char *text;	/* what the script has left; NULL: one usual row */
	size_t len;
	bool usual;
	struct value value[COLUMNS_MAX];
};

/* The next row into value; false: no more. */
bool rows_next(struct rows *rows);

#endif
