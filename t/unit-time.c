#include "common/time.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "t/tap.h"

/* Microseconds of a date-time that must be good. */
static int64_t
at(const char *text)
{
	int64_t usec = -1;

	if (!time_parse(text, &usec))
		printf("# not read: %s\n", text);
	return usec;
}

static int64_t
day_of(const char *text)
{
	int64_t day = -1;

	if (!time_parse_day(text, &day))
		printf("# not read: %s\n", text);
	return day;
}

static const struct {
	const char *text;
	const char *utc;
} good[] = {
	{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z" },
	{ "2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000000Z" },
	{ "2026-03-01t10:00:00z", "2026-03-01T10:00:00.000000Z" },
	{ "2026-03-01 10:00:00", "2026-03-01T10:00:00.000000Z" },
	{ "2026-03-01T10:00:00", "2026-03-01T10:00:00.000000Z" },
	{ "2026-03-01T10:00:00.5Z", "2026-03-01T10:00:00.500000Z" },
	{ "2026-03-01T10:00:00.123456Z", "2026-03-01T10:00:00.123456Z" },
	{ "2026-03-01T10:00:00.1234569Z", "2026-03-01T10:00:00.123456Z" },
	{ "2026-03-01T10:00:00.000000000000000000000000001Z",
	    "2026-03-01T10:00:00.000000Z" },
	{ "2026-03-01T10:00:00+03:00", "2026-03-01T07:00:00.000000Z" },
	{ "2026-03-01T01:00:00+03:00", "2026-02-28T22:00:00.000000Z" },
	{ "2026-03-01T10:00:00.25-09:30", "2026-03-01T19:30:00.250000Z" },
	{ "2026-03-01T10:00:00-00:00", "2026-03-01T10:00:00.000000Z" },
	{ "2026-03-01T10:00:00+23:59", "2026-02-28T10:01:00.000000Z" },
	{ "2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000000Z" },
	{ "2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000000Z" },
	{ "1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520000Z" },
	{ "1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000000Z" },
	{ "1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000000Z" },
	{ "1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000000Z" },
	{ "2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500000Z" },
	{ "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
};

static const char *const bad[] = {
	"2026-03-01T10.00:00Z", "2026-03-01T10:00:00.Z",
	"2026-03-01T10:00:00.+03:00",
	"", "2026", "2026-03-01", "2026-03-01T", "2026-03-01T10:00",
	"2026-03-01T10:00:0", "2026-03-01T10:00:00ZZ", "2026-03-01T10:00:00 Z",
	" 2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z ",
	"2026-03-01T10:00:00Z\n", "2026-03-01  10:00:00Z",
	"2026-03-01X10:00:00Z", "2026-3-01T10:00:00Z", "2026-03-1T10:00:00Z",
	"26-03-01T10:00:00Z", "02026-03-01T10:00:00Z", "+2026-03-01T10:00:00Z",
	"-2026-03-01T10:00:00Z", "2026/03/01T10:00:00Z", "20260301T100000Z",
	"2026-00-01T10:00:00Z", "2026-13-01T10:00:00Z", "2026-03-00T10:00:00Z",
	"2026-03-32T10:00:00Z", "2026-04-31T10:00:00Z", "2026-02-30T10:00:00Z",
	"2026-02-29T10:00:00Z", "2100-02-29T10:00:00Z", "2026-03-01T24:00:00Z",
	"2026-03-01T10:60:00Z", "2026-03-01T10:00:61Z", "2026-03-01T10:00:60Z",
	"2026-03-01T23:59:60+03:00", "2026-03-01T10:00:00.Z",
	"2026-03-01T10:00:00,5Z", "2026-03-01T10:00:00.5.5Z",
	"2026-03-01T10:00:00+3:00", "2026-03-01T10:00:00+0300",
	"2026-03-01T10:00:00+03", "2026-03-01T10:00:00+24:00",
	"2026-03-01T10:00:00+03:60", "2026-03-01T10:00:00+03:00Z",
	"2026-03-01T10:00:00UTC", "2026-03-01T-1:00:00Z",
	"2026-03-01T10: 0:00Z", "1969-12-31T23:59:59Z",
	"1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
	"9999-12-31T23:59:60Z", "10000-01-01T00:00:00Z", "now",
	"2026-03-01T10:00:00−03:00",
};

static void
test_parse(void)
{
	char text[TIME_ISO_MAX];
	int64_t usec;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		time_format(at(good[i].text), text);
		is_str(text, good[i].utc, "read %s", good[i].text);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		usec = 42;
		ok(!time_parse(bad[i], &usec) && usec == 42,
		    "refuse date-time %zu", i);
	}
}

static void
test_parse_day(void)
{
	static const char *const not_days[] = {
		"", "2026-03", "2026-3-1", "2026-02-29", "2025-02-29",
		"1900-02-29", "2100-02-29", "2026-04-31", "2026-13-01",
		"2026-00-10", "2026-01-00", "1969-12-31", "10000-01-01",
		"2026-03-01T00:00:00Z", "2026-03-01 ", " 2026-03-01",
		"2026-03-0x", "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6-03-01",
	};
	int64_t day = 42;
	size_t i;

	is_int(day_of("1970-01-01"), 0, "day 0");
	is_int(day_of("1970-03-01"), 59, "day 59");
	is_int(day_of("2000-03-01"), 11017, "1 March 2000");
	is_int(day_of("2024-03-01") - day_of("2024-02-28"), 2, "2024 leaps");
	is_int(day_of("2026-03-01") - day_of("2026-02-28"), 1, "2026 does not");
	is_int(day_of("2027-01-01") - day_of("2026-12-31"), 1, "year's end");
	is_int(day_of("9999-12-31"), 2932896, "the last day");
	for (i = 0; i < sizeof(not_days) / sizeof(not_days[0]); i++)
		ok(!time_parse_day(not_days[i], &day) && day == 42,
		    "refuse day %zu", i);
}

static void
test_format(void)
{
	char text[TIME_ISO_MAX], day[TIME_DAY_MAX];
	int64_t d, back, wrong = 0;

	time_format_sql(at("2026-11-23T14:23:36.123456Z"), text);
	is_str(text, "2026-11-23 14:23:36.123456", "a DATETIME(6)");
	time_format(-1, text);
	is_str(text, "1969-12-31T23:59:59.999999Z", "before 1970");
	time_format(INT64_MAX, text);
	ok(text[TIME_ISO_MAX - 1] == '\0', "no instant is too long");
	time_format(INT64_MIN, text);
	ok(text[TIME_ISO_MAX - 1] == '\0', "nor this one");
	time_format_day(0, day);
	is_str(day, "1970-01-01", "day 0");
	time_format_day(-1, day);
	is_str(day, "1969-12-31", "the day before");
	for (d = 0; d <= 2932896; d += 7) {
		time_format_day(d, day);
		wrong += !time_parse_day(day, &back) || back != d;
	}
	is_int(wrong, 0, "days read as they were written, 1970 to 9999");
}

static void
test_zone_names(void)
{
	static const char *const zones[] = {
		"UTC", "Africa/Cairo", "Africa/Casablanca", "Asia/Riyadh",
		"Asia/Gaza", "Pacific/Apia", "Etc/GMT+12", "Etc/GMT-14",
		"America/Argentina/Buenos_Aires", "America/Port-au-Prince",
	};
	static const char *const others[] = {
		"", "/", ".", "..", "Africa", "Africa/", "Africa//Cairo",
		"/usr/share/zoneinfo/UTC", "../zoneinfo/UTC", "Africa/../UTC",
		"./UTC", "africa/cairo", "UTC ", " UTC", "UTC\n", "UTC0",
		":UTC", "Mars/Olympus", "tzdata.zi", "leapseconds",
		"leap-seconds.list", "posixrules", "posix/UTC", "right/UTC",
		"localtime", "zone.tab", "zone1970.tab", "iso3166.tab",
		"<+03>-3", "EET-2EEST,M3.5.5/0,M10.5.5/0",
		"Africa/Cairo\xc3\xa9",
	};
	char endless[5000];
	size_t i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		ok(time_zone_valid(zones[i]), "%s is a zone", zones[i]);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ok(!time_zone_valid(others[i]), "no zone: string %zu", i);
	memset(endless, 'A', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	ok(!time_zone_valid(endless), "no zone has a name of 4999 bytes");
	is_int(time_local_day(endless, 0), 0, "and one that has is UTC");
}

/* Instants around a change of day or of the clock, and the day there. */
static const struct {
	const char *zone;
	const char *instant;
	const char *day;
} days[] = {
	{ "UTC", "2026-11-23T23:59:59.999999Z", "2026-11-23" },
	{ "UTC", "2026-11-24T00:00:00Z", "2026-11-24" },
	/* 00:00 to 00:59 on 24 April do not exist in Cairo. */
	{ "Africa/Cairo", "2026-04-23T21:59:59.999999Z", "2026-04-23" },
	{ "Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24" },
	/* 23:00 to 23:59 on 29 October come twice. */
	{ "Africa/Cairo", "2026-10-29T20:00:00Z", "2026-10-29" },
	{ "Africa/Cairo", "2026-10-29T21:00:00Z", "2026-10-29" },
	{ "Africa/Cairo", "2026-10-29T21:59:59.999999Z", "2026-10-29" },
	{ "Africa/Cairo", "2026-10-29T22:00:00Z", "2026-10-30" },
	{ "Africa/Cairo", "2026-01-01T22:00:00Z", "2026-01-02" },
	/* UTC+0 in Ramadan, else UTC+1. */
	{ "Africa/Casablanca", "2026-02-13T23:00:00Z", "2026-02-14" },
	{ "Africa/Casablanca", "2026-02-15T01:59:59Z", "2026-02-15" },
	{ "Africa/Casablanca", "2026-02-20T23:30:00Z", "2026-02-20" },
	{ "Africa/Casablanca", "2026-03-22T01:59:59Z", "2026-03-22" },
	{ "Africa/Casablanca", "2026-03-22T23:30:00Z", "2026-03-23" },
	{ "Africa/Casablanca", "2027-02-06T23:30:00Z", "2027-02-07" },
	{ "Africa/Casablanca", "2027-02-10T23:30:00Z", "2027-02-10" },
	{ "Africa/Casablanca", "2027-03-14T23:30:00Z", "2027-03-15" },
	{ "Asia/Gaza", "2026-03-27T21:59:59Z", "2026-03-27" },
	{ "Asia/Gaza", "2026-03-27T22:00:00Z", "2026-03-28" },
	{ "Asia/Gaza", "2026-03-28T21:00:00Z", "2026-03-29" },
	{ "Asia/Gaza", "2026-10-23T21:00:00Z", "2026-10-24" },
	{ "Asia/Gaza", "2026-10-24T21:59:59Z", "2026-10-24" },
	{ "Asia/Gaza", "2026-10-24T22:00:00Z", "2026-10-25" },
	/* There was no 30 December 2011. */
	{ "Pacific/Apia", "2011-12-30T09:59:59.999999Z", "2011-12-29" },
	{ "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31" },
	{ "Pacific/Kiritimati", "2026-06-01T09:59:59Z", "2026-06-01" },
	{ "Pacific/Kiritimati", "2026-06-01T10:00:00Z", "2026-06-02" },
	{ "Pacific/Pago_Pago", "2026-06-01T10:59:59Z", "2026-05-31" },
	{ "Pacific/Pago_Pago", "2026-06-01T11:00:00Z", "2026-06-01" },
	{ "Asia/Riyadh", "2024-02-28T21:00:00Z", "2024-02-29" },
	{ "Asia/Riyadh", "2024-02-29T21:00:00Z", "2024-03-01" },
	{ "Asia/Riyadh", "2025-02-28T21:00:00Z", "2025-03-01" },
	{ "Asia/Riyadh", "2026-12-31T21:00:00Z", "2027-01-01" },
	{ "Asia/Kathmandu", "2026-06-01T18:14:59Z", "2026-06-01" },
	{ "Asia/Kathmandu", "2026-06-01T18:15:00Z", "2026-06-02" },
	{ "No/Such_Zone", "2026-06-01T23:59:59Z", "2026-06-01" },
	{ "../../etc/passwd", "2026-06-02T00:00:00Z", "2026-06-02" },
	{ "", "2026-06-01T23:59:59Z", "2026-06-01" },
};

static void
test_local_day(void)
{
	char text[TIME_DAY_MAX];
	size_t i;

	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		time_format_day(time_local_day(days[i].zone,
		    at(days[i].instant)), text);
		is_str(text, days[i].day, "%s in zone '%s'", days[i].instant,
		    days[i].zone);
	}
	is_int(time_local_day("UTC", -1), -1, "the day before 1970");
	is_int(time_local_day("Pacific/Apia", INT64_MAX) > 0, 1,
	    "the end of time");
}

/* What is kept of a quarter of an hour holds to its end: by the C library. */
static void
test_local_day_kept(void)
{
	static const char *const zones[] = {
		"Africa/Casablanca", "Asia/Gaza", "Asia/Kathmandu",
		"Australia/Lord_Howe", "Pacific/Chatham", "America/Havana",
	};
	const int64_t quarter = 900 * USEC_PER_SEC;
	int64_t wrong = 0;

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		for (int64_t t = at("2026-01-01T00:00:00Z");
		    t < at("2028-01-01T00:00:00Z"); t += quarter) {
			int64_t day = time_local_day(zones[i], t);
			time_t last = (t + quarter - 1) / USEC_PER_SEC;
			struct tm tm;

			localtime_r(&last, &tm);
			tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
			wrong += timegm(&tm) / SECS_PER_DAY != day;
			wrong += time_local_day(zones[i], t + quarter - 1) !=
			    day;
		}
	is_int(wrong, 0, "no day begins within a quarter of an hour");
}

static const struct {
	const char *zone;
	const char *day;
	const char *noon;
} noons[] = {
	{ "UTC", "2026-06-01", "2026-06-01T12:00:00.000000Z" },
	{ "No/Such_Zone", "2026-06-01", "2026-06-01T12:00:00.000000Z" },
	{ "Africa/Cairo", "2026-04-23", "2026-04-23T10:00:00.000000Z" },
	{ "Africa/Cairo", "2026-04-24", "2026-04-24T09:00:00.000000Z" },
	{ "Africa/Cairo", "2026-10-29", "2026-10-29T09:00:00.000000Z" },
	{ "Africa/Cairo", "2026-10-30", "2026-10-30T10:00:00.000000Z" },
	{ "Africa/Casablanca", "2026-02-14", "2026-02-14T11:00:00.000000Z" },
	{ "Africa/Casablanca", "2026-02-15", "2026-02-15T12:00:00.000000Z" },
	{ "Africa/Casablanca", "2026-03-22", "2026-03-22T11:00:00.000000Z" },
	{ "Asia/Gaza", "2026-03-27", "2026-03-27T10:00:00.000000Z" },
	{ "Asia/Gaza", "2026-03-28", "2026-03-28T09:00:00.000000Z" },
	{ "Asia/Gaza", "2026-10-24", "2026-10-24T10:00:00.000000Z" },
	{ "Pacific/Apia", "2011-12-29", "2011-12-29T22:00:00.000000Z" },
	{ "Pacific/Apia", "2011-12-31", "2011-12-30T22:00:00.000000Z" },
	{ "Pacific/Kiritimati", "2026-06-01", "2026-05-31T22:00:00.000000Z" },
	{ "Pacific/Pago_Pago", "2026-06-01", "2026-06-01T23:00:00.000000Z" },
	{ "UTC", "1970-01-01", "1970-01-01T12:00:00.000000Z" },
};

static void
test_local_noon(void)
{
	static const char *const zones[] = {
		"UTC", "Africa/Cairo", "Africa/Casablanca", "Asia/Gaza",
		"Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu",
	};
	char text[TIME_ISO_MAX];
	int64_t day, noon, wrong = 0;
	size_t i;

	for (i = 0; i < sizeof(noons) / sizeof(noons[0]); i++) {
		time_format(time_local_noon(noons[i].zone,
		    day_of(noons[i].day)), text);
		is_str(text, noons[i].noon, "noon of %s in %s", noons[i].day,
		    noons[i].zone);
	}
	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		for (day = day_of("2024-01-01"); day < day_of("2028-01-01");
		    day++) {
			noon = time_local_noon(zones[i], day);
			wrong += time_local_day(zones[i], noon) != day;
		}
	is_int(wrong, 0, "noon of a day is on that day, 2024 to 2027");
	day = day_of("2011-12-30");
	noon = time_local_noon("Pacific/Apia", day);
	ok(noon > at("2011-12-28T22:00:00Z") &&
	    noon < at("2012-01-01T22:00:00Z"),
	    "the noon that never was is near");
}

static void
test_clocks(void)
{
	int64_t wall = time_now(), start = time_monotonic();

	ok(wall > at("2025-01-01T00:00:00Z"), "the wall clock is set");
	usleep(2000);
	ok(time_monotonic() - start >= 2000, "the monotonic clock runs");
	ok(time_monotonic() - start < 60 * USEC_PER_SEC, "in microseconds");
}

/* tzset(3) looks for zones where TZDIR says, and so must the check. */
static void
test_zone_dir(void)
{
	char deep[4096] = "";

	setenv("TZDIR", "/nonexistent", 1);
	ok(!time_zone_valid("Africa/Cairo"), "no zones where TZDIR has none");
	setenv("TZDIR", "/etc", 1);
	ok(!time_zone_valid("passwd"), "a file of another kind is no zone");
	memset(deep, '/', sizeof(deep) - 1);
	setenv("TZDIR", deep, 1);
	ok(!time_zone_valid("Africa/Cairo"), "nor in one too deep to name");
	setenv("TZDIR", "", 1);
	ok(time_zone_valid("Africa/Cairo"), "an empty TZDIR is none");
	unsetenv("TZDIR");
}

int
main(void)
{
	test_parse();
	test_parse_day();
	test_format();
	test_zone_names();
	test_local_day();
	test_local_day_kept();
	test_local_noon();
	test_clocks();
	test_zone_dir();
	return done_testing();
}
