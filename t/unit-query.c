#include "common/query.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "t/tap.h"

#define CAP	((size_t)1024 * 1024)

static const struct {
	const char *text, *name, *value;
} good[] = {
	{ "a=1", "a", "1" },
	{ "a=1&b=2", "b", "2" },
	{ "a=1&b=2", "c", NULL },
	{ "a", "a", "" },
	{ "a=", "a", "" },
	{ "=1", "", "1" },
	{ "a=b=c", "a", "b=c" },
	{ "a=1&", "a", "1" },
	{ "&&a=1&&b=2&&", "b", "2" },
	{ "A=1", "a", NULL },
	{ "A=1&a=2", "a", "2" },
	{ "a=1+2", "a", "1 2" },
	{ "a=1%2B2", "a", "1+2" },
	{ "a=%26%3D%25", "a", "&=%" },
	{ "a%20b=1", "a b", "1" },
	{ "q=%D9%85%D8%AD%D9%85%D8%AF", "q", "محمد" },
	{ "q=%d9%85", "q", "م" },
	{ "q=محمد", "q", "محمد" },
	{ "q=%7E-._~", "q", "~-._~" },
	{ "q=it's;a/b?c", "q", "it's;a/b?c" },
	{ "", "a", NULL },
	{ NULL, "a", NULL },
};

static const struct {
	const char *text, *name;
} bad[] = {
	{ "a=%", "a percent sign alone" },
	{ "a=%4", "one digit" },
	{ "a=%4&b=1", "one digit before another pair" },
	{ "a=%zz", "digits that are none" },
	{ "a=%4g", "a digit that is none" },
	{ "a=%%41", "two percent signs" },
	{ "a=% 41", "a blank for a digit" },
	{ "%g0=1", "a broken escape in a name" },
	{ "a=%00", "an escaped NUL" },
	{ "a%00b=1", "an escaped NUL in a name" },
	{ "a=%ff%fe", "bytes that are not UTF-8" },
	{ "a=%c0%af", "an overlong character" },
	{ "a=%ed%a0%80", "a surrogate" },
	{ "a=%d9", "half a character" },
	{ "a=%d9&b=%85", "a character in two pairs" },
	{ "a=\xff", "a byte that is not UTF-8, not escaped" },
	{ "a=1%0D%0ASet-Cookie:x", "a line break" },
	{ "a=%1b[31m", "an escape character" },
	{ "a=%7f", "DEL" },
	{ "a=%c2%85", "a control character of C1" },
	{ "a=1&a=1", "a name twice" },
	{ "a=1&b=2&a", "a name twice, once without a value" },
	{ "a=1&%61=2", "a name twice, once escaped" },
	{ "=1&=2", "the empty name twice" },
};

static void
test_order(struct arena *a)
{
	const struct query *q;

	is_int(query_read(a, "b=1&a=2&c=3", &q), OK, "three pairs");
	ok(q && strcmp(q->name, "b") == 0 && q->next &&
	    strcmp(q->next->name, "a") == 0 && q->next->next &&
	    strcmp(q->next->next->name, "c") == 0 &&
	    q->next->next->next == NULL, "keep their order");
	is_int(query_read(a, "&&&", &q), OK, "ampersands alone");
	ok(q == NULL, "are no pair");
}

static void
test_full(void)
{
	const struct query *q;
	int others = 0;
	enum err e = ERR_INTERNAL;

	for (size_t cap = 0; e != OK && cap < 4096; cap += 8) {
		struct arena *a = arena_new(cap);

		e = query_read(a, "name=a value of some length&b=2", &q);
		others += e != OK && e != ERR_INTERNAL;
		arena_free(a);
	}
	is_int(others, 0, "a full arena is not the client's fault");
}

static bool
encodes(const char *s, const char *want)
{
	struct buf b = { .max = 4096 };
	bool same;

	buf_str(&b, "");
	query_encode(&b, s);
	same = strcmp(b.data, want) == 0;
	buf_free(&b);
	return same;
}

/* Every byte that a value can have comes back. */
static void
test_round_trip(struct arena *a)
{
	struct buf b = { .max = 4096 };
	const struct query *q;
	char all[0x80];
	int n = 0;

	for (int c = 0x20; c < 0x7f; c++)
		all[n++] = (char)c;
	all[n] = '\0';
	buf_str(&b, "a=");
	query_encode(&b, all);
	is_int(query_read(a, b.data, &q), OK, "all of ASCII, encoded");
	is_str(q ? q->value : NULL, all, "is what it was");
	buf_free(&b);
}

int
main(void)
{
	struct arena *a = arena_new(CAP);
	const struct query *q;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const char *text = good[i].text;

		is_int(query_read(a, text, &q), OK, "%s is read",
		    text ? text : "no text");
		is_str(query_get(q, good[i].name), good[i].value,
		    "and gives '%s'", good[i].name);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		is_int(query_read(a, bad[i].text, &q), ERR_QUERY, "not %s",
		    bad[i].name);
	test_order(a);
	test_full();
	ok(encodes("", ""), "nothing encodes to nothing");
	ok(encodes("aZ09-._~", "aZ09-._~"), "the unreserved stay");
	ok(encodes(" +&=%/\"", "%20%2B%26%3D%25%2F%22"), "others do not");
	ok(encodes("محمد", "%D9%85%D8%AD%D9%85%D8%AF"), "nor does UTF-8");
	test_round_trip(a);
	arena_free(a);
	return done_testing();
}
