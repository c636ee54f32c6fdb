/*
 * Text: whether bytes are UTF-8, held against a second reading by the letter
 * of RFC 3629, and the forms of what is, which are UTF-8 again and stay as
 * they are when made once more.
 */
#include <string.h>

#include "common/arena.h"
#include "common/utf8.h"
#include "t/fuzz/fuzz.h"

/* RFC 3629 section 4, the syntax of byte sequences. */
static size_t
sequence(const uint8_t *s, size_t n)
{
	static const struct {
		uint8_t from, to, low, high;
		size_t len;
	} rows[] = {
		{ 0x00, 0x7f, 0, 0, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (s[0] < rows[i].from || s[0] > rows[i].to ||
		    rows[i].len > n)
			continue;
		if (rows[i].len > 1 && (s[1] < rows[i].low ||
		    s[1] > rows[i].high))
			return 0;
		for (size_t k = 2; k < rows[i].len; k++)
			if (s[k] < 0x80 || s[k] > 0xbf)
				return 0;
		return rows[i].len;
	}
	return 0;
}

static bool
is_good(const uint8_t *s, size_t n, size_t *characters)
{
	size_t len;

	for (*characters = 0; n > 0; s += len, n -= len, ++*characters) {
		len = sequence(s, n);
		if (len == 0)
			return false;
	}
	return true;
}

typedef char *form(struct arena *a, const char *s);

static void
check_form(struct arena *a, form *make, const char *s, const char *name)
{
	char *once = make(a, s), *twice;

	PROMISE(once != NULL, "%s of a text is nothing", name);
	PROMISE(utf8_valid(once, strlen(once)), "%s is not UTF-8", name);
	twice = make(a, once);
	PROMISE(twice && strcmp(once, twice) == 0, "%s twice is another", name);
}

/* Nothing that LIKE would take for something else, and single blanks between. */
static void
check_words(struct arena *a, const char *s)
{
	const char *words = utf8_search_words(a, s);
	size_t n = strlen(words);

	PROMISE(strpbrk(words, "%_\\") == NULL, "%s has a wildcard", words);
	PROMISE(strstr(words, "  ") == NULL, "%s has two blanks", words);
	PROMISE(*words != ' ' && (n == 0 || words[n - 1] != ' '),
	    "'%s' has a blank at an end", words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)64 << 20);
	size_t characters = 0;
	bool good = is_good(data, size, &characters);
	char *s = a ? arena_strndup(a, (const char *)data, size) : NULL;

	if (s == NULL)
		return 0;
	PROMISE(utf8_valid((const char *)data, size) == good,
	    "whether it is UTF-8 is not agreed on");
	utf8_trim(a, s);
	utf8_has_control(s, true);
	if (!is_good((const uint8_t *)s, strlen(s), &characters)) {
		utf8_search_form(a, s);
		utf8_search_words(a, s);
		utf8_fold(a, s);
	} else {
		PROMISE(utf8_length(s) == characters, "the length is wrong");
		check_form(a, utf8_trim, s, "the trimmed form");
		check_form(a, utf8_search_form, s, "the form for searches");
		check_form(a, utf8_fold, s, "the folded form");
		check_form(a, utf8_search_words, s, "the words");
		check_words(a, s);
	}
	arena_free(a);
	return 0;
}
