#include "common/model/login.h"

#include <stddef.h>

#include "common/db.h"
#include "common/log.h"
#include "common/time.h"

enum {
	LOCK_PASSWORD, FORGET_EXPIRED, INSERT_LOGIN, INSERT_REFRESH, FIND,
	FIND_USER, USE_UP, TOUCH, REVOKE, REVOKE_OTHERS, REHASH, STATEMENTS
};

const char *const login_sql[STATEMENTS + 1] = {
	[LOCK_PASSWORD] =
	    "SELECT id FROM users WHERE id = ? AND password = ? FOR UPDATE",
	[FORGET_EXPIRED] =
	    "DELETE t FROM refresh_tokens t "
	    "JOIN logins l ON l.id = t.login_id "
	    "WHERE l.user_id = ? AND t.expires_at < UTC_TIMESTAMP(6)",
	[INSERT_LOGIN] =
	    "INSERT INTO logins (user_id, created_at, last_used_at) "
	    "VALUES (?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
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
	[REVOKE_OTHERS] =
	    "UPDATE logins SET revoked_at = UTC_TIMESTAMP(6) "
	    "WHERE user_id = ? AND id <> ? AND revoked_at IS NULL",
	[REHASH] =
	    "UPDATE users SET password = ? WHERE id = ?",
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
insert_login(struct db *db, int64_t user, const struct refresh *refresh,
    int64_t *login)
{
	enum err e = db_exec(db, login_sql[INSERT_LOGIN], ARGS(db_int(user)),
	    NULL);

	if (e != OK)
		return e;
	*login = db_insert_id(db);
	return insert_refresh(db, *login, refresh);
}

struct start {
	int64_t user;
	const struct refresh *refresh;
	const char *verified, *rehashed;
	int64_t *login;
};

static enum err
start_tx(struct db *db, void *arg)
{
	struct start *s = arg;
	struct db_rows rows;
	enum err e = db_one(db, login_sql[LOCK_PASSWORD],
	    ARGS(db_int(s->user), db_text(s->verified)), &rows);

	if (e == ERR_NO_ROW)
		return ERR_LOGIN_FAILED;
	if (e == OK)
		e = db_exec(db, login_sql[FORGET_EXPIRED],
		    ARGS(db_int(s->user)), NULL);
	if (e == OK)
		e = insert_login(db, s->user, s->refresh, s->login);
	if (e == OK && s->rehashed)
		e = db_exec(db, login_sql[REHASH],
		    ARGS(db_text(s->rehashed), db_int(s->user)), NULL);
	return e;
}

enum err
login_start(struct db *db, int64_t user, const struct refresh *refresh,
    const char *verified, const char *rehashed, int64_t *login)
{
	struct start s = { user, refresh, verified, rehashed, login };

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
	e = insert_login(db, u->token->user_id, u->refresh, &u->login);
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
