#include "common/cursor.h"

#include <stddef.h>
#include <string.h>

#include "common/arena.h"
#include "common/utf8.h"

/* list, id and when, each with its highest byte first; then the name. */
enum { LIST_LEN = 4, NUMBER_LEN = 8, FIXED = LIST_LEN + 2 * NUMBER_LEN };

/* 9999-12-31T23:59:59.999999Z, the last instant of a DATETIME. */
#define WHEN_MAX	(INT64_C(253402300800) * USEC_PER_SEC - 1)

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const char *
cursor_time(const struct cursor *c, char out[TIME_ISO_MAX])
{
	if (c->id == 0)
		return NULL;
	time_format_sql(c->when, out);
	return out;
}

const char *
cursor_day(const struct cursor *c, char out[TIME_DAY_MAX])
{
	if (c->id == 0)
		return NULL;
	time_format_day(c->when / USEC_PER_SEC / SECS_PER_DAY, out);
	return out;
}

const char *
cursor_name(const struct cursor *c)
{
	if (c->id == 0)
		return NULL;
	return c->name ? c->name : "";
}

static unsigned char *
put(unsigned char *to, uint64_t value, int len)
{
	for (int i = len - 1; i >= 0; i--)
		*to++ = (unsigned char)(value >> (8 * i) & 0xff);
	return to;
}

static uint64_t
get(const unsigned char *from, int len)
{
	uint64_t value = 0;

	while (len-- > 0)
		value = value << 8 | *from++;
	return value;
}

static char *
encode(struct arena *a, const unsigned char *p, size_t n)
{
	char *text = arena_alloc(a, (n + 2) / 3 * 4 + 1), *to = text;
	unsigned held = 0;
	int bits = 0;

	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | p[i]) & 0xffff;
		for (bits += 8; bits >= 6; bits -= 6)
			*to++ = letters[held >> (bits - 6) & 63];
	}
	if (bits > 0)
		*to++ = letters[held << (6 - bits) & 63];
	*to = '\0';
	return text;
}

/* *n bytes and a NUL; NULL when it is not base64url in its one right form. */
static unsigned char *
decode(struct arena *a, const char *text, size_t *n)
{
	size_t len = strlen(text);
	unsigned char *bytes = arena_alloc(a, len / 4 * 3 + 3), *to = bytes;
	unsigned held = 0;
	int bits = 0;

	if (bytes == NULL || len % 4 == 1)
		return NULL;
	for (; *text; text++) {
		const char *digit = strchr(letters, *text);

		if (digit == NULL)
			return NULL;
		held = (held << 6 | (unsigned)(digit - letters)) & 0xfff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			*to++ = (unsigned char)(held >> bits & 0xff);
		}
	}
	*n = (size_t)(to - bytes);
	*to = '\0';
	return held & ((1U << bits) - 1) ? NULL : bytes;
}

const char *
cursor_write(struct arena *a, uint32_t list, const struct cursor *c)
{
	size_t len = c->name ? strlen(c->name) : 0;
	unsigned char *bytes = arena_alloc(a, FIXED + len), *to = bytes;

	if (bytes == NULL)
		return NULL;
	to = put(to, list, LIST_LEN);
	to = put(to, (uint64_t)c->id, NUMBER_LEN);
	to = put(to, (uint64_t)c->when, NUMBER_LEN);
	if (len > 0)
		memcpy(to, c->name, len);
	return encode(a, bytes, FIXED + len);
}

bool
cursor_read(struct arena *a, uint32_t list, const char *text, struct cursor *c)
{
	size_t n;
	const unsigned char *bytes = decode(a, text, &n);
	const char *name;
	uint64_t id, when;

	if (bytes == NULL || n < FIXED || get(bytes, LIST_LEN) != list)
		return false;
	id = get(bytes + LIST_LEN, NUMBER_LEN);
	when = get(bytes + LIST_LEN + NUMBER_LEN, NUMBER_LEN);
	name = (const char *)bytes + FIXED;
	if (id < 1 || id > INT64_MAX || when > WHEN_MAX ||
	    strlen(name) != n - FIXED || !utf8_valid(name, n - FIXED))
		return false;
	*c = (struct cursor){ .id = (int64_t)id, .when = (int64_t)when,
	    .name = n > FIXED ? name : NULL };
	return true;
}
