/*
 * Khatmas by their words: a part of khatma_list(), whose filters and orders it
 * knows.
 */
#ifndef KHATMA_KHATMA_SEARCH_H
#define KHATMA_KHATMA_SEARCH_H

#include "common/db.h"
#include "common/err.h"
#include "common/model/khatma.h"
#include "common/model/khatma_words.h"

extern const char *const khatma_search_sql[];

/*
 * Run the statement of a page of khatmas that have words beginning with all of
 * those that are sought, one at least: rows as those of khatma_list(). What
 * it costs does not grow with the number of khatmas, but with that of one's own.
 * It looks at
 *
 * - one's own (LIST_MINE, LIST_COMPLETED), or else
 * - those that have a word beginning with the rarest of the sought, unless
 *   these words are more than a thousand, or else
 * - the newest 500 that have just the word which most have, the newest 500
 *   that are public or, where no others are wanted, public and active, and for
 *   LIST_ALL one's own.
 *
 * That is two statements, for one's own one. key is what BEHIND() takes for the
 * column that the order sorts by.
 */
enum err khatma_search(struct db *db, const struct token *token,
    const struct khatma_query *q, const struct sought *s,
    struct db_arg key, struct db_rows *rows);

#endif
