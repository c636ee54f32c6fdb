/*
 * One's own account: user/me/, its alias user/profile/, user/me/export/; and
 * one's logins, user/me/sessions/.
 */
#include "common/check.h"
#include "common/model/account.h"
#include "common/model/login.h"
#include "common/model/model.h"
#include "common/model/user.h"
#include "common/page.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"
#include "common/words.h"

static enum err
answer(struct req *r, const struct profile *p)
{
	struct json *j = reply_json(r, 200);

	json_open(j, NULL, '{');
	profile_write(j, p, r->who.lang);
	json_close(j);
	return OK;
}

static enum err
show(struct req *r)
{
	struct profile p;
	enum err e = user_identify_profile(r->db, r->arena, &r->token, &r->who,
	    &p);

	return e == OK ? answer(r, &p) : e;
}

static const char *const languages[] = { "ar", "en", NULL };

struct change_input {
	const char *fullname, *phone, *bio, *zone;
	int gender, language;
};

/* Defaults of the choices: nothing was chosen. */
enum { UNSAID = -1 };

static const struct field change_fields[] = {
	{ .name = "fullname", .min = 1, .max = 100,
	    .offset = offsetof(struct change_input, fullname) },
	{ .name = "gender", .type = FIELD_CHOICE, .flags = FIELD_NULLABLE,
	    .choices = user_genders,
	    .offset = offsetof(struct change_input, gender) },
	{ .name = "phone", .flags = FIELD_NULLABLE, .max = 32,
	    .check = check_phone,
	    .offset = offsetof(struct change_input, phone) },
	{ .name = "bio", .flags = FIELD_NULLABLE | FIELD_LINES, .max = 500,
	    .offset = offsetof(struct change_input, bio) },
	{ .name = "timezone", .min = 1, .max = ZONE_MAX - 1,
	    .check = check_zone,
	    .offset = offsetof(struct change_input, zone) },
	{ .name = "language", .type = FIELD_CHOICE, .choices = languages,
	    .offset = offsetof(struct change_input, language) },
};

static enum err
change(struct req *r)
{
	struct change_input in = { .gender = UNSAID, .language = UNSAID };
	struct profile_change c;
	struct profile p = { 0 };
	enum err e = req_fields(r, change_fields, COUNT_OF(change_fields), &in,
	    NULL);

	if (e != OK)
		return e;
	c = (struct profile_change){ .fullname = in.fullname,
	    .phone = in.phone, .bio = in.bio, .zone = in.zone };
	if (in.gender != UNSAID)
		c.gender = user_genders[in.gender];
	if (in.language != UNSAID) {
		c.language = languages[in.language];
		lang_read(c.language, &r->who.lang);
	}
	e = user_change(r->db, r->arena, &r->who, &c, &p);
	return e == OK ? answer(r, &p) : e;
}

struct delete_input {
	const char *password;
};

static const struct field delete_fields[] = {
	{ .name = "password", .flags = FIELD_REQUIRED | FIELD_RAW, .min = 1,
	    .max = 4096, .offset = offsetof(struct delete_input, password) },
};

static enum err
delete(struct req *r)
{
	struct delete_input in = { 0 };
	struct credentials c = { 0 };
	enum err e = req_fields(r, delete_fields, COUNT_OF(delete_fields), &in,
	    NULL);

	if (e == OK)
		e = user_own_credentials(r->db, r->arena, r->who.id, &c);
	if (e == OK)
		e = user_check_password(r->db, &c, in.password,
		    &r->reply.retry_after);
	if (e == OK)
		e = account_delete(r->db, &c, &r->reply.retry_after);
	if (e == ERR_LOGIN_FAILED)
		e = req_wrong(r, "password", MSG_PASSWORD_WRONG);
	return e == OK ? reply_empty(r, 204) : e;
}

static enum err
export(struct req *r)
{
	struct profile p;
	struct json *j;
	enum err e = user_identify_profile(r->db, r->arena, &r->token, &r->who,
	    &p);

	if (e != OK)
		return e;
	j = reply_json(r, 200);
	reply_header(r, "Content-Disposition",
	    "attachment; filename=\"khatma-export.json\"");
	json_open(j, NULL, '{');
	json_open(j, "user", '{');
	profile_write(j, &p, r->who.lang);
	json_close(j);
	e = account_export(r->db, r->who.id, j);
	json_close(j);
	return e;
}

static enum err
logins(struct req *r)
{
	struct login_list list = { 0 };
	struct page page;
	struct json *j;
	enum err e = page_read(r, &page, NULL, 0, NULL);

	if (e == OK)
		e = login_list(r->db, r->arena, &r->who, &page.part, &list);
	if (e == OK)
		e = page_start(r, &page, list.total, &list.last, &j);
	if (e != OK)
		return e;
	for (size_t i = 0; i < list.n; i++)
		login_write(j, &list.item[i], r->who.login);
	return page_end(r, &page);
}

static enum err
end_login(struct req *r)
{
	enum err e = login_revoke(r->db, r->who.id, r->number[0]);

	return e == OK ? reply_empty(r, 204) : e;
}

static const struct route routes[] = {
	{ GET, "user/me", show, ROUTE_SELF, 1 },
	{ PATCH, "user/me", change, ROUTE_BODY, 0 },
	{ DELETE, "user/me", delete, ROUTE_BODY, 0 },
	{ GET, "user/profile", show, ROUTE_SELF, 1 },
	{ PATCH, "user/profile", change, ROUTE_BODY, 0 },
	{ DELETE, "user/profile", delete, ROUTE_BODY, 0 },
	{ GET, "user/me/export", export, ROUTE_SELF, 11 },
	{ GET, "user/me/sessions", logins, 0, 2 },
	{ DELETE, "user/me/sessions/#", end_login, 0, 0 },
};

static const struct service service = {
	.name = "users", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
