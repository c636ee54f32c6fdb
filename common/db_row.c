/* The values of a row. */
#include <stdlib.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/db_private.h"
#include "common/time.h"

bool
db_column_room(struct column *c, size_t n)
{
	char *text = realloc(c->text, n + 1);

	if (text == NULL)
		return false;
	c->text = text;
	c->size = n;
	return true;
}

int64_t
db_get_int(const struct db_rows *rows, unsigned col)
{
	const struct column *c = db_column(rows, col);

	return c->is_null ? 0 : c->n;
}

const char *
db_get_text(const struct db_rows *rows, unsigned col)
{
	const struct column *c = db_column(rows, col);

	return c->is_null ? NULL : c->text;
}

const char *
db_keep_text(struct arena *a, const struct db_rows *rows, unsigned col)
{
	const char *s = db_get_text(rows, col);

	return s ? arena_strdup(a, s) : NULL;
}

bool
db_is_null(const struct db_rows *rows, unsigned col)
{
	return db_column(rows, col)->is_null;
}

int64_t
db_get_time(const struct db_rows *rows, unsigned col)
{
	const char *s = db_get_text(rows, col);
	int64_t usec = 0;

	if (s)
		time_parse(s, &usec);
	return usec;
}

int64_t
db_get_day(const struct db_rows *rows, unsigned col)
{
	const char *s = db_get_text(rows, col);
	int64_t day = 0;

	if (s)
		time_parse_day(s, &day);
	return day;
}
