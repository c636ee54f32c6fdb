#include "common/model/khatma_search.h"

#include <stdio.h>
#include <string.h>

#include "common/db.h"
#include "common/model/model.h"
#include "common/model/user.h"

/* Which khatmas are looked at. */
enum candidates { RARE, OWN, COMMON_OPEN, COMMON_PUBLIC, COMMON_ALL, KINDS };

enum { MOST = 1000, COUNT = (int)KINDS * ORDERS, STATEMENTS };

#define MOST_TEXT	"1000"
#define MORE_TEXT	"1001"
#define NEWEST_TEXT	"500"	/* of each two sources: MOST in all */

/* Whether a candidate has a word: looked up in its own. */
#define HAS \
	"(SELECT 1 FROM khatma_words w FORCE INDEX (khatma_words_khatma) " \
	"WHERE w.khatma_id = n.id AND w.word LIKE ? LIMIT 1) = 1"

/* All that have a word of the leader's beginning; one parameter. */
#define WITH_RARE \
	"SELECT DISTINCT khatma_id AS id FROM khatma_words " \
	"FORCE INDEX (PRIMARY) WHERE word LIKE ? LIMIT " MOST_TEXT

/* The newest that have the leader itself, or one of its beginning; two. */
#define WITH_COMMON(newest) \
	"(SELECT khatma_id AS id FROM khatma_words FORCE INDEX (PRIMARY) " \
	"WHERE word = ? ORDER BY khatma_id DESC LIMIT " NEWEST_TEXT ") " \
	"UNION (SELECT n.id FROM (" newest ") n WHERE " HAS ")"
#define NEWEST(index, of) \
	"SELECT id FROM khatmas FORCE INDEX (" index ") WHERE " of \
	" ORDER BY created_at DESC, id DESC LIMIT " NEWEST_TEXT
#define OPEN \
	NEWEST("khatmas_public_status", "is_public = TRUE AND status = 'active'")
#define PUBLIC	NEWEST("khatmas_public_created", "is_public = TRUE")
#define MINE	"SELECT khatma_id AS id FROM memberships WHERE user_id = ?"

#define IS_MINE \
	"(SELECT 1 FROM memberships mm " \
	"WHERE mm.khatma_id = k.id AND mm.user_id = ?)"
#define OPTIONAL_HAS	"AND (? IS NULL OR " HAS ") "

/* In push_wanted()'s order. */
#define WANTED \
	"WHERE (k.is_public = TRUE OR " IS_MINE " = 1) " \
	"AND (? IS NULL OR k.is_public = ?) " \
	"AND (? IS NULL OR (" IS_MINE " IS NOT NULL) = ?) " \
	"AND (? IS NULL OR k.status = ?) AND k.chapters_free >= ? " \
	"AND (? IS NULL OR k.khatma_type = ?) " \
	"AND (? IS NULL OR k.status = ?) " \
	OPTIONAL_HAS OPTIONAL_HAS OPTIONAL_HAS \
	OPTIONAL_HAS OPTIONAL_HAS OPTIONAL_HAS

#define PAGE(candidates, column, down, past) \
	"SELECT " IDENTITY_COLUMNS ", CAST(LEAST(i.total, ?) AS SIGNED), 0, " \
	KHATMA_COLUMNS TOKEN_TABLES "STRAIGHT_JOIN " \
	"(SELECT k.id, k." column " AS place, COUNT(*) OVER () AS total " \
	"FROM (" candidates ") n STRAIGHT_JOIN khatmas k ON k.id = n.id " \
	WANTED BEHIND("k." column, "k.id", past) \
	"ORDER BY k." column down ", k.id" down " LIMIT ? OFFSET ?) i " \
	"STRAIGHT_JOIN khatmas k ON k.id = i.id " KHATMA_JOINS \
	"WHERE " IS_OF_TOKEN "ORDER BY i.place" down ", i.id" down

#define AT(kind, order)	[(int)(kind) * ORDERS + (int)(order)]
#define EACH(order, column, down, past) \
	AT(RARE, order) = PAGE(WITH_RARE, column, down, past), \
	AT(OWN, order) = PAGE(MINE, column, down, past), \
	AT(COMMON_OPEN, order) = \
	    PAGE(WITH_COMMON(OPEN), column, down, past), \
	AT(COMMON_PUBLIC, order) = \
	    PAGE(WITH_COMMON(PUBLIC), column, down, past), \
	AT(COMMON_ALL, order) = \
	    PAGE(WITH_COMMON("(" PUBLIC ") UNION ALL " MINE), column, \
	        down, past)

#define LIKE \
	"(SELECT COUNT(*) FROM (SELECT 1 FROM khatma_words " \
	"FORCE INDEX (PRIMARY) WHERE word LIKE ? LIMIT " MORE_TEXT ") n)"
#define COUNTED		LIKE ", " LIKE	/* those that begin so, and it */

const char *const khatma_search_sql[STATEMENTS + 1] = {
	EACH(ORDER_NEWEST, "created_at", " DESC", "<"),
	EACH(ORDER_OLDEST, "created_at", "", ">"),
	EACH(ORDER_LATEST_START, "start_date", " DESC", "<"),
	EACH(ORDER_EARLIEST_START, "start_date", "", ">"),
	EACH(ORDER_NAME, "name", "", ">"),
	EACH(ORDER_NAME_DOWN, "name", " DESC", "<"),
	[COUNT] = "SELECT " COUNTED ", " COUNTED ", " COUNTED ", " COUNTED
	    ", " COUNTED ", " COUNTED,
};

enum { ARGS_MAX = 44, PATTERN_MAX = WORD_MAX * 4 + 2 };

/* One statement as it comes together. */
struct search {
	const struct khatma_query *q;
	const struct sought *sought;
	int64_t user;
	char pattern[SOUGHT_MAX][PATTERN_MAX];	/* "word%" */
	size_t leader;		/* by which candidates are found */
	enum candidates kind;
	struct db_arg arg[ARGS_MAX];
	size_t n;
};

static void
push(struct search *s, struct db_arg arg)
{
	s->arg[s->n++] = arg;
}

static void
push_optional(struct search *s, struct db_arg arg)
{
	push(s, arg);
	push(s, arg);
}

/* Words have no character that LIKE would take for something else. */
static void
make_patterns(struct search *s)
{
	for (size_t i = 0; i < s->sought->n; i++)
		snprintf(s->pattern[i], sizeof(s->pattern[i]), "%s%%",
		    s->sought->word[i]);
}

/*
 * How many khatmas have a word that begins with each, and just each, no more
 * than MOST and one.
 */
static enum err
count(struct db *db, struct search *s, int64_t beginning[SOUGHT_MAX],
    int64_t same[SOUGHT_MAX])
{
	struct db_arg arg[2 * SOUGHT_MAX + 1];
	struct db_rows rows;
	enum err e;

	for (size_t i = 0; i < SOUGHT_MAX; i++) {
		bool is = i < s->sought->n;

		arg[2 * i] = db_text(is ? s->pattern[i] : "");
		arg[2 * i + 1] = db_text(is ? s->sought->word[i] : "");
	}
	arg[2 * SOUGHT_MAX] = (struct db_arg){ .type = DB_END };
	e = db_one(db, khatma_search_sql[COUNT], arg, &rows);
	for (unsigned i = 0; e == OK && i < SOUGHT_MAX; i++) {
		beginning[i] = db_get_int(&rows, 2 * i);
		same[i] = db_get_int(&rows, 2 * i + 1);
	}
	return e;
}

/*
 * By which word to look: the rarest. Where all are beginnings of too many words
 * to be counted, that which is one itself most often, of several the longest.
 */
static enum err
find_leader(struct db *db, struct search *s, bool *rare)
{
	int64_t beginning[SOUGHT_MAX], same[SOUGHT_MAX];
	size_t rarest = 0, leader = 0;
	enum err e = count(db, s, beginning, same);

	if (e != OK)
		return e;
	for (size_t i = 1; i < s->sought->n; i++) {
		if (beginning[i] < beginning[rarest])
			rarest = i;
		if (same[i] > same[leader] || (same[i] == same[leader] &&
		    strlen(s->sought->word[i]) >
		    strlen(s->sought->word[leader])))
			leader = i;
	}
	*rare = beginning[rarest] <= MOST;
	s->leader = *rare ? rarest : leader;
	return OK;
}

static enum err
choose(struct db *db, struct search *s)
{
	enum khatma_filter f = s->q->filter;
	bool rare = false;
	enum err e;

	s->kind = OWN;
	s->leader = SOUGHT_MAX;
	if (f == LIST_MINE || f == LIST_COMPLETED)
		return OK;
	e = find_leader(db, s, &rare);
	if (rare)
		s->kind = RARE;
	else if (f == LIST_ALL)
		s->kind = COMMON_ALL;
	else if (f != LIST_PUBLIC || (s->q->status &&
	    strcmp(s->q->status, khatma_statuses[KHATMA_ACTIVE]) == 0))
		s->kind = COMMON_OPEN;
	else
		s->kind = COMMON_PUBLIC;
	return e;
}

static void
push_candidates(struct search *s)
{
	if (s->kind == COMMON_OPEN || s->kind == COMMON_PUBLIC ||
	    s->kind == COMMON_ALL)
		push(s, db_text(s->sought->word[s->leader]));
	if (s->kind == OWN || s->kind == COMMON_ALL)
		push(s, db_int(s->user));
	if (s->kind != OWN)
		push(s, db_text(s->pattern[s->leader]));
}

static void
push_wanted(struct search *s)
{
	static const struct db_arg any = { .type = DB_TEXT };
	enum khatma_filter f = s->q->filter;
	bool own = f == LIST_MINE || f == LIST_COMPLETED;
	enum khatma_status status = f == LIST_COMPLETED ? KHATMA_COMPLETED :
	    KHATMA_ACTIVE;
	struct db_arg mine = own || f == LIST_JOINABLE ? db_int(own) : any;

	push(s, db_int(s->user));
	push_optional(s, f == LIST_ALL || own ? any : db_int(true));
	push(s, mine);
	push(s, db_int(s->user));
	push(s, mine);
	push_optional(s, f == LIST_JOINABLE || f == LIST_FOUND ||
	    f == LIST_COMPLETED ? db_text(khatma_statuses[status]) : any);
	push(s, db_int(f == LIST_JOINABLE));
	push_optional(s, db_text(s->q->type));
	push_optional(s, db_text(s->q->status));
	for (size_t i = 0; i < SOUGHT_MAX; i++)
		push_optional(s, i >= s->sought->n || i == s->leader ? any :
		    db_text(s->pattern[i]));
}

enum err
khatma_search(struct db *db, const struct token *token,
    const struct khatma_query *q, const struct sought *sought,
    struct db_arg key, struct db_rows *rows)
{
	struct search s = { .q = q, .sought = sought, .user = token->user_id };
	const struct part *part = q->part;
	const struct db_arg behind[] = { BEHIND_ARGS(key,
	    db_int(part->after.id)) };
	enum err e;

	make_patterns(&s);
	e = choose(db, &s);
	if (e != OK)
		return e;
	push(&s, db_int(part_count(part, COUNTED_MOST)));
	push(&s, db_int(token->session_id));
	push_candidates(&s);
	push_wanted(&s);
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++)
		push(&s, behind[i]);
	push(&s, db_int(part->limit));
	push(&s, db_int(part_skip(part)));
	push(&s, db_int(s.user));
	push(&s, db_int(s.user));
	push(&s, (struct db_arg){ .type = DB_END });
	return db_query(db, khatma_search_sql[(int)s.kind * ORDERS +
	    (int)q->order], s.arg, rows);
}
