/*
 * JSON (RFC 8259): a strict reader, and a writer that appends to a buffer.
 *
 * The reader is cJSON behind a scan that refuses what cJSON lets pass. The
 * writer is ours because cJSON prints integers from 10^15 on as rounded
 * doubles, and because a tree of a list costs several times what its text
 * does. The one file that knows cJSON.
 */
#ifndef KHATMA_JSON_H
#define KHATMA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct arena;
struct buf;
struct cJSON;

#define JSON_DEPTH_MAX	32

/* Reading */

enum json_type {
	JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT
};

/*
 * Read n bytes as one JSON object; *object lives in the arena. Refused, each
 * with an error of its own: no text at all, bytes that are not UTF-8, U+0000,
 * what is not JSON by the letter of RFC 8259, text after the object, nesting
 * deeper than JSON_DEPTH_MAX, a key twice in one object (RFC 7493), a value
 * that is not an object. ERR_INTERNAL when the arena is full.
 */
enum err json_read(struct arena *a, const char *text, size_t n,
    const struct cJSON **object);

/* The member of an object by its exact name; NULL when there is none. */
const struct cJSON *json_member(const struct cJSON *object, const char *name);

enum json_type json_type_of(const struct cJSON *v);

/* The value of a JSON_TEXT, JSON_BOOL, JSON_NUMBER. */
const char *json_get_text(const struct cJSON *v);
bool json_get_bool(const struct cJSON *v);

/* False when the number is not whole or beyond 2^53 - 1. */
bool json_get_int(const struct cJSON *v, int64_t *n);

/* Walk a JSON_ARRAY: how many items, its first, the one after. */
size_t json_count(const struct cJSON *array);
const struct cJSON *json_first(const struct cJSON *array);
const struct cJSON *json_after(const struct cJSON *item);

/* Writing */

struct json {
	struct buf *out;
	unsigned depth;
	uint64_t filled;	/* a bit for each depth: it has an item */
	char closing[JSON_DEPTH_MAX];
};

/* Begin to append to out. */
void json_start(struct json *j, struct buf *out);

/*
 * Append a value. key is its name inside an object and NULL inside an array
 * and at the top. Text must be UTF-8; NULL text becomes null. What does not
 * fit shows in out->failed.
 */
void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j);
void json_text(struct json *j, const char *key, const char *s);
void json_int(struct json *j, const char *key, int64_t v);
void json_bool(struct json *j, const char *key, bool v);
void json_null(struct json *j, const char *key);

/* v or null when v is 0: for ids that may be missing. */
void json_id(struct json *j, const char *key, int64_t v);

/* A number with one decimal, given in tenths: 333 becomes 33.3. */
void json_tenths(struct json *j, const char *key, int64_t tenths);

#endif
