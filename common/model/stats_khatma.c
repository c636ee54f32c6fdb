/* The statistics of a khatma, all from the rows of its chapters. */
#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/json.h"
#include "common/model/khatma.h"
#include "common/model/stats.h"
#include "common/model/user.h"
#include "common/time.h"

enum { CHAPTERS, STATEMENTS };

const char *const stats_khatma_sql[STATEMENTS + 1] = {
	[CHAPTERS] =
	    "SELECT k.is_public, m.user_id IS NOT NULL, k.participants_count, "
	    "k.start_date, k.target_days, k.status, c.number, c.state, "
	    "c.reader_id, u.fullname, c.completed_day FROM khatmas k "
	    "JOIN chapters c ON c.khatma_id = k.id "
	    "LEFT JOIN users u ON u.id = c.reader_id "
	    MEMBERSHIP_OF("?")
	    "WHERE k.id = ? ORDER BY c.number",
};

static enum err
from_row(struct arena *a, const struct db_rows *rows, struct khatma_stats *s)
{
	struct chapter *c = &s->chapter[s->n];

	if (s->n == CHAPTERS_MAX)
		return ERR_INTERNAL;
	s->n++;
	s->participants = db_get_int(rows, 2);
	s->start_day = db_get_day(rows, 3);
	s->target_days = db_get_int(rows, 4);
	s->is_completed = strcmp(db_get_text(rows, 5), "completed") == 0;
	c->number = db_get_int(rows, 6);
	c->state = chapter_state_of(db_get_text(rows, 7));
	c->reader = db_get_int(rows, 8);
	c->reader_name = db_keep_text(a, rows, 9);
	c->completed_day = db_get_day(rows, 10);
	return khatma_may_read(db_get_int(rows, 0) != 0,
	    db_get_int(rows, 1) != 0);
}

enum err
stats_khatma(struct db *db, struct arena *a, const struct who *who, int64_t id,
    struct khatma_stats *s)
{
	struct db_rows rows;
	enum err e;

	memset(s, 0, sizeof(*s));
	s->chapter = arena_alloc(a, CHAPTERS_MAX * sizeof(*s->chapter));
	if (s->chapter == NULL)
		return ERR_INTERNAL;
	e = db_query(db, stats_khatma_sql[CHAPTERS],
	    ARGS(db_int(who->id), db_int(id)), &rows);
	while (e == OK && (e = db_next(&rows)) == OK)
		e = from_row(a, &rows, s);
	if (e != ERR_NO_ROW)
		return e;
	return s->n ? OK : ERR_KHATMA_NOT_FOUND;
}

/* What the chapters say together. */
struct sums {
	int64_t done, first_day, last_day;
	const struct chapter *busiest;	/* a chapter of that reader, or NULL */
	int64_t busiest_count;
};

/* How many of the chapters a reader has completed. */
static int64_t
count_of(const struct khatma_stats *s, int64_t reader)
{
	int64_t count = 0;

	for (size_t i = 0; i < s->n; i++)
		count += s->chapter[i].state == CHAPTER_COMPLETED &&
		    s->chapter[i].reader == reader;
	return count;
}

static struct sums
sum_up(const struct khatma_stats *s)
{
	struct sums t = { .first_day = s->start_day };

	for (size_t i = 0; i < s->n; i++) {
		const struct chapter *c = &s->chapter[i];
		int64_t count;

		if (c->state != CHAPTER_COMPLETED)
			continue;
		t.done++;
		if (c->completed_day < t.first_day)
			t.first_day = c->completed_day;
		if (c->completed_day > t.last_day)
			t.last_day = c->completed_day;
		if (c->reader == 0)
			continue;
		count = count_of(s, c->reader);
		if (count > t.busiest_count) {
			t.busiest = c;
			t.busiest_count = count;
		}
	}
	return t;
}

/* Chapters and readers of one day; a former member counts as one reader. */
static void
write_day(struct json *j, const struct khatma_stats *s, int64_t day)
{
	int64_t chapters = 0, readers = 0;
	char text[TIME_DAY_MAX];

	for (size_t i = 0; i < s->n; i++) {
		const struct chapter *c = &s->chapter[i];
		bool seen = false;

		if (c->state != CHAPTER_COMPLETED || c->completed_day != day)
			continue;
		chapters++;
		for (size_t b = 0; b < i && !seen; b++)
			seen = s->chapter[b].state == CHAPTER_COMPLETED &&
			    s->chapter[b].completed_day == day &&
			    s->chapter[b].reader == c->reader;
		readers += !seen;
	}
	time_format_day(day, text);
	json_open(j, NULL, '{');
	json_text(j, "date", text);
	json_int(j, "chapters_read", chapters);
	json_int(j, "participants_active", readers);
	json_close(j);
}

/* The pace so far, and the day on which it would end the khatma. */
static void
write_pace(struct json *j, const struct khatma_stats *s, const struct sums *t,
    int64_t today)
{
	int64_t open = (int64_t)s->n - t->done;
	int64_t end = s->is_completed ? t->last_day : today;
	int64_t elapsed = end >= t->first_day ? end - t->first_day + 1 : 1;
	int64_t target = s->start_day + s->target_days;
	char day[TIME_DAY_MAX];

	json_tenths(j, "average_daily_progress",
	    (t->done * 20 + elapsed) / (2 * elapsed));
	json_int(j, "days_remaining",
	    s->is_completed || target < today ? 0 : target - today);
	if (t->done == 0) {
		json_null(j, "expected_finish");
		return;
	}
	time_format_day(end + (open * elapsed + t->done - 1) / t->done, day);
	json_text(j, "expected_finish", day);
}

static void
write_busiest(struct json *j, const struct sums *t)
{
	if (t->busiest == NULL) {
		json_null(j, "most_active_reader");
		return;
	}
	json_open(j, "most_active_reader", '{');
	json_int(j, "id", t->busiest->reader);
	json_text(j, "fullname", t->busiest->reader_name);
	json_int(j, "chapters_read", t->busiest_count);
	json_close(j);
}

static void
write_status(struct json *j, const struct chapter *c, enum lang lang)
{
	json_open(j, NULL, '{');
	json_int(j, "chapter", c->number);
	json_bool(j, "is_completed", c->state == CHAPTER_COMPLETED);
	if (c->state == CHAPTER_FREE)
		json_null(j, "assigned_user");
	else
		person_write(j, "assigned_user", c->reader, c->reader_name,
		    lang);
	json_close(j);
}

void
khatma_stats_write(struct json *j, const struct khatma_stats *s, int64_t today,
    enum lang lang)
{
	struct sums t = sum_up(s);
	/* east of the asker, tomorrow may have begun and been read on */
	int64_t last = t.last_day > today ? t.last_day : today;

	json_open(j, NULL, '{');
	json_int(j, "total_participants", s->participants);
	json_int(j, "chapters_total", (int64_t)s->n);
	json_int(j, "total_chapters_read", t.done);
	json_tenths(j, "completion_percentage",
	    percent_tenths(t.done, (int64_t)s->n));
	write_pace(j, s, &t, today);
	write_busiest(j, &t);
	json_open(j, "daily_progress", '[');
	for (int64_t d = last - (STATS_DAYS - 1); d <= last; d++)
		write_day(j, s, d);
	json_close(j);
	json_open(j, "chapter_completion_status", '[');
	for (size_t i = 0; i < s->n; i++)
		write_status(j, &s->chapter[i], lang);
	json_close(j);
	json_close(j);
}
