/*
 * Each allocation of each route fails in turn, from the start of the worker to
 * its end, once alone and once with all that follow: the answer is an error
 * (500 or 503), or the very answer that there is with memory enough, or the
 * worker did not start. Nothing crashes and nothing is lost.
 *
 *	torture SEED...		requests as text, see fuzz-request.c
 *
 * Every route of the tables must be among them, with success.
 */
#include <dirent.h>
#include <sanitizer/allocator_interface.h>
#include <sanitizer/lsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/route.h"
#include "t/fuzz/alloc.h"
#include "t/fuzz/fuzz.h"
#include "t/tap.h"

enum { SEED_MAX = 8192, WRONG_TOLD = 3 };

const char *__asan_default_options(void);

static char text[SEED_MAX];
static bool covered[16][64];	/* routes of each group that succeeded */

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* What a request came to with memory enough. */
struct good {
	int group, status;
	char *answer;
	size_t len;
	unsigned long count;	/* allocations */
};

static size_t
read_seed(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof(text), f) : 0;

	PROMISE(f != NULL && n < sizeof(text), "%s cannot be read", path);
	fclose(f);
	return n;
}

static void
note_route(int group, const struct given *g)
{
	const struct service *s = group_service(group);
	const char *method = g->variable[0].value;

	for (size_t i = 0; i < s->nroutes; i++)
		if (calm_routed(method, s->routes[i].method,
		    s->routes[i].path))
			covered[group][i] = true;
}

static void
run_good(const struct given *g, struct good *good)
{
	struct answered a;

	alloc_start(0, false);
	worker_run(good->group, g, &a);
	good->count = alloc_stop();
	good->status = oracle_check(group_service(good->group), g, &a);
	if (good->status < 300)
		note_route(good->group, g);
	free(good->answer);
	good->len = a.len;
	good->answer = malloc(a.len);
	PROMISE(good->answer != NULL, "no memory");
	memcpy(good->answer, a.text, a.len);
}

static const char *
judge(const struct given *g, const struct good *good,
    const struct answered *a)
{
	int status;

	if (a->rc != 0)
		return a->len == 0 ? NULL : "it fails and answers";
	status = oracle_check(group_service(good->group), g, a);
	if (status == 500 || status == 503)
		return NULL;
	if (status != good->status)
		return "another status than with memory enough";
	return a->len == good->len &&
	    memcmp(a->text, good->answer, a->len) == 0 ? NULL :
	    "another answer than with memory enough";
}

/* Bytes tell at once whether something is kept, LeakSanitizer what is lost. */
static const char *
look_for_leaks(size_t before)
{
	calm_forget();
	if (__sanitizer_get_current_allocated_bytes() == before)
		return NULL;
	return __lsan_do_recoverable_leak_check() ? "memory is lost" : NULL;
}

static int
run_bad(const struct given *g, const struct good *good, unsigned long n,
    bool and_after, const char *name)
{
	size_t before = __sanitizer_get_current_allocated_bytes();
	struct answered a;
	const char *wrong, *lost;

	alloc_start(n, and_after);
	worker_run(good->group, g, &a);
	alloc_stop();
	wrong = judge(g, good, &a);
	lost = look_for_leaks(before);
	if (wrong == NULL)
		wrong = lost;
	if (wrong == NULL)
		return 0;
	printf("# %s, allocation %lu%s: %s\n%.*s\n", name, n,
	    and_after ? " and after" : "", wrong, (int)a.len, a.text);
	return 1;
}

static void
torture(const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	struct good good = { 0 };
	struct parsed p;
	int wrong = 0;

	PROMISE(text_parse(&p, (uint8_t *)text, read_seed(path)), "memory");
	good.group = group_of(p.path);
	if (good.group < 0)
		good.group = 0;
	run_good(&p.given, &good);	/* what is made once is made now */
	run_good(&p.given, &good);
	calm_forget();
	for (unsigned long n = 1; n <= good.count; n++)
		for (int after = 0; after < 2 && wrong < WRONG_TOLD; after++)
			wrong += run_bad(&p.given, &good, n, after, name);
	ok(wrong == 0, "%s: each of %lu allocations may fail", name,
	    good.count);
	free(good.answer);
	text_forget(&p);
}

static void
check_covered(void)
{
	for (int g = 0; group_names[g]; g++) {
		const struct service *s = group_service(g);

		for (size_t i = 0; i < s->nroutes; i++)
			ok(covered[g][i], "%s is among them (%d)",
			    s->routes[i].path, (int)s->routes[i].method);
	}
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		torture(argv[i]);
	check_covered();
	return done_testing();
}
