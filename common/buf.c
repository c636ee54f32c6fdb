#include "common/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST = 1024 };

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

void
buf_add(struct buf *b, const char *s, size_t n)
{
	if (b->failed)
		return;
	if (n > SIZE_MAX - b->len - 1 || !grow(b, b->len + n)) {
		b->failed = true;
		return;
	}
	memcpy(b->data + b->len, s, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_int(struct buf *b, int64_t v)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRId64, v);

	buf_add(b, digits, (size_t)n);
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
