#include "common/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * With AddressSanitizer what is not handed out is poisoned, and there is a gap
 * behind every piece: one request's memory is one block for it otherwise.
 */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define ARENA_GUARDED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(ARENA_GUARDED)
#include <sanitizer/asan_interface.h>
#define GAP		ALIGNMENT
#else
#define GAP		((size_t)0)
#define ASAN_POISON_MEMORY_REGION(p, n)		((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n)	((void)(p), (void)(n))
#endif

#define BLOCK_SIZE	((size_t)64 * 1024)
#define ALIGNMENT	alignof(max_align_t)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	size_t cap;
	size_t used;
	bool failed;
	struct block *first;		/* outlives arena_reset() */
	struct block *current;		/* the last of the list */
};

static struct block *
block_new(size_t size)
{
	struct block *b;

	b = malloc(sizeof(*b) + size);
	if (b == NULL)
		return NULL;
	b->next = NULL;
	b->size = size;
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->data, b->size);
	return b;
}

static void
blocks_free(struct block *b)
{
	struct block *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
}

struct arena *
arena_new(size_t cap)
{
	struct arena *a;

	a = malloc(sizeof(*a));
	if (a == NULL)
		return NULL;
	a->first = block_new(BLOCK_SIZE);
	if (a->first == NULL) {
		free(a);
		return NULL;
	}
	/* So far below SIZE_MAX that no sum of sizes below overflows. */
	a->cap = cap < SIZE_MAX / 4 ? cap : SIZE_MAX / 4;
	a->used = 0;
	a->failed = false;
	a->current = a->first;
	return a;
}

/* A block with room for n bytes: the current one or a new one behind it. */
static struct block *
block_for(struct arena *a, size_t n)
{
	struct block *b = a->current;

	if (n <= b->size - b->used)
		return b;
	b = block_new(n > BLOCK_SIZE ? n : BLOCK_SIZE);
	if (b == NULL)
		return NULL;
	a->current->next = b;
	a->current = b;
	return b;
}

/* n bytes, n a multiple of the alignment; NULL when there is no room. */
static void *
take(struct arena *a, size_t n)
{
	struct block *b;
	void *p;

	if (n > a->cap - a->used)
		return NULL;
	b = block_for(a, n + GAP);
	if (b == NULL)
		return NULL;
	p = b->data + b->used;
	b->used += n + GAP;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	a->used += n;
	/* Not calloc: the first block still holds an earlier request. */
	return memset(p, 0, n);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	void *p = NULL;

	if (n == 0)
		n = 1;
	if (n <= a->cap)
		p = take(a, (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
	if (p == NULL)
		a->failed = true;
	return p;
}

bool
arena_failed(const struct arena *a)
{
	return a->failed;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy;

	copy = arena_alloc(a, len + 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, s, len);
	return copy;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *s = NULL;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	if (len >= 0)
		s = arena_alloc(a, (size_t)len + 1);
	if (s != NULL)
		vsnprintf(s, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return s;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

void
arena_reset(struct arena *a)
{
	blocks_free(a->first->next);
	a->first->next = NULL;
	a->first->used = 0;
	ASAN_POISON_MEMORY_REGION(a->first->data, a->first->size);
	a->current = a->first;
	a->used = 0;
	a->failed = false;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	blocks_free(a->first);
	free(a);
}
