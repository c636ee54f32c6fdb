#include "common/buf.h"

#include <stdlib.h>
#include <string.h>

enum {
	BUF_FIRST = 1024,
	DIGITS_MAX = 20	/* of -2^63 */
};

static bool
grow(struct buf *b, size_t need)
{
	size_t size = b->size ? b->size : BUF_FIRST;
	char *data;

	if (need > b->max)
		return false;
	while (size < need + 1)
		size *= 2;
	if (size == b->size)
		return true;
	data = realloc(b->data, size);
	if (data == NULL)
		return false;
	b->data = data;
	b->size = size;
	return true;
}

struct buf
buf_over(char *bytes, size_t size)
{
	bytes[0] = '\0';
	return (struct buf){ .data = bytes, .size = size, .max = size - 1 };
}

char *
buf_room(struct buf *b, size_t n)
{
	if (b->failed)
		return NULL;
	if (n < b->size - b->len && n <= b->max - b->len)
		return b->data + b->len;
	if (n > SIZE_MAX - b->len - 1 || !grow(b, b->len + n)) {
		b->failed = true;
		return NULL;
	}
	return b->data + b->len;
}

void
buf_end(struct buf *b, char *end)
{
	b->len = (size_t)(end - b->data);
	*end = '\0';
}

void
buf_add(struct buf *b, const char *s, size_t n)
{
	char *to = buf_room(b, n);

	if (to == NULL)
		return;
	memcpy(to, s, n);
	buf_end(b, to + n);
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
	char *to = buf_room(b, 1);

	if (to == NULL)
		return;
	*to = c;
	buf_end(b, to + 1);
}

/* By hand: twenty khatmas have 200 of them, and snprintf(3) takes its time. */
void
buf_int(struct buf *b, int64_t v)
{
	uint64_t rest = v < 0 ? -(uint64_t)v : (uint64_t)v;
	char digits[DIGITS_MAX];
	char *at = digits + sizeof(digits);

	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (v < 0)
		*--at = '-';
	buf_add(b, at, (size_t)(digits + sizeof(digits) - at));
}

void
buf_path(struct buf *b, const char *path, int64_t id)
{
	for (; *path; path++) {
		if (*path == '#')
			buf_int(b, id);
		else
			buf_char(b, *path);
	}
}

void
buf_reset(struct buf *b, size_t keep)
{
	if (b->size > keep)
		buf_free(b);
	b->len = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->size = 0;
}
