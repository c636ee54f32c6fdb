#include "common/field.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/query.h"
#include "common/utf8.h"
#include "common/words.h"

static const char *const sentences[MSG_COUNT][LANG_COUNT] = {
	[MSG_REQUIRED] = { "This field is required.", "هذا الحقل مطلوب." },
	[MSG_NULL] = { "This field may not be null.",
	    "لا يجوز أن يكون هذا الحقل null." },
	[MSG_NOT_TEXT] = { "Must be a string.", "يجب أن يكون نصا." },
	[MSG_NOT_NUMBER] = { "Must be a whole number from {0} to {1}.",
	    "يجب أن يكون عددا صحيحا من {0} إلى {1}." },
	[MSG_NOT_BOOL] = { "Must be true or false.",
	    "يجب أن يكون true أو false." },
	[MSG_NOT_LIST] = { "Must be a list of strings.",
	    "يجب أن يكون قائمة نصوص." },
	[MSG_BLANK] = { "This field may not be blank.",
	    "لا يجوز أن يكون هذا الحقل فارغا." },
	[MSG_TOO_SHORT] = { "Must have at least {0} characters.",
	    "يجب ألا يقل عن {0} من الأحرف." },
	[MSG_TOO_LONG] = { "Must have at most {0} characters.",
	    "يجب ألا يزيد على {0} من الأحرف." },
	[MSG_CONTROL] = { "May not contain control characters.",
	    "لا يجوز أن يحتوي على محارف تحكم." },
	[MSG_RANGE] = { "Must be a whole number from {0} to {1}.",
	    "يجب أن يكون عددا صحيحا من {0} إلى {1}." },
	[MSG_CHOICE] = { "Must be one of: {0}.", "يجب أن يكون أحد: {0}." },
	[MSG_TOO_MANY] = { "May have at most {0} items.",
	    "يجب ألا تزيد العناصر على {0}." },
	[MSG_EMAIL] = { "Enter a valid e-mail address.",
	    "أدخل بريدا إلكترونيا صحيحا." },
	[MSG_EMAIL_TAKEN] = {
	    "There is already an account with this e-mail address.",
	    "يوجد حساب بهذا البريد الإلكتروني." },
	[MSG_PHONE] = {
	    "Enter a phone number: 3 to 32 digits, blanks, and the signs + - ( ).",
	    "أدخل رقم هاتف: من 3 إلى 32 من الأرقام والمسافات والعلامات + - ( )." },
	[MSG_TIMEZONE] = { "Enter an IANA time zone such as Africa/Cairo.",
	    "أدخل منطقة زمنية من IANA مثل Africa/Cairo." },
	[MSG_PASSWORD_DIGITS] = { "The password may not be all digits.",
	    "لا يجوز أن تكون كلمة المرور أرقاما فقط." },
	[MSG_PASSWORD_COMMON] = {
	    "This password is one that many people use: choose another.",
	    "كلمة المرور هذه شائعة: اختر غيرها." },
	[MSG_PASSWORD_PERSONAL] = {
	    "The password may not be your e-mail address or your name.",
	    "لا يجوز أن تكون كلمة المرور بريدك الإلكتروني أو اسمك." },
	[MSG_PASSWORD_WRONG] = { "This is not your present password.",
	    "هذه ليست كلمة مرورك الحالية." },
	[MSG_PASSWORD_SAME] = { "The new password is the old one.",
	    "كلمة المرور الجديدة هي القديمة نفسها." },
	[MSG_PRIVATE_PUBLIC] = { "A private khatma cannot be public.",
	    "لا يمكن أن تكون الختمة الخاصة عامة." },
	[MSG_CHAPTER] = { "This khatma has no chapter with this number.",
	    "لا يوجد جزء بهذا الرقم في هذه الختمة." },
	[MSG_DATE] = {
	    "Enter a time such as 2026-03-01T18:30:00Z or a day such as 2026-03-01.",
	    "أدخل وقتا مثل 2026-03-01T18:30:00Z أو يوما مثل 2026-03-01." },
	[MSG_DATE_AHEAD] = { "This lies in the future.",
	    "هذا التاريخ في المستقبل." },
	[MSG_DATE_OLD] = { "This lies more than 7 days back.",
	    "مضى على هذا التاريخ أكثر من 7 أيام." },
	[MSG_CURSOR] = {
	    "This is no place in this list: take the link to the next page as it is.",
	    "ليس هذا موضعا في هذه القائمة: استعمل رابط الصفحة التالية كما هو." },
};

/* One value as it was sent, whether in JSON or in a query. */
struct raw {
	enum { RAW_ABSENT, RAW_NULL, RAW_TEXT, RAW_INT, RAW_BOOL, RAW_LIST,
	    RAW_OTHER } kind;
	bool in_query;
	const char *text;
	int64_t n;
	bool truth;
	const struct cJSON *list;
};

/* What reading one field needs at hand. */
struct reading {
	const struct field *field;
	char *out;
	struct field_errors *errors;
};

enum err
field_wrong(struct field_errors *errors, const char *name, enum field_msg msg,
    const char *const values[])
{
	static const char *const none[] = { NULL };
	char bytes[1024];
	struct buf b = buf_over(bytes, sizeof(bytes));

	if (errors->n == FIELD_ERRORS_MAX)
		return ERR_VALIDATION;
	words_fill(&b, sentences[msg][errors->lang], values ? values : none);
	errors->item[errors->n].name = name;
	errors->item[errors->n].text = arena_strdup(errors->arena, bytes);
	errors->n++;
	return ERR_VALIDATION;
}

static enum err
wrong(const struct reading *r, enum field_msg msg)
{
	return field_wrong(r->errors, r->field->name, msg, NULL);
}

static enum err
wrong_number(const struct reading *r, enum field_msg msg, int64_t a, int64_t b)
{
	struct arena *arena = r->errors->arena;
	const char *values[3] = {
		arena_printf(arena, "%" PRId64, a),
		arena_printf(arena, "%" PRId64, b), NULL
	};

	return field_wrong(r->errors, r->field->name, msg, values);
}

/* Nothing but invisible characters, such as U+200B; a password may be. */
static bool
looks_empty(const struct reading *r, const char *s)
{
	const char *seen = r->field->flags & FIELD_RAW ? s :
	    utf8_search_form(r->errors->arena, s);

	return seen != NULL && *seen == '\0';
}

static enum err
check_text(const struct reading *r, const char *s)
{
	const struct field *f = r->field;
	int64_t n = (int64_t)utf8_length(s);

	if (f->min > 0 && (n == 0 || looks_empty(r, s)))
		return wrong(r, MSG_BLANK);
	if (n < f->min)
		return wrong_number(r, MSG_TOO_SHORT, f->min, 0);
	if (n > f->max)
		return wrong_number(r, MSG_TOO_LONG, f->max, 0);
	if (utf8_has_control(s, f->flags & FIELD_LINES))
		return wrong(r, MSG_CONTROL);
	return OK;
}

static enum err
clean_text(const struct reading *r, const char *s, const char **clean)
{
	enum err e;

	*clean = r->field->flags & FIELD_RAW ? s :
	    utf8_trim(r->errors->arena, s);
	if (*clean == NULL)
		return ERR_INTERNAL;
	e = check_text(r, *clean);
	if (e == OK && r->field->check && **clean) {
		enum field_msg msg = r->field->check(*clean);

		if (msg != MSG_NONE)
			e = wrong(r, msg);
	}
	return e;
}

static enum err
read_text(const struct reading *r, const struct raw *v)
{
	const char *clean;
	enum err e;

	if (v->kind != RAW_TEXT)
		return wrong(r, MSG_NOT_TEXT);
	e = clean_text(r, v->text, &clean);
	if (e == OK)
		memcpy(r->out, &clean, sizeof(clean));
	return e;
}

/* A string of digits, as HTML forms send numbers. */
static bool
digits(const char *s, int64_t *n)
{
	size_t sign = *s == '-';
	size_t len = strspn(s + sign, "0123456789");

	if (len == 0 || len > 15 || s[sign + len] != '\0')
		return false;
	*n = strtoll(s, NULL, 10);
	return true;
}

static enum err
read_int(const struct reading *r, const struct raw *v)
{
	int64_t n = v->n, min = r->field->min, max = r->field->max;

	if (v->kind != RAW_INT &&
	    !(v->kind == RAW_TEXT && digits(v->text, &n)))
		return wrong_number(r, MSG_NOT_NUMBER, min, max);
	if (n < min || n > max)
		return wrong_number(r, MSG_RANGE, min, max);
	memcpy(r->out, &n, sizeof(n));
	return OK;
}

static enum err
read_bool(const struct reading *r, const struct raw *v)
{
	bool b = v->truth;

	if (v->in_query) {
		b = strcmp(v->text, "true") == 0;
		if (!b && strcmp(v->text, "false") != 0)
			return wrong(r, MSG_NOT_BOOL);
	} else if (v->kind != RAW_BOOL) {
		return wrong(r, MSG_NOT_BOOL);
	}
	memcpy(r->out, &b, sizeof(b));
	return OK;
}

static enum err
wrong_choice(const struct reading *r)
{
	char bytes[512];
	struct buf b = buf_over(bytes, sizeof(bytes));
	const char *values[2] = { bytes, NULL };

	for (int i = 0; r->field->choices[i]; i++) {
		if (r->field->choices[i][0] == '\0')
			continue;
		if (b.len > 0)
			buf_str(&b, ", ");
		buf_str(&b, r->field->choices[i]);
	}
	return field_wrong(r->errors, r->field->name, MSG_CHOICE, values);
}

static enum err
read_choice(const struct reading *r, const struct raw *v)
{
	if (v->kind != RAW_TEXT)
		return wrong_choice(r);
	for (int i = 0; r->field->choices[i]; i++) {
		if (strcmp(v->text, r->field->choices[i]) == 0) {
			memcpy(r->out, &i, sizeof(i));
			return OK;
		}
	}
	if (v->in_query && *v->text == '\0')	/* a form's "any" */
		return OK;
	return wrong_choice(r);
}

static enum err
read_texts(const struct reading *r, const struct raw *v)
{
	struct texts t = { 0 };
	const char **items;
	enum err e = OK;

	if (v->kind != RAW_LIST)
		return wrong(r, MSG_NOT_LIST);
	if (json_count(v->list) > r->field->most)
		return wrong_number(r, MSG_TOO_MANY, (int64_t)r->field->most,
		    0);
	items = arena_alloc(r->errors->arena,
	    json_count(v->list) * sizeof(*items));
	if (items == NULL)
		return ERR_INTERNAL;
	for (const struct cJSON *i = json_first(v->list); i && e == OK;
	    i = json_after(i)) {
		if (json_type_of(i) != JSON_TEXT)
			return wrong(r, MSG_NOT_LIST);
		e = clean_text(r, json_get_text(i), &items[t.n++]);
	}
	t.item = items;
	memcpy(r->out, &t, sizeof(t));
	return e;
}

static enum err
read_null(const struct reading *r)
{
	const char *empty = "";

	if (!(r->field->flags & FIELD_NULLABLE))
		return wrong(r, MSG_NULL);
	if (r->field->type == FIELD_TEXT)
		memcpy(r->out, &empty, sizeof(empty));
	if (r->field->type == FIELD_CHOICE)
		return read_choice(r, &(struct raw){ .kind = RAW_TEXT,
		    .text = empty });
	return OK;
}

static enum err
read_value(const struct reading *r, const struct raw *v)
{
	static enum err (*const readers[])(const struct reading *,
	    const struct raw *) = {
		[FIELD_TEXT] = read_text, [FIELD_INT] = read_int,
		[FIELD_BOOL] = read_bool, [FIELD_CHOICE] = read_choice,
		[FIELD_TEXTS] = read_texts,
	};

	if (v->kind == RAW_NULL)
		return read_null(r);
	return readers[r->field->type](r, v);
}

static struct raw
raw_json(const void *source, const char *name)
{
	const struct cJSON *v = source ? json_member(source, name) : NULL;
	struct raw raw = { .kind = RAW_OTHER };

	if (v == NULL)
		return (struct raw){ .kind = RAW_ABSENT };
	switch (json_type_of(v)) {
	case JSON_NULL:
		raw.kind = RAW_NULL;
		break;
	case JSON_TEXT:
		raw.kind = RAW_TEXT;
		raw.text = json_get_text(v);
		break;
	case JSON_BOOL:
		raw.kind = RAW_BOOL;
		raw.truth = json_get_bool(v);
		break;
	case JSON_NUMBER:
		if (json_get_int(v, &raw.n))
			raw.kind = RAW_INT;
		break;
	case JSON_ARRAY:
		raw.kind = RAW_LIST;
		raw.list = v;
		break;
	case JSON_OBJECT:
		break;
	}
	return raw;
}

static struct raw
raw_query(const void *source, const char *name)
{
	const char *value = query_get(source, name);

	if (value == NULL)
		return (struct raw){ .kind = RAW_ABSENT };
	return (struct raw){ .kind = RAW_TEXT, .in_query = true,
	    .text = value };
}

static enum err
read_all(struct raw (*get)(const void *, const char *), const void *source,
    const struct field *table, size_t n, void *out, uint64_t *present,
    struct field_errors *errors)
{
	for (size_t i = 0; i < n; i++) {
		struct reading r = { .field = &table[i],
		    .out = (char *)out + table[i].offset, .errors = errors };
		struct raw v = get(source, table[i].name);
		enum err e = OK;

		if (v.kind == RAW_ABSENT && table[i].alias)
			v = get(source, table[i].alias);
		if (v.kind != RAW_ABSENT)
			e = read_value(&r, &v);
		else if (table[i].flags & FIELD_REQUIRED)
			e = wrong(&r, MSG_REQUIRED);
		if (present && v.kind != RAW_ABSENT &&
		    (v.kind != RAW_NULL || table[i].type == FIELD_TEXT ||
		    table[i].type == FIELD_CHOICE))
			*present |= UINT64_C(1) << i;
		if (e == ERR_INTERNAL)
			return e;
	}
	return errors->n ? ERR_VALIDATION : OK;
}

enum err
field_read_json(const struct cJSON *object, const struct field *table,
    size_t n, void *out, uint64_t *present, struct field_errors *errors)
{
	return read_all(raw_json, object, table, n, out, present, errors);
}

enum err
field_read_query(const struct query *query, const struct field *table,
    size_t n, void *out, uint64_t *present, struct field_errors *errors)
{
	return read_all(raw_query, query, table, n, out, present, errors);
}

void
field_write_errors(struct json *j, const struct field_errors *errors)
{
	json_open(j, "errors", '{');
	for (size_t i = 0; i < errors->n; i++) {
		json_open(j, errors->item[i].name, '[');
		json_text(j, NULL, errors->item[i].text);
		json_close(j);
	}
	json_close(j);
}
