#include "common/model/quran.h"

#include <stdlib.h>

#include "common/buf.h"
#include "t/tap.h"

/* Ayahs of each surah, in the counting of Kufa that the Madinah mushaf has. */
static const int ayahs[114] = {
	7, 286, 200, 176, 120, 165, 206, 75, 129, 109, 123, 111, 43, 52, 99,
	128, 111, 110, 98, 135, 112, 78, 118, 64, 77, 227, 93, 88, 69, 60, 34,
	30, 73, 54, 45, 83, 182, 88, 75, 85, 54, 53, 89, 59, 37, 35, 38, 29,
	18, 45, 60, 49, 62, 55, 78, 96, 29, 22, 24, 13, 14, 11, 11, 18, 12, 12,
	30, 52, 52, 44, 28, 28, 20, 56, 40, 31, 50, 40, 46, 42, 29, 19, 36, 25,
	22, 17, 19, 26, 30, 20, 15, 21, 11, 8, 8, 19, 5, 8, 8, 11, 11, 8, 3, 9,
	5, 4, 7, 3, 6, 3, 5, 4, 5, 6,
};

static void
test_divisions(void)
{
	static const struct {
		const char *name;
		enum division division;
		int chapters;
	} all[] = {
		{ "juz", DIV_JUZ, 30 }, { "hizb", DIV_HIZB, 60 },
		{ "rub", DIV_RUB, 240 }, { "surah", DIV_SURAH, 114 },
		{ "page", DIV_PAGE, 604 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		is_int(division_of(all[i].name), all[i].division,
		    "%s is a division", all[i].name);
		is_str(division_names[all[i].division], all[i].name,
		    "of this name");
		is_int(division_chapters(all[i].division), all[i].chapters,
		    "with %d chapters", all[i].chapters);
	}
	ok(division_names[DIVISIONS] == NULL, "there is no other");
	is_int(division_of("verse"), DIV_JUZ, "an unknown word is juz");
	is_int(division_of(NULL), DIV_JUZ, "and so is none");
}

static bool
is_named(enum division d, int chapter, enum lang l, const char *want)
{
	struct buf b = { .max = 64 };
	bool same;

	division_chapter_name(&b, d, chapter, l);
	same = b.data && strcmp(b.data, want) == 0;
	buf_free(&b);
	return same;
}

static void
test_names(void)
{
	ok(is_named(DIV_JUZ, 7, LANG_EN, "Juz 7"), "Juz 7");
	ok(is_named(DIV_JUZ, 7, LANG_AR, "الجزء 7"), "in Arabic");
	ok(is_named(DIV_HIZB, 60, LANG_EN, "Hizb 60"), "Hizb 60");
	ok(is_named(DIV_RUB, 240, LANG_EN, "Rub 240"), "Rub 240");
	ok(is_named(DIV_SURAH, 114, LANG_AR, "السورة 114"), "a surah");
	ok(is_named(DIV_PAGE, 604, LANG_AR, "الصفحة 604"), "a page");
}

/* The next ayah after one, for the seams between two juz. */
static void
step(int *surah, int *ayah)
{
	if (++*ayah > ayahs[*surah - 1]) {
		++*surah;
		*ayah = 1;
	}
}

static void
test_bounds(void)
{
	const struct juz *first = juz_bounds(1), *last = juz_bounds(JUZ_COUNT);
	int surah = 1, ayah = 1, verses = 0;

	is_int(first->first_page, 1, "the first begins on the first page");
	is_int(last->last_page, 604, "the last ends on the last");
	ok(juz_bounds(0) == NULL && juz_bounds(JUZ_COUNT + 1) == NULL,
	    "there is none before and none behind");
	for (int n = 1; n <= JUZ_COUNT; n++) {
		const struct juz *j = juz_bounds(n);

		ok(j->from_surah == surah && j->from_ayah == ayah,
		    "juz %d begins where the one before has ended", n);
		if (n > 1)
			ok(j->first_page == juz_bounds(n - 1)->last_page ||
			    j->first_page == juz_bounds(n - 1)->last_page + 1,
			    "on the same page or the next");
		while ((surah != j->to_surah || ayah != j->to_ayah) &&
		    surah <= 114) {
			step(&surah, &ayah);
			verses++;
		}
		verses++;
		step(&surah, &ayah);
	}
	ok(surah == 115 && ayah == 1, "the thirtieth ends with the Quran");
	is_int(verses, 6236, "all its ayahs are in one of them");
	is_str(first->from_name[LANG_EN], "Al-Fatihah", "names in English");
	is_str(first->from_name[LANG_AR], "الفاتحة", "and Arabic");
	is_str(last->to_name[LANG_EN], "An-Nas", "to the end");
	is_str(last->to_name[LANG_AR], "الناس", "in both");
}

/* Whether a juz is what a line of data/juz.tsv says: its columns 2 to 11. */
static bool
is_line(const struct juz *j, char *const column[12])
{
	const int numbers[] = {
		j->from_surah, j->from_ayah, j->to_surah, j->to_ayah,
		j->first_page, j->last_page
	};
	const char *const names[] = {
		j->from_name[LANG_EN], j->to_name[LANG_EN],
		j->from_name[LANG_AR], j->to_name[LANG_AR]
	};
	static const int at[] = { 1, 2, 3, 4, 9, 10 };

	for (int i = 0; i < 6; i++)
		if (strtol(column[at[i]], NULL, 10) != numbers[i])
			return false;
	for (int i = 0; i < 4; i++)
		if (strcmp(column[5 + i], names[i]) != 0)
			return false;
	return true;
}

/* Every line of the table, when the test runs in the source tree. */
static void
test_table(void)
{
	FILE *f = fopen("data/juz.tsv", "re");
	char line[1024], *column[12], *rest;
	int n, lines = 0, right = 0;

	if (f == NULL) {
		ok(true, "data/juz.tsv # SKIP not in the source tree");
		return;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		rest = line;
		for (n = 0; n < 12 && rest != NULL; n++)
			column[n] = strsep(&rest, "\t");
		if (n < 12 || strtol(column[0], NULL, 10) != lines + 1)
			continue;
		right += is_line(juz_bounds(++lines), column);
	}
	fclose(f);
	is_int(lines, JUZ_COUNT, "the table has thirty juz");
	is_int(right, JUZ_COUNT, "all are compiled in as they stand there");
}

/* Chapters first to last of a division read. */
static void
read_range(struct chapters_read *c, enum division d, int first, int last)
{
	for (int i = first; i <= last; i++)
		c->read[d][i] = true;
}

static int
juz_of(enum division d, int first, int last)
{
	struct chapters_read c = { 0 };

	read_range(&c, d, first, last);
	return quran_juz_read(&c);
}

static void
test_read(void)
{
	struct chapters_read c = { 0 };

	is_int(quran_juz_read(&c), 0, "nothing read is no juz");
	is_int(juz_of(DIV_JUZ, 7, 7), 1, "a juz is one");
	is_int(juz_of(DIV_JUZ, 1, 30), 30, "thirty are thirty");
	is_int(juz_of(DIV_HIZB, 1, 1), 0, "a hizb is half of one");
	is_int(juz_of(DIV_HIZB, 1, 2), 1, "two of one juz are one");
	is_int(juz_of(DIV_HIZB, 2, 3), 0, "two of two juz are none");
	is_int(juz_of(DIV_HIZB, 1, 60), 30, "sixty are thirty");
	is_int(juz_of(DIV_RUB, 9, 16), 1, "eight rub of one juz");
	is_int(juz_of(DIV_RUB, 9, 15), 0, "seven are too few");
	is_int(juz_of(DIV_RUB, 1, 240), 30, "240 are thirty");
	is_int(juz_of(DIV_PAGE, 1, 21), 1, "the pages of the first juz");
	is_int(juz_of(DIV_PAGE, 1, 20), 0, "but for the last of them");
	is_int(juz_of(DIV_PAGE, 582, 604), 1, "the pages of the last juz");
	is_int(juz_of(DIV_PAGE, 42, 81), 2, "page 62 belongs to two of them");
	is_int(juz_of(DIV_PAGE, 1, 604), 30, "604 are thirty");
	is_int(juz_of(DIV_SURAH, 78, 114), 1, "the surahs of the last juz");
	is_int(juz_of(DIV_SURAH, 79, 114), 0, "but for the first of them");
	is_int(juz_of(DIV_SURAH, 2, 2), 1,
	    "Al-Baqarah, in which the second juz lies whole");
	is_int(juz_of(DIV_SURAH, 1, 2), 2, "with Al-Fatihah the first, too");
	is_int(juz_of(DIV_SURAH, 1, 114), 30, "114 are thirty");
	read_range(&c, DIV_HIZB, 1, 1);
	read_range(&c, DIV_RUB, 5, 8);
	is_int(quran_juz_read(&c), 0, "halves of two divisions are not put "
	    "together");
	read_range(&c, DIV_JUZ, 1, 1);
	read_range(&c, DIV_PAGE, 1, 21);
	is_int(quran_juz_read(&c), 1, "a juz read twice counts once");
	read_range(&c, DIV_SURAH, 78, 114);
	read_range(&c, DIV_HIZB, 3, 4);
	is_int(quran_juz_read(&c), 3, "each in a division of its own");
}

int
main(void)
{
	test_divisions();
	test_names();
	test_bounds();
	test_table();
	test_read();
	return done_testing();
}
