/*
 * Instants and days. An instant is a number of microseconds since 1970 in UTC;
 * a day is a number of days since 1970-01-01 in the proleptic Gregorian
 * calendar, without a zone. The zone of a reader turns one into the other.
 */
#ifndef KHATMA_TIME_H
#define KHATMA_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define USEC_PER_SEC	INT64_C(1000000)
#define SECS_PER_DAY	INT64_C(86400)

/* "2026-11-23T14:23:36.123456Z" and "2026-11-23" with their NUL. */
#define TIME_ISO_MAX	28
#define TIME_DAY_MAX	11

/* The wall clock now, in microseconds since 1970 in UTC. */
int64_t time_now(void);

/* A clock that never goes back, in microseconds, for measuring durations. */
int64_t time_monotonic(void);

/*
 * Read an RFC 3339 date-time ("2026-03-01T10:00:00Z", with a fraction, with an
 * offset such as +03:00; a blank may stand for the T; a missing zone means
 * UTC) into microseconds. False when it is not one: a month 13, a 30 February,
 * an hour 24, trailing text, a year outside 1970 to 9999. A leap second :60 is
 * read as the next second.
 */
bool time_parse(const char *s, int64_t *usec);

/* Read "YYYY-MM-DD", the same rules. False when it is not a day. */
bool time_parse_day(const char *s, int64_t *day);

/* Write an instant as RFC 3339 in UTC with Z and six digits of fraction. */
void time_format(int64_t usec, char out[TIME_ISO_MAX]);

/*
 * Write an instant as MySQL reads a DATETIME(6) in UTC:
 * "2026-11-23 14:23:36.123456".
 */
void time_format_sql(int64_t usec, char out[TIME_ISO_MAX]);

/* Write a day as "YYYY-MM-DD". */
void time_format_day(int64_t day, char out[TIME_DAY_MAX]);

/* The same of days and instants that have been taken apart; all in UTC. */
struct time_parts {
	unsigned year, month, day;	/* 2026, 11, 23 */
	unsigned hour, minute, second, usec;
};
void time_format_parts(const struct time_parts *t, char out[TIME_ISO_MAX]);
void time_format_parts_day(const struct time_parts *t, char out[TIME_DAY_MAX]);

/* The folder of the IANA database on this host, read whenever a zone is new. */
const char *time_zone_folder(void);

/*
 * Whether name is a zone of the IANA database on this host ("Africa/Cairo",
 * "UTC"). Names with "..", a leading slash or characters that no zone has are
 * refused without a look at the disk, and so are files in the database that
 * are not zones (tzdata.zi, leapseconds, posixrules and the posix/ and right/
 * trees).
 */
bool time_zone_valid(const char *name);

/*
 * The local day of an instant in a zone. A zone that is not known counts as
 * UTC. Changes the process's TZ: for programs with one thread.
 */
int64_t time_local_day(const char *zone, int64_t usec);

/*
 * The instant at which it is noon on that day in that zone (where no clock
 * shows noon, the nearest that mktime(3) gives).
 */
int64_t time_local_noon(const char *zone, int64_t day);

#endif
