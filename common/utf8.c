#include "common/utf8.h"

#include <string.h>
#include <utf8proc.h>

#include "common/arena.h"

#define SEARCH_OPTIONS	(UTF8PROC_STABLE | UTF8PROC_COMPAT |		\
	UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |	\
	UTF8PROC_IGNORE)
#define FOLD_OPTIONS	(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD)

/*
 * What readers write one for the other and Unicode keeps apart. Letters with a
 * hamza above or below lose it as a mark; these have no decomposition.
 */
static const struct {
	utf8proc_int32_t from, to;
} letters[] = {
	{ 0x0629, 0x0647 },	/* ta marbuta: ha */
	{ 0x0649, 0x064a },	/* alef maqsura: ya */
	{ 0x0671, 0x0627 },	/* alef wasla: alef */
	{ 0x06a9, 0x0643 },	/* Persian kaf: kaf */
	{ 0x06cc, 0x064a },	/* Persian ya: ya */
};

/*
 * The next code point of s, which must not be at its end, and how many bytes
 * it takes. A byte that is not UTF-8 counts as U+FFFD.
 */
static size_t
next(const char *s, size_t n, utf8proc_int32_t *c)
{
	utf8proc_ssize_t len;

	len = utf8proc_iterate((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)n, c);
	if (len > 0)
		return (size_t)len;
	*c = 0xfffd;
	return 1;
}

static bool
is_blank(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return c < 0x20 || c == 0x7f || category == UTF8PROC_CATEGORY_ZS ||
	    category == UTF8PROC_CATEGORY_ZL ||
	    category == UTF8PROC_CATEGORY_ZP;
}

bool
utf8_valid(const char *s, size_t n)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
	utf8proc_ssize_t len, left = (utf8proc_ssize_t)n;
	utf8proc_int32_t c;

	for (; left > 0; p += len, left -= len) {
		len = utf8proc_iterate(p, left, &c);
		if (len <= 0)
			return false;
	}
	return true;
}

size_t
utf8_length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			n++;
	return n;
}

char *
utf8_trim(struct arena *a, const char *s)
{
	size_t i, len, n = strlen(s), start = n, end = n;
	utf8proc_int32_t c;

	for (i = 0; i < n; i += len) {
		len = next(s + i, n - i, &c);
		if (is_blank(c))
			continue;
		if (start == n)
			start = i;
		end = i + len;
	}
	return arena_strndup(a, s + start, end - start);
}

bool
utf8_has_control(const char *s, bool lines)
{
	size_t len, n = strlen(s);
	utf8proc_int32_t c;

	for (; n > 0; s += len, n -= len) {
		len = next(s, n, &c);
		if (lines && (c == '\t' || c == '\n'))
			continue;
		if (utf8proc_category(c) == UTF8PROC_CATEGORY_CC)
			return true;
	}
	return false;
}

/*
 * s taken apart into *n code points, with room for one more (which
 * utf8proc_reencode() needs).
 */
static utf8proc_int32_t *
decompose(struct arena *a, const char *s, utf8proc_option_t options,
    utf8proc_ssize_t *n)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
	utf8proc_ssize_t len = (utf8proc_ssize_t)strlen(s);
	utf8proc_int32_t *buf;

	*n = utf8proc_decompose(p, len, NULL, 0, options);
	if (*n < 0)
		return NULL;
	buf = arena_alloc(a, ((size_t)*n + 1) * sizeof(*buf));
	if (buf == NULL)
		return NULL;
	*n = utf8proc_decompose(p, len, buf, *n, options);
	return *n < 0 ? NULL : buf;
}

/* Encodes in place: a code point's UTF-8 is never longer than 4 bytes. */
static char *
encode(utf8proc_int32_t *buf, utf8proc_ssize_t n, utf8proc_option_t options)
{
	n = utf8proc_reencode(buf, n, options);
	return n < 0 ? NULL : (char *)buf;
}

/* A decomposed code point as it is searched; 0 where it is left out. */
static utf8proc_int32_t
search_letter(utf8proc_int32_t c)
{
	size_t i;

	if (is_blank(c))
		return ' ';
	if (c == 0x0640)			/* tatweel */
		return 0;
	if (c >= 0x0660 && c <= 0x0669)		/* Arabic-Indic digits */
		return c - 0x0660 + '0';
	if (c >= 0x06f0 && c <= 0x06f9)		/* Persian digits */
		return c - 0x06f0 + '0';
	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].from == c)
			return letters[i].to;
	return c;
}

char *
utf8_search_form(struct arena *a, const char *s)
{
	utf8proc_int32_t *buf, c;
	utf8proc_ssize_t i, n, len = 0;

	/*
	 * The letters are folded after the decomposition, not by a custom
	 * function before it, so that presentation forms are folded as well.
	 */
	buf = decompose(a, s, SEARCH_OPTIONS, &n);
	if (buf == NULL)
		return NULL;
	for (i = 0; i < n; i++) {
		c = search_letter(buf[i]);
		if (c == 0 || (c == ' ' && (len == 0 || buf[len - 1] == ' ')))
			continue;
		buf[len++] = c;
	}
	if (len > 0 && buf[len - 1] == ' ')
		len--;
	return encode(buf, len, SEARCH_OPTIONS);
}

/* In utf8proc letters, marks and numbers are numbered one after the other. */
static bool
is_of_word(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return (category >= UTF8PROC_CATEGORY_LU &&
	    category <= UTF8PROC_CATEGORY_NO) ||
	    category == UTF8PROC_CATEGORY_SO;
}

char *
utf8_search_words(struct arena *a, const char *s)
{
	char *words = utf8_search_form(a, s), *out = words;
	size_t len, n = words ? strlen(words) : 0;
	utf8proc_int32_t c;
	bool between = false;

	for (s = words; n > 0; s += len, n -= len) {
		len = next(s, n, &c);
		if (!is_of_word(c)) {
			between = out > words;
			continue;
		}
		if (between)
			*out++ = ' ';
		between = false;
		memmove(out, s, len);
		out += len;
	}
	if (words)
		*out = '\0';
	return words;
}

char *
utf8_fold(struct arena *a, const char *s)
{
	utf8proc_int32_t *buf;
	utf8proc_ssize_t n;

	buf = decompose(a, s, FOLD_OPTIONS, &n);
	if (buf == NULL)
		return NULL;
	return encode(buf, n, FOLD_OPTIONS);
}
