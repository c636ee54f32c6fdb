#include "common/model/achievement.h"

#include <stdbool.h>
#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/model/khatma.h"
#include "common/model/notification.h"
#include "common/model/streak.h"
#include "common/model/user.h"

enum {
	AWARD, AWARDED, AWARD_FIRST, GROUPS_LED, READERS, FAST_DAYS,
	TAKE_BACK, TAKE_BACK_FAST, TAKE_BACK_FIRST, LIST, STATEMENTS
};

#define ONCE	" ON DUPLICATE KEY UPDATE achievements.id = achievements.id"

const char *const achievement_sql[STATEMENTS + 1] = {
	[AWARD] =
	    "INSERT INTO achievements (user_id, achievement_type, khatma_id, "
	    "khatma_name, session_id, earned_at) "
	    "VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(6))" ONCE,
	[AWARDED] =
	    "SELECT GROUP_CONCAT(achievement_type) FROM achievements "
	    "WHERE user_id = ?",
	[AWARD_FIRST] =
	    "INSERT INTO achievements (user_id, achievement_type, khatma_id, "
	    "khatma_name, session_id, earned_at) "
	    "SELECT DISTINCT c.reader_id, 'first_khatma', c.khatma_id, ?, ?, "
	    "UTC_TIMESTAMP(6) FROM chapters c WHERE c.khatma_id = ? "
	    "AND c.state = 'completed' AND c.reader_id IS NOT NULL" ONCE,
	[GROUPS_LED] =
	    "SELECT COUNT(*) FROM khatmas k WHERE k.creator_id = ? "
	    "AND k.status = 'completed' AND k.khatma_type = 'group' "
	    "AND (SELECT COUNT(DISTINCT c.reader_id) FROM chapters c "
	    "WHERE c.khatma_id = k.id AND c.state = 'completed') >= 3",
	[READERS] =
	    "SELECT COUNT(DISTINCT reader_id) FROM chapters "
	    "WHERE khatma_id = ?",
	[FAST_DAYS] =
	    "SELECT COUNT(DISTINCT local_day) FROM sessions "
	    "WHERE khatma_id = ? AND user_id = ? AND counts_day = TRUE",
	[TAKE_BACK] =
	    "DELETE FROM achievements WHERE user_id = ? "
	    "AND achievement_type = ?",
	[TAKE_BACK_FAST] =
	    "DELETE FROM achievements WHERE user_id = ? "
	    "AND achievement_type = 'fast_reader' AND khatma_id = ?",
	[TAKE_BACK_FIRST] =
	    "DELETE a FROM achievements a JOIN users u ON u.id = a.user_id "
	    "JOIN (SELECT DISTINCT reader_id FROM chapters "
	    "WHERE khatma_id = ?) c ON c.reader_id = a.user_id "
	    "WHERE a.achievement_type = 'first_khatma' "
	    "AND u.khatmas_completed = 0",
	/* a khatma is named only to those who may see it themselves */
	[LIST] =
	    "SELECT u.id = ? OR EXISTS (SELECT 1 FROM memberships x "
	    "JOIN memberships y ON y.khatma_id = x.khatma_id "
	    "WHERE x.user_id = ? AND y.user_id = u.id), "
	    "(SELECT COUNT(*) FROM achievements WHERE user_id = u.id), "
	    "a.id, a.achievement_type, a.earned_at, "
	    "CASE WHEN u.id = ? OR k.is_public OR m.user_id IS NOT NULL "
	    "THEN a.khatma_id END, "
	    "CASE WHEN u.id = ? OR k.is_public OR m.user_id IS NOT NULL "
	    "THEN COALESCE(k.name, a.khatma_name) END FROM users u "
	    "LEFT JOIN (SELECT * FROM achievements WHERE user_id = ? "
	    "ORDER BY earned_at DESC, id DESC LIMIT ? OFFSET ?) a ON 1 = 1 "
	    "LEFT JOIN khatmas k ON k.id = a.khatma_id "
	    /* each by its key, or all of the asker's would be read for each */
	    "LEFT JOIN memberships m FORCE INDEX (PRIMARY) "
	    "ON m.khatma_id = a.khatma_id AND m.user_id = ? "
	    "WHERE u.id = ? ORDER BY a.earned_at DESC, a.id DESC",
};

static const struct {
	const char *name;
	const char *display[LANG_COUNT];
} types[ACHIEVEMENT_TYPES] = {
	[FIRST_KHATMA] = { "first_khatma",
	    { "First Khatma", "الختمة الأولى" } },
	[STREAK_7] = { "streak_7",
	    { "7-Day Streak", "سبعة أيام متتالية" } },
	[STREAK_30] = { "streak_30",
	    { "30-Day Streak", "ثلاثون يوما متتاليا" } },
	[CHAPTER_MASTER] = { "chapter_master",
	    { "Chapter Master", "قارئ الأجزاء كلها" } },
	[GROUP_LEADER] = { "group_leader",
	    { "Group Leader", "قائد المجموعة" } },
	[FAST_READER] = { "fast_reader",
	    { "Fast Reader", "القارئ السريع" } },
	[CONSISTENT_READER] = { "consistent_reader",
	    { "Consistent Reader", "القارئ المواظب" } },
};

enum {
	GROUPS_TO_LEAD = 5, GROUP_READERS_MIN = 3,
	FAST_TARGET_MIN = 6, FAST_DAYS_MIN = 3
};

const char *
achievement_display(const char *type, enum lang lang)
{
	for (int i = 0; i < ACHIEVEMENT_TYPES; i++)
		if (strcmp(types[i].name, type) == 0)
			return types[i].display[lang];
	return type;
}

/* The conditions that depend on nothing but the reader's own reading. */
static bool
holds(enum achievement_type type, const struct reached *r)
{
	switch (type) {
	case STREAK_7:
		return r->longest_streak >= 7;
	case STREAK_30:
		return r->longest_streak >= 30;
	case CHAPTER_MASTER:
		return r->juz >= JUZ_COUNT;
	case CONSISTENT_READER:
		return r->densest >= DENSE_DAYS;
	case FIRST_KHATMA: case GROUP_LEADER: case FAST_READER:
	case ACHIEVEMENT_TYPES:
		break;
	}
	return false;
}

static bool
is_of_reader(enum achievement_type type)
{
	return type == STREAK_7 || type == STREAK_30 ||
	    type == CHAPTER_MASTER || type == CONSISTENT_READER;
}

static enum err
award(struct db *db, enum achievement_type type, const struct khatma_lock *k,
    int64_t user, int64_t session)
{
	return db_exec(db, achievement_sql[AWARD],
	    ARGS(db_int(user), db_text(types[type].name), db_int(k->id),
	    db_text(k->name), db_int(session)), NULL);
}

/* Bit 1 << type for each type that the database has joined. */
static unsigned
bits_of(const char *joined)
{
	unsigned bits = 0;

	for (const char *s = joined; s && *s; s += strcspn(s, ",")) {
		s += *s == ',';
		for (int i = 0; i < ACHIEVEMENT_TYPES; i++) {
			size_t n = strlen(types[i].name);

			if (strcspn(s, ",") == n &&
			    memcmp(s, types[i].name, n) == 0)
				bits |= 1u << i;
		}
	}
	return bits;
}

/* What the user has been awarded: *has gets these bits. */
static enum err
read_awarded(struct db *db, int64_t user, unsigned *has)
{
	struct db_rows rows;
	enum err e = db_one(db, achievement_sql[AWARDED], ARGS(db_int(user)),
	    &rows);

	if (e == OK)
		*has = bits_of(db_get_text(&rows, 0));
	return e;
}

enum err
achievement_award_reader(struct db *db, const struct khatma_lock *k,
    int64_t user, int64_t session, const struct reached *before,
    const struct reached *now)
{
	unsigned due = 0, has = 0;
	enum err e;

	for (int t = 0; t < ACHIEVEMENT_TYPES; t++)
		if (holds((enum achievement_type)t, now) &&
		    !holds((enum achievement_type)t, before))
			due |= 1u << t;
	if (due == 0)
		return OK;
	e = read_awarded(db, user, &has);
	due &= ~has;
	for (int t = 0; t < ACHIEVEMENT_TYPES && e == OK; t++)
		if (due & 1u << t)
			e = award(db, (enum achievement_type)t, k, user,
			    session);
	return due && e == OK ? notify_earned(db, session) : e;
}

/*
 * How many groups of three readers or more a creator has brought to an end.
 * The turn is for two of them that end at once: one has to see the other.
 */
static enum err
groups_led(struct db *db, int64_t creator, int64_t *n)
{
	struct db_rows rows;
	enum err e = user_take_turn(db, creator);

	if (e == OK)
		e = db_one(db, achievement_sql[GROUPS_LED],
		    ARGS(db_int(creator)), &rows);
	if (e == OK)
		*n = db_get_int(&rows, 0);
	return e;
}

/* Half the target or less, the first day and the last counted. */
static enum err
award_fast(struct db *db, const struct khatma_lock *k, int64_t session,
    int64_t today)
{
	struct db_rows rows;
	int64_t took = today - k->start_day + 1;
	enum err e;

	if (k->type != KHATMA_PRIVATE || k->target_days < FAST_TARGET_MIN ||
	    took * 2 > k->target_days)
		return OK;
	e = db_one(db, achievement_sql[FAST_DAYS],
	    ARGS(db_int(k->id), db_int(k->creator_id)), &rows);
	if (e == OK && db_get_int(&rows, 0) >= FAST_DAYS_MIN)
		e = award(db, FAST_READER, k, k->creator_id, session);
	return e;
}

enum err
achievement_award_khatma(struct db *db, const struct khatma_lock *k,
    int64_t session, int64_t today)
{
	int64_t led = 0;
	enum err e = db_exec(db, achievement_sql[AWARD_FIRST],
	    ARGS(db_text(k->name), db_int(session), db_int(k->id)), NULL);

	if (e == OK && k->type == KHATMA_GROUP)
		e = groups_led(db, k->creator_id, &led);
	if (e == OK && led >= GROUPS_TO_LEAD)
		e = award(db, GROUP_LEADER, k, k->creator_id, session);
	if (e == OK)
		e = award_fast(db, k, session, today);
	return e == OK ? notify_earned(db, session) : e;
}

static enum err
take_back(struct db *db, enum achievement_type type, int64_t user)
{
	return db_exec(db, achievement_sql[TAKE_BACK],
	    ARGS(db_int(user), db_text(types[type].name)), NULL);
}

/*
 * Whether a group that is open again was one of those that made its creator a
 * leader, and the one that is now missing. Its chapters have their readers
 * still.
 */
static enum err
was_needed(struct db *db, const struct khatma_lock *k, bool *needed)
{
	struct db_rows rows;
	int64_t led = 0;
	enum err e = groups_led(db, k->creator_id, &led);

	if (e == OK)
		e = db_one(db, achievement_sql[READERS], ARGS(db_int(k->id)),
		    &rows);
	*needed = e == OK && led == GROUPS_TO_LEAD - 1 &&
	    db_get_int(&rows, 0) >= GROUP_READERS_MIN;
	return e;
}

/* What rests on the khatma's completion, which is no more. */
static enum err
undo_khatma(struct db *db, const struct khatma_lock *k)
{
	bool needed = false;
	enum err e = db_exec(db, achievement_sql[TAKE_BACK_FIRST],
	    ARGS(db_int(k->id)), NULL);

	if (e == OK)
		e = db_exec(db, achievement_sql[TAKE_BACK_FAST],
		    ARGS(db_int(k->creator_id), db_int(k->id)), NULL);
	if (e == OK && k->type == KHATMA_GROUP)
		e = was_needed(db, k, &needed);
	if (e == OK && needed)
		e = take_back(db, GROUP_LEADER, k->creator_id);
	return e;
}

enum err
achievement_undo(struct db *db, const struct khatma_lock *k, int64_t user,
    const struct reached *r)
{
	unsigned has = 0;
	enum err e = read_awarded(db, user, &has);

	for (int t = 0; t < ACHIEVEMENT_TYPES && e == OK; t++)
		if ((has & 1u << t) && is_of_reader((enum achievement_type)t)
		    && !holds((enum achievement_type)t, r))
			e = take_back(db, (enum achievement_type)t, user);
	if (e == OK && k->status == KHATMA_COMPLETED)
		e = undo_khatma(db, k);
	for (int t = 0; t < ACHIEVEMENT_TYPES && e == OK; t++)
		e = notify_taken_back(db, k->id, user, k->creator_id,
		    types[t].name);
	return e;
}

static enum err
from_row(struct arena *a, const struct db_rows *rows, struct achievement *out)
{
	out->id = db_get_int(rows, 2);
	out->type = db_keep_text(a, rows, 3);
	out->earned_at = db_keep_text(a, rows, 4);
	out->khatma = db_get_int(rows, 5);
	out->khatma_name = db_keep_text(a, rows, 6);
	return out->type && out->earned_at ? OK : ERR_INTERNAL;
}

enum err
achievement_list(struct db *db, struct arena *a, int64_t reader, int64_t user,
    int64_t offset, int64_t limit, struct achievement_list *list)
{
	struct db_arg me = db_int(reader), whose = db_int(user);
	struct db_rows rows;
	bool found = false, may = true;
	enum err e;

	list->n = 0;
	list->item = arena_alloc(a, (size_t)limit * sizeof(*list->item));
	if (list->item == NULL)
		return ERR_INTERNAL;
	e = db_query(db, achievement_sql[LIST], ARGS(me, me, me, me, whose,
	    db_int(limit), db_int(offset), me, whose), &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		found = true;
		may = db_get_int(&rows, 0) != 0;
		list->total = db_get_int(&rows, 1);
		if (!db_is_null(&rows, 2) && list->n < (size_t)limit)
			e = from_row(a, &rows, &list->item[list->n++]);
	}
	if (e == ERR_NO_ROW)
		e = !found ? ERR_USER_NOT_FOUND : may ? OK : ERR_FORBIDDEN;
	return e;
}
