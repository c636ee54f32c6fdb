/*
 * Lists of khatmas: a statement for each filter and order. Those in which words
 * are sought are in khatma_search.c.
 */
#include "common/arena.h"
#include "common/db.h"
#include "common/model/khatma.h"
#include "common/model/khatma_search.h"
#include "common/model/khatma_words.h"
#include "common/model/model.h"
#include "common/model/user.h"
#include "common/time.h"

/*
 * Each row begins with who the token speaks for, so that this takes no
 * statement of its own; with no row it does.
 *
 * A statement finds the ids of its page first, each source in the order of the
 * index that it is told to use, for the server would choose another, and reads
 * the rows of those ids only. The total of each source stands in every row; an
 * empty page has none. They are counted as far as part_count() says.
 *
 * Each source is cut off at the place behind which the page begins, if that is
 * known; the index is then entered there, for the ids as for the total.
 */

/* Type and status as two optional conditions: four parameters. */
#define WANTED \
	"AND (? IS NULL OR k.khatma_type = ?) " \
	"AND (? IS NULL OR k.status = ?) "

/* Nothing of these: then a source can be counted by its index alone. */
#define UNWANTED ""

#define KHATMAS(index)	"FROM khatmas k FORCE INDEX (" index ") "
#define IS_PUBLIC(and)	"WHERE k.is_public = TRUE " and
#define IS_ACTIVE	IS_PUBLIC("AND k.status = 'active' ")
#define IS_FOUND	IS_ACTIVE "AND (? IS NULL OR k.khatma_type = ?) "
#define IS_JOINABLE(and) \
	IS_ACTIVE "AND k.chapters_free > 0 " \
	"AND NOT EXISTS (SELECT 1 FROM memberships mm " \
	"WHERE mm.khatma_id = k.id AND mm.user_id = ?) " and

#define PUBLIC(and, index)	KHATMAS(index) IS_PUBLIC(and)
#define OF_MINE \
	"FROM memberships mm STRAIGHT_JOIN khatmas k FORCE INDEX (PRIMARY) " \
	"ON k.id = mm.khatma_id "
#define MINE(and) OF_MINE "WHERE mm.user_id = ? " and
#define MINE_NOT_PUBLIC(and) \
	OF_MINE "AND k.is_public = FALSE WHERE mm.user_id = ? " and
#define MINE_COMPLETED(and) \
	OF_MINE "AND k.status = 'completed' WHERE mm.user_id = ? " and
#define JOINABLE(and, index)	KHATMAS(index) IS_JOINABLE(and)
#define FOUND(index)	KHATMAS(index) IS_FOUND

#define COUNTED(source) "(SELECT COUNT(*) FROM (SELECT 1 " source "LIMIT ?) n)"
#define CUT(source, column, past) source BEHIND("k." column, "k.id", past)
#define IDS(source, column, down, past) \
	"SELECT k.id, k." column " AS place " CUT(source, column, past) \
	"ORDER BY k." column down ", k.id" down " LIMIT ?"

#define PAGE(total, ids, down) \
	"SELECT " IDENTITY_COLUMNS ", " total ", " KHATMA_COLUMNS \
	TOKEN_TABLES "STRAIGHT_JOIN (" ids " OFFSET ?) i " \
	"STRAIGHT_JOIN khatmas k FORCE INDEX (PRIMARY) ON k.id = i.id " \
	KHATMA_JOINS \
	"WHERE " IS_OF_TOKEN "ORDER BY i.place" down ", i.id" down

#define ONE(source, column, down, past) \
	PAGE(COUNTED(CUT(source, column, past)) ", 0", \
	    IDS(source, column, down, past), down)
#define TWO(a, b, column, down, past) \
	PAGE(COUNTED(CUT(a, column, past)) ", " \
	    COUNTED(CUT(b, column, past)), "SELECT p.id, p.place FROM ((" \
	    IDS(a, column, down, past) ") UNION ALL (" \
	    IDS(b, column, down, past) ")) p ORDER BY p.place" down \
	    ", p.id" down " LIMIT ?", down)

/*
 * The same for a list that is known to be long, where nothing is stepped over:
 * no total, and the rows as they come, of which the last only says that there
 * is more. Half as dear.
 */
#define LONG(index, where, column, down, past) \
	"SELECT " IDENTITY_COLUMNS ", 0, 0, " KHATMA_COLUMNS TOKEN_TABLES \
	"STRAIGHT_JOIN khatmas k FORCE INDEX (" index ") " KHATMA_JOINS \
	where "AND " IS_OF_TOKEN BEHIND("k." column, "k.id", past) \
	"ORDER BY k." column down ", k.id" down " LIMIT ?"

/* The place of a statement; those with conditions come first. */
#define AT(conditions, filter, order) \
	[((conditions) ? 0 : (int)LIST_FILTERS * ORDERS) + \
	    (int)(filter) * ORDERS + (int)(order)]

/* The same for one status, of which there may be few: with its own index. */
#define OF_STATUS(filter, order) \
	[WITH_STATUS + ((filter) == LIST_PUBLIC ? ORDERS : 0) + (int)(order)]

#define OF_LONG(what, order)	[LONG_ONES + (what) * ORDERS + (int)(order)]

#define EACH_FILTER(conditions, and, order, column, down, past, index, open) \
	AT(conditions, LIST_ALL, order) = TWO(PUBLIC(and, index), \
	    MINE_NOT_PUBLIC(and), column, down, past), \
	AT(conditions, LIST_MINE, order) = \
	    ONE(MINE(and), column, down, past), \
	AT(conditions, LIST_PUBLIC, order) = \
	    ONE(PUBLIC(and, index), column, down, past), \
	AT(conditions, LIST_JOINABLE, order) = \
	    ONE(JOINABLE(and, open), column, down, past), \
	AT(conditions, LIST_COMPLETED, order) = \
	    ONE(MINE_COMPLETED(and), column, down, past)

/* index has what is public in this order, open what has one status, too. */
#define EACH(order, column, down, past, index, open) \
	EACH_FILTER(true, WANTED, order, column, down, past, index, open), \
	EACH_FILTER(false, UNWANTED, order, column, down, past, index, open), \
	AT(true, LIST_FOUND, order) = \
	    ONE(FOUND(open), column, down, past), \
	OF_STATUS(LIST_ALL, order) = TWO(PUBLIC(WANTED, open), \
	    MINE_NOT_PUBLIC(WANTED), column, down, past), \
	OF_STATUS(LIST_PUBLIC, order) = \
	    ONE(PUBLIC(WANTED, open), column, down, past), \
	OF_LONG(ANY, order) = \
	    LONG(index, IS_PUBLIC(UNWANTED), column, down, past), \
	OF_LONG(ANY_STATUS, order) = \
	    LONG(index, IS_PUBLIC(WANTED), column, down, past), \
	OF_LONG(ONE_STATUS, order) = \
	    LONG(open, IS_PUBLIC(WANTED), column, down, past), \
	OF_LONG(ACTIVE, order) = LONG(open, IS_FOUND, column, down, past), \
	OF_LONG(OPEN, order) = \
	    LONG(open, IS_JOINABLE(UNWANTED), column, down, past), \
	OF_LONG(OPEN_WANTED, order) = \
	    LONG(open, IS_JOINABLE(WANTED), column, down, past)

/* LIST_FOUND is the last filter and has no statements without conditions. */
enum {
	WITH_STATUS = ((int)LIST_FILTERS * 2 - 1) * ORDERS,
	LONG_ONES = WITH_STATUS + 2 * ORDERS,
	STATEMENTS = LONG_ONES + 6 * ORDERS
};

/* The khatmas of a long list, all of them public. */
enum { ANY, ANY_STATUS, ONE_STATUS, ACTIVE, OPEN, OPEN_WANTED };

const char *const khatma_list_sql[STATEMENTS + 1] = {
	EACH(ORDER_NEWEST, "created_at", " DESC", "<",
	    "khatmas_public_created", "khatmas_public_status"),
	EACH(ORDER_OLDEST, "created_at", "", ">",
	    "khatmas_public_created", "khatmas_public_status"),
	EACH(ORDER_LATEST_START, "start_date", " DESC", "<",
	    "khatmas_public_start", "khatmas_status_start"),
	EACH(ORDER_EARLIEST_START, "start_date", "", ">",
	    "khatmas_public_start", "khatmas_status_start"),
	EACH(ORDER_NAME, "name", "", ">",
	    "khatmas_public_name", "khatmas_status_name"),
	EACH(ORDER_NAME_DOWN, "name", " DESC", "<",
	    "khatmas_public_name", "khatmas_status_name"),
};

enum { ARGS_MAX = 64 };

/*
 * So many can be joined by one reader that there are COUNTED_MOST for any other
 * who takes part in fifty of them at most.
 */
enum { LONG_FOR_ALL = COUNTED_MOST + 50 };

/* The parameters of one statement as they gather. */
struct params {
	struct db_arg arg[ARGS_MAX];
	size_t n;
	const struct khatma_query *q;
	const struct token *token;
	bool conditions, is_long;
	struct db_arg key;		/* behind which it begins, or NULL */
};

static void
push(struct params *p, struct db_arg arg)
{
	p->arg[p->n++] = arg;
}

static void
push_optional(struct params *p, const char *text)
{
	push(p, db_text(text));
	push(p, db_text(text));
}

/* The parameters of one source, in the order of its text. */
static void
push_source(struct params *p, bool of_user)
{
	if (of_user)
		push(p, db_int(p->token->user_id));
	if (!p->conditions)
		return;
	push_optional(p, p->q->type);
	if (p->q->filter != LIST_FOUND)
		push_optional(p, p->q->status);
}

static void
push_behind(struct params *p)
{
	const struct db_arg cut[] = { BEHIND_ARGS(p->key,
	    db_int(p->q->part->after.id)) };

	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		push(p, cut[i]);
}

static void
push_cut(struct params *p, bool of_user)
{
	push_source(p, of_user);
	push_behind(p);
}

/* As far as a total has to be right. */
static int64_t
count_most(const struct khatma_query *q)
{
	if (q->uncounted)
		return 0;
	return q->filter == LIST_JOINABLE ? LONG_FOR_ALL : COUNTED_MOST;
}

static void
push_all(struct params *p)
{
	enum khatma_filter f = p->q->filter;
	bool of_user = f != LIST_ALL && f != LIST_PUBLIC && f != LIST_FOUND;
	int64_t skip = part_skip(p->q->part);
	struct db_arg until = db_int(skip + p->q->part->limit);
	struct db_arg counted = db_int(part_count(p->q->part, count_most(p->q)));

	push_cut(p, of_user);
	push(p, p->is_long ? db_int(part_count(p->q->part, 0)) : counted);
	if (f == LIST_ALL) {
		push_cut(p, true);
		push(p, counted);
	}
	push(p, db_int(p->token->session_id));
	push_cut(p, of_user);
	if (f == LIST_ALL) {
		push(p, until);
		push_cut(p, true);
		push(p, until);
	}
	push(p, db_int(p->q->part->limit));
	push(p, db_int(skip));
	push(p, db_int(p->token->user_id));
	push(p, db_int(p->token->user_id));
	push(p, (struct db_arg){ .type = DB_END });
}

static void
push_long(struct params *p)
{
	push(p, db_int(p->token->session_id));
	push(p, db_int(p->token->user_id));
	push_source(p, p->q->filter == LIST_JOINABLE);
	push(p, db_int(p->token->user_id));
	push_behind(p);
	push(p, db_int(p->q->part->limit + 1));
	push(p, (struct db_arg){ .type = DB_END });
}

/* By what the khatmas are sorted, of the place behind which a page begins. */
static struct db_arg
key_of(const struct khatma_query *q, char when[TIME_ISO_MAX])
{
	const struct cursor *after = &q->part->after;

	switch (q->order) {
	case ORDER_NAME:
	case ORDER_NAME_DOWN:
		return db_text(cursor_name(after));
	case ORDER_LATEST_START:
	case ORDER_EARLIEST_START:
		return db_text(cursor_day(after, when));
	case ORDER_NEWEST:
	case ORDER_OLDEST:
	case ORDERS:
		break;
	}
	return db_text(cursor_time(after, when));
}

/* The same of a khatma: its place. */
static struct cursor
place_of(const struct khatma *k, enum khatma_order order)
{
	struct cursor c = { .id = k->id };

	if (order == ORDER_NAME || order == ORDER_NAME_DOWN)
		c.name = k->name;
	else if (order == ORDER_LATEST_START || order == ORDER_EARLIEST_START)
		c.when = k->start_day * SECS_PER_DAY * USEC_PER_SEC;
	else
		time_parse(k->created_at, &c.when);
	return c;
}

/* Where the statement of a query stands. */
static size_t
place(const struct khatma_query *q, bool conditions)
{
	size_t at = (size_t)q->order;

	if (q->status && q->filter == LIST_ALL)
		return WITH_STATUS + at;
	if (q->status && q->filter == LIST_PUBLIC)
		return WITH_STATUS + ORDERS + at;
	if (!conditions)
		at += (size_t)LIST_FILTERS * ORDERS;
	return at + (size_t)q->filter * ORDERS;
}

/* The same of one that is known to be long. */
static size_t
place_long(const struct khatma_query *q)
{
	int of = q->status ? ONE_STATUS : q->type ? ANY_STATUS : ANY;

	if (q->filter == LIST_FOUND)
		of = ACTIVE;
	else if (q->filter == LIST_JOINABLE)
		of = of == ANY ? OPEN : OPEN_WANTED;
	return LONG_ONES + (size_t)of * ORDERS + (size_t)q->order;
}

/*
 * Until when, by time_monotonic(), it is known by type and status, 0 being any,
 * that there are COUNTED_MOST public khatmas of them or more. To count so far
 * is the dearest part of a list that long, and it stays that long: for some
 * seconds a worker remembers, and only looks whether another page follows. The
 * second half is for those that can be joined, of which some reader has found
 * LONG_FOR_ALL.
 */
static int64_t long_until[2][KHATMA_PRIVATE + 2][KHATMA_COMPLETED + 2];

enum { LONG_SECONDS = 10 };

/* That of a list's khatmas; NULL where it has none but the reader's own. */
static int64_t *
long_until_of(const struct khatma_query *q)
{
	const char *status = q->filter == LIST_FOUND ?
	    khatma_statuses[KHATMA_ACTIVE] : q->status;
	int of_type = q->type ? 1 + khatma_word(khatma_types, q->type) : 0;
	int of_status = status ? 1 + khatma_word(khatma_statuses, status) : 0;

	if ((q->search && *q->search) || q->filter == LIST_MINE ||
	    q->filter == LIST_COMPLETED)
		return NULL;
	return &long_until[q->filter == LIST_JOINABLE][of_type][of_status];
}

/* Or this page is so far down that there is nothing left to count. */
static bool
is_long(const struct khatma_query *q)
{
	const int64_t *until = long_until_of(q);

	if (until == NULL)
		return false;
	return part_count(q->part, COUNTED_MOST) == part_count(q->part, 0) ||
	    time_monotonic() < *until;
}

/*
 * What a statement says: its rows, and how many public and own ones there are,
 * unless it was known before that the list is long.
 */
struct counted {
	bool is_long;
	int64_t rows, first, second;
};

/* The same number for a long list, whether it was counted or known to be. */
static int64_t
total_of(const struct khatma_query *q, const struct counted *c)
{
	/* where it counted nothing, its rows are what there is */
	int64_t n = c->first + c->second ? c->first + c->second : c->rows;
	int64_t total = part_total(q->part, n);
	int64_t follows = q->part->offset + q->part->limit + 1;
	int64_t most = follows > COUNTED_MOST ? follows : COUNTED_MOST;
	int64_t *until = long_until_of(q);

	if (c->is_long)
		return total >= follows ? most : total;
	if (until && q->part->after.id == 0 && c->first >=
	    (q->filter == LIST_JOINABLE ? LONG_FOR_ALL : COUNTED_MOST))
		*until = time_monotonic() + LONG_SECONDS * USEC_PER_SEC;
	return total < most ? total : most;
}

/* The statement of a list in which nothing is sought. */
static enum err
query_list(struct db *db, const struct token *token,
    const struct khatma_query *q, bool is_long, struct db_rows *rows)
{
	char when[TIME_ISO_MAX];
	struct params p = { .q = q, .token = token, .key = key_of(q, when),
	    .conditions = q->type || q->status || q->filter == LIST_FOUND,
	    .is_long = is_long };

	if (is_long && q->filter != LIST_ALL && part_skip(q->part) == 0) {
		push_long(&p);
		return db_query(db, khatma_list_sql[place_long(q)], p.arg,
		    rows);
	}
	push_all(&p);
	return db_query(db, khatma_list_sql[place(q, p.conditions)], p.arg,
	    rows);
}

/* What is only blank seeks nothing; in punctuation there is nothing to find. */
static enum err
query(struct db *db, struct arena *a, const struct token *token,
    const struct khatma_query *q, bool is_long, struct db_rows *rows)
{
	char when[TIME_ISO_MAX];
	struct sought sought;
	enum err e;

	if (q->search == NULL || *q->search == '\0')
		return query_list(db, token, q, is_long, rows);
	e = sought_read(a, q->search, &sought);
	if (e == OK && sought.n == 0)
		e = ERR_NO_ROW;
	return e == OK ? khatma_search(db, token, q, &sought, key_of(q, when),
	    rows) : e;
}

static enum err
read_row(struct arena *a, const struct db_rows *rows, size_t limit,
    struct counted *c, struct khatma_list *list)
{
	c->rows++;
	c->first = db_get_int(rows, IDENTITY_END);
	c->second = db_get_int(rows, IDENTITY_END + 1);
	return list->n < limit ? khatma_from_row(a, rows, IDENTITY_END + 2,
	    &list->item[list->n++]) : OK;
}

enum err
khatma_list(struct db *db, struct arena *a, const struct token *token,
    struct who *who, const struct khatma_query *q, struct khatma_list *list)
{
	size_t limit = (size_t)q->part->limit;
	struct counted c = { .is_long = is_long(q) };
	struct db_rows rows;
	enum err e;

	*list = (struct khatma_list){
	    .item = arena_alloc(a, limit * sizeof(*list->item)) };
	if (list->item == NULL)
		return ERR_INTERNAL;
	e = query(db, a, token, q, c.is_long, &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		if (c.rows == 0)
			e = user_from_row(token, &rows, who);
		if (e == OK)
			e = read_row(a, &rows, limit, &c, list);
		else
			db_done(&rows);
	}
	if (e == ERR_NO_ROW)
		e = c.rows ? OK : user_identify(db, token, who);
	if (e != OK)
		return e;
	list->total = total_of(q, &c);
	if (list->n > 0)
		list->last = place_of(&list->item[list->n - 1], q->order);
	return OK;
}
