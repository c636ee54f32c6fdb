/*
 * The query of a URI as application/x-www-form-urlencoded pairs (WHATWG URL).
 */
#ifndef KHATMA_QUERY_H
#define KHATMA_QUERY_H

#include "common/err.h"

struct arena;
struct buf;

struct query {
	const char *name;
	const char *value;
	const struct query *next;
};

/*
 * Split and decode a query string (NULL and "" give none); *first is the list
 * in its order. ERR_QUERY for a broken percent escape, bytes that are not
 * UTF-8, control characters, or a name that stands twice. ERR_INTERNAL when
 * the arena is full.
 */
enum err query_read(struct arena *a, const char *text,
    const struct query **first);

/* The value of a name; NULL when it is not there. */
const char *query_get(const struct query *first, const char *name);

/* Append s percent-encoded, all but the unreserved of RFC 3986. */
void query_encode(struct buf *out, const char *s);

#endif
