/*
 * Text: is it UTF-8, how many characters, and the form in which names are
 * searched. The one file that knows utf8proc.
 */
#ifndef KHATMA_UTF8_H
#define KHATMA_UTF8_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Whether n bytes are valid UTF-8 (RFC 3629: no surrogates, no overlongs). */
bool utf8_valid(const char *s, size_t n);

/* The number of code points of a valid UTF-8 string. */
size_t utf8_length(const char *s);

/*
 * s without white space (Unicode category Z and the ASCII controls) at either
 * end, in the arena. NULL when the arena is full.
 */
char *utf8_trim(struct arena *a, const char *s);

/*
 * Whether s holds a control character (category Cc). Tab and newline are
 * allowed when lines is true.
 */
bool utf8_has_control(const char *s, bool lines);

/*
 * The form in which text is searched: NFKD, case folded, without marks
 * (tashkeel, accents) and ignorables, without tatweel (U+0640), with alef
 * maqsura and Persian ya as ya, Persian kaf as kaf, ta marbuta as ha, hamza
 * carriers as their letters, Arabic-Indic and Persian digits as ASCII digits,
 * runs of white space as one space and none at the ends. So a reader who types
 * محمد finds مُحَمَّد, and أحمد finds احمد. Idempotent. NULL when s is not
 * UTF-8 or the arena is full.
 */
char *utf8_search_form(struct arena *a, const char *s);

/*
 * The words of the search form: whatever is no letter, mark, number or other
 * symbol (category So, as emoji) is a blank, with one between two words and none
 * at the ends. NULL as utf8_search_form().
 */
char *utf8_search_words(struct arena *a, const char *s);

/*
 * The form in which two e-mail addresses are the same: NFC and case folded.
 * NULL as utf8_search_form().
 */
char *utf8_fold(struct arena *a, const char *s);

#endif
