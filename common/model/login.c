#include "common/model/login.h"

#include <stddef.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/json.h"
#include "common/log.h"
#include "common/model/throttle.h"
#include "common/model/user.h"
#include "common/time.h"

enum {
	LOCK_PASSWORD, FORGET_EXPIRED, FORGET_LOGINS, INSERT_LOGIN,
	INSERT_REFRESH, FIND, FIND_USER, USE_UP, TOUCH, REVOKE, REVOKE_OWN,
	REVOKE_OTHERS, REHASH, LIST, STATEMENTS
};

#define GOES_ON \
	"WHERE l.user_id = ? AND l.revoked_at IS NULL AND (l.id = ? " \
	"OR EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.login_id = l.id " \
	"AND t.used_at IS NULL AND t.expires_at > UTC_TIMESTAMP(6))) " \
	BEHIND("l.last_used_at", "l.id", "<")

const char *const login_sql[STATEMENTS + 1] = {
	[LOCK_PASSWORD] =
	    "UPDATE users SET turn = turn + 1 WHERE id = ? AND password = ?",
	[FORGET_EXPIRED] =
	    "DELETE t FROM refresh_tokens t "
	    "JOIN logins l ON l.id = t.login_id "
	    "WHERE l.user_id = ? AND t.expires_at < UTC_TIMESTAMP(6) - "
	    "INTERVAL IF(t.used_at IS NULL, 30, 0) DAY",
	/* A token that is still good must be known, or it would be adopted. */
	[FORGET_LOGINS] =
	    "DELETE FROM logins WHERE user_id = ? "
	    "AND COALESCE(revoked_at, last_used_at + INTERVAL ? SECOND) "
	    "< UTC_TIMESTAMP(6) - INTERVAL 30 DAY AND NOT EXISTS (SELECT 1 "
	    "FROM refresh_tokens t WHERE t.login_id = logins.id)",
	[INSERT_LOGIN] =
	    "INSERT INTO logins (user_id, created_at, last_used_at, "
	    "user_agent) VALUES (?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), "
	    "LEFT(?, 200))",
	[INSERT_REFRESH] =
	    "INSERT INTO refresh_tokens "
	    "(jti_hash, login_id, issued_at, expires_at) VALUES (?, ?, ?, ?)",
	[FIND] =
	    "SELECT t.login_id, t.used_at IS NOT NULL, "
	    "l.revoked_at IS NOT NULL "
	    "FROM refresh_tokens t JOIN logins l ON l.id = t.login_id "
	    "WHERE t.jti_hash = ? AND l.user_id = ? FOR UPDATE",
	[FIND_USER] =
	    "SELECT password_changed_at FROM users WHERE id = ? FOR UPDATE",
	[USE_UP] =
	    "UPDATE refresh_tokens SET used_at = UTC_TIMESTAMP(6) "
	    "WHERE jti_hash = ?",
	[TOUCH] =
	    "UPDATE logins SET last_used_at = UTC_TIMESTAMP(6) WHERE id = ?",
	[REVOKE] =
	    "UPDATE logins SET revoked_at = UTC_TIMESTAMP(6) "
	    "WHERE id = ? AND revoked_at IS NULL",
	[REVOKE_OWN] =
	    "UPDATE logins SET revoked_at = UTC_TIMESTAMP(6) "
	    "WHERE id = ? AND user_id = ? AND revoked_at IS NULL",
	[REVOKE_OTHERS] =
	    "UPDATE logins SET revoked_at = UTC_TIMESTAMP(6) "
	    "WHERE user_id = ? AND id <> ? AND revoked_at IS NULL",
	[REHASH] =
	    "UPDATE users SET password = ? WHERE id = ?",
	[LIST] =
	    "SELECT t.total, l.id, l.created_at, l.last_used_at, l.user_agent "
	    "FROM (SELECT COUNT(*) AS total FROM logins l " GOES_ON ") t "
	    "LEFT JOIN (SELECT * FROM logins l " GOES_ON
	    "ORDER BY l.last_used_at DESC, l.id DESC LIMIT ? OFFSET ?) l "
	    "ON 1 = 1 ORDER BY l.last_used_at DESC, l.id DESC",
};

static enum err
insert_refresh(struct db *db, int64_t login, const struct refresh *refresh)
{
	char issued[TIME_ISO_MAX], expires[TIME_ISO_MAX];

	time_format_sql(refresh->issued * USEC_PER_SEC, issued);
	time_format_sql(refresh->expires * USEC_PER_SEC, expires);
	return db_exec(db, login_sql[INSERT_REFRESH],
	    ARGS(db_bytes(refresh->hash, sizeof(refresh->hash)),
	    db_int(login), db_text(issued), db_text(expires)), NULL);
}

static enum err
insert_login(struct db *db, int64_t user, const char *device,
    const struct refresh *refresh, int64_t *login)
{
	enum err e = db_exec(db, login_sql[INSERT_LOGIN],
	    ARGS(db_int(user), db_text(device)), NULL);

	if (e != OK)
		return e;
	*login = db_insert_id(db);
	return insert_refresh(db, *login, refresh);
}

struct start {
	const struct login_new *new;
	int64_t *login, *wait;
};

/* What has been over for a month; of expired tokens used ones at once. */
static enum err
forget(struct db *db, int64_t user, int64_t access_ttl)
{
	enum err e = db_exec(db, login_sql[FORGET_EXPIRED],
	    ARGS(db_int(user)), NULL);

	return e == OK ? db_exec(db, login_sql[FORGET_LOGINS],
	    ARGS(db_int(user), db_int(access_ttl)), NULL) : e;
}

static enum err
start_tx(struct db *db, void *arg)
{
	const struct start *s = arg;
	const struct login_new *n = s->new;
	int64_t user = n->who->user;
	int64_t matched = 0;
	enum err e = throttle_passed(db, n->who->email_key, s->wait);

	if (e == OK)
		e = db_exec(db, login_sql[LOCK_PASSWORD],
		    ARGS(db_int(user), db_text(n->who->phc)), &matched);
	if (e == OK && matched == 0)
		return ERR_NO_ROW;
	if (e == OK)
		e = forget(db, user, n->access_ttl);
	if (e == OK)
		e = insert_login(db, user, n->device, n->refresh, s->login);
	if (e == OK && n->rehashed)
		e = db_exec(db, login_sql[REHASH],
		    ARGS(db_text(n->rehashed), db_int(user)), NULL);
	return e;
}

enum err
login_start(struct db *db, const struct login_new *n, int64_t *login,
    int64_t *wait)
{
	struct start s = { n, login, wait };

	return db_tx(db, start_tx, &s);
}

struct use {
	const struct token *token;
	const struct refresh *refresh;
	const struct refresh *next;
	int64_t login;
	bool refused;		/* but what was found is committed */
	bool reused;		/* somebody has used it before */
};

/* The first use of a token of the service that shares the key. */
static enum err
adopt(struct db *db, struct use *u)
{
	struct db_rows rows;
	enum err e = db_one(db, login_sql[FIND_USER],
	    ARGS(db_int(u->token->user_id)), &rows);

	if (e == ERR_NO_ROW)
		return ERR_TOKEN_INVALID;
	if (e != OK)
		return e;
	if (u->token->issued < db_get_time(&rows, 0) / USEC_PER_SEC)
		return ERR_TOKEN_INVALID;
	e = user_take_turn(db, u->token->user_id);
	if (e == OK)
		e = insert_login(db, u->token->user_id, "", u->refresh,
		    &u->login);
	return e == ERR_DUPLICATE ? ERR_RETRY : e;
}

static enum err
find_or_adopt(struct db *db, struct use *u, bool *used, bool *revoked)
{
	struct db_rows rows;
	enum err e = db_one(db, login_sql[FIND],
	    ARGS(db_bytes(u->refresh->hash, sizeof(u->refresh->hash)),
	    db_int(u->token->user_id)), &rows);

	*used = *revoked = false;
	if (e == ERR_NO_ROW)
		return adopt(db, u);
	if (e != OK)
		return e;
	u->login = db_get_int(&rows, 0);
	*used = db_get_int(&rows, 1) != 0;
	*revoked = db_get_int(&rows, 2) != 0;
	return OK;
}

static enum err
rotate(struct db *db, struct use *u)
{
	enum err e = db_exec(db, login_sql[USE_UP],
	    ARGS(db_bytes(u->refresh->hash, sizeof(u->refresh->hash))), NULL);

	return e == OK ? insert_refresh(db, u->login, u->next) : e;
}

static enum err
refresh_tx(struct db *db, void *arg)
{
	struct use *u = arg;
	bool used, revoked;
	enum err e = find_or_adopt(db, u, &used, &revoked);

	u->refused = used || revoked;
	u->reused = used;
	if (e == OK && used)
		return db_exec(db, login_sql[REVOKE], ARGS(db_int(u->login)),
		    NULL);
	if (e == OK && !revoked)
		e = db_exec(db, login_sql[TOUCH], ARGS(db_int(u->login)), NULL);
	if (e == OK && !revoked && u->next)
		e = rotate(db, u);
	return e;
}

enum err
login_refresh(struct db *db, const struct token *token,
    const struct refresh *used, const struct refresh *next, int64_t *login)
{
	struct use u = { .token = token, .refresh = used, .next = next };
	enum err e = db_tx(db, refresh_tx, &u);

	if (e == OK && u.reused)
		log_event("refresh_reused", u.login, NULL);
	if (e == OK && u.refused)
		e = ERR_TOKEN_INVALID;
	*login = u.login;
	return e;
}

static enum err
end_tx(struct db *db, void *arg)
{
	struct use *u = arg;
	bool used, revoked;
	enum err e = find_or_adopt(db, u, &used, &revoked);

	if (e == OK && !revoked)
		e = db_exec(db, login_sql[REVOKE], ARGS(db_int(u->login)),
		    NULL);
	return e;
}

enum err
login_end(struct db *db, const struct token *token,
    const struct refresh *refresh)
{
	struct use u = { .token = token, .refresh = refresh };

	return db_tx(db, end_tx, &u);
}

enum err
login_revoke_others(struct db *db, int64_t user, int64_t but)
{
	return db_exec(db, login_sql[REVOKE_OTHERS],
	    ARGS(db_int(user), db_int(but)), NULL);
}

enum err
login_list(struct db *db, struct arena *a, const struct who *who,
    const struct part *part, struct login_list *list)
{
	char when[TIME_ISO_MAX];
	struct db_arg user = db_int(who->id), this = db_int(who->login);
	struct db_arg key = db_text(cursor_time(&part->after, when));
	struct db_arg id = db_int(part->after.id);
	struct db_rows rows;
	struct login_item *l;
	enum err e;

	list->item = arena_alloc(a, (size_t)part->limit * sizeof(*list->item));
	if (list->item == NULL)
		return ERR_INTERNAL;
	e = db_query(db, login_sql[LIST], ARGS(user, this,
	    BEHIND_ARGS(key, id), user, this, BEHIND_ARGS(key, id),
	    db_int(part->limit), db_int(part_skip(part))), &rows);
	while (e == OK && (e = db_next(&rows)) == OK) {
		list->total = part_total(part, db_get_int(&rows, 0));
		if (db_is_null(&rows, 1))
			continue;
		l = &list->item[list->n++];
		l->id = db_get_int(&rows, 1);
		l->created_at = db_keep_text(a, &rows, 2);
		l->last_used_at = db_keep_text(a, &rows, 3);
		l->device = db_keep_text(a, &rows, 4);
		list->last = (struct cursor){ .id = l->id,
		    .when = db_get_time(&rows, 3) };
	}
	return e == ERR_NO_ROW ? OK : e;
}

void
login_write(struct json *j, const struct login_item *l, int64_t current)
{
	json_open(j, NULL, '{');
	json_int(j, "id", l->id);
	json_text(j, "created_at", l->created_at);
	json_text(j, "last_used_at", l->last_used_at);
	json_text(j, "device", l->device);
	json_bool(j, "is_current", l->id == current);
	json_close(j);
}

struct revocation {
	int64_t user, login;
};

static enum err
revoke_tx(struct db *db, void *arg)
{
	const struct revocation *v = arg;
	int64_t matched = 0;
	enum err e = db_exec(db, login_sql[REVOKE_OWN],
	    ARGS(db_int(v->login), db_int(v->user)), &matched);

	return e == OK && matched == 0 ? ERR_SESSION_NOT_FOUND : e;
}

enum err
login_revoke(struct db *db, int64_t user, int64_t login)
{
	struct revocation v = { user, login };

	return db_tx(db, revoke_tx, &v);
}
