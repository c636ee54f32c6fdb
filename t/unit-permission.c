/*
 * The rules of who may what, when the database fails under them. Each of their
 * calls to it fails in turn: then the failure is the answer, nobody is let in
 * by it, and nothing is written behind it. db.c's functions are not those of
 * db.c here; they answer from the table below.
 */
#include <openssl/rand.h>
#include <stdlib.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/model/achievement.h"
#include "common/model/khatma.h"
#include "common/model/member.h"
#include "common/model/notification.h"
#include "common/model/stats.h"
#include "common/model/user.h"
#include "common/time.h"
#include "common/token.h"
#include "t/tap.h"

enum { COLUMNS = 32 };

#define IDENTITY	"UTC|ar|2026-01-02T00:00:00Z|2026-01-01T00:00:00Z|3|0"
#define KHATMA \
	"5|K|About|group|juz|active|7|Ali|1|30|0|30|30|2026-01-01|0|" \
	"2026-01-01T00:00:00Z|2026-01-01T00:00:00Z|1|"

/* What statements that begin so answer; columns by |, nothing is NULL. */
static const struct answer {
	const char *begins, *row;
	int rows;		/* so many times that row */
} answers[] = {
	{ "SELECT " IDENTITY_COLUMNS ", k.id", IDENTITY "|" KHATMA, 1 },
	{ "SELECT " IDENTITY_COLUMNS ", (SELECT COUNT(*)",
	    IDENTITY "|2|0|" KHATMA, 2 },
	{ "SELECT " IDENTITY_COLUMNS ", t.total", IDENTITY "|1|4|"
	    "khatma_completed||0|0|5|K||juz|0|2026-01-01T00:00:00Z", 1 },
	{ "SELECT u.timezone", IDENTITY, 1 },
	{ "SELECT k.id, k.name", KHATMA, 1 },
	{ "SELECT k.id, k.creator_id",
	    "5|7|group|juz|active|0|1|30|0|30|30|2026-01-01||K",
	    1 },
	{ "SELECT EXISTS (SELECT 1 FROM memberships", "member", 1 },
	{ "SELECT EXISTS (SELECT 1 FROM invitations", "1", 1 },
	{ "SELECT MIN(number)", "1", 1 },
	{ "SELECT state", "claimed", 1 },
	{ "SELECT user_id FROM memberships", "8", 1 },
	{ "SELECT m.user_id IS NOT NULL", "1|An intention", 2 },
	{ "SELECT u.id = ? OR EXISTS (SELECT 1 FROM memberships x JOIN "
	    "memberships y ON y.khatma_id = x.khatma_id WHERE x.user_id = ? "
	    "AND y.user_id = u.id), (SELECT COUNT(*) FROM achievements",
	    "1|2|9|streak_7|2026-01-01T00:00:00Z|5|K", 2 },
	{ "SELECT u.id = ?", "1|1|1|1|1||||1|1|1|UTC", 1 },
	{ "SELECT k.is_public", "1|1|1|2026-01-01|30|active|1|free|||", 0 },
};

static int calls, fail_at;	/* that call, from 1; 0: none */
static int64_t matched_next = 1;
static bool is_member;
static int khatma_rows = 30;	/* chapters of the statistics */
static bool no_random;

/* The result under way: there is one at a time. */
static struct db_stmt {
	const struct answer *answer;
	int left;
	char text[512];
	const char *column[COLUMNS];
} result;

static bool
fails(void)
{
	return ++calls == fail_at;
}

static void
split(struct db_stmt *s)
{
	char *at = s->text;

	snprintf(s->text, sizeof(s->text), "%s", s->answer->row);
	memset(s->column, 0, sizeof(s->column));
	for (int i = 0; i < COLUMNS && at; i++) {
		char *end = strchr(at, '|');

		if (end)
			*end++ = '\0';
		s->column[i] = *at ? at : NULL;
		at = end;
	}
}

enum err
db_query(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows)
{
	(void)args;
	*rows = (struct db_rows){ db, &result };
	if (fails())
		return ERR_DATABASE_AWAY;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		result.answer = &answers[i];
		result.left = answers[i].rows ? answers[i].rows : khatma_rows;
		if (strncmp(sql, answers[i].begins,
		    strlen(answers[i].begins)) == 0)
			return OK;
	}
	printf("# no answer to %s\n", sql);
	return ERR_INTERNAL;
}

enum err
db_next(struct db_rows *rows)
{
	if (fails())
		return ERR_DATABASE_AWAY;
	if (rows->stmt->left-- == 0)
		return ERR_NO_ROW;
	split(rows->stmt);
	if (strcmp(rows->stmt->answer->row, "member") == 0)
		rows->stmt->column[0] = is_member ? "1" : "0";
	return OK;
}

enum err
db_one(struct db *db, const char *sql, const struct db_arg *args,
    struct db_rows *rows)
{
	enum err e = db_query(db, sql, args, rows);

	return e == OK ? db_next(rows) : e;
}

enum err
db_exec(struct db *db, const char *sql, const struct db_arg *args,
    int64_t *matched)
{
	(void)db;
	(void)sql;
	(void)args;
	if (matched)
		*matched = matched_next;
	return fails() ? ERR_DATABASE_AWAY : OK;
}

void
db_done(struct db_rows *rows)
{
	rows->stmt->left = 0;
}

int64_t
db_insert_id(struct db *db)
{
	(void)db;
	return 12;
}

enum err
db_tx(struct db *db, db_fn *fn, void *arg)
{
	return fn(db, arg);
}

const char *
db_get_text(const struct db_rows *rows, unsigned col)
{
	return rows->stmt->column[col];
}

bool
db_is_null(const struct db_rows *rows, unsigned col)
{
	return db_get_text(rows, col) == NULL;
}

int64_t
db_get_int(const struct db_rows *rows, unsigned col)
{
	const char *s = db_get_text(rows, col);

	return s ? strtoll(s, NULL, 10) : 0;
}

const char *
db_keep_text(struct arena *a, const struct db_rows *rows, unsigned col)
{
	const char *s = db_get_text(rows, col);

	return s ? arena_strdup(a, s) : NULL;
}

int64_t
db_get_time(const struct db_rows *rows, unsigned col)
{
	const char *s = db_get_text(rows, col);
	int64_t usec = 0;

	if (s)
		time_parse(s, &usec);
	return usec;
}

int64_t
db_get_day(const struct db_rows *rows, unsigned col)
{
	const char *s = db_get_text(rows, col);
	int64_t day = 0;

	if (s)
		time_parse_day(s, &day);
	return day;
}

int
RAND_bytes(unsigned char *to, int n)
{
	memset(to, 0, (size_t)n);
	return !no_random;
}

/* The rules. Each returns OK when the database does its part. */

static const struct who ali = { .id = 7, .login = 3, .zone = "UTC" };
static struct arena *arena;

static const struct token alis = { .user_id = 7, .session_id = 3 };
static const struct part page = { .limit = 5 };

static enum err
identify(void)
{
	struct who who = { .id = 0 };

	return user_identify(NULL, &alis, &who);
}

static enum err
find(void)
{
	struct khatma k;

	return khatma_find(NULL, arena, &ali, 5, &k);
}

static enum err
find_self(void)
{
	struct who who = { .id = 0 };
	struct khatma k;

	return khatma_identify(NULL, arena, &alis, &who, 5, &k);
}

static enum err
list_mine(void)
{
	const struct khatma_query q = { .filter = LIST_MINE, .part = &page };
	struct who who = { .id = 0 };
	struct khatma_list list;

	return khatma_list(NULL, arena, &alis, &who, &q, &list);
}

static enum err
list_notifications(void)
{
	struct who who = { .id = 0 };
	struct notification_list list;

	return notification_list(NULL, arena, &alis, &who, NOTIFIED_ALL, &page,
	    &list);
}

static enum err
join(void)
{
	int64_t chapter = 0;

	is_member = false;
	return member_join(NULL, &ali, 5, "0123456789abcdef", &chapter);
}

static enum err
leave(void)
{
	is_member = true;
	return member_leave(NULL, &ali, 5);
}

static enum err
invite(void)
{
	char code[INVITE_CODE_MAX];
	int64_t id;

	return invitation_create(NULL, &ali, 5, &id, code);
}

static enum err
read_intentions(void)
{
	struct texts list;

	return intentions_read(NULL, arena, &ali, 5, &list);
}

static enum err
write_intentions(void)
{
	const char *item[] = { "One", "Two" };
	struct texts list = { .n = 2, .item = item };
	bool had;

	is_member = true;
	return intentions_write(NULL, &ali, 5, &list, &had);
}

static enum err
achievements(void)
{
	struct achievement_list list = { .n = 0 };

	return achievement_list(NULL, arena, 7, 8, 0, 20, &list);
}

static enum err
user_numbers(void)
{
	struct user_stats s;

	return stats_user(NULL, &ali, 8, &s);
}

static enum err
khatma_numbers(void)
{
	struct khatma_stats s;

	return stats_khatma(NULL, arena, &ali, 5, &s);
}

static const struct rule {
	const char *name;
	enum err (*run)(void);
	bool needs_memory;
} rules[] = {
	{ "who a token speaks for", identify, false },
	{ "who sees a khatma", find, true },
	{ "who asks, and sees it", find_self, true },
	{ "whose khatmas are listed", list_mine, true },
	{ "whose notifications", list_notifications, true },
	{ "who joins one", join, false },
	{ "who leaves one", leave, false },
	{ "who invites", invite, false },
	{ "who reads intentions", read_intentions, true },
	{ "who writes them", write_intentions, false },
	{ "whose achievements are seen", achievements, true },
	{ "whose statistics", user_numbers, false },
	{ "and which khatma's", khatma_numbers, true },
};

/* Let each call of a rule fail in turn, as many as there are. */
static void
fail_each(const struct rule *rule)
{
	int n;

	calls = fail_at = 0;
	is_int(rule->run(), OK, "%s", rule->name);
	n = calls;
	for (int i = 1; i <= n; i++) {
		calls = 0;
		fail_at = i;
		arena_reset(arena);
		is_int(rule->run(), ERR_DATABASE_AWAY,
		    "%s: call %d of %d fails", rule->name, i, n);
		is_int(calls, i, "and nothing more is asked");
	}
	calls = fail_at = 0;
}

static void
test_memory(void)
{
	struct arena *whole = arena;

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (!rules[i].needs_memory)
			continue;
		arena = arena_new(16);
		is_int(rules[i].run(), ERR_INTERNAL, "%s: without memory",
		    rules[i].name);
		arena_free(arena);
	}
	arena = whole;
	no_random = true;
	is_int(invite(), ERR_INTERNAL, "no invitation that can be guessed");
	no_random = false;
}

/* A login that was ended, before anything else is looked at. */
static void
test_revoked(void)
{
	const struct token other = { .user_id = 7, .issued = 1 };
	struct who who = { .id = 0 };
	struct notification_list notifications;
	struct khatma_list list;
	struct khatma k;
	const struct khatma_query q = { .filter = LIST_MINE, .part = &page };

	is_int(khatma_identify(NULL, arena, &other, &who, 5, &k),
	    ERR_TOKEN_INVALID, "no khatma for a token older than the password");
	is_int(khatma_list(NULL, arena, &other, &who, &q, &list),
	    ERR_TOKEN_INVALID, "and no list");
	is_int(notification_list(NULL, arena, &other, &who, NOTIFIED_ALL,
	    &page, &notifications), ERR_TOKEN_INVALID, "nor notifications");
	is_int(who.id, 0, "nobody is known by it");
}

static void
test_rest(void)
{
	struct achievement_list list = { .n = 0 };
	int64_t chapter = 4;

	is_int(achievement_list(NULL, arena, 7, 8, 0, 1, &list), OK,
	    "of two achievements where one was asked for");
	is_int((long long)list.n, 1, "one is given");

	is_member = false;
	matched_next = 0;
	is_int(member_join(NULL, &ali, 5, "0123456789abcdef", &chapter),
	    ERR_CHAPTER_TAKEN, "a chapter that is taken");
	calls = 0;
	fail_at = 8;
	is_int(member_join(NULL, &ali, 5, "0123456789abcdef", &chapter),
	    ERR_DATABASE_AWAY, "why it could not be had is not guessed");
	fail_at = 0;
	matched_next = 1;
	khatma_rows = CHAPTERS_MAX + 1;
	is_int(khatma_numbers(), ERR_INTERNAL,
	    "more chapters than there can be are not counted");
}

int
main(void)
{
	arena = arena_new((size_t)1 << 20);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		fail_each(&rules[i]);
	test_memory();
	test_revoked();
	test_rest();
	arena_free(arena);
	return done_testing();
}
