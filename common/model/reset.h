/*
 * A new password by mail, for who has forgotten the old one. A token is stored
 * as its hash only, is good once and for 30 minutes, and dies when the password
 * is changed in whatever other way.
 */
#ifndef KHATMA_RESET_H
#define KHATMA_RESET_H

#include <stdint.h>

#include "common/err.h"
#include "common/passwd.h"
#include "common/token.h"

struct arena;
struct buf;
struct db;

extern const char *const reset_sql[];

/*
 * Note that a new password was asked for. Whether the address has an account
 * makes no difference, neither in what is returned nor in what is done. The
 * fourth time within an hour nothing is noted. lang is for the mail to a user
 * who has chosen no language.
 */
enum err reset_request(struct db *db, struct arena *a, const char *email,
    enum lang lang);

/* A token that is good, and whose it is. */
struct reset {
	int64_t id, user;
	const char *email, *email_key, *fullname;
	char phc[PASSWD_PHC_MAX];	/* the present password, stored form */
};

/*
 * Texts are in the arena. ERR_RESET_TOKEN when the token is not good, for
 * whatever reason.
 */
enum err reset_find(struct db *db, struct arena *a, const char *token,
    struct reset *reset);

/*
 * Use a token up: phc is the password from now on, all logins of the user end,
 * and wrong passwords of before are forgotten. One transaction. ERR_RESET_TOKEN when the token was used, or the
 * password changed, meanwhile.
 */
enum err reset_use(struct db *db, const struct reset *reset, const char *phc);

/* A mail that is to be sent now. */
struct reset_mail {
	int64_t id, attempts;		/* this one among them */
	const char *to;			/* NULL: nothing, look again */
	enum lang lang;
	char token[TOKEN_JTI_MAX + 1];
};

/*
 * Take the mail that has waited longest, with a new token, which is good from
 * now on; nobody else will take it for a minute. to is in the arena; NULL when
 * somebody else was faster or the mail came too late and was dropped.
 * ERR_NO_ROW: no mail is due.
 */
enum err reset_take(struct db *db, struct arena *a, struct reset_mail *m);

/* The mail server has it: nothing more to do. */
enum err reset_sent(struct db *db, const struct reset_mail *m);

/* It was not sent: it is due again later, each time twice as late. */
enum err reset_not_sent(struct db *db, const struct reset_mail *m);

/*
 * The words of the mail: its subject as it stands in the header, and its text,
 * appended to a buffer, with LF line ends. The token follows url; where that
 * is "" it is shown by itself, for typing it into the app.
 */
const char *reset_subject(enum lang lang);
void reset_text(struct buf *text, const struct reset_mail *m, const char *url);

#endif
