#include "common/model/notification.h"

#include <stdio.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/model/model.h"
#include "common/model/user.h"

enum {
	ASSIGNED, READ_BY_CREATOR, READ_BY_MEMBER, COMPLETED, EARNED,
	UNDONE_CHAPTER, UNDONE_KHATMA, TAKEN_BACK, LIST_EVERY, LIST_BY_READ,
	UNREAD, FIND, MARK, MARK_ALL, STATEMENTS
};

/* A second telling finds the unique key taken and changes nothing. */
#define ONCE	" ON DUPLICATE KEY UPDATE notifications.id = notifications.id"

#define COLUMNS \
	"n.id, n.notification_type, n.achievement_type, n.is_read, " \
	"n.actor_id = n.user_id, n.khatma_id, k.name, a.fullname, " \
	"k.division, n.chapter, n.created_at"
#define JOINS \
	"LEFT JOIN khatmas k ON k.id = n.khatma_id " \
	"LEFT JOIN users a ON a.id = n.actor_id "
/* The server is told which index has the order: it is entered at the place. */
#define LISTED(index, where) \
	"FROM notifications FORCE INDEX (" index ") WHERE " where \
	BEHIND("created_at", "id", "<")
#define LIST(index, where) \
	"(SELECT COUNT(*) AS total FROM (SELECT 1 " LISTED(index, where) \
	"LIMIT ?) c) t LEFT JOIN (SELECT id " LISTED(index, where) \
	"ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?) i ON 1 = 1 " \
	"LEFT JOIN notifications n ON n.id = i.id " JOINS
#define IN_ORDER	"ORDER BY n.created_at DESC, n.id DESC"

/* Each row, of which there is one at least, begins with who the token is of. */
#define OWN_LIST(index, where) \
	"SELECT " IDENTITY_COLUMNS ", t.total, " COLUMNS TOKEN_TABLES \
	"STRAIGHT_JOIN " LIST(index, where) "WHERE " IS_OF_TOKEN IN_ORDER
#define BY_READ		"user_id = ? AND is_read = ? "

/* Rows and no SELECT: that would lock AUTO_INCREMENT for the whole table. */
#define READ_INTO \
	"INSERT INTO notifications (user_id, notification_type, once_key, " \
	"khatma_id, actor_id, chapter, session_id, created_at) VALUES "
#define READ_ROW \
	"(?, 'chapter_completed', CONCAT('chapter_completed:', ?, ':', ?, " \
	"':', ?), ?, ?, ?, ?, UTC_TIMESTAMP(6))"

const char *const notification_sql[STATEMENTS + 1] = {
	[ASSIGNED] =
	    "INSERT INTO notifications (user_id, notification_type, once_key, "
	    "khatma_id, actor_id, chapter, created_at) "
	    "VALUES (?, 'chapter_assigned', "
	    "CONCAT('chapter_assigned:', ?, ':', ?), ?, ?, ?, "
	    "UTC_TIMESTAMP(6))" ONCE,
	[READ_BY_CREATOR] = READ_INTO READ_ROW ONCE,
	[READ_BY_MEMBER] = READ_INTO READ_ROW ", " READ_ROW ONCE,
	[COMPLETED] =
	    "INSERT INTO notifications (user_id, notification_type, once_key, "
	    "khatma_id, session_id, created_at) "
	    "SELECT m.user_id, 'khatma_completed', "
	    "CONCAT('khatma_completed:', m.khatma_id), m.khatma_id, ?, "
	    "UTC_TIMESTAMP(6) FROM memberships m WHERE m.khatma_id = ?" ONCE,
	[EARNED] =
	    "INSERT INTO notifications (user_id, notification_type, once_key, "
	    "khatma_id, achievement_type, session_id, created_at) "
	    "SELECT e.user_id, 'achievement_earned', "
	    "CONCAT('achievement_earned:', e.achievement_type), e.khatma_id, "
	    "e.achievement_type, e.session_id, UTC_TIMESTAMP(6) "
	    "FROM achievements e WHERE e.session_id = ?" ONCE,
	[UNDONE_CHAPTER] =
	    "DELETE FROM notifications WHERE session_id = ? "
	    "AND notification_type = 'chapter_completed'",
	[UNDONE_KHATMA] =
	    "DELETE FROM notifications WHERE khatma_id = ? "
	    "AND notification_type = 'khatma_completed'",
	[TAKEN_BACK] =
	    "DELETE n FROM (SELECT id FROM users WHERE id IN (?, ?) UNION "
	    "SELECT reader_id FROM chapters WHERE khatma_id = ?) w "
	    "JOIN notifications n ON n.user_id = w.id AND n.once_key = ? "
	    "LEFT JOIN achievements e ON e.user_id = n.user_id "
	    "AND e.achievement_type = ? WHERE e.id IS NULL",
	[LIST_EVERY] = OWN_LIST("notifications_user", "user_id = ? "),
	[LIST_BY_READ] = OWN_LIST("notifications_unread", BY_READ),
	[UNREAD] =
	    "SELECT t.total, " COLUMNS " FROM "
	    LIST("notifications_unread", BY_READ) IN_ORDER,
	[FIND] =
	    "SELECT " COLUMNS " FROM notifications n " JOINS
	    "WHERE n.id = ? AND n.user_id = ?",
	[MARK] =
	    "UPDATE notifications SET is_read = TRUE "
	    "WHERE id = ? AND user_id = ?",
	[MARK_ALL] =
	    "UPDATE notifications SET is_read = TRUE "
	    "WHERE user_id = ? AND is_read = FALSE",
};

enum err
notify_assigned(struct db *db, int64_t khatma, int64_t reader, int64_t chapter)
{
	return db_exec(db, notification_sql[ASSIGNED],
	    ARGS(db_int(reader), db_int(khatma), db_int(chapter),
	    db_int(khatma), db_int(reader), db_int(chapter)), NULL);
}

enum err
notify_read(struct db *db, int64_t khatma, int64_t reader, int64_t creator,
    int64_t chapter, int64_t session)
{
	struct db_arg to = db_int(creator), r = db_int(reader);
	struct db_arg k = db_int(khatma), c = db_int(chapter);
	struct db_arg s = db_int(session);

	if (reader == creator)
		return db_exec(db, notification_sql[READ_BY_CREATOR],
		    ARGS(r, k, c, r, k, r, c, s), NULL);
	return db_exec(db, notification_sql[READ_BY_MEMBER],
	    ARGS(r, k, c, r, k, r, c, s, to, k, c, r, k, r, c, s), NULL);
}

enum err
notify_completed(struct db *db, int64_t khatma, int64_t session)
{
	return db_exec(db, notification_sql[COMPLETED],
	    ARGS(db_int(session), db_int(khatma)), NULL);
}

enum err
notify_earned(struct db *db, int64_t session)
{
	return db_exec(db, notification_sql[EARNED], ARGS(db_int(session)),
	    NULL);
}

enum err
notify_undone(struct db *db, int64_t khatma, int64_t session)
{
	enum err e = db_exec(db, notification_sql[UNDONE_CHAPTER],
	    ARGS(db_int(session)), NULL);

	return e == OK ? db_exec(db, notification_sql[UNDONE_KHATMA],
	    ARGS(db_int(khatma)), NULL) : e;
}

enum err
notify_taken_back(struct db *db, int64_t khatma, int64_t reader,
    int64_t creator, const char *achievement)
{
	char key[64];

	snprintf(key, sizeof(key), "achievement_earned:%s", achievement);
	return db_exec(db, notification_sql[TAKEN_BACK],
	    ARGS(db_int(reader), db_int(creator), db_int(khatma), db_text(key),
	    db_text(achievement)), NULL);
}

static enum err
from_row(struct arena *a, const struct db_rows *rows, unsigned first,
    struct notification *n)
{
	n->id = db_get_int(rows, first);
	n->type = db_keep_text(a, rows, first + 1);
	n->achievement = db_keep_text(a, rows, first + 2);
	n->is_read = db_get_int(rows, first + 3) != 0;
	n->actor_is_reader = db_get_int(rows, first + 4) != 0;
	n->khatma = db_get_int(rows, first + 5);
	n->khatma_name = db_keep_text(a, rows, first + 6);
	n->actor_name = db_keep_text(a, rows, first + 7);
	n->division = db_keep_text(a, rows, first + 8);
	n->chapter = db_get_int(rows, first + 9);
	n->created_at = db_keep_text(a, rows, first + 10);
	return n->type && n->created_at ? OK : ERR_INTERNAL;
}

static enum err
query_list(struct db *db, const struct token *token,
    enum notification_filter filter, const struct part *part,
    struct db_rows *rows)
{
	char when[TIME_ISO_MAX];
	struct db_arg l = db_int(token->session_id);
	struct db_arg u = db_int(token->user_id);
	struct db_arg is_read = db_int(filter == NOTIFIED_READ);
	struct db_arg key = db_text(cursor_time(&part->after, when));
	struct db_arg id = db_int(part->after.id);
	struct db_arg counted = db_int(part_count(part, COUNTED_MOST));
	struct db_arg n = db_int(part->limit), o = db_int(part_skip(part));

	if (filter == NOTIFIED_ALL)
		return db_query(db, notification_sql[LIST_EVERY],
		    ARGS(l, u, BEHIND_ARGS(key, id), counted,
		    u, BEHIND_ARGS(key, id), n, o, u), rows);
	return db_query(db, notification_sql[LIST_BY_READ],
	    ARGS(l, u, is_read, BEHIND_ARGS(key, id), counted,
	    u, is_read, BEHIND_ARGS(key, id), n, o, u), rows);
}

static enum err
start_list(struct arena *a, const struct part *part,
    struct notification_list *list)
{
	*list = (struct notification_list){ .item = arena_alloc(a,
	    (size_t)part->limit * sizeof(*list->item)) };
	return list->item ? OK : ERR_INTERNAL;
}

/* A row of which the total stands at column first, and behind it COLUMNS. */
static enum err
list_row(struct arena *a, const struct db_rows *rows, unsigned first,
    const struct part *part, struct notification_list *list)
{
	list->total = part_total(part, db_get_int(rows, first));
	if (db_is_null(rows, first + 1) || list->n == (size_t)part->limit)
		return OK;
	list->last = (struct cursor){ .id = db_get_int(rows, first + 1),
	    .when = db_get_time(rows, first + 11) };
	return from_row(a, rows, first + 1, &list->item[list->n++]);
}

enum err
notification_list(struct db *db, struct arena *a, const struct token *token,
    struct who *who, enum notification_filter filter, const struct part *part,
    struct notification_list *list)
{
	struct db_rows rows;
	int64_t n = 0;
	enum err e = start_list(a, part, list);

	if (e == OK)
		e = query_list(db, token, filter, part, &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		if (n++ == 0)
			e = user_from_row(token, &rows, who);
		if (e == OK)
			e = list_row(a, &rows, IDENTITY_END, part, list);
		else
			db_done(&rows);
	}
	if (e == ERR_NO_ROW)
		e = n > 0 ? OK : ERR_TOKEN_INVALID;
	return e;
}

enum err
notification_unread(struct db *db, struct arena *a, int64_t user,
    int64_t limit, struct notification_list *list)
{
	const struct part part = { .limit = limit };
	const struct db_arg u = db_int(user), is_read = db_int(false);
	const struct db_arg none = db_text(NULL), no_id = db_int(0);
	struct db_rows rows;
	enum err e = start_list(a, &part, list);

	if (e == OK)
		e = db_query(db, notification_sql[UNREAD],
		    ARGS(u, is_read, BEHIND_ARGS(none, no_id),
		    db_int(part_count(&part, COUNTED_MOST)),
		    u, is_read, BEHIND_ARGS(none, no_id), db_int(limit),
		    db_int(0)), &rows);
	while (e == OK && (e = db_next(&rows)) == OK)
		e = list_row(a, &rows, 0, &part, list);
	return e == ERR_NO_ROW ? OK : e;
}

struct mark {
	int64_t user, id;
	struct arena *arena;
	struct notification *n;
	int64_t count;
};

static enum err
mark_tx(struct db *db, void *arg)
{
	struct mark *m = arg;
	struct db_rows rows;
	enum err e = db_exec(db, notification_sql[MARK],
	    ARGS(db_int(m->id), db_int(m->user)), NULL);

	if (e == OK)
		e = db_one(db, notification_sql[FIND],
		    ARGS(db_int(m->id), db_int(m->user)), &rows);
	if (e == ERR_NO_ROW)
		return ERR_NOTIFICATION_NOT_FOUND;
	return e == OK ? from_row(m->arena, &rows, 0, m->n) : e;
}

enum err
notification_read(struct db *db, struct arena *a, int64_t user, int64_t id,
    struct notification *n)
{
	struct mark m = { .user = user, .id = id, .arena = a, .n = n };

	return db_tx(db, mark_tx, &m);
}

static enum err
mark_all_tx(struct db *db, void *arg)
{
	struct mark *m = arg;

	return db_exec(db, notification_sql[MARK_ALL], ARGS(db_int(m->user)),
	    &m->count);
}

enum err
notification_read_all(struct db *db, int64_t user, int64_t *count)
{
	struct mark m = { .user = user };
	enum err e = db_tx(db, mark_all_tx, &m);

	*count = m.count;
	return e;
}
