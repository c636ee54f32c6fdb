#include "common/cursor.h"

#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "t/tap.h"

enum { LIST = 0x1234abcd };

static struct arena *arena;

static bool
same(const struct cursor *a, const struct cursor *b)
{
	return a->id == b->id && a->when == b->when &&
	    (a->name == NULL) == (b->name == NULL) &&
	    (a->name == NULL || strcmp(a->name, b->name) == 0);
}

static void
test_round(void)
{
	static const struct cursor all[] = {
		{ .id = 1 },
		{ .id = INT64_MAX },
		{ .id = 7, .when = 1 },
		{ .id = 7, .when = INT64_C(1795745019344894) },
		{ .id = 7, .when = INT64_C(253402300799999999) },
		{ .id = 7, .name = "a" },
		{ .id = 7, .name = "ab" },
		{ .id = 7, .name = "abc" },
		{ .id = 7, .name = "ختمة رمضان" },
		{ .id = 7, .name = "\xf0\x9f\x95\x8c" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct cursor back = { 0 };
		const char *text = cursor_write(arena, LIST, &all[i]);
		size_t name = all[i].name ? strlen(all[i].name) : 0;

		is_int((long long)strlen(text),
		    (long long)((20 + name) * 4 + 2) / 3, "%s: its length",
		    text);
		is_int((long long)strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz0123456789-_"),
		    (long long)strlen(text), "its letters");
		ok(cursor_read(arena, LIST, text, &back) &&
		    same(&back, &all[i]), "and what it stands for");
		ok(!cursor_read(arena, LIST + 1, text, &back),
		    "but not in another list");
	}
	is_str(cursor_write(arena, LIST, &all[3]),
	    "EjSrzQAAAAAAAAAHAAZhOHf8N_4", "how it looks");
}

/* Each change of a letter, and each beginning of a text. */
static void
test_broken(void)
{
	static const struct cursor c = { .id = 7, .when = 1, .name = "abc" };
	const char *text = cursor_write(arena, LIST, &c);
	char copy[64];
	struct cursor back = { .id = 99 };
	int taken = 0, unlike = 0;

	for (size_t i = 0; i < strlen(text); i++) {
		snprintf(copy, sizeof(copy), "%.*s", (int)i, text);
		if (cursor_read(arena, LIST, copy, &back) && i < 27)
			taken++;
	}
	is_int(taken, 0, "what is shorter than a place without a name is none");
	for (size_t i = 0; i < strlen(text); i++) {
		snprintf(copy, sizeof(copy), "%s", text);
		for (int b = 1; b < 256; b++) {
			copy[i] = (char)b;
			if (b == text[i] ||
			    !cursor_read(arena, LIST, copy, &back))
				continue;
			unlike += same(&back, &c);
			taken += i < 5;
			unlike += back.id < 1 || back.when < 0;
		}
	}
	is_int(taken, 0, "no other number of the list is taken for it");
	is_int(unlike, 0, "and no other text means the same, or nothing");
}

static void
test_refused(void)
{
	static const struct {
		struct cursor c;
		const char *what;
	} bad[] = {
		{ { .id = 0 }, "no id" },
		{ { .id = -1 }, "an id below 1" },
		{ { .id = 1, .when = -1 }, "a time before all" },
		{ { .id = 1, .when = INT64_C(253402300800000000) },
		    "a time after the year 9999" },
		{ { .id = 1, .name = "\xff" }, "a name that is not UTF-8" },
		{ { .id = 1, .name = "a\xd9" }, "half a letter" },
	};
	static const char *const text[] = {
		"", "=", "A", "AA", "AAAAA", "EjSrzQAAAAAAAAAHAAZhOHf8N_5",
		"EjSrzQAAAAAAAAAHAAZhOHf8N_4=", " EjSrzQAAAAAAAAAHAAZhOHf8N_4",
		"EjSrzQAAAAAAAAAHAAZhOHf8N_4A", "EjSrzQAAAAAAAAAHAAZhOHf8N/4",
	};
	struct cursor back = { .id = 99 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!cursor_read(arena, LIST, cursor_write(arena, LIST,
		    &bad[i].c), &back), "%s is refused", bad[i].what);
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		ok(!cursor_read(arena, LIST, text[i], &back), "\"%s\" is none",
		    text[i]);
	is_int(back.id, 99, "and leaves what was there");
}

static void
test_keys(void)
{
	static const struct cursor none, some = { .id = 3,
	    .when = INT64_C(1795745019344894), .name = "a" },
	    unnamed = { .id = 3 };
	char when[TIME_ISO_MAX], day[TIME_DAY_MAX];

	ok(!cursor_time(&none, when) && !cursor_day(&none, day) &&
	    !cursor_name(&none), "no place has no key");
	is_str(cursor_time(&some, when), "2026-11-27 02:03:39.344894",
	    "the key of a time");
	is_str(cursor_day(&some, day), "2026-11-27", "of a day");
	is_str(cursor_name(&some), "a", "and of a name");
	is_str(cursor_name(&unnamed), "", "which is never NULL");
}

static void
test_parts(void)
{
	static const struct part by_number = { .offset = 40, .limit = 20 },
	    by_place = { .offset = 40, .limit = 20, .after = { .id = 9 } };

	is_int(part_skip(&by_number), 40, "by number all before is skipped");
	is_int(part_total(&by_number, 45), 45, "and was counted");
	is_int(part_skip(&by_place), 0, "from a place nothing is");
	is_int(part_total(&by_place, 5), 45, "nor was it");
	is_int(part_count(&by_number, 1000), 1000, "it counts to the total");
	is_int(part_count(&by_place, 1000), 960, "of what is behind the place");
	is_int(part_count(&by_number, 45), 61, "and one behind the page");
	is_int(part_count(&by_place, 45), 21, "which is not far");
}

int
main(void)
{
	arena = arena_new((size_t)16 << 20);
	test_round();
	test_broken();
	test_refused();
	test_keys();
	test_parts();
	arena_free(arena);
	return done_testing();
}
