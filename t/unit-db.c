/*
 * The contract of common/db.h, with a database that is a few functions here:
 * each error at each step, of a write in db_tx() and of a read outside; what
 * is returned, what is said to the server afterwards, and how long it took by
 * a clock that only the functions here move.
 *
 * What was said is a line of letters:
 *
 *	C	a connection is made	S	a statement of its session
 *	B	START TRANSACTION	K	COMMIT		Z	ROLLBACK
 *	P	prepare			X	execute		R	read its result
 *	F	fetch a row (says nothing to a server)
 *	D	DO 0, what is prepared in a transaction is followed by
 *	Q	the connection is closed
 */
#include <errmsg.h>
#include <fcntl.h>
#include <mysql.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/db.h"
#include "common/db_private.h"
#include "common/time.h"
#include "t/tap.h"

enum { SECOND = 1000000, CONNECT_TIMEOUT = 2 * SECOND,
	IO_TIMEOUT = 3 * SECOND, LOCK_TIMEOUT = 2 * SECOND,
	ANSWER_MAX = 5250000, FOREVER = 1 << 30 };

static const char select_sql[] = "SELECT 1";
static const char update_sql[] = "UPDATE t SET n = 1";

/* --- A server and a clock --- */

static struct {
	char at;		/* the step that fails, */
	unsigned error;		/* with this, */
	int times;		/* so many times, */
	int64_t takes;		/* after so long */
	int64_t each;		/* what every other answer takes */
	int silent_from;	/* number of the first that never comes; or 0 */
	int asked;
	bool forgets;		/* DO 0 finds the transaction gone, once */
	unsigned last_error;
	char said[4096];
} server;
static int64_t now;

int
clock_gettime(clockid_t which, struct timespec *t)
{
	(void)which;
	t->tv_sec = now / SECOND;
	t->tv_nsec = now % SECOND * 1000;
	return 0;
}

int
nanosleep(const struct timespec *t, struct timespec *left)
{
	(void)left;
	now += t->tv_sec * SECOND + t->tv_nsec / 1000;
	return 0;
}

static void
say(char step)
{
	size_t n = strlen(server.said);

	if (n < sizeof(server.said) - 1)
		server.said[n] = step;
}

/* 0, or 1 with last_error: as the connector's functions return. */
static int
answer(char step)
{
	say(step);
	server.last_error = 0;
	if (step != 'F' && ++server.asked >= server.silent_from &&
	    server.silent_from != 0) {
		now += step == 'C' ? CONNECT_TIMEOUT : IO_TIMEOUT;
		server.last_error = CR_SERVER_LOST;
	} else if (step == server.at && server.times > 0) {
		server.times--;
		now += server.takes;
		server.last_error = server.error;
	} else if (step != 'F') {
		now += server.each;
	}
	return server.last_error != 0;
}

MYSQL *
mysql_init(MYSQL *my)
{
	(void)my;
	return calloc(1, sizeof(MYSQL));
}

void
mysql_close(MYSQL *my)
{
	say('Q');
	free(my);
}

int
mysql_options(MYSQL *my, enum mysql_option option, const void *value)
{
	(void)my, (void)option, (void)value;
	return 0;
}

MYSQL *
mysql_real_connect(MYSQL *my, const char *host, const char *user,
    const char *password, const char *name, unsigned port, const char *file,
    unsigned long flags)
{
	(void)host, (void)user, (void)password, (void)name, (void)port;
	(void)file, (void)flags;
	return answer('C') ? NULL : my;
}

int
mysql_query(MYSQL *my, const char *sql)
{
	char step = strcmp(sql, "START TRANSACTION") == 0 ? 'B' :
	    strcmp(sql, "COMMIT") == 0 ? 'K' :
	    strcmp(sql, "ROLLBACK") == 0 ? 'Z' :
	    strcmp(sql, "DO 0") == 0 ? 'D' : 'S';

	if (answer(step))
		return 1;
	if (step == 'B')
		my->server_status |= SERVER_STATUS_IN_TRANS;
	if (step == 'K' || step == 'Z' || (step == 'D' && server.forgets))
		my->server_status &= ~(unsigned)SERVER_STATUS_IN_TRANS;
	if (step == 'D')
		server.forgets = false;
	return 0;
}

unsigned
mysql_errno(MYSQL *my)
{
	(void)my;
	return server.last_error;
}

const char *
mysql_error(MYSQL *my)
{
	(void)my;
	return "words";
}

MYSQL_STMT *
mysql_stmt_init(MYSQL *my)
{
	(void)my;
	return calloc(1, sizeof(MYSQL_STMT));
}

my_bool
mysql_stmt_close(MYSQL_STMT *s)
{
	free(s);
	return 0;
}

int
mysql_stmt_prepare(MYSQL_STMT *s, const char *sql, unsigned long n)
{
	(void)s, (void)sql, (void)n;
	return answer('P');
}

unsigned long
mysql_stmt_param_count(MYSQL_STMT *s)
{
	(void)s;
	return 0;
}

unsigned
mysql_stmt_field_count(MYSQL_STMT *s)
{
	(void)s;
	return 0;
}

MYSQL_RES *
mysql_stmt_result_metadata(MYSQL_STMT *s)
{
	(void)s;
	return NULL;
}

int
mysql_stmt_execute(MYSQL_STMT *s)
{
	(void)s;
	return answer('X');
}

my_bool
mysql_stmt_bind_result(MYSQL_STMT *s, MYSQL_BIND *binds)
{
	(void)s, (void)binds;
	return 0;
}

int
mysql_stmt_store_result(MYSQL_STMT *s)
{
	(void)s;
	return answer('R');
}

int
mysql_stmt_fetch(MYSQL_STMT *s)
{
	(void)s;
	return answer('F');
}

my_bool
mysql_stmt_free_result(MYSQL_STMT *s)
{
	(void)s;
	return 0;
}

my_ulonglong
mysql_stmt_insert_id(MYSQL_STMT *s)
{
	(void)s;
	return 7;
}

my_ulonglong
mysql_stmt_affected_rows(MYSQL_STMT *s)
{
	(void)s;
	return 1;
}

unsigned
mysql_stmt_errno(MYSQL_STMT *s)
{
	(void)s;
	return server.last_error;
}

const char *
mysql_stmt_error(MYSQL_STMT *s)
{
	(void)s;
	return "words";
}

/* --- What is asked of it --- */

static struct conf conf = { .db_socket = "/nowhere" };

static struct db *
begin(char at, unsigned error, int times)
{
	memset(&server, 0, sizeof(server));
	server.at = at;
	server.error = error;
	server.times = times;
	now = 1000LL * SECOND;
	return db_new(&conf);
}

static enum err
read_one(struct db *db)
{
	struct db_rows rows;

	return db_one(db, select_sql, NO_ARGS, &rows);
}

/* A write: what it returns is *arg, or OK where that is NULL. */
static enum err
write_one(struct db *db, void *arg)
{
	enum err e = read_one(db);

	if (e == OK)
		e = db_exec(db, update_sql, NO_ARGS, NULL);
	return e == OK && arg ? *(enum err *)arg : e;
}

/* One that does not look at errors. */
static enum err
write_blindly(struct db *db, void *arg)
{
	(void)arg;
	read_one(db);
	db_exec(db, update_sql, NO_ARGS, NULL);
	read_one(db);
	return OK;
}

static enum err
read_and_write(struct db *db)
{
	enum err e = read_one(db);

	return e == OK ? db_tx(db, write_one, NULL) : e;
}

/* --- Each error at each step --- */

enum meaning { AGAIN, GONE, AWAY, DUPLICATE, NO_PARENT, SCHEMA, OTHER };

static const enum err errs[] = {
	[AGAIN] = ERR_DATABASE_AWAY, [GONE] = ERR_DATABASE_AWAY,
	[AWAY] = ERR_DATABASE_AWAY, [DUPLICATE] = ERR_DUPLICATE,
	[NO_PARENT] = ERR_NO_PARENT, [SCHEMA] = ERR_SCHEMA_VERSION,
	[OTHER] = ERR_INTERNAL,
};

static const struct number {
	unsigned n;
	enum meaning meaning;
} numbers[] = {
	{ 1213, AGAIN }, { 1205, AGAIN }, { 1020, AGAIN }, { 1412, AGAIN },
	{ 1451, AGAIN }, { 1467, AGAIN }, { 3101, AGAIN }, { 3572, AGAIN },
	{ 8002, AGAIN }, { 8022, AGAIN }, { 8028, AGAIN }, { 9007, AGAIN },
	{ 2006, GONE }, { 2013, GONE }, { 1047, GONE }, { 1053, GONE },
	{ 1290, GONE }, { 1836, GONE }, { 1792, GONE }, { 1927, GONE },
	{ 1180, GONE }, { 1243, GONE }, { 1615, GONE }, { 1158, GONE },
	{ 1159, GONE }, { 1160, GONE }, { 1161, GONE }, { 2014, GONE },
	{ 2026, GONE }, { 4031, GONE }, { 3100, GONE },
	{ 1969, AWAY }, { 1040, AWAY }, { 1203, AWAY }, { 1226, AWAY },
	{ 1021, AWAY }, { 1114, AWAY }, { 1030, AWAY }, { 3, AWAY },
	{ 1317, AWAY }, { 3024, AWAY }, { 2002, AWAY }, { 2003, AWAY },
	{ 1062, DUPLICATE }, { 1452, NO_PARENT },
	{ 1146, SCHEMA }, { 1054, SCHEMA }, { 1064, OTHER }, { 9999, OTHER },
};

/* What is said when all is well, and after a fault at a step. */
static const char whole_write[] = "CSSBPDXRFPDXK", whole_read[] = "CSSPXRF";

static const struct step {
	char letter;
	const char *name, *read_again, *write_again;
} steps[] = {
	{ 'B', "START TRANSACTION", NULL, "BPDXRFPDXK" },
	{ 'P', "prepare", "PXRF", "ZBPDXRFPDXK" },
	{ 'D', "DO 0", NULL, "ZBXRFPDXK" },
	{ 'X', "execute", "XRF", "ZBXRFPDXK" },
	{ 'R', "the result", "XRF", "ZBXRFPDXK" },
	{ 'F', "fetch", NULL, "ZBXRFPDXK" },
	{ 'K', "COMMIT", NULL, "ZBXRFXK" },
};

/* The beginning of a line, with the step, and what follows it. */
static const char *
after(const char *whole, char step, const char *then, const char *more)
{
	static char line[64];

	snprintf(line, sizeof(line), "%.*s%s%s",
	    (int)(strchr(whole, step) - whole) + 1, whole, then, more);
	return line;
}

static void
said(enum err got, enum err want, const char *line, const char *name,
    unsigned number, const char *step)
{
	if (!ok(got == want && strcmp(server.said, line) == 0,
	    "%s: %u at %s", name, number, step))
		printf("#  got: %d %s\n# want: %d %s\n", got, server.said,
		    want, line);
}

static void
check_write(const struct number *n, const struct step *s)
{
	struct db *db = begin(s->letter, n->n, 1);
	enum err e = db_tx(db, write_one, NULL);

	if (n->meaning == AGAIN)
		said(e, OK, after(whole_write, s->letter, "", s->write_again),
		    "a write is done again", n->n, s->name);
	else if (s->letter == 'K')
		said(e, ERR_OUTCOME_UNKNOWN, after(whole_write, 'K', "Q", ""),
		    "nobody knows", n->n, s->name);
	else if (n->meaning == GONE)
		said(e, OK, after(whole_write, s->letter, "Q", whole_write),
		    "a write is done elsewhere", n->n, s->name);
	else
		said(e, errs[n->meaning], after(whole_write, s->letter,
		    s->letter == 'B' ? "" : "Z", ""),
		    "a write is not done", n->n, s->name);
	db_free(db);
}

static void
check_read(const struct number *n, const struct step *s)
{
	struct db *db = begin(s->letter, n->n, 1);
	enum err e = read_one(db);

	if (s->read_again && n->meaning == AGAIN)
		said(e, OK, after(whole_read, s->letter, "", s->read_again),
		    "a read is done again", n->n, s->name);
	else if (s->read_again && n->meaning == GONE)
		said(e, OK, after(whole_read, s->letter, "Q", whole_read),
		    "a read is done elsewhere", n->n, s->name);
	else
		said(e, errs[n->meaning], after(whole_read, s->letter, "", ""),
		    "a read is not done", n->n, s->name);
	db_free(db);
}

/* A server that has ended a transaction and does not say so. */
static void
check_forgotten(void)
{
	struct db *db = begin('-', 0, 0);

	server.forgets = true;
	said(db_tx(db, write_one, NULL), OK,
	    after(whole_write, 'D', "", "ZBXRFPDXK"),
	    "a write is done again", 0, "a prepare");
	db_free(db);
}

/* Neither a connection that is refused nor its session is tried again. */
static void
check_connect(const struct number *n)
{
	enum err forbidden = ERR_FORBIDDEN;
	struct db *db = begin('C', n->n, FOREVER);
	int64_t start = now;

	said(db_tx(db, write_one, NULL), ERR_DATABASE_AWAY, "CQ",
	    "503 at once", n->n, "connect");
	said(read_one(db), ERR_DATABASE_AWAY, "CQCQ",
	    "the next one tries it anew", n->n, "connect");
	is_int(now - start, 0, "without a wait");
	db_free(db);
	db = begin('S', n->n, 1);
	said(db_tx(db, write_one, NULL), ERR_DATABASE_AWAY, "CSQ",
	    "503 at once", n->n, "a statement of the session");
	db_free(db);
	db = begin('Z', n->n, 1);
	said(db_tx(db, write_one, &forbidden), ERR_FORBIDDEN,
	    "CSSBPDXRFPDXZQ", "the connection is closed", n->n, "ROLLBACK");
	db_free(db);
}

/* --- Those that go on, and those that never end --- */

static void
check_blind(const struct number *n, char step)
{
	struct db *db = begin(step, n->n, FOREVER);
	enum err e = db_tx(db, write_blindly, NULL);
	bool undone = n->meaning == DUPLICATE || n->meaning == NO_PARENT;

	ok(undone ? e == OK : e == errs[n->meaning],
	    "%u: whoever goes on after it does not come far", n->n);
	ok((strchr(server.said, 'K') != NULL) == undone,
	    "%u: and there is no COMMIT", n->n);
	if (n->meaning == AWAY)
		is_str(server.said, after(whole_write, step, "Z", ""),
		    "%u: nothing but ROLLBACK is said", n->n);
	db_free(db);
}

static void
check_endless(const struct number *n)
{
	char at[] = "BPXRK";

	for (size_t i = 0; n->meaning == AGAIN && at[i]; i++) {
		struct db *db = begin(at[i], n->n, FOREVER);
		int64_t start = now;
		enum err e = db_tx(db, write_one, NULL);

		ok(e == ERR_DATABASE_AWAY && now - start >= DB_RETRY_USEC &&
		    now - start < DB_RETRY_USEC + 20000,
		    "%u at %c for ever ends at the deadline", n->n, at[i]);
		ok(server.said[strlen(server.said) - 1] ==
		    (at[i] == 'B' ? 'B' : 'Z'), "and is rolled back");
		server.times = 0;
		db_start(db);
		is_int(db_tx(db, write_one, NULL), OK,
		    "the next one is not made to wait for it");
		db_free(db);
	}
}

static void
check_gone_for_ever(void)
{
	struct db *db = begin('X', 1047, FOREVER);
	int64_t start = now;
	size_t n;

	is_int(db_tx(db, write_one, NULL), ERR_DATABASE_AWAY,
	    "a node that stays outside its cluster");
	ok(now - start >= DB_RETRY_USEC && now - start < DB_RETRY_USEC + 20000,
	    "is given up at the deadline");
	n = strlen(server.said);
	server.times = 0;
	db_start(db);
	is_int(db_tx(db, write_one, NULL), ERR_DATABASE_AWAY,
	    "for a moment it is not asked");
	is_str(server.said + n, "", "at all");
	now += DB_REST_USEC;
	db_start(db);
	is_int(db_tx(db, write_one, NULL), OK, "and then it is");
	db_free(db);
}

/* --- Silence --- */

static void
check_silence(char at, int64_t takes, const char *line)
{
	struct db *db = begin(at, CR_SERVER_LOST, 1);
	int64_t start = now;
	size_t n;

	server.takes = takes;
	is_int(db_tx(db, write_one, NULL), at == 'K' ? ERR_OUTCOME_UNKNOWN :
	    ERR_DATABASE_AWAY, "a database that is silent at %c", at);
	is_str(server.said, line, "is not tried again");
	ok(now - start <= takes + 20000, "by the same request");
	n = strlen(server.said);
	for (int i = 0; i < 40; i++) {
		db_start(db);
		if (read_and_write(db) != ERR_DATABASE_AWAY)
			break;
	}
	is_str(server.said + n, at == 'B' ? "Q" : "",
	    "forty that wait behind it are answered without asking");
	ok(now - start <= takes + 20000, "at once");
	now += DB_REST_USEC;
	db_start(db);
	is_int(read_and_write(db), OK, "half a second later it is tried");
	db_free(db);
}

/*
 * However slow each answer is, and wherever the last one comes: requests that
 * follow each other, each with a read, a write, and another read whatever
 * became of those. The longest of them is returned.
 */
static int64_t
longest(int64_t each, int silent_from, bool locked)
{
	struct db *db = begin('X', 1205, locked ? FOREVER : 0);
	int64_t max = 0;

	server.each = each;
	server.takes = LOCK_TIMEOUT;
	server.silent_from = silent_from;
	for (int i = 0; i < 5; i++) {
		int64_t start = now;

		db_start(db);
		read_and_write(db);
		read_one(db);
		if (now - start > max)
			max = now - start;
		now += DB_REST_USEC / 2;
	}
	db_free(db);
	return max;
}

static void
check_every_silence(void)
{
	static const int64_t paces[] = { 0, 1000, 30000, 200000, 450000,
	    700000, 1100000, 1999999 };

	for (size_t i = 0; i < sizeof(paces) / sizeof(*paces); i++) {
		int64_t max = 0, locked = 0, one;

		for (int from = 1; from < 60; from++) {
			one = longest(paces[i], from, false);
			max = one > max ? one : max;
			one = longest(paces[i], from, true);
			locked = one > locked ? one : locked;
		}
		ok(max <= ANSWER_MAX, "answers after %lld ms and then silence,"
		    " wherever: every request ends by 5.25 s (%lld ms)",
		    (long long)paces[i] / 1000, (long long)max / 1000);
		ok(locked <= ANSWER_MAX, "with locks that are never given, too"
		    " (%lld ms)", (long long)locked / 1000);
	}
}

/* Patience is for a request: the next has its own. */
static void
check_patience(void)
{
	struct db *db = begin(0, 0, 0);

	server.each = 300000;
	is_int(read_and_write(db), ERR_DATABASE_AWAY,
	    "a request of many slow answers is ended");
	is_str(server.said, "CSSPXRFBXQ", "and with it its transaction");
	server.each = 0;
	is_int(read_one(db), ERR_DATABASE_AWAY, "it gets nothing more");
	db_start(db);
	is_int(read_and_write(db), OK, "the next one does");
	db_free(db);
}

int
main(void)
{
	int null = open("/dev/null", O_WRONLY);
	struct db *db;

	dup2(null, STDERR_FILENO);	/* the log */
	close(null);
	db = begin(0, 0, 0);
	said(db_tx(db, write_one, NULL), OK, whole_write, "well", 0, "no step");
	db_free(db);
	db = begin(0, 0, 0);
	said(read_one(db), OK, whole_read, "well", 0, "no step");
	db_free(db);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		for (size_t k = 0; k < sizeof(steps) / sizeof(*steps); k++) {
			check_write(&numbers[i], &steps[k]);
			if (strchr(whole_read, steps[k].letter))
				check_read(&numbers[i], &steps[k]);
		}
		check_connect(&numbers[i]);
		check_blind(&numbers[i], 'X');
		if (errs[numbers[i].meaning] != ERR_DUPLICATE &&
		    errs[numbers[i].meaning] != ERR_NO_PARENT)
			check_blind(&numbers[i], 'F');
		check_endless(&numbers[i]);
	}
	check_forgotten();
	check_gone_for_ever();
	check_silence('C', CONNECT_TIMEOUT, "CQ");
	check_silence('S', IO_TIMEOUT, "CSQ");
	check_silence('B', IO_TIMEOUT, "CSSB");
	check_silence('P', IO_TIMEOUT, "CSSBPQ");
	check_silence('X', IO_TIMEOUT, "CSSBPDXQ");
	check_silence('R', IO_TIMEOUT, "CSSBPDXRQ");
	check_silence('K', IO_TIMEOUT, "CSSBPDXRFPDXKQ");
	check_every_silence();
	check_patience();
	return done_testing();
}
