/*
 * Statistics (contract, section 7).
 */
#ifndef KHATMA_STATS_H
#define KHATMA_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/model/board.h"
#include "common/model/khatma.h"
#include "common/model/notification.h"
#include "common/model/reading.h"
#include "common/who.h"

struct arena;
struct db;
struct json;
struct token;

extern const char *const stats_sql[];
extern const char *const stats_khatma_sql[];

#define STATS_DAYS	30

struct user_stats {
	int64_t khatmas, khatmas_completed;
	int64_t chapters, distinct_juz, last_30_days;
	int64_t current_streak, longest_streak;
	int64_t achievements, participants;
};

/*
 * A user's statistics for a reader who may see them: oneself, or someone with
 * whom one shares a khatma; else ERR_FORBIDDEN. ERR_USER_NOT_FOUND. One
 * statement.
 */
enum err stats_user(struct db *db, const struct who *who, int64_t user,
    struct user_stats *s);

/* Who a token speaks for, as user_identify(), and his own; one statement. */
enum err stats_identify(struct db *db, const struct token *token,
    struct who *who, struct user_stats *s);

void user_stats_write(struct json *j, const struct user_stats *s);

/* A khatma's chapters and the little more that its statistics need. */
struct khatma_stats {
	int64_t participants, start_day, target_days;
	bool is_completed;
	size_t n;
	struct chapter *chapter;	/* by number */
};

/*
 * Read them for someone who may see the khatma: one statement.
 * ERR_KHATMA_NOT_FOUND, ERR_FORBIDDEN.
 */
enum err stats_khatma(struct db *db, struct arena *a, const struct who *who,
    int64_t id, struct khatma_stats *s);

/* Append GET stats/khatma/<id>/ as an object. */
void khatma_stats_write(struct json *j, const struct khatma_stats *s,
    int64_t today, enum lang lang);

#define DASHBOARD_KHATMAS	5
#define DASHBOARD_SESSIONS	10
#define DASHBOARD_NOTIFICATIONS	5

struct dashboard {
	struct khatma_list khatmas;		/* active ones */
	int64_t total_khatmas;
	int64_t today_chapters, weekly_chapters, current_streak;
	size_t nsessions;
	struct session session[DASHBOARD_SESSIONS];
	struct notification_list notifications;	/* unread ones */
};

/*
 * Who a token speaks for, as user_identify(), and his dashboard: three
 * statements, four for who has no khatma that is active.
 */
enum err dashboard_read(struct db *db, struct arena *a,
    const struct token *token, struct who *who, struct dashboard *d);

#endif
