#include <stdlib.h>
#include <string.h>

#include "common/db_stmt.h"
#include "common/log.h"
#include "common/time.h"

enum {
	PARAMS_MAX = 64,
	TEXT_FIRST = 64,	/* room of a text column before it grows; a time fits */
};

static enum err
stmt_error(const struct db_stmt *s, bool *lost)
{
	return db_error(mysql_stmt_errno(s->handle),
	    mysql_stmt_error(s->handle), lost);
}

void
db_stmt_close(struct db_stmt *s)
{
	if (s->handle)
		mysql_stmt_close(s->handle);
	for (unsigned i = 0; i < s->ncols; i++)
		free(s->cols[i].text);
	free(s->cols);
	free(s->binds);
	free(s->times);
	free(s->nulls);
	memset(s, 0, sizeof(*s));
}

static bool
is_int_type(enum enum_field_types t)
{
	return t == MYSQL_TYPE_TINY || t == MYSQL_TYPE_SHORT ||
	    t == MYSQL_TYPE_INT24 || t == MYSQL_TYPE_LONG ||
	    t == MYSQL_TYPE_LONGLONG;
}

static void
bind_column(struct db_stmt *s, unsigned i)
{
	struct column *c = &s->cols[i];
	MYSQL_BIND *b = &s->binds[i];

	memset(b, 0, sizeof(*b));
	b->buffer_type = MYSQL_TYPE_STRING;
	b->buffer = c->text;
	b->buffer_length = c->size;
	if (c->is_int) {
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer = &c->n;
		b->buffer_length = sizeof(c->n);
	} else if (c->is_day || c->is_instant) {
		b->buffer_type = c->is_day ? MYSQL_TYPE_DATE :
		    MYSQL_TYPE_DATETIME;
		b->buffer = &s->times[i];
		b->buffer_length = sizeof(s->times[i]);
	}
	b->length = &c->length;
	b->is_null = &s->nulls[i];
}

static enum err
describe_columns(struct db_stmt *s)
{
	MYSQL_RES *meta = mysql_stmt_result_metadata(s->handle);
	const MYSQL_FIELD *f;
	enum err e = OK;

	if (meta == NULL)	/* there are no columns, or no memory */
		return mysql_stmt_field_count(s->handle) ? ERR_INTERNAL : OK;
	s->ncols = mysql_num_fields(meta);
	s->cols = calloc(s->ncols, sizeof(*s->cols));
	s->binds = calloc(s->ncols, sizeof(*s->binds));
	s->times = calloc(s->ncols, sizeof(*s->times));
	s->nulls = calloc(s->ncols, sizeof(*s->nulls));
	if (s->cols == NULL || s->binds == NULL || s->times == NULL ||
	    s->nulls == NULL) {
		s->ncols = 0;
		e = ERR_INTERNAL;
	}
	for (unsigned i = 0; i < s->ncols; i++) {
		f = mysql_fetch_field_direct(meta, i);
		s->cols[i].is_int = is_int_type(f->type);
		s->cols[i].is_day = f->type == MYSQL_TYPE_DATE;
		s->cols[i].is_instant = f->type == MYSQL_TYPE_DATETIME;
		if (!s->cols[i].is_int &&
		    !db_column_room(&s->cols[i], TEXT_FIRST))
			e = ERR_INTERNAL;
		bind_column(s, i);
	}
	mysql_free_result(meta);
	return e;
}

enum err
db_stmt_prepare(struct db_stmt *s, MYSQL *my, const char *sql, bool *lost)
{
	enum err e;

	s->handle = mysql_stmt_init(my);
	if (s->handle == NULL)
		return ERR_INTERNAL;
	if (mysql_stmt_prepare(s->handle, sql, strlen(sql)) != 0)
		e = stmt_error(s, lost);
	else
		e = describe_columns(s);
	if (e != OK)
		db_stmt_close(s);
	else
		s->sql = sql;
	return e;
}

static unsigned
bind_args(const struct db_arg *args, MYSQL_BIND *binds, unsigned long *lengths,
    long long *numbers)
{
	unsigned n;

	for (n = 0; n < PARAMS_MAX && args[n].type != DB_END; n++) {
		memset(&binds[n], 0, sizeof(binds[n]));
		if (args[n].type == DB_INT) {
			numbers[n] = args[n].n;
			binds[n].buffer_type = MYSQL_TYPE_LONGLONG;
			binds[n].buffer = &numbers[n];
		} else if (args[n].s == NULL) {
			binds[n].buffer_type = MYSQL_TYPE_NULL;
		} else {
			binds[n].buffer_type = args[n].type == DB_TEXT ?
			    MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
			lengths[n] = args[n].type == DB_TEXT ?
			    strlen(args[n].s) : (unsigned long)args[n].n;
			/* the connector only reads it */
			memcpy(&binds[n].buffer, &args[n].s, sizeof(char *));
			binds[n].buffer_length = lengths[n];
			binds[n].length = &lengths[n];
		}
	}
	return n;
}

enum err
db_stmt_execute(struct db_stmt *s, const struct db_arg *args, bool *lost)
{
	MYSQL_BIND binds[PARAMS_MAX];
	unsigned long lengths[PARAMS_MAX];
	long long numbers[PARAMS_MAX];
	unsigned n = bind_args(args, binds, lengths, numbers);

	if (n != mysql_stmt_param_count(s->handle)) {
		log_event("parameter_count", n, s->sql);
		return ERR_INTERNAL;
	}
	if ((n > 0 && mysql_stmt_bind_param(s->handle, binds) != 0) ||
	    mysql_stmt_execute(s->handle) != 0)
		return stmt_error(s, lost);
	return OK;
}

enum err
db_stmt_store(struct db_stmt *s, bool *lost)
{
	if (mysql_stmt_bind_result(s->handle, s->binds) != 0 ||
	    mysql_stmt_store_result(s->handle) != 0)
		return stmt_error(s, lost);
	return OK;
}

/* A text that did not fit: make room, fetch it again, bind the new place. */
static enum err
refetch(struct db_stmt *s, unsigned i)
{
	struct column *c = &s->cols[i];

	if (!db_column_room(c, c->length))
		return ERR_INTERNAL;
	bind_column(s, i);
	return mysql_stmt_fetch_column(s->handle, &s->binds[i], i, 0) == 0 ?
	    OK : ERR_INTERNAL;
}

/* By hand: the connector would write each with snprintf(3). */
static void
read_time(struct db_stmt *s, unsigned i)
{
	const MYSQL_TIME *t = &s->times[i];
	const struct time_parts parts = { .year = t->year, .month = t->month,
	    .day = t->day, .hour = t->hour, .minute = t->minute,
	    .second = t->second, .usec = (unsigned)t->second_part };

	if (s->cols[i].is_day)
		time_format_parts_day(&parts, s->cols[i].text);
	else
		time_format_parts(&parts, s->cols[i].text);
}

static enum err
read_columns(struct db_stmt *s)
{
	bool grown = false;

	for (unsigned i = 0; i < s->ncols; i++) {
		struct column *c = &s->cols[i];

		c->is_null = s->nulls[i];
		if (c->is_int || c->is_null)
			continue;
		if (c->is_day || c->is_instant) {
			read_time(s, i);
			continue;
		}
		if (c->length > c->size) {
			grown = true;
			if (refetch(s, i) != OK)
				return ERR_INTERNAL;
		}
		c->text[c->length] = '\0';
	}
	if (grown && mysql_stmt_bind_result(s->handle, s->binds) != 0)
		return ERR_INTERNAL;
	return OK;
}

enum err
db_stmt_next(struct db_stmt *s, bool *lost)
{
	int rc = mysql_stmt_fetch(s->handle);

	if (rc == 0 || rc == MYSQL_DATA_TRUNCATED)
		return read_columns(s);
	return rc == MYSQL_NO_DATA ? ERR_NO_ROW : stmt_error(s, lost);
}
