#include "common/model/member.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/model/khatma.h"
#include "common/model/khatma_words.h"
#include "common/model/notification.h"
#include "common/token.h"

enum {
	INVITED, LOWEST_FREE, CHAPTER_STATE, CLAIM, INSERT, FREE_CLAIMS,
	DELETE_BEGUN, DELETE_INTENTIONS, DELETE_MEMBER, OLDEST, HAND_OVER,
	INSERT_INVITATION, INTENTIONS, INSERT_INTENTION, STATEMENTS
};

const char *const member_sql[STATEMENTS + 1] = {
	[INVITED] =
	    "SELECT EXISTS (SELECT 1 FROM invitations WHERE code = ? "
	    "AND khatma_id = ? AND revoked_at IS NULL)",
	[LOWEST_FREE] =
	    "SELECT MIN(number) FROM chapters "
	    "WHERE khatma_id = ? AND state = 'free'",
	[CHAPTER_STATE] =
	    "SELECT state FROM chapters WHERE khatma_id = ? AND number = ?",
	[CLAIM] =
	    "UPDATE chapters SET state = 'claimed', reader_id = ?, "
	    "claimed_at = UTC_TIMESTAMP(6) "
	    "WHERE khatma_id = ? AND number = ? AND state = 'free'",
	[INSERT] =
	    "INSERT INTO memberships (khatma_id, user_id, joined_at) "
	    "VALUES (?, ?, UTC_TIMESTAMP(6))",
	[FREE_CLAIMS] =
	    "UPDATE chapters SET state = 'free', reader_id = NULL, "
	    "claimed_at = NULL "
	    "WHERE khatma_id = ? AND reader_id = ? AND state = 'claimed'",
	[DELETE_BEGUN] =
	    "DELETE FROM sessions WHERE khatma_id = ? AND user_id = ? "
	    "AND is_completed = FALSE",
	[DELETE_INTENTIONS] =
	    "DELETE FROM intentions WHERE khatma_id = ? AND user_id = ?",
	[DELETE_MEMBER] =
	    "DELETE FROM memberships WHERE khatma_id = ? AND user_id = ?",
	[OLDEST] =
	    "SELECT user_id FROM memberships WHERE khatma_id = ? "
	    "ORDER BY joined_at, user_id LIMIT 1",
	[HAND_OVER] =
	    "UPDATE khatmas SET creator_id = ? WHERE id = ?",
	[INSERT_INVITATION] =
	    "INSERT INTO invitations (khatma_id, code, created_by, created_at) "
	    "VALUES (?, ?, ?, UTC_TIMESTAMP(6))",
	[INTENTIONS] =
	    "SELECT m.user_id IS NOT NULL, i.intention FROM khatmas k "
	    MEMBERSHIP_OF("?")
	    "LEFT JOIN intentions i "
	    "ON i.khatma_id = m.khatma_id AND i.user_id = m.user_id "
	    "WHERE k.id = ? ORDER BY i.position",
	[INSERT_INTENTION] =
	    "INSERT INTO intentions (khatma_id, user_id, position, intention) "
	    "VALUES (?, ?, ?, ?)",
};

/* A write on the way, for the transaction's functions. */
struct act {
	const struct who *who;
	int64_t khatma;
	const char *code;
	int64_t asked, chapter;
	const struct texts *list;
	int64_t id;
	bool had;
};

static enum err
check_invitation(struct db *db, const struct act *t)
{
	struct db_rows rows;
	enum err e;

	if (t->code == NULL)
		return ERR_INVITATION_NEEDED;
	/* the column is ASCII, and refuses to be compared with other text */
	if (t->code[strspn(t->code, "0123456789abcdef")] != '\0')
		return ERR_INVITATION_INVALID;
	e = db_one(db, member_sql[INVITED],
	    ARGS(db_text(t->code), db_int(t->khatma)), &rows);
	if (e == OK && db_get_int(&rows, 0) == 0)
		e = ERR_INVITATION_INVALID;
	return e;
}

static enum err
may_join(struct db *db, const struct act *t, const struct khatma_lock *k)
{
	enum err e = OK;

	if (k->is_member)
		return ERR_ALREADY_MEMBER;
	if (k->type == KHATMA_PRIVATE)
		return ERR_FORBIDDEN;
	if (!k->is_public)
		e = check_invitation(db, t);
	if (e == OK && k->status == KHATMA_PAUSED)
		e = ERR_KHATMA_PAUSED;
	if (e == OK && k->status == KHATMA_COMPLETED)
		e = ERR_KHATMA_COMPLETED;
	return e;
}

static enum err
lowest_free(struct db *db, int64_t khatma, int64_t *chapter)
{
	struct db_rows rows;
	enum err e = db_one(db, member_sql[LOWEST_FREE], ARGS(db_int(khatma)),
	    &rows);

	if (e == OK && db_is_null(&rows, 0))
		e = ERR_KHATMA_FULL;
	if (e == OK)
		*chapter = db_get_int(&rows, 0);
	return e;
}

/* Why a chapter could not be claimed. */
static enum err
why_not(struct db *db, const struct act *t)
{
	struct db_rows rows;
	enum err e = db_one(db, member_sql[CHAPTER_STATE],
	    ARGS(db_int(t->khatma), db_int(t->chapter)), &rows);

	if (e == ERR_NO_ROW)
		return ERR_CHAPTER_RANGE;
	if (e != OK)
		return e;
	return strcmp(db_get_text(&rows, 0), "completed") == 0 ?
	    ERR_CHAPTER_COMPLETED : ERR_CHAPTER_TAKEN;
}

static enum err
claim(struct db *db, struct act *t, const struct khatma_lock *k)
{
	int64_t matched = 0;
	enum err e = OK;

	t->chapter = t->asked;
	if (t->asked == 0)
		e = lowest_free(db, t->khatma, &t->chapter);
	else if (k->chapters_free == 0)
		e = ERR_KHATMA_FULL;
	if (e == OK)
		e = db_exec(db, member_sql[CLAIM], ARGS(db_int(t->who->id),
		    db_int(t->khatma), db_int(t->chapter)), &matched);
	if (e == OK && matched == 0)
		e = why_not(db, t);
	return e;
}

static enum err
join_tx(struct db *db, void *arg)
{
	struct act *t = arg;
	struct khatma_lock k;
	enum err e = khatma_lock(db, t->khatma, t->who->id, &k);

	if (e == OK)
		e = may_join(db, t, &k);
	if (e == OK)
		e = claim(db, t, &k);
	if (e == OK)
		e = db_exec(db, member_sql[INSERT],
		    ARGS(db_int(t->khatma), db_int(t->who->id)), NULL);
	if (e == OK)
		e = khatma_recount(db, t->khatma);
	if (e == OK)
		e = notify_assigned(db, t->khatma, t->who->id, t->chapter);
	return e;
}

enum err
member_join(struct db *db, const struct who *who, int64_t khatma,
    const char *code, int64_t *chapter)
{
	struct act t = { .who = who, .khatma = khatma, .code = code,
	    .asked = *chapter };
	enum err e = db_tx(db, join_tx, &t);

	*chapter = t.chapter;
	return e;
}

static enum err
hand_over(struct db *db, int64_t khatma, int64_t heir)
{
	enum err e = db_exec(db, member_sql[HAND_OVER],
	    ARGS(db_int(heir), db_int(khatma)), NULL);

	if (e == OK)
		e = khatma_words_remove(db, khatma);
	return e == OK ? khatma_words_write(db, khatma, heir) : e;
}

/* The khatma after a member is gone: another creator, or its end. */
static enum err
settle(struct db *db, const struct khatma_lock *k, int64_t gone)
{
	struct db_rows rows;
	enum err e = db_one(db, member_sql[OLDEST], ARGS(db_int(k->id)),
	    &rows);

	if (e == ERR_NO_ROW)
		return khatma_remove(db, k->id);
	if (e == OK && k->creator_id == gone)
		e = hand_over(db, k->id, db_get_int(&rows, 0));
	return e == OK ? khatma_recount(db, k->id) : e;
}

enum err
member_remove(struct db *db, const struct khatma_lock *k, int64_t user)
{
	enum err e = OK;

	for (int s = FREE_CLAIMS; s <= DELETE_MEMBER && e == OK; s++)
		e = db_exec(db, member_sql[s], ARGS(db_int(k->id),
		    db_int(user)), NULL);
	return e == OK ? settle(db, k, user) : e;
}

static enum err
leave_tx(struct db *db, void *arg)
{
	struct act *t = arg;
	struct khatma_lock k;
	enum err e = khatma_lock(db, t->khatma, t->who->id, &k);

	if (e != OK)
		return e;
	if (!k.is_member)
		return k.is_public ? ERR_NOT_MEMBER : ERR_FORBIDDEN;
	return member_remove(db, &k, t->who->id);
}

enum err
member_leave(struct db *db, const struct who *who, int64_t khatma)
{
	struct act t = { .who = who, .khatma = khatma };

	return db_tx(db, leave_tx, &t);
}

static enum err
invite_tx(struct db *db, void *arg)
{
	struct act *t = arg;
	struct khatma_lock k;
	enum err e = khatma_lock(db, t->khatma, t->who->id, &k);

	if (e == OK)
		e = khatma_creator_only(&k, t->who->id);
	if (e == OK && k.type == KHATMA_PRIVATE)
		e = ERR_PRIVATE_INVITATION;
	if (e == OK)
		e = db_exec(db, member_sql[INSERT_INVITATION],
		    ARGS(db_int(t->khatma), db_text(t->code),
		    db_int(t->who->id)), NULL);
	t->id = db_insert_id(db);
	return e == OK ? khatma_take_turn(db, t->khatma) : e;
}

enum err
invitation_create(struct db *db, const struct who *who, int64_t khatma,
    int64_t *id, char code[INVITE_CODE_MAX])
{
	char random[TOKEN_JTI_MAX + 1];
	struct act t = { .who = who, .khatma = khatma, .code = code };
	enum err e = token_jti(random);

	if (e != OK)
		return e;
	/* 80 bits: short enough to read out, too many to try */
	snprintf(code, INVITE_CODE_MAX, "%.20s", random);
	e = db_tx(db, invite_tx, &t);
	*id = t.id;
	return e;
}

enum err
intentions_read(struct db *db, struct arena *a, const struct who *who,
    int64_t khatma, struct texts *list)
{
	const char **item = arena_alloc(a, INTENTIONS_MAX * sizeof(*item));
	struct db_rows rows;
	enum err e;

	if (item == NULL)
		return ERR_INTERNAL;
	*list = (struct texts){ .n = 0, .item = item };
	e = db_query(db, member_sql[INTENTIONS],
	    ARGS(db_int(who->id), db_int(khatma)), &rows);
	if (e == OK)
		e = db_next(&rows);
	if (e == ERR_NO_ROW)
		return ERR_KHATMA_NOT_FOUND;
	if (e == OK && db_get_int(&rows, 0) == 0) {
		db_done(&rows);
		return ERR_MEMBERS_ONLY;
	}
	for (; e == OK && list->n < INTENTIONS_MAX; e = db_next(&rows))
		if (!db_is_null(&rows, 1))
			item[list->n++] =
			    db_keep_text(a, &rows, 1);
	return e == ERR_NO_ROW ? OK : e;
}

static enum err
write_tx(struct db *db, void *arg)
{
	struct act *t = arg;
	struct khatma_lock k;
	int64_t deleted = 0;
	enum err e = khatma_lock(db, t->khatma, t->who->id, &k);

	if (e == OK && !k.is_member)
		e = ERR_MEMBERS_ONLY;
	if (e == OK)
		e = db_exec(db, member_sql[DELETE_INTENTIONS],
		    ARGS(db_int(t->khatma), db_int(t->who->id)), &deleted);
	t->had = deleted > 0;
	for (size_t i = 0; i < t->list->n && e == OK; i++)
		e = db_exec(db, member_sql[INSERT_INTENTION],
		    ARGS(db_int(t->khatma), db_int(t->who->id),
		    db_int((int64_t)i + 1), db_text(t->list->item[i])), NULL);
	return e == OK ? khatma_take_turn(db, t->khatma) : e;
}

enum err
intentions_write(struct db *db, const struct who *who, int64_t khatma,
    const struct texts *list, bool *had)
{
	struct act t = { .who = who, .khatma = khatma, .list = list };
	enum err e = db_tx(db, write_tx, &t);

	*had = t.had;
	return e;
}
