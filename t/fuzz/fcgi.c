#include "t/fuzz/fcgi.h"

#include <string.h>

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6, STDERR = 7,
	VALUES_RESULT = 10, UNKNOWN = 11, HEADER = 8 };

static void
record(struct buf *out, char type, const char *from, size_t n,
    unsigned char pad)
{
	const char header[HEADER] = { 1, type, 0, 1, (char)(n >> 8), (char)n,
	    (char)pad, 0 };
	static const char zeros[256];

	buf_add(out, header, sizeof(header));
	buf_add(out, from, n);
	buf_add(out, zeros, pad);
}

/* A stream is its parts and an empty one. */
static void
stream(struct buf *out, char type, const char *from, size_t n, size_t part,
    unsigned char pad)
{
	for (; n > 0; from += part, n -= part) {
		if (part > n)
			part = n;
		record(out, type, from, part, pad);
	}
	record(out, type, "", 0, 0);
}

static void
length(struct buf *out, size_t n)
{
	if (n > 127) {
		buf_char(out, (char)(n >> 24 | 0x80));
		buf_char(out, (char)(n >> 16));
		buf_char(out, (char)(n >> 8));
	}
	buf_char(out, (char)n);
}

void
fcgi_request(struct buf *out, const struct given *g, size_t part,
    unsigned char pad)
{
	static const char begin[] = { 0, 1, 0, 0, 0, 0, 0, 0 };
	struct buf params = { .max = 1 << 20 };

	for (size_t i = 0; i < g->nvariables; i++) {
		const char *name = g->variable[i].name;
		const char *value = g->variable[i].value;

		length(&params, strlen(name));
		length(&params, strlen(value));
		buf_str(&params, name);
		buf_str(&params, value);
	}
	record(out, BEGIN, begin, sizeof(begin), 0);
	stream(out, PARAMS, params.data ? params.data : "", params.len, part,
	    pad);
	stream(out, STDIN, g->body, g->body_len, part, pad);
	buf_free(&params);
}

void
fcgi_answer(const char *from, size_t n, struct buf *out, bool *ended)
{
	*ended = false;
	while (n > 0) {
		const unsigned char *h = (const unsigned char *)from;
		size_t content, whole;

		PROMISE(n >= HEADER && h[0] == 1, "a record without a header");
		content = (size_t)h[4] << 8 | h[5];
		whole = HEADER + content + h[6];
		PROMISE(whole <= n, "a record is cut");
		PROMISE(h[1] == END || h[1] == STDOUT || h[1] == STDERR ||
		    h[1] == VALUES_RESULT || h[1] == UNKNOWN,
		    "a record of type %d", h[1]);
		if (h[1] == STDOUT)
			buf_add(out, from + HEADER, content);
		*ended |= h[1] == END;
		from += whole;
		n -= whole;
	}
}
