/*
 * The end of an account, and all that is stored about it.
 */
#ifndef KHATMA_ACCOUNT_H
#define KHATMA_ACCOUNT_H

#include <stdint.h>

#include "common/err.h"

struct credentials;
struct db;
struct json;

extern const char *const account_sql[];

/*
 * Delete an account: its claims return to their pools, its completions stay
 * without a name, khatmas it created go to their oldest member or, where it
 * was alone, with it. One transaction. The password was checked:
 * ERR_LOGIN_FAILED when it has been changed meanwhile, ERR_LOGIN_BLOCKED when
 * the address is blocked, for *wait seconds.
 */
enum err account_delete(struct db *db, const struct credentials *c,
    int64_t *wait);

/*
 * Append to an object, as lists, all that is stored about a user besides the
 * profile: khatmas, chapters, sessions, intentions, invitations, achievements,
 * notifications, logins and password resets. One statement each.
 */
enum err account_export(struct db *db, int64_t user, struct json *j);

#endif
