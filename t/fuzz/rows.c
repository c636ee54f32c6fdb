/* Rows out of a line of the script, each value as its column can be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/model/model.h"
#include "common/passwd.h"
#include "common/time.h"
#include "t/fuzz/script.h"

#define PASSWORD "StrongPass123"

/* What one would expect of a column; the rest is 1, or "text". */
static const struct {
	const char *name, *text;
	int64_t n;
} usual[] = {
	{ "chapters_total", NULL, 30 }, { "timezone", "Africa/Cairo", 0 },
	{ "language", "en", 0 }, { "MAX(version)", NULL, SCHEMA_VERSION },
	{ "gender", "male", 0 }, { "fullname", "Ali \"Ahmed\" علي", 0 },
	{ "email", "ali@example.com", 0 },
	{ "achievement_type", "first_khatma", 0 },
	{ "notification_type", "chapter_completed", 0 },
	{ "juz_read", NULL, 3 }, { "target_days", NULL, 30 },
	{ "http_status", NULL, 201 }, { "location", "/api/khatmas/3/", 0 },
	{ "body", "{\"id\":3}", 0 },
};

/* What nobody but the program writes, and is sent on as it stands. */
static bool
is_ours(const char *name)
{
	return strcmp(name, "location") == 0 || strcmp(name, "body") == 0;
}

static const char *
password_hash(void)
{
	static char phc[PASSWD_PHC_MAX];
	struct passwd_cost cost = { 19456, 2, 1 };

	if (*phc == '\0')
		passwd_hash(&cost, PASSWORD, phc);
	return phc;
}

static void
set_text(struct value *v, const char *s, size_t n)
{
	v->text = s;
	v->len = n;
}

/* A time or day of the script where it is one, else that of now. */
static void
set_time(struct value *v, enum kind kind, const char *s, size_t n)
{
	int64_t t = (CALM_NOW - 3600) * USEC_PER_SEC;

	snprintf(v->room, sizeof(v->room), "%.*s", (int)(n < 31 ? n : 31),
	    s ? s : "");
	if (kind == KIND_DATE) {
		if (!time_parse_day(v->room, &t))
			t = CALM_NOW / SECS_PER_DAY;
		time_format_day(t, v->room);
	} else {
		time_parse(v->room, &t);
		time_format_sql(t, v->room);
	}
	set_text(v, v->room, strlen(v->room));
}

/* Word number n of an ENUM's list, or that which the script names. */
static void
set_word(struct value *v, const char *words, const char *s, size_t n)
{
	const char *first = words + 1;

	set_text(v, first, strcspn(first, "'"));
	for (const char *w = words; *w == '\''; ) {
		size_t len = strcspn(w + 1, "'");

		if (s && len == n && memcmp(w + 1, s, n) == 0)
			set_text(v, w + 1, len);
		w += len + 2;
		w += strspn(w, ", ");
	}
}

static void
set_usual(struct value *v, const struct kind_of *k)
{
	*v = (struct value){ .n = 1 };
	if (strstr(k->name, "revoked_at") || strstr(k->name, "used_at") ||
	    strstr(k->name, "TIMESTAMPDIFF"))	/* no block is left */
		v->n = 0;
	if (k->nullable && strstr(k->name, "revoked_at"))
		v->is_null = k->kind != KIND_INT;
	if (k->kind == KIND_DATETIME || k->kind == KIND_DATE)
		set_time(v, k->kind, NULL, 0);
	else if (k->words[0])
		set_word(v, k->words, NULL, 0);
	else if (strcmp(k->name, "password") == 0)
		set_text(v, password_hash(), strlen(password_hash()));
	else if (k->kind == KIND_TEXT)
		set_text(v, "text", 4);
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++) {
		if (strcmp(k->name, usual[i].name) != 0)
			continue;
		v->n = usual[i].n;
		if (usual[i].text && k->kind == KIND_TEXT)
			set_text(v, usual[i].text, strlen(usual[i].text));
	}
}

static void
set_given(struct value *v, const struct kind_of *k, const char *s, size_t n)
{
	char digits[24];
	long long number;

	set_usual(v, k);
	if (n == 1 && *s == '*')
		return;
	v->is_null = n == 1 && *s == 'N' && (k->nullable || k->joined);
	if (v->is_null || is_ours(k->name))
		return;
	switch (k->kind) {
	case KIND_INT:
		snprintf(digits, sizeof(digits), "%.*s",
		    (int)(n < 23 ? n : 23), s);
		number = strtoll(digits, NULL, 10);
		v->n = number < k->min ? k->min :
		    number > k->max ? k->max : number;
		break;
	case KIND_DATE: case KIND_DATETIME:
		set_time(v, k->kind, s, n);
		break;
	case KIND_TEXT:
		if (k->words[0])
			set_word(v, k->words, s, n);
		else
			set_text(v, s, n);
		break;
	}
}

static size_t
until(const char *s, size_t n, const char *set)
{
	size_t len = 0;

	while (len < n && strchr(set, s[len]) == NULL)
		len++;
	return len;
}

/* Of a table that was joined and has no such row, every column is NULL. */
static void
spread_null(struct rows *r)
{
	const struct kind_of *k = r->columns;

	for (unsigned i = 0; i < r->ncols; i++) {
		if (!r->value[i].is_null || !k[i].joined)
			continue;
		for (unsigned j = 0; j < r->ncols; j++)
			if (strcmp(k[i].alias, k[j].alias) == 0)
				r->value[j].is_null = true;
	}
}

static void
read_row(struct rows *r, const char *s, size_t n)
{
	for (unsigned i = 0; i < r->ncols; i++) {
		size_t len = until(s, n, ",");

		if (len == 0)
			set_usual(&r->value[i], &r->columns[i]);
		else
			set_given(&r->value[i], &r->columns[i], s, len);
		len += len < n;
		s += len;
		n -= len;
	}
	spread_null(r);
}

bool
rows_next(struct rows *r)
{
	size_t n;

	if (r->usual) {
		r->usual = false;
		read_row(r, "", 0);
		return true;
	}
	if (r->text == NULL)
		return false;
	n = until(r->text, r->len, "|");
	read_row(r, r->text, n);
	r->text = n < r->len ? r->text + n + 1 : NULL;
	r->len -= n < r->len ? n + 1 : n;
	return true;
}
