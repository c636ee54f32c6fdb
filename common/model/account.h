/*
 * The end of an account, and all that is stored about it.
 */
#ifndef KHATMA_ACCOUNT_H
#define KHATMA_ACCOUNT_H

#include <stdint.h>

#include "common/err.h"

struct db;
struct json;

extern const char *const account_sql[];

/*
 * Delete an account: its claims return to their pools, its completions stay
 * without a name, khatmas it created go to their oldest member or, where it
 * was alone, with it. One transaction. phc is the stored form of the password
 * that was given: ERR_LOGIN_FAILED when it has been changed meanwhile.
 */
enum err account_delete(struct db *db, int64_t user, const char *phc);

/*
 * Append to an object, as lists, all that is stored about a user besides the
 * profile: khatmas, chapters, sessions, intentions, invitations, achievements,
 * notifications, logins and password resets. One statement each.
 */
enum err account_export(struct db *db, int64_t user, struct json *j);

#endif
