/*
 * Memory that lives as long as a request: allocate, never free one piece,
 * reset everything at the end.
 */
#ifndef KHATMA_ARENA_H
#define KHATMA_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * A new arena that will never hold more than cap bytes at a time. Returns
 * NULL when memory is out. The caller frees it with arena_free().
 */
struct arena *arena_new(size_t cap);

/*
 * n zeroed bytes, aligned for any type, good until arena_reset(). n of 0 gives
 * a valid pointer. Returns NULL when the cap is reached or memory is out; the
 * arena is then as it was.
 */
void *arena_alloc(struct arena *a, size_t n);

/* Copies of a string (of at most n bytes of it). NULL as arena_alloc(). */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);

/* snprintf into the arena. NULL when the arena is full. */
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes in use, for tests and for the cap. */
size_t arena_used(const struct arena *a);

/*
 * Whether an allocation has failed since the last reset. Who builds an answer
 * out of many small texts can look once, at its end.
 */
bool arena_failed(const struct arena *a);

/* Forget everything; keep the first block, give the others back. */
void arena_reset(struct arena *a);

/* Free the arena and all it holds. NULL is allowed. */
void arena_free(struct arena *a);

#endif
