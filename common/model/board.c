#include "common/model/board.h"

#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/json.h"
#include "common/model/user.h"

enum { CHAPTERS, PEOPLE, STATEMENTS };

const char *const board_sql[STATEMENTS + 1] = {
	[CHAPTERS] =
	    "SELECT c.number, c.state, c.reader_id, u.fullname, c.claimed_at, "
	    "c.completed_at, c.completed_day FROM chapters c "
	    "LEFT JOIN users u ON u.id = c.reader_id "
	    "WHERE c.khatma_id = ? ORDER BY c.number",
	/* members first, then sessions: two lists in one round trip */
	[PEOPLE] =
	    "(SELECT 1 AS kind, 0 AS id, m.user_id, u.fullname, "
	    "m.khatma_id, NULL AS name, 0 AS chapter, 0 AS is_completed, "
	    "m.joined_at AS at, m.joined_at AS made "
	    "FROM memberships m JOIN users u ON u.id = m.user_id "
	    "WHERE m.khatma_id = ?) UNION ALL "
	    "(SELECT 2, s.id, s.user_id, u.fullname, s.khatma_id, k.name, "
	    "s.chapter, s.is_completed, s.reading_date, s.created_at "
	    "FROM sessions s FORCE INDEX (sessions_khatma) "
	    "JOIN khatmas k FORCE INDEX (PRIMARY) ON k.id = s.khatma_id "
	    "LEFT JOIN users u ON u.id = s.user_id WHERE s.khatma_id = ? "
	    "ORDER BY s.reading_date DESC, s.id DESC LIMIT ?)",
};

enum chapter_state
chapter_state_of(const char *word)
{
	if (strcmp(word, "completed") == 0)
		return CHAPTER_COMPLETED;
	return strcmp(word, "claimed") == 0 ? CHAPTER_CLAIMED : CHAPTER_FREE;
}

static enum err
read_chapters(struct db *db, struct arena *a, const struct khatma *k,
    struct board *b)
{
	size_t room = (size_t)k->chapters_total;
	struct db_rows rows;
	struct chapter *c;
	enum err e;

	b->chapter = arena_alloc(a, room * sizeof(*b->chapter));
	if (b->chapter == NULL)
		return ERR_INTERNAL;
	e = db_query(db, board_sql[CHAPTERS], ARGS(db_int(k->id)), &rows);
	while (e == OK && (e = db_next(&rows)) == OK && b->nchapters < room) {
		c = &b->chapter[b->nchapters++];
		c->number = db_get_int(&rows, 0);
		c->state = chapter_state_of(db_get_text(&rows, 1));
		c->reader = db_get_int(&rows, 2);
		c->reader_name = db_keep_text(a, &rows, 3);
		c->claimed_at = db_keep_text(a, &rows, 4);
		c->completed_at = db_keep_text(a, &rows, 5);
		c->completed_day = db_get_day(&rows, 6);
	}
	return e == ERR_NO_ROW ? OK : e;
}

static void
member_from_row(struct arena *a, const struct db_rows *rows, struct member *m)
{
	m->id = db_get_int(rows, 2);
	m->fullname = db_keep_text(a, rows, 3);
	m->joined_at = db_keep_text(a, rows, 8);
}

/* By time of joining; a UNION keeps no order of its own. */
static void
insert_member(struct board *b, struct member m)
{
	size_t i = b->nmembers++;

	for (; i > 0 && strcmp(b->member[i - 1].joined_at, m.joined_at) > 0;
	    i--)
		b->member[i] = b->member[i - 1];
	b->member[i] = m;
}

static void
insert_session(struct board *b, struct session s)
{
	size_t i = b->nsessions;

	if (i == RECENT_SESSIONS)
		return;
	b->nsessions++;

	for (; i > 0 && strcmp(b->session[i - 1].reading_date,
	    s.reading_date) < 0; i--)
		b->session[i] = b->session[i - 1];
	b->session[i] = s;
}

static enum err
read_people(struct db *db, struct arena *a, const struct khatma *k,
    struct board *b)
{
	size_t room = (size_t)k->participants + CHAPTERS_MAX;
	struct db_rows rows;
	struct session s;
	struct member m;
	enum err e;

	/* someone may have joined since the khatma was read */
	b->member = arena_alloc(a, room * sizeof(*b->member));
	if (b->member == NULL)
		return ERR_INTERNAL;
	e = db_query(db, board_sql[PEOPLE], ARGS(db_int(k->id), db_int(k->id),
	    db_int(RECENT_SESSIONS)), &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		if (db_get_int(&rows, 0) == 2) {
			e = session_from_row(a, &rows, 1, &s);
			if (e == OK)
				insert_session(b, s);
			continue;
		}
		member_from_row(a, &rows, &m);
		if (m.fullname && m.joined_at && b->nmembers < room)
			insert_member(b, m);
	}
	return e == ERR_NO_ROW ? OK : e;
}

enum err
board_read(struct db *db, struct arena *a, const struct khatma *k,
    struct board *b)
{
	enum err e;

	memset(b, 0, sizeof(*b));
	e = read_chapters(db, a, k, b);
	return e == OK ? read_people(db, a, k, b) : e;
}

static void
write_bound(struct json *j, const char *key, int surah, int ayah,
    const char *name)
{
	json_open(j, key, '{');
	json_int(j, "surah", surah);
	json_int(j, "ayah", ayah);
	json_text(j, "name", name);
	json_close(j);
}

static void
write_chapter(struct json *j, const struct khatma *k, const struct chapter *c,
    enum lang lang)
{
	static const char *const states[] = { "free", "claimed", "completed" };
	const struct juz *juz;

	json_open(j, NULL, '{');
	json_int(j, "chapter", c->number);
	json_text(j, "state", states[c->state]);
	if (c->state == CHAPTER_FREE)
		json_null(j, "reader");
	else
		person_write(j, "reader", c->reader, c->reader_name, lang);
	json_text(j, "claimed_at", c->claimed_at);
	json_text(j, "completed_at", c->completed_at);
	juz = k->division == DIV_JUZ ? juz_bounds(c->number) : NULL;
	if (juz) {
		write_bound(j, "from", juz->from_surah, juz->from_ayah,
		    juz->from_name[lang]);
		write_bound(j, "to", juz->to_surah, juz->to_ayah,
		    juz->to_name[lang]);
	}
	json_close(j);
}

/* Numbers of the free chapters (reader 0), or of those a reader has. */
static void
write_numbers(struct json *j, const char *key, const struct board *b,
    int64_t reader)
{
	json_open(j, key, '[');
	for (size_t i = 0; i < b->nchapters; i++) {
		const struct chapter *c = &b->chapter[i];

		if (reader ? c->reader == reader : c->state == CHAPTER_FREE)
			json_int(j, NULL, c->number);
	}
	json_close(j);
}

static void
write_members(struct json *j, const struct khatma *k, const struct board *b)
{
	json_open(j, "participants", '[');
	for (size_t i = 0; i < b->nmembers; i++) {
		const struct member *m = &b->member[i];

		json_open(j, NULL, '{');
		json_int(j, "id", m->id);
		json_text(j, "fullname", m->fullname);
		json_bool(j, "is_creator", m->id == k->creator_id);
		json_text(j, "joined_at", m->joined_at);
		write_numbers(j, "chapters", b, m->id);
		json_close(j);
	}
	json_close(j);
}

void
board_write(struct json *j, const struct khatma *k, const struct board *b,
    int64_t reader, enum lang lang)
{
	write_members(j, k, b);
	json_open(j, "chapters", '[');
	for (size_t i = 0; i < b->nchapters; i++)
		write_chapter(j, k, &b->chapter[i], lang);
	json_close(j);
	write_numbers(j, "available_chapters", b, 0);
	write_numbers(j, "my_chapters", b, reader);
	json_open(j, "recent_sessions", '[');
	for (size_t i = 0; i < b->nsessions; i++)
		session_write(j, &b->session[i], lang);
	json_close(j);
}
