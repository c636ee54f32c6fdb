/*
 * What the fuzz targets and the torture test share: a worker without a web
 * server and without a database. A program of cgi-bin/ runs with its real
 * serve(), routes, models and db.c; underneath stand a connector that answers
 * from a script (mysql.c), a clock and random bytes that are the same in every
 * run (calm.c), and CGI variables and standard streams in memory (worker.c).
 */
#ifndef KHATMA_FUZZ_H
#define KHATMA_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct service;
struct token_key;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A promise was broken: say which and die, which the fuzzer takes as a find. */
_Noreturn void broken(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

#define PROMISE(true_thing, ...)		\
	do {					\
		if (!(true_thing))		\
			broken(__VA_ARGS__);	\
	} while (0)

/* --- schema.c: the columns of schema.sql --- */

enum kind { KIND_INT, KIND_TEXT, KIND_DATETIME, KIND_DATE };

/* A column of a table, or of the rows of a statement. */
struct kind_of {
	enum kind kind;
	bool nullable;
	bool joined;		/* its table may have no row here */
	int64_t min, max;	/* of an int */
	char name[40];
	char alias[8];		/* of the table in the statement, or "" */
	char words[120];	/* of an ENUM: 'a', 'b' */
};

/* A column by its name, whichever table has it. NULL: none has. */
const struct kind_of *schema_column(const char *name, size_t n);

/* --- columns.c --- */

enum { COLUMNS_MAX = 40, STATEMENTS_KNOWN = 512 };

/* A statement's parameters and columns. */
struct statement_of {
	const char *sql;
	unsigned nparams, n;	/* n of 0: it is no SELECT */
	struct kind_of column[COLUMNS_MAX];
};

/* That of a text, which stays where it is: looked at once. */
const struct statement_of *columns_of(const char *sql);

/* --- mysql.c: the connector --- */

/*
 * The script is lines, each the answer to the next event of its kind:
 *
 *	connect N	the connection fails with error N
 *	query N		so does a SET or a START TRANSACTION
 *	prepare N, store N, fetch N, commit N, rollback N
 *	err N		so does a statement
 *	none		a SELECT finds nothing
 *	rows A,B|C,D	it finds these; * is what one would expect, N is NULL
 *	done N		a write that matches N rows
 *	skip		what one would expect: one row, one row matched
 *
 * An event that the line is not for gets what one would expect; so does every
 * one after the last line.
 */
void script_start(const char *text, size_t n);

/* What came of the request's transactions. */
struct outcome {
	bool in_transaction;	/* one is open still */
	bool committed;		/* the last one was */
	bool began;		/* there was one */
	bool wrote;		/* it changed rows */
	bool errors_after;	/* an error of the database after the last one */
};

const struct outcome *script_outcome(void);

/* --- calm.c: the clock, random bytes, Argon2, the log --- */

enum { CALM_NOW = 1795442400 };	/* 2026-11-23T14:00:00Z */

/* The clock and the random bytes from the start. */
void calm_start(void);

/* The last line of the log of a request: an object, or NULL. */
struct cJSON;
const struct cJSON *calm_logged(void);
int calm_status(void);		/* the status in it; 0: there is none */
/* Whether it is of this route, by a request of this method. */
bool calm_routed(const char *name, unsigned method, const char *path);
void calm_forget(void);

/*
 * Above 0 while the harness works for itself: such allocations are neither
 * made to fail nor counted.
 */
extern int alloc_ours;

/* --- worker.c --- */

enum { VARIABLES_MAX = 24, ANSWER_MAX = 40 << 20 };

/* A request as a web server gives it to a CGI program. */
struct given {
	struct { const char *name, *value; } variable[VARIABLES_MAX];
	size_t nvariables;
	const char *body;
	size_t body_len;
	const char *script;	/* of the database */
	size_t script_len;
	bool envelope, rotate, cors;
};

void given_set(struct given *g, const char *name, const char *value);

struct answered {
	int rc;			/* of the program */
	char *text;		/* what it printed; kept until the next run */
	size_t len;
};

/* The programs, in the order of group_names, which ends with NULL. */
extern const char *const group_names[];
const struct service *group_service(int group);

/* The group that has this path, as the web server would choose; -1: none. */
int group_of(const char *path);

/* Run a program for one request. */
void worker_run(int group, const struct given *g, struct answered *a);

/* main() of a group, and the file of the key that signs its tokens. */
int worker_main(int group, int argc, char **argv);
const char *worker_key_file(void);

/* "Bearer " and a good token, access or refresh; the same in every run. */
const char *good_bearer(void);
const char *good_refresh(void);

/* --- text.c --- */

/* A request taken apart; texts are cut out of one copy of the input. */
struct parsed {
	char *copy;
	struct given given;
	char length[24];
	char *path;
	char *name[VARIABLES_MAX];	/* of variables that we made */
	size_t nnames;
};

/* False when memory is out. What p holds is given back by text_forget(). */
bool text_parse(struct parsed *p, const uint8_t *data, size_t size);
void text_forget(struct parsed *p);

/* --- oracle.c --- */

/*
 * Hold an answer against what is promised of every one: it is CGI (RFC 3875
 * section 6), no header was smuggled in, the body is JSON where a type says
 * so, the status is one of ours and that of the problem, HEAD has no body,
 * nobody gets in without a token, and what the database did agrees. Returns
 * the status.
 */
int oracle_check(const struct service *service, const struct given *g,
    const struct answered *a);

#endif
