#include "common/json.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/utf8.h"

/* 2^53 - 1: a double that is not above it has not been rounded (RFC 7493). */
#define INTEGER_MAX	9007199254740991.0

/*
 * cJSON's allocator takes no context, so the arena of the parse under way has
 * to be named outside of it. A worker has one thread and one request.
 */
static struct arena *parse_arena;
static bool parse_starved;	/* the arena was full, the text may be good */

static void *
parse_alloc(size_t n)
{
	void *p = arena_alloc(parse_arena, n);

	parse_starved |= p == NULL;
	return p;
}

static void
parse_free(void *p)
{
	(void)p;
}

/* The scan: what cJSON would let pass. */

struct scan {
	const char *at, *end;
	int depth;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_digit(const struct scan *s)
{
	return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static bool
skip_digits(struct scan *s)
{
	const char *from = s->at;

	while (is_digit(s))
		s->at++;
	return s->at > from;
}

static bool
skip_char(struct scan *s, char c)
{
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

/* number = [ minus ] int [ frac ] [ exp ], RFC 8259 section 6 */
static enum err
scan_number(struct scan *s)
{
	skip_char(s, '-');
	if (!skip_char(s, '0') && !skip_digits(s))
		return ERR_JSON_SYNTAX;
	if (is_digit(s))
		return ERR_JSON_SYNTAX;
	if (skip_char(s, '.') && !skip_digits(s))
		return ERR_JSON_SYNTAX;
	if (skip_char(s, 'e') || skip_char(s, 'E')) {
		if (!skip_char(s, '+'))
			skip_char(s, '-');
		if (!skip_digits(s))
			return ERR_JSON_SYNTAX;
	}
	return OK;
}

/* \uXXXX: cJSON would take other letters for the end of the string. */
static enum err
scan_escape(const struct scan *s)
{
	for (int i = 1; i <= 4; i++)
		if (s->end - s->at <= i ||
		    !isxdigit((unsigned char)s->at[i]))
			return ERR_JSON_SYNTAX;
	return memcmp(s->at + 1, "0000", 4) == 0 ? ERR_JSON_NUL : OK;
}

static enum err
scan_string(struct scan *s)
{
	for (s->at++; s->at < s->end; s->at++) {
		if (*s->at == '"') {
			s->at++;
			return OK;
		}
		if ((unsigned char)*s->at < 0x20)
			return ERR_JSON_SYNTAX;
		if (*s->at != '\\')
			continue;
		if (++s->at < s->end && *s->at == 'u') {
			enum err e = scan_escape(s);

			if (e != OK)
				return e;
		}
	}
	return ERR_JSON_SYNTAX;
}

static enum err
scan_word(struct scan *s)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t n;

	for (int i = 0; i < 3; i++) {
		n = strlen(words[i]);
		if ((size_t)(s->end - s->at) >= n &&
		    memcmp(s->at, words[i], n) == 0) {
			s->at += n;
			return OK;
		}
	}
	return ERR_JSON_SYNTAX;
}

static enum err
scan_token(struct scan *s)
{
	switch (*s->at) {
	case '{': case '[':
		s->at++;
		return ++s->depth > JSON_DEPTH_MAX ? ERR_JSON_DEPTH : OK;
	case '}': case ']':
		s->depth--;
		s->at++;
		return OK;
	case '"':
		return scan_string(s);
	case ':': case ',':
		s->at++;
		return OK;
	default:
		if (*s->at == '-' || is_digit(s))
			return scan_number(s);
		return scan_word(s);
	}
}

/* Scan one value; s->at is then behind it and the blanks that follow. */
static enum err
scan_value(struct scan *s)
{
	enum err e = OK;

	do {
		e = scan_token(s);
		while (s->at < s->end && is_blank(*s->at))
			s->at++;
	} while (e == OK && s->depth > 0 && s->at < s->end);
	if (e == OK && s->depth != 0)
		e = ERR_JSON_SYNTAX;
	return e;
}

static int
by_name(const void *a, const void *b)
{
	const cJSON *const *x = a, *const *y = b;

	return strcmp((*x)->string, (*y)->string);
}

/* Sorting keeps a body of many keys from costing their square. */
static enum err
check_keys(struct arena *a, const cJSON *object)
{
	size_t n = json_count(object), i = 0;
	const cJSON **sorted = arena_alloc(a, n * sizeof(*sorted));

	if (sorted == NULL)
		return ERR_INTERNAL;
	for (const cJSON *v = object->child; v; v = v->next)
		sorted[i++] = v;
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (i = 1; i < n; i++)
		if (by_name(&sorted[i - 1], &sorted[i]) == 0)
			return ERR_JSON_DUPLICATE;
	return OK;
}

static enum err
check_all_keys(struct arena *a, const cJSON *v)
{
	enum err e = cJSON_IsObject(v) ? check_keys(a, v) : OK;

	for (v = v->child; v && e == OK; v = v->next)
		e = check_all_keys(a, v);
	return e;
}

static enum err
parse(struct arena *a, const char *text, size_t n, const cJSON **object)
{
	cJSON_Hooks hooks = { .malloc_fn = parse_alloc, .free_fn = parse_free };
	cJSON *v;

	parse_arena = a;
	parse_starved = false;
	cJSON_InitHooks(&hooks);
	v = cJSON_ParseWithLength(text, n);
	if (v == NULL)
		return parse_starved ? ERR_INTERNAL : ERR_JSON_SYNTAX;
	if (!cJSON_IsObject(v))
		return ERR_JSON_NOT_OBJECT;
	*object = v;
	return check_all_keys(a, v);
}

enum err
json_read(struct arena *a, const char *text, size_t n, const cJSON **object)
{
	struct scan s = { .at = text, .end = text + n };
	enum err e;

	while (s.at < s.end && is_blank(*s.at))
		s.at++;
	if (s.at == s.end)
		return ERR_JSON_EMPTY;
	if (memchr(text, '\0', n) != NULL)
		return ERR_JSON_NUL;
	if (!utf8_valid(text, n))
		return ERR_JSON_UTF8;
	e = scan_value(&s);
	if (e == OK && s.at < s.end)
		e = ERR_JSON_TRAILING;
	if (e == OK)
		e = parse(a, text, n, object);
	return e;
}

const cJSON *
json_member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

enum json_type
json_type_of(const cJSON *v)
{
	if (cJSON_IsString(v))
		return JSON_TEXT;
	if (cJSON_IsNumber(v))
		return JSON_NUMBER;
	if (cJSON_IsBool(v))
		return JSON_BOOL;
	if (cJSON_IsArray(v))
		return JSON_ARRAY;
	return cJSON_IsObject(v) ? JSON_OBJECT : JSON_NULL;
}

const char *
json_get_text(const cJSON *v)
{
	return v->valuestring;
}

bool
json_get_bool(const cJSON *v)
{
	return cJSON_IsTrue(v);
}

bool
json_get_int(const cJSON *v, int64_t *n)
{
	double d = v->valuedouble;

	if (!(d >= -INTEGER_MAX && d <= INTEGER_MAX))
		return false;
	*n = (int64_t)d;
	return (double)*n == d;
}

size_t
json_count(const cJSON *array)
{
	size_t n = 0;

	for (const cJSON *v = array->child; v; v = v->next)
		n++;
	return n;
}

const cJSON *
json_first(const cJSON *array)
{
	return array->child;
}

const cJSON *
json_after(const cJSON *item)
{
	return item->next;
}

/* Writing */

void
json_start(struct json *j, struct buf *out)
{
	memset(j, 0, sizeof(*j));
	j->out = out;
}

/* How many bytes need no escape (RFC 8259 section 7). */
static size_t
plain(const char *s)
{
	size_t n = 0;

	while ((unsigned char)s[n] >= 0x20 && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

static void
escape(struct buf *out, char c)
{
	char bytes[8];

	if (c == '"' || c == '\\')
		snprintf(bytes, sizeof(bytes), "\\%c", c);
	else if (c == '\n')
		snprintf(bytes, sizeof(bytes), "\\n");
	else
		snprintf(bytes, sizeof(bytes), "\\u%04x",
		    (unsigned)(unsigned char)c);
	buf_str(out, bytes);
}

/* What needs no escape, as keys and most texts, is written in one go. */
static void
quote(struct buf *out, const char *s)
{
	size_t n = plain(s);
	char *to = buf_room(out, n + 2);

	if (to == NULL)
		return;
	*to++ = '"';
	memcpy(to, s, n);
	to += n;
	if (s[n] == '\0') {
		*to++ = '"';
		buf_end(out, to);
		return;
	}
	buf_end(out, to);
	for (s += n; *s; s += n) {
		escape(out, *s++);
		n = plain(s);
		buf_add(out, s, n);
	}
	buf_char(out, '"');
}

static void
item(struct json *j, const char *key)
{
	uint64_t bit = UINT64_C(1) << j->depth;

	if (j->filled & bit)
		buf_char(j->out, ',');
	j->filled |= bit;
	if (key) {
		quote(j->out, key);
		buf_char(j->out, ':');
	}
}

void
json_open(struct json *j, const char *key, char bracket)
{
	item(j, key);
	if (j->depth == JSON_DEPTH_MAX - 1) {
		j->out->failed = true;
		return;
	}
	buf_char(j->out, bracket);
	j->closing[j->depth++] = bracket == '{' ? '}' : ']';
	j->filled &= ~(UINT64_C(1) << j->depth);
}

void
json_close(struct json *j)
{
	if (j->depth == 0)
		return;
	buf_char(j->out, j->closing[--j->depth]);
}

void
json_text(struct json *j, const char *key, const char *s)
{
	item(j, key);
	if (s)
		quote(j->out, s);
	else
		buf_str(j->out, "null");
}

void
json_int(struct json *j, const char *key, int64_t v)
{
	item(j, key);
	buf_int(j->out, v);
}

void
json_bool(struct json *j, const char *key, bool v)
{
	item(j, key);
	buf_str(j->out, v ? "true" : "false");
}

void
json_null(struct json *j, const char *key)
{
	json_text(j, key, NULL);
}

void
json_id(struct json *j, const char *key, int64_t v)
{
	if (v)
		json_int(j, key, v);
	else
		json_null(j, key);
}

void
json_tenths(struct json *j, const char *key, int64_t tenths)
{
	item(j, key);
	buf_int(j->out, tenths / 10);
	buf_char(j->out, '.');
	buf_int(j->out, tenths % 10);
}
