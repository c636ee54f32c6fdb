/*
 * Notifications, made by the server in the transaction that causes them
 * (contract, section 9). Stored as type and values; put into words when read.
 */
#ifndef KHATMA_NOTIFICATION_H
#define KHATMA_NOTIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"
#include "common/err.h"

struct arena;
struct buf;
struct db;
struct json;
struct token;
struct who;

extern const char *const notification_sql[];

struct notification {
	int64_t id;
	const char *type, *achievement;		/* achievement may be NULL */
	bool is_read, actor_is_reader;
	int64_t khatma;				/* 0: none */
	const char *khatma_name, *actor_name;	/* may be NULL */
	const char *division;
	int64_t chapter;
	const char *created_at;
};

struct notification_list {
	int64_t total;
	size_t n;
	struct notification *item;
	struct cursor last;		/* the place of the last item */
};

enum notification_filter { NOTIFIED_ALL, NOTIFIED_UNREAD, NOTIFIED_READ };

/* Making them: inside a transaction. Nobody is told the same thing twice. */

/* To a member that the server gave a chapter. */
enum err notify_assigned(struct db *db, int64_t khatma, int64_t reader,
    int64_t chapter);

/* To the reader of a chapter and to the creator of its khatma. */
enum err notify_read(struct db *db, int64_t khatma, int64_t reader,
    int64_t creator, int64_t chapter, int64_t session);

/* To every member of a khatma that a session completed. */
enum err notify_completed(struct db *db, int64_t khatma, int64_t session);

/* To everyone whose achievement a session earned. */
enum err notify_earned(struct db *db, int64_t session);

/*
 * After the undo of a session: take back that its chapter was read, and that
 * its khatma is completed.
 */
enum err notify_undone(struct db *db, int64_t khatma, int64_t session);

/*
 * After an undo in a khatma: take back the word of an achievement from its
 * reader, creator and other readers, as far as they do not have it any more.
 */
enum err notify_taken_back(struct db *db, int64_t khatma, int64_t reader,
    int64_t creator, const char *achievement);

/* Reading them */

/*
 * Who a verified token speaks for, as user_identify(), and his own, newest
 * first, texts in the arena: one statement.
 */
enum err notification_list(struct db *db, struct arena *a,
    const struct token *token, struct who *who,
    enum notification_filter filter, const struct part *part,
    struct notification_list *list);

/*
 * A user's newest unread ones, so many at most, and how many there are: one
 * statement.
 */
enum err notification_unread(struct db *db, struct arena *a, int64_t user,
    int64_t limit, struct notification_list *list);

/* Append one as an object in the reader's language. */
void notification_write(struct json *j, const struct notification *n,
    enum lang lang);

/*
 * Mark one read; *n is it then, texts in the arena.
 * ERR_NOTIFICATION_NOT_FOUND for another's or none.
 */
enum err notification_read(struct db *db, struct arena *a, int64_t user,
    int64_t id, struct notification *n);

/* Mark all read; *count is how many were not. */
enum err notification_read_all(struct db *db, int64_t user, int64_t *count);

#endif
