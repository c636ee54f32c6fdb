/*
 * Logins and their refresh tokens: who may go on without a password.
 */
#ifndef KHATMA_LOGIN_H
#define KHATMA_LOGIN_H

#include <stdint.h>

#include "common/err.h"
#include "common/token.h"

struct db;

extern const char *const login_sql[];

/* A refresh token as it is stored: never the token itself. */
struct refresh {
	unsigned char hash[TOKEN_HASH_LEN];	/* of its jti */
	int64_t issued, expires;		/* seconds since 1970 */
};

/*
 * A new login of a user with its first refresh token; *login is its id.
 * verified is the stored form of the password that was given: ERR_LOGIN_FAILED
 * when it has been changed meanwhile. rehashed, unless NULL, takes its place.
 */
enum err login_start(struct db *db, int64_t user, const struct refresh *refresh,
    const char *verified, const char *rehashed, int64_t *login);

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

/* Revoke the login that a verified refresh token belongs to. OK twice too. */
enum err login_end(struct db *db, const struct token *token,
    const struct refresh *refresh);

/*
 * Inside a transaction: revoke every login of a user but one (0: all).
 */
enum err login_revoke_others(struct db *db, int64_t user, int64_t but);

#endif
