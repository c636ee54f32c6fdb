#include "common/db.h"

#include <mysql.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf.h"
#include "common/db_private.h"
#include "common/log.h"
#include "common/time.h"

enum {
	AGAIN_USEC = 1000000,	/* what took longer is not tried again */
	PARAMS_MAX = 48,
	TEXT_FIRST = 64,	/* room of a text column before it grows */
	CACHE_SLOTS = 256,	/* above the statements there are */
};

/* MySQL 8 dropped my_bool. */
#if defined(MARIADB_BASE_VERSION) || MYSQL_VERSION_ID < 80001
#define DB_BOOL my_bool
#else
#define DB_BOOL bool
#endif

struct db_stmt {
	const char *sql;
	MYSQL_STMT *handle;
	unsigned ncols;
	struct column *cols;
	MYSQL_BIND *binds;
	DB_BOOL *nulls;
};

struct db {
	const struct conf *conf;
	MYSQL *my;
	bool in_tx;
	bool lost;		/* the last error was the connection's */
	bool committed;		/* since the last db_count() */
	unsigned count;
	int64_t insert_id;
	struct db_stmt cache[CACHE_SLOTS];
};

static enum err
my_error(struct db *db)
{
	return db_error(mysql_errno(db->my), mysql_error(db->my), &db->lost);
}

static enum err
stmt_error(struct db *db, const struct db_stmt *s)
{
	return db_error(mysql_stmt_errno(s->handle),
	    mysql_stmt_error(s->handle), &db->lost);
}

struct db *
db_new(const struct conf *conf)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db)
		db->conf = conf;
	return db;
}

static void
stmt_close(struct db_stmt *s)
{
	if (s->handle)
		mysql_stmt_close(s->handle);
	for (unsigned i = 0; i < s->ncols; i++)
		free(s->cols[i].text);
	free(s->cols);
	free(s->binds);
	free(s->nulls);
	memset(s, 0, sizeof(*s));
}

static void
disconnect(struct db *db)
{
	for (int i = 0; i < CACHE_SLOTS; i++)
		stmt_close(&db->cache[i]);
	if (db->my)
		mysql_close(db->my);
	db->my = NULL;
	db->lost = false;
}

void
db_free(struct db *db)
{
	if (db)
		disconnect(db);
	free(db);
}

static enum err
connect_if_needed(struct db *db)
{
	if (db->my && !db->lost)
		return OK;
	if (db->in_tx)		/* its first half is gone with the old one */
		return ERR_DATABASE_AWAY;
	disconnect(db);
	db->my = db_connect(db->conf);
	return db->my ? OK : ERR_DATABASE_AWAY;
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
	b->buffer_type = c->is_int ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_STRING;
	b->buffer = c->is_int ? (void *)&c->n : (void *)c->text;
	b->buffer_length = c->is_int ? sizeof(c->n) : c->size;
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
	s->nulls = calloc(s->ncols, sizeof(*s->nulls));
	if (s->cols == NULL || s->binds == NULL || s->nulls == NULL) {
		s->ncols = 0;
		e = ERR_INTERNAL;
	}
	for (unsigned i = 0; i < s->ncols; i++) {
		f = mysql_fetch_field_direct(meta, i);
		s->cols[i].is_int = is_int_type(f->type);
		s->cols[i].is_datetime = f->type == MYSQL_TYPE_DATETIME;
		if (!s->cols[i].is_int &&
		    !db_column_room(&s->cols[i], TEXT_FIRST))
			e = ERR_INTERNAL;
		bind_column(s, i);
	}
	mysql_free_result(meta);
	return e;
}

static enum err
prepare(struct db *db, struct db_stmt *s, const char *sql)
{
	enum err e;

	s->handle = mysql_stmt_init(db->my);
	if (s->handle == NULL)
		return ERR_INTERNAL;
	if (mysql_stmt_prepare(s->handle, sql, strlen(sql)) != 0)
		e = stmt_error(db, s);
	else
		e = describe_columns(s);
	if (e != OK)
		stmt_close(s);
	else
		s->sql = sql;
	return e;
}

/* The statement of a text, by the address of the text. */
static enum err
find(struct db *db, const char *sql, struct db_stmt **found)
{
	size_t slot = ((uintptr_t)sql >> 3) % CACHE_SLOTS;

	for (size_t i = 0; i < CACHE_SLOTS; i++) {
		struct db_stmt *s = &db->cache[(slot + i) % CACHE_SLOTS];

		if (s->sql != NULL && s->sql != sql)
			continue;
		*found = s;
		return s->sql ? OK : prepare(db, s, sql);
	}
	log_event("statement_cache_full", CACHE_SLOTS, NULL);
	return ERR_INTERNAL;
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

static enum err
execute(struct db *db, struct db_stmt *s, const struct db_arg *args)
{
	MYSQL_BIND binds[PARAMS_MAX];
	unsigned long lengths[PARAMS_MAX];
	long long numbers[PARAMS_MAX];
	unsigned n = bind_args(args, binds, lengths, numbers);

	if (n != mysql_stmt_param_count(s->handle)) {
		log_event("parameter_count", n, s->sql);
		return ERR_INTERNAL;
	}
	db->count++;
	if ((n > 0 && mysql_stmt_bind_param(s->handle, binds) != 0) ||
	    mysql_stmt_execute(s->handle) != 0)
		return stmt_error(db, s);
	return OK;
}

static enum err
query_once(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows)
{
	enum err e = connect_if_needed(db);

	if (e == OK)
		e = find(db, sql, &rows->stmt);
	if (e == OK)
		e = execute(db, rows->stmt, args);
	if (e == OK && (mysql_stmt_bind_result(rows->stmt->handle,
	    rows->stmt->binds) != 0 ||
	    mysql_stmt_store_result(rows->stmt->handle) != 0))
		e = stmt_error(db, rows->stmt);
	return e;
}

enum err
db_query(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows)
{
	int64_t start = time_monotonic();
	enum err e;

	*rows = (struct db_rows){ .db = db };
	e = query_once(db, sql, args, rows);
	if (e == ERR_DATABASE_AWAY && db->lost && !db->in_tx &&
	    time_monotonic() - start < AGAIN_USEC)
		e = query_once(db, sql, args, rows);
	if (e == ERR_RETRY && !db->in_tx)
		e = ERR_DATABASE_AWAY;
	return e;
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

static enum err
read_columns(struct db_stmt *s)
{
	bool grown = false;

	for (unsigned i = 0; i < s->ncols; i++) {
		struct column *c = &s->cols[i];

		c->is_null = s->nulls[i];
		if (!c->is_int && !c->is_null && c->length > c->size) {
			grown = true;
			if (refetch(s, i) != OK)
				return ERR_INTERNAL;
		}
		db_column_finish(c);
	}
	if (grown && mysql_stmt_bind_result(s->handle, s->binds) != 0)
		return ERR_INTERNAL;
	return OK;
}

enum err
db_next(struct db_rows *rows)
{
	int rc = mysql_stmt_fetch(rows->stmt->handle);
	enum err e;

	if (rc == 0 || rc == MYSQL_DATA_TRUNCATED)
		e = read_columns(rows->stmt);
	else if (rc == MYSQL_NO_DATA)
		e = ERR_NO_ROW;
	else
		e = stmt_error(rows->db, rows->stmt);
	if (e != OK)
		db_done(rows);
	return e;
}

void
db_done(struct db_rows *rows)
{
	if (rows->stmt && rows->stmt->handle)
		mysql_stmt_free_result(rows->stmt->handle);
}

enum err
db_one(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows)
{
	enum err e = db_query(db, sql, args, rows);

	if (e == OK)
		e = db_next(rows);
	if (e == OK)
		db_done(rows);
	return e;
}

const struct column *
db_column(const struct db_rows *rows, unsigned col)
{
	return &rows->stmt->cols[col];
}

enum err
db_exec(struct db *db, const char *sql, const struct db_arg *args,
    int64_t *matched)
{
	struct db_stmt *s;
	enum err e;

	if (!db->in_tx) {
		log_event("write_outside_transaction", 0, sql);
		return ERR_INTERNAL;
	}
	e = find(db, sql, &s);
	if (e == OK)
		e = execute(db, s, args);
	if (e != OK)
		return e;
	db->insert_id = (int64_t)mysql_stmt_insert_id(s->handle);
	if (matched)
		*matched = (int64_t)mysql_stmt_affected_rows(s->handle);
	return OK;
}

int64_t
db_insert_id(struct db *db)
{
	return db->insert_id;
}

enum err
db_begin(struct db *db)
{
	enum err e = connect_if_needed(db);

	if (e == OK && mysql_query(db->my, "START TRANSACTION") != 0)
		e = my_error(db);
	db->in_tx = e == OK;
	return e;
}

enum err
db_commit(struct db *db)
{
	bool done = mysql_query(db->my, "COMMIT") == 0;

	db->in_tx = false;
	db->committed |= done;
	return done ? OK : my_error(db);
}

void
db_rollback(struct db *db)
{
	db->in_tx = false;
	/* a rollback that fails leaves nothing behind but the connection */
	if (!db->lost && mysql_query(db->my, "ROLLBACK") != 0)
		db->lost = true;
}

bool
db_in_tx(const struct db *db)
{
	return db->in_tx;
}

bool
db_is_lost(const struct db *db)
{
	return db->lost;
}

enum err
db_check(struct db *db, const char *sql)
{
	struct db_stmt *s;
	enum err e = connect_if_needed(db);

	return e == OK ? find(db, sql, &s) : e;
}

unsigned
db_count(struct db *db)
{
	unsigned n = db->count;

	db->count = 0;
	db->committed = false;
	return n;
}

bool
db_committed(const struct db *db)
{
	return db != NULL && db->committed;
}
