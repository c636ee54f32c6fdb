/*
 * Khatmas: the object, who may see it, lists of them, their life.
 */
#ifndef KHATMA_KHATMA_H
#define KHATMA_KHATMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"
#include "common/err.h"
#include "common/model/quran.h"
#include "common/who.h"

struct arena;
struct db;
struct db_rows;
struct json;
struct token;

extern const char *const khatma_sql[];
extern const char *const khatma_edit_sql[];
extern const char *const khatma_list_sql[];

enum khatma_type { KHATMA_GROUP, KHATMA_PRIVATE };
enum khatma_status { KHATMA_ACTIVE, KHATMA_PAUSED, KHATMA_COMPLETED };

/* The words of the API and the database; each ends with NULL. */
extern const char *const khatma_types[];
extern const char *const khatma_statuses[];

/* The place of a word in one of these; 0 for NULL and one that is not there. */
int khatma_word(const char *const *words, const char *word);

#define DESCRIPTION_MAX	2000
#define TARGET_DAYS_MAX	3650

/* A khatma as one reader sees it. */
struct khatma {
	int64_t id;
	const char *name, *description;
	enum khatma_type type;
	enum division division;
	enum khatma_status status;
	int64_t creator_id;
	const char *creator_name;
	int64_t participants;
	int64_t chapters_total, chapters_completed, chapters_free;
	int64_t target_days;
	int64_t start_day;
	bool is_public;
	const char *created_at, *updated_at;	/* RFC 3339 */
	bool is_member;
	int64_t own_chapter;		/* lowest open one; 0: none */
};

/* What makes a khatma, and what changes one: see khatma_update(). */
struct khatma_input {
	const char *name, *description;
	int type;			/* enum khatma_type */
	int64_t target_days;
	bool is_public;
	int division;			/* enum division */
	int status;			/* enum khatma_status, not completed */
};

/* Which members of a khatma_input were given. */
enum {
	KHATMA_NAME = 1, KHATMA_DESCRIPTION = 2, KHATMA_TYPE = 4,
	KHATMA_TARGET_DAYS = 8, KHATMA_IS_PUBLIC = 16, KHATMA_DIVISION = 32,
	KHATMA_STATUS = 64
};

/*
 * Read a khatma for a reader who may see it: a member, or anyone when it is
 * public. ERR_KHATMA_NOT_FOUND, ERR_FORBIDDEN.
 */
enum err khatma_find(struct db *db, struct arena *a, const struct who *who,
    int64_t id, struct khatma *k);

/*
 * Who a verified token speaks for, as user_identify(), and a khatma for him, as
 * khatma_find(): one statement.
 */
enum err khatma_identify(struct db *db, struct arena *a,
    const struct token *token, struct who *who, int64_t id, struct khatma *k);

/* The rule of khatma_find() for callers that read both facts themselves. */
enum err khatma_may_read(bool is_public, bool is_member);

/* Whether it is for anyone to join at this moment. */
bool khatma_can_join(const struct khatma *k);

/* Append the members of the object of contract section 4. */
void khatma_write(struct json *j, const struct khatma *k, int64_t today,
    enum lang lang);

/* A share in tenths of a percent, half up; 1000 only when part is whole. */
int64_t percent_tenths(int64_t part, int64_t whole);

/*
 * Make a khatma with its chapters and its creator as first member; *k is it.
 * ERR_PRIVATE_PUBLIC.
 */
enum err khatma_create(struct db *db, struct arena *a, const struct who *who,
    const struct khatma_input *in, struct khatma *k);

/*
 * Change what given says (KHATMA_NAME | …); *k is what it is then.
 * ERR_CREATOR_ONLY, ERR_FORBIDDEN, ERR_KHATMA_NOT_FOUND; ERR_KHATMA_COMPLETED
 * when a status is given for a completed one; ERR_TYPE_FIXED when type or
 * division would change with two members in, ERR_DIVISION_FIXED when a chapter
 * is taken; ERR_PRIVATE_PUBLIC.
 */
enum err khatma_update(struct db *db, struct arena *a, const struct who *who,
    int64_t id, const struct khatma_input *in, unsigned given,
    struct khatma *k);

/* Delete it with everything but its readers' own history. Errors as above. */
enum err khatma_delete(struct db *db, const struct who *who, int64_t id);

/* What a writer has to know of a khatma whose row it has locked. */
struct khatma_lock {
	int64_t id, creator_id;
	enum khatma_type type;
	enum division division;
	enum khatma_status status;
	bool is_public, is_member;
	int64_t participants, chapters_total, chapters_completed;
	int64_t chapters_free, target_days;
	int64_t start_day;
	int64_t completed_by;		/* session; 0: none */
	char name[801];			/* 200 characters of UTF-8 */
};

/*
 * Inside a transaction: lock the khatma's row, so that whoever counts its
 * chapters or members next waits, then read it for a user.
 * ERR_KHATMA_NOT_FOUND.
 */
enum err khatma_lock(struct db *db, int64_t id, int64_t user,
    struct khatma_lock *k);

/*
 * The same for who locks more along with it, in one statement: the columns, of
 * khatmas k, that khatma_lock_from_row() reads, beginning at column first, all
 * but is_member. In such a statement only what it locks is as the lock keeps it:
 * a subquery may see what was there before it waited.
 */
#define KHATMA_LOCK_COLUMNS \
	"k.id, k.creator_id, k.khatma_type, k.division, k.status, " \
	"k.is_public, k.participants_count, k.chapters_total, " \
	"k.chapters_completed, k.chapters_free, k.target_days, k.start_date, " \
	"k.completed_by, k.name"
enum { KHATMA_LOCK_WIDTH = 14 };

void khatma_lock_from_row(const struct db_rows *rows, unsigned first,
    struct khatma_lock *k);

/* Inside a transaction that holds the lock: */

/*
 * Count its kept columns anew from chapters and memberships. This changes the
 * khatma's row, in any case its updated_at.
 */
enum err khatma_recount(struct db *db, int64_t id);

/*
 * Change its row and nothing that is seen of it. Who has locked the khatma and
 * changes something else changes its row, too, if only by this: a lock is known
 * to one database server, a changed row to all of a cluster.
 */
enum err khatma_take_turn(struct db *db, int64_t id);

/* Remove it and all that hangs on it; sessions and awards of readers stay. */
enum err khatma_remove(struct db *db, int64_t id);

/* ERR_CREATOR_ONLY or ERR_FORBIDDEN unless the user is its creator. */
enum err khatma_creator_only(const struct khatma_lock *k, int64_t user);

/* Lists */

enum khatma_filter {
	LIST_ALL, LIST_MINE, LIST_PUBLIC, LIST_JOINABLE, LIST_COMPLETED,
	LIST_FOUND, LIST_FILTERS
};

enum khatma_order {
	ORDER_NEWEST, ORDER_OLDEST, ORDER_LATEST_START, ORDER_EARLIEST_START,
	ORDER_NAME, ORDER_NAME_DOWN, ORDERS
};

struct khatma_query {
	enum khatma_filter filter;
	enum khatma_order order;
	const char *type, *status;	/* NULL: any */
	const char *search;		/* as typed, trimmed; NULL or "": any */
	const struct part *part;
	bool uncounted;			/* a total may be less than there is */
};

struct khatma_list {
	int64_t total;
	size_t n;
	struct khatma *item;
	struct cursor last;		/* the place of the last item */
};

/*
 * Who a verified token speaks for, as user_identify(), and the khatmas that a
 * filter lets through for him: one statement whatever their number, two where
 * there are none; where words are sought one more (see khatma_search.h).
 * LIST_FOUND is public and active ones.
 */
enum err khatma_list(struct db *db, struct arena *a,
    const struct token *token, struct who *who, const struct khatma_query *q,
    struct khatma_list *list);

/*
 * The columns that khatma_from_row() reads, beginning at column first, of the
 * tables khatmas k, users c (its creator), memberships m (the reader's own).
 */
#define KHATMA_COLUMNS \
	"k.id, k.name, k.description, k.khatma_type, k.division, k.status, " \
	"k.creator_id, c.fullname, k.participants_count, k.chapters_total, " \
	"k.chapters_completed, k.chapters_free, k.target_days, k.start_date, " \
	"k.is_public, k.created_at, k.updated_at, m.user_id IS NOT NULL, " \
	"IF(m.user_id IS NULL, NULL, (SELECT MIN(o.number) FROM chapters o " \
	"WHERE o.reader_id = m.user_id AND o.state = 'claimed' " \
	"AND o.khatma_id = k.id))"

/*
 * The membership m of a reader in khatma k, by its key: left to choose, the server
 * may read all of the reader's anew for each row that it joins, where it thinks
 * that these are few.
 */
#define MEMBERSHIP_OF(reader) \
	"LEFT JOIN memberships m FORCE INDEX (PRIMARY) " \
	"ON m.khatma_id = k.id AND m.user_id = " reader " "

/* c and m for khatmas k that come in an order; the parameter is the reader. */
#define KHATMA_JOINS \
	"STRAIGHT_JOIN users c FORCE INDEX (PRIMARY) ON c.id = k.creator_id " \
	MEMBERSHIP_OF("?")

enum err khatma_from_row(struct arena *a, const struct db_rows *rows,
    unsigned first, struct khatma *k);

#endif
