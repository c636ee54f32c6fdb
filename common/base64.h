/*
 * Base64 without padding, RFC 4648: the letters of section 4 or of section 5.
 */
#ifndef KHATMA_BASE64_H
#define KHATMA_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* Which 64 letters; the second are those for URLs, "-" and "_" the last. */
extern const char base64_letters[], base64_url_letters[];

/* The bytes of a text of n bytes, with its NUL. */
#define BASE64_SIZE(n)	(((n) * 4 + 2) / 3 + 1)

/* Write n bytes as a text; out has room for BASE64_SIZE(n). */
void base64_write(const char *letters, const unsigned char *p, size_t n,
    char *out);

/*
 * Read a text up to the first character that is no letter, and step over it;
 * *n is how many bytes it was. False when these are not min to max, or when it
 * is not the one way to write them.
 */
bool base64_read(const char *letters, const char **s, unsigned char *out,
    size_t min, size_t max, size_t *n);

#endif
