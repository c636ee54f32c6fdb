/*
 * Reading: what happens to a chapter when someone reads it (contract,
 * section 5), and the log of it.
 */
#ifndef KHATMA_READING_H
#define KHATMA_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"
#include "common/err.h"
#include "common/who.h"

struct arena;
struct db;
struct db_rows;
struct json;

extern const char *const reading_sql[];
extern const char *const session_sql[];

#define UNDO_HOURS	24

/* One line of a reader's log. */
struct session {
	int64_t id;
	int64_t user;			/* 0: a former member */
	const char *user_name;
	int64_t khatma;			/* 0: deleted since */
	const char *khatma_name;
	int64_t chapter;
	bool is_completed;
	const char *reading_date, *created_at;
};

struct session_list {
	int64_t total;
	size_t n;
	struct session *item;
	struct cursor last;		/* the place of the last item */
};

/* What a reader says. */
struct reading {
	int64_t khatma, chapter;
	bool is_completed;
	int64_t when;		/* microseconds since 1970 */
	int64_t day;		/* the local day of when */
	bool counts_day;	/* day is today or yesterday */
};

/* What came of it. */
struct recorded {
	struct session session;	/* texts in the arena */
	bool is_new;
	int64_t chapters_total;	/* of the khatma, for ERR_CHAPTER_RANGE */
};

/*
 * Write a reading down, with all that follows from it, in one transaction:
 * claim, completion, undo, the khatma's own completion, what is kept about the
 * reader, achievements, notifications. The same again changes nothing.
 *
 * ERR_KHATMA_NOT_FOUND; ERR_FORBIDDEN, ERR_MEMBERS_ONLY; ERR_KHATMA_PAUSED;
 * ERR_KHATMA_COMPLETED (but an undo, and the very request that completed it,
 * are heard); ERR_CHAPTER_RANGE; ERR_CHAPTER_TAKEN, ERR_CHAPTER_COMPLETED by
 * somebody else; ERR_UNDO_TOO_LATE.
 */
enum err reading_record(struct db *db, struct arena *a, const struct who *who,
    const struct reading *reading, struct recorded *out);

/* Which sessions a list holds. */
struct session_query {
	int64_t user;		/* whose; 0: everyone's */
	int64_t khatma;		/* of which khatma; 0: of all */
	const struct part *part;
};

/*
 * Sessions, newest reading first, texts in the arena; one statement. With a
 * khatma: ERR_KHATMA_NOT_FOUND, and ERR_FORBIDDEN for who may not see it.
 * Without, user must be the reader.
 */
enum err session_list(struct db *db, struct arena *a, const struct who *who,
    const struct session_query *q, struct session_list *list);

/* One session of the reader's own. ERR_NOT_FOUND. */
enum err session_find(struct db *db, struct arena *a, const struct who *who,
    int64_t id, struct session *s);

/* Append one as an object. */
void session_write(struct json *j, const struct session *s, enum lang lang);

/*
 * The columns that session_from_row() reads, of the tables sessions s, users u
 * (its reader), khatmas k.
 */
#define SESSION_COLUMNS \
	"s.id, s.user_id, u.fullname, s.khatma_id, k.name, s.chapter, " \
	"s.is_completed, s.reading_date, s.created_at"

enum err session_from_row(struct arena *a, const struct db_rows *rows,
    unsigned first, struct session *s);

#endif
