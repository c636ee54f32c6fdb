#include "common/model/khatma_words.h"

#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/model/user.h"
#include "common/utf8.h"

enum { INSERT, DELETE, NAME, LOCK_OF, DELETE_OF, INSERT_OF, STATEMENTS };

/* Letters, for the regular expressions of MariaDB and of MySQL. */
#define ALEF	"\\\\x{0627}"
#define BA	"\\\\x{0628}"
#define DAL	"\\\\x{062f}"
#define FA	"\\\\x{0641}"
#define KAF	"\\\\x{0643}"
#define LAM	"\\\\x{0644}"
#define MIM	"\\\\x{0645}"
#define HA	"\\\\x{0647}"
#define WAW	"\\\\x{0648}"

/*
 * What words are, twice: here for those that are stored, as sought_read() says
 * it of those that are searched for. migrations/words.sql and t/fsck.sql say it
 * as here.
 */
#define SEPARATORS "'[^\\\\p{L}\\\\p{M}\\\\p{N}\\\\p{So}]+'"
#define ARTICLES \
	"'(?<![^ ])(?:(?!" WAW ALEF LAM DAL ")" \
	"(?:[" WAW FA BA KAF "]?" ALEF "|[" WAW FA "]?" LAM ")" LAM ")+" \
	"(?=[^ ]{2})(?!" LAM HA MIM "?(?![^ ]))'"

#define SEPARATED(text) "TRIM(REGEXP_REPLACE(" text ", " SEPARATORS ", ' '))"

/* A table of the words of a text that is separated, some of them twice. */
#define WORDS_OF(text) \
	"JSON_TABLE(CONCAT('[\"', REPLACE(CONCAT(" text ", ' ', " \
	"REGEXP_REPLACE(" text ", " ARTICLES ", '')), ' ', '\",\"'), '\"]'), " \
	"'$[*]' COLUMNS (word VARCHAR(255) CHARACTER SET utf8mb4 " \
	"COLLATE utf8mb4_bin PATH '$'))"
#define CUT(word)	"LEFT(" word ", 32)"

/* What counts of a khatma's own texts. */
#define OWN_TEXT \
	"SUBSTRING_INDEX(" SEPARATED("k.search_text") ", ' ', 128)"

const char *const khatma_words_sql[STATEMENTS + 1] = {
	[INSERT] =
	    "INSERT INTO khatma_words (word, khatma_id) "
	    "SELECT DISTINCT " CUT("w.word") ", t.id FROM (SELECT k.id, CONCAT("
	    SEPARATED("u.fullname_search") ", ' ', " OWN_TEXT ") AS words "
	    "FROM khatmas k JOIN users u ON u.id = k.creator_id "
	    "WHERE k.id = ?) t "
	    "JOIN " WORDS_OF("t.words") " w WHERE w.word <> ''",
	[DELETE] =
	    "DELETE FROM khatma_words WHERE khatma_id = ?",
	[NAME] =
	    "SELECT fullname_search FROM users WHERE id = ? FOR UPDATE",
	[LOCK_OF] =
	    "SELECT COUNT(*) FROM khatmas WHERE creator_id = ? FOR UPDATE",
	/* few texts have the word, so few are taken apart */
	[DELETE_OF] =
	    "DELETE w FROM khatmas k STRAIGHT_JOIN " WORDS_OF("?") " o "
	    "STRAIGHT_JOIN khatma_words w "
	    "ON w.word = " CUT("o.word") " AND w.khatma_id = k.id "
	    "WHERE k.creator_id = ? AND NOT EXISTS (SELECT 1 FROM " WORDS_OF("?") " n "
	    "WHERE " CUT("n.word") " = w.word) "
	    "AND (LOCATE(w.word, k.search_text) = 0 OR NOT EXISTS (SELECT 1 "
	    "FROM " WORDS_OF(OWN_TEXT) " t WHERE " CUT("t.word") " = w.word))",
	[INSERT_OF] =
	    "INSERT INTO khatma_words (word, khatma_id) "
	    "SELECT DISTINCT " CUT("n.word") ", k.id "
	    "FROM khatmas k JOIN " WORDS_OF("?") " n "
	    "WHERE k.creator_id = ? AND n.word <> '' "
	    "ON DUPLICATE KEY UPDATE khatma_id = khatma_words.khatma_id",
};

/* ARTICLES, of one word. */
static const char *
without_article(const char *word)
{
	static const char *const articles[] = {
		"ال", "وال", "فال", "بال", "كال", "لل", "ولل", "فلل"
	};
	static const char parent[] = "والد";
	size_t i = 0, n;

	while (i < sizeof(articles) / sizeof(articles[0])) {
		const char *rest;

		n = strlen(articles[i]);
		rest = word + n;
		if (strncmp(word, articles[i++], n) != 0)
			continue;
		if (strncmp(word, parent, sizeof(parent) - 1) == 0 ||
		    utf8_length(rest) < 2 || strcmp(rest, "له") == 0 ||
		    strcmp(rest, "لهم") == 0)
			break;
		word = rest;
		i = 0;
	}
	return word;
}

/* The bytes of the first WORD_MAX characters. */
static size_t
bytes_of(const char *word)
{
	size_t n = 0;

	for (int i = 0; i < WORD_MAX && word[n] != '\0'; i++)
		do
			n++;
		while (((unsigned char)word[n] & 0xc0) == 0x80);
	return n;
}

enum err
sought_read(struct arena *a, const char *text, struct sought *s)
{
	const char *bare, *at = utf8_search_words(a, text);
	size_t n;
	char *word;

	s->n = 0;
	if (at == NULL)
		return ERR_INTERNAL;
	for (; s->n < SOUGHT_MAX && *at != '\0'; at += n + (at[n] == ' ')) {
		n = strcspn(at, " ");
		word = arena_strndup(a, at, n);
		if (word == NULL)
			return ERR_INTERNAL;
		bare = without_article(word);
		word[(size_t)(bare - word) + bytes_of(bare)] = '\0';
		s->word[s->n++] = bare;
	}
	return OK;
}

enum err
khatma_words_write(struct db *db, int64_t khatma, int64_t creator)
{
	enum err e = user_take_turn(db, creator);

	return e == OK ? db_exec(db, khatma_words_sql[INSERT],
	    ARGS(db_int(khatma)), NULL) : e;
}

enum err
khatma_words_remove(struct db *db, int64_t khatma)
{
	return db_exec(db, khatma_words_sql[DELETE], ARGS(db_int(khatma)),
	    NULL);
}

enum err
khatma_words_renew(struct db *db, int64_t khatma)
{
	enum err e = khatma_words_remove(db, khatma);

	return e == OK ? db_exec(db, khatma_words_sql[INSERT],
	    ARGS(db_int(khatma)), NULL) : e;
}

enum err
khatma_words_lock(struct db *db, struct arena *a, int64_t user,
    const char *search, const char **old)
{
	struct db_rows rows;
	enum err e = db_one(db, khatma_words_sql[NAME], ARGS(db_int(user)),
	    &rows);

	*old = NULL;
	if (e != OK || strcmp(db_get_text(&rows, 0), search) == 0)
		return e == ERR_NO_ROW ? OK : e;
	*old = db_keep_text(a, &rows, 0);
	return *old ? db_one(db, khatma_words_sql[LOCK_OF],
	    ARGS(db_int(user)), &rows) : ERR_INTERNAL;
}

enum err
khatma_words_rename(struct db *db, struct arena *a, int64_t user,
    const char *old, const char *search)
{
	struct db_arg was = db_text(utf8_search_words(a, old));
	struct db_arg is = db_text(utf8_search_words(a, search));
	enum err e = was.s && is.s ? OK : ERR_INTERNAL;

	if (e == OK)
		e = db_exec(db, khatma_words_sql[DELETE_OF],
		    ARGS(was, was, db_int(user), is, is), NULL);
	return e == OK ? db_exec(db, khatma_words_sql[INSERT_OF],
	    ARGS(is, is, db_int(user)), NULL) : e;
}
