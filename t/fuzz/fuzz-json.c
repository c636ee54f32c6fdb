/*
 * The JSON reader. What it takes, a second reader made for this test alone
 * takes too, and the other way round; and what is written back is the same.
 */
#include <ctype.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/utf8.h"
#include "t/fuzz/fuzz.h"

struct text {
	const unsigned char *at, *end;
	int depth;
};

static bool value(struct text *t);

static void
blanks(struct text *t)
{
	while (t->at < t->end && strchr(" \t\r\n", *t->at) && *t->at)
		t->at++;
}

static bool
one(struct text *t, char c)
{
	blanks(t);
	if (t->at == t->end || *t->at != c)
		return false;
	t->at++;
	return true;
}

static bool
is(const struct text *t, const char *set)
{
	return t->at < t->end && *t->at && strchr(set, *t->at);
}

static bool
word(struct text *t, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(t->end - t->at) < n || memcmp(t->at, w, n) != 0)
		return false;
	t->at += n;
	return true;
}

/* Four hex digits; -1: they are not there. */
static long
unit(struct text *t)
{
	long v = 0;

	if (t->end - t->at < 4)
		return -1;
	for (int i = 0; i < 4; i++, t->at++) {
		if (!isxdigit(*t->at))
			return -1;
		v = v * 16 + (isdigit(*t->at) ? *t->at - '0' :
		    tolower(*t->at) - 'a' + 10);
	}
	return v;
}

static bool
escape(struct text *t)
{
	long high, low;

	if (is(t, "\"\\/bfnrt")) {
		t->at++;
		return true;
	}
	if (!word(t, "u"))
		return false;
	high = unit(t);
	if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff))
		return false;
	if (high < 0xd800 || high > 0xdbff)
		return true;
	if (!word(t, "\\u"))
		return false;
	low = unit(t);
	return low >= 0xdc00 && low <= 0xdfff;
}

static bool
string(struct text *t)
{
	if (!one(t, '"'))
		return false;
	while (t->at < t->end && *t->at != '"') {
		if (*t->at < 0x20)
			return false;
		if (*t->at++ == '\\' && !escape(t))
			return false;
	}
	return one(t, '"');
}

static bool
digits(struct text *t)
{
	const unsigned char *from = t->at;

	while (is(t, "0123456789"))
		t->at++;
	return t->at > from;
}

static bool
number(struct text *t)
{
	word(t, "-");
	if (!word(t, "0") && !digits(t))
		return false;
	if (word(t, ".") && !digits(t))
		return false;
	if (!is(t, "eE"))
		return true;
	t->at++;
	if (is(t, "+-"))
		t->at++;
	return digits(t);
}

static bool
members(struct text *t, char end, bool named)
{
	if (++t->depth > JSON_DEPTH_MAX)
		return false;
	if (!one(t, end)) {
		do {
			if (named && !(string(t) && one(t, ':')))
				return false;
			if (!value(t))
				return false;
		} while (one(t, ','));
		if (!one(t, end))
			return false;
	}
	t->depth--;
	return true;
}

static bool
value(struct text *t)
{
	if (one(t, '{'))
		return members(t, '}', true);
	if (one(t, '['))
		return members(t, ']', false);
	if (is(t, "\""))
		return string(t);
	return word(t, "true") || word(t, "false") || word(t, "null") ||
	    number(t);
}

/* By RFC 8259 alone; that a key stands once is not looked at. */
static bool
is_good(const uint8_t *data, size_t size)
{
	struct text t = { data, data + size, 0 };

	blanks(&t);
	if (!is(&t, "{") || !value(&t))
		return false;
	blanks(&t);
	return t.at == t.end && memchr(data, '\0', size) == NULL &&
	    utf8_valid((const char *)data, size);
}

/* Names of members are for cJSON alone, so only arrays and texts go back. */
static void
write(struct json *j, const struct cJSON *v)
{
	int64_t n;

	switch (json_type_of(v)) {
	case JSON_TEXT:
		json_text(j, NULL, json_get_text(v));
		break;
	case JSON_NUMBER:
		if (json_get_int(v, &n))
			json_int(j, NULL, n);
		else
			json_tenths(j, NULL, 5);
		break;
	case JSON_BOOL:
		json_bool(j, NULL, json_get_bool(v));
		break;
	case JSON_NULL:
		json_null(j, NULL);
		break;
	case JSON_ARRAY: case JSON_OBJECT:
		json_open(j, NULL, '[');
		for (v = json_first(v); v; v = json_after(v))
			write(j, v);
		json_close(j);
		break;
	}
}

/* What was written is read, and written again it is the same. */
static void
check_written(struct arena *a, const struct cJSON *v)
{
	struct buf first = { .max = 1 << 20 }, second = { .max = 1 << 20 };
	const struct cJSON *again = NULL;
	struct json j;

	json_start(&j, &first);
	json_open(&j, NULL, '{');
	json_open(&j, "list", '[');
	for (v = json_first(v); v; v = json_after(v))
		write(&j, v);
	json_close(&j);
	json_close(&j);
	if (!first.failed) {
		enum err e = json_read(a, first.data, first.len, &again);

		PROMISE(e == OK, "error %d of what was written: %s", (int)e,
		    first.data);
		json_start(&j, &second);
		json_open(&j, NULL, '{');
		json_open(&j, "list", '[');
		v = json_member(again, "list");
		for (v = json_first(v); v; v = json_after(v))
			write(&j, v);
		json_close(&j);
		json_close(&j);
		PROMISE(strcmp(first.data, second.data) == 0,
		    "written twice: %s and %s", first.data, second.data);
	}
	buf_free(&first);
	buf_free(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)16 << 20);
	const struct cJSON *v = NULL;
	enum err e;

	if (a == NULL)
		return 0;
	e = json_read(a, (const char *)data, size, &v);
	PROMISE(e != OK || v != NULL, "no object");
	PROMISE(e != OK || is_good(data, size), "a bad text is taken");
	PROMISE(e == OK || e == ERR_JSON_DUPLICATE || !is_good(data, size),
	    "error %d for a good text", (int)e);
	if (e == OK)
		check_written(a, v);
	arena_free(a);
	return 0;
}
