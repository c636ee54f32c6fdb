/*
 * Wrong passwords in a row, counted for an e-mail address whether or not it has
 * an account. The fifth blocks the address for a minute and each later one for
 * twice as long, a quarter of an hour at most; a right one forgets them, and so
 * does a day without any. While an address is blocked no password is looked at.
 *
 * The row of an address is the first thing that a transaction locks, before
 * khatmas, users and logins.
 */
#ifndef KHATMA_THROTTLE_H
#define KHATMA_THROTTLE_H

#include <stdint.h>

#include "common/err.h"

struct db;

extern const char *const throttle_sql[];

/*
 * For statements of others: the key of the row of an address, which is a ?, and
 * of a row f the seconds that its block still lasts: NULL when there was none, 0
 * or less when it is over. A statement that waited for the row counts from when
 * it began to wait.
 */
#define THROTTLE_HASH(email_key)	"UNHEX(SHA2(" email_key ", 256))"
#define THROTTLE_LEFT \
	"(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), f.blocked_until) " \
	"+ 999999) DIV 1000000"

/*
 * Write a wrong password down for an address (case folded), in a transaction
 * of its own: ERR_LOGIN_FAILED. When others have blocked the address since it
 * was looked at nothing is written: ERR_LOGIN_BLOCKED, for *wait seconds. Else
 * an error of db_tx().
 */
enum err throttle_failed(struct db *db, const char *email_key, int64_t *wait);

/*
 * Inside a transaction, before anything else of it: a right password. OK, and
 * the failures are forgotten when it commits; or ERR_LOGIN_BLOCKED as above.
 */
enum err throttle_passed(struct db *db, const char *email_key, int64_t *wait);

/*
 * Inside a transaction, before anything else of it: forget the failures, and a
 * block with them: whose address it is has been proved in another way.
 */
enum err throttle_forget(struct db *db, const char *email_key);

#endif
