/* Lists of khatmas: a statement for each filter and order. */
#include <string.h>

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

#define PUBLIC	"FROM khatmas k WHERE k.is_public = TRUE " WANTED
#define OF_MINE "FROM memberships mm JOIN khatmas k ON k.id = mm.khatma_id "
#define MINE	OF_MINE "WHERE mm.user_id = ? " WANTED
#define MINE_NOT_PUBLIC \
	OF_MINE "AND k.is_public = FALSE WHERE mm.user_id = ? " WANTED
#define MINE_COMPLETED \
	OF_MINE "AND k.status = 'completed' WHERE mm.user_id = ? " WANTED
#define JOINABLE \
	"FROM khatmas k WHERE k.is_public = TRUE AND k.status = 'active' " \
	"AND k.chapters_free > 0 AND NOT EXISTS (SELECT 1 FROM memberships mm " \
	"WHERE mm.khatma_id = k.id AND mm.user_id = ?) " WANTED
#define FOUND \
	"FROM khatmas k JOIN users u ON u.id = k.creator_id " \
	"WHERE k.is_public = TRUE AND k.status = 'active' " \
	"AND (? IS NULL OR k.khatma_type = ?) " \
	"AND (k.search_text LIKE ? OR u.fullname_search LIKE ?) "

#define IDS(source, order) \
	"(SELECT k.id, k.created_at, k.start_date, k.name " source \
	"ORDER BY " order " LIMIT ?)"

#define PAGE(total, ids, p_order, k_order) \
	"SELECT t.total, " KHATMA_COLUMNS " FROM (SELECT " total " AS total) t " \
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

#define EACH_FILTER(order, column, way) \
	[LIST_ALL * ORDERS + (order)] = TWO(PUBLIC, MINE_NOT_PUBLIC, \
	    "p." column way ", p.id" way, "k." column way ", k.id" way), \
	[LIST_MINE * ORDERS + (order)] = ONE(MINE, \
	    "p." column way ", p.id" way, "k." column way ", k.id" way), \
	[LIST_PUBLIC * ORDERS + (order)] = ONE(PUBLIC, \
	    "p." column way ", p.id" way, "k." column way ", k.id" way), \
	[LIST_JOINABLE * ORDERS + (order)] = ONE(JOINABLE, \
	    "p." column way ", p.id" way, "k." column way ", k.id" way), \
	[LIST_COMPLETED * ORDERS + (order)] = ONE(MINE_COMPLETED, \
	    "p." column way ", p.id" way, "k." column way ", k.id" way), \
	[LIST_FOUND * ORDERS + (order)] = ONE(FOUND, \
	    "p." column way ", p.id" way, "k." column way ", k.id" way)

const char *const khatma_list_sql[LIST_FILTERS * ORDERS + 1] = {
	EACH_FILTER(ORDER_NEWEST, "created_at", " DESC"),
	EACH_FILTER(ORDER_OLDEST, "created_at", ""),
	EACH_FILTER(ORDER_LATEST_START, "start_date", " DESC"),
	EACH_FILTER(ORDER_EARLIEST_START, "start_date", ""),
	EACH_FILTER(ORDER_NAME, "name", ""),
	EACH_FILTER(ORDER_NAME_DOWN, "name", " DESC"),
};

enum { ARGS_MAX = 48 };

/* The parameters of one statement as they gather. */
struct params {
	struct db_arg arg[ARGS_MAX];
	size_t n;
	const struct khatma_query *q;
	int64_t user;
	const char *pattern;
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
	push_all(&p);
	e = db_query(db, khatma_list_sql[(int)q->filter * ORDERS +
	    (int)q->order], p.arg, &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		list->total = db_get_int(&rows, 0);
		if (!db_is_null(&rows, 1))
			e = khatma_from_row(a, &rows, 1,
			    &list->item[list->n++]);
	}
	return e == ERR_NO_ROW ? OK : e;
}
