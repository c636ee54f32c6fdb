#include "common/model/stats.h"

#include <stdlib.h>
#include <string.h>

#include "common/db.h"
#include "common/json.h"
#include "common/model/streak.h"
#include "common/model/user.h"
#include "common/time.h"

enum { USER, OWN, DASHBOARD, STATEMENTS };
enum { NUMBERS = 3 };

/* Both values of counts_day, or the days behind it are not looked up by index. */
#define COMPLETED \
	"s.is_completed = TRUE AND s.counts_day IN (FALSE, TRUE) "

/*
 * Where the index is named, the server does not look up in others how many rows
 * there are, which is a tenth of what a statement here costs it.
 *
 * Each subquery costs about as much as the rows that it reads, so one gives
 * several numbers where it can, as "N,N,N"; those at the end that there are not
 * are 0.
 */

/* Memberships; those completed and read in; members of those of one's own. */
#define OF_KHATMAS \
	"(SELECT CONCAT_WS(',', COUNT(*), " \
	"SUM(k.status = 'completed' AND EXISTS (SELECT 1 FROM chapters c " \
	"WHERE c.reader_id = m.user_id AND c.state = 'completed' " \
	"AND c.khatma_id = k.id)), " \
	"SUM(IF(k.creator_id = m.user_id, k.participants_count, 0))) " \
	"FROM memberships m FORCE INDEX (memberships_user) " \
	"STRAIGHT_JOIN khatmas k ON k.id = m.khatma_id " \
	"WHERE m.user_id = u.id)"

/*
 * The chapters of STATS_DAYS days, for each day that today can be somewhere on
 * earth: the one before UTC's, UTC's, and the one behind.
 */
#define DAYS(first, last) \
	"SUM(s.local_day BETWEEN UTC_DATE() - INTERVAL " first " DAY " \
	"AND UTC_DATE() - INTERVAL " last " DAY)"
#define OF_DAYS \
	"(SELECT CONCAT_WS(',', " DAYS("30", "1") ", " DAYS("29", "0") ", " \
	DAYS("28", "-1") ") FROM sessions s FORCE INDEX (sessions_days) " \
	"WHERE s.user_id = u.id AND " COMPLETED \
	"AND s.local_day >= UTC_DATE() - INTERVAL 30 DAY)"

/* The chapters of some days, and of one of these. */
#define OF_WEEK \
	"(SELECT CONCAT_WS(',', COUNT(*), SUM(s.local_day = ?)) " \
	"FROM sessions s FORCE INDEX (sessions_days) " \
	"WHERE s.user_id = ? AND " COMPLETED \
	"AND s.local_day >= ? AND s.local_day <= ?)"

#define STATS_COLUMNS \
	"u.chapters_read, u.juz_read, u.streak_first_day, " \
	"u.streak_last_day, u.longest_streak, " OF_KHATMAS ", " OF_DAYS ", " \
	"(SELECT COUNT(*) FROM achievements a WHERE a.user_id = u.id)"

const char *const stats_sql[STATEMENTS + 1] = {
	[USER] =
	    "SELECT u.id = ? OR EXISTS (SELECT 1 FROM memberships x "
	    "JOIN memberships y ON y.khatma_id = x.khatma_id "
	    "WHERE x.user_id = ? AND y.user_id = u.id), "
	    "u.timezone, UTC_TIMESTAMP(6), " STATS_COLUMNS
	    " FROM users u WHERE u.id = ?",
	[OWN] = "SELECT " IDENTITY_COLUMNS ", " STATS_COLUMNS OF_TOKEN,
	[DASHBOARD] =
	    "SELECT (SELECT COUNT(*) FROM memberships m "
	    "WHERE m.user_id = ?), " OF_WEEK ", "
	    "u.streak_first_day, u.streak_last_day, " SESSION_COLUMNS
	    " FROM users u LEFT JOIN "
	    "(SELECT id FROM sessions FORCE INDEX (sessions_user) "
	    "WHERE user_id = ? ORDER BY reading_date DESC, id DESC LIMIT ?) i "
	    "ON 1 = 1 LEFT JOIN sessions s ON s.id = i.id "
	    "LEFT JOIN khatmas k ON k.id = s.khatma_id WHERE u.id = ? "
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

/* Read "N,N,N". */
static void
read_numbers(const char *text, int64_t number[NUMBERS])
{
	memset(number, 0, NUMBERS * sizeof(*number));
	for (size_t i = 0; text && *text != '\0' && i < NUMBERS; i++) {
		char *end;

		number[i] = strtoll(text, &end, 10);
		text = *end == ',' ? end + 1 : NULL;
	}
}

/* STATS_COLUMNS from first on, for a zone, at the statement's own time. */
static void
from_row(const struct db_rows *rows, unsigned first, const char *zone,
    int64_t now, struct user_stats *s)
{
	int64_t today = time_local_day(zone, now);
	int64_t ahead = today - time_local_day("UTC", now);
	int64_t of_khatmas[NUMBERS], of_days[NUMBERS];

	read_numbers(db_get_text(rows, first + 5), of_khatmas);
	read_numbers(db_get_text(rows, first + 6), of_days);
	s->khatmas = of_khatmas[0];
	s->khatmas_completed = of_khatmas[1];
	s->participants = of_khatmas[2];
	s->last_30_days = of_days[1 + ahead];
	s->chapters = db_get_int(rows, first);
	s->distinct_juz = db_get_int(rows, first + 1);
	s->current_streak = current_streak(rows, first + 2, today);
	s->longest_streak = db_get_int(rows, first + 4);
	s->achievements = db_get_int(rows, first + 7);
}

enum err
stats_user(struct db *db, const struct who *who, int64_t user,
    struct user_stats *s)
{
	struct db_rows rows;
	enum err e = db_one(db, stats_sql[USER], ARGS(db_int(who->id),
	    db_int(who->id), db_int(user)), &rows);

	if (e == ERR_NO_ROW)
		return ERR_USER_NOT_FOUND;
	if (e != OK)
		return e;
	if (db_get_int(&rows, 0) == 0)
		return ERR_FORBIDDEN;
	from_row(&rows, 3, db_get_text(&rows, 1), db_get_time(&rows, 2), s);
	return OK;
}

enum err
stats_identify(struct db *db, const struct token *token, struct who *who,
    struct user_stats *s)
{
	struct db_rows rows;
	enum err e = user_identify_by(db, stats_sql[OWN],
	    OF_TOKEN_ARGS(token), token, &rows, who);

	if (e == OK)
		from_row(&rows, IDENTITY_END, who->zone, who->now, s);
	return e;
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
	struct db_arg u = db_int(who->id);
	int64_t of_week[NUMBERS];
	struct db_rows rows;
	enum err e;

	time_format_day(who->today, today);
	time_format_day(who->today - 6, week);
	e = db_query(db, stats_sql[DASHBOARD], ARGS(u, db_text(today), u,
	    db_text(week), db_text(today), u, db_int(DASHBOARD_SESSIONS), u),
	    &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		d->total_khatmas = db_get_int(&rows, 0);
		read_numbers(db_get_text(&rows, 1), of_week);
		d->weekly_chapters = of_week[0];
		d->today_chapters = of_week[1];
		d->current_streak = current_streak(&rows, 2, who->today);
		if (!db_is_null(&rows, 4) && d->nsessions < DASHBOARD_SESSIONS)
			e = session_from_row(a, &rows, 4,
			    &d->session[d->nsessions++]);
	}
	return e == ERR_NO_ROW ? OK : e;
}

enum err
dashboard_read(struct db *db, struct arena *a, const struct token *token,
    struct who *who, struct dashboard *d)
{
	const struct part khatmas = { .limit = DASHBOARD_KHATMAS };
	const struct khatma_query active = { .filter = LIST_MINE,
	    .status = khatma_statuses[KHATMA_ACTIVE], .part = &khatmas,
	    .uncounted = true };
	enum err e;

	memset(d, 0, sizeof(*d));
	e = khatma_list(db, a, token, who, &active, &d->khatmas);
	if (e == OK)
		e = read_sessions(db, a, who, d);
	return e == OK ? notification_unread(db, a, who->id,
	    DASHBOARD_NOTIFICATIONS, &d->notifications) : e;
}
