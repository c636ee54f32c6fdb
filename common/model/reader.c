#include "common/model/reader.h"

#include <stdlib.h>

#include "common/db.h"
#include "common/model/quran.h"
#include "common/model/streak.h"
#include "common/time.h"

enum { LOCK, DAYS, CHAPTERS, UPDATE, COUNT_KHATMA, STATEMENTS };

const char *const reader_sql[STATEMENTS + 1] = {
	[LOCK] =
	    "SELECT streak_first_day, streak_last_day, longest_streak, "
	    "juz_read, (SELECT GROUP_CONCAT(a.achievement_type) "
	    "FROM achievements a WHERE a.user_id = users.id) "
	    "FROM users WHERE id = ? FOR UPDATE",
	[DAYS] =
	    "SELECT DISTINCT local_day FROM sessions WHERE user_id = ? "
	    "AND is_completed = TRUE AND counts_day = TRUE ORDER BY local_day",
	[CHAPTERS] =
	    "SELECT DISTINCT division, chapter FROM sessions "
	    "WHERE user_id = ? AND is_completed = TRUE",
	[UPDATE] =
	    "UPDATE users SET streak_first_day = ?, streak_last_day = ?, "
	    "longest_streak = ?, juz_read = ?, "
	    "chapters_read = (SELECT COUNT(*) FROM sessions s "
	    "WHERE s.user_id = users.id AND s.is_completed = TRUE) "
	    "WHERE id = ?",
	[COUNT_KHATMA] =
	    "UPDATE users u JOIN (SELECT DISTINCT reader_id FROM chapters "
	    "WHERE khatma_id = ? AND state = 'completed') c "
	    "ON c.reader_id = u.id "
	    "SET u.khatmas_completed = u.khatmas_completed + ?",
};

struct kept {
	bool has_days;
	int64_t first, last, longest, densest, juz;
};

static enum err
lock(struct db *db, int64_t user, struct kept *k, unsigned *has)
{
	struct db_rows rows;
	enum err e = db_one(db, reader_sql[LOCK], ARGS(db_int(user)), &rows);

	if (e != OK)
		return e == ERR_NO_ROW ? ERR_TOKEN_INVALID : e;
	k->has_days = !db_is_null(&rows, 1);
	k->first = db_get_day(&rows, 0);
	k->last = db_get_day(&rows, 1);
	k->longest = db_get_int(&rows, 2);
	k->juz = db_get_int(&rows, 3);
	*has = achievement_bits(db_get_text(&rows, 4));
	return OK;
}

/* All days that count, in a list that grows: a life has some 30 000. */
static enum err
read_days(struct db *db, int64_t user, int64_t **days, size_t *n)
{
	struct db_rows rows;
	size_t size = 0;
	int64_t *more;
	enum err e = db_query(db, reader_sql[DAYS], ARGS(db_int(user)), &rows);

	while (e == OK && (e = db_next(&rows)) == OK) {
		if (*n == size) {
			size = size ? size * 2 : 64;
			more = realloc(*days, size * sizeof(**days));
			if (more == NULL) {
				db_done(&rows);
				return ERR_INTERNAL;
			}
			*days = more;
		}
		(*days)[(*n)++] = db_get_day(&rows, 0);
	}
	return e == ERR_NO_ROW ? OK : e;
}

static enum err
derive_days(struct db *db, int64_t user, struct kept *k)
{
	int64_t *days = NULL;
	size_t n = 0;
	struct streak s;
	enum err e = read_days(db, user, &days, &n);

	if (e == OK) {
		s = streak_of(days, n);
		k->has_days = n > 0;
		k->first = s.first;
		k->last = s.last;
		k->longest = s.longest;
		k->densest = s.densest;
	}
	free(days);
	return e;
}

static enum err
derive_juz(struct db *db, int64_t user, struct kept *k)
{
	struct chapters_read read = { 0 };
	struct db_rows rows;
	int64_t chapter;
	enum err e = db_query(db, reader_sql[CHAPTERS], ARGS(db_int(user)),
	    &rows);

	while (e == OK && (e = db_next(&rows)) == OK) {
		chapter = db_get_int(&rows, 1);
		if (chapter >= 1 && chapter <= CHAPTERS_MAX)
			read.read[division_of(db_get_text(&rows, 0))][chapter] =
			    true;
	}
	if (e == ERR_NO_ROW)
		k->juz = quran_juz_read(&read);
	return e == ERR_NO_ROW ? OK : e;
}

static enum err
store(struct db *db, int64_t user, const struct kept *k)
{
	char first[TIME_DAY_MAX], last[TIME_DAY_MAX];

	time_format_day(k->first, first);
	time_format_day(k->last, last);
	return db_exec(db, reader_sql[UPDATE],
	    ARGS(db_text(k->has_days ? first : NULL),
	    db_text(k->has_days ? last : NULL), db_int(k->longest),
	    db_int(k->juz), db_int(user)), NULL);
}

enum err
reader_refresh(struct db *db, int64_t user, int64_t day, bool counts_day,
    bool everything, struct reached *r)
{
	struct kept k = { 0 };
	enum err e = lock(db, user, &k, &r->has);
	bool known = k.has_days && k.first <= day && day <= k.last;

	if (e == OK && (everything || (counts_day && !known)))
		e = derive_days(db, user, &k);
	if (e == OK && (everything || k.juz < JUZ_COUNT))
		e = derive_juz(db, user, &k);
	if (e == OK)
		e = store(db, user, &k);
	r->longest_streak = k.longest;
	r->densest = k.densest;
	r->juz = k.juz;
	return e;
}

enum err
reader_count_khatma(struct db *db, int64_t khatma, int n)
{
	return db_exec(db, reader_sql[COUNT_KHATMA],
	    ARGS(db_int(khatma), db_int(n)), NULL);
}
