#include "common/field.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/query.h"
#include "t/tap.h"

#define COUNT_OF(table)	(sizeof(table) / sizeof((table)[0]))

/* A struct and a table with a field of every type. */
struct input {
	const char *name, *secret, *bio, *mail;
	int64_t days;
	bool is_public;
	int kind, gender;
	struct texts list;
	int64_t chapter;
};

static const char *const kinds[] = { "group", "private", NULL };
static const char *const genders[] = { "male", "female", "", NULL };

static enum field_msg
check_at(const char *s)
{
	return strchr(s, '@') ? MSG_NONE : MSG_EMAIL;
}

#define AT(member)	.offset = offsetof(struct input, member)

enum { NAME, SECRET, BIO, MAIL, DAYS, IS_PUBLIC, KIND, GENDER, LIST, CHAPTER };

static const struct field fields[] = {
	[NAME] = { .name = "name", .alias = "title", .min = 1, .max = 5,
	    AT(name) },
	[SECRET] = { .name = "secret", .flags = FIELD_RAW, .min = 3, .max = 5,
	    AT(secret) },
	[BIO] = { .name = "bio", .flags = FIELD_NULLABLE | FIELD_LINES,
	    .max = 20, AT(bio) },
	[MAIL] = { .name = "mail", .max = 20, .check = check_at, AT(mail) },
	[DAYS] = { .name = "days", .type = FIELD_INT, .min = -3, .max = 3650,
	    AT(days) },
	[IS_PUBLIC] = { .name = "is_public", .type = FIELD_BOOL,
	    AT(is_public) },
	[KIND] = { .name = "kind", .type = FIELD_CHOICE, .choices = kinds,
	    AT(kind) },
	[GENDER] = { .name = "gender", .type = FIELD_CHOICE,
	    .flags = FIELD_NULLABLE, .choices = genders, AT(gender) },
	[LIST] = { .name = "list", .type = FIELD_TEXTS, .min = 1, .max = 4,
	    .most = 2, AT(list) },
	[CHAPTER] = { .name = "chapter", .type = FIELD_INT,
	    .flags = FIELD_NULLABLE, .min = 1, .max = 30, AT(chapter) },
};

static const struct field required[] = {
	{ .name = "email", .alias = "username", .flags = FIELD_REQUIRED,
	    .min = 1, .max = 20, AT(mail) },
	{ .name = "days", .type = FIELD_INT, .flags = FIELD_REQUIRED,
	    .min = 1, .max = 30, AT(days) },
	{ .name = "is_public", .type = FIELD_BOOL, .flags = FIELD_REQUIRED,
	    AT(is_public) },
	{ .name = "kind", .type = FIELD_CHOICE, .flags = FIELD_REQUIRED,
	    .choices = kinds, AT(kind) },
	{ .name = "list", .type = FIELD_TEXTS, .flags = FIELD_REQUIRED,
	    .min = 1, .max = 4, .most = 2, AT(list) },
};

/* What one reading came to. */
static struct arena *arena;
static struct input in;
static struct field_errors errors;
static uint64_t present;

static const struct input defaults = { .name = "n", .days = 42, .kind = 1,
	.gender = 7, .chapter = 9 };

static void
begin(enum lang lang)
{
	arena_reset(arena);
	errors = (struct field_errors){ .arena = arena, .lang = lang };
	present = 0;
	in = defaults;
}

static enum err
read_json(enum lang lang, const struct field *table, size_t n,
    const char *text)
{
	const cJSON *object;

	begin(lang);
	if (json_read(arena, text, strlen(text), &object) != OK)
		return ERR_JSON_SYNTAX;
	return field_read_json(object, table, n, &in, &present, &errors);
}

static enum err
read_query(const char *text)
{
	const struct query *q;

	begin(LANG_EN);
	if (query_read(arena, text, &q) != OK)
		return ERR_QUERY;
	return field_read_query(q, fields, COUNT_OF(fields), &in, &present,
	    &errors);
}

static bool
is_present(int field)
{
	return present == UINT64_C(1) << field;
}

/* Whether the text is read well, with this one field present. */
static bool
reads(const char *text, int field)
{
	return read_json(LANG_EN, fields, COUNT_OF(fields), text) == OK &&
	    errors.n == 0 && is_present(field);
}

/* Whether it is refused for one field, with this sentence. */
static void
refuses(const char *text, const char *name, const char *sentence)
{
	enum err e = text[0] == '{' ?
	    read_json(LANG_EN, fields, COUNT_OF(fields), text) :
	    read_query(text);

	ok(e == ERR_VALIDATION && errors.n == 1, "%s: refused", text);
	is_str(errors.n ? errors.item[0].name : NULL, name, "for %s", name);
	is_str(errors.n ? errors.item[0].text : NULL, sentence,
	    "with a sentence that says what is wanted");
}

static void
test_text(void)
{
	ok(reads("{\"name\":\" \\u00a0 a b\\t\\n\"}", NAME), "a text");
	is_str(in.name, "a b", "is trimmed");
	ok(reads("{\"name\":\"مُحَم\"}", NAME), "five characters");
	ok(reads("{\"name\":\"a    \"}", NAME),
	    "blanks at the end do not count");
	ok(reads("{\"title\":\"x\"}", NAME) && strcmp(in.name, "x") == 0,
	    "another name for it");
	ok(reads("{\"title\":\"x\",\"name\":\"y\"}", NAME) &&
	    strcmp(in.name, "y") == 0, "of both the first name is good");
	ok(reads("{\"secret\":\"  x \"}", SECRET) &&
	    strcmp(in.secret, "  x ") == 0, "a raw text is not trimmed");
	ok(reads("{\"bio\":\"a\\n\\tb\"}", BIO) &&
	    strcmp(in.bio, "a\n\tb") == 0, "a text of lines may have them");
	ok(reads("{\"bio\":\"\"}", BIO) && in.bio[0] == '\0',
	    "a text without a minimum may be empty");
	ok(reads("{\"bio\":null}", BIO) && in.bio[0] == '\0',
	    "null is the empty text where it is allowed");
	ok(reads("{\"mail\":\"\"}", MAIL),
	    "a check is not asked about nothing");
	ok(reads("{\"mail\":\"a@b\"}", MAIL), "but about all else");
}

static void
test_bad_text(void)
{
	static const char *const others[] = {
		"{\"name\":1}", "{\"name\":true}", "{\"name\":[]}",
		"{\"name\":[\"x\"]}", "{\"name\":{}}", "{\"name\":1.5}",
	};

	for (size_t i = 0; i < COUNT_OF(others); i++)
		refuses(others[i], "name", "Must be a string.");
	refuses("{\"name\":null}", "name", "This field may not be null.");
	refuses("{\"name\":\"\"}", "name", "This field may not be blank.");
	refuses("{\"name\":\"\\u00a0 \"}", "name",
	    "This field may not be blank.");
	refuses("{\"name\":\"ختمة رم\"}", "name",
	    "Must have at most 5 characters.");
	refuses("{\"title\":\"123456\"}", "name",
	    "Must have at most 5 characters.");
	refuses("{\"secret\":\"ab\"}", "secret",
	    "Must have at least 3 characters.");
	refuses("{\"secret\":\"\"}", "secret", "This field may not be blank.");
	refuses("{\"name\":\"a\\nb\"}", "name",
	    "May not contain control characters.");
	refuses("{\"bio\":\"a\\rb\"}", "bio",
	    "May not contain control characters.");
	refuses("{\"bio\":\"a\\u009bb\"}", "bio",
	    "May not contain control characters.");
	refuses("{\"mail\":\"ab\"}", "mail", "Enter a valid e-mail address.");
}

static void
test_int(void)
{
	static const char range[] = "Must be a whole number from -3 to 3650.";
	static const char *const wrong[] = {
		"{\"days\":-4}", "{\"days\":3651}", "{\"days\":1.5}",
		"{\"days\":true}", "{\"days\":\"\"}", "{\"days\":\"x\"}",
		"{\"days\":\"3x\"}", "{\"days\":\" 3\"}", "{\"days\":\"+3\"}",
		"{\"days\":\"-\"}", "{\"days\":\"3.0\"}", "{\"days\":\"0x1\"}",
		"{\"days\":\"٣٠\"}", "{\"days\":[]}", "{\"days\":{}}",
		"{\"days\":9223372036854775808}", "{\"days\":1e999}",
		"{\"days\":\"99999999999999999999999999\"}",
		"{\"days\":\"3651\"}", "{\"days\":\"-4\"}",
	};

	ok(reads("{\"days\":30}", DAYS) && in.days == 30, "a number");
	ok(reads("{\"days\":-3}", DAYS) && in.days == -3, "the least");
	ok(reads("{\"days\":3650}", DAYS) && in.days == 3650, "the most");
	ok(reads("{\"days\":\"30\"}", DAYS) && in.days == 30, "as digits");
	ok(reads("{\"days\":\"-3\"}", DAYS) && in.days == -3, "with a minus");
	ok(reads("{\"days\":3e1}", DAYS) && in.days == 30, "as 3e1");
	ok(reads("{\"days\":30.0}", DAYS) && in.days == 30, "as 30.0");
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		refuses(wrong[i], "days", range);
	refuses("{\"days\":null}", "days", "This field may not be null.");
	is_int(read_json(LANG_EN, fields, COUNT_OF(fields),
	    "{\"chapter\":null}"), OK, "null where it is allowed");
	ok(in.chapter == 9 && present == 0, "is as if it had not been sent");
}

static void
test_bool(void)
{
	static const char *const wrong[] = {
		"{\"is_public\":1}", "{\"is_public\":0}",
		"{\"is_public\":\"true\"}", "{\"is_public\":\"\"}",
		"{\"is_public\":[]}", "{\"is_public\":{}}",
	};

	ok(reads("{\"is_public\":true}", IS_PUBLIC) && in.is_public, "true");
	ok(reads("{\"is_public\":false}", IS_PUBLIC) && !in.is_public,
	    "false");
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		refuses(wrong[i], "is_public", "Must be true or false.");
	refuses("{\"is_public\":null}", "is_public",
	    "This field may not be null.");
}

static void
test_choice(void)
{
	static const char *const wrong[] = {
		"{\"kind\":\"Group\"}", "{\"kind\":\"\"}", "{\"kind\":0}",
		"{\"kind\":\" group\"}", "{\"kind\":true}", "{\"kind\":[]}",
		"{\"kind\":{}}", "{\"kind\":\"groupprivate\"}",
	};

	ok(reads("{\"kind\":\"group\"}", KIND) && in.kind == 0, "a choice");
	ok(reads("{\"kind\":\"private\"}", KIND) && in.kind == 1, "another");
	ok(reads("{\"gender\":\"\"}", GENDER) && in.gender == 2,
	    "the empty choice, where it is one");
	ok(reads("{\"gender\":null}", GENDER) && in.gender == 2,
	    "null is the empty choice");
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		refuses(wrong[i], "kind", "Must be one of: group, private.");
	refuses("{\"kind\":null}", "kind", "This field may not be null.");
	refuses("{\"gender\":\"x\"}", "gender",
	    "Must be one of: male, female.");
}

static void
test_list(void)
{
	static const char *const wrong[] = {
		"{\"list\":\"a\"}", "{\"list\":{}}", "{\"list\":1}",
		"{\"list\":true}", "{\"list\":[1]}", "{\"list\":[\"a\",null]}",
		"{\"list\":[\"a\",[\"b\"]]}",
	};

	ok(reads("{\"list\":[]}", LIST) && in.list.n == 0, "an empty list");
	ok(reads("{\"list\":[\" a \",\"ب\"]}", LIST) && in.list.n == 2 &&
	    strcmp(in.list.item[0], "a") == 0 &&
	    strcmp(in.list.item[1], "ب") == 0, "a list, each item trimmed");
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		refuses(wrong[i], "list", "Must be a list of strings.");
	refuses("{\"list\":[\"a\",\"b\",\"c\"]}", "list",
	    "May have at most 2 items.");
	refuses("{\"list\":[\"a\",\" \"]}", "list",
	    "This field may not be blank.");
	refuses("{\"list\":[\"12345\",\"a\"]}", "list",
	    "Must have at most 4 characters.");
	refuses("{\"list\":null}", "list", "This field may not be null.");
}

static void
test_query(void)
{
	is_int(read_query("name=a+b&days=-3&is_public=true&kind=private"
	    "&gender=&unknown=1"), OK, "the same fields in a query");
	ok(strcmp(in.name, "a b") == 0 && in.days == -3 && in.is_public &&
	    in.kind == 1 && in.gender == 2, "are read");
	is_int((long long)present, 1 << NAME | 1 << DAYS | 1 << IS_PUBLIC |
	    1 << KIND | 1 << GENDER, "and present");
	is_int(read_query("is_public=false"), OK, "false");
	ok(!in.is_public, "is false");
	refuses("is_public=1", "is_public", "Must be true or false.");
	refuses("is_public=", "is_public", "Must be true or false.");
	refuses("days=", "days", "Must be a whole number from -3 to 3650.");
	refuses("days=1e1", "days", "Must be a whole number from -3 to 3650.");
	is_int(read_query("kind="), OK, "an empty choice is a form's any");
	is_int(in.kind, defaults.kind, "and the default");
	refuses("kind=Group", "kind", "Must be one of: group, private.");
	refuses("title=123456", "name", "Must have at most 5 characters.");
	refuses("list=a", "list", "Must be a list of strings.");
	is_int(read_query(""), OK, "a query without any");
	ok(in.name == defaults.name && in.days == defaults.days &&
	    in.kind == defaults.kind && in.gender == defaults.gender &&
	    in.chapter == defaults.chapter && !in.is_public && present == 0,
	    "leaves the defaults");
}

/* The sentence of a field by its name, or NULL. */
static const char *
sentence(const char *name)
{
	for (size_t i = 0; i < errors.n; i++)
		if (strcmp(errors.item[i].name, name) == 0)
			return errors.item[i].text;
	return NULL;
}

static void
test_required(void)
{
	is_int(read_json(LANG_EN, required, COUNT_OF(required), "{}"),
	    ERR_VALIDATION, "nothing of what is required");
	is_int((long long)errors.n, COUNT_OF(required),
	    "all are named at once");
	for (size_t i = 0; i < COUNT_OF(required); i++)
		is_str(sentence(required[i].name), "This field is required.",
		    "%s is", required[i].name);
	begin(LANG_EN);
	is_int(field_read_json(NULL, required, COUNT_OF(required), &in, NULL,
	    &errors), ERR_VALIDATION, "no body is an empty one");
	is_int((long long)errors.n, COUNT_OF(required), "all are named again");
	is_int(read_json(LANG_EN, required, COUNT_OF(required),
	    "{\"email\":null,\"days\":\"x\",\"is_public\":1,\"kind\":\"\","
	    "\"list\":[\"\"]}"), ERR_VALIDATION, "each wrong in its own way");
	is_int((long long)errors.n, COUNT_OF(required), "is named, too");
	is_str(sentence("email"), "This field may not be null.", "null");
	is_str(sentence("days"), "Must be a whole number from 1 to 30.",
	    "a number");
	is_int(read_json(LANG_EN, required, COUNT_OF(required),
	    "{\"username\":\"a\",\"days\":1,\"is_public\":false,"
	    "\"kind\":\"group\",\"list\":[],\"id\":7,\"is_staff\":true}"), OK,
	    "all are there, and unknown ones are ignored");
	is_int((long long)present, 31, "all are present");
}

static void
test_languages(void)
{
	static const char *const none[] = { NULL };
	int missing = 0, same = 0;

	is_int(read_json(LANG_AR, fields, COUNT_OF(fields),
	    "{\"name\":\"\",\"days\":0.5,\"kind\":\"x\",\"secret\":\"a\"}"),
	    ERR_VALIDATION, "wrong fields in Arabic");
	is_str(sentence("name"), "لا يجوز أن يكون هذا الحقل فارغا.", "a text");
	is_str(sentence("days"), "يجب أن يكون عددا صحيحا من -3 إلى 3650.",
	    "a number with its bounds");
	is_str(sentence("kind"), "يجب أن يكون أحد: group, private.",
	    "a choice with its words");
	is_str(sentence("secret"), "يجب ألا يقل عن 3 من الأحرف.", "a length");
	for (int m = MSG_NONE + 1; m < MSG_COUNT; m++) {
		struct field_errors both[LANG_COUNT];

		for (int l = 0; l < LANG_COUNT; l++) {
			both[l] = (struct field_errors){ .arena = arena,
			    .lang = (enum lang)l };
			is_int(field_wrong(&both[l], "f", (enum field_msg)m,
			    none), ERR_VALIDATION, "message %d", m);
			missing += both[l].n != 1 || !both[l].item[0].text ||
			    !both[l].item[0].text[0];
		}
		same += !missing && strcmp(both[LANG_EN].item[0].text,
		    both[LANG_AR].item[0].text) == 0;
	}
	is_int(missing, 0, "every message has a sentence in both languages");
	is_int(same, 0, "and they differ");
}

static void
test_errors(void)
{
	struct buf b = { .max = 4096 };
	struct json j;

	begin(LANG_EN);
	for (int i = 0; i < FIELD_ERRORS_MAX + 5; i++)
		field_wrong(&errors, "f", MSG_REQUIRED, NULL);
	is_int((long long)errors.n, FIELD_ERRORS_MAX,
	    "there is an end to errors");
	begin(LANG_EN);
	field_wrong(&errors, "email", MSG_EMAIL, NULL);
	field_wrong(&errors, "days", MSG_RANGE,
	    (const char *const[]){ "1", "30", NULL });
	json_start(&j, &b);
	json_open(&j, NULL, '{');
	field_write_errors(&j, &errors);
	json_close(&j);
	is_str(b.data, "{\"errors\":{\"email\":[\"Enter a valid e-mail address."
	    "\"],\"days\":[\"Must be a whole number from 1 to 30.\"]}}",
	    "they are written as a list for each field");
	buf_free(&b);
}

static void
test_full(void)
{
	static const char text[] = "{\"name\":\"abc\",\"list\":[\"a\",\"b\"]}";
	struct arena *roomy = arena_new(65536), *full = arena_new(8);
	const cJSON *object;

	begin(LANG_EN);
	json_read(roomy, text, strlen(text), &object);
	errors.arena = full;
	is_int(field_read_json(object, fields, COUNT_OF(fields), &in, NULL,
	    &errors), ERR_INTERNAL, "a full arena is nobody's field");
	arena_free(roomy);
	arena_free(full);
}

int
main(void)
{
	arena = arena_new((size_t)1024 * 1024);
	test_text();
	test_bad_text();
	test_int();
	test_bool();
	test_choice();
	test_list();
	test_query();
	test_required();
	test_languages();
	test_errors();
	test_full();
	arena_free(arena);
	return done_testing();
}
