/*
 * How the Quran is divided: what the chapters of a khatma can be.
 */
#ifndef KHATMA_QURAN_H
#define KHATMA_QURAN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct buf;

enum division { DIV_JUZ, DIV_HIZB, DIV_RUB, DIV_SURAH, DIV_PAGE, DIVISIONS };

#define CHAPTERS_MAX	604
#define JUZ_COUNT	30

/* Where a juz begins and ends, both inclusive. */
struct juz {
	int from_surah, from_ayah, to_surah, to_ayah;
	const char *from_name[LANG_COUNT], *to_name[LANG_COUNT];
	int first_page, last_page;
};

/* "juz", "hizb", …, NULL: the words of the API and the database. */
extern const char *const division_names[DIVISIONS + 1];

/* The division of a word that the database holds; DIV_JUZ for any other. */
enum division division_of(const char *name);

/* How many chapters it has: 30, 60, 240, 114, 604. */
int division_chapters(enum division d);

/* Append "Juz 7", "الجزء 7". */
void division_chapter_name(struct buf *out, enum division d, int chapter,
    enum lang l);

/* The bounds of a juz, number 1 to JUZ_COUNT; NULL for any other number. */
const struct juz *juz_bounds(int64_t number);

/* Which chapters somebody has read, by division and number. */
struct chapters_read {
	bool read[DIVISIONS][CHAPTERS_MAX + 1];
};

/*
 * How many different juz have been read whole: as a juz, or as every hizb,
 * rub, page or surah that the juz touches.
 */
int quran_juz_read(const struct chapters_read *c);

#endif
