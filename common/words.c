#include "common/words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/buf.h"

static const char *const tags[LANG_COUNT] = {
	[LANG_EN] = "en", [LANG_AR] = "ar",
};

const char *
lang_tag(enum lang l)
{
	return tags[l];
}

bool
lang_read(const char *tag, enum lang *l)
{
	if (tag == NULL)
		return false;
	for (int i = 0; i < LANG_COUNT; i++) {
		if (strcasecmp(tag, tags[i]) == 0) {
			*l = (enum lang)i;
			return true;
		}
	}
	return false;
}

/*
 * The weight of a range in thousandths, RFC 9110 section 12.4.2: "ar-EG;q=0.8"
 * is 800, one without a weight 1000, one that is not well-formed 0.
 */
static int
weight(const char *range, size_t n)
{
	const char *end = range + n, *s = memchr(range, ';', n);
	int value, unit = 100;

	if (s == NULL)
		return 1000;
	while (end[-1] == ' ' || end[-1] == '\t')
		end--;
	for (s++; s < end && (*s == ' ' || *s == '\t'); s++)
		continue;
	if (end - s < 3 || (*s != 'q' && *s != 'Q') || s[1] != '=' ||
	    (s[2] != '0' && s[2] != '1'))
		return 0;
	value = (s[2] - '0') * 1000;
	if (end - s > 3 && s[3] != '.')
		return 0;
	for (s += 4; s < end && isdigit((unsigned char)*s) && unit > 0; s++) {
		value += (*s - '0') * unit;
		unit /= 10;
	}
	return s < end || value > 1000 ? 0 : value;
}

enum lang
lang_accepted(const char *header)
{
	enum lang best = LANG_EN, l;
	int best_weight = 0, w;
	char tag[3] = "";

	for (const char *s = header; s && *s; s += *s == ',') {
		size_t n;

		s += strspn(s, " \t");
		n = strcspn(s, ",");
		if (n >= 2 && !isalpha((unsigned char)s[2])) {
			memcpy(tag, s, 2);
			w = weight(s, n);
			if (lang_read(tag, &l) && w > best_weight) {
				best = l;
				best_weight = w;
			}
		}
		s += n;
	}
	return best;
}

void
words_fill(struct buf *out, const char *sentence, const char *const values[])
{
	size_t count = 0;

	while (values[count])
		count++;
	while (*sentence) {
		size_t n = strcspn(sentence, "{");
		size_t i;

		buf_add(out, sentence, n);
		sentence += n;
		if (*sentence == '\0')
			break;
		if (!isdigit((unsigned char)sentence[1]) ||
		    sentence[2] != '}') {
			buf_char(out, *sentence++);
			continue;
		}
		i = (size_t)(sentence[1] - '0');
		if (i < count)
			buf_str(out, values[i]);
		sentence += 3;
	}
}
