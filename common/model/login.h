/*
 * Logins and their refresh tokens: who may go on without a password.
 */
#ifndef KHATMA_LOGIN_H
#define KHATMA_LOGIN_H

#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"
#include "common/err.h"
#include "common/token.h"
#include "common/who.h"

struct arena;
struct credentials;
struct db;
struct json;

extern const char *const login_sql[];

/* A refresh token as it is stored: never the token itself. */
struct refresh {
	unsigned char hash[TOKEN_HASH_LEN];	/* of its jti */
	int64_t issued, expires;		/* seconds since 1970 */
};

/* What makes a login. */
struct login_new {
	const struct credentials *who;	/* the password was checked */
	const char *rehashed;		/* takes its place, or NULL */
	const char *device;		/* 200 characters of it are kept */
	const struct refresh *refresh;
	int64_t access_ttl;		/* seconds that access tokens live */
};

/*
 * A new login with its first refresh token; *login is its id. ERR_NO_ROW when
 * the password has been changed or hashed anew meanwhile, ERR_LOGIN_BLOCKED
 * when the address is blocked, for *wait seconds. Logins of the same user that
 * have been over for a month are forgotten.
 */
enum err login_start(struct db *db, const struct login_new *n, int64_t *login,
    int64_t *wait);

/*
 * Use a refresh token that was verified. A token that is not known here but
 * bears our signature comes from the service that shares the key: it gets a
 * login of its own at its first use. next, unless NULL, takes the place of the
 * token, which is then used up; a used-up token that comes again revokes its
 * login (RFC 9700 section 4.14.2), and the log tells of it. ERR_TOKEN_INVALID
 * for a token that is revoked, used up, or older than its user's password.
 */
enum err login_refresh(struct db *db, const struct token *token,
    const struct refresh *used, const struct refresh *next, int64_t *login);

/* One of somebody's own logins. */
struct login_item {
	int64_t id;
	const char *created_at, *last_used_at, *device;
};

struct login_list {
	int64_t total;
	size_t n;
	struct login_item *item;
	struct cursor last;		/* the place of the last item */
};

/*
 * The logins of a user that go on: this one, and those with a refresh token
 * that can be used. Latest used first, texts in the arena: one statement.
 */
enum err login_list(struct db *db, struct arena *a, const struct who *who,
    const struct part *part, struct login_list *list);

/* Append one as an object; current is the login that asks. */
void login_write(struct json *j, const struct login_item *l, int64_t current);

/* End one login of a user. ERR_SESSION_NOT_FOUND: another's, over, or none. */
enum err login_revoke(struct db *db, int64_t user, int64_t login);

/* Revoke the login that a verified refresh token belongs to. OK twice too. */
enum err login_end(struct db *db, const struct token *token,
    const struct refresh *refresh);

/*
 * Inside a transaction: revoke every login of a user but one (0: all).
 */
enum err login_revoke_others(struct db *db, int64_t user, int64_t but);

#endif
