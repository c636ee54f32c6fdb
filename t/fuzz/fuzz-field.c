/*
 * The field decoder: a table with every type and flag, filled from a JSON body
 * or, when the input begins with ?, from a query. What is taken keeps to the
 * table; what is not is told in JSON.
 */
#include <stddef.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/check.h"
#include "common/field.h"
#include "common/json.h"
#include "common/query.h"
#include "common/utf8.h"
#include "t/fuzz/fuzz.h"

struct input {
	const char *name, *lines, *raw, *email, *phone, *zone, *password;
	int64_t small, wide;
	bool truth;
	int choice, maybe;
	struct texts list;
};

static const char *const choices[] = { "one", "two", "", NULL };

#define AT(member) .offset = offsetof(struct input, member)

static const struct field table[] = {
	{ .name = "name", .alias = "title", .flags = FIELD_REQUIRED, .min = 1,
	    .max = 20, AT(name) },
	{ .name = "lines", .flags = FIELD_NULLABLE | FIELD_LINES, .max = 30,
	    AT(lines) },
	{ .name = "raw", .flags = FIELD_RAW, .min = 2, .max = 8, AT(raw) },
	{ .name = "email", .min = 1, .max = 254, .check = check_email,
	    AT(email) },
	{ .name = "phone", .flags = FIELD_NULLABLE, .max = 32,
	    .check = check_phone, AT(phone) },
	{ .name = "zone", .min = 1, .max = 63, .check = check_zone, AT(zone) },
	{ .name = "password", .flags = FIELD_RAW, .min = 8, .max = 128,
	    .check = check_password, AT(password) },
	{ .name = "small", .type = FIELD_INT, .flags = FIELD_NULLABLE,
	    .min = -5, .max = 30, AT(small) },
	{ .name = "wide", .type = FIELD_INT, .min = -9007199254740991,
	    .max = 9007199254740991, AT(wide) },
	{ .name = "truth", .type = FIELD_BOOL, AT(truth) },
	{ .name = "choice", .type = FIELD_CHOICE, .choices = choices,
	    AT(choice) },
	{ .name = "maybe", .type = FIELD_CHOICE, .flags = FIELD_NULLABLE,
	    .choices = choices, AT(maybe) },
	{ .name = "list", .type = FIELD_TEXTS, .min = 1, .max = 10, .most = 3,
	    AT(list) },
};

enum { FIELDS = sizeof(table) / sizeof(table[0]) };

static void
check_text(struct arena *a, const struct field *f, const char *s)
{
	int64_t n = (int64_t)utf8_length(s);
	char *trimmed = utf8_trim(a, s);

	PROMISE(utf8_valid(s, strlen(s)), "%s is no text", f->name);
	PROMISE(n >= f->min && n <= f->max, "%s has a length of %d", f->name,
	    (int)n);
	PROMISE(!utf8_has_control(s, f->flags & FIELD_LINES),
	    "%s has a control character", f->name);
	PROMISE((f->flags & FIELD_RAW) || strcmp(trimmed, s) == 0,
	    "%s is not trimmed", f->name);
	PROMISE(f->check == NULL || *s == '\0' || f->check(s) == MSG_NONE,
	    "%s is not right", f->name);
}

static void
check_one(struct arena *a, const struct field *f, const struct input *in)
{
	const char *at = (const char *)in + f->offset, *s;
	struct texts list;
	int64_t n;
	int i;

	switch (f->type) {
	case FIELD_TEXT:
		memcpy(&s, at, sizeof(s));
		if (s)
			check_text(a, f, s);
		break;
	case FIELD_INT:
		memcpy(&n, at, sizeof(n));
		PROMISE(n >= f->min && n <= f->max, "%s is out of range",
		    f->name);
		break;
	case FIELD_BOOL:
		PROMISE(*at == 0 || *at == 1, "%s is no bool", f->name);
		break;
	case FIELD_CHOICE:
		memcpy(&i, at, sizeof(i));
		PROMISE(i >= 0 && i <= 2, "%s is no choice", f->name);
		break;
	case FIELD_TEXTS:
		memcpy(&list, at, sizeof(list));
		PROMISE(list.n <= f->most, "%s is too long", f->name);
		for (size_t k = 0; k < list.n; k++)
			check_text(a, f, list.item[k]);
		break;
	}
}

/* The errors as an answer has them are JSON, each of a field, with words. */
static void
check_errors(struct arena *a, const struct field_errors *errors)
{
	struct buf out = { .max = 1 << 20 };
	const struct cJSON *v = NULL;
	struct json j;
	enum err e;

	json_start(&j, &out);
	json_open(&j, NULL, '{');
	field_write_errors(&j, errors);
	json_close(&j);
	e = json_read(a, out.data, out.len, &v);
	PROMISE(e == OK && errors->n > 0, "errors that are no JSON: %s",
	    out.data);
	PROMISE(json_count(json_member(v, "errors")) == errors->n,
	    "errors are missing: %s", out.data);
	buf_free(&out);
}

static enum err
read(struct arena *a, const char *text, size_t n, struct input *in,
    uint64_t *present, struct field_errors *errors)
{
	const struct cJSON *v = NULL;
	const struct query *q = NULL;
	enum err e;

	if (*text == '?') {
		e = query_read(a, text + 1, &q);
		return e == OK ? field_read_query(q, table, FIELDS, in,
		    present, errors) : e;
	}
	e = json_read(a, text, n, &v);
	return e == OK ? field_read_json(v, table, FIELDS, in, present,
	    errors) : e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)16 << 20);
	struct field_errors errors = { .arena = a,
	    .lang = size % 2 ? LANG_AR : LANG_EN };
	struct input in = { 0 };
	uint64_t present = 0;
	char *text = a ? arena_strndup(a, (const char *)data, size) : NULL;
	enum err e;

	if (text == NULL)
		return 0;
	e = read(a, text, strlen(text), &in, &present, &errors);
	PROMISE(e != ERR_INTERNAL, "the arena is full");
	PROMISE(present < UINT64_C(1) << FIELDS, "more than all are present");
	if (e == OK)
		PROMISE(in.name != NULL, "a required field is missing");
	for (size_t i = 0; e == OK && i < FIELDS; i++)
		check_one(a, &table[i], &in);
	if (e == ERR_VALIDATION)
		check_errors(a, &errors);
	arena_free(a);
	return 0;
}
