/* What is searched for is the words of a text, without their articles. */
#include <string.h>

#include "common/arena.h"
#include "common/model/khatma_words.h"
#include "t/tap.h"

static const struct {
	const char *text, *words;
} pairs[] = {
	{ "", "" },
	{ " \t", "" },
	{ "%_\\ -'\"", "" },
	{ "Khatma", "khatma" },
	{ " Friday,  khatma! ", "friday|khatma" },
	{ "it's al-Zahra", "it|s|al|zahra" },
	{ "ﷺ", "صلي|الله|عليه|وسلم" },
	{ "📖 1٢", "📖|12" },
	{ "خَتمة، ختمةٌ.", "ختمه|ختمه" },
	/* articles, alone and grown together */
	{ "الختمة والختمة فالختمة بالختمة كالختمة", "ختمه|ختمه|ختمه|ختمه|ختمه" },
	{ "للختمة وللختمة فللختمة", "ختمه|ختمه|ختمه" },
	{ "ٱلرحمن اَلْقُرْآن", "رحمن|قران" },
	{ "الحج", "حج" },
	{ "البالغين بالغين", "غين|غين" },
	/* what only looks like one */
	{ "الف ال لل وال بالي", "الف|ال|لل|وال|بالي" },
	{ "الله والله بالله لله اللهم", "الله|والله|بالله|لله|اللهم" },
	{ "والد والدين الوالدين لوالدينا", "والد|والدين|والدين|لوالدينا" },
	{ "ولي مال", "ولي|مال" },
	/* no more than six, of 32 characters each */
	{ "a b c d e f g h", "a|b|c|d|e|f" },
	{ "abcdefghijklmnopqrstuvwxyz0123456789",
	    "abcdefghijklmnopqrstuvwxyz012345" },
	{ "ختمختمختمختمختمختمختمختمختمختمختمختم",
	    "ختمختمختمختمختمختمختمختمختمختمخت" },
};

static const char *
joined(struct arena *a, const char *text)
{
	struct sought s;
	const char *words = "";

	if (sought_read(a, text, &s) != OK)
		return NULL;
	for (size_t i = 0; i < s.n; i++)
		words = arena_printf(a, "%s%s%s", words, i ? "|" : "",
		    s.word[i]);
	return words;
}

int
main(void)
{
	struct arena *a = arena_new(1 << 20), *small = arena_new(32);

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		is_str(joined(a, pairs[i].text), pairs[i].words, "words of '%s'",
		    pairs[i].text);
	ok(joined(small, "more words than there is room for") == NULL,
	    "words in a full arena");
	arena_free(a);
	arena_free(small);
	return done_testing();
}
