/*
 * Input as a table: which fields, of which type, within which bounds. All that
 * is wrong is found at once, each with a sentence that says what is wanted.
 */
#ifndef KHATMA_FIELD_H
#define KHATMA_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct arena;
struct cJSON;
struct json;
struct query;

/* What can be wrong with a field; the sentences stand in field.c. */
enum field_msg {
	MSG_NONE,
	MSG_REQUIRED,
	MSG_NULL,
	MSG_NOT_TEXT,
	MSG_NOT_NUMBER,
	MSG_NOT_BOOL,
	MSG_NOT_LIST,
	MSG_BLANK,
	MSG_TOO_SHORT,
	MSG_TOO_LONG,
	MSG_CONTROL,
	MSG_RANGE,
	MSG_CHOICE,
	MSG_TOO_MANY,
	MSG_EMAIL,
	MSG_EMAIL_TAKEN,
	MSG_PHONE,
	MSG_TIMEZONE,
	MSG_PASSWORD_DIGITS,
	MSG_PASSWORD_COMMON,
	MSG_PASSWORD_PERSONAL,
	MSG_PASSWORD_WRONG,
	MSG_PASSWORD_SAME,
	MSG_PRIVATE_PUBLIC,
	MSG_CHAPTER,
	MSG_DATE,
	MSG_DATE_AHEAD,
	MSG_DATE_OLD,
	MSG_CURSOR,
	MSG_COUNT
};

enum field_type {
	FIELD_TEXT,	/* const char *: trimmed, min and max in characters */
	FIELD_INT,	/* int64_t: min and max; a string of digits will do */
	FIELD_BOOL,	/* bool */
	FIELD_CHOICE,	/* int: index into choices */
	FIELD_TEXTS,	/* struct texts: up to most items, each a FIELD_TEXT */
};

enum {
	FIELD_REQUIRED = 1,
	/* null is "" for a text, the choice "" for a choice, else "not sent" */
	FIELD_NULLABLE = 2,
	FIELD_RAW = 4,		/* text is not trimmed: passwords */
	FIELD_LINES = 8,	/* text may have line breaks and tabs */
};

struct texts {
	size_t n;
	const char *const *item;
};

struct field {
	const char *name;
	const char *alias;		/* another name for it, or NULL */
	enum field_type type;
	unsigned flags;
	size_t offset;			/* in the input struct */
	int64_t min, max;
	size_t most;			/* items of FIELD_TEXTS */
	const char *const *choices;	/* ends with NULL */
	enum field_msg (*check)(const char *text);
};

/* The wrong fields of a request. */
#define FIELD_ERRORS_MAX	32

struct field_errors {
	struct arena *arena;
	enum lang lang;
	size_t n;
	struct {
		const char *name;
		const char *text;
	} item[FIELD_ERRORS_MAX];
};

/*
 * Note that a field is wrong. values (NULL-terminated, or NULL) go into the
 * sentence. Returns ERR_VALIDATION, so that a caller can return it.
 */
enum err field_wrong(struct field_errors *errors, const char *name,
    enum field_msg msg, const char *const values[]);

/*
 * Read fields out of a JSON object (NULL counts as {}) or a query string into
 * the struct at out; what is not sent is left as it was, so out holds the
 * defaults beforehand. *present (NULL allowed) gets bit i set for each field i
 * of the table that was sent. Returns OK, or ERR_VALIDATION with every wrong
 * field in errors, or ERR_INTERNAL when the arena is full.
 */
enum err field_read_json(const struct cJSON *object, const struct field *table,
    size_t n, void *out, uint64_t *present, struct field_errors *errors);
enum err field_read_query(const struct query *query, const struct field *table,
    size_t n, void *out, uint64_t *present, struct field_errors *errors);

/* Append "errors": {"email": ["…"]} to an object. */
void field_write_errors(struct json *j, const struct field_errors *errors);

#endif
