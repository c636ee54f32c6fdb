#include "common/model/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/db.h"
#include "common/model/streak.h"

enum {
	DAYS, DENSE, CHAPTERS, KEEP_SESSION, KEEP_ALL, COUNT_KHATMA, STATEMENTS
};

#define OF_READER	"FROM sessions WHERE user_id = ? AND is_completed = TRUE "

const char *const reader_sql[STATEMENTS + 1] = {
	[DAYS] =
	    "SELECT DISTINCT local_day " OF_READER
	    "AND counts_day = TRUE ORDER BY local_day",
	[DENSE] =
	    "SELECT COUNT(DISTINCT local_day) " OF_READER
	    "AND counts_day = TRUE AND local_day > ? AND local_day <= ?",
	[CHAPTERS] =
	    "SELECT DISTINCT division, chapter FROM sessions "
	    "FORCE INDEX (sessions_chapters) "
	    "WHERE user_id = ? AND is_completed = TRUE",
	[KEEP_SESSION] =
	    "UPDATE users u SET " READER_KEEP_SESSION " WHERE u.id = ?",
	[KEEP_ALL] =
	    "UPDATE users u SET " READER_KEEP "u.chapters_read = "
	    "(SELECT COUNT(*) FROM sessions s "
	    "WHERE s.user_id = u.id AND s.is_completed = TRUE) "
	    "WHERE u.id = ?",
	[COUNT_KHATMA] =
	    "UPDATE users u JOIN (SELECT DISTINCT reader_id FROM chapters "
	    "WHERE khatma_id = ? AND state = 'completed') c "
	    "ON c.reader_id = u.id "
	    "SET u.khatmas_completed = u.khatmas_completed + ?",
};

static void
add_read(struct chapters_read *c, const char *division, int64_t chapter)
{
	if (chapter >= 1 && chapter <= CHAPTERS_MAX)
		c->read[division_of(division)][chapter] = true;
}

/* "juz7,page12": no division ends with a digit. */
static void
read_chapters(const char *joined, struct chapters_read *c)
{
	char division[16];

	for (const char *s = joined; *s != '\0'; s += *s == ',') {
		size_t n = strcspn(s, "0123456789");

		snprintf(division, sizeof(division), "%.*s", (int)n, s);
		add_read(c, division, strtol(s + n, NULL, 10));
		s += strcspn(s, ",");
	}
}

void
reader_from_row(const struct db_rows *rows, unsigned first,
    struct reader *reader)
{
	const char *read = db_get_text(rows, first + 6);

	reader->id = db_get_int(rows, first);
	reader->has_days = !db_is_null(rows, first + 2);
	reader->first_day = db_get_day(rows, first + 1);
	reader->last_day = db_get_day(rows, first + 2);
	reader->longest_streak = db_get_int(rows, first + 3);
	reader->juz = db_get_int(rows, first + 4);
	reader->chapters = db_get_int(rows, first + 5);
	reader->knows_read = read != NULL;
	reader->read = (struct chapters_read){ 0 };
	if (read)
		read_chapters(read, &reader->read);
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
derive_days(struct db *db, struct reader *reader, int64_t *densest)
{
	int64_t *days = NULL;
	size_t n = 0;
	struct streak s;
	enum err e = read_days(db, reader->id, &days, &n);

	if (e == OK) {
		s = streak_of(days, n);
		reader->has_days = n > 0;
		reader->first_day = s.first;
		reader->last_day = s.last;
		reader->longest_streak = s.longest;
		*densest = s.densest;
	}
	free(days);
	return e;
}

/* How many days there are in the window that ends with this one. */
static enum err
count_dense(struct db *db, const struct reader *reader, int64_t day,
    int64_t *densest)
{
	char from[TIME_DAY_MAX], to[TIME_DAY_MAX];
	struct db_rows rows;
	enum err e;

	time_format_day(day - DENSE_WINDOW, from);
	time_format_day(day, to);
	e = db_one(db, reader_sql[DENSE], ARGS(db_int(reader->id),
	    db_text(from), db_text(to)), &rows);
	if (e == OK)
		*densest = db_get_int(&rows, 0);
	return e;
}

/*
 * A day behind all others goes on with the latest run, or begins one; only the
 * window that ends with it has become denser. No other day has to be read.
 */
static enum err
append_day(struct db *db, struct reader *reader, int64_t day, int64_t *densest)
{
	int64_t run;

	if (day != reader->last_day + 1)
		reader->first_day = day;
	reader->last_day = day;
	run = day - reader->first_day + 1;
	if (run > reader->longest_streak)
		reader->longest_streak = run;
	return reader->chapters + 1 < DENSE_DAYS ? OK :
	    count_dense(db, reader, day, densest);
}

static enum err
add_day(struct db *db, struct reader *reader, int64_t day, int64_t *densest)
{
	if (!reader->has_days || day < reader->first_day)
		return derive_days(db, reader, densest);
	return day > reader->last_day ?
	    append_day(db, reader, day, densest) : OK;
}

static enum err
find_read(struct db *db, struct reader *reader)
{
	struct db_rows rows;
	enum err e = db_query(db, reader_sql[CHAPTERS],
	    ARGS(db_int(reader->id)), &rows);

	reader->read = (struct chapters_read){ 0 };
	while (e == OK && (e = db_next(&rows)) == OK)
		add_read(&reader->read, db_get_text(&rows, 0),
		    db_get_int(&rows, 1));
	return e == ERR_NO_ROW ? OK : e;
}

/* All thirty are no more with one chapter more. */
static enum err
add_chapter(struct db *db, struct reader *reader, enum division d,
    int64_t chapter)
{
	enum err e;

	if (reader->juz >= JUZ_COUNT)
		return OK;
	e = reader->knows_read ? OK : find_read(db, reader);
	reader->read.read[d][chapter] = true;
	if (e == OK)
		reader->juz = quran_juz_read(&reader->read);
	return e;
}

static struct reached
reached_by(const struct reader *reader, int64_t densest)
{
	return (struct reached){ .longest_streak = reader->longest_streak,
	    .densest = densest, .juz = reader->juz };
}

enum err
reader_add_session(struct db *db, struct reader *reader,
    const struct reader_session *s, struct reached *before,
    struct reached *now)
{
	int64_t densest = 0;
	enum err e = OK;

	*before = reached_by(reader, 0);
	if (s->counts_day)
		e = add_day(db, reader, s->day, &densest);
	if (e == OK)
		e = add_chapter(db, reader, s->division, s->chapter);
	*now = reached_by(reader, densest);
	return e;
}

struct reader_days
reader_days(const struct reader *reader)
{
	struct reader_days days = { "", "" };

	time_format_day(reader->first_day, days.first);
	time_format_day(reader->last_day, days.last);
	return days;
}

static enum err
keep(struct db *db, int statement, const struct reader *reader)
{
	struct reader_days days = reader_days(reader);

	return db_exec(db, reader_sql[statement],
	    ARGS(READER_KEEP_ARGS(reader, days), db_int(reader->id)), NULL);
}

enum err
reader_keep_session(struct db *db, const struct reader *reader)
{
	return keep(db, KEEP_SESSION, reader);
}

enum err
reader_refresh(struct db *db, struct reader *reader, struct reached *r)
{
	int64_t densest = 0;
	enum err e = derive_days(db, reader, &densest);

	if (e == OK)
		e = find_read(db, reader);
	if (e == OK)
		reader->juz = quran_juz_read(&reader->read);
	*r = reached_by(reader, densest);
	return e == OK ? keep(db, KEEP_ALL, reader) : e;
}

enum err
reader_count_khatma(struct db *db, int64_t khatma, int n)
{
	return db_exec(db, reader_sql[COUNT_KHATMA],
	    ARGS(db_int(khatma), db_int(n)), NULL);
}
