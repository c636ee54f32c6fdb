/*
 * Where a list goes on: the place of a row in the order of its list, in
 * statements and, as a short text, in links. What stands behind a place stays
 * what it is whatever comes or goes before it, and is found without a walk over
 * that.
 */
#ifndef KHATMA_CURSOR_H
#define KHATMA_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/time.h"

struct arena;

/* A row's sort key and its id, which decides between equal keys. */
struct cursor {
	int64_t id;		/* 0: no place, which is before all rows */
	int64_t when;		/* microseconds since 1970; a day's midnight */
	const char *name;	/* or this, where names are sorted; else NULL */
};

/* What is wanted of a list. */
struct part {
	int64_t offset;		/* items before it */
	int64_t limit;		/* items at most */
	struct cursor after;	/* the last item before it, if that is known */
};

/* How many items a statement has to step over that begins at part->after. */
static inline int64_t
part_skip(const struct part *part)
{
	return part->after.id ? 0 : part->offset;
}

/* How many there are in all, of which such a statement has counted these. */
static inline int64_t
part_total(const struct part *part, int64_t counted)
{
	return part->offset - part_skip(part) + counted;
}

/*
 * How many it has to count at most: so far that the total is right up to that
 * many, and in any case one more than the page, for whether another one follows.
 */
static inline int64_t
part_count(const struct part *part, int64_t total)
{
	int64_t rest = total - (part->offset - part_skip(part));
	int64_t one_more = part_skip(part) + part->limit + 1;

	return rest > one_more ? rest : one_more;
}

/*
 * The rows behind a place, as a condition in SQL: key and id are columns, past
 * is "<" where the list goes down and ">" where it goes up. It has four
 * parameters, BEHIND_ARGS(k, i): k is NULL for all rows, i the place's id. An
 * index that ends with both columns is entered at the place.
 */
#define BEHIND(key, id, past) \
	"AND (? IS NULL OR " key " " past " ? " \
	"OR (" key " = ? AND " id " " past " ?)) "
#define BEHIND_ARGS(k, i)	k, k, k, i

/* The key of a place as such a parameter; NULL where there is no place. */
const char *cursor_time(const struct cursor *c, char out[TIME_ISO_MAX]);
const char *cursor_day(const struct cursor *c, char out[TIME_DAY_MAX]);
const char *cursor_name(const struct cursor *c);

/*
 * A place as letters, digits, "-" and "_" (base64url, RFC 4648 section 5), in
 * the arena: 27, and four for three bytes of a name. NULL when the arena is
 * full. list stands for the list and its order.
 */
const char *cursor_write(struct arena *a, uint32_t list,
    const struct cursor *c);

/*
 * Read such a text into *c. False for anything that cursor_write() cannot have
 * written for this list, and when the arena is full; *c is as it was then.
 */
bool cursor_read(struct arena *a, uint32_t list, const char *text,
    struct cursor *c);

#endif
