#include "t/bench/ceiling/script.h"

#include <limits.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENTS_MAX = 64, ARGS_MAX = 48, COLUMNS_MAX = 64,
	WORDS_MAX = 4, WORD_MAX = 24, VALUE_MAX = 256, TEXT_MAX = 4096,
	SCRIPT_LINE = 16384 };

struct arg {
	char type;			/* n, i or t */
	char value[VALUE_MAX];
};

struct statement {
	char *text;
	MYSQL_STMT *handle;		/* NULL: it is sent as a text */
	unsigned nargs, ncols;
	struct arg args[ARGS_MAX];
};

struct script {
	MYSQL *my;
	unsigned n;
	struct statement statements[STATEMENTS_MAX];
	char words[WORDS_MAX][WORD_MAX];
	char id[WORD_MAX];
	/* where rows go: a number or a text for each column */
	MYSQL_BIND columns[COLUMNS_MAX];
	char texts[COLUMNS_MAX][TEXT_MAX];
	unsigned long lengths[COLUMNS_MAX];
	my_bool nulls[COLUMNS_MAX];
};

/* Whether the database has undone all of it, for somebody else's sake. */
static bool
is_undone(const struct script *s)
{
	return mysql_errno(s->my) == ER_LOCK_DEADLOCK ||
	    mysql_errno(s->my) == ER_CHECKREAD;
}

static bool
fails(const struct script *s, const struct statement *t, const char *why)
{
	if (!is_undone(s))
		fprintf(stderr, "raw: %s: %s\n", t->text, why);
	return false;
}

static bool
prepare(struct script *s, struct statement *t)
{
	t->handle = mysql_stmt_init(s->my);
	if (t->handle == NULL)
		return fails(s, t, "no memory");
	if (mysql_stmt_prepare(t->handle, t->text, strlen(t->text)) != 0)
		return fails(s, t, mysql_stmt_error(t->handle));
	if (mysql_stmt_param_count(t->handle) != t->nargs)
		return fails(s, t, "another number of arguments");
	t->ncols = mysql_stmt_field_count(t->handle);
	return t->ncols <= COLUMNS_MAX || fails(s, t, "too many columns");
}

/* A statement of its line, which is cut into words. */
static bool
read_statement(struct script *s, char *line)
{
	struct statement *t = &s->statements[s->n];
	char *rest = line, *kind = strsep(&rest, "\t"),
	    *text = strsep(&rest, "\t"), *word;

	if (s->n == STATEMENTS_MAX || text == NULL ||
	    (t->text = strdup(text)) == NULL)
		return false;
	while ((word = strsep(&rest, "\t")) != NULL) {
		struct arg *a = &t->args[t->nargs];

		if (t->nargs++ == ARGS_MAX || strlen(word) > VALUE_MAX)
			return fails(s, t, "too many or too long arguments");
		a->type = word[0];
		memcpy(a->value, word + 1, strlen(word));
	}
	s->n++;
	return strcmp(kind, "query") == 0 || prepare(s, t);
}

static void
bind_columns(struct script *s)
{
	for (unsigned i = 0; i < COLUMNS_MAX; i++) {
		MYSQL_BIND *b = &s->columns[i];

		b->buffer_type = MYSQL_TYPE_STRING;
		b->buffer = s->texts[i];
		b->buffer_length = TEXT_MAX;
		b->length = &s->lengths[i];
		b->is_null = &s->nulls[i];
	}
}

struct script *
script_new(const char *path, MYSQL *my)
{
	FILE *file = fopen(path, "r");
	struct script *s = calloc(1, sizeof(*s));
	static char line[SCRIPT_LINE];
	bool good = file != NULL && s != NULL;

	if (file == NULL)
		perror(path);
	if (good) {
		s->my = my;
		bind_columns(s);
	}
	while (good && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		good = read_statement(s, line);
	}
	if (file)
		fclose(file);
	return good && s->n > 0 ? s : NULL;
}

/* What {NAME} stands for, and how long that was; NULL: it stands for itself. */
static const char *
meaning(const struct script *s, const char *name, size_t *len)
{
	if (name[0] == '{' && name[1] >= '1' && name[1] <= '0' + WORDS_MAX &&
	    name[2] == '}') {
		*len = 3;
		return s->words[name[1] - '1'];
	}
	*len = 4;
	return strncmp(name, "{id}", 4) == 0 ? s->id : NULL;
}

static void
fill_in(const struct script *s, const char *value, char to[VALUE_MAX])
{
	size_t n = 0, len;

	while (*value != '\0' && n < VALUE_MAX - WORD_MAX) {
		const char *word = meaning(s, value, &len);

		if (word == NULL) {
			to[n++] = *value++;
			continue;
		}
		memcpy(to + n, word, strlen(word));
		n += strlen(word);
		value += len;
	}
	to[n] = '\0';
}

/* All rows of a result; a text that is too long for its place is cut. */
static bool
fetch(struct script *s, struct statement *t)
{
	int rc;

	if (mysql_stmt_bind_result(t->handle, s->columns) != 0 ||
	    mysql_stmt_store_result(t->handle) != 0)
		return fails(s, t, mysql_stmt_error(t->handle));
	do
		rc = mysql_stmt_fetch(t->handle);
	while (rc == 0 || rc == MYSQL_DATA_TRUNCATED);
	mysql_stmt_free_result(t->handle);
	return rc == MYSQL_NO_DATA || fails(s, t, mysql_stmt_error(t->handle));
}

/* Send a prepared statement with its arguments and fetch its rows. */
static bool
execute(struct script *s, struct statement *t)
{
	MYSQL_BIND binds[ARGS_MAX] = { { 0 } };
	char values[ARGS_MAX][VALUE_MAX];
	long long numbers[ARGS_MAX];

	for (unsigned i = 0; i < t->nargs; i++) {
		fill_in(s, t->args[i].value, values[i]);
		numbers[i] = strtoll(values[i], NULL, 10);
		binds[i].buffer_type = t->args[i].type == 'n' ?
		    MYSQL_TYPE_NULL : t->args[i].type == 'i' ?
		    MYSQL_TYPE_LONGLONG : MYSQL_TYPE_STRING;
		binds[i].buffer = t->args[i].type == 'i' ?
		    (void *)&numbers[i] : (void *)values[i];
		binds[i].buffer_length = strlen(values[i]);
	}
	if ((t->nargs > 0 && mysql_stmt_bind_param(t->handle, binds) != 0) ||
	    mysql_stmt_execute(t->handle) != 0)
		return fails(s, t, mysql_stmt_error(t->handle));
	return t->ncols == 0 || fetch(s, t);
}

static bool
run_one(struct script *s, struct statement *t)
{
	if (t->handle == NULL)
		return mysql_query(s->my, t->text) == 0 ||
		    fails(s, t, mysql_error(s->my));
	if (!execute(s, t))
		return false;
	if (mysql_stmt_insert_id(t->handle) != 0)
		snprintf(s->id, sizeof(s->id), "%llu",
		    (unsigned long long)mysql_stmt_insert_id(t->handle));
	return true;
}

bool
script_run(struct script *s, const char *target)
{
	bool good = sscanf(target, "%23s %23s %23s %23s", s->words[0],
	    s->words[1], s->words[2], s->words[3]) == WORDS_MAX;

	for (unsigned i = 0; good && i < s->n; i++) {
		good = run_one(s, &s->statements[i]);
		/* from the beginning, as the service does it */
		if (!good && is_undone(s)) {
			good = mysql_rollback(s->my) == 0;
			i = UINT_MAX;
		}
	}
	return good;
}
