/*
 * Memory that runs out when it is told to. These stand before the C library's
 * for the whole program and every library in it; AddressSanitizer's, under
 * their second names, do the work and watch over it.
 */
#include "t/fuzz/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "t/fuzz/fuzz.h"

void *__interceptor_malloc(size_t n);
void *__interceptor_calloc(size_t n, size_t size);
void *__interceptor_realloc(void *p, size_t n);

static bool on, for_ever;
static unsigned long count, fails_at;

void
alloc_start(unsigned long n, bool and_after)
{
	count = 0;
	fails_at = n;
	for_ever = and_after;
	on = true;
}

unsigned long
alloc_stop(void)
{
	on = false;
	return count;
}

static bool
is_refused(void)
{
	if (!on || alloc_ours > 0)
		return false;
	count++;
	if (count != fails_at && !(for_ever && fails_at && count > fails_at))
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	return is_refused() ? NULL : __interceptor_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return is_refused() ? NULL : __interceptor_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return is_refused() ? NULL : __interceptor_realloc(p, n);
}

char *
strdup(const char *s)
{
	return strndup(s, strlen(s));
}

char *
strndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}
