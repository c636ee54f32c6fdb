#include "common/json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "t/tap.h"

#define CAP	((size_t)8 * 1024 * 1024)

/* A text, which may hold NUL bytes, and what the reader says of it. */
struct sample {
	const char *name;
	const char *text;
	size_t n;
};

#define S(name, literal)	{ name, literal, sizeof(literal) - 1 }

/* From a copy of its very size, so that a sanitizer sees a step behind it. */
static enum err
read_n(struct arena *a, const char *text, size_t n, const cJSON **object)
{
	char *copy = malloc(n ? n : 1);
	enum err e;

	memcpy(copy, text, n);
	*object = NULL;
	e = json_read(a, copy, n, object);
	free(copy);
	return e;
}

static enum err
read_text(struct arena *a, const char *text, const cJSON **object)
{
	return read_n(a, text, strlen(text), object);
}

static void
test_samples(const struct sample *s, size_t n, enum err want)
{
	struct arena *a = arena_new(CAP);
	const cJSON *object;

	for (; n > 0; s++, n--) {
		is_int(read_n(a, s->text, s->n, &object), want, "%s", s->name);
		arena_reset(a);
	}
	arena_free(a);
}

#define SAMPLES(table, want) \
	test_samples(table, sizeof(table) / sizeof((table)[0]), want)

static const struct sample good[] = {
	S("an empty object", "{}"),
	S("JSON-01: blanks all about", " \t\r\n{ \"a\" : [ 1 , 2 ] }\n\r\t "),
	S("every kind of value",
	    "{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":false,\"e\":null,\"f\":[],"
	    "\"g\":{}}"),
	S("every form of number",
	    "{\"a\":[0,-0,-1,1.5,1e5,1E+5,1e-5,0.0,-0.5e10,1e999]}"),
	S("every escape", "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"}"),
	S("JSON-06: a pair of surrogates", "{\"a\":\"\\ud83d\\udcd6\"}"),
	S("JSON-05: Arabic", "{\"اسم\":\"ختمة رمضان\"}"),
	S("DEL and C1, which are no control characters of JSON",
	    "{\"a\":\"\x7f\xc2\x85\"}"),
	S("an escaped backslash before u0000", "{\"a\":\"\\\\u0000\"}"),
	S("U+0001, escaped", "{\"a\":\"\\u0001\"}"),
	S("an empty key", "{\"\":1}"),
	S("the same key in two objects", "{\"a\":{\"x\":1},\"b\":{\"x\":1}}"),
	S("JSON-03: keys that differ in case", "{\"a\":1,\"A\":2}"),
	S("brackets inside a string", "{\"a\":\"}]{[\"}"),
};

static const struct sample empty[] = {
	S("JSON-15: no text", ""),
	S("JSON-15: blanks only", " \t\r\n "),
};

static const struct sample not_utf8[] = {
	S("JSON-05: bytes that UTF-8 never has", "{\"a\":\"\xff\xfe\"}"),
	S("JSON-05: an overlong slash", "{\"a\":\"\xc0\xaf\"}"),
	S("JSON-05: a surrogate", "{\"a\":\"\xed\xa0\x80\"}"),
	S("JSON-05: a character cut off", "{\"a\":\"\xd8\"}"),
	S("JSON-05: behind U+10FFFF", "{\"a\":\"\xf4\x90\x80\x80\"}"),
	S("JSON-05: in a key", "{\"\xc3\":1}"),
	S("JSON-05: ISO-8859-6", "{\"a\":\"\xce\xca\xe5\xc9\"}"),
	S("JSON-05: behind the object", "{}\xff"),
};

static const struct sample nul[] = {
	S("JSON-04: a NUL byte in a string", "{\"a\":\"x\0y\"}"),
	S("JSON-04: a NUL byte in a key", "{\"a\0\":1}"),
	S("JSON-04: a NUL byte between values", "{\"a\":\0 1}"),
	S("JSON-04: a NUL byte at the end", "{}\0"),
	S("JSON-04: an escaped NUL", "{\"a\":\"x\\u0000y\"}"),
	S("JSON-04: an escaped NUL in a key", "{\"a\\u0000b\":1}"),
	S("JSON-04: an escaped NUL behind a backslash",
	    "{\"a\":\"\\\\\\u0000\"}"),
};

static const struct sample syntax[] = {
	S("JSON-08: a byte order mark", "\xef\xbb\xbf{}"),
	S("an object that is not closed", "{"),
	S("a value that is missing", "{\"a\":}"),
	S("a colon that is missing", "{\"a\" 1}"),
	S("a comma that is missing", "{\"a\":1 \"b\":2}"),
	S("a comma too many", "{\"a\":1,}"),
	S("a comma alone", "{,}"),
	S("commas in a row", "{\"a\":[1,,2]}"),
	S("a comma at the end of an array", "{\"a\":[1,]}"),
	S("a bracket of the wrong kind", "{\"a\":[1}}"),
	S("a closing bracket first", "}{"),
	S("a key without quotes", "{a:1}"),
	S("single quotes", "{'a':1}"),
	S("a number for a key", "{1:1}"),
	S("a comment", "{/* a */}"),
	S("a string that is not closed", "{\"a\":\"x}"),
	S("a string that ends in a backslash", "{\"a\":\"x\\"),
	S("an escape that is none", "{\"a\":\"\\x41\"}"),
	S("hex digits that are none", "{\"a\":\"\\u00zz\"}"),
	S("hex digits in a key that are none", "{\"a\\uzzzz\":1}"),
	S("hex digits cut off", "{\"a\":\"\\u00\"}"),
	S("a text that ends in hex digits", "{\"a\":\"\\u00"),
	S("JSON-06: a high surrogate alone", "{\"a\":\"\\ud83d\"}"),
	S("JSON-06: a low surrogate alone", "{\"a\":\"\\udcd6\"}"),
	S("JSON-06: two high surrogates", "{\"a\":\"\\ud83d\\ud83d\"}"),
	S("JSON-07: a line break in a string", "{\"a\":\"x\ny\"}"),
	S("JSON-07: a tab in a string", "{\"a\":\"x\ty\"}"),
	S("JSON-07: a control character in a key", "{\"a\x1f\":1}"),
	S("JSON-07: U+0001 for a blank", "{\"a\":\x01" "1}"),
	S("JSON-07: a form feed for a blank", "\x0c{}"),
	S("a no-break space for a blank", "{\xc2\xa0}"),
	S("JSON-09: NaN", "{\"a\":NaN}"),
	S("JSON-09: Infinity", "{\"a\":Infinity}"),
	S("JSON-09: minus Infinity", "{\"a\":-Infinity}"),
	S("JSON-09: a plus", "{\"a\":+1}"),
	S("JSON-09: two minuses", "{\"a\":--1}"),
	S("a minus alone", "{\"a\":-}"),
	S("JSON-09: a point first", "{\"a\":.5}"),
	S("JSON-10: a point last", "{\"a\":1.}"),
	S("JSON-10: a point last, then the end", "{\"a\":1."),
	S("JSON-10: a leading zero", "{\"a\":01}"),
	S("JSON-10: a leading zero behind a minus", "{\"a\":-01}"),
	S("JSON-09: hexadecimal", "{\"a\":0x10}"),
	S("an exponent without digits", "{\"a\":1e}"),
	S("an exponent with a sign alone", "{\"a\":1e+}"),
	S("True", "{\"a\":True}"),
	S("a word that begins like true", "{\"a\":trueish}"),
	S("a word cut off", "{\"a\":nul"),
	S("undefined", "{\"a\":undefined}"),
	S("a form", "a=1&b=2"),
};

static const struct sample trailing[] = {
	S("JSON-01: a second object", "{}{}"),
	S("JSON-01: a second object on the next line", "{\"a\":1}\n{\"a\":1}"),
	S("JSON-01: a bracket too many", "{\"a\":1}}"),
	S("JSON-01: a word", "{} x"),
	S("JSON-01: a comma", "{},"),
	S("JSON-01: a text that is no JSON", "{}{\"a"),
	S("JSON-01: text behind an array", "[] x"),
};

static const struct sample duplicate[] = {
	S("JSON-02: a key twice", "{\"a\":1,\"a\":2}"),
	S("JSON-02: a key twice with the same value",
	    "{\"a\":1,\"b\":2,\"a\":1}"),
	S("JSON-02: a key twice, one of them escaped",
	    "{\"a\":1,\"\\u0061\":2}"),
	S("JSON-02: a key twice, deeper",
	    "{\"x\":[{\"y\":{\"a\":1,\"a\":2}}]}"),
	S("JSON-02: the empty key twice", "{\"\":1,\"\":2}"),
	S("JSON-02: an Arabic key twice", "{\"اسم\":1,\"اسم\":2}"),
};

static const struct sample not_object[] = {
	S("JSON-15: an array", "[{}]"),
	S("JSON-15: a string", "\"x\""),
	S("JSON-15: a number", "1"),
	S("JSON-15: a negative number", "-1.5"),
	S("JSON-15: true", "true"),
	S("JSON-15: false", " false "),
	S("JSON-15: null", "null"),
};

/* first, then n - 1 times open, n - 1 times close, and a brace. */
static enum err
read_depth(struct arena *a, const char *first, const char *open, char close,
    int n)
{
	struct buf text = { .max = CAP };
	const cJSON *object;
	enum err e;

	buf_str(&text, first);
	for (int i = 1; i < n; i++)
		buf_str(&text, open);
	for (int i = 1; i < n; i++)
		buf_char(&text, close);
	buf_char(&text, '}');
	e = read_n(a, text.data, text.len, &object);
	buf_free(&text);
	return e;
}

static void
test_depth(void)
{
	struct arena *a = arena_new(CAP);
	const cJSON *object;

	is_int(read_depth(a, "{\"a\":", "[", ']', 32), OK,
	    "JSON-13: 32 levels of arrays");
	is_int(read_depth(a, "{\"a\":", "[", ']', 33), ERR_JSON_DEPTH,
	    "JSON-13: not 33");
	is_int(read_depth(a, "{\"a\":", "[", ']', 1001), ERR_JSON_DEPTH,
	    "JSON-13: not 1001");
	is_int(read_depth(a, "{\"a\":", "[", ']', 100000), ERR_JSON_DEPTH,
	    "JSON-13: not a hundred thousand");
	is_int(read_depth(a, "{", "\"a\":{", '}', 32), OK,
	    "JSON-13: 32 levels of objects");
	is_int(read_depth(a, "{", "\"a\":{", '}', 33), ERR_JSON_DEPTH,
	    "JSON-13: not 33");
	is_int(read_text(a, "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
	    &object), ERR_JSON_DEPTH, "nor 42 of which none is closed");
	is_int(read_text(a, "{\"a\":[[],[],[],[],[],[],[],[],[],[],[],[],[],"
	    "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]}",
	    &object), OK, "but 33 side by side");
	arena_free(a);
}

/* What the largest body costs, where every other byte of it is a value. */
static void
test_memory(void)
{
	struct arena *a = arena_new((size_t)4 * 1024 * 1024);
	struct buf text = { .max = 65536 };
	const cJSON *object;

	buf_str(&text, "{\"a\":[1");
	while (text.len < text.max - 3)
		buf_str(&text, ",1");
	buf_str(&text, "]}");
	is_int(read_n(a, text.data, text.len, &object), OK,
	    "JSON-14: %zu bytes of small numbers fit into 4 MiB", text.len);
	buf_free(&text);
	arena_free(a);
}

/* A full arena is our fault and not the client's. */
static void
test_full(void)
{
	static const char text[] = "{\"a\":1,\"b\":\"a text of some length\"}";
	const cJSON *object;
	int others = 0;

	for (size_t cap = 0; cap < 4096; cap += 16) {
		struct arena *a = arena_new(cap);
		enum err e = read_text(a, text, &object);

		others += e != ERR_INTERNAL && e != OK;
		arena_free(a);
		if (e == OK)
			break;
	}
	is_int(others, 0, "a full arena is an internal error");
}

static bool
int_is(struct arena *a, const char *number, int64_t want)
{
	const char *text = arena_printf(a, "{\"n\":%s}", number);
	const cJSON *object;
	int64_t n = 0;

	return read_text(a, text, &object) == OK &&
	    json_get_int(json_member(object, "n"), &n) && n == want;
}

static bool
no_int(struct arena *a, const char *number)
{
	const char *text = arena_printf(a, "{\"n\":%s}", number);
	const cJSON *object;
	int64_t n;

	return read_text(a, text, &object) == OK &&
	    !json_get_int(json_member(object, "n"), &n);
}

static void
test_numbers(struct arena *a)
{
	static const char *const whole[] = { "30", "30.0", "3e1", "300e-1" };
	static const char *const others[] = {
		"7.9", "0.1", "-0.5", "9007199254740993",
		"-9007199254740993", "9007199254740994",
		"9223372036854775807", "9223372036854775808",
		"18446744073709551616", "1e308", "1e999", "-1e999"
	};

	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		ok(int_is(a, whole[i], 30), "%s is 30", whole[i]);
	ok(int_is(a, "0", 0) && int_is(a, "-0", 0), "0 and -0 are 0");
	ok(int_is(a, "-7", -7), "a negative number");
	ok(int_is(a, "2147483648", INT64_C(2147483648)), "more than 32 bits");
	ok(int_is(a, "9007199254740991", INT64_C(9007199254740991)),
	    "the largest that every JSON library keeps");
	ok(int_is(a, "-9007199254740991", INT64_C(-9007199254740991)),
	    "and its negative");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		ok(no_int(a, others[i]), "JSON-%s: %s is no such number",
		    strstr(others[i], "1e") ? "11" : "12", others[i]);
}

static void
test_members(struct arena *a)
{
	static const char text[] =
	    "{\"t\":\"\\u062e\\ud83d\\udcd6\\n\",\"T\":\"other\",\"b\":true,"
	    "\"f\":false,\"z\":null,\"l\":[1,\"x\",{}],\"o\":{\"i\":7},"
	    "\"n\":1.5,\"none\":[]}";
	const cJSON *o, *l;

	is_int(read_text(a, text, &o), OK, "an object");
	is_int(json_type_of(json_member(o, "t")), JSON_TEXT, "a text");
	is_int(json_type_of(json_member(o, "b")), JSON_BOOL, "a truth");
	is_int(json_type_of(json_member(o, "f")), JSON_BOOL, "another");
	is_int(json_type_of(json_member(o, "z")), JSON_NULL, "null");
	is_int(json_type_of(json_member(o, "l")), JSON_ARRAY, "an array");
	is_int(json_type_of(json_member(o, "o")), JSON_OBJECT, "an object");
	is_int(json_type_of(json_member(o, "n")), JSON_NUMBER, "a number");
	is_str(json_get_text(json_member(o, "t")), "خ\xf0\x9f\x93\x96\n",
	    "escapes are decoded");
	is_str(json_get_text(json_member(o, "T")), "other",
	    "JSON-03: names are looked up by their case");
	ok(json_member(o, "B") == NULL && json_member(o, "x") == NULL,
	    "a name that is not there");
	ok(json_get_bool(json_member(o, "b")) &&
	    !json_get_bool(json_member(o, "f")), "true and false");
	l = json_member(o, "l");
	is_int((long long)json_count(l), 3, "an array counts its items");
	l = json_after(json_first(l));
	is_str(json_get_text(l), "x", "and gives one after the other");
	ok(json_after(json_after(l)) == NULL, "until there is none");
	l = json_member(o, "none");
	ok(json_count(l) == 0 && json_first(l) == NULL, "none at all");
}

/* Writing */

static void
test_values(void)
{
	struct buf b = { .max = 4096 };
	struct json j;

	json_start(&j, &b);
	json_open(&j, NULL, '{');
	json_text(&j, "text", "x");
	json_text(&j, "no text", NULL);
	json_int(&j, "least", INT64_MIN);
	json_int(&j, "most", INT64_MAX);
	json_int(&j, "2^53+1", INT64_C(9007199254740993));
	json_int(&j, "10^15", INT64_C(1000000000000000));
	json_bool(&j, "yes", true);
	json_bool(&j, "no", false);
	json_null(&j, "null");
	json_id(&j, "id", 7);
	json_id(&j, "no id", 0);
	json_tenths(&j, "a third", 333);
	json_tenths(&j, "all", 1000);
	json_tenths(&j, "little", 9);
	json_tenths(&j, "nothing", 0);
	json_close(&j);
	is_str(b.data, "{\"text\":\"x\",\"no text\":null,"
	    "\"least\":-9223372036854775808,\"most\":9223372036854775807,"
	    "\"2^53+1\":9007199254740993,\"10^15\":1000000000000000,"
	    "\"yes\":true,\"no\":false,\"null\":null,\"id\":7,\"no id\":null,"
	    "\"a third\":33.3,\"all\":100.0,\"little\":0.9,\"nothing\":0.0}",
	    "every kind of value is written");
	ok(!b.failed, "and fits");
	buf_free(&b);
}

static void
test_escapes(struct arena *a)
{
	struct buf b = { .max = 4096 };
	struct json j;
	char all[0x80];
	const cJSON *o;

	json_start(&j, &b);
	json_text(&j, NULL, "\"\\/\n\t\x01\x1f\x7f");
	is_str(b.data, "\"\\\"\\\\/\\n\\u0009\\u0001\\u001f\x7f\"",
	    "what must be escaped is, and nothing else");
	buf_reset(&b, 0);
	json_start(&j, &b);
	json_open(&j, NULL, '[');
	json_text(&j, NULL, "");
	json_text(&j, NULL, "مُحَمَّد \xf0\x9f\x93\x96");
	json_close(&j);
	is_str(b.data, "[\"\",\"مُحَمَّد \xf0\x9f\x93\x96\"]",
	    "UTF-8 stands as it is");
	buf_reset(&b, 0);
	for (int c = 1; c < 0x80; c++)
		all[c - 1] = (char)c;
	all[0x7f] = '\0';
	json_start(&j, &b);
	json_open(&j, NULL, '{');
	json_text(&j, all, all);
	json_close(&j);
	is_int(read_n(a, b.data, b.len, &o), OK,
	    "all of ASCII can be read again");
	is_str(o ? json_get_text(json_member(o, all)) : NULL, all,
	    "and is what it was, as key and as text");
	buf_free(&b);
}

static void
test_nesting(void)
{
	struct buf b = { .max = 4096 };
	struct json j;
	int n;

	json_start(&j, &b);
	json_open(&j, NULL, '{');
	json_open(&j, "none", '[');
	json_close(&j);
	json_open(&j, "some", '[');
	json_int(&j, NULL, 1);
	json_open(&j, NULL, '{');
	json_close(&j);
	json_open(&j, NULL, '[');
	json_int(&j, NULL, 2);
	json_close(&j);
	json_int(&j, NULL, 3);
	json_close(&j);
	json_int(&j, "last", 4);
	json_close(&j);
	is_str(b.data, "{\"none\":[],\"some\":[1,{},[2],3],\"last\":4}",
	    "commas stand between values and nowhere else");
	json_close(&j);
	is_int((long long)b.len, 40, "a close too many writes nothing");
	buf_reset(&b, 4096);
	json_start(&j, &b);
	for (n = 0; n < JSON_DEPTH_MAX - 1; n++)
		json_open(&j, NULL, '[');
	ok(!b.failed, "%d levels fit", n);
	for (; n > 0; n--)
		json_close(&j);
	is_str(b.data, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
	    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "and are closed");
	buf_reset(&b, 4096);
	json_start(&j, &b);
	for (n = 0; n < 100; n++)
		json_open(&j, NULL, '[');
	ok(b.failed, "100 do not, which shows");
	for (; n > 0; n--)
		json_close(&j);
	buf_free(&b);
}

static void
test_bound(void)
{
	struct buf b = { .max = 20 };
	struct json j;

	json_start(&j, &b);
	json_open(&j, NULL, '[');
	json_text(&j, NULL, "sixteen letters.");
	json_close(&j);
	ok(!b.failed && b.len == 20, "an answer of the bound fits");
	json_int(&j, NULL, 1);
	ok(b.failed && b.len == 20, "a byte more does not, which shows");
	buf_free(&b);
}

int
main(void)
{
	struct arena *a = arena_new(CAP);

	SAMPLES(good, OK);
	SAMPLES(empty, ERR_JSON_EMPTY);
	SAMPLES(not_utf8, ERR_JSON_UTF8);
	SAMPLES(nul, ERR_JSON_NUL);
	SAMPLES(syntax, ERR_JSON_SYNTAX);
	SAMPLES(trailing, ERR_JSON_TRAILING);
	SAMPLES(duplicate, ERR_JSON_DUPLICATE);
	SAMPLES(not_object, ERR_JSON_NOT_OBJECT);
	test_depth();
	test_memory();
	test_full();
	test_numbers(a);
	test_members(a);
	test_values();
	test_escapes(a);
	test_nesting();
	test_bound();
	arena_free(a);
	return done_testing();
}
