/*
 * People with an account.
 */
#ifndef KHATMA_USER_H
#define KHATMA_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/passwd.h"
#include "common/token.h"
#include "common/who.h"

struct arena;
struct db;
struct db_arg;
struct db_rows;
struct json;

extern const char *const user_sql[];

/* "male", "female", "" for not said; ends with NULL. */
extern const char *const user_genders[];

/* What other people are told in place of a name that is gone. */
extern const char *const former_member[LANG_COUNT];

struct profile {
	int64_t id;
	const char *fullname, *email, *gender, *phone, *bio, *zone;
	bool chose_language;
	enum lang lang;
	const char *date_joined;	/* RFC 3339 */
	int64_t khatmas_completed;
	int64_t current_streak, longest_streak;
};

/* What makes an account; every text checked and not NULL. */
struct signup {
	const char *fullname, *email, *gender, *phone;
	const char *phc;		/* the password, hashed */
};

/* What a password that somebody gives is checked against. */
struct credentials {
	int64_t user;			/* 0: the address has no account */
	const char *email_key;		/* the address, case folded */
	char phc[PASSWD_PHC_MAX];	/* the password in its stored form */
	int64_t blocked;		/* for so many seconds, or not: 0 */
};

/* What may be changed; NULL is left as it is. */
struct profile_change {
	const char *fullname, *gender, *phone, *bio, *zone, *language;
};

/*
 * Make an account; *id is its number. ERR_DUPLICATE when the e-mail address,
 * whatever its case, has one already.
 */
enum err user_create(struct db *db, struct arena *a, const struct signup *s,
    int64_t *id);

/*
 * The person that a verified access token speaks for: one statement.
 * ERR_TOKEN_INVALID when the account is gone, its login was revoked, or the
 * token belongs to no login of ours and is older than the password.
 */
enum err user_identify(struct db *db, const struct token *token,
    struct who *who);

/*
 * What a token is judged by and what is known of its user, IDENTITY_END columns;
 * and where they come from.
 */
#define IDENTITY_COLUMNS \
	"u.timezone, u.language, UTC_TIMESTAMP(6), u.password_changed_at, " \
	"l.id, l.revoked_at IS NOT NULL"
#define TOKEN_TABLES \
	" FROM users u LEFT JOIN logins l " \
	"ON l.id = ? AND l.user_id = u.id "
#define IS_OF_TOKEN	"u.id = ? "
#define OF_TOKEN	TOKEN_TABLES "WHERE " IS_OF_TOKEN
enum { IDENTITY_END = 6 };

/*
 * The same from a row that begins with IDENTITY_COLUMNS. The parameter of
 * TOKEN_TABLES is token->session_id, that of IS_OF_TOKEN token->user_id.
 */
enum err user_from_row(const struct token *token, const struct db_rows *rows,
    struct who *who);

/*
 * The same by a statement whose row begins so, and there is one for each user.
 * The rest of it is in *rows then. OF_TOKEN_ARGS are the parameters of one that
 * has none but those of OF_TOKEN.
 */
enum err user_identify_by(struct db *db, const char *sql,
    const struct db_arg *args, const struct token *token,
    struct db_rows *rows, struct who *who);
#define OF_TOKEN_ARGS(token) \
	ARGS(db_int((token)->session_id), db_int((token)->user_id))

/* The same, and the whole profile: still one statement. */
enum err user_identify_profile(struct db *db, struct arena *a,
    const struct token *token, struct who *who, struct profile *p);

/* What a password of an e-mail address is checked against: one statement. */
enum err user_credentials(struct db *db, struct arena *a, const char *email,
    struct credentials *c);

/* The same, of a user: ERR_TOKEN_INVALID when there is no such. */
enum err user_own_credentials(struct db *db, struct arena *a, int64_t id,
    struct credentials *c);

/*
 * Whether a password is the right one. ERR_LOGIN_FAILED when it is not, which
 * is counted; ERR_LOGIN_BLOCKED, right or wrong, when the address is blocked
 * for *wait seconds. What a right one opens has to ask once more: see
 * throttle_passed().
 */
enum err user_check_password(struct db *db, const struct credentials *c,
    const char *password, int64_t *wait);

/* The whole profile, texts in the arena. */
enum err user_profile(struct db *db, struct arena *a, const struct who *who,
    struct profile *p);

/* Append the profile's members, as GET user/me/ gives them, to an object. */
void profile_write(struct json *j, const struct profile *p, enum lang lang);

/* Append {"id", "fullname"} under key; a NULL name is a former member. */
void person_write(struct json *j, const char *key, int64_t id,
    const char *fullname, enum lang lang);

/* Change it; *p is the profile then. ERR_TOKEN_INVALID: it is gone. */
enum err user_change(struct db *db, struct arena *a, const struct who *who,
    const struct profile_change *c, struct profile *p);

/*
 * Inside a transaction: lock the user's row by a change that nobody sees, so
 * that what follows overlaps with no other change of the user's affairs, also
 * where the other one is at another database server. No error when there is no
 * such user.
 */
enum err user_take_turn(struct db *db, int64_t id);

/*
 * Store a new password, hashed, in place of the old one, which was checked, and
 * revoke every login of the user but the one given (0: all). ERR_LOGIN_FAILED
 * when the old one has been changed meanwhile, ERR_LOGIN_BLOCKED as above.
 */
enum err user_set_password(struct db *db, const struct credentials *old,
    const char *new, int64_t login, int64_t *wait);

/* The same inside a transaction. */
enum err user_replace_password(struct db *db, int64_t id, const char *old,
    const char *new, int64_t login);

#endif
