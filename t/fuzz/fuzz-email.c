/*
 * The checks of single values: e-mail address, phone, time zone, password,
 * time and day. What is taken is held against the rule once more, written in
 * another way.
 */
#include <string.h>

#include "common/arena.h"
#include "common/check.h"
#include "common/time.h"
#include "common/words.h"
#include "t/fuzz/fuzz.h"

static bool
only(const char *s, const char *set)
{
	return s[strspn(s, set)] == '\0';
}

static void
check_address(const char *s)
{
	const char *at = strchr(s, '@'), *dot = at ? strrchr(at, '.') : NULL;

	PROMISE(at && at > s && at - s <= 64, "%s has no name", s);
	PROMISE(strchr(at + 1, '@') == NULL, "%s has two signs", s);
	PROMISE(dot && dot > at + 1 && dot[1], "%s has no domain", s);
	PROMISE(strstr(at, "..") == NULL && strstr(at, ".-") == NULL &&
	    strstr(at, "-.") == NULL && at[1] != '-', "%s has a bad label", s);
	for (const char *c = s; *c; c++)
		PROMISE(*c > ' ' && *c < 0x7f && !strchr("\"(),:;<>[\\]", *c),
		    "%s has a character that it may not", s);
}

static void
check_times(const char *s)
{
	char iso[TIME_ISO_MAX], again[TIME_ISO_MAX], day[TIME_DAY_MAX];
	int64_t t, u;

	if (time_parse(s, &t)) {
		time_format(t, iso);
		PROMISE(time_parse(iso, &u) && u == t, "%s is read as %s", s,
		    iso);
		time_format_sql(t, again);
		PROMISE(time_parse(again, &u) && u == t, "%s is stored as %s",
		    s, again);
	}
	if (time_parse_day(s, &t)) {
		time_format_day(t, day);
		PROMISE(strcmp(day, s) == 0, "%s is read as %s", s, day);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)1 << 20);
	const char *s = a ? arena_strndup(a, (const char *)data, size) : NULL;
	int64_t noon;

	if (s == NULL)
		return 0;
	if (check_email(s) == MSG_NONE)
		check_address(s);
	if (check_phone(s) == MSG_NONE)
		PROMISE(only(s, "0123456789 +-()"), "%s is no number", s);
	if (check_password(s) == MSG_NONE)
		PROMISE(!only(s, "0123456789"), "%s is all digits", s);
	if (check_zone(s) == MSG_NONE) {
		PROMISE(*s != '/' && strstr(s, "..") == NULL &&
		    strlen(s) < 64, "%s is a zone", s);
		noon = time_local_noon(s, 20000);
		PROMISE(time_local_day(s, noon) == 20000,
		    "noon of a day is on another in %s", s);
	}
	check_times(s);
	PROMISE(lang_accepted(s) < LANG_COUNT, "no language");
	arena_free(a);
	return 0;
}
