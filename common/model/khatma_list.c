/* Lists of khatmas: a statement for each filter and order. */
#include "common/arena.h"
#include "common/db.h"
#include "common/model/khatma.h"
#include "common/model/model.h"
#include "common/utf8.h"

/*
 * A statement finds the ids of its page first, each source in the order of the
 * index that it is told to use, for the server would choose another, and reads
 * the rows of those ids only. The total stands in every row; an empty page has
 * none. It is counted no further than COUNT_MORE behind the page's beginning.
 */

/* Type, status and search as three optional conditions: six parameters. */
#define WANTED \
	"AND (? IS NULL OR k.khatma_type = ?) " \
	"AND (? IS NULL OR k.status = ?) " \
	"AND (? IS NULL OR k.search_text LIKE ?) "

/* Nothing of these: then a source can be counted by its index alone. */
#define UNWANTED ""

#define PUBLIC(and, index) \
	"FROM khatmas k FORCE INDEX (" index ") WHERE k.is_public = TRUE " and
#define OF_MINE "FROM memberships mm JOIN khatmas k ON k.id = mm.khatma_id "
#define MINE(and) OF_MINE "WHERE mm.user_id = ? " and
#define MINE_NOT_PUBLIC(and) \
	OF_MINE "AND k.is_public = FALSE WHERE mm.user_id = ? " and
#define MINE_COMPLETED(and) \
	OF_MINE "AND k.status = 'completed' WHERE mm.user_id = ? " and
#define JOINABLE(and, index) \
	"FROM khatmas k FORCE INDEX (" index ") " \
	"WHERE k.is_public = TRUE AND k.status = 'active' " \
	"AND k.chapters_free > 0 " \
	"AND NOT EXISTS (SELECT 1 FROM memberships mm " \
	"WHERE mm.khatma_id = k.id AND mm.user_id = ?) " and
#define FOUND(index) \
	"FROM khatmas k FORCE INDEX (" index ") " \
	"STRAIGHT_JOIN users u ON u.id = k.creator_id " \
	"WHERE k.is_public = TRUE AND k.status = 'active' " \
	"AND (? IS NULL OR k.khatma_type = ?) " \
	"AND (k.search_text LIKE ? OR u.fullname_search LIKE ?) "

/* What is public and active, newest first. */
#define OPEN	"khatmas_public_status"

#define COUNTED(source) "(SELECT COUNT(*) FROM (SELECT 1 " source "LIMIT ?) n)"
#define IDS(source, column, down) \
	"(SELECT k.id, k." column " AS place " source \
	"ORDER BY k." column down ", k.id" down " LIMIT ?)"

#define PAGE(total, ids, down) \
	"SELECT " total " AS total, " KHATMA_COLUMNS \
	" FROM (SELECT p.id, p.place FROM (" ids ") p " \
	"ORDER BY p.place" down ", p.id" down " LIMIT ? OFFSET ?) i " \
	"STRAIGHT_JOIN khatmas k ON k.id = i.id " \
	"STRAIGHT_JOIN users c ON c.id = k.creator_id " \
	"LEFT JOIN memberships m ON m.khatma_id = k.id AND m.user_id = ? " \
	"ORDER BY i.place" down ", i.id" down

#define ONE(counted, source, column, down) \
	PAGE(COUNTED(counted), IDS(source, column, down), down)
#define TWO(a, b, column, down) \
	PAGE(COUNTED(a) " + " COUNTED(b), IDS(a, column, down) \
	    " UNION ALL " IDS(b, column, down), down)

/* The place of a statement; those with conditions come first. */
#define AT(conditions, filter, order) \
	[((conditions) ? 0 : (int)LIST_FILTERS * ORDERS) + \
	    (int)(filter) * ORDERS + (int)(order)]

#define EACH_FILTER(conditions, and, order, column, down, index, open) \
	AT(conditions, LIST_ALL, order) = TWO(PUBLIC(and, index), \
	    MINE_NOT_PUBLIC(and), column, down), \
	AT(conditions, LIST_MINE, order) = \
	    ONE(MINE(and), MINE(and), column, down), \
	AT(conditions, LIST_PUBLIC, order) = \
	    ONE(PUBLIC(and, index), PUBLIC(and, index), column, down), \
	AT(conditions, LIST_JOINABLE, order) = \
	    ONE(JOINABLE(and, OPEN), JOINABLE(and, open), column, down), \
	AT(conditions, LIST_COMPLETED, order) = \
	    ONE(MINE_COMPLETED(and), MINE_COMPLETED(and), column, down)

/* index has all that is public in this order, open what is active, too. */
#define EACH(order, column, down, index, open) \
	EACH_FILTER(true, WANTED, order, column, down, index, open), \
	EACH_FILTER(false, UNWANTED, order, column, down, index, open), \
	AT(true, LIST_FOUND, order) = \
	    ONE(FOUND(OPEN), FOUND(open), column, down)

/* LIST_FOUND is the last filter and has no statements without conditions. */
enum { STATEMENTS = ((int)LIST_FILTERS * 2 - 1) * ORDERS };

const char *const khatma_list_sql[STATEMENTS + 1] = {
	EACH(ORDER_NEWEST, "created_at", " DESC", "khatmas_public_created",
	    OPEN),
	EACH(ORDER_OLDEST, "created_at", "", "khatmas_public_created", OPEN),
	EACH(ORDER_LATEST_START, "start_date", " DESC", "khatmas_public_start",
	    "khatmas_public_start"),
	EACH(ORDER_EARLIEST_START, "start_date", "", "khatmas_public_start",
	    "khatmas_public_start"),
	EACH(ORDER_NAME, "name", "", "khatmas_public_name",
	    "khatmas_public_name"),
	EACH(ORDER_NAME_DOWN, "name", " DESC", "khatmas_public_name",
	    "khatmas_public_name"),
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
	struct db_arg counted = db_int(p->q->offset + COUNT_MORE);

	push_source(p, of_user);
	push(p, counted);
	if (f == LIST_ALL) {
		push_source(p, true);
		push(p, counted);
	}
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
	list->total = 0;
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
		if (list->n < (size_t)q->limit)
			e = khatma_from_row(a, &rows, 1,
			    &list->item[list->n++]);
	}
	return e == ERR_NO_ROW ? OK : e;
}
