#include "common/buf.h"

#include "t/tap.h"

static void
test_append(void)
{
	struct buf b = { .max = 100 };

	ok(b.data == NULL, "there is nothing before the first append");
	buf_str(&b, "");
	is_str(b.data, "", "nothing, appended, is an empty string");
	buf_str(&b, "khatma");
	buf_char(&b, ' ');
	buf_add(&b, "30 juz", 2);
	is_str(b.data, "khatma 30", "appends follow each other");
	is_int((long long)b.len, 9, "and are counted");
	buf_add(&b, "\0x", 2);
	ok(b.len == 11 && memcmp(b.data, "khatma 30\0x", 12) == 0,
	    "a NUL is a byte as any other, and one stands at the end");
	ok(!b.failed, "all of it fits");
	buf_free(&b);
	ok(b.data == NULL && b.len == 0 && b.size == 0, "freed, it is empty");
	buf_str(&b, "again");
	is_str(b.data, "again", "and can be used again");
	buf_free(&b);
}

static void
test_over(void)
{
	char bytes[8] = "before";
	struct buf b = buf_over(bytes, sizeof(bytes));

	is_str(bytes, "", "a buffer over bytes begins empty");
	buf_str(&b, "1234567");
	ok(!b.failed && b.data == bytes, "they are filled");
	buf_char(&b, '8');
	ok(b.failed && b.data == bytes, "but it does not grow");
	is_str(bytes, "1234567", "and what is there stays");
}

static void
test_numbers(void)
{
	struct buf b = { .max = 100 };

	buf_int(&b, 0);
	buf_char(&b, ' ');
	buf_int(&b, -1);
	buf_char(&b, ' ');
	buf_int(&b, INT64_MAX);
	buf_char(&b, ' ');
	buf_int(&b, INT64_MIN);
	is_str(b.data, "0 -1 9223372036854775807 -9223372036854775808",
	    "numbers from the least to the most");
	buf_free(&b);
}

static void
test_paths(void)
{
	static const struct {
		const char *path;
		int64_t id;
		const char *want;
	} paths[] = {
		{ "/api/khatmas/", 7, "/api/khatmas/" },
		{ "/api/khatmas/#/", 7, "/api/khatmas/7/" },
		{ "#", INT64_MAX, "9223372036854775807" },
		{ "a/#/b/#", 12, "a/12/b/12" },
	};
	struct buf b = { .max = 100 };

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		buf_reset(&b, 8192);
		buf_path(&b, paths[i].path, paths[i].id);
		is_str(b.data, paths[i].want, "the path %s", paths[i].path);
	}
	buf_free(&b);
	b = (struct buf){ .max = 8 };
	buf_path(&b, "/api/#/#", 123456789);
	ok(b.failed && b.len <= 8, "a path that does not fit has an end, too");
	buf_free(&b);
}

static void
test_bound(void)
{
	struct buf b = { .max = 8 };

	buf_str(&b, "12345678");
	ok(!b.failed && b.len == 8, "max bytes fit");
	buf_str(&b, "");
	ok(!b.failed, "and nothing more does");
	buf_char(&b, '9');
	ok(b.failed, "a byte more does not");
	is_str(b.data, "12345678", "what was there stays");
	buf_reset(&b, 8192);
	ok(!b.failed && b.len == 0, "a reset begins anew");
	is_str(b.data, "", "with nothing");
	buf_str(&b, "123456");
	buf_str(&b, "789");
	is_str(b.data, "123456",
	    "an append that does not fit is left out whole");
	buf_str(&b, "7");
	is_str(b.data, "123456", "and so is all that follows");
	buf_add(&b, "x", SIZE_MAX);
	ok(b.failed, "however long");
	buf_reset(&b, 8192);
	buf_add(&b, "x", SIZE_MAX);
	ok(b.failed && b.len == 0, "the longest append fails too");
	buf_free(&b);
	b = (struct buf){ .max = 0 };
	buf_char(&b, 'x');
	ok(b.failed && b.len == 0, "a buffer without room takes nothing");
	buf_free(&b);
}

/* Each byte is where it belongs after the buffer has moved many times. */
static void
test_growth(void)
{
	enum { N = 1 << 20 };
	struct buf b = { .max = N };
	long wrong = 0;

	for (int i = 0; i < N; i++)
		buf_char(&b, (char)('a' + i % 26));
	ok(!b.failed && b.len == N, "a million bytes, one by one");
	for (int i = 0; i < N; i++)
		wrong += b.data[i] != (char)('a' + i % 26);
	is_int(wrong, 0, "are all there");
	ok(b.data[N] == '\0', "with a NUL behind");
	ok(b.size < 2 * N + 2, "in no more than twice the room");
	buf_reset(&b, N);
	ok(b.data == NULL && b.size == 0, "a reset gives back what is large");
	buf_str(&b, "small");
	buf_reset(&b, 4096);
	ok(b.data != NULL && b.size <= 4096, "and keeps what is not");
	buf_free(&b);
	buf_free(&b);
	ok(b.data == NULL, "it may be freed twice");
	buf_reset(&b, 0);
	ok(b.data == NULL && b.len == 0, "and reset when it is empty");
}

int
main(void)
{
	test_append();
	test_over();
	test_numbers();
	test_paths();
	test_bound();
	test_growth();
	return done_testing();
}
