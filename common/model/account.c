#include "common/model/account.h"

#include <stddef.h>
#include <string.h>

#include "common/db.h"
#include "common/json.h"
#include "common/model/khatma.h"
#include "common/model/member.h"
#include "common/model/throttle.h"
#include "common/model/user.h"

enum {
	MEMBERSHIPS, LOCK_USER,
	/* in the order in which rows may go */
	FREE_COMPLETIONS, DELETE_SESSIONS, DETACH_SESSIONS,
	DELETE_ACHIEVEMENTS, DELETE_NOTIFICATIONS, DETACH_NOTIFICATIONS,
	HAND_OVER_INVITATIONS, DELETE_REFRESH, DELETE_LOGINS, DELETE_RESETS,
	DELETE_ANSWERS, DELETE_USER,
	EXPORT_KHATMAS, EXPORT_CHAPTERS, EXPORT_SESSIONS, EXPORT_INTENTIONS,
	EXPORT_INVITATIONS, EXPORT_ACHIEVEMENTS, EXPORT_NOTIFICATIONS,
	EXPORT_LOGINS, EXPORT_RESETS, EXPORT_ANSWERS, STATEMENTS
};

const char *const account_sql[STATEMENTS + 1] = {
	[MEMBERSHIPS] =
	    "SELECT khatma_id FROM memberships WHERE user_id = ? "
	    "AND khatma_id > ? ORDER BY khatma_id LIMIT 1",
	[LOCK_USER] =
	    "SELECT password FROM users WHERE id = ? FOR UPDATE",
	[FREE_COMPLETIONS] =
	    "UPDATE chapters SET reader_id = NULL WHERE reader_id = ?",
	[DELETE_SESSIONS] =
	    "DELETE FROM sessions WHERE user_id = ? "
	    "AND (is_completed = FALSE OR khatma_id IS NULL)",
	[DETACH_SESSIONS] =
	    "UPDATE sessions SET user_id = NULL WHERE user_id = ?",
	[DELETE_ACHIEVEMENTS] =
	    "DELETE FROM achievements WHERE user_id = ?",
	[DELETE_NOTIFICATIONS] =
	    "DELETE FROM notifications WHERE user_id = ?",
	[DETACH_NOTIFICATIONS] =
	    "UPDATE notifications SET actor_id = NULL WHERE actor_id = ?",
	[HAND_OVER_INVITATIONS] =
	    "UPDATE invitations SET created_by = (SELECT k.creator_id "
	    "FROM khatmas k WHERE k.id = invitations.khatma_id) "
	    "WHERE created_by = ?",
	[DELETE_REFRESH] =
	    "DELETE t FROM refresh_tokens t "
	    "JOIN logins l ON l.id = t.login_id WHERE l.user_id = ?",
	[DELETE_LOGINS] =
	    "DELETE FROM logins WHERE user_id = ?",
	[DELETE_RESETS] =
	    "DELETE FROM password_resets WHERE user_id = ?",
	[DELETE_ANSWERS] =
	    "DELETE FROM idempotency_keys WHERE account_id = ?",
	[DELETE_USER] =
	    "DELETE FROM users WHERE id = ?",
	[EXPORT_KHATMAS] =
	    "SELECT k.id, k.name, k.description, k.khatma_type, k.division, "
	    "k.status, k.creator_id, k.target_days, k.start_date, "
	    "k.created_at, m.joined_at "
	    "FROM memberships m JOIN khatmas k ON k.id = m.khatma_id "
	    "WHERE m.user_id = ? ORDER BY m.joined_at, k.id",
	[EXPORT_CHAPTERS] =
	    "SELECT khatma_id, number, state, claimed_at, completed_at "
	    "FROM chapters WHERE reader_id = ? ORDER BY khatma_id, number",
	[EXPORT_SESSIONS] =
	    "SELECT id, khatma_id, division, chapter, is_completed, "
	    "reading_date, local_day, counts_day, created_at "
	    "FROM sessions WHERE user_id = ? ORDER BY reading_date, id",
	[EXPORT_INTENTIONS] =
	    "SELECT khatma_id, position, intention "
	    "FROM intentions WHERE user_id = ? ORDER BY khatma_id, position",
	[EXPORT_INVITATIONS] =
	    "SELECT id, khatma_id, code, created_at, revoked_at "
	    "FROM invitations WHERE created_by = ? ORDER BY id",
	[EXPORT_ACHIEVEMENTS] =
	    "SELECT id, achievement_type, khatma_id, khatma_name, earned_at "
	    "FROM achievements WHERE user_id = ? ORDER BY earned_at, id",
	[EXPORT_NOTIFICATIONS] =
	    "SELECT id, notification_type, khatma_id, actor_id, chapter, "
	    "achievement_type, is_read, created_at "
	    "FROM notifications WHERE user_id = ? ORDER BY created_at, id",
	[EXPORT_LOGINS] =
	    "SELECT id, created_at, last_used_at, revoked_at, user_agent "
	    "FROM logins WHERE user_id = ? ORDER BY created_at, id",
	[EXPORT_RESETS] =
	    "SELECT id, requested_at, sent_at, used_at "
	    "FROM password_resets WHERE user_id = ? ORDER BY requested_at, id",
	[EXPORT_ANSWERS] =
	    "SELECT idem_key, created_at, http_status, location, body "
	    "FROM idempotency_keys WHERE account_id = ? "
	    "ORDER BY created_at, idem_key",
};

/* How a column of an export is written. */
enum kind { END, NUMBER, TEXT, TRUTH };

struct column {
	enum kind kind;
	const char *name;
};

static const struct {
	int sql;
	const char *name;
	struct column column[12];
} exports[] = {
	{ EXPORT_KHATMAS, "khatmas", {
		{ NUMBER, "id" }, { TEXT, "name" }, { TEXT, "description" },
		{ TEXT, "khatma_type" }, { TEXT, "division" },
		{ TEXT, "status" }, { NUMBER, "creator" },
		{ NUMBER, "target_days" }, { TEXT, "start_date" },
		{ TEXT, "created_at" }, { TEXT, "joined_at" } } },
	{ EXPORT_CHAPTERS, "chapters", {
		{ NUMBER, "khatma" }, { NUMBER, "chapter" }, { TEXT, "state" },
		{ TEXT, "claimed_at" }, { TEXT, "completed_at" } } },
	{ EXPORT_SESSIONS, "sessions", {
		{ NUMBER, "id" }, { NUMBER, "khatma" }, { TEXT, "division" },
		{ NUMBER, "chapter_assigned" }, { TRUTH, "is_completed" },
		{ TEXT, "reading_date" }, { TEXT, "day" },
		{ TRUTH, "counts_day" }, { TEXT, "created_at" } } },
	{ EXPORT_INTENTIONS, "intentions", {
		{ NUMBER, "khatma" }, { NUMBER, "position" },
		{ TEXT, "intention" } } },
	{ EXPORT_INVITATIONS, "invitations", {
		{ NUMBER, "id" }, { NUMBER, "khatma" }, { TEXT, "invite_code" },
		{ TEXT, "created_at" }, { TEXT, "revoked_at" } } },
	{ EXPORT_ACHIEVEMENTS, "achievements", {
		{ NUMBER, "id" }, { TEXT, "achievement_type" },
		{ NUMBER, "khatma" }, { TEXT, "khatma_name" },
		{ TEXT, "earned_at" } } },
	{ EXPORT_NOTIFICATIONS, "notifications", {
		{ NUMBER, "id" }, { TEXT, "notification_type" },
		{ NUMBER, "related_khatma" }, { NUMBER, "related_user" },
		{ NUMBER, "chapter" }, { TEXT, "achievement_type" },
		{ TRUTH, "is_read" }, { TEXT, "created_at" } } },
	{ EXPORT_LOGINS, "logins", {
		{ NUMBER, "id" }, { TEXT, "created_at" },
		{ TEXT, "last_used_at" }, { TEXT, "revoked_at" },
		{ TEXT, "device" } } },
	{ EXPORT_RESETS, "password_resets", {
		{ NUMBER, "id" }, { TEXT, "requested_at" },
		{ TEXT, "sent_at" }, { TEXT, "used_at" } } },
	{ EXPORT_ANSWERS, "idempotency_keys", {
		{ TEXT, "key" }, { TEXT, "created_at" }, { NUMBER, "status" },
		{ TEXT, "location" }, { TEXT, "answer" } } },
};

/*
 * Leave every khatma, by ascending number as every writer that locks more than
 * one does. One more look finds nothing: none was joined meanwhile.
 */
static enum err
leave_all(struct db *db, int64_t user)
{
	struct db_rows rows;
	struct khatma_lock k;
	int64_t last = 0;
	enum err e;

	for (;;) {
		e = db_one(db, account_sql[MEMBERSHIPS],
		    ARGS(db_int(user), db_int(last)), &rows);
		if (e != OK)
			return e == ERR_NO_ROW ? OK : e;
		last = db_get_int(&rows, 0);
		e = khatma_lock(db, last, user, &k);
		if (e == OK && k.is_member)
			e = member_remove(db, &k, user);
		if (e != OK && e != ERR_KHATMA_NOT_FOUND)
			return e;
	}
}

struct farewell {
	const struct credentials *who;
	int64_t *wait;
};

static enum err
lock_user(struct db *db, const struct farewell *f)
{
	struct db_rows rows;
	enum err e = db_one(db, account_sql[LOCK_USER],
	    ARGS(db_int(f->who->user)), &rows);

	if (e == ERR_NO_ROW)
		return ERR_TOKEN_INVALID;
	if (e == OK && strcmp(db_get_text(&rows, 0), f->who->phc) != 0)
		return ERR_LOGIN_FAILED;
	return e;
}

static enum err
delete_tx(struct db *db, void *arg)
{
	const struct farewell *f = arg;
	enum err e = throttle_passed(db, f->who->email_key, f->wait);

	if (e == OK)
		e = leave_all(db, f->who->user);
	if (e == OK)
		e = lock_user(db, f);
	for (int s = FREE_COMPLETIONS; s <= DELETE_USER && e == OK; s++)
		e = db_exec(db, account_sql[s], ARGS(db_int(f->who->user)),
		    NULL);
	return e;
}

enum err
account_delete(struct db *db, const struct credentials *c, int64_t *wait)
{
	struct farewell f = { c, wait };

	return db_tx(db, delete_tx, &f);
}

static void
write_column(struct json *j, const struct column *c, const struct db_rows *rows,
    unsigned i)
{
	if (db_is_null(rows, i))
		json_null(j, c->name);
	else if (c->kind == NUMBER)
		json_int(j, c->name, db_get_int(rows, i));
	else if (c->kind == TRUTH)
		json_bool(j, c->name, db_get_int(rows, i) != 0);
	else
		json_text(j, c->name, db_get_text(rows, i));
}

enum err
account_export(struct db *db, int64_t user, struct json *j)
{
	struct db_rows rows;
	enum err e = OK;

	for (size_t x = 0; x < sizeof(exports) / sizeof(*exports); x++) {
		const struct column *c = exports[x].column;

		json_open(j, exports[x].name, '[');
		e = db_query(db, account_sql[exports[x].sql],
		    ARGS(db_int(user)), &rows);
		while (e == OK && (e = db_next(&rows)) == OK) {
			json_open(j, NULL, '{');
			for (unsigned i = 0; c[i].kind != END; i++)
				write_column(j, &c[i], &rows, i);
			json_close(j);
		}
		if (e != ERR_NO_ROW)
			return e;
		json_close(j);
	}
	return OK;
}
