#include "common/model/reading.h"

#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/model/khatma.h"
#include "common/model/notification.h"
#include "common/model/reader.h"
#include "common/time.h"

enum {
	FOUND, SAME_DAY, INSERT_SESSION, COMPLETE_SESSION, REOPEN_SESSION,
	DELETE_REREADINGS, CLAIM, COMPLETE, REOPEN_CHAPTER,
	COMPLETE_KHATMA, REOPEN_KHATMA, STATEMENTS
};

const char *const reading_sql[STATEMENTS + 1] = {
	/* the khatma first, for which all wait who write to it */
	[FOUND] =
	    "SELECT " KHATMA_LOCK_COLUMNS ", " READER_COLUMNS ", u.fullname, "
	    "m.user_id IS NOT NULL, c.state, c.reader_id, c.completed_at, "
	    "c.session_id, s.id, s.reading_date, s.created_at, "
	    "UTC_TIMESTAMP(6) FROM khatmas k LEFT JOIN users u ON u.id = ? "
	    MEMBERSHIP_OF("?")
	    "LEFT JOIN chapters c ON c.khatma_id = k.id AND c.number = ? "
	    "LEFT JOIN sessions s FORCE INDEX (sessions_once) "
	    "ON s.khatma_id = k.id AND s.chapter = ? "
	    "AND s.user_id = ? AND s.is_completed = FALSE WHERE k.id = ? "
	    "FOR UPDATE",
	[SAME_DAY] =
	    "SELECT id FROM sessions WHERE khatma_id = ? AND chapter = ? "
	    "AND user_id = ? AND local_day = ?",
	[INSERT_SESSION] =
	    "INSERT INTO sessions (khatma_id, division, chapter, user_id, "
	    "is_completed, reading_date, local_day, counts_day, created_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[COMPLETE_SESSION] =
	    "UPDATE sessions SET is_completed = TRUE, reading_date = ?, "
	    "local_day = ?, counts_day = ? WHERE id = ?",
	[REOPEN_SESSION] =
	    "UPDATE sessions SET is_completed = FALSE, counts_day = FALSE "
	    "WHERE id = ?",
	[DELETE_REREADINGS] =
	    "DELETE FROM sessions WHERE khatma_id = ? AND chapter = ? "
	    "AND user_id = ? AND id <> ?",
	[CLAIM] =
	    "UPDATE chapters SET state = 'claimed', reader_id = ?, "
	    "claimed_at = UTC_TIMESTAMP(6) "
	    "WHERE khatma_id = ? AND number = ? AND state = 'free'",
	/* the chapter, its khatma and its reader, whose rows are locked */
	[COMPLETE] =
	    "UPDATE chapters c JOIN khatmas k ON k.id = c.khatma_id "
	    "JOIN users u ON u.id = ? "
	    "SET c.state = 'completed', c.reader_id = u.id, "
	    "c.claimed_at = COALESCE(c.claimed_at, UTC_TIMESTAMP(6)), "
	    "c.completed_at = UTC_TIMESTAMP(6), c.completed_day = ?, "
	    "c.session_id = ?, k.chapters_completed = ?, "
	    "k.chapters_free = ?, k.updated_at = UTC_TIMESTAMP(6), "
	    READER_KEEP_SESSION " WHERE c.khatma_id = ? AND c.number = ?",
	[REOPEN_CHAPTER] =
	    "UPDATE chapters SET state = 'claimed', completed_at = NULL, "
	    "completed_day = NULL, session_id = NULL "
	    "WHERE khatma_id = ? AND number = ? AND state = 'completed'",
	[COMPLETE_KHATMA] =
	    "UPDATE khatmas SET status = 'completed', "
	    "completed_at = UTC_TIMESTAMP(6), completed_by = ? WHERE id = ?",
	[REOPEN_KHATMA] =
	    "UPDATE khatmas SET status = 'active', completed_at = NULL, "
	    "completed_by = NULL WHERE id = ?",
};

/* A reading on its way through the transaction. */
struct record {
	struct arena *arena;
	const struct who *who;
	const struct reading *in;
	struct recorded *out;
	struct khatma_lock khatma;
	struct reader reader;
	/* as it was found: the chapter, and now */
	bool has_chapter, is_free, is_completed, is_own;
	int64_t completed_at, session, now;
	struct session begun;		/* the reader's own of it; id 0: none */
	const char *reader_name;
	int64_t result;			/* the session that it comes to */
};

#define CHAPTER_KEY(t)	db_int((t)->in->khatma), db_int((t)->in->chapter)

static enum err
chapter_from_row(const struct db_rows *rows, unsigned first, struct record *t)
{
	const char *state = db_get_text(rows, first);

	t->has_chapter = state != NULL;
	t->is_free = state && strcmp(state, "free") == 0;
	t->is_completed = state && strcmp(state, "completed") == 0;
	t->is_own = db_get_int(rows, first + 1) == t->who->id;
	t->completed_at = db_get_time(rows, first + 2);
	t->session = db_get_int(rows, first + 3);
	t->begun = (struct session){ .id = db_get_int(rows, first + 4),
	    .reading_date = db_keep_text(t->arena, rows, first + 5),
	    .created_at = db_keep_text(t->arena, rows, first + 6) };
	t->now = db_get_time(rows, first + 7);
	return arena_failed(t->arena) ? ERR_INTERNAL : OK;
}

/* ERR_KHATMA_NOT_FOUND; ERR_TOKEN_INVALID: the account went meanwhile. */
static enum err
find(struct db *db, struct record *t)
{
	const unsigned reader = KHATMA_LOCK_WIDTH;
	const unsigned rest = reader + READER_WIDTH;
	struct db_arg me = db_int(t->who->id);
	struct db_rows rows;
	enum err e = db_one(db, reading_sql[FOUND],
	    ARGS(db_int(t->in->is_completed), me, me, db_int(t->in->chapter),
	    db_int(t->in->chapter), me, db_int(t->in->khatma)), &rows);

	if (e != OK)
		return e == ERR_NO_ROW ? ERR_KHATMA_NOT_FOUND : e;
	if (db_is_null(&rows, reader))
		return ERR_TOKEN_INVALID;
	khatma_lock_from_row(&rows, 0, &t->khatma);
	reader_from_row(&rows, reader, &t->reader);
	t->reader_name = db_keep_text(t->arena, &rows, rest);
	t->khatma.is_member = db_get_int(&rows, rest + 1) != 0;
	return chapter_from_row(&rows, rest + 2, t);
}

/* What the answer says, as it has just been written. */
static enum err
say(struct record *t, bool is_completed, const char *read, const char *created)
{
	t->out->session = (struct session){ .id = t->result,
	    .user = t->who->id, .user_name = t->reader_name,
	    .khatma = t->khatma.id,
	    .khatma_name = arena_strdup(t->arena, t->khatma.name),
	    .chapter = t->in->chapter, .is_completed = is_completed,
	    .reading_date = read, .created_at = created };
	return arena_failed(t->arena) ? ERR_INTERNAL : OK;
}

static const char *
instant(struct record *t, int64_t usec)
{
	char text[TIME_ISO_MAX];

	time_format(usec, text);
	return arena_strdup(t->arena, text);
}

static enum err
find_same_day(struct db *db, struct record *t)
{
	struct db_rows rows;
	char day[TIME_DAY_MAX];
	enum err e;

	time_format_day(t->in->day, day);
	e = db_one(db, reading_sql[SAME_DAY],
	    ARGS(CHAPTER_KEY(t), db_int(t->who->id), db_text(day)), &rows);
	if (e == OK)
		t->result = db_get_int(&rows, 0);
	return e;
}

static enum err
insert_session(struct db *db, struct record *t, bool is_completed)
{
	char when[TIME_ISO_MAX], day[TIME_DAY_MAX], now[TIME_ISO_MAX];
	enum err e;

	time_format_sql(t->in->when, when);
	time_format_day(t->in->day, day);
	time_format_sql(t->now, now);
	e = db_exec(db, reading_sql[INSERT_SESSION],
	    ARGS(db_int(t->in->khatma),
	    db_text(division_names[t->khatma.division]),
	    db_int(t->in->chapter), db_int(t->who->id), db_int(is_completed),
	    db_text(when), db_text(day),
	    db_int(is_completed && t->in->counts_day), db_text(now)), NULL);
	t->result = db_insert_id(db);
	t->out->is_new = true;
	return e == OK ? say(t, is_completed, instant(t, t->in->when),
	    instant(t, t->now)) : e;
}

static enum err
complete_session(struct db *db, struct record *t)
{
	char when[TIME_ISO_MAX], day[TIME_DAY_MAX];
	enum err e;

	time_format_sql(t->in->when, when);
	time_format_day(t->in->day, day);
	t->result = t->begun.id;
	e = db_exec(db, reading_sql[COMPLETE_SESSION],
	    ARGS(db_text(when), db_text(day), db_int(t->in->counts_day),
	    db_int(t->result)), NULL);
	return e == OK ? say(t, true, instant(t, t->in->when),
	    t->begun.created_at) : e;
}

static enum err
complete_khatma(struct db *db, struct record *t)
{
	int64_t id = t->khatma.id, session = t->result;
	enum err e = db_exec(db, reading_sql[COMPLETE_KHATMA],
	    ARGS(db_int(session), db_int(id)), NULL);

	if (e == OK)
		e = reader_count_khatma(db, id, 1);
	if (e == OK)
		e = notify_completed(db, id, session);
	if (e == OK)
		e = achievement_award_khatma(db, &t->khatma, session,
		    t->who->today);
	return e;
}

/* What the reader has reached with this session, and before it. */
static enum err
add_session(struct db *db, struct record *t, struct reached *before,
    struct reached *now)
{
	const struct reader_session s = { .division = t->khatma.division,
	    .chapter = t->in->chapter, .day = t->in->day,
	    .counts_day = t->in->counts_day };

	return reader_add_session(db, &t->reader, &s, before, now);
}

/* The chapter's state, the khatma's counts, and what is kept of the reader. */
static enum err
write_completion(struct db *db, struct record *t)
{
	struct reader_days days = reader_days(&t->reader);
	char day[TIME_DAY_MAX];

	time_format_day(t->in->day, day);
	return db_exec(db, reading_sql[COMPLETE], ARGS(db_int(t->who->id),
	    db_text(day), db_int(t->result),
	    db_int(t->khatma.chapters_completed + 1),
	    db_int(t->khatma.chapters_free - t->is_free),
	    READER_KEEP_ARGS(&t->reader, days), CHAPTER_KEY(t)), NULL);
}

static enum err
complete(struct db *db, struct record *t)
{
	struct reached before, now;
	enum err e = t->begun.id != 0 ? complete_session(db, t) :
	    insert_session(db, t, true);

	if (e == OK)
		e = add_session(db, t, &before, &now);
	if (e == OK)
		e = write_completion(db, t);
	if (e == OK)
		e = notify_read(db, t->khatma.id, t->who->id,
		    t->khatma.creator_id, t->in->chapter, t->result);
	if (e == OK)
		e = achievement_award_reader(db, &t->khatma, t->who->id,
		    t->result, &before, &now);
	if (e == OK &&
	    t->khatma.chapters_completed + 1 == t->khatma.chapters_total)
		e = complete_khatma(db, t);
	return e;
}

/* Another session of a chapter that is completed. */
static enum err
read_again(struct db *db, struct record *t)
{
	struct reached before, now;
	enum err e = insert_session(db, t, true);

	if (e == OK)
		e = khatma_take_turn(db, t->khatma.id);
	if (e == OK)
		e = add_session(db, t, &before, &now);
	if (e == OK)
		e = reader_keep_session(db, &t->reader);
	return e == OK ? achievement_award_reader(db, &t->khatma, t->who->id,
	    t->result, &before, &now) : e;
}

/* One's own completion again: the same on its day, else a re-reading. */
static enum err
repeat(struct db *db, struct record *t)
{
	enum err e = find_same_day(db, t);

	if (t->khatma.status == KHATMA_COMPLETED && (e == ERR_NO_ROW ||
	    (e == OK && t->result != t->khatma.completed_by)))
		return ERR_KHATMA_COMPLETED;
	if (e == OK)
		return session_find(db, t->arena, t->who, t->result,
		    &t->out->session);
	return e == ERR_NO_ROW ? read_again(db, t) : e;
}

static enum err
begin(struct db *db, struct record *t)
{
	enum err e = OK;

	if (t->is_free) {
		e = db_exec(db, reading_sql[CLAIM], ARGS(db_int(t->who->id),
		    CHAPTER_KEY(t)), NULL);
		if (e == OK)
			e = khatma_recount(db, t->khatma.id);
	} else {
		e = khatma_take_turn(db, t->khatma.id);
	}
	if (e != OK)
		return e;
	if (t->begun.id == 0)
		return insert_session(db, t, false);
	t->result = t->begun.id;
	return say(t, false, t->begun.reading_date, t->begun.created_at);
}

static enum err
reopen_khatma(struct db *db, struct record *t)
{
	enum err e = reader_count_khatma(db, t->khatma.id, -1);

	return e == OK ? db_exec(db, reading_sql[REOPEN_KHATMA],
	    ARGS(db_int(t->khatma.id)), NULL) : e;
}

/* The chapter and its session as they were before the completion. */
static enum err
reopen_chapter(struct db *db, struct record *t)
{
	enum err e = db_exec(db, reading_sql[REOPEN_SESSION],
	    ARGS(db_int(t->session)), NULL);

	/* what was not read was not read again either */
	if (e == OK)
		e = db_exec(db, reading_sql[DELETE_REREADINGS],
		    ARGS(CHAPTER_KEY(t), db_int(t->who->id),
		    db_int(t->session)), NULL);
	if (e == OK)
		e = db_exec(db, reading_sql[REOPEN_CHAPTER],
		    ARGS(CHAPTER_KEY(t)), NULL);
	return e == OK ? khatma_recount(db, t->khatma.id) : e;
}

static enum err
undo(struct db *db, struct record *t)
{
	struct reached r = { 0 };
	enum err e = OK;

	if (t->now - t->completed_at > UNDO_HOURS * 3600 * USEC_PER_SEC)
		return ERR_UNDO_TOO_LATE;
	t->result = t->session;
	if (t->khatma.status == KHATMA_COMPLETED)
		e = reopen_khatma(db, t);
	if (e == OK)
		e = reopen_chapter(db, t);
	if (e == OK)
		e = reader_refresh(db, &t->reader, &r);
	if (e == OK)
		e = achievement_undo(db, &t->khatma, t->who->id, &r);
	if (e == OK)
		e = notify_undone(db, t->khatma.id, t->session);
	return e == OK ? session_find(db, t->arena, t->who, t->result,
	    &t->out->session) : e;
}

/* What the reading means, by the state in which the chapter is found. */
static enum err
act(struct db *db, struct record *t)
{
	if (t->is_completed && t->is_own)
		return t->in->is_completed ? repeat(db, t) : undo(db, t);
	if (t->khatma.status == KHATMA_COMPLETED)
		return ERR_KHATMA_COMPLETED;
	if (t->is_completed)
		return ERR_CHAPTER_COMPLETED;
	if (!t->is_free && !t->is_own)
		return ERR_CHAPTER_TAKEN;
	return t->in->is_completed ? complete(db, t) : begin(db, t);
}

static enum err
record_tx(struct db *db, void *arg)
{
	struct record *t = arg;
	enum err e = find(db, t);

	*t->out = (struct recorded){ 0 };
	if (e != OK)
		return e;
	t->out->chapters_total = t->khatma.chapters_total;
	e = khatma_may_read(t->khatma.is_public, t->khatma.is_member);
	if (e == OK && !t->khatma.is_member)
		e = ERR_MEMBERS_ONLY;
	if (e == OK && t->khatma.status == KHATMA_PAUSED)
		e = ERR_KHATMA_PAUSED;
	if (e == OK && !t->has_chapter)
		e = ERR_CHAPTER_RANGE;
	return e == OK ? act(db, t) : e;
}

enum err
reading_record(struct db *db, struct arena *a, const struct who *who,
    const struct reading *reading, struct recorded *out)
{
	struct record t = { .arena = a, .who = who, .in = reading,
	    .out = out };

	return db_tx(db, record_tx, &t);
}
