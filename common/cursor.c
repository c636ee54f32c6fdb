#include "common/cursor.h"

#include <stddef.h>
#include <string.h>

#include "common/arena.h"
#include "common/base64.h"
#include "common/utf8.h"

/* list, id and when, each with its highest byte first; then the name. */
enum { LIST_LEN = 4, NUMBER_LEN = 8, FIXED = LIST_LEN + 2 * NUMBER_LEN };

/* 9999-12-31T23:59:59.999999Z, the last instant of a DATETIME. */
#define WHEN_MAX	(INT64_C(253402300800) * USEC_PER_SEC - 1)

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

const char *
cursor_write(struct arena *a, uint32_t list, const struct cursor *c)
{
	size_t len = c->name ? strlen(c->name) : 0;
	unsigned char *bytes = arena_alloc(a, FIXED + len), *to = bytes;
	char *text = arena_alloc(a, BASE64_SIZE(FIXED + len));

	if (bytes == NULL || text == NULL)
		return NULL;
	to = put(to, list, LIST_LEN);
	to = put(to, (uint64_t)c->id, NUMBER_LEN);
	to = put(to, (uint64_t)c->when, NUMBER_LEN);
	if (len > 0)
		memcpy(to, c->name, len);
	base64_write(base64_url_letters, bytes, FIXED + len, text);
	return text;
}

bool
cursor_read(struct arena *a, uint32_t list, const char *text, struct cursor *c)
{
	size_t n, most = strlen(text);
	unsigned char *bytes = arena_alloc(a, most + 1);
	const char *name;
	uint64_t id, when;

	if (bytes == NULL || !base64_read(base64_url_letters, &text, bytes,
	    FIXED, most, &n) || *text != '\0' || get(bytes, LIST_LEN) != list)
		return false;
	bytes[n] = '\0';
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
