/*
 * What makes a field's text right beyond its length; for struct field's check.
 */
#ifndef KHATMA_CHECK_H
#define KHATMA_CHECK_H

#include "common/field.h"

/*
 * MSG_NONE or MSG_EMAIL: the rule of HTML's input type=email, with a dot in
 * the domain and at most 64 characters before the @ (RFC 5321 section 4.5.3).
 */
enum field_msg check_email(const char *s);

/* MSG_NONE or MSG_PHONE: 3 to 32 of digits, blanks and + - ( ), 3 digits. */
enum field_msg check_phone(const char *s);

/* MSG_NONE or MSG_TIMEZONE, see time_zone_valid(). */
enum field_msg check_zone(const char *s);

/* MSG_NONE, MSG_PASSWORD_DIGITS or MSG_PASSWORD_COMMON. */
enum field_msg check_password(const char *s);

#endif
