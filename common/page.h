/*
 * Lists: bare arrays or pages (contract, section 2). The link to the next page
 * has two ways to it: its number, which a client may choose, too, and costs all
 * that is stepped over, and the place of the last item shown (cursor.h), which
 * costs nothing.
 */
#ifndef KHATMA_PAGE_H
#define KHATMA_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"
#include "common/err.h"

struct field;
struct json;
struct req;

#define PAGE_SIZE	20
#define PAGE_SIZE_MAX	100

struct page {
	bool envelope;		/* {"count","next","previous","results"} */
	int64_t number;		/* from 1 */
	struct part part;
	uint32_t list;		/* which list it is, in which order */
};

/*
 * Read page, page_size and after, and before them the list's own parameters by
 * their table (NULL: it has none) into *input, so that all that are wrong are
 * told at once. Any of the three makes it an envelope, and so does the setting
 * KHATMA_LISTS; without, it is the first PAGE_SIZE_MAX items. after must come
 * from a link of this list, with the same parameters of the table.
 */
enum err page_read(struct req *r, struct page *page, const struct field *table,
    size_t n, void *input);

/*
 * Begin the answer: headers and everything before the items. *j takes the
 * items. last is the place of the last of them, for the link to the next page;
 * NULL in a list that goes by numbers alone. ERR_PAGE_NOT_FOUND for a page
 * behind the last; the first is always there, and so is one that a link led to.
 */
enum err page_start(struct req *r, const struct page *page, int64_t total,
    const struct cursor *last, struct json **j);

/* Everything after the items. Returns OK. */
enum err page_end(struct req *r, const struct page *page);

#endif
