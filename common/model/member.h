/*
 * Taking part: joining, leaving, invitations, intentions.
 */
#ifndef KHATMA_MEMBER_H
#define KHATMA_MEMBER_H

#include <stdint.h>

#include "common/err.h"
#include "common/field.h"
#include "common/who.h"

struct arena;
struct db;
struct khatma_lock;

extern const char *const member_sql[];

#define INVITE_CODE_MAX	32
#define INTENTIONS_MAX	50
#define INTENTION_MAX	300

/*
 * Join a khatma and claim a chapter of it: *chapter if not 0, else the lowest
 * free one; *chapter is then the one claimed. code is an invitation or NULL.
 *
 * ERR_KHATMA_NOT_FOUND; ERR_FORBIDDEN for someone's private khatma;
 * ERR_INVITATION_NEEDED, ERR_INVITATION_INVALID for a group that is not
 * public; ERR_ALREADY_MEMBER; ERR_KHATMA_PAUSED, ERR_KHATMA_COMPLETED;
 * ERR_KHATMA_FULL; for a chapter asked for ERR_CHAPTER_RANGE,
 * ERR_CHAPTER_TAKEN, ERR_CHAPTER_COMPLETED.
 */
enum err member_join(struct db *db, const struct who *who, int64_t khatma,
    const char *code, int64_t *chapter);

/*
 * Leave: claims go back, completions stay; a creator hands the khatma to the
 * oldest member, and alone deletes it. ERR_NOT_MEMBER, ERR_FORBIDDEN,
 * ERR_KHATMA_NOT_FOUND.
 */
enum err member_leave(struct db *db, const struct who *who, int64_t khatma);

/* The same inside a transaction that holds the khatma's lock. */
enum err member_remove(struct db *db, const struct khatma_lock *k,
    int64_t user);

/*
 * A new invitation code. ERR_CREATOR_ONLY, ERR_FORBIDDEN,
 * ERR_KHATMA_NOT_FOUND; ERR_PRIVATE_INVITATION for a private khatma.
 */
enum err invitation_create(struct db *db, const struct who *who,
    int64_t khatma, int64_t *id, char code[INVITE_CODE_MAX]);

/*
 * A member's own intentions, in their order, texts in the arena.
 * ERR_KHATMA_NOT_FOUND, ERR_MEMBERS_ONLY.
 */
enum err intentions_read(struct db *db, struct arena *a, const struct who *who,
    int64_t khatma, struct texts *list);

/* Put a list in place of the old one. *had: there was one. Errors as above. */
enum err intentions_write(struct db *db, const struct who *who, int64_t khatma,
    const struct texts *list, bool *had);

#endif
