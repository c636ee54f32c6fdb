/*
 * The board of a khatma: its chapters, its people, its latest readings.
 */
#ifndef KHATMA_BOARD_H
#define KHATMA_BOARD_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/model/khatma.h"
#include "common/model/reading.h"

struct arena;
struct db;
struct json;

extern const char *const board_sql[];

#define RECENT_SESSIONS	10

enum chapter_state { CHAPTER_FREE, CHAPTER_CLAIMED, CHAPTER_COMPLETED };

struct chapter {
	int64_t number;
	enum chapter_state state;
	int64_t reader;			/* 0: none, or a former member */
	const char *reader_name;	/* NULL: likewise */
	const char *claimed_at, *completed_at;	/* RFC 3339 or NULL */
	int64_t completed_day;
};

struct member {
	int64_t id;
	const char *fullname, *joined_at;
};

struct board {
	size_t nchapters, nmembers, nsessions;
	struct chapter *chapter;	/* by number */
	struct member *member;		/* by time of joining */
	struct session session[RECENT_SESSIONS];	/* newest first */
};

/*
 * Everything on the board of a khatma that the reader may see (the caller has
 * asked khatma_identify()): two statements. Texts are in the arena.
 */
enum err board_read(struct db *db, struct arena *a, const struct khatma *k,
    struct board *b);

/* The state of a word that the database holds. */
enum chapter_state chapter_state_of(const char *word);

/*
 * Append the members of GET khatmas/<id>/ beyond the khatma's own to an
 * object: participants, chapters, available_chapters, my_chapters,
 * recent_sessions.
 */
void board_write(struct json *j, const struct khatma *k,
    const struct board *b, int64_t reader, enum lang lang);

#endif
