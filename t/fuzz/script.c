/* The script of the database's answers, read line by line. */
#include "t/fuzz/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *at = "", *end;

void
script_text(const char *text, size_t n)
{
	at = text ? text : "";
	end = at + n;
}

static const char *
line_end(void)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline : end;
}

bool
script_take(const char *verb, const char **rest, size_t *n)
{
	const char *stop;
	size_t len = strlen(verb);

	if (end == NULL || at == end)
		return false;
	stop = line_end();
	if ((size_t)(stop - at) < len || memcmp(at, verb, len) != 0 ||
	    ((size_t)(stop - at) > len && at[len] != ' '))
		return false;
	*rest = at + len + ((size_t)(stop - at) > len);
	*n = (size_t)(stop - *rest);
	at = stop < end ? stop + 1 : end;
	return true;
}

static long
number(const char *s, size_t n)
{
	char digits[12];

	snprintf(digits, sizeof(digits), "%.*s", (int)(n < 11 ? n : 11), s);
	return strtol(digits, NULL, 10);
}

unsigned
script_error(const char *verb)
{
	const char *rest;
	long error;
	size_t n;

	if (!script_take(verb, &rest, &n))
		return 0;
	error = number(rest, n);
	return error > 0 && error < 10000 ? (unsigned)error : 2000;
}

bool
script_done(int64_t *matched)
{
	const char *rest;
	size_t n;

	if (!script_take("done", &rest, &n))
		return false;
	*matched = number(rest, n);
	return true;
}
