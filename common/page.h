/*
 * Lists: bare arrays or pages (contract, section 2).
 */
#ifndef KHATMA_PAGE_H
#define KHATMA_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct field;
struct json;
struct req;

#define PAGE_SIZE	20
#define PAGE_SIZE_MAX	100

struct page {
	bool envelope;		/* {"count","next","previous","results"} */
	int64_t number;		/* from 1 */
	int64_t size;
	int64_t offset;		/* items before the page */
};

/*
 * Read page and page_size, and before them the list's own parameters by their
 * table (NULL: it has none) into *input, so that all that are wrong are told
 * at once. Either of the two makes it an envelope, and so does the
 * setting KHATMA_LISTS; without, it is the first PAGE_SIZE_MAX items.
 */
enum err page_read(struct req *r, struct page *page, const struct field *table,
    size_t n, void *input);

/*
 * Begin the answer: headers and everything before the items. *j takes the
 * items. ERR_PAGE_NOT_FOUND for a page behind the last; the first is always
 * there.
 */
enum err page_start(struct req *r, const struct page *page, int64_t total,
    struct json **j);

/* Everything after the items. Returns OK. */
enum err page_end(struct req *r, const struct page *page);

#endif
