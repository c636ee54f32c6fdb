#include "common/check.h"

#include <ctype.h>
#include <string.h>

#include "common/passwd.h"
#include "common/time.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	"0123456789"

enum { LOCAL_MAX = 64, LABEL_MAX = 63, PHONE_DIGITS_MIN = 3 };

/* One label of a domain name: letters, digits, inner hyphens. */
static bool
is_label(const char *s, size_t n)
{
	return n > 0 && n <= LABEL_MAX && s[0] != '-' && s[n - 1] != '-' &&
	    strspn(s, LETTERS DIGITS "-") >= n;
}

static bool
is_domain(const char *s)
{
	int labels = 0;
	size_t n;

	for (;; s += n + 1) {
		n = strcspn(s, ".");
		if (!is_label(s, n))
			return false;
		labels++;
		if (s[n] == '\0')
			return labels > 1;
	}
}

enum field_msg
check_email(const char *s)
{
	size_t local = strspn(s, LETTERS DIGITS ".!#$%&'*+/=?^_`{|}~-");

	if (local == 0 || local > LOCAL_MAX || s[local] != '@')
		return MSG_EMAIL;
	return is_domain(s + local + 1) ? MSG_NONE : MSG_EMAIL;
}

enum field_msg
check_phone(const char *s)
{
	int digits = 0;

	for (const char *c = s; *c; c++)
		digits += isdigit((unsigned char)*c) != 0;
	if (s[strspn(s, DIGITS " +-()")] != '\0' || digits < PHONE_DIGITS_MIN)
		return MSG_PHONE;
	return MSG_NONE;
}

enum field_msg
check_zone(const char *s)
{
	return time_zone_valid(s) ? MSG_NONE : MSG_TIMEZONE;
}

enum field_msg
check_password(const char *s)
{
	if (s[strspn(s, DIGITS)] == '\0')
		return MSG_PASSWORD_DIGITS;
	return passwd_common(s) ? MSG_PASSWORD_COMMON : MSG_NONE;
}
