/*
 * Achievements, awarded in the transaction that earns them (contract,
 * section 8): once for each user and type, taken back only by an undo.
 */
#ifndef KHATMA_ACHIEVEMENT_H
#define KHATMA_ACHIEVEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct arena;
struct db;
struct khatma_lock;

extern const char *const achievement_sql[];

enum achievement_type {
	FIRST_KHATMA, STREAK_7, STREAK_30, CHAPTER_MASTER, GROUP_LEADER,
	FAST_READER, CONSISTENT_READER, ACHIEVEMENT_TYPES
};

struct achievement {
	int64_t id;
	const char *type, *earned_at;
	int64_t khatma;			/* 0: deleted, or not for this reader */
	const char *khatma_name;	/* NULL: not for this reader */
};

struct achievement_list {
	int64_t total;
	size_t n;
	struct achievement *item;
};

/* "First Khatma", "الختمة الأولى": the words for a type of the database. */
const char *achievement_display(const char *type, enum lang lang);

/* What a reader has reached, as reader.h counts it. */
struct reached {
	int64_t longest_streak;
	int64_t densest;	/* most days within DENSE_WINDOW days */
	int64_t juz;
};

/*
 * The awards of one's own reading: streaks, chapter_master, consistent_reader;
 * of what has been reached now those for which it was not enough before. session
 * is what earned them, in the khatma k.
 */
enum err achievement_award_reader(struct db *db, const struct khatma_lock *k,
    int64_t user, int64_t session, const struct reached *before,
    const struct reached *now);

/*
 * The awards of a khatma that session has completed on day today: first_khatma
 * for its readers, group_leader for its creator, fast_reader.
 */
enum err achievement_award_khatma(struct db *db, const struct khatma_lock *k,
    int64_t session, int64_t today);

/*
 * After the undo of one of a user's readings in k (as it was locked: when it
 * was completed then, it is no more): take back every award that the undo has
 * left without its reason, whichever session it was earned by, and its
 * notification.
 */
enum err achievement_undo(struct db *db, const struct khatma_lock *k,
    int64_t user, const struct reached *r);

/*
 * A user's, newest first, for a reader who may see them: the user, or someone
 * who shares a khatma; else ERR_FORBIDDEN. ERR_USER_NOT_FOUND. One statement.
 */
enum err achievement_list(struct db *db, struct arena *a, int64_t reader,
    int64_t user, int64_t offset, int64_t limit,
    struct achievement_list *list);

#endif
