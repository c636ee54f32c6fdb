/*
 * The whole of a program: a request, as text, goes through serve(), the
 * routes, the handlers, the models and db.c; the database answers by script.
 *
 *	POST /api/khatmas/5/join/?lang=ar
 *	Authorization: good		a token that we signed; else as it is
 *	Accept-Language: ar
 *	Settings: envelope rotate cors
 *
 *	{"chapter": 3}
 *	%%
 *	rows 5,1,N
 *	commit 2013
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/fuzz/fuzz.h"

enum { SAME_IN = 8 };	/* of so many inputs one is tried twice */

/* The same request again, on a worker that starts anew, answers the same. */
static void
check_same(int group, const struct given *g, const struct answered *a)
{
	char *first = malloc(a->len);
	size_t n = a->len;
	struct answered again;

	if (first == NULL)
		return;
	memcpy(first, a->text, n);
	worker_run(group, g, &again);
	PROMISE(again.len == n && memcmp(again.text, first, n) == 0,
	    "the same request has two answers: %.*s\nand %.*s", (int)n,
	    first, (int)again.len, again.text);
	free(first);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parsed p;
	struct answered a;
	int group;

	if (!text_parse(&p, data, size))
		return 0;
	group = group_of(p.path);
	if (group < 0)
		group = 0;
	worker_run(group, &p.given, &a);
	if (getenv("FUZZ_SHOW"))	/* for whoever looks into one input */
		printf("%.*s\n", (int)a.len, a.text);
	oracle_check(group_service(group), &p.given, &a);
	if (size % SAME_IN == 0)
		check_same(group, &p.given, &a);
	calm_forget();
	text_forget(&p);
	return 0;
}
