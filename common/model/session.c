/* The log of readings, as lists. */
#include "common/arena.h"
#include "common/db.h"
#include "common/json.h"
#include "common/model/khatma.h"
#include "common/model/model.h"
#include "common/model/reading.h"
#include "common/model/user.h"

enum { OF_KHATMA, OF_KHATMA_AND_USER, OF_USER, FIND, STATEMENTS };

/*
 * The ids by an index alone, then the rows of those that are shown. The server
 * is told which indexes have the order, so that it enters them at the place.
 */
#define LISTED(indexes, where) \
	"FROM sessions FORCE INDEX (" indexes ") WHERE " where \
	BEHIND("reading_date", "id", "<")
#define PAGE(indexes, where) \
	"(SELECT id " LISTED(indexes, where) \
	"ORDER BY reading_date DESC, id DESC LIMIT ? OFFSET ?) i ON 1 = 1 " \
	"LEFT JOIN sessions s ON s.id = i.id " \
	"LEFT JOIN users u ON u.id = s.user_id "
#define ORDER	"ORDER BY s.reading_date DESC, s.id DESC"

#define KHATMA_PAGE(indexes, where) \
	"SELECT k.is_public, m.user_id IS NOT NULL, " \
	"(SELECT COUNT(*) FROM (SELECT 1 " LISTED(indexes, where) \
	"LIMIT ?) n), " SESSION_COLUMNS \
	" FROM khatmas k " MEMBERSHIP_OF("?") \
	"LEFT JOIN " PAGE(indexes, where) "WHERE k.id = ? " ORDER

const char *const session_sql[STATEMENTS + 1] = {
	[OF_KHATMA] = KHATMA_PAGE("sessions_khatma", "khatma_id = ? "),
	[OF_KHATMA_AND_USER] = KHATMA_PAGE("sessions_khatma, sessions_user",
	    "khatma_id = ? AND user_id = ? "),
	[OF_USER] =
	    "SELECT TRUE, TRUE, t.chapters_read + (SELECT COUNT(*) "
	    "FROM sessions b WHERE b.user_id = t.id "
	    "AND b.is_completed = FALSE), " SESSION_COLUMNS
	    " FROM users t "
	    "LEFT JOIN " PAGE("sessions_user", "user_id = ? ")
	    "LEFT JOIN khatmas k ON k.id = s.khatma_id "
	    "WHERE t.id = ? " ORDER,
	[FIND] =
	    "SELECT " SESSION_COLUMNS " FROM sessions s "
	    "LEFT JOIN users u ON u.id = s.user_id "
	    "LEFT JOIN khatmas k ON k.id = s.khatma_id "
	    "WHERE s.id = ? AND s.user_id = ?",
};

enum err
session_from_row(struct arena *a, const struct db_rows *rows, unsigned first,
    struct session *s)
{
	s->id = db_get_int(rows, first);
	s->user = db_get_int(rows, first + 1);
	s->user_name = db_keep_text(a, rows, first + 2);
	s->khatma = db_get_int(rows, first + 3);
	s->khatma_name = db_keep_text(a, rows, first + 4);
	s->chapter = db_get_int(rows, first + 5);
	s->is_completed = db_get_int(rows, first + 6) != 0;
	s->reading_date = db_keep_text(a, rows, first + 7);
	s->created_at = db_keep_text(a, rows, first + 8);
	return s->reading_date && s->created_at ? OK : ERR_INTERNAL;
}

static enum err
query_list(struct db *db, const struct who *who, const struct session_query *q,
    struct db_rows *rows)
{
	char when[TIME_ISO_MAX];
	struct db_arg k = db_int(q->khatma), u = db_int(q->user);
	struct db_arg key = db_text(cursor_time(&q->part->after, when));
	struct db_arg id = db_int(q->part->after.id);
	struct db_arg limit = db_int(q->part->limit), me = db_int(who->id);
	struct db_arg skip = db_int(part_skip(q->part));
	struct db_arg counted = db_int(part_count(q->part, COUNTED_MOST));

	if (q->khatma == 0)	/* one more, which says that there is more */
		return db_query(db, session_sql[OF_USER],
		    ARGS(u, BEHIND_ARGS(key, id), db_int(limit.n + 1), skip,
		    u), rows);
	if (q->user == 0)
		return db_query(db, session_sql[OF_KHATMA],
		    ARGS(k, BEHIND_ARGS(key, id), counted, me,
		    k, BEHIND_ARGS(key, id), limit, skip, k), rows);
	return db_query(db, session_sql[OF_KHATMA_AND_USER],
	    ARGS(k, u, BEHIND_ARGS(key, id), counted, me,
	    k, u, BEHIND_ARGS(key, id), limit, skip, k), rows);
}

/*
 * How many there are in all. That of one's own is kept and not counted from the
 * page on; behind a place it must not contradict what was found there, which
 * the link to the next page hangs on.
 */
static int64_t
total_of(const struct session_query *q, int64_t counted, int64_t found)
{
	int64_t least = q->part->offset + found;

	if (q->khatma)
		return part_total(q->part, counted);
	if (q->part->after.id == 0)
		return counted;
	return found > q->part->limit && counted > least ? counted : least;
}

enum err
session_list(struct db *db, struct arena *a, const struct who *who,
    const struct session_query *q, struct session_list *list)
{
	struct db_rows rows;
	int64_t counted = 0, found = 0;
	enum err may = ERR_KHATMA_NOT_FOUND, e;

	*list = (struct session_list){ 0 };
	list->item = arena_alloc(a,
	    (size_t)q->part->limit * sizeof(*list->item));
	if (list->item == NULL)
		return ERR_INTERNAL;
	e = query_list(db, who, q, &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		may = khatma_may_read(db_get_int(&rows, 0) != 0,
		    db_get_int(&rows, 1) != 0);
		counted = db_get_int(&rows, 2);
		if (db_is_null(&rows, 3) || found++ >= q->part->limit)
			continue;
		e = session_from_row(a, &rows, 3, &list->item[list->n++]);
		list->last = (struct cursor){ .id = db_get_int(&rows, 3),
		    .when = db_get_time(&rows, 10) };
	}
	list->total = total_of(q, counted, found);
	return e == ERR_NO_ROW ? may : e;
}

enum err
session_find(struct db *db, struct arena *a, const struct who *who, int64_t id,
    struct session *s)
{
	struct db_rows rows;
	enum err e = db_one(db, session_sql[FIND],
	    ARGS(db_int(id), db_int(who->id)), &rows);

	if (e == ERR_NO_ROW)
		return ERR_NOT_FOUND;
	return e == OK ? session_from_row(a, &rows, 0, s) : e;
}

void
session_write(struct json *j, const struct session *s, enum lang lang)
{
	json_open(j, NULL, '{');
	json_int(j, "id", s->id);
	person_write(j, "user", s->user, s->user_name, lang);
	json_id(j, "khatma", s->khatma);
	json_text(j, "khatma_name", s->khatma_name);
	json_int(j, "chapter_assigned", s->chapter);
	json_bool(j, "is_completed", s->is_completed);
	json_text(j, "reading_date", s->reading_date);
	json_text(j, "created_at", s->created_at);
	json_close(j);
}
