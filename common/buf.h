/*
 * A string of bytes that grows at its end, up to a bound.
 */
#ifndef KHATMA_BUF_H
#define KHATMA_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;	/* len bytes and a NUL; NULL until the first append */
	size_t len;
	size_t size;
	size_t max;	/* the bound of len, set once by its owner */
	bool failed;	/* an append did not fit: the content is not whole */
};

/*
 * An empty buffer in size bytes of the caller's, which does not grow: for short
 * texts that must not fail for want of memory. Never freed.
 */
struct buf buf_over(char *bytes, size_t size);

/*
 * Append n bytes, a string, a number in decimal. When max or the memory does
 * not suffice nothing is appended, failed is set and every later append does
 * nothing: callers write on and look at failed once, at the end.
 */
void buf_add(struct buf *b, const char *s, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);

/*
 * For who writes byte by byte: where n more bytes have room, to be written there
 * and ended by buf_end() with the place behind the last of them, at once. NULL,
 * as buf_add() fails.
 */
char *buf_room(struct buf *b, size_t n);
void buf_end(struct buf *b, char *end);

/* Append a path in which each # stands for id. */
void buf_path(struct buf *b, const char *path, int64_t id);

/*
 * Empty b for another use. Memory above keep bytes goes back to the system,
 * so that one large answer does not stay in a worker's size.
 */
void buf_reset(struct buf *b, size_t keep);

/* Free what b holds. */
void buf_free(struct buf *b);

#endif
