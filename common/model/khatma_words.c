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

/* The words of the khatmas k for which the condition holds. */
#define WORDS(condition) \
	"SELECT DISTINCT LEFT(w.word, 32), t.id FROM (" \
	"SELECT k.id, SUBSTRING_INDEX(TRIM(REGEXP_REPLACE(CONCAT(" \
	"u.fullname_search, ' ', k.search_text), " SEPARATORS ", ' ')), ' ', " \
	"128) AS words FROM khatmas k JOIN users u ON u.id = k.creator_id " \
	"WHERE " condition ") t " \
	"JOIN JSON_TABLE(CONCAT('[\"', REPLACE(CONCAT(t.words, ' ', " \
	"REGEXP_REPLACE(t.words, " ARTICLES ", '')), ' ', '\",\"'), '\"]'), " \
	"'$[*]' COLUMNS (word VARCHAR(255) CHARACTER SET utf8mb4 " \
	"COLLATE utf8mb4_bin PATH '$')) w WHERE w.word <> ''"

const char *const khatma_words_sql[STATEMENTS + 1] = {
	[INSERT] =
	    "INSERT INTO khatma_words (word, khatma_id) " WORDS("k.id = ?"),
	[DELETE] =
	    "DELETE FROM khatma_words WHERE khatma_id = ?",
	[NAME] =
	    "SELECT fullname_search FROM users WHERE id = ? FOR UPDATE",
	[LOCK_OF] =
	    "SELECT COUNT(*) FROM khatmas WHERE creator_id = ? FOR UPDATE",
	[DELETE_OF] =
	    "DELETE w FROM khatmas k JOIN khatma_words w "
	    "ON w.khatma_id = k.id WHERE k.creator_id = ?",
	/* one that was made since LOCK_OF may have been changed since, too */
	[INSERT_OF] =
	    "INSERT INTO khatma_words (word, khatma_id) "
	    WORDS("k.creator_id = ?")
	    " ON DUPLICATE KEY UPDATE khatma_id = khatma_words.khatma_id",
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
khatma_words_lock(struct db *db, int64_t user, const char *search,
    bool *other)
{
	struct db_rows rows;
	enum err e = db_one(db, khatma_words_sql[NAME], ARGS(db_int(user)),
	    &rows);

	*other = e == OK && strcmp(db_get_text(&rows, 0), search) != 0;
	if (*other)
		e = db_one(db, khatma_words_sql[LOCK_OF], ARGS(db_int(user)),
		    &rows);
	return e == ERR_NO_ROW ? OK : e;
}

enum err
khatma_words_rename(struct db *db, int64_t user)
{
	enum err e = db_exec(db, khatma_words_sql[DELETE_OF],
	    ARGS(db_int(user)), NULL);

	return e == OK ? db_exec(db, khatma_words_sql[INSERT_OF],
	    ARGS(db_int(user)), NULL) : e;
}
