#include "common/arena.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "t/tap.h"

#define CAP	((size_t)1024 * 1024)

static bool
is_zero(const unsigned char *p, size_t n)
{
	for (; n > 0; p++, n--)
		if (*p != 0)
			return false;
	return true;
}

/* Every size: aligned, zeroed, apart from its neighbour. */
static void
test_sizes(struct arena *a)
{
	size_t n, unaligned = 0, dirty = 0, overlap = 0;
	unsigned char *p, *end = NULL;

	for (n = 0; n < 600; n++) {
		p = arena_alloc(a, n);
		if (p == NULL)
			break;
		unaligned += (uintptr_t)p % _Alignof(max_align_t) != 0;
		dirty += !is_zero(p, n);
		overlap += end != NULL && p < end && p + n > end - 1;
		memset(p, 0xff, n);
		end = p + n;
	}
	is_int((long long)n, 600, "all sizes up to 599 bytes are given");
	is_int((long long)unaligned, 0, "all are aligned for any type");
	is_int((long long)dirty, 0, "all are zeroed");
	is_int((long long)overlap, 0, "none touches the one before");
	ok(arena_used(a) >= 599 * 600 / 2, "arena_used counts them");
}

static void
test_reset(struct arena *a)
{
	unsigned char *first, *again;

	arena_reset(a);
	is_int((long long)arena_used(a), 0, "a reset forgets everything");
	first = arena_alloc(a, 60000);
	memset(first, 0xff, 60000);
	memset(arena_alloc(a, 60000), 0xff, 60000);
	arena_reset(a);
	again = arena_alloc(a, 60000);
	ok(again == first, "a reset keeps the first block");
	ok(is_zero(again, 60000), "memory is zeroed again after a reset");
	arena_reset(a);
}

static void
test_cap(struct arena *a)
{
	size_t used;
	void *p;

	ok(arena_alloc(a, CAP) != NULL, "the whole cap can be had at once");
	ok(arena_alloc(a, 1) == NULL, "and not a byte more");
	ok(arena_strdup(a, "") == NULL, "strdup fails when it is full");
	ok(arena_printf(a, "x") == NULL, "printf fails when it is full");
	is_int((long long)arena_used(a), CAP, "failures change nothing");
	arena_reset(a);
	ok(arena_alloc(a, CAP + 1) == NULL, "more than the cap is refused");
	ok(arena_alloc(a, SIZE_MAX) == NULL, "SIZE_MAX is refused");
	ok(arena_alloc(a, SIZE_MAX - 8) == NULL, "and what rounds up to 0");
	while ((p = arena_alloc(a, 1000)) != NULL)
		memset(p, 0xff, 1000);
	used = arena_used(a);
	ok(used <= CAP && used > CAP - 2000, "small pieces stop at the cap");
	ok(arena_alloc(a, CAP - used) != NULL || CAP == used,
	    "what is left can be had");
	arena_reset(a);
}

static void
test_strings(struct arena *a)
{
	char long_text[3000];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	is_str(arena_strdup(a, ""), "", "strdup of nothing");
	is_str(arena_strdup(a, "khatma"), "khatma", "strdup");
	is_str(arena_strndup(a, "khatma", 3), "kha", "strndup cuts");
	is_str(arena_strndup(a, "khatma", 99), "khatma",
	    "strndup stops at the NUL");
	is_str(arena_strndup(a, "abc", 0), "", "strndup of no bytes");
	is_str(arena_printf(a, "%s-%03d", "juz", 7), "juz-007", "printf");
	is_str(arena_printf(a, "%s", ""), "", "printf of nothing");
	is_str(arena_printf(a, "%s", long_text), long_text,
	    "printf of a long text");
}

int
main(void)
{
	struct arena *a = arena_new(CAP);
	struct arena *small = arena_new(100);
	struct arena *huge = arena_new(SIZE_MAX);

	test_sizes(a);
	test_reset(a);
	test_cap(a);
	test_strings(a);
	arena_free(a);

	ok(arena_alloc(small, 90) != NULL, "a small arena gives what it has");
	ok(arena_alloc(small, 90) == NULL, "and no more");
	arena_free(small);

	ok(arena_alloc(huge, SIZE_MAX) == NULL, "no cap, no overflow");
	ok(arena_alloc(huge, SIZE_MAX / 2) == NULL, "nor near it");
	ok(arena_alloc(huge, 10) != NULL, "and it still works after that");
	arena_free(huge);

	arena_free(NULL);
	ok(true, "arena_free takes NULL");
	return done_testing();
}
