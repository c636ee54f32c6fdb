#include "common/words.h"

#include <stdlib.h>

#include "common/buf.h"
#include "t/tap.h"

static const struct {
	const char *header;
	enum lang want;
} headers[] = {
	{ NULL, LANG_EN },
	{ "", LANG_EN },
	{ "en", LANG_EN },
	{ "ar", LANG_AR },
	{ "AR", LANG_AR },
	{ "Ar-eG", LANG_AR },
	{ "ar-EG", LANG_AR },
	{ "ar-SA,ar;q=0.9,en;q=0.8", LANG_AR },
	{ "en-US,en;q=0.9,ar;q=0.8", LANG_EN },
	{ "fr-FR,fr;q=0.9,ar;q=0.5,en;q=0.4", LANG_AR },
	{ "fr, de;q=0.9", LANG_EN },
	{ "fr, ar;q=0.1", LANG_AR },
	{ "*", LANG_EN },
	{ "ar;q=0.5, *", LANG_AR },
	{ "en;q=0.2,ar;q=0.7", LANG_AR },
	{ "en;q=0.7,ar;q=0.2", LANG_EN },
	{ "ar;q=0.701,en;q=0.702", LANG_EN },
	{ "ar;q=0.702,en;q=0.701", LANG_AR },
	{ "en;q=0.9,ar", LANG_AR },
	{ "ar;q=0", LANG_EN },
	{ "ar;q=0.000,en;q=0.001", LANG_EN },
	{ "en;q=0,ar;q=0.001", LANG_AR },
	{ "ar;q=1.000,en;q=0.999", LANG_AR },
	{ "ar, en", LANG_AR },		/* of equals the first */
	{ "en, ar", LANG_EN },
	{ "en;q=0.5 , ar;q=0.6", LANG_AR },
	{ " \tar ; q=0.6 ,en;q=0.5", LANG_AR },
	{ "en; q=0.5,ar; q=0.6", LANG_AR },
	{ "en;Q=0.5,ar;Q=0.6", LANG_AR },
	{ "en;q=0.5,ar;q=0.6\t,*", LANG_AR },
	{ "en;q=0.5,ar;\tq=0.6", LANG_AR },
	{ "ar;q:0.6,en;q=0.5", LANG_EN },	/* no weights: */
	{ "ar;q=0.1234,en;q=0.001", LANG_EN },
	{ "ar;q=0.6x,en;q=0.5", LANG_EN },
	{ "ar;q=1.001,en;q=0.5", LANG_EN },
	{ "ara", LANG_EN },		/* a tag of its own, not ar */
	{ "arn;q=1,en;q=0.5", LANG_EN },
	{ "a", LANG_EN },
	{ "r", LANG_EN },
	{ ",,,", LANG_EN },
	{ ",,ar,,", LANG_AR },
	{ ";q=1", LANG_EN },
	{ "-ar", LANG_EN },
	{ "arabic", LANG_EN },
	{ "en-ar", LANG_EN },
};

/* What no browser sends must do no harm: any language will do. */
static const char *const odd[] = {
	"ar;q=nan", "ar;q=inf", "ar;q=-1", "ar;q=1e999", "ar;q=-1e999", "ar;q=",
	"ar;q", "ar;", "ar;q=0x1p10", "ar;q=99999999999999999999", "ar\x80",
	"\xd8\xb9", "ar;q=0.5;q=0.6", "en;seq=0", "q=", "ar;q=,en", "ar,", "a,",
};

static void
test_odd(void)
{
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		char *copy = strdup(odd[i]);
		enum lang l = lang_accepted(copy);

		ok(l == LANG_EN || l == LANG_AR, "a language, odd %zu", i);
		free(copy);
	}
	is_int(lang_accepted("ar;q=5,en"), LANG_EN,
	    "a weight above 1 is none");
}

static void
test_tags(void)
{
	enum lang l = LANG_AR;

	is_str(lang_tag(LANG_EN), "en", "English is en");
	ok(!lang_read(NULL, &l) && l == LANG_AR, "no tag is no language");
	is_str(lang_tag(LANG_AR), "ar", "Arabic is ar");
	ok(lang_read("en", &l) && l == LANG_EN, "en is English");
	ok(lang_read("AR", &l) && l == LANG_AR, "AR is Arabic");
	ok(!lang_read("", &l) && !lang_read("fr", &l) &&
	    !lang_read("ar-EG", &l) && !lang_read("a", &l),
	    "others are not ours");
	is_int(l, LANG_AR, "and change nothing");
}

static const struct {
	const char *sentence;
	const char *want;
} fillings[] = {
	{ "", "" },
	{ "no value", "no value" },
	{ "{0}", "seven" },
	{ "{0} of {1}", "seven of ختمة" },
	{ "{1} of {0}, {1}", "ختمة of seven, ختمة" },
	{ "«{1}»", "«ختمة»" },
	{ "{2}{3}x{9}", "x" },
	{ "a {b} {", "a {b} {" },
	{ "{0", "{0" },
	{ "{", "{" },
	{ "{}", "{}" },
	{ "{10}", "{10}" },
	{ "{{0}}", "{seven}" },
	{ "{0}{", "seven{" },
};

static void
test_fill(void)
{
	static const char *const values[] = { "seven", "ختمة", NULL };
	static const char *const braces[] = { "{1}", "x", NULL };
	struct buf b = { .max = 4096 };

	for (size_t i = 0; i < sizeof(fillings) / sizeof(*fillings); i++) {
		buf_reset(&b, 4096);
		buf_str(&b, "");
		words_fill(&b, fillings[i].sentence, values);
		is_str(b.data, fillings[i].want, "'%s'", fillings[i].sentence);
	}
	buf_reset(&b, 4096);
	words_fill(&b, "{0}", braces);
	is_str(b.data, "{1}", "a value is not filled in turn");
	buf_free(&b);
	b = (struct buf){ .max = 8 };
	words_fill(&b, "{0} {0}", values);
	ok(b.failed, "what does not fit shows");
	buf_free(&b);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		is_int(lang_accepted(headers[i].header), headers[i].want,
		    "'%s'", headers[i].header ? headers[i].header : "none");
	test_odd();
	test_tags();
	test_fill();
	return done_testing();
}
