#include "t/fuzz/bind.h"

#include <stdio.h>
#include <string.h>

static void
put_number(const struct value *v, MYSQL_BIND *b)
{
	PROMISE(b->buffer_type == MYSQL_TYPE_LONGLONG &&
	    b->buffer_length == sizeof(v->n), "a number as something else");
	memcpy(b->buffer, &v->n, sizeof(v->n));
	*b->length = sizeof(v->n);
}

/* Its text is "2026-11-23", or "2026-11-23 10:11:12.123456". */
static void
put_time(const struct value *v, MYSQL_BIND *b, enum enum_field_types type)
{
	MYSQL_TIME t = { 0 };

	PROMISE(b->buffer_type == type && b->buffer_length == sizeof(t),
	    "a time as something else");
	sscanf(v->text, "%u-%u-%u %u:%u:%u.%lu", &t.year, &t.month, &t.day,
	    &t.hour, &t.minute, &t.second, &t.second_part);
	memcpy(b->buffer, &t, sizeof(t));
	*b->length = sizeof(t);
}

static bool
put_text(const struct value *v, MYSQL_BIND *b)
{
	size_t n = v->len < b->buffer_length ? v->len : b->buffer_length;

	PROMISE(b->buffer_type == MYSQL_TYPE_STRING, "a text as something else");
	memcpy(b->buffer, v->text, n);
	if (n < b->buffer_length)
		((char *)b->buffer)[n] = '\0';
	*b->length = v->len;
	return n == v->len;
}

bool
bind_put(const struct value *v, MYSQL_BIND *b, enum kind kind)
{
	*b->is_null = v->is_null;
	if (v->is_null)
		return true;
	switch (kind) {
	case KIND_INT:
		put_number(v, b);
		return true;
	case KIND_DATE:
		put_time(v, b, MYSQL_TYPE_DATE);
		return true;
	case KIND_DATETIME:
		put_time(v, b, MYSQL_TYPE_DATETIME);
		return true;
	case KIND_TEXT:
		break;
	}
	return put_text(v, b);
}
