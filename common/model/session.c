/* The log of readings, as lists. */
#include "common/arena.h"
#include "common/db.h"
#include "common/json.h"
#include "common/model/khatma.h"
#include "common/model/model.h"
#include "common/model/reading.h"
#include "common/model/user.h"

enum { OF_KHATMA, OF_KHATMA_AND_USER, OF_USER, FIND, STATEMENTS };

/* The ids by an index alone, then the rows of those that are shown. */
#define PAGE(where) \
	"(SELECT id FROM sessions " where \
	" ORDER BY reading_date DESC, id DESC LIMIT ? OFFSET ?) i ON 1 = 1 " \
	"LEFT JOIN sessions s ON s.id = i.id " \
	"LEFT JOIN users u ON u.id = s.user_id "
#define ORDER	"ORDER BY s.reading_date DESC, s.id DESC"

#define KHATMA_PAGE(where) \
	"SELECT k.is_public, m.user_id IS NOT NULL, " \
	"(SELECT COUNT(*) FROM (SELECT 1 FROM sessions " where " LIMIT ?) n), " \
	SESSION_COLUMNS " FROM khatmas k LEFT JOIN memberships m " \
	"ON m.khatma_id = k.id AND m.user_id = ? LEFT JOIN " PAGE(where) \
	"WHERE k.id = ? " ORDER

const char *const session_sql[STATEMENTS + 1] = {
	[OF_KHATMA] = KHATMA_PAGE("WHERE khatma_id = ?"),
	[OF_KHATMA_AND_USER] =
	    KHATMA_PAGE("WHERE khatma_id = ? AND user_id = ?"),
	[OF_USER] =
	    "SELECT TRUE, TRUE, t.chapters_read + (SELECT COUNT(*) "
	    "FROM sessions b WHERE b.user_id = t.id "
	    "AND b.is_completed = FALSE), " SESSION_COLUMNS
	    " FROM users t LEFT JOIN " PAGE("WHERE user_id = ?")
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
	struct db_arg k = db_int(q->khatma), u = db_int(q->user);
	struct db_arg limit = db_int(q->limit), offset = db_int(q->offset);
	struct db_arg me = db_int(who->id);
	struct db_arg counted = db_int(q->offset + COUNT_MORE);

	if (q->khatma == 0)
		return db_query(db, session_sql[OF_USER],
		    ARGS(u, limit, offset, u), rows);
	if (q->user == 0)
		return db_query(db, session_sql[OF_KHATMA],
		    ARGS(k, counted, me, k, limit, offset, k), rows);
	return db_query(db, session_sql[OF_KHATMA_AND_USER],
	    ARGS(k, u, counted, me, k, u, limit, offset, k), rows);
}

enum err
session_list(struct db *db, struct arena *a, const struct who *who,
    const struct session_query *q, struct session_list *list)
{
	struct db_rows rows;
	bool found = false;
	enum err may = OK, e;

	list->n = 0;
	list->item = arena_alloc(a, (size_t)q->limit * sizeof(*list->item));
	if (list->item == NULL)
		return ERR_INTERNAL;
	e = query_list(db, who, q, &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		found = true;
		may = khatma_may_read(db_get_int(&rows, 0) != 0,
		    db_get_int(&rows, 1) != 0);
		list->total = db_get_int(&rows, 2);
		if (!db_is_null(&rows, 3) && list->n < (size_t)q->limit)
			e = session_from_row(a, &rows, 3,
			    &list->item[list->n++]);
	}
	if (e == ERR_NO_ROW)
		e = found ? may : ERR_KHATMA_NOT_FOUND;
	return e;
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
