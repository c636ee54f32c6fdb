#include "common/query.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/utf8.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte of %XX or of itself; returns how many it took, 0: not right. */
static size_t
decode_byte(const char *s, size_t n, char *out)
{
	int high, low;

	*out = *s == '+' ? ' ' : *s;
	if (*s != '%')
		return 1;
	high = n < 3 ? -1 : hex(s[1]);
	low = n < 3 ? -1 : hex(s[2]);
	if (high < 0 || low < 0)
		return 0;
	*out = (char)(high * 16 + low);
	return 3;
}

static enum err
decode(struct arena *a, const char *s, size_t n, const char **decoded)
{
	char *out = arena_alloc(a, n + 1);
	size_t len = 0, took;

	if (out == NULL)
		return ERR_INTERNAL;
	for (size_t i = 0; i < n; i += took) {
		took = decode_byte(s + i, n - i, &out[len]);
		if (took == 0 || out[len++] == '\0')
			return ERR_QUERY;
	}
	*decoded = out;
	return utf8_valid(out, len) && !utf8_has_control(out, false) ? OK :
	    ERR_QUERY;
}

static enum err
add_pair(struct arena *a, const char *s, size_t n, const struct query **first,
    struct query **last)
{
	size_t name = strcspn(s, "=&");
	struct query *q = arena_alloc(a, sizeof(*q));
	enum err e;

	if (q == NULL)
		return ERR_INTERNAL;
	q->value = "";
	e = decode(a, s, name, &q->name);
	if (e == OK && name < n)
		e = decode(a, s + name + 1, n - name - 1, &q->value);
	if (e == OK && query_get(*first, q->name) != NULL)
		e = ERR_QUERY;
	if (e != OK)
		return e;
	if (*last)
		(*last)->next = q;
	else
		*first = q;
	*last = q;
	return OK;
}

enum err
query_read(struct arena *a, const char *text, const struct query **first)
{
	struct query *last = NULL;
	enum err e = OK;
	size_t n;

	*first = NULL;
	for (const char *s = text; s && *s && e == OK; s += s[n] ? n + 1 : n) {
		n = strcspn(s, "&");
		if (n > 0)
			e = add_pair(a, s, n, first, &last);
	}
	return e;
}

const char *
query_get(const struct query *first, const char *name)
{
	for (const struct query *q = first; q; q = q->next)
		if (strcmp(q->name, name) == 0)
			return q->value;
	return NULL;
}

void
query_encode(struct buf *out, const char *s)
{
	char escape[4];

	for (; *s; s++) {
		if (isalnum((unsigned char)*s) || strchr("-._~", *s)) {
			buf_char(out, *s);
		} else {
			snprintf(escape, sizeof(escape), "%%%02X",
			    (unsigned)(unsigned char)*s);
			buf_str(out, escape);
		}
	}
}
