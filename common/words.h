/*
 * Words in the reader's language: which language, and sentences with values.
 */
#ifndef KHATMA_WORDS_H
#define KHATMA_WORDS_H

#include <stdbool.h>

#include "common/err.h"

struct buf;

/* "en", "ar": BCP 47 tags. */
const char *lang_tag(enum lang l);

/* The language of a tag; false when it is NULL or not one that we speak. */
bool lang_read(const char *tag, enum lang *l);

/*
 * The language that an Accept-Language header (RFC 9110 section 12.5.4) likes
 * best among ours, of equals the first; English for none and for NULL.
 */
enum lang lang_accepted(const char *header);

/*
 * Append a sentence in which {0} to {9} stand for values (NULL-terminated
 * array). A number without a value is left out.
 */
void words_fill(struct buf *out, const char *sentence,
    const char *const values[]);

#endif
