#include "common/model/quran.h"

#include <string.h>

#include "common/buf.h"
#include "common/words.h"

static const struct juz juz[JUZ_COUNT] = {
#include "juz.inc"
};

const char *const division_names[DIVISIONS + 1] = {
	[DIV_JUZ] = "juz", [DIV_HIZB] = "hizb", [DIV_RUB] = "rub",
	[DIV_SURAH] = "surah", [DIV_PAGE] = "page",
};

static const struct {
	int chapters;
	const char *chapter[LANG_COUNT];
} divisions[DIVISIONS] = {
	[DIV_JUZ] = { 30, { "Juz {0}", "الجزء {0}" } },
	[DIV_HIZB] = { 60, { "Hizb {0}", "الحزب {0}" } },
	[DIV_RUB] = { 240, { "Rub {0}", "الربع {0}" } },
	[DIV_SURAH] = { 114, { "Surah {0}", "السورة {0}" } },
	[DIV_PAGE] = { CHAPTERS_MAX, { "Page {0}", "الصفحة {0}" } },
};

enum division
division_of(const char *name)
{
	for (int i = 0; name && i < DIVISIONS; i++)
		if (strcmp(name, division_names[i]) == 0)
			return (enum division)i;
	return DIV_JUZ;
}

int
division_chapters(enum division d)
{
	return divisions[d].chapters;
}

void
division_chapter_name(struct buf *out, enum division d, int chapter,
    enum lang l)
{
	char bytes[16];
	struct buf number = buf_over(bytes, sizeof(bytes));
	const char *values[2] = { bytes, NULL };

	buf_int(&number, chapter);
	words_fill(out, divisions[d].chapter[l], values);
}

const struct juz *
juz_bounds(int64_t number)
{
	return number >= 1 && number <= JUZ_COUNT ? &juz[number - 1] : NULL;
}

/* The chapters of a division that juz number n touches. */
static void
range(enum division d, int n, int *first, int *last)
{
	const struct juz *j = juz_bounds(n);
	int parts = divisions[d].chapters / JUZ_COUNT;

	switch (d) {
	case DIV_SURAH:
		*first = j->from_surah;
		*last = j->to_surah;
		break;
	case DIV_PAGE:
		*first = j->first_page;
		*last = j->last_page;
		break;
	case DIV_JUZ: case DIV_HIZB: case DIV_RUB: case DIVISIONS:
		*first = (n - 1) * parts + 1;
		*last = n * parts;
		break;
	}
}

static bool
is_read(const struct chapters_read *c, enum division d, int n)
{
	int first = 0, last = 0;

	range(d, n, &first, &last);
	for (int i = first; i <= last; i++)
		if (!c->read[d][i])
			return false;
	return true;
}

int
quran_juz_read(const struct chapters_read *c)
{
	int count = 0;

	for (int n = 1; n <= JUZ_COUNT; n++)
		for (int d = 0; d < DIVISIONS; d++)
			if (is_read(c, (enum division)d, n)) {
				count++;
				break;
			}
	return count;
}
