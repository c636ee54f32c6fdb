#include "common/model/reader.h"

#include <stdlib.h>

#include "common/db.h"
#include "common/model/quran.h"
#include "common/model/streak.h"
#include "common/time.h"

enum {
	LOCK, DAYS, DENSE, CHAPTERS, UPDATE, UPDATE_ALL, COUNT_KHATMA,
	STATEMENTS
};

#define OF_READER	"FROM sessions WHERE user_id = ? AND is_completed = TRUE "
#define KEPT \
	"UPDATE users SET streak_first_day = ?, streak_last_day = ?, " \
	"longest_streak = ?, juz_read = ?, chapters_read = "


const char *const reader_sql[STATEMENTS + 1] = {
	[LOCK] =
	    "SELECT streak_first_day, streak_last_day, longest_streak, "
	    "juz_read, (SELECT GROUP_CONCAT(a.achievement_type) "
	    "FROM achievements a WHERE a.user_id = users.id) "
	    "FROM users WHERE id = ? FOR UPDATE",
	[DAYS] =
	    "SELECT DISTINCT local_day " OF_READER
	    "AND counts_day = TRUE ORDER BY local_day",
	[DENSE] =
	    "SELECT COUNT(DISTINCT local_day) " OF_READER
	    "AND counts_day = TRUE AND local_day > ? AND local_day <= ?",
	[CHAPTERS] = "SELECT DISTINCT division, chapter " OF_READER,
	[UPDATE] = KEPT "chapters_read + 1 WHERE id = ?",
	[UPDATE_ALL] =
	    KEPT "(SELECT COUNT(*) FROM sessions s "
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

/*
 * A day behind all others goes on with the latest run, or begins one; only the
 * window that ends with it has become denser, if that is asked. No other day has
 * to be read.
 */
static enum err
append_day(struct db *db, int64_t user, int64_t day, bool is_asked,
    struct kept *k)
{
	char from[TIME_DAY_MAX], to[TIME_DAY_MAX];
	struct db_rows rows;
	enum err e = OK;

	time_format_day(day - DENSE_WINDOW, from);
	time_format_day(day, to);
	if (is_asked)
		e = db_one(db, reader_sql[DENSE], ARGS(db_int(user),
		    db_text(from), db_text(to)), &rows);
	if (e != OK)
		return e;
	k->densest = is_asked ? db_get_int(&rows, 0) : 0;
	if (day != k->last + 1)
		k->first = day;
	k->last = day;
	if (k->last - k->first + 1 > k->longest)
		k->longest = k->last - k->first + 1;
	return OK;
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
store(struct db *db, int64_t user, bool everything, const struct kept *k)
{
	char first[TIME_DAY_MAX], last[TIME_DAY_MAX];

	time_format_day(k->first, first);
	time_format_day(k->last, last);
	return db_exec(db, reader_sql[everything ? UPDATE_ALL : UPDATE],
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
	bool known = !counts_day ||
	    (k.has_days && k.first <= day && day <= k.last);

	if (e == OK && !everything && !known && k.has_days && day > k.last)
		e = append_day(db, user, day,
		    !(r->has & 1u << CONSISTENT_READER), &k);
	else if (e == OK && (everything || !known))
		e = derive_days(db, user, &k);
	if (e == OK && (everything || k.juz < JUZ_COUNT))
		e = derive_juz(db, user, &k);
	if (e == OK)
		e = store(db, user, everything, &k);
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
