/* The columns of schema.sql, as far as a column of an answer needs them. */
#include <stdio.h>
#include <string.h>

#include "t/fuzz/fuzz.h"

static const char *const lines[] = {
#include "schema.inc"
};

enum { TABLE_MAX = 160 };

static struct kind_of table[TABLE_MAX];
static size_t count;

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static void
set_type(struct kind_of *k, const char *type)
{
	k->kind = KIND_INT;
	k->max = INT64_MAX;
	if (begins(type, "BOOLEAN"))
		k->max = 1;
	else if (begins(type, "TINYINT"))
		k->min = -128, k->max = 127;
	else if (begins(type, "SMALLINT"))
		k->min = INT16_MIN, k->max = INT16_MAX;
	else if (begins(type, "INT"))
		k->min = INT32_MIN, k->max = INT32_MAX;
	else if (begins(type, "BIGINT"))
		k->min = INT64_MIN;
	else if (begins(type, "DATETIME"))
		k->kind = KIND_DATETIME;
	else if (begins(type, "DATE"))
		k->kind = KIND_DATE;
	else
		k->kind = KIND_TEXT;
	if (begins(type, "ENUM("))
		snprintf(k->words, sizeof(k->words), "%.*s",
		    (int)strcspn(type + 5, ")"), type + 5);
}

static struct kind_of *
find(const char *name, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(table[i].name) == n &&
		    memcmp(table[i].name, name, n) == 0)
			return &table[i];
	return NULL;
}

/* "\tname TYPE …" of a table; what else begins so is in capitals. */
static void
read_line(const char *line)
{
	char name[40];
	int end = 0;
	struct kind_of *k;

	if (sscanf(line, "\t%39[a-z_] %n", name, &end) != 1 || end == 0)
		return;
	k = find(name, strlen(name));
	if (k == NULL) {
		if (count == TABLE_MAX)
			return;
		k = &table[count++];
		snprintf(k->name, sizeof(k->name), "%s", name);
		set_type(k, line + end);
	}
	if (strstr(line, "NOT NULL") == NULL)
		k->nullable = true;
}

const struct kind_of *
schema_column(const char *name, size_t n)
{
	static bool ready;

	if (!ready) {
		ready = true;
		for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
			read_line(lines[i]);
	}
	return find(name, n);
}
