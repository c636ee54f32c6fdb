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

extern const char *const reader_sql[];

/*
 * Inside a transaction, after the reader has completed one more session, on a
 * local day that counts for streaks or not: lock the reader's row and bring its
 * kept columns up to date. With everything sessions have gone instead, so that
 * nothing kept can be relied on, and day says nothing. *r gets what the
 * achievements are judged by: densest is that of windows with the day in it.
 */
enum err reader_refresh(struct db *db, int64_t user, int64_t day,
    bool counts_day, bool everything, struct reached *r);

/*
 * Inside a transaction: add n (1 or -1) to the completed khatmas of everyone
 * who read a chapter of this one.
 */
enum err reader_count_khatma(struct db *db, int64_t khatma, int n);

#endif
