/*
 * What is kept about a reader: days, chapters and juz go on with each completed
 * session and are counted anew from all of them when one is undone; completed
 * khatmas are counted one by one, for a khatma may be deleted and stays
 * completed.
 */
#ifndef KHATMA_READER_H
#define KHATMA_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/model/achievement.h"
#include "common/model/quran.h"
#include "common/time.h"

struct db;
struct db_rows;

extern const char *const reader_sql[];

/* What is kept about one, and has to be locked before it is changed. */
struct reader {
	int64_t id;
	bool has_days;			/* any day that counts; the latest run: */
	int64_t first_day, last_day;
	int64_t longest_streak, juz, chapters;
	bool knows_read;		/* whether read holds all there is: */
	struct chapters_read read;
};

/*
 * The columns, of users u, that reader_from_row() reads, beginning at column
 * first; the row must be there. Their one argument says whether a session will
 * be added: then what was read comes with the row, as "juz7,page12", unless all
 * juz are, or it is so much that it is better asked for by itself. It is looked
 * for when the row of u, which the statement has to lock, has been read:
 * nothing that was committed before the lock is missing.
 */
#define READER_COLUMNS \
	"u.id, u.streak_first_day, u.streak_last_day, u.longest_streak, " \
	"u.juz_read, u.chapters_read, " \
	"CASE WHEN ? AND u.juz_read < 30 AND u.chapters_read < 300 " \
	"THEN COALESCE((SELECT GROUP_CONCAT(DISTINCT r.division, r.chapter) " \
	"FROM sessions r FORCE INDEX (sessions_chapters) " \
	"WHERE r.user_id = u.id AND r.is_completed = TRUE), '') END"
enum { READER_WIDTH = 7 };

void reader_from_row(const struct db_rows *rows, unsigned first,
    struct reader *reader);

/* A completed session: what was read, and if the day counts for streaks. */
struct reader_session {
	enum division division;
	int64_t chapter;
	int64_t day;			/* the reader's local day */
	bool counts_day;
};

/*
 * Inside a transaction that has locked the reader's row and found it so, and
 * has written this session: *reader goes on with it, and has to be kept then.
 * *before and *now get what achievements are judged by; densest is 0 before,
 * and where it can earn nothing.
 */
enum err reader_add_session(struct db *db, struct reader *reader,
    const struct reader_session *s, struct reached *before,
    struct reached *now);

/* Keep it. */
enum err reader_keep_session(struct db *db, const struct reader *reader);

/*
 * The same as part of an UPDATE of users u and others: what it sets, and its
 * arguments, with the days as reader_days() writes them.
 */
#define READER_KEEP_SESSION \
	READER_KEEP "u.chapters_read = u.chapters_read + 1"
#define READER_KEEP \
	"u.streak_first_day = ?, u.streak_last_day = ?, " \
	"u.longest_streak = ?, u.juz_read = ?, "
#define READER_KEEP_ARGS(reader, days) \
	db_text((reader)->has_days ? (days).first : NULL), \
	db_text((reader)->has_days ? (days).last : NULL), \
	db_int((reader)->longest_streak), db_int((reader)->juz)

struct reader_days {
	char first[TIME_DAY_MAX], last[TIME_DAY_MAX];
};

struct reader_days reader_days(const struct reader *reader);

/*
 * Inside a transaction that has locked the reader's row, when completed
 * sessions have gone, so that nothing of what is kept can be relied on: count
 * anew and keep it.
 */
enum err reader_refresh(struct db *db, struct reader *reader,
    struct reached *r);

/*
 * Inside a transaction: add n (1 or -1) to the completed khatmas of everyone
 * who read a chapter of this one.
 */
enum err reader_count_khatma(struct db *db, int64_t khatma, int n);

#endif
