/*
 * Unit tests that speak TAP (https://testanything.org): call ok(), is_int()
 * and is_str() as often as needed, then return done_testing() from main. The
 * name of a test is a printf format and its values.
 */
#ifndef KHATMA_TAP_H
#define KHATMA_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

/* Whether good, with the line of the test where not. */
#define ok(good, ...)						\
	tap_ok((good), __FILE__, __LINE__, __VA_ARGS__)

/* Whether two integers are equal, with both where not. */
#define is_int(got, want, ...)					\
	tap_is_int((got), (want), __FILE__, __LINE__, __VA_ARGS__)

/* Whether two strings are equal, with both where not. NULL is allowed. */
#define is_str(got, want, ...)					\
	tap_is_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 4, 0))) static bool
tap_line(bool good, const char *file, int line, const char *fmt, va_list ap)
{
	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	vprintf(fmt, ap);
	printf("\n");
	if (!good) {
		tap_failed++;
		printf("# failed at %s:%d\n", file, line);
	}
	/* So that a crash later does not take the lines with it. */
	fflush(stdout);
	return good;
}

__attribute__((format(printf, 4, 5), unused)) static bool
tap_ok(bool good, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line(good, file, line, fmt, ap);
	va_end(ap);
	return good;
}

__attribute__((format(printf, 5, 6), unused)) static bool
tap_is_int(long long got, long long want, const char *file, int line,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!tap_line(got == want, file, line, fmt, ap))
		printf("#  got: %lld\n# want: %lld\n", got, want);
	va_end(ap);
	return got == want;
}

__attribute__((format(printf, 5, 6), unused)) static bool
tap_is_str(const char *got, const char *want, const char *file, int line,
    const char *fmt, ...)
{
	bool same = got == NULL || want == NULL ? got == want :
	    strcmp(got, want) == 0;
	va_list ap;

	va_start(ap, fmt);
	if (!tap_line(same, file, line, fmt, ap))
		printf("#  got: %s\n# want: %s\n", got != NULL ? got : "NULL",
		    want != NULL ? want : "NULL");
	va_end(ap);
	return same;
}

/* The plan, and the exit status of the program. */
static int
done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
