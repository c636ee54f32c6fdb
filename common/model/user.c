#include "common/model/user.h"

#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/json.h"
#include "common/model/khatma_words.h"
#include "common/model/login.h"
#include "common/model/streak.h"
#include "common/model/throttle.h"
#include "common/time.h"
#include "common/utf8.h"
#include "common/words.h"

enum {
	INSERT, IDENTIFY, IDENTIFY_PROFILE, CREDENTIALS, OWN_CREDENTIALS,
	PROFILE, CHANGE, SET_PASSWORD, TAKE_TURN, STATEMENTS
};

#define PROFILE_COLUMNS \
	"u.fullname, u.email, u.gender, u.phone, u.bio, u.timezone, " \
	"u.language, u.date_joined, u.khatmas_completed, " \
	"u.streak_first_day, u.streak_last_day, u.longest_streak"

const char *const user_sql[STATEMENTS + 1] = {
	[INSERT] =
	    "INSERT INTO users (fullname, fullname_search, email, email_key, "
	    "password, gender, phone, password_changed_at, date_joined) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
	[IDENTIFY] = "SELECT " IDENTITY_COLUMNS OF_TOKEN,
	[IDENTIFY_PROFILE] =
	    "SELECT " IDENTITY_COLUMNS ", " PROFILE_COLUMNS OF_TOKEN,
	[CREDENTIALS] =
	    "SELECT u.id, u.password, " THROTTLE_LEFT " FROM (SELECT 1) one "
	    "LEFT JOIN users u ON u.email_key = ? LEFT JOIN login_failures f "
	    "ON f.email_hash = " THROTTLE_HASH("?"),
	[OWN_CREDENTIALS] =
	    "SELECT u.email_key, u.password, " THROTTLE_LEFT " FROM users u "
	    "LEFT JOIN login_failures f "
	    "ON f.email_hash = " THROTTLE_HASH("u.email_key")
	    " WHERE u.id = ?",
	[PROFILE] = "SELECT " PROFILE_COLUMNS " FROM users u WHERE u.id = ?",
	[CHANGE] =
	    "UPDATE users SET fullname = COALESCE(?, fullname), "
	    "fullname_search = COALESCE(?, fullname_search), "
	    "gender = COALESCE(?, gender), phone = COALESCE(?, phone), "
	    "bio = COALESCE(?, bio), timezone = COALESCE(?, timezone), "
	    "language = COALESCE(?, language) WHERE id = ?",
	[SET_PASSWORD] =
	    "UPDATE users SET password = ?, "
	    "password_changed_at = UTC_TIMESTAMP(6) "
	    "WHERE id = ? AND password = ?",
	[TAKE_TURN] =
	    "UPDATE users SET turn = turn + 1 WHERE id = ?",
};

const char *const user_genders[] = { "male", "female", "", NULL };

const char *const former_member[LANG_COUNT] = {
	[LANG_EN] = "a former member", [LANG_AR] = "عضو سابق",
};

struct create {
	const struct signup *s;
	const char *search, *key;
	int64_t id;
};

static enum err
create_tx(struct db *db, void *arg)
{
	struct create *c = arg;
	const struct signup *s = c->s;
	enum err e = db_exec(db, user_sql[INSERT],
	    ARGS(db_text(s->fullname), db_text(c->search), db_text(s->email),
	    db_text(c->key), db_text(s->phc), db_text(s->gender),
	    db_text(s->phone)), NULL);

	if (e == OK)
		c->id = db_insert_id(db);
	return e;
}

enum err
user_create(struct db *db, struct arena *a, const struct signup *s,
    int64_t *id)
{
	struct create c = { .s = s };
	enum err e;

	c.search = utf8_search_form(a, s->fullname);
	c.key = utf8_fold(a, s->email);
	if (c.search == NULL || c.key == NULL)
		return ERR_INTERNAL;
	e = db_tx(db, create_tx, &c);
	*id = c.id;
	return e;
}

static bool
is_good(const struct token *token, const struct db_rows *rows)
{
	if (token->session_id != 0)
		return !db_is_null(rows, 4) && db_get_int(rows, 5) == 0;
	return token->issued >= db_get_time(rows, 3) / USEC_PER_SEC;
}

enum err
user_from_row(const struct token *token, const struct db_rows *rows,
    struct who *who)
{
	if (!is_good(token, rows))
		return ERR_TOKEN_INVALID;
	who->id = token->user_id;
	who->login = token->session_id;
	snprintf(who->zone, sizeof(who->zone), "%s", db_get_text(rows, 0));
	who->chose_language = lang_read(db_get_text(rows, 1), &who->lang);
	who->now = db_get_time(rows, 2);
	who->today = time_local_day(who->zone, who->now);
	return OK;
}

enum err
user_identify_by(struct db *db, const char *sql, const struct db_arg *args,
    const struct token *token, struct db_rows *rows, struct who *who)
{
	enum err e = db_one(db, sql, args, rows);

	if (e == ERR_NO_ROW)
		return ERR_TOKEN_INVALID;
	return e == OK ? user_from_row(token, rows, who) : e;
}

enum err
user_identify(struct db *db, const struct token *token, struct who *who)
{
	struct db_rows rows;

	return user_identify_by(db, user_sql[IDENTIFY], OF_TOKEN_ARGS(token),
	    token, &rows, who);
}

/* The columns that both statements have in common. */
static void
read_credentials(const struct db_rows *rows, struct credentials *c)
{
	const char *phc = db_get_text(rows, 1);
	int64_t left = db_get_int(rows, 2);

	snprintf(c->phc, sizeof(c->phc), "%s", phc ? phc : "");
	c->blocked = left > 0 ? left : 0;
}

enum err
user_credentials(struct db *db, struct arena *a, const char *email,
    struct credentials *c)
{
	struct db_rows rows;
	enum err e;

	c->email_key = utf8_fold(a, email);
	if (c->email_key == NULL)
		return ERR_INTERNAL;
	e = db_one(db, user_sql[CREDENTIALS], ARGS(db_text(c->email_key),
	    db_text(c->email_key)), &rows);
	if (e != OK)
		return e;
	c->user = db_get_int(&rows, 0);
	read_credentials(&rows, c);
	return OK;
}

enum err
user_own_credentials(struct db *db, struct arena *a, int64_t id,
    struct credentials *c)
{
	struct db_rows rows;
	enum err e = db_one(db, user_sql[OWN_CREDENTIALS], ARGS(db_int(id)),
	    &rows);

	if (e == ERR_NO_ROW)
		return ERR_TOKEN_INVALID;
	if (e != OK)
		return e;
	c->user = id;
	c->email_key = db_keep_text(a, &rows, 0);
	read_credentials(&rows, c);
	return c->email_key ? OK : ERR_INTERNAL;
}

enum err
user_check_password(struct db *db, const struct credentials *c,
    const char *password, int64_t *wait)
{
	enum err e;

	*wait = c->blocked;
	if (c->blocked > 0)
		return ERR_LOGIN_BLOCKED;
	e = passwd_verify(c->phc, password);
	if (e == OK && c->user == 0)
		e = ERR_LOGIN_FAILED;
	return e == ERR_LOGIN_FAILED ?
	    throttle_failed(db, c->email_key, wait) : e;
}

static enum err
profile_from_row(struct arena *a, const struct db_rows *rows, unsigned first,
    const struct who *who, struct profile *p)
{
	p->id = who->id;
	p->fullname = db_keep_text(a, rows, first);
	p->email = db_keep_text(a, rows, first + 1);
	p->gender = db_keep_text(a, rows, first + 2);
	p->phone = db_keep_text(a, rows, first + 3);
	p->bio = db_keep_text(a, rows, first + 4);
	p->zone = db_keep_text(a, rows, first + 5);
	p->chose_language = lang_read(db_get_text(rows, first + 6), &p->lang);
	p->date_joined = db_keep_text(a, rows, first + 7);
	p->khatmas_completed = db_get_int(rows, first + 8);
	p->current_streak = 0;
	if (!db_is_null(rows, first + 10))
		p->current_streak = streak_current(db_get_day(rows, first + 9),
		    db_get_day(rows, first + 10), who->today);
	p->longest_streak = db_get_int(rows, first + 11);
	return arena_failed(a) ? ERR_INTERNAL : OK;
}

enum err
user_profile(struct db *db, struct arena *a, const struct who *who,
    struct profile *p)
{
	struct db_rows rows;
	enum err e = db_one(db, user_sql[PROFILE], ARGS(db_int(who->id)),
	    &rows);

	if (e == ERR_NO_ROW)
		return ERR_TOKEN_INVALID;
	return e == OK ? profile_from_row(a, &rows, 0, who, p) : e;
}

enum err
user_identify_profile(struct db *db, struct arena *a,
    const struct token *token, struct who *who, struct profile *p)
{
	struct db_rows rows;
	enum err e = user_identify_by(db, user_sql[IDENTIFY_PROFILE],
	    OF_TOKEN_ARGS(token), token, &rows, who);

	return e == OK ? profile_from_row(a, &rows, IDENTITY_END, who, p) : e;
}

void
profile_write(struct json *j, const struct profile *p, enum lang lang)
{
	json_int(j, "id", p->id);
	json_text(j, "fullname", p->fullname);
	json_text(j, "email", p->email);
	json_text(j, "gender", p->gender);
	json_text(j, "phone", p->phone);
	json_text(j, "bio", p->bio);
	json_text(j, "timezone", p->zone);
	json_text(j, "language", lang_tag(p->chose_language ? p->lang : lang));
	json_int(j, "total_khatmas_completed", p->khatmas_completed);
	json_int(j, "current_streak", p->current_streak);
	json_int(j, "longest_streak", p->longest_streak);
	json_text(j, "date_joined", p->date_joined);
}

void
person_write(struct json *j, const char *key, int64_t id, const char *fullname,
    enum lang lang)
{
	json_open(j, key, '{');
	json_id(j, "id", fullname ? id : 0);
	json_text(j, "fullname", fullname ? fullname : former_member[lang]);
	json_close(j);
}

struct change {
	const struct who *who;
	struct arena *arena;
	const struct profile_change *c;
	const char *search;
	struct profile *profile;
};

static enum err
change_tx(struct db *db, void *arg)
{
	struct change *ch = arg;
	const struct profile_change *c = ch->c;
	const char *old = NULL;
	enum err e = OK;

	if (ch->search)
		e = khatma_words_lock(db, ch->arena, ch->who->id, ch->search,
		    &old);
	if (e == OK)
		e = db_exec(db, user_sql[CHANGE],
		    ARGS(db_text(c->fullname), db_text(ch->search),
		    db_text(c->gender), db_text(c->phone), db_text(c->bio),
		    db_text(c->zone), db_text(c->language),
		    db_int(ch->who->id)), NULL);
	if (e == OK && old)
		e = khatma_words_rename(db, ch->arena, ch->who->id, old,
		    ch->search);
	return e == OK ? user_profile(db, ch->arena, ch->who, ch->profile) : e;
}

enum err
user_change(struct db *db, struct arena *a, const struct who *who,
    const struct profile_change *c, struct profile *p)
{
	struct change ch = { .who = who, .arena = a, .c = c, .profile = p };

	if (c->fullname) {
		ch.search = utf8_search_form(a, c->fullname);
		if (ch.search == NULL)
			return ERR_INTERNAL;
	}
	return db_tx(db, change_tx, &ch);
}

enum err
user_take_turn(struct db *db, int64_t id)
{
	return db_exec(db, user_sql[TAKE_TURN], ARGS(db_int(id)), NULL);
}

enum err
user_replace_password(struct db *db, int64_t id, const char *old,
    const char *new, int64_t login)
{
	int64_t matched;
	enum err e = db_exec(db, user_sql[SET_PASSWORD], ARGS(db_text(new),
	    db_int(id), db_text(old)), &matched);

	if (e == OK && matched == 0)
		e = ERR_LOGIN_FAILED;
	return e == OK ? login_revoke_others(db, id, login) : e;
}

struct new_password {
	const struct credentials *old;
	const char *new;
	int64_t login, *wait;
};

static enum err
set_password_tx(struct db *db, void *arg)
{
	struct new_password *n = arg;
	enum err e = throttle_passed(db, n->old->email_key, n->wait);

	return e == OK ? user_replace_password(db, n->old->user, n->old->phc,
	    n->new, n->login) : e;
}

enum err
user_set_password(struct db *db, const struct credentials *old,
    const char *new, int64_t login, int64_t *wait)
{
	struct new_password n = { old, new, login, wait };

	return db_tx(db, set_password_tx, &n);
}
