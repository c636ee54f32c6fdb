#include "common/utf8.h"

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "t/tap.h"

struct pair {
	const char *in;
	const char *out;
};

static const char *const valid[] = {
	"", "a", "é", "محمد", "\xf0\x9f\x93\x96", "\xef\xbf\xbf",
	"\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "\xc2\x80",
	"\xe0\xa0\x80", "\xf0\x90\x80\x80",
};

static const char *const invalid[] = {
	"\x80", "\xbf", "\xff", "\xfe", "a\xff", "\xc0\xaf", "\xc1\xbf",
	"\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf",
	"\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
	"\xed\xa0\xbd\xed\xb8\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
	"\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xc3",
	"\xe2\x82", "\xf0\x9f\x93", "\xd9\x85\xd9", "\xc3(", "\xe2(\xa1",
	"\xe2\x82(", "\xf0(\x8c\xbc", "\xf0\x90\x8c(",
};

static void
test_valid(struct arena *a)
{
	size_t i;

	for (i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		ok(utf8_valid(valid[i], strlen(valid[i])), "valid %zu", i);
	for (i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
		ok(!utf8_valid(invalid[i], strlen(invalid[i])),
		    "invalid %zu", i);
		ok(utf8_search_form(a, invalid[i]) == NULL,
		    "no search form of invalid %zu", i);
		ok(utf8_fold(a, invalid[i]) == NULL,
		    "no fold of invalid %zu", i);
		ok(utf8_trim(a, invalid[i]) != NULL,
		    "trim survives invalid %zu", i);
		utf8_has_control(invalid[i], true);
		utf8_length(invalid[i]);
	}
	ok(utf8_valid("a\0b", 3), "a NUL is a character here");
	ok(!utf8_valid("\xc3\xa9", 1), "half a character is not valid");
	ok(utf8_valid("\xc3\xa9\xff", 2), "what follows is not looked at");
}

static void
test_length(void)
{
	is_int((long long)utf8_length(""), 0, "length of nothing");
	is_int((long long)utf8_length("khatma"), 6, "length of ASCII");
	is_int((long long)utf8_length("ختمة"), 4, "length of Arabic");
	is_int((long long)utf8_length("مُحَمَّد"), 8, "marks count");
	is_int((long long)utf8_length("\xf0\x9f\x93\x96"), 1, "one emoji");
}

static const struct pair trims[] = {
	{ "", "" },
	{ " ", "" },
	{ " \t\r\n\v\f ", "" },
	{ "khatma", "khatma" },
	{ "  a  b  ", "a  b" },
	{ "\n ختمة رمضان \t", "ختمة رمضان" },
	{ "\xc2\xa0" "a\xc2\xa0", "a" },		/* no-break space */
	{ "\xe3\x80\x80" "a\xe2\x80\x83", "a" },	/* wide spaces */
	{ "\xe2\x80\xa8" "a\xe2\x80\xa9", "a" },	/* line separators */
	{ "\x01" "a\x7f", "a" },
	{ "\xe2\x80\x8f" "a", "\xe2\x80\x8f" "a" },	/* RLM is text */
};

static const struct pair folds[] = {
	{ "", "" },
	{ "Ali@Example.COM", "ali@example.com" },
	{ "ALI@EXAMPLE.COM", "ali@example.com" },
	{ "e\xcc\x81@x", "é@x" },
	{ "É@x", "é@x" },
	{ "E\xcc\x81@X", "é@x" },
	{ "Straße", "strasse" },
	{ "ΣΑΣ", "σασ" },
	{ "محمد@x", "محمد@x" },
	{ "مُحمد@x", "مُحمد@x" },
};

static const struct pair searches[] = {
	{ "", "" },
	{ "محمد", "محمد" },
	{ "مُحَمَّد", "محمد" },
	{ "مـحـمـد", "محمد" },
	{ "أحمد", "احمد" },
	{ "إحمد", "احمد" },
	{ "آحمد", "احمد" },
	{ "ٱحمد", "احمد" },
	{ "احمد", "احمد" },
	{ "ا\xd9\x94حمد", "احمد" },		/* alef and hamza above */
	{ "مؤمن", "مومن" },
	{ "عائشة", "عايشه" },
	{ "عايشه", "عايشه" },
	{ "ختمة", "ختمه" },
	{ "مصطفى", "مصطفي" },
	{ "مصطفی", "مصطفي" },			/* Persian ya */
	{ "کریم", "كريم" },			/* Persian kaf and ya */
	{ "الرَّحْمَٰنِ", "الرحمن" },
	{ "ٱلرَّحِيمِ", "الرحيم" },
	{ "قُرۡءَانٞ", "قرءان" },
	{ "جزء ٣٠", "جزء 30" },
	{ "۰۱۲۳۴۵۶۷۸۹", "0123456789" },
	{ "٠١٢٣٤٥٦٧٨٩", "0123456789" },
	{ "ﻣﺤﻤﺪ", "محمد" },			/* presentation forms */
	{ "ﻣﺼﻄﻔﻰ", "مصطفي" },
	{ "ﺧﺘﻤﺔ", "ختمه" },
	{ "ﷲ", "الله" },
	{ "ﷺ", "صلي الله عليه وسلم" },
	{ "لا", "لا" },
	{ "ﻻ", "لا" },
	{ "\xe2\x80\x8fمحمد\xe2\x80\x8e", "محمد" },	/* RLM, LRM */
	{ "مح\xe2\x80\x8cمد", "محمد" },			/* ZWNJ */
	{ "José", "jose" },
	{ "JOSE\xcc\x81", "jose" },
	{ "Ｋｈａｔｍａ", "khatma" },
	{ "ﬁn", "fin" },
	{ "Straße", "strasse" },
	{ "x²", "x2" },
	{ "  a \t\n b  ", "a b" },
	{ "\xc2\xa0" "a\xc2\xa0\xe2\x80\x83" "b\xe2\x80\xa8", "a b" },
	{ "a \xd9\x80 b", "a b" },			/* a lone tatweel */
	{ " \xd9\x80 ", "" },
	{ "%_\\", "%_\\" },
	{ "\xf0\x9f\x93\x96", "\xf0\x9f\x93\x96" },
};

static const struct pair words[] = {
	{ "", "" },
	{ "%_\\ .,;!?-'\"()", "" },
	{ "Khatma", "khatma" },
	{ " a, b! ", "a b" },
	{ "al-Zahra's", "al zahra s" },
	{ "خَتمة، رمضان؟", "ختمه رمضان" },
	{ "٪١٠٠", "100" },
	{ "a=b + c", "a b c" },
	{ "\xf0\x9f\x93\x96: \xc2\xa9", "\xf0\x9f\x93\x96 \xc2\xa9" },
};

static void
test_pairs(struct arena *a, const char *name,
    char *(*form)(struct arena *, const char *), const struct pair *pairs,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		is_str(form(a, pairs[i].in), pairs[i].out, "%s of '%s'", name,
		    pairs[i].out);
}

static void
test_controls(void)
{
	ok(!utf8_has_control("", false), "nothing has no control");
	ok(!utf8_has_control("ختمة khatma", false), "text has none");
	ok(utf8_has_control("a\nb", false), "a newline is one");
	ok(!utf8_has_control("a\n\tb", true), "unless lines are allowed");
	ok(utf8_has_control("a\rb", true), "a carriage return is one");
	ok(utf8_has_control("a\x1b[31m", true), "an escape is one");
	ok(utf8_has_control("\x7f", true), "DEL is one");
	ok(utf8_has_control("\xc2\x85", true), "NEL, of C1, is one");
	ok(utf8_has_control("a\xc2\x9b" "b", true), "CSI, of C1, is one");
	ok(!utf8_has_control("\xc2\xa0", false), "a no-break space is none");
	ok(!utf8_has_control("\xe2\x80\x8f", false), "a format mark is none");
}

static void
put_utf8(uint32_t c, char s[5])
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t i;

	for (i = n; i-- > 1; c >>= 6)
		s[i] = (char)(0x80 | (c & 0x3f));
	s[0] = (char)(lead[n] | c);
	s[n] = '\0';
}

/* Every character of the planes that have letters or marks, by itself. */
static void
test_idempotent(struct arena *a)
{
	int invalid_form = 0, search_moves = 0, fold_moves = 0;
	char s[5], *once, *twice;
	uint32_t c;

	for (c = 1; c < 0xe1000; c = c == 0x323af ? 0xe0000 : c + 1) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		arena_reset(a);
		put_utf8(c, s);
		once = utf8_search_form(a, s);
		invalid_form += once == NULL || !utf8_valid(once, strlen(once));
		twice = once == NULL ? NULL : utf8_search_form(a, once);
		search_moves += twice == NULL || strcmp(once, twice) != 0;
		once = utf8_fold(a, s);
		twice = once == NULL ? NULL : utf8_fold(a, once);
		fold_moves += twice == NULL || strcmp(once, twice) != 0;
	}
	is_int(invalid_form, 0, "every character has a valid search form");
	is_int(search_moves, 0, "the search form is its own search form");
	is_int(fold_moves, 0, "the fold is its own fold");
}

static void
test_full(void)
{
	struct arena *a = arena_new(32);

	ok(utf8_trim(a, "a text of more than 32 bytes, so it is") == NULL,
	    "trim in a full arena");
	ok(utf8_search_form(a, "nine char") == NULL,
	    "search form in a full arena");
	ok(utf8_search_words(a, "nine char") == NULL,
	    "words in a full arena");
	ok(utf8_fold(a, "nine char") == NULL, "fold in a full arena");
	arena_free(a);
}

int
main(void)
{
	struct arena *a = arena_new((size_t)1024 * 1024);

	test_valid(a);
	test_length();
	test_pairs(a, "trim", utf8_trim, trims,
	    sizeof(trims) / sizeof(trims[0]));
	test_pairs(a, "fold", utf8_fold, folds,
	    sizeof(folds) / sizeof(folds[0]));
	test_pairs(a, "search form", utf8_search_form, searches,
	    sizeof(searches) / sizeof(searches[0]));
	test_pairs(a, "words", utf8_search_words, words,
	    sizeof(words) / sizeof(words[0]));
	test_controls();
	test_idempotent(a);
	test_full();
	arena_free(a);
	return done_testing();
}
