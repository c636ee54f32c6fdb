#include "common/words.h"

#include <ctype.h>
#include <stdlib.h>
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
	for (int i = 0; i < LANG_COUNT; i++) {
		if (strcasecmp(tag, tags[i]) == 0) {
			*l = (enum lang)i;
			return true;
		}
	}
	return false;
}

/* The weight of a range in thousandths: "ar-EG;q=0.8" is 800. */
static int
weight(const char *range, size_t n)
{
	const char *q = memmem(range, n, "q=", 2);

	if (q == NULL)
		return 1000;
	return (int)(strtod(q + 2, NULL) * 1000.0);
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
