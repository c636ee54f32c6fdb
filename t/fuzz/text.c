/* Requests written as text, see fuzz-request.c. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "t/fuzz/fuzz.h"

enum { LINES_MAX = 40 };

static char *
cut_line(char **at, char *end)
{
	char *line = *at, *newline = memchr(line, '\n', (size_t)(end - line));

	*at = newline ? newline + 1 : end;
	if (newline)
		*newline = '\0';
	return line;
}

static void
decode(char *s)
{
	char *to = s;
	unsigned byte;

	for (; *s; s++) {
		if (*s == '%' && isxdigit((unsigned char)s[1]) &&
		    isxdigit((unsigned char)s[2]) &&
		    sscanf(s + 1, "%2x", &byte) == 1 && byte != 0) {
			*to++ = (char)byte;
			s += 2;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

static void
read_first_line(struct parsed *p, char *line)
{
	char *path = strchr(line, ' '), *query;

	if (path)
		*path++ = '\0';
	else
		path = line + strlen(line);
	query = strchr(path, '?');
	if (query)
		*query++ = '\0';
	decode(path);
	p->path = path;
	given_set(&p->given, "REQUEST_METHOD", line);
	given_set(&p->given, "SCRIPT_NAME", path);
	if (query)
		given_set(&p->given, "QUERY_STRING", query);
}

/* Accept-Language becomes HTTP_ACCEPT_LANGUAGE. */
static void
set_header(struct parsed *p, const char *name, const char *value)
{
	char *made = NULL;

	if (strcasecmp(name, "Content-Type") == 0 ||
	    strcasecmp(name, "Content-Length") == 0 ||
	    p->nnames == VARIABLES_MAX ||
	    asprintf(&made, "HTTP_%s", name) < 0)
		return;
	for (char *c = made; *c; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	p->name[p->nnames++] = made;
	given_set(&p->given, made, value);
}

static void
read_header(struct parsed *p, char *line)
{
	char *value = strchr(line, ':');

	if (value == NULL)
		return;
	*value++ = '\0';
	value += strspn(value, " ");
	if (strcasecmp(line, "Settings") == 0) {
		p->given.envelope = strstr(value, "envelope") != NULL;
		p->given.rotate = strstr(value, "rotate") != NULL;
		p->given.cors = strstr(value, "cors") != NULL;
		return;
	}
	if (strcasecmp(line, "Authorization") == 0 &&
	    strcmp(value, "good") == 0)
		value = (char *)(uintptr_t)good_bearer();
	if (strcasecmp(line, "Content-Type") == 0)
		given_set(&p->given, "CONTENT_TYPE", value);
	else if (strcasecmp(line, "Content-Length") == 0)
		given_set(&p->given, "CONTENT_LENGTH", value);
	else
		set_header(p, line, value);
}

/* "GOOD" in the body stands for a refresh token that we signed. */
static void
put_refresh(struct parsed *p)
{
	struct given *g = &p->given;
	const char *at = memmem(g->body, g->body_len, "GOOD", 4);
	char *made = NULL;
	int n;

	if (at == NULL)
		return;
	n = asprintf(&made, "%.*s%s%.*s", (int)(at - g->body), g->body,
	    good_refresh(), (int)(g->body + g->body_len - at - 4), at + 4);
	if (n < 0)
		return;
	/* a NUL ends what %s copies */
	g->body = made;
	g->body_len = (size_t)n;
	p->name[p->nnames++] = made;
}

static void
read_body(struct parsed *p, char *at, char *end)
{
	struct given *g = &p->given;
	bool none = end - at >= 3 && memcmp(at, "%%\n", 3) == 0;
	char *cut = none ? at : memmem(at, (size_t)(end - at), "\n%%\n", 4);

	g->body = at;
	g->body_len = (size_t)((cut ? cut : end) - at);
	if (cut) {
		g->script = cut + (none ? 3 : 4);
		g->script_len = (size_t)(end - g->script);
	}
	if (p->nnames < VARIABLES_MAX)
		put_refresh(p);
	snprintf(p->length, sizeof(p->length), "%zu", g->body_len);
}

static bool
has_variable(const struct given *g, const char *name)
{
	for (size_t i = 0; i < g->nvariables; i++)
		if (strcmp(g->variable[i].name, name) == 0)
			return true;
	return false;
}

bool
text_parse(struct parsed *p, const uint8_t *data, size_t size)
{
	char *at, *end;

	memset(p, 0, sizeof(*p));
	p->copy = malloc(size + 1);
	if (p->copy == NULL)
		return false;
	memcpy(p->copy, data, size);
	p->copy[size] = '\0';
	at = p->copy;
	end = at + size;
	read_first_line(p, cut_line(&at, end));
	for (int i = 0; i < LINES_MAX && at < end; i++) {
		char *line = cut_line(&at, end);

		if (*line == '\0')
			break;
		read_header(p, line);
	}
	read_body(p, at, end);
	if (p->given.body_len == 0)
		return true;
	if (!has_variable(&p->given, "CONTENT_LENGTH") &&
	    !has_variable(&p->given, "HTTP_TRANSFER_ENCODING"))
		given_set(&p->given, "CONTENT_LENGTH", p->length);
	if (!has_variable(&p->given, "CONTENT_TYPE"))
		given_set(&p->given, "CONTENT_TYPE", "application/json");
	return true;
}

void
text_forget(struct parsed *p)
{
	for (size_t i = 0; i < p->nnames; i++)
		free(p->name[i]);
	free(p->copy);
}
