#include "common/time.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ZONE_MAX	64
#define ZONES_KEPT	32
#define QUARTER		900			/* seconds */
#define QUARTERS_FROM	(1672531200 / QUARTER)	/* 2023 */
#define ZONE_DIR	"/usr/share/zoneinfo"
#define ZONE_CHARS						\
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"	\
	"0123456789_+-/"

/* What stands in the database's folder without being a zone of it. */
static const char *const not_zones[] = {
	"leapseconds", "localtime", "posixrules",
};

static int64_t
clock_usec(clockid_t id)
{
	struct timespec ts = { .tv_sec = 0 };

	clock_gettime(id, &ts);
	return ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

int64_t
time_now(void)
{
	return clock_usec(CLOCK_REALTIME);
}

int64_t
time_monotonic(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}

/* Days and seconds before 1970 round down too, unlike C's division. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
floor_mod(int64_t a, int64_t b)
{
	return a % b + (a % b < 0 ? b : 0);
}

/*
 * Read exactly width digits as a number of min to max and step over them.
 * False when they are not there; *s is then anywhere.
 */
static bool
number(const char **s, int width, int min, int max, int *n)
{
	*n = 0;
	for (; width > 0; width--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*n = *n * 10 + (**s - '0');
	}
	return *n >= min && *n <= max;
}

/* Step over one of the characters in set. */
static bool
skip(const char **s, const char *set)
{
	if (**s == '\0' || strchr(set, **s) == NULL)
		return false;
	(*s)++;
	return true;
}

static bool
read_day(const char **s, int64_t *day)
{
	struct tm tm = { .tm_isdst = 0 };
	int year, month, mday;

	if (!number(s, 4, 1970, 9999, &year) || !skip(s, "-") ||
	    !number(s, 2, 1, 12, &month) || !skip(s, "-") ||
	    !number(s, 2, 1, 31, &mday))
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = mday;
	*day = floor_div(timegm(&tm), SECS_PER_DAY);
	/* timegm(3) turns 30 February into a day of March. */
	return tm.tm_mday == mday;
}

static bool
read_clock(const char **s, int *secs)
{
	int hour, min, sec;

	if (!number(s, 2, 0, 23, &hour) || !skip(s, ":") ||
	    !number(s, 2, 0, 59, &min) || !skip(s, ":") ||
	    !number(s, 2, 0, 60, &sec))
		return false;
	*secs = hour * 3600 + min * 60 + sec;
	return true;
}

/* The optional fraction in microseconds; further digits are cut off. */
static bool
read_fraction(const char **s, int *usec)
{
	int unit = 100000;

	*usec = 0;
	if (!skip(s, "."))
		return true;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		*usec += (**s - '0') * unit;
	return true;
}

/* The optional zone in seconds east of UTC. */
static bool
read_offset(const char **s, int *secs)
{
	int hour, min, sign;

	*secs = 0;
	if (**s == '\0' || skip(s, "Zz"))
		return true;
	sign = **s == '-' ? -1 : 1;
	if (!skip(s, "+-") || !number(s, 2, 0, 23, &hour) ||
	    !skip(s, ":") || !number(s, 2, 0, 59, &min))
		return false;
	*secs = sign * (hour * 3600 + min * 60);
	return true;
}

bool
time_parse(const char *s, int64_t *usec)
{
	const int64_t end = INT64_C(253402300800);	/* the year 10000 */
	int64_t day, t;
	int clock, fraction, offset;
	bool leap;

	if (!read_day(&s, &day) || !skip(&s, "Tt ") ||
	    !read_clock(&s, &clock))
		return false;
	leap = s[-2] == '6';
	if (!read_fraction(&s, &fraction) || !read_offset(&s, &offset) ||
	    *s != '\0')
		return false;
	t = day * SECS_PER_DAY + clock - offset;
	/* Leap seconds come at the end of a day of UTC only. */
	if (leap && t % SECS_PER_DAY != 0)
		return false;
	if (t < 0 || t >= end)
		return false;
	*usec = t * USEC_PER_SEC + fraction;
	return true;
}

bool
time_parse_day(const char *s, int64_t *day)
{
	int64_t d;

	if (!read_day(&s, &d) || *s != '\0')
		return false;
	*day = d;
	return true;
}

/* The last n digits of v, and what comes behind them. */
static char *
digits(char *out, unsigned v, int n, char behind)
{
	for (int i = n - 1; i >= 0; i--) {
		out[i] = (char)('0' + v % 10);
		v /= 10;
	}
	out[n] = behind;
	return out + n + 1;
}

/* By hand: dates are in every answer, and snprintf(3) takes its time. */
void
time_format_parts_day(const struct time_parts *t, char out[TIME_DAY_MAX])
{
	out = digits(out, t->year, 4, '-');
	out = digits(out, t->month, 2, '-');
	digits(out, t->day, 2, '\0');
}

static void
format_instant(const struct time_parts *t, char between, char zone,
    char out[TIME_ISO_MAX])
{
	time_format_parts_day(t, out);
	out += TIME_DAY_MAX - 1;
	*out++ = between;
	out = digits(out, t->hour, 2, ':');
	out = digits(out, t->minute, 2, ':');
	out = digits(out, t->second, 2, '.');
	out = digits(out, t->usec, 6, zone);
	if (zone != '\0')
		*out = '\0';
}

void
time_format_parts(const struct time_parts *t, char out[TIME_ISO_MAX])
{
	format_instant(t, 'T', 'Z', out);
}

static struct time_parts
parts_of(int64_t usec)
{
	int64_t secs = floor_div(usec, USEC_PER_SEC);
	time_t t = secs;
	struct tm tm = { .tm_year = 70, .tm_mday = 1 };

	gmtime_r(&t, &tm);
	return (struct time_parts){ .year = (unsigned)tm.tm_year + 1900,
	    .month = (unsigned)tm.tm_mon + 1, .day = (unsigned)tm.tm_mday,
	    .hour = (unsigned)tm.tm_hour, .minute = (unsigned)tm.tm_min,
	    .second = (unsigned)tm.tm_sec,
	    .usec = (unsigned)floor_mod(usec, USEC_PER_SEC) };
}

void
time_format(int64_t usec, char out[TIME_ISO_MAX])
{
	const struct time_parts t = parts_of(usec);

	format_instant(&t, 'T', 'Z', out);
}

void
time_format_sql(int64_t usec, char out[TIME_ISO_MAX])
{
	const struct time_parts t = parts_of(usec);

	format_instant(&t, ' ', '\0', out);
}

void
time_format_day(int64_t day, char out[TIME_DAY_MAX])
{
	const struct time_parts t = parts_of(day * SECS_PER_DAY *
	    USEC_PER_SEC);

	time_format_parts_day(&t, out);
}

static bool
zone_name_valid(const char *name)
{
	size_t i, len = strlen(name);

	/* No zone has a dot, which keeps "..", tzdata.zi and *.tab out. */
	if (len == 0 || len >= ZONE_MAX || strspn(name, ZONE_CHARS) != len)
		return false;
	if (name[0] == '/' || name[len - 1] == '/' || strstr(name, "//"))
		return false;
	if (strncmp(name, "posix/", 6) == 0 || strncmp(name, "right/", 6) == 0)
		return false;
	for (i = 0; i < sizeof(not_zones) / sizeof(not_zones[0]); i++)
		if (strcmp(name, not_zones[i]) == 0)
			return false;
	return true;
}

const char *
time_zone_folder(void)
{
	const char *dir = getenv("TZDIR");	/* tzset(3) heeds it too */

	return dir == NULL || *dir == '\0' ? ZONE_DIR : dir;
}

bool
time_zone_valid(const char *name)
{
	char path[4096], magic[4];
	int fd, len;
	bool valid;

	if (!zone_name_valid(name))
		return false;
	len = snprintf(path, sizeof(path), "%s/%s", time_zone_folder(), name);
	if ((size_t)len >= sizeof(path))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	valid = read(fd, magic, sizeof(magic)) == sizeof(magic) &&
	    memcmp(magic, "TZif", sizeof(magic)) == 0;	/* RFC 8536 3.1 */
	close(fd);
	return valid;
}

/*
 * Make zone the process's, if it is not already. C knows no other way to use
 * a named zone, and reading the zone's file anew costs far more than the
 * conversion itself, so the name of the last one is kept. False when memory is
 * out.
 */
static bool
zone_use(const char *zone)
{
	static char current[ZONE_MAX];

	if (current[0] != '\0' && strcmp(zone, current) == 0)
		return true;
	if (!time_zone_valid(zone))
		zone = "UTC";
	if (setenv("TZ", zone, 1) != 0)
		return false;
	tzset();
	snprintf(current, sizeof(current), "%s", zone);
	return true;
}

static int64_t
local_day(const char *zone, int64_t usec)
{
	time_t t = floor_div(usec, USEC_PER_SEC);
	struct tm tm;

	if (!zone_use(zone))
		return floor_div(t, SECS_PER_DAY);
	localtime_r(&t, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	return floor_div(timegm(&tm), SECS_PER_DAY);
}

/*
 * Readers of several zones take turns at a worker, and each wants to know what
 * day it is. So the last answers are kept, for the quarter of an hour in which
 * they hold: since 2023 each zone has been a multiple of one ahead of UTC or
 * behind, and has changed its clocks when one began.
 */
int64_t
time_local_day(const char *zone, int64_t usec)
{
	static struct {
		char zone[ZONE_MAX];
		int64_t quarter, day;
	} kept[ZONES_KEPT];
	static size_t oldest;
	int64_t quarter = floor_div(usec, QUARTER * USEC_PER_SEC);
	size_t n = strlen(zone), at;

	if (n >= ZONE_MAX || quarter < QUARTERS_FROM)
		return local_day(zone, usec);
	for (at = 0; at < ZONES_KEPT; at++)
		if (kept[at].quarter == quarter &&
		    strcmp(kept[at].zone, zone) == 0)
			return kept[at].day;
	at = oldest;
	oldest = (oldest + 1) % ZONES_KEPT;
	kept[at].day = local_day(zone, usec);
	kept[at].quarter = quarter;
	memcpy(kept[at].zone, zone, n + 1);
	return kept[at].day;
}

int64_t
time_local_noon(const char *zone, int64_t day)
{
	time_t t, utc = day * SECS_PER_DAY + SECS_PER_DAY / 2;
	struct tm tm;

	if (!zone_use(zone) || gmtime_r(&utc, &tm) == NULL)
		return utc * USEC_PER_SEC;
	tm.tm_isdst = -1;
	tm.tm_wday = -1;
	t = mktime(&tm);
	/* -1 is an instant as well; the weekday tells it from a failure. */
	return (tm.tm_wday < 0 ? utc : t) * USEC_PER_SEC;
}
