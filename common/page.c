#include "common/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/conf.h"
#include "common/query.h"
#include "common/req.h"

/* A link holds what nginx takes of a request line, 8 KiB, and more. */
enum { PAGE_NUMBER_MAX = 1000000, URL_MAX = 9216 };

struct page_input {
	int64_t number;
	int64_t size;
};

static const struct field fields[] = {
	{ .name = "page", .type = FIELD_INT, .min = 1, .max = PAGE_NUMBER_MAX,
	    .offset = offsetof(struct page_input, number) },
	{ .name = "page_size", .type = FIELD_INT, .min = 1,
	    .max = PAGE_SIZE_MAX, .offset = offsetof(struct page_input, size) },
};

/* FNV-1a: a text, with its end, into a number. */
static uint32_t
mix(uint32_t hash, const char *s)
{
	do
		hash = (hash ^ (unsigned char)*s) * UINT32_C(16777619);
	while (*s++);
	return hash;
}

/*
 * Its route and the parameters that say what is in it and in which order, so
 * that a place is not taken for one of another list.
 */
static uint32_t
list_number(const struct req *r, const struct field *table, size_t n)
{
	uint32_t hash = mix(UINT32_C(2166136261), r->route);
	const char *value;
	char id[24];

	snprintf(id, sizeof(id), "%" PRId64, r->number[0]);
	hash = mix(hash, id);
	for (size_t i = 0; i < n; i++) {
		value = query_get(r->query, table[i].name);
		if (value && *value)
			hash = mix(mix(hash, table[i].name), value);
	}
	return hash;
}

enum err
page_read(struct req *r, struct page *page, const struct field *table,
    size_t n, void *input)
{
	struct page_input in = { .number = 1, .size = PAGE_SIZE };
	const char *after = query_get(r->query, "after");
	enum err e = req_params(r, table, n, input);

	*page = (struct page){ .list = list_number(r, table, n) };
	/* with errors of the first among its own */
	if (e != ERR_INTERNAL)
		e = req_params(r, fields, COUNT_OF(fields), &in);
	if (e != ERR_INTERNAL && after &&
	    !cursor_read(r->arena, page->list, after, &page->part.after))
		e = req_wrong(r, "after", MSG_CURSOR);
	page->envelope = r->conf->lists_envelope || after ||
	    query_get(r->query, "page") || query_get(r->query, "page_size");
	page->number = in.number;
	page->part.limit = page->envelope ? in.size : PAGE_SIZE_MAX;
	page->part.offset = (page->number - 1) * page->part.limit;
	return e;
}

/*
 * The address of another page of the same list, with its other parameters, and
 * the place behind which it begins, unless NULL.
 */
static const char *
page_url(struct req *r, const struct page *page, int64_t number,
    const struct cursor *after)
{
	char bytes[URL_MAX];
	struct buf url = buf_over(bytes, sizeof(bytes));
	const char *place = after ? cursor_write(r->arena, page->list, after) :
	    NULL;

	if (after && place == NULL)
		return NULL;
	buf_str(&url, r->base_url);
	buf_str(&url, "/api/");
	buf_path(&url, r->route, r->number[0]);
	buf_str(&url, "/?page=");
	buf_int(&url, number);
	buf_str(&url, "&page_size=");
	buf_int(&url, page->part.limit);
	if (place) {
		buf_str(&url, "&after=");
		buf_str(&url, place);
	}
	for (const struct query *q = r->query; q; q = q->next) {
		if (strcmp(q->name, "page") == 0 ||
		    strcmp(q->name, "page_size") == 0 ||
		    strcmp(q->name, "after") == 0)
			continue;
		buf_char(&url, '&');
		query_encode(&url, q->name);
		buf_char(&url, '=');
		query_encode(&url, q->value);
	}
	return url.failed ? NULL : arena_strdup(r->arena, bytes);
}

static void
headers(struct req *r, int64_t total, const char *next)
{
	struct buf *h = &r->reply.headers;

	reply_number(r, "X-Total-Count", total);
	if (next == NULL)
		return;
	buf_str(h, "Link: <");
	buf_str(h, next);
	buf_str(h, ">; rel=\"next\"\r\n");
}

enum err
page_start(struct req *r, const struct page *page, int64_t total,
    const struct cursor *last, struct json **j)
{
	const struct part *part = &page->part;
	const char *next = NULL, *previous = NULL;

	if (page->number > 1 && part->offset >= total && part->after.id == 0)
		return ERR_PAGE_NOT_FOUND;
	if (part->offset + part->limit < total)
		next = page_url(r, page, page->number + 1, last);
	if (page->number > 1)
		previous = page_url(r, page, page->number - 1, NULL);
	*j = reply_json(r, 200);
	headers(r, total, next);
	if (page->envelope) {
		json_open(*j, NULL, '{');
		json_int(*j, "count", total);
		json_text(*j, "next", next);
		json_text(*j, "previous", previous);
	}
	json_open(*j, page->envelope ? "results" : NULL, '[');
	return OK;
}

enum err
page_end(struct req *r, const struct page *page)
{
	struct json *j = &r->reply.json;

	json_close(j);
	if (page->envelope)
		json_close(j);
	return OK;
}
