#include "common/model/stats.h"

#include <stdlib.h>
#include <string.h>

#include "common/db.h"
#include "common/json.h"
#include "common/model/streak.h"
#include "common/time.h"

enum { USER, DASHBOARD, STATEMENTS };

/* Both values of counts_day, or the days behind it are not looked up by index. */
#define SINCE(user) \
	"(SELECT COUNT(*) FROM sessions s WHERE s.user_id = " user \
	" AND s.is_completed = TRUE AND s.counts_day IN (FALSE, TRUE) " \
	"AND s.local_day >= ? AND s.local_day <= ?)"

const char *const stats_sql[STATEMENTS + 1] = {
	[USER] =
	    "SELECT u.id = ? OR EXISTS (SELECT 1 FROM memberships x "
	    "JOIN memberships y ON y.khatma_id = x.khatma_id "
	    "WHERE x.user_id = ? AND y.user_id = u.id), "
	    "(SELECT COUNT(*) FROM memberships m WHERE m.user_id = u.id), "
	    "(SELECT COUNT(*) FROM memberships m "
	    "JOIN khatmas k ON k.id = m.khatma_id AND k.status = 'completed' "
	    "WHERE m.user_id = u.id AND EXISTS (SELECT 1 FROM chapters c "
	    "WHERE c.reader_id = m.user_id AND c.state = 'completed' "
	    "AND c.khatma_id = k.id)), "
	    "u.chapters_read, u.juz_read, "
	    /* "day:chapters,…", for the last 30 days depend on u's zone */
	    "(SELECT GROUP_CONCAT(CONCAT(DATEDIFF(d.local_day, '1970-01-01'), "
	    "':', d.chapters)) FROM (SELECT local_day, COUNT(*) AS chapters "
	    "FROM sessions WHERE user_id = ? AND is_completed = TRUE "
	    "AND counts_day IN (FALSE, TRUE) AND local_day >= ? "
	    "GROUP BY counts_day, local_day) d), "
	    "u.streak_first_day, u.streak_last_day, u.longest_streak, "
	    "(SELECT COUNT(*) FROM achievements a WHERE a.user_id = u.id), "
	    "(SELECT CAST(COALESCE(SUM(k.participants_count), 0) AS SIGNED) "
	    "FROM khatmas k WHERE k.creator_id = u.id), u.timezone "
	    "FROM users u WHERE u.id = ?",
	[DASHBOARD] =
	    "SELECT n.total, n.today, n.week, n.first_day, n.last_day, "
	    SESSION_COLUMNS " FROM (SELECT "
	    "(SELECT COUNT(*) FROM memberships m WHERE m.user_id = u.id) "
	    "AS total, " SINCE("u.id") " AS today, " SINCE("u.id") " AS week, "
	    "u.streak_first_day AS first_day, u.streak_last_day AS last_day "
	    "FROM users u WHERE u.id = ?) n "
	    "LEFT JOIN (SELECT id FROM sessions WHERE user_id = ? "
	    "ORDER BY reading_date DESC, id DESC LIMIT ?) i ON 1 = 1 "
	    "LEFT JOIN sessions s ON s.id = i.id "
	    "LEFT JOIN users u ON u.id = s.user_id "
	    "LEFT JOIN khatmas k ON k.id = s.khatma_id "
	    "ORDER BY s.reading_date DESC, s.id DESC",
};

static int64_t
current_streak(const struct db_rows *rows, unsigned first, int64_t today)
{
	if (db_is_null(rows, first + 1))
		return 0;
	return streak_current(db_get_day(rows, first),
	    db_get_day(rows, first + 1), today);
}

/* The chapters of "day:chapters,…" on the days from first to last. */
static int64_t
sum_days(const char *list, int64_t first, int64_t last)
{
	int64_t sum = 0;

	while (list) {
		char *end;
		int64_t day = strtoll(list, &end, 10);
		int64_t chapters = strtoll(end + (*end == ':'), &end, 10);

		if (day >= first && day <= last)
			sum += chapters;
		list = *end == ',' ? end + 1 : NULL;
	}
	return sum;
}

static void
from_row(const struct who *who, const struct db_rows *rows,
    struct user_stats *s)
{
	int64_t today = time_local_day(db_get_text(rows, 11), who->now);

	s->khatmas = db_get_int(rows, 1);
	s->khatmas_completed = db_get_int(rows, 2);
	s->chapters = db_get_int(rows, 3);
	s->distinct_juz = db_get_int(rows, 4);
	s->last_30_days = sum_days(db_get_text(rows, 5),
	    today - (STATS_DAYS - 1), today);
	s->current_streak = current_streak(rows, 6, today);
	s->longest_streak = db_get_int(rows, 8);
	s->achievements = db_get_int(rows, 9);
	s->participants = db_get_int(rows, 10);
}

enum err
stats_user(struct db *db, const struct who *who, int64_t user,
    struct user_stats *s)
{
	char since[TIME_DAY_MAX];
	struct db_rows rows;
	enum err e;

	/* zones are up to 26 hours apart: two days more than are wanted */
	time_format_day(who->today - (STATS_DAYS - 1) - 2, since);
	e = db_one(db, stats_sql[USER], ARGS(db_int(who->id), db_int(who->id),
	    db_int(user), db_text(since), db_int(user)), &rows);
	if (e == ERR_NO_ROW)
		return ERR_USER_NOT_FOUND;
	if (e != OK)
		return e;
	if (db_get_int(&rows, 0) == 0)
		return ERR_FORBIDDEN;
	from_row(who, &rows, s);
	return OK;
}

void
user_stats_write(struct json *j, const struct user_stats *s)
{
	json_open(j, NULL, '{');
	json_int(j, "total_khatmas", s->khatmas);
	json_int(j, "completed_khatmas", s->khatmas_completed);
	json_int(j, "total_chapters_read", s->chapters);
	json_int(j, "current_streak", s->current_streak);
	json_int(j, "achievements_count", s->achievements);
	json_tenths(j, "completion_rate",
	    percent_tenths(s->khatmas_completed, s->khatmas));
	/* in tenths, half up */
	json_tenths(j, "average_daily_chapters",
	    (s->last_30_days * 20 + STATS_DAYS) / (2 * STATS_DAYS));
	json_int(j, "longest_streak", s->longest_streak);
	json_int(j, "distinct_chapters_read", s->distinct_juz);
	json_int(j, "total_participants", s->participants);
	json_close(j);
}

static enum err
read_sessions(struct db *db, struct arena *a, const struct who *who,
    struct dashboard *d)
{
	char today[TIME_DAY_MAX], week[TIME_DAY_MAX];
	struct db_rows rows;
	enum err e;

	time_format_day(who->today, today);
	time_format_day(who->today - 6, week);
	e = db_query(db, stats_sql[DASHBOARD], ARGS(db_text(today),
	    db_text(today), db_text(week), db_text(today), db_int(who->id),
	    db_int(who->id), db_int(DASHBOARD_SESSIONS)), &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		d->total_khatmas = db_get_int(&rows, 0);
		d->today_chapters = db_get_int(&rows, 1);
		d->weekly_chapters = db_get_int(&rows, 2);
		d->current_streak = current_streak(&rows, 3, who->today);
		if (!db_is_null(&rows, 5) && d->nsessions < DASHBOARD_SESSIONS)
			e = session_from_row(a, &rows, 5,
			    &d->session[d->nsessions++]);
	}
	return e == ERR_NO_ROW ? OK : e;
}

enum err
dashboard_read(struct db *db, struct arena *a, const struct who *who,
    struct dashboard *d)
{
	const struct part khatmas = { .limit = DASHBOARD_KHATMAS };
	const struct part unread = { .limit = DASHBOARD_NOTIFICATIONS };
	const struct khatma_query active = { .filter = LIST_MINE,
	    .status = khatma_statuses[KHATMA_ACTIVE], .part = &khatmas };
	enum err e;

	memset(d, 0, sizeof(*d));
	e = khatma_list(db, a, who, &active, &d->khatmas);
	if (e == OK)
		e = read_sessions(db, a, who, d);
	return e == OK ? notification_list(db, a, who->id, NOTIFIED_UNREAD,
	    &unread, &d->notifications) : e;
}
