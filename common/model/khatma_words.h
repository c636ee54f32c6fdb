/*
 * The words that khatmas are found by: what they are, of a khatma and of what
 * somebody searches for, and their table, which is kept in step with names,
 * descriptions and creators.
 *
 * A word is a run of letters, digits and symbols such as emoji in the search
 * form (utf8_search_words()), and not more than its first WORD_MAX characters.
 * A khatma has those of its creator's name, and the first 128 of its own name
 * and its description together. One that begins with an Arabic article, alone or
 * grown together with a preposition or conjunction, is there without that, too,
 * so that who looks for either form finds both.
 */
#ifndef KHATMA_KHATMA_WORDS_H
#define KHATMA_KHATMA_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct arena;
struct db;

extern const char *const khatma_words_sql[];

enum { WORD_MAX = 32, SOUGHT_MAX = 6 };

/* What somebody searches for: a khatma has a word that begins with each. */
struct sought {
	size_t n;
	const char *word[SOUGHT_MAX];
};

/*
 * The first SOUGHT_MAX words of a text as it was typed, each without its
 * article. None are found in a text of blanks and punctuation. ERR_INTERNAL
 * when the arena is full.
 */
enum err sought_read(struct arena *a, const char *text, struct sought *s);

/*
 * Inside a transaction that has made the khatma, or holds its lock and has
 * given it another creator: write its words, after taking that user's turn, so
 * that nobody renames him meanwhile. The table must have none of the khatma.
 */
enum err khatma_words_write(struct db *db, int64_t khatma, int64_t creator);

/* Inside a transaction that holds the khatma's lock: remove its words. */
enum err khatma_words_remove(struct db *db, int64_t khatma);

/* The same, and write those of its present texts. */
enum err khatma_words_renew(struct db *db, int64_t khatma);

/*
 * Inside a transaction, before a user gets a name with this search form: lock
 * the user. When that of the present name is another, it is *old, all khatmas
 * that the user has created are locked, too, and khatma_words_rename() is to
 * follow the change; else *old is NULL.
 */
enum err khatma_words_lock(struct db *db, struct arena *a, int64_t user,
    const char *search, const char **old);

/*
 * Change the words of all khatmas of a creator by what the new name has, or has
 * no more.
 */
enum err khatma_words_rename(struct db *db, struct arena *a, int64_t user,
    const char *old, const char *search);

#endif
