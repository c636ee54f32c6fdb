/*
 * The connector's functions that common/db.c calls, in the place of
 * libmariadb. The answers come from the script; what must never be sent to a
 * server (a write outside a transaction, a statement after an error, anything
 * on a lost connection) is a broken promise. Each call wants a little memory,
 * as the real one does, so that it can be refused.
 */
#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <stdlib.h>
#include <string.h>

#include "t/fuzz/bind.h"
#include "t/fuzz/fuzz.h"
#include "t/fuzz/script.h"

enum { STATEMENTS_MAX = 400 };	/* of a request; then SELECTs find nothing */

struct connection {
	MYSQL my;		/* of which the flags are looked at */
	unsigned error;
	bool open, lost, failed;	/* failed: only ROLLBACK may follow */
};

struct statement {
	struct connection *c;
	unsigned error, ncols;
	const struct statement_of *of;
	MYSQL_BIND *binds;
	struct rows rows;
	int64_t matched;
	bool is_select, has_result;
};

static struct outcome outcome;
static unsigned executed;

void
script_start(const char *text, size_t n)
{
	outcome = (struct outcome){ 0 };
	executed = 0;
	script_text(text, n);
}

const struct outcome *
script_outcome(void)
{
	return &outcome;
}

static struct connection *
of(MYSQL *my)
{
	return (struct connection *)(void *)my;
}

static struct statement *
st(MYSQL_STMT *s)
{
	return (struct statement *)(void *)s;
}

/* After these the connection is of no use, or the server closes it. */
static bool
is_lost(unsigned error)
{
	static const unsigned all[] = { CR_SERVER_GONE_ERROR, CR_SERVER_LOST,
	    ER_UNKNOWN_STMT_HANDLER, ER_UNKNOWN_COM_ERROR, ER_SERVER_SHUTDOWN,
	    ER_CONNECTION_KILLED, ER_OPTION_PREVENTS_STATEMENT,
	    ER_ERROR_DURING_COMMIT, CR_COMMANDS_OUT_OF_SYNC, 4031 };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i] == error)
			return true;
	return false;
}

static bool
starved(void)
{
	void *volatile p = malloc(16);	/* volatile: it is asked for */

	free(p);
	return p == NULL;
}

/* Note an error; a duplicate key undoes its statement only. */
static int
fail(struct connection *c, unsigned error)
{
	c->error = error;
	c->lost |= is_lost(error);
	c->failed |= outcome.in_transaction && error != ER_DUP_ENTRY;
	outcome.errors_after = true;
	return 1;
}

static int
fail_statement(struct statement *s, unsigned error)
{
	s->error = error;
	return fail(s->c, error);
}

/* --- Connection --- */

MYSQL *
mysql_init(MYSQL *my)
{
	PROMISE(my == NULL, "mysql_init() with something");
	return (MYSQL *)calloc(1, sizeof(struct connection));
}

void
mysql_close(MYSQL *my)
{
	struct connection *c = of(my);

	/* which ends a transaction as ROLLBACK does */
	outcome.in_transaction = false;
	free(c);
}

int
mysql_options(MYSQL *my, enum mysql_option option, const void *value)
{
	(void)my;
	(void)option;
	(void)value;
	return starved();
}

int
mysql_ssl_set(MYSQL *my, const char *key, const char *cert, const char *ca,
    const char *path, const char *cipher)
{
	(void)my, (void)key, (void)cert, (void)ca, (void)path, (void)cipher;
	return 0;
}

MYSQL *
mysql_real_connect(MYSQL *my, const char *host, const char *user,
    const char *password, const char *name, unsigned port, const char *socket,
    unsigned long flags)
{
	unsigned error = script_error("connect");

	(void)host, (void)user, (void)password, (void)name, (void)port;
	(void)socket, (void)flags;
	if (error == 0 && starved())
		error = CR_OUT_OF_MEMORY;
	if (error) {
		fail(of(my), error);
		return NULL;
	}
	of(my)->open = true;
	return my;
}

static int
begin(struct connection *c)
{
	unsigned error = script_error("query");

	PROMISE(!outcome.in_transaction, "a transaction within another");
	if (error)
		return fail(c, error);
	outcome.in_transaction = outcome.began = true;
	c->my.server_status |= SERVER_STATUS_IN_TRANS;
	c->failed = false;
	return 0;
}

static int
commit(struct connection *c)
{
	unsigned error = script_error("commit");

	PROMISE(outcome.in_transaction, "COMMIT without a transaction");
	PROMISE(!c->failed, "COMMIT after the error %u", c->error);
	if (error)
		return fail(c, error);
	outcome.in_transaction = false;
	c->my.server_status &= ~(unsigned)SERVER_STATUS_IN_TRANS;
	outcome.committed = true;
	outcome.errors_after = false;
	return 0;
}

static int
roll_back(struct connection *c)
{
	unsigned error = script_error("rollback");

	PROMISE(outcome.in_transaction, "ROLLBACK without a transaction");
	outcome.in_transaction = false;
	c->my.server_status &= ~(unsigned)SERVER_STATUS_IN_TRANS;
	c->failed = false;
	return error ? fail(c, error) : 0;
}

int
mysql_query(MYSQL *my, const char *sql)
{
	struct connection *c = of(my);
	unsigned error;

	PROMISE(c->open && !c->lost, "%s on a lost connection", sql);
	if (strcmp(sql, "ROLLBACK") == 0)
		return roll_back(c);
	if (strcmp(sql, "COMMIT") == 0)
		return commit(c);
	if (strcmp(sql, "START TRANSACTION") == 0)
		return begin(c);
	PROMISE(strncmp(sql, "SET ", 4) == 0 ||
	    (strcmp(sql, "DO 0") == 0 && outcome.in_transaction),
	    "an unknown query: %s", sql);
	error = script_error("query");
	return error ? fail(c, error) : 0;
}

unsigned
mysql_errno(MYSQL *my)
{
	return of(my)->error;
}

const char *
mysql_error(MYSQL *my)
{
	return of(my)->error ? "words of the server \"\\\n" : "";
}

/* --- Statements --- */

MYSQL_STMT *
mysql_stmt_init(MYSQL *my)
{
	struct statement *s = calloc(1, sizeof(*s));

	PROMISE(!of(my)->lost, "a statement on a lost connection");
	if (s)
		s->c = of(my);
	return (MYSQL_STMT *)(void *)s;
}

my_bool
mysql_stmt_close(MYSQL_STMT *stmt)
{
	free(st(stmt)->binds);
	free(stmt);
	return 0;
}

int
mysql_stmt_prepare(MYSQL_STMT *stmt, const char *sql, unsigned long n)
{
	struct statement *s = st(stmt);
	unsigned error = script_error("prepare");

	PROMISE(strlen(sql) == n, "the length of a statement is wrong");
	PROMISE(!s->c->lost && !s->c->failed, "after error %u: %s",
	    s->c->error, sql);
	if (error == 0 && starved())
		error = CR_OUT_OF_MEMORY;
	if (error)
		return fail_statement(s, error);
	s->of = columns_of(sql);
	s->ncols = s->of->n;
	s->is_select = s->ncols > 0;
	return 0;
}

unsigned long
mysql_stmt_param_count(MYSQL_STMT *stmt)
{
	return st(stmt)->of->nparams;
}

unsigned
mysql_stmt_field_count(MYSQL_STMT *stmt)
{
	return st(stmt)->ncols;
}

/* What a result's columns are; a statement stands for its own description. */
struct described {
	unsigned n;
	MYSQL_FIELD field[COLUMNS_MAX];
};

MYSQL_RES *
mysql_stmt_result_metadata(MYSQL_STMT *stmt)
{
	static const enum enum_field_types types[] = {
		[KIND_INT] = MYSQL_TYPE_LONGLONG,
		[KIND_TEXT] = MYSQL_TYPE_VAR_STRING,
		[KIND_DATETIME] = MYSQL_TYPE_DATETIME,
		[KIND_DATE] = MYSQL_TYPE_DATE,
	};
	struct described *d;
	struct statement *s = st(stmt);

	if (s->ncols == 0)
		return NULL;
	d = calloc(1, sizeof(*d));
	if (d == NULL) {
		s->error = CR_OUT_OF_MEMORY;
		return NULL;
	}
	d->n = s->ncols;
	for (unsigned i = 0; i < d->n; i++)
		d->field[i].type = types[s->of->column[i].kind];
	return (MYSQL_RES *)(void *)d;
}

unsigned
mysql_num_fields(MYSQL_RES *res)
{
	return ((struct described *)(void *)res)->n;
}

MYSQL_FIELD *
mysql_fetch_field_direct(MYSQL_RES *res, unsigned i)
{
	return &((struct described *)(void *)res)->field[i];
}

void
mysql_free_result(MYSQL_RES *res)
{
	free(res);
}

my_bool
mysql_stmt_bind_param(MYSQL_STMT *stmt, MYSQL_BIND *binds)
{
	(void)binds;
	if (!starved())
		return 0;
	st(stmt)->error = CR_OUT_OF_MEMORY;
	return 1;
}

/* What a line of the script says to this statement. */
static void
answer(struct statement *s)
{
	const char *rest;
	size_t n;

	s->rows = (struct rows){ .columns = s->of->column, .ncols = s->ncols,
	    .usual = s->is_select && executed < STATEMENTS_MAX };
	s->matched = 1;
	if (script_take("skip", &rest, &n) || script_done(&s->matched))
		return;
	if (s->is_select && script_take("none", &rest, &n))
		s->rows.usual = false;
	else if (s->is_select && script_take("rows", &rest, &n)) {
		s->rows.usual = false;
		s->rows.text = rest;
		s->rows.len = n;
	}
}

int
mysql_stmt_execute(MYSQL_STMT *stmt)
{
	struct statement *s = st(stmt);
	struct connection *c = s->c;
	unsigned error = script_error("err");

	PROMISE(!c->lost, "on a lost connection: %s", s->of->sql);
	PROMISE(!c->failed, "after error %u: %s", c->error, s->of->sql);
	PROMISE(s->is_select || outcome.in_transaction,
	    "a write outside a transaction: %s", s->of->sql);
	if (error == 0 && starved())
		error = CR_OUT_OF_MEMORY;
	if (error)
		return fail_statement(s, error);
	outcome.wrote |= !s->is_select;
	executed++;
	s->has_result = s->is_select;
	answer(s);
	return 0;
}

my_bool
mysql_stmt_bind_result(MYSQL_STMT *stmt, MYSQL_BIND *binds)
{
	struct statement *s = st(stmt);

	if (s->binds == NULL)
		s->binds = calloc(s->ncols, sizeof(*binds));
	if (s->binds == NULL) {
		s->error = CR_OUT_OF_MEMORY;
		s->c->failed = outcome.in_transaction;
		return 1;
	}
	memcpy(s->binds, binds, s->ncols * sizeof(*binds));
	return 0;
}

int
mysql_stmt_store_result(MYSQL_STMT *stmt)
{
	struct statement *s = st(stmt);
	unsigned error = script_error("store");

	if (error == 0 && starved())
		error = CR_OUT_OF_MEMORY;
	return error ? fail_statement(s, error) : 0;
}

int
mysql_stmt_fetch(MYSQL_STMT *stmt)
{
	struct statement *s = st(stmt);
	unsigned error = script_error("fetch");
	bool whole = true;

	PROMISE(s->has_result, "a fetch without a result: %s", s->of->sql);
	if (error)
		return fail_statement(s, error);
	if (!rows_next(&s->rows))
		return MYSQL_NO_DATA;
	for (unsigned i = 0; i < s->ncols; i++)
		whole &= bind_put(&s->rows.value[i], &s->binds[i],
		    s->of->column[i].kind);
	return whole ? 0 : MYSQL_DATA_TRUNCATED;
}

int
mysql_stmt_fetch_column(MYSQL_STMT *stmt, MYSQL_BIND *bind, unsigned i,
    unsigned long offset)
{
	struct statement *s = st(stmt);

	PROMISE(i < s->ncols && offset == 0, "no such column");
	bind_put(&s->rows.value[i], bind, s->of->column[i].kind);
	return 0;
}

my_bool
mysql_stmt_free_result(MYSQL_STMT *stmt)
{
	st(stmt)->has_result = false;
	return 0;
}

my_ulonglong
mysql_stmt_insert_id(MYSQL_STMT *stmt)
{
	(void)stmt;
	return 77;
}

my_ulonglong
mysql_stmt_affected_rows(MYSQL_STMT *stmt)
{
	return (my_ulonglong)st(stmt)->matched;
}

unsigned
mysql_stmt_errno(MYSQL_STMT *stmt)
{
	return st(stmt)->error;
}

const char *
mysql_stmt_error(MYSQL_STMT *stmt)
{
	return st(stmt)->error ? "words of the server \"\\\n" : "";
}
