#include "common/base64.h"

#include <string.h>

#define ALNUM \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

const char base64_letters[] = ALNUM "+/";
const char base64_url_letters[] = ALNUM "-_";

void
base64_write(const char *letters, const unsigned char *p, size_t n, char *out)
{
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | p[i]) & 0xffff;
		for (bits += 8; bits >= 6; bits -= 6)
			*out++ = letters[held >> (bits - 6) & 63];
	}
	if (bits > 0)
		*out++ = letters[held << (6 - bits) & 63];
	*out = '\0';
}

bool
base64_read(const char *letters, const char **s, unsigned char *out,
    size_t min, size_t max, size_t *n)
{
	unsigned bits = 0, held = 0;
	const char *digit;

	for (*n = 0; **s != '\0'; (*s)++) {
		digit = strchr(letters, **s);
		if (digit == NULL)
			break;
		held = (held << 6 | (unsigned)(digit - letters)) & 0xfff;
		bits += 6;
		if (bits < 8)
			continue;
		if (*n == max)
			return false;
		bits -= 8;
		out[(*n)++] = (unsigned char)(held >> bits & 0xff);
	}
	return *n >= min && bits < 6 && (held & ((1U << bits) - 1)) == 0;
}
