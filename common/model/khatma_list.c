/* Lists of khatmas: a statement for each filter and order. */
#include "common/arena.h"
#include "common/db.h"
#include "common/model/khatma.h"
#include "common/utf8.h"

/*
 * A statement finds the ids of its page first, each source in index order and
 * with a limit of its own, and reads the rows of those ids only. The total
 * stands in every row, and in one row without a khatma when the page is empty.
 */

/* Type, status and search as three optional conditions: six parameters. */
#define WANTED \
	"AND (? IS NULL OR k.khatma_type = ?) " \
	"AND (? IS NULL OR k.status = ?) " \
	"AND (? IS NULL OR k.search_text LIKE ?) "

/* Nothing of these: then a source can be counted by its index alone. */
#define UNWANTED ""

#define PUBLIC(and) "FROM khatmas k WHERE k.is_public = TRUE " and
#define OF_MINE "FROM memberships mm JOIN khatmas k ON k.id = mm.khatma_id "
#define MINE(and) OF_MINE "WHERE mm.user_id = ? " and
#define MINE_NOT_PUBLIC(and) \
	OF_MINE "AND k.is_public = FALSE WHERE mm.user_id = ? " and
#define MINE_COMPLETED(and) \
	OF_MINE "AND k.status = 'completed' WHERE mm.user_id = ? " and
#define JOINABLE(and) \
	"FROM khatmas k WHERE k.is_public = TRUE AND k.status = 'active' " \
	"AND k.chapters_free > 0 " \
	"AND NOT EXISTS (SELECT 1 FROM memberships mm " \
	"WHERE mm.khatma_id = k.id AND mm.user_id = ?) " and
#define FOUND \
	"FROM khatmas k JOIN users u ON u.id = k.creator_id " \
	"WHERE k.is_public = TRUE AND k.status = 'active' " \
	"AND (? IS NULL OR k.khatma_type = ?) " \
	"AND (k.search_text LIKE ? OR u.fullname_search LIKE ?) "

#define IDS(source, order) \
	"(SELECT k.id, k.created_at, k.start_date, k.name " source \
	"ORDER BY " order " LIMIT ?)"

#define PAGE(total, ids, p_order, k_order) \
	"SELECT t.total, " KHATMA_COLUMNS \
	" FROM (SELECT " total " AS total) t " \
	"LEFT JOIN (SELECT p.id FROM (" ids ") p " \
	"ORDER BY " p_order " LIMIT ? OFFSET ?) i ON 1 = 1 " \
	"LEFT JOIN khatmas k ON k.id = i.id " \
	"LEFT JOIN users c ON c.id = k.creator_id " \
	"LEFT JOIN memberships m ON m.khatma_id = k.id AND m.user_id = ? " \
	"ORDER BY " k_order

#define ONE(source, p_order, k_order) \
	PAGE("(SELECT COUNT(*) " source ")", IDS(source, k_order), \
	    p_order, k_order)
#define TWO(a, b, p_order, k_order) \
	PAGE("(SELECT COUNT(*) " a ") + (SELECT COUNT(*) " b ")", \
	    IDS(a, k_order) " UNION ALL " IDS(b, k_order), p_order, k_order)

/* The place of a statement; those with conditions come first. */
#define AT(conditions, filter, order) \
	[((conditions) ? 0 : (int)LIST_FILTERS * ORDERS) + \
	    (int)(filter) * ORDERS + (int)(order)]

#define EACH_FILTER(conditions, and, order, p, k) \
	AT(conditions, LIST_ALL, order) = \
	    TWO(PUBLIC(and), MINE_NOT_PUBLIC(and), p, k), \
	AT(conditions, LIST_MINE, order) = ONE(MINE(and), p, k), \
	AT(conditions, LIST_PUBLIC, order) = ONE(PUBLIC(and), p, k), \
	AT(conditions, LIST_JOINABLE, order) = ONE(JOINABLE(and), p, k), \
	AT(conditions, LIST_COMPLETED, order) = ONE(MINE_COMPLETED(and), p, k)

/* p and k are the same order, of a page's ids and of its rows. */
#define EACH(order, p, k) \
	EACH_FILTER(true, WANTED, order, p, k), \
	EACH_FILTER(false, UNWANTED, order, p, k), \
	AT(true, LIST_FOUND, order) = ONE(FOUND, p, k)

/* LIST_FOUND is the last filter and has no statements without conditions. */
enum { STATEMENTS = ((int)LIST_FILTERS * 2 - 1) * ORDERS };

const char *const khatma_list_sql[STATEMENTS + 1] = {
	EACH(ORDER_NEWEST, "p.created_at DESC, p.id DESC",
	    "k.created_at DESC, k.id DESC"),
	EACH(ORDER_OLDEST, "p.created_at, p.id", "k.created_at, k.id"),
	EACH(ORDER_LATEST_START, "p.start_date DESC, p.id DESC",
	    "k.start_date DESC, k.id DESC"),
	EACH(ORDER_EARLIEST_START, "p.start_date, p.id", "k.start_date, k.id"),
	EACH(ORDER_NAME, "p.name, p.id", "k.name, k.id"),
	EACH(ORDER_NAME_DOWN, "p.name DESC, p.id DESC",
	    "k.name DESC, k.id DESC"),
};

enum { ARGS_MAX = 48 };

/* The parameters of one statement as they gather. */
struct params {
	struct db_arg arg[ARGS_MAX];
	size_t n;
	const struct khatma_query *q;
	int64_t user;
	const char *pattern;
	bool conditions;
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
		push(p, db_int(p->user));
	if (!p->conditions)
		return;
	push_optional(p, p->q->type);
	if (p->q->filter != LIST_FOUND)
		push_optional(p, p->q->status);
	push_optional(p, p->pattern);
}

static void
push_all(struct params *p)
{
	enum khatma_filter f = p->q->filter;
	bool of_user = f != LIST_ALL && f != LIST_PUBLIC && f != LIST_FOUND;
	struct db_arg until = db_int(p->q->offset + p->q->limit);

	push_source(p, of_user);
	if (f == LIST_ALL)
		push_source(p, true);
	push_source(p, of_user);
	push(p, until);
	if (f == LIST_ALL) {
		push_source(p, true);
		push(p, until);
	}
	push(p, db_int(p->q->limit));
	push(p, db_int(p->q->offset));
	push(p, db_int(p->user));
	push(p, (struct db_arg){ .type = DB_END });
}

/* "%…%" of what is searched for; NULL: anything, but "%" for LIST_FOUND. */
static enum err
make_pattern(struct arena *a, struct params *p)
{
	const char *s = p->q->search ? p->q->search : "";

	s = utf8_search_form(a, s);
	if (s == NULL)
		return ERR_INTERNAL;
	if (*s == '\0') {
		p->pattern = p->q->filter == LIST_FOUND ? "%" : NULL;
		return OK;
	}
	s = utf8_like(a, s);
	p->pattern = s ? arena_printf(a, "%%%s%%", s) : NULL;
	return p->pattern ? OK : ERR_INTERNAL;
}

enum err
khatma_list(struct db *db, struct arena *a, const struct who *who,
    const struct khatma_query *q, struct khatma_list *list)
{
	struct params p = { .q = q, .user = who->id };
	struct db_rows rows;
	enum err e = make_pattern(a, &p);

	list->n = 0;
	list->item = arena_alloc(a, (size_t)q->limit * sizeof(*list->item));
	if (list->item == NULL)
		return ERR_INTERNAL;
	if (e != OK)
		return e;
	p.conditions = q->type || q->status || p.pattern;
	push_all(&p);
	e = db_query(db, khatma_list_sql[(p.conditions ? 0 :
	    (int)LIST_FILTERS * ORDERS) + (int)q->filter * ORDERS +
	    (int)q->order], p.arg, &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		list->total = db_get_int(&rows, 0);
		if (!db_is_null(&rows, 1) && list->n < (size_t)q->limit)
			e = khatma_from_row(a, &rows, 1,
			    &list->item[list->n++]);
	}
	return e == ERR_NO_ROW ? OK : e;
}
