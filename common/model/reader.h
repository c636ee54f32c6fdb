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

struct db;
struct db_rows;

extern const char *const reader_sql[];

/* What is kept about one, and has to be locked before it is changed. */
struct reader {
	int64_t id;
	bool has_days;			/* any day that counts; the latest run: */
	int64_t first_day, last_day;
	int64_t longest_streak, juz, chapters;
};

/*
 * The columns, of users u, that reader_from_row() reads, beginning at column
 * first; the row must be there.
 */
#define READER_COLUMNS \
	"u.id, u.streak_first_day, u.streak_last_day, u.longest_streak, " \
	"u.juz_read, u.chapters_read"
enum { READER_WIDTH = 6 };

void reader_from_row(const struct db_rows *rows, unsigned first,
    struct reader *reader);

/*
 * Inside a transaction that has locked the reader's row and found it so: the
 * reader has completed one more session, on a local day that counts for streaks
 * or not; bring the kept columns up to date. *before and *now get what
 * achievements are judged by; densest is 0 before, and where it can earn nothing.
 */
enum err reader_add_session(struct db *db, struct reader *reader, int64_t day,
    bool counts_day, struct reached *before, struct reached *now);

/*
 * The same when completed sessions have gone, so that nothing of what is kept
 * can be relied on.
 */
enum err reader_refresh(struct db *db, struct reader *reader,
    struct reached *r);

/*
 * Inside a transaction: add n (1 or -1) to the completed khatmas of everyone
 * who read a chapter of this one.
 */
enum err reader_count_khatma(struct db *db, int64_t khatma, int n);

#endif
