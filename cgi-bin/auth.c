/*
 * Accounts and tokens: signup/, login/, refresh/, logout/, password/ and what
 * is below it. A group of its own because hashing a password costs what a
 * hundred reads do.
 */
#include <string.h>

#include "common/arena.h"
#include "common/check.h"
#include "common/conf.h"
#include "common/model/guess.h"
#include "common/model/login.h"
#include "common/model/model.h"
#include "common/model/reset.h"
#include "common/model/user.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"
#include "common/time.h"
#include "common/utf8.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 128, EMAIL_MAX = 254, TEXT_MAX = 4096 };

/* The index of "" in user_genders: the form left it out. */
enum { GENDER_UNSAID = 2 };

static struct passwd_cost
cost(const struct req *r)
{
	return (struct passwd_cost){
	    .memory = (uint32_t)r->conf->argon2_memory,
	    .passes = (uint32_t)r->conf->argon2_passes, .lanes = 1 };
}

/*
 * The rules of a password that need memory or to know whose it is; a text that
 * was not given, or not right, is NULL and does not count.
 */
static enum err
check_personal(struct req *r, const char *field, const char *password,
    const char *email, const char *fullname)
{
	const char *p = utf8_fold(r->arena, password ? password : "");
	const char *name = utf8_fold(r->arena, fullname ? fullname : "");
	const char *mail = utf8_fold(r->arena, email ? email : "");
	const char *form = utf8_search_form(r->arena, password ? password : "");
	size_t local;

	if (p == NULL || name == NULL || mail == NULL || form == NULL)
		return ERR_INTERNAL;
	local = strcspn(mail, "@");
	if (*p == '\0')
		return OK;
	if (guess_digits(form))
		return req_wrong(r, field, MSG_PASSWORD_DIGITS);
	if (guess_first(form))
		return req_wrong(r, field, MSG_PASSWORD_COMMON);
	if (strcmp(p, name) == 0 || strcmp(p, mail) == 0 ||
	    (strlen(p) == local && memcmp(p, mail, local) == 0))
		return req_wrong(r, field, MSG_PASSWORD_PERSONAL);
	return OK;
}

struct signup_input {
	const char *fullname, *email, *password, *phone;
	int gender;
};

static const struct field signup_fields[] = {
	{ .name = "fullname", .flags = FIELD_REQUIRED, .min = 1, .max = 100,
	    .offset = offsetof(struct signup_input, fullname) },
	{ .name = "email", .flags = FIELD_REQUIRED, .min = 1, .max = EMAIL_MAX,
	    .check = check_email,
	    .offset = offsetof(struct signup_input, email) },
	{ .name = "password", .flags = FIELD_REQUIRED | FIELD_RAW,
	    .min = PASSWORD_MIN, .max = PASSWORD_MAX, .check = check_password,
	    .offset = offsetof(struct signup_input, password) },
	{ .name = "gender", .type = FIELD_CHOICE, .flags = FIELD_NULLABLE,
	    .choices = user_genders,
	    .offset = offsetof(struct signup_input, gender) },
	{ .name = "phone", .flags = FIELD_NULLABLE, .max = 32,
	    .check = check_phone,
	    .offset = offsetof(struct signup_input, phone) },
};

static enum err
read_signup(struct req *r, struct signup_input *in)
{
	*in = (struct signup_input){ .phone = "", .gender = GENDER_UNSAID };
	return req_fields(r, signup_fields, COUNT_OF(signup_fields), in, NULL);
}

static enum err
signup(struct req *r)
{
	struct signup_input in;
	struct passwd_cost c = cost(r);
	char phc[PASSWD_PHC_MAX];
	struct signup s;
	struct json *j;
	int64_t id = 0;
	enum err e = read_signup(r, &in), personal = check_personal(r,
	    "password", in.password, in.email, in.fullname);

	if (e == OK)
		e = personal;
	if (e == OK)
		e = passwd_hash(&c, in.password, phc);
	if (e != OK)
		return e;
	s = (struct signup){ .fullname = in.fullname, .email = in.email,
	    .gender = user_genders[in.gender], .phone = in.phone, .phc = phc };
	e = user_create(r->db, r->arena, &s, &id);
	if (e == ERR_DUPLICATE)
		return req_wrong(r, "email", MSG_EMAIL_TAKEN);
	if (e != OK)
		return e;
	r->who.id = id;
	j = reply_created(r, "/api/user/me/", id);
	json_open(j, NULL, '{');
	json_int(j, "id", id);
	json_text(j, "fullname", s.fullname);
	json_text(j, "email", s.email);
	json_text(j, "gender", s.gender);
	json_text(j, "phone", s.phone);
	json_close(j);
	return OK;
}

/* Tokens */

static enum err
new_refresh(struct req *r, struct token *t, struct refresh *stored)
{
	enum err e;

	memset(t, 0, sizeof(*t));
	t->type = TOKEN_REFRESH;
	t->issued = time_now() / USEC_PER_SEC;
	t->expires = t->issued + r->conf->refresh_ttl;
	stored->issued = t->issued;
	stored->expires = t->expires;
	e = token_jti(t->jti);
	return e == OK ? token_jti_hash(t->jti, stored->hash) : e;
}

/* {"access", "refresh"}; refresh, where NULL, is left out. */
static enum err
answer_tokens(struct req *r, int64_t user, int64_t login,
    struct token *refresh)
{
	struct token access = { .type = TOKEN_ACCESS, .user_id = user,
	    .session_id = login, .issued = time_now() / USEC_PER_SEC };
	const char *access_text, *refresh_text = NULL;
	struct json *j;
	enum err e = token_jti(access.jti);

	access.expires = access.issued + r->conf->access_ttl;
	if (e == OK)
		e = token_sign(r->arena, r->keys, &access, &access_text);
	if (e == OK && refresh) {
		refresh->user_id = user;
		refresh->session_id = login;
		e = token_sign(r->arena, r->keys, refresh, &refresh_text);
	}
	if (e != OK)
		return e;
	j = reply_json(r, 200);
	json_open(j, NULL, '{');
	json_text(j, "access", access_text);
	if (refresh)
		json_text(j, "refresh", refresh_text);
	json_close(j);
	return OK;
}

struct login_input {
	const char *email, *password;
};

static const struct field login_fields[] = {
	{ .name = "email", .alias = "username", .flags = FIELD_REQUIRED,
	    .min = 1, .max = EMAIL_MAX,
	    .offset = offsetof(struct login_input, email) },
	{ .name = "password", .flags = FIELD_REQUIRED | FIELD_RAW, .min = 1,
	    .max = TEXT_MAX, .offset = offsetof(struct login_input, password) },
};

/* An unknown e-mail address has to cost what a wrong password does. */
static enum err
check_login(struct req *r, const struct login_input *in, struct credentials *c)
{
	struct passwd_cost now = cost(r);
	enum err e = user_credentials(r->db, r->arena, in->email, c);

	if (e == OK && c->user == 0)
		passwd_nobodys(&now, c->phc);
	return e == OK ? user_check_password(r->db, c, in->password,
	    &r->reply.retry_after) : e;
}

/* What the client calls itself, for its user; "" for what nobody can read. */
static const char *
device(const struct req *r)
{
	const char *s = r->user_agent;

	return utf8_valid(s, strlen(s)) && !utf8_has_control(s, false) ? s : "";
}

/* ERR_NO_ROW: the password was changed while it was checked. */
static enum err
sign_in(struct req *r, const struct login_input *in, struct token *token)
{
	struct passwd_cost now = cost(r);
	char rehashed[PASSWD_PHC_MAX];
	struct credentials c = { 0 };
	struct refresh refresh;
	struct login_new new = { .who = &c, .refresh = &refresh,
	    .device = device(r), .access_ttl = r->conf->access_ttl };
	int64_t id = 0;
	enum err e = check_login(r, in, &c);

	if (e == OK && passwd_outdated(c.phc, &now)) {
		new.rehashed = rehashed;
		e = passwd_hash(&now, in->password, rehashed);
	}
	if (e == OK)
		e = new_refresh(r, token, &refresh);
	if (e == OK)
		e = login_start(r->db, &new, &id, &r->reply.retry_after);
	if (e != OK)
		return e;
	r->who.id = c.user;	/* for the log */
	return answer_tokens(r, c.user, id, token);
}

static enum err
login(struct req *r)
{
	struct login_input in = { 0 };
	struct token token;
	enum err e = req_fields(r, login_fields, COUNT_OF(login_fields), &in,
	    NULL);

	if (e == OK)
		e = sign_in(r, &in, &token);
	/* another login may have hashed the same password anew */
	if (e == ERR_NO_ROW)
		e = sign_in(r, &in, &token);
	return e == ERR_NO_ROW ? ERR_LOGIN_FAILED : e;
}

struct refresh_input {
	const char *refresh;
};

static const struct field refresh_fields[] = {
	{ .name = "refresh", .flags = FIELD_REQUIRED, .min = 1, .max = TEXT_MAX,
	    .offset = offsetof(struct refresh_input, refresh) },
};

/* The refresh token of the body, verified, and its stored form. */
static enum err
given_refresh(struct req *r, struct token *t, struct refresh *stored)
{
	struct refresh_input in = { 0 };
	enum err e = req_fields(r, refresh_fields, COUNT_OF(refresh_fields),
	    &in, NULL);

	if (e == OK)
		e = token_verify(r->keys, in.refresh, TOKEN_REFRESH,
		    time_now() / USEC_PER_SEC, t);
	if (e != OK)
		return e;
	stored->issued = t->issued;
	stored->expires = t->expires;
	return token_jti_hash(t->jti, stored->hash);
}

static enum err
refresh(struct req *r)
{
	struct token old, new;
	struct refresh used, next;
	bool rotate = r->conf->refresh_rotate;
	int64_t id = 0;
	enum err e = given_refresh(r, &old, &used);

	if (e == OK && rotate)
		e = new_refresh(r, &new, &next);
	if (e == OK)
		e = login_refresh(r->db, &old, &used, rotate ? &next : NULL,
		    &id);
	return e == OK ? answer_tokens(r, old.user_id, id,
	    rotate ? &new : NULL) : e;
}

static enum err
logout(struct req *r)
{
	struct token token;
	struct refresh stored;
	enum err e = given_refresh(r, &token, &stored);

	if (e == OK)
		e = login_end(r->db, &token, &stored);
	return e == OK ? reply_empty(r, 204) : e;
}

struct password_input {
	const char *old, *new;
};

static const struct field password_fields[] = {
	{ .name = "old_password", .flags = FIELD_REQUIRED | FIELD_RAW, .min = 1,
	    .max = TEXT_MAX, .offset = offsetof(struct password_input, old) },
	{ .name = "new_password", .flags = FIELD_REQUIRED | FIELD_RAW,
	    .min = PASSWORD_MIN, .max = PASSWORD_MAX, .check = check_password,
	    .offset = offsetof(struct password_input, new) },
};

/*
 * The rules of a new password. They come before the old one, which is what
 * somebody else would have to guess, and tell nothing of it.
 */
static enum err
check_new(struct req *r, const struct password_input *in)
{
	struct profile p = { 0 };
	enum err e = user_profile(r->db, r->arena, &r->who, &p);

	if (e == OK && strcmp(in->old, in->new) == 0)
		return req_wrong(r, "new_password", MSG_PASSWORD_SAME);
	return e == OK ? check_personal(r, "new_password", in->new, p.email,
	    p.fullname) : e;
}

static enum err
check_own(struct req *r, int64_t user, const char *password,
    struct credentials *c)
{
	enum err e = user_own_credentials(r->db, r->arena, user, c);

	return e == OK ? user_check_password(r->db, c, password,
	    &r->reply.retry_after) : e;
}

static enum err
password(struct req *r)
{
	struct password_input in = { 0 };
	struct passwd_cost cost_now = cost(r);
	struct credentials old = { 0 };
	char new[PASSWD_PHC_MAX];
	enum err e = req_fields(r, password_fields, COUNT_OF(password_fields),
	    &in, NULL);

	if (e == OK)
		e = check_new(r, &in);
	if (e == OK)
		e = check_own(r, r->who.id, in.old, &old);
	if (e == OK)
		e = passwd_hash(&cost_now, in.new, new);
	if (e == OK)
		e = user_set_password(r->db, &old, new, r->who.login,
		    &r->reply.retry_after);
	if (e == ERR_LOGIN_FAILED)
		e = req_wrong(r, "old_password", MSG_PASSWORD_WRONG);
	return e == OK ? reply_empty(r, 204) : e;
}

/* A new password for who has forgotten the old one */

struct reset_input {
	const char *email;
};

static const struct field reset_fields[] = {
	{ .name = "email", .flags = FIELD_REQUIRED, .min = 1, .max = EMAIL_MAX,
	    .check = check_email,
	    .offset = offsetof(struct reset_input, email) },
};

/* Whether there is such an account is not told, and not found out here. */
static enum err
reset(struct req *r)
{
	static const char *const message[LANG_COUNT] = {
	    "If this address has an account, a mail is on its way to it.",
	    "إن كان لهذا العنوان حساب فرسالة في طريقها إليه." };
	struct reset_input in = { 0 };
	enum err e = req_fields(r, reset_fields, COUNT_OF(reset_fields), &in,
	    NULL);

	if (e == OK && r->conf->smtp_url[0] == '\0')
		e = ERR_MAIL_OFF;
	if (e == OK)
		e = reset_request(r->db, r->arena, in.email, r->who.lang);
	return e == OK ? reply_message(r, 202, message) : e;
}

struct renew_input {
	const char *token, *new;
};

static const struct field renew_fields[] = {
	{ .name = "token", .flags = FIELD_REQUIRED, .min = 1, .max = TEXT_MAX,
	    .offset = offsetof(struct renew_input, token) },
	{ .name = "new_password", .flags = FIELD_REQUIRED | FIELD_RAW,
	    .min = PASSWORD_MIN, .max = PASSWORD_MAX, .check = check_password,
	    .offset = offsetof(struct renew_input, new) },
};

/* A new password is not the present one. */
static enum err
check_other(struct req *r, const char *phc, const char *new)
{
	enum err e = passwd_verify(phc, new);

	if (e == OK)
		return req_wrong(r, "new_password", MSG_PASSWORD_SAME);
	return e == ERR_LOGIN_FAILED ? OK : e;
}

static enum err
renew(struct req *r)
{
	struct renew_input in = { 0 };
	struct passwd_cost c = cost(r);
	char phc[PASSWD_PHC_MAX];
	struct reset reset;
	enum err e = req_fields(r, renew_fields, COUNT_OF(renew_fields), &in,
	    NULL);

	if (e == OK)
		e = reset_find(r->db, r->arena, in.token, &reset);
	if (e == OK)
		e = check_personal(r, "new_password", in.new, reset.email,
		    reset.fullname);
	if (e == OK)
		e = check_other(r, reset.phc, in.new);
	if (e == OK)
		e = passwd_hash(&c, in.new, phc);
	if (e == OK)
		e = reset_use(r->db, &reset, phc);
	return e == OK ? reply_empty(r, 204) : e;
}

/* A signup that is sent again */

static enum err
essence(struct req *r, const char **text)
{
	struct signup_input in;
	enum err e = read_signup(r, &in);

	if (e != OK)
		return e;
	*text = arena_printf(r->arena, "%s\n%s\n%d\n%s", in.fullname, in.email,
	    in.gender, in.phone);
	return *text ? OK : ERR_INTERNAL;
}

static enum err
is_owner(struct req *r, int64_t account)
{
	struct signup_input in;
	struct credentials c = { 0 };
	enum err e = read_signup(r, &in);

	return e == OK ? check_own(r, account, in.password, &c) : e;
}

static const struct route routes[] = {
	{ POST, "signup", signup, ROUTE_OPEN | ROUTE_BODY | ROUTE_CREATES, 0 },
	{ POST, "login", login, ROUTE_OPEN | ROUTE_BODY, 0 },
	{ POST, "refresh", refresh, ROUTE_OPEN | ROUTE_BODY, 0 },
	{ POST, "logout", logout, ROUTE_OPEN | ROUTE_BODY, 0 },
	{ POST, "password", password, ROUTE_BODY, 0 },
	{ POST, "password/reset", reset, ROUTE_OPEN | ROUTE_BODY, 0 },
	{ POST, "password/reset/confirm", renew, ROUTE_OPEN | ROUTE_BODY, 0 },
};

static const struct service service = {
	.name = "auth", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .essence = essence, .is_owner = is_owner,
	.sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
