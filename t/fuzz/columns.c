/*
 * The columns of a statement, guessed from its SELECT list and the schema. No
 * parser of SQL: what it does not know is a number, which no reader of a row
 * takes for a text.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "t/fuzz/fuzz.h"

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The end of an expression: a comma, FROM or a bracket of a level above. */
static const char *
skip_expression(const char *s)
{
	int depth = 0;

	for (; *s; s++) {
		if (*s == '\'') {
			for (s++; *s && *s != '\''; s++)
				continue;
			if (*s == '\0')
				break;
		} else if (*s == '(') {
			depth++;
		} else if (*s == ')') {
			if (depth-- == 0)
				break;
		} else if (depth == 0 && (*s == ',' ||
		    strncmp(s, " FROM ", 6) == 0)) {
			break;
		}
	}
	return s;
}

static bool
has(const char *s, size_t n, const char *what)
{
	return memmem(s, n, what, strlen(what)) != NULL;
}

/* Whether the table of this alias may be missing from a row. */
static bool
is_left_joined(const char *sql, const char *alias)
{
	char as[16], on[16];

	snprintf(as, sizeof(as), " %s ON ", alias);
	snprintf(on, sizeof(on), ") %s ON ", alias);
	for (const char *s = sql; (s = strstr(s, "LEFT JOIN ")); s++) {
		const char *end = strstr(s + 10, " ON ");
		const char *at = strstr(s, as);

		if (s[10] == '(' ? strstr(s, on) != NULL :
		    at && end && at < end)
			return true;
	}
	return false;
}

/* What "AS name" stands for: the word before it. */
static const struct kind_of *
named(const char *sql, const char *name, size_t n)
{
	char as[64];
	const char *s, *from;

	snprintf(as, sizeof(as), " AS %.*s", (int)n, name);
	s = strstr(sql, as);
	if (s == NULL)
		return NULL;
	for (from = s; from > sql && is_word(from[-1]); from--)
		continue;
	return schema_column(from, (size_t)(s - from));
}

/* A column by its name, with the alias of its table before it or without. */
static bool
plain(const char *sql, const char *s, size_t n, struct kind_of *k)
{
	const char *dot = memchr(s, '.', n);
	const char *name = dot ? dot + 1 : s;
	size_t len = 0;
	const struct kind_of *found;

	while (name + len < s + n && is_word(name[len]))
		len++;
	found = schema_column(name, len);
	if (found == NULL)
		found = named(sql, name, len);
	if (found == NULL)
		return false;
	*k = *found;
	snprintf(k->alias, sizeof(k->alias), "%.*s",
	    dot ? (int)(dot - s) : 0, s);
	k->joined = *k->alias && is_left_joined(sql, k->alias);
	return true;
}

/* Something computed; its first known column tells what of. */
static void
computed(const char *sql, const char *s, size_t n, struct kind_of *k)
{
	*k = (struct kind_of){ .kind = KIND_INT, .max = INT32_MAX };
	if (has(s, n, "EXISTS") || has(s, n, "COUNT(") || has(s, n, " OR ") ||
	    has(s, n, " IS ") || (has(s, n, " = ") && *s != '('))
		return;
	if (has(s, n, "UTC_TIMESTAMP")) {
		k->kind = KIND_DATETIME;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t len = 0;

		while (i + len < n && (is_word(s[i + len]) ||
		    s[i + len] == '.'))
			len++;
		if (len > 0 && plain(sql, s + i, len, k)) {
			k->alias[0] = '\0';
			k->joined = false;
			k->nullable = true;
			return;
		}
		i += len;
	}
}

static void
describe(const char *sql, const char *s, size_t n, struct kind_of *k)
{
	const char *then = memmem(s, n, "THEN ", 5);
	size_t word = 0;

	if (strncmp(s, "CASE ", 5) == 0 && then) {
		n -= (size_t)(then + 5 - s);
		s = then + 5;
		computed(sql, s, n, k);
		k->nullable = true;
		return;
	}
	while (word < n && (is_word(s[word]) || s[word] == '.'))
		word++;
	if ((word == n || strncmp(s + word, " AS ", 4) == 0) &&
	    plain(sql, s, word, k))
		return;
	computed(sql, s, n, k);
	snprintf(k->name, sizeof(k->name), "%.*s", (int)n, s);
}

static unsigned
read_list(const char *sql, struct kind_of columns[COLUMNS_MAX])
{
	const char *s = sql + strspn(sql, "( "), *end;
	unsigned n = 0;

	if (strncmp(s, "SELECT ", 7) != 0)
		return 0;
	s += 7;
	if (strncmp(s, "DISTINCT ", 9) == 0)
		s += 9;
	for (; n < COLUMNS_MAX; s = end + 1) {
		s += strspn(s, " ");
		end = skip_expression(s);
		describe(sql, s, (size_t)(end - s), &columns[n++]);
		if (*end != ',')
			break;
	}
	return n;
}

/* The question marks that do not stand within a text of SQL. */
static unsigned
count_params(const char *sql)
{
	unsigned n = 0;
	bool quoted = false;

	for (; *sql; sql++) {
		quoted ^= *sql == '\'';
		n += *sql == '?' && !quoted;
	}
	return n;
}

const struct statement_of *
columns_of(const char *sql)
{
	static struct statement_of known[STATEMENTS_KNOWN];
	size_t i = 0;

	while (known[i].sql && known[i].sql != sql)
		i++;
	PROMISE(i + 1 < STATEMENTS_KNOWN, "too many statements");
	if (known[i].sql == NULL) {
		known[i].sql = sql;
		known[i].n = read_list(sql, known[i].column);
		known[i].nparams = count_params(sql);
	}
	return &known[i];
}
