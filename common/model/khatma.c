#include "common/model/khatma.h"

#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/json.h"
#include "common/model/user.h"
#include "common/time.h"

enum {
	FIND, IDENTIFY_FIND, LOCK, IS_MEMBER, RECOUNT, TAKE_TURN, STATEMENTS
};

const char *const khatma_sql[STATEMENTS + 1] = {
	[FIND] =
	    "SELECT " KHATMA_COLUMNS " FROM khatmas k "
	    "JOIN users c ON c.id = k.creator_id "
	    MEMBERSHIP_OF("?")
	    "WHERE k.id = ?",
	[IDENTIFY_FIND] =
	    "SELECT " IDENTITY_COLUMNS ", " KHATMA_COLUMNS TOKEN_TABLES
	    "LEFT JOIN khatmas k ON k.id = ? "
	    "LEFT JOIN users c ON c.id = k.creator_id "
	    MEMBERSHIP_OF("u.id") "WHERE " IS_OF_TOKEN,
	[LOCK] =
	    "SELECT " KHATMA_LOCK_COLUMNS " FROM khatmas k WHERE k.id = ? "
	    "FOR UPDATE",
	/* apart from LOCK: its snapshot must be younger than the lock */
	[IS_MEMBER] =
	    "SELECT EXISTS (SELECT 1 FROM memberships "
	    "WHERE khatma_id = ? AND user_id = ?)",
	[RECOUNT] =
	    "UPDATE khatmas SET "
	    "participants_count = (SELECT COUNT(*) FROM memberships m "
	    "WHERE m.khatma_id = khatmas.id), "
	    "chapters_completed = (SELECT COUNT(*) FROM chapters c "
	    "WHERE c.khatma_id = khatmas.id AND c.state = 'completed'), "
	    "chapters_free = (SELECT COUNT(*) FROM chapters c "
	    "WHERE c.khatma_id = khatmas.id AND c.state = 'free'), "
	    "updated_at = UTC_TIMESTAMP(6) WHERE id = ?",
	[TAKE_TURN] =
	    "UPDATE khatmas SET turn = turn + 1 WHERE id = ?",
};

const char *const khatma_types[] = {
	[KHATMA_GROUP] = "group", [KHATMA_PRIVATE] = "private", NULL
};

const char *const khatma_statuses[] = {
	[KHATMA_ACTIVE] = "active", [KHATMA_PAUSED] = "paused",
	[KHATMA_COMPLETED] = "completed", NULL
};

int
khatma_word(const char *const *words, const char *word)
{
	for (int i = 0; word && words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return 0;
}

enum err
khatma_from_row(struct arena *a, const struct db_rows *rows, unsigned first,
    struct khatma *k)
{
	k->id = db_get_int(rows, first);
	k->name = db_keep_text(a, rows, first + 1);
	k->description = db_keep_text(a, rows, first + 2);
	k->type = (enum khatma_type)khatma_word(khatma_types,
	    db_get_text(rows, first + 3));
	k->division = division_of(db_get_text(rows, first + 4));
	k->status = (enum khatma_status)khatma_word(khatma_statuses,
	    db_get_text(rows, first + 5));
	k->creator_id = db_get_int(rows, first + 6);
	k->creator_name = db_keep_text(a, rows, first + 7);
	k->participants = db_get_int(rows, first + 8);
	k->chapters_total = db_get_int(rows, first + 9);
	k->chapters_completed = db_get_int(rows, first + 10);
	k->chapters_free = db_get_int(rows, first + 11);
	k->target_days = db_get_int(rows, first + 12);
	k->start_day = db_get_day(rows, first + 13);
	k->is_public = db_get_int(rows, first + 14) != 0;
	k->created_at = db_keep_text(a, rows, first + 15);
	k->updated_at = db_keep_text(a, rows, first + 16);
	k->is_member = db_get_int(rows, first + 17) != 0;
	k->own_chapter = db_get_int(rows, first + 18);
	return k->name && k->description && k->creator_name && k->created_at &&
	    k->updated_at ? OK : ERR_INTERNAL;
}

enum err
khatma_may_read(bool is_public, bool is_member)
{
	return is_public || is_member ? OK : ERR_FORBIDDEN;
}

enum err
khatma_find(struct db *db, struct arena *a, const struct who *who, int64_t id,
    struct khatma *k)
{
	struct db_rows rows;
	enum err e = db_one(db, khatma_sql[FIND],
	    ARGS(db_int(who->id), db_int(id)), &rows);

	if (e == ERR_NO_ROW)
		return ERR_KHATMA_NOT_FOUND;
	if (e == OK)
		e = khatma_from_row(a, &rows, 0, k);
	return e == OK ? khatma_may_read(k->is_public, k->is_member) : e;
}

enum err
khatma_identify(struct db *db, struct arena *a, const struct token *token,
    struct who *who, int64_t id, struct khatma *k)
{
	struct db_rows rows;
	enum err e = user_identify_by(db, khatma_sql[IDENTIFY_FIND],
	    ARGS(db_int(token->session_id), db_int(id),
	    db_int(token->user_id)), token, &rows, who);

	if (e == OK && db_is_null(&rows, IDENTITY_END))
		return ERR_KHATMA_NOT_FOUND;
	if (e == OK)
		e = khatma_from_row(a, &rows, IDENTITY_END, k);
	return e == OK ? khatma_may_read(k->is_public, k->is_member) : e;
}

bool
khatma_can_join(const struct khatma *k)
{
	return k->is_public && !k->is_member && k->status == KHATMA_ACTIVE &&
	    k->chapters_free > 0;
}

int64_t
percent_tenths(int64_t part, int64_t whole)
{
	int64_t tenths;

	if (whole <= 0)
		return 0;
	tenths = (part * 2000 + whole) / (2 * whole);
	return tenths >= 1000 && part < whole ? 999 : tenths;
}

static void
write_days(struct json *j, const struct khatma *k, int64_t today)
{
	int64_t end = k->start_day + k->target_days;
	bool done = k->status == KHATMA_COMPLETED;
	char day[TIME_DAY_MAX];

	json_int(j, "target_days", k->target_days);
	time_format_day(k->start_day, day);
	json_text(j, "start_date", day);
	time_format_day(end, day);
	json_text(j, "end_date", day);
	json_int(j, "days_remaining", done || end < today ? 0 : end - today);
	json_bool(j, "is_overdue", !done && end < today);
}

void
khatma_write(struct json *j, const struct khatma *k, int64_t today,
    enum lang lang)
{
	json_int(j, "id", k->id);
	json_text(j, "name", k->name);
	json_text(j, "description", k->description);
	json_text(j, "khatma_type", khatma_types[k->type]);
	json_text(j, "division", division_names[k->division]);
	json_text(j, "status", khatma_statuses[k->status]);
	person_write(j, "creator", k->creator_id, k->creator_name, lang);
	json_int(j, "participants_count", k->participants);
	json_int(j, "chapters_total", k->chapters_total);
	json_int(j, "chapters_completed", k->chapters_completed);
	json_tenths(j, "completion_percentage",
	    percent_tenths(k->chapters_completed, k->chapters_total));
	write_days(j, k, today);
	json_bool(j, "is_public", k->is_public);
	json_bool(j, "is_participant", k->is_member);
	json_id(j, "chapter_assigned", k->own_chapter);
	json_text(j, "created_at", k->created_at);
	json_text(j, "updated_at", k->updated_at);
}

static enum err
is_member(struct db *db, int64_t id, int64_t user, bool *member)
{
	struct db_rows rows;
	enum err e = db_one(db, khatma_sql[IS_MEMBER],
	    ARGS(db_int(id), db_int(user)), &rows);

	if (e == OK)
		*member = db_get_int(&rows, 0) != 0;
	return e;
}

void
khatma_lock_from_row(const struct db_rows *rows, unsigned first,
    struct khatma_lock *k)
{
	k->id = db_get_int(rows, first);
	k->creator_id = db_get_int(rows, first + 1);
	k->type = (enum khatma_type)khatma_word(khatma_types,
	    db_get_text(rows, first + 2));
	k->division = division_of(db_get_text(rows, first + 3));
	k->status = (enum khatma_status)khatma_word(khatma_statuses,
	    db_get_text(rows, first + 4));
	k->is_public = db_get_int(rows, first + 5) != 0;
	k->participants = db_get_int(rows, first + 6);
	k->chapters_total = db_get_int(rows, first + 7);
	k->chapters_completed = db_get_int(rows, first + 8);
	k->chapters_free = db_get_int(rows, first + 9);
	k->target_days = db_get_int(rows, first + 10);
	k->start_day = db_get_day(rows, first + 11);
	k->completed_by = db_get_int(rows, first + 12);
	snprintf(k->name, sizeof(k->name), "%s",
	    db_get_text(rows, first + KHATMA_LOCK_WIDTH - 1));
}

enum err
khatma_lock(struct db *db, int64_t id, int64_t user, struct khatma_lock *k)
{
	struct db_rows rows;
	enum err e = db_one(db, khatma_sql[LOCK], ARGS(db_int(id)), &rows);

	if (e != OK)
		return e == ERR_NO_ROW ? ERR_KHATMA_NOT_FOUND : e;
	khatma_lock_from_row(&rows, 0, k);
	return is_member(db, id, user, &k->is_member);
}

enum err
khatma_creator_only(const struct khatma_lock *k, int64_t user)
{
	if (k->creator_id == user)
		return OK;
	return k->is_member || k->is_public ? ERR_CREATOR_ONLY : ERR_FORBIDDEN;
}

enum err
khatma_recount(struct db *db, int64_t id)
{
	return db_exec(db, khatma_sql[RECOUNT], ARGS(db_int(id)), NULL);
}

enum err
khatma_take_turn(struct db *db, int64_t id)
{
	return db_exec(db, khatma_sql[TAKE_TURN], ARGS(db_int(id)), NULL);
}
