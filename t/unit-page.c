#include "common/page.h"

#include <stdlib.h>

#include "t/fake.h"
#include "t/tap.h"

/* A service with a list of so many numbers, 1 to total. */

static int64_t total;

static enum err
list(struct req *r)
{
	struct page page;
	struct json *j;
	enum err e = page_read(r, &page, NULL, 0, NULL);

	if (e == OK)
		e = page_start(r, &page, total, NULL, &j);
	if (e != OK)
		return e;
	for (int64_t i = page.part.offset + 1; i <= total &&
	    i <= page.part.offset + page.part.limit; i++)
		json_int(j, NULL, i);
	return page_end(r, &page);
}

/* The same, but it goes on from the last number of the page before. */

static const char *const sorts[] = { "up", "upwards", NULL };

static const struct field sort[] = {
	{ .name = "sort", .type = FIELD_CHOICE, .choices = sorts },
};

static enum err
follow(struct req *r)
{
	struct cursor last = { 0 };
	struct page page;
	struct json *j;
	int which = 0;
	int64_t first;
	enum err e = page_read(r, &page, sort, COUNT_OF(sort), &which);

	if (e != OK)
		return e;
	first = page.part.after.id + part_skip(&page.part) + 1;
	last.id = first + page.part.limit - 1;
	if (last.id > total)
		last.id = total;
	e = page_start(r, &page, part_total(&page.part, total < first ? 0 :
	    total - first + 1 + part_skip(&page.part)), &last, &j);
	if (e != OK)
		return e;
	for (int64_t i = first; i <= last.id; i++)
		json_int(j, NULL, i);
	return page_end(r, &page);
}

static const struct route routes[] = {
	{ GET, "list", list, ROUTE_OPEN, 0 },
	{ GET, "things/#/list", list, ROUTE_OPEN, 0 },
	{ GET, "follow", follow, ROUTE_OPEN, 0 },
	{ GET, "things/#/follow", follow, ROUTE_OPEN, 0 },
};

static const struct service service = {
	.name = "fake", .routes = routes, .nroutes = COUNT_OF(routes),
};

#define HOST	"127.0.0.1:8087"
#define ASK(...) \
	ask(&service, &(struct ask){ .host = HOST, __VA_ARGS__ })

/* The list of n with this query. */
static void
get(int64_t n, const char *query)
{
	total = n;
	ASK(.path = "/api/list/", .query = query);
}

static bool
begins(const char *want)
{
	bool good = strncmp(fake_body(), want, strlen(want)) == 0;

	if (!good)
		printf("# got: %.300s\n", fake_body());
	return good;
}

static bool
ends(const char *want)
{
	size_t n = strlen(fake_body()), m = strlen(want);

	return n >= m && strcmp(fake_body() + n - m, want) == 0;
}

static void
test_arrays(void)
{
	get(0, NULL);
	is_str(fake_body(), "[]", "a list of nothing");
	ok(has("\r\nX-Total-Count: 0\r\n") && !has("\r\nLink:"), "says so");
	get(3, NULL);
	is_str(fake_body(), "[1,2,3]", "a list is a bare array");
	ok(has("\r\nX-Total-Count: 3\r\n") && !has("\r\nLink:"),
	    "with its length in a header");
	get(100, NULL);
	ok(begins("[1,2,") && ends(",99,100]"), "a hundred are all there");
	ok(!has("\r\nLink:"), "and none is left");
	get(101, NULL);
	ok(ends(",99,100]"), "of 101 a hundred are there");
	ok(has("\r\nX-Total-Count: 101\r\n"), "the header counts them all");
	ok(has("\r\nLink: <http://" HOST "/api/list/?page=2&page_size=100>; "
	    "rel=\"next\"\r\n"), "and a link leads to the rest");
}

static void
test_pages(void)
{
	get(45, "page=1");
	ok(begins("{\"count\":45,\"next\":\"http://" HOST "/api/list/?page=2&"
	    "page_size=20\",\"previous\":null,\"results\":[1,2,"),
	    "the first page");
	ok(ends(",19,20]}"), "has twenty items");
	ok(has("\r\nX-Total-Count: 45\r\n") && has("\r\nLink: <http://" HOST
	    "/api/list/?page=2&page_size=20>; rel=\"next\"\r\n"),
	    "and the headers of any list");
	get(45, "page=2");
	ok(begins("{\"count\":45,\"next\":\"http://" HOST "/api/list/?page=3&"
	    "page_size=20\",\"previous\":\"http://" HOST "/api/list/?page=1&"
	    "page_size=20\",\"results\":[21,") && ends(",40]}"), "the second");
	get(45, "page=3");
	ok(begins("{\"count\":45,\"next\":null,\"previous\":\"http://" HOST
	    "/api/list/?page=2&page_size=20\",\"results\":[41,") &&
	    ends(",45]}") && !has("\r\nLink:"), "the last");
	get(40, "page=2");
	ok(begins("{\"count\":40,\"next\":null,"), "a last page that is full");
	get(45, "page_size=7");
	ok(begins("{\"count\":45,\"next\":\"http://" HOST "/api/list/?page=2&"
	    "page_size=7\",\"previous\":null,\"results\":[1,") &&
	    ends(",7]}"), "a size is enough to get pages");
	get(45, "page_size=100");
	ok(begins("{\"count\":45,\"next\":null,\"previous\":null,"),
	    "the largest size");
	get(45, "page_size=1&page=45");
	ok(ends("\"results\":[45]}"), "the smallest");
	get(0, "page=1");
	is_str(fake_body(), "{\"count\":0,\"next\":null,\"previous\":null,"
	    "\"results\":[]}", "the first page is there even when it is empty");
}

static void
test_bad(void)
{
	static const char *const bad[] = {
		"page=0", "page=-1", "page=x", "page=", "page=1.5",
		"page=1000001", "page_size=0", "page_size=101",
		"page_size=-1", "page_size=x", "page=99999999999999999999",
	};
	static const char *const behind[] = {
		"page=4", "page=1000000", "page=1000000&page_size=100",
		"page=46&page_size=1",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		get(45, bad[i]);
		ok(fake_req.reply.status == 400 &&
		    has("\"code\":\"validation_error\",\"errors\":{\"page"),
		    "not %s", bad[i]);
	}
	get(45, "page=0&page_size=0");
	ok(has("\"page\":[\"Must be a whole number from 1 to 1000000.\"],"
	    "\"page_size\":[\"Must be a whole number from 1 to 100.\"]"),
	    "both are named at once");
	for (size_t i = 0; i < COUNT_OF(behind); i++) {
		get(45, behind[i]);
		ok(fake_req.reply.status == 404 &&
		    has("\"code\":\"page_not_found\""), "%s is not there",
		    behind[i]);
	}
	get(0, "page=2");
	is_int(fake_req.reply.status, 404, "an empty list has no second page");
}

static void
test_links(void)
{
	get(101, "filter=mine&q=%D9%85+%26x&empty=");
	ok(has("\r\nLink: <http://" HOST "/api/list/?page=2&page_size=100"
	    "&filter=mine&q=%D9%85%20%26x&empty=>; rel=\"next\"\r\n"),
	    "a link has the other parameters, encoded anew");
	total = 101;
	ASK(.path = "/api/things/12/list");
	ok(has("\r\nLink: <http://" HOST "/api/things/12/list/?page=2&"), "and "
	    "the numbers of the path");
	ASK(.path = "//api//things/12//list//");
	ok(has("\r\nLink: <http://" HOST "/api/things/12/list/?page=2&"),
	    "in its plain form");
	ask(&service, &(struct ask){ .path = "/api/list", .scheme = "https",
	    .host = "khatma.example:443" });
	ok(has("\r\nLink: <https://khatma.example/api/list/?"),
	    "https, without the port that it has anyway");
	ask(&service, &(struct ask){ .path = "/api/list",
	    .host = "khatma.example:80" });
	ok(has("\r\nLink: <http://khatma.example/api/list/?"), "nor http");
	ask(&service, &(struct ask){ .path = "/api/list", .host = "a" });
	ok(has("\r\nLink: <http://a/api/list/?"), "a host of one letter");
	ask(&service, &(struct ask){ .path = "/api/list",
	    .host = "khatma.example:" });
	ok(has("\r\nLink: <http://khatma.example/api/list/?"),
	    "an empty port is left out");
	ask(&service, &(struct ask){ .path = "/api/list", .host = "[::1]:80" });
	ok(has("\r\nLink: <http://[::1]/api/list/?"), "an address of IPv6");
	ask(&service, &(struct ask){ .path = "/api/list" });
	ok(has("\r\nLink: </api/list/?"), "without a host the path alone");
	ask(&service, &(struct ask){ .path = "/api/list",
	    .host = "evil.example>\r\nX-Evil: 1" });
	ok(has("\r\nLink: </api/list/?") && !has("X-Evil"),
	    "a host that is none is not repeated");
	strcpy(fake_conf.public_url, "https://public.example");
	get(101, NULL);
	ok(has("\r\nLink: <https://public.example/api/list/?"),
	    "the setting goes before what the client called");
	fake_conf.public_url[0] = '\0';
}

static void
test_envelope(void)
{
	fake_conf.lists_envelope = true;
	get(45, NULL);
	ok(begins("{\"count\":45,\"next\":\"http://" HOST "/api/list/?page=2&"
	    "page_size=20\",\"previous\":null,\"results\":[1,") &&
	    ends(",20]}"), "with KHATMA_LISTS=envelope every list has pages");
	get(0, NULL);
	is_str(fake_body(), "{\"count\":0,\"next\":null,\"previous\":null,"
	    "\"results\":[]}", "an empty one too");
	get(45, "page_size=50");
	ok(begins("{\"count\":45,\"next\":null,\"previous\":null,"),
	    "of the size that is asked for");
	fake_conf.lists_envelope = false;
}

/* The query of the link to the next page; "" when there is none. */
static const char *
next_query(void)
{
	static char query[512];
	const char *link = strstr(fake_body(), "\"next\":\"");

	query[0] = '\0';
	link = link ? strchr(link, '?') : NULL;
	if (link)
		snprintf(query, sizeof(query), "%.*s",
		    (int)strcspn(link + 1, "\""), link + 1);
	return query;
}

static void
go(const char *path, int64_t n, const char *query)
{
	total = n;
	ASK(.path = path, .query = query);
}

static void
test_following(void)
{
	char second[512], after[512];
	const char *to = "/api/follow/";

	go(to, 45, "page_size=20");
	ok(begins("{\"count\":45,\"next\":\"http://" HOST "/api/follow/?page=2"
	    "&page_size=20&after=") && ends(",20]}"),
	    "a link has the place of the last item");
	ok(has("\r\nLink: <http://" HOST "/api/follow/?page=2&page_size=20"
	    "&after="), "that of the header, too");
	snprintf(second, sizeof(second), "%s", next_query());
	snprintf(after, sizeof(after), "%s", strstr(second, "after="));
	is_int((long long)strspn(after + 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_"), 27,
	    "which is short and need not be encoded");
	go(to, 45, second);
	ok(begins("{\"count\":45,\"next\":\"http://" HOST "/api/follow/?page=3"
	    "&page_size=20&after=") && has("\"previous\":\"http://" HOST
	    "/api/follow/?page=1&page_size=20\",\"results\":[21,") &&
	    ends(",40]}"), "it goes on there, and back by number");
	ok(!strstr(strstr(fake_body(), "after=") + 6, "after="),
	    "the next link has a place of its own only");
	go(to, 45, next_query());
	ok(begins("{\"count\":45,\"next\":null,") && ends("[41,42,43,44,45]}") &&
	    !has("\r\nLink:"), "to the end");
	go(to, 20, second);
	ok(begins("{\"count\":20,\"next\":null,\"previous\":\"http://") &&
	    ends("\"results\":[]}"),
	    "what went meanwhile leaves an empty page, not none");
	go(to, 45, after);
	ok(begins("{\"count\":25,\"next\":\"http://" HOST "/api/follow/?page=2"
	    "&page_size=20&after=") && has("\"previous\":null,\"results\":[21,"),
	    "a place alone is a page, too, and the first");
	go(to, 145, NULL);
	ok(has("\r\nLink: <http://" HOST "/api/follow/?page=2&page_size=100"
	    "&after=") && ends(",100]"), "a bare list is followed likewise");
}

/* A place of another list, or none, is refused. */
static void
test_strange_places(void)
{
	static const char *const bad[] = {
		"after=", "after=x", "after=%00", "after=AAAA",
		"after=AAAAAAAAAAAAAAAAAAAAAAAAAAA", "after=-1",
		"after=2026-01-01T00:00:00Z", "after=%D9%85",
	};
	char query[600], place[512];

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		go("/api/follow/", 45, bad[i]);
		ok(fake_req.reply.status == 400, "%s is none", bad[i]);
	}
	go("/api/follow/", 45, "after=x&page=0");
	ok(has("\"code\":\"validation_error\",\"errors\":{\"page\":[") &&
	    has("],\"after\":[\"This is no place in this list: "),
	    "it is named with what else is wrong");
	go("/api/follow/", 45, "sort=up&page_size=20");
	snprintf(query, sizeof(query), "%s", next_query());
	snprintf(place, sizeof(place), "%.33s", strstr(query, "after="));
	ok(strstr(query, "&sort=up"), "the list's own parameter is kept");
	go("/api/follow/", 45, query);
	ok(ends(",40]}"), "a place is good in the list that it is from");
	snprintf(query, sizeof(query), "x=1&sort=up&%s&page_size=7", place);
	go("/api/follow/", 45, query);
	ok(ends("[21,22,23,24,25,26,27]}"),
	    "whatever stands beside it, and in pages of another size");
	snprintf(query, sizeof(query), "sort=upwards&%s", place);
	go("/api/follow/", 45, query);
	is_int(fake_req.reply.status, 400, "not in another order");
	go("/api/follow/", 45, place);
	is_int(fake_req.reply.status, 400, "nor where none is said");
	snprintf(query, sizeof(query), "sort=up&%s", place);
	go("/api/things/12/follow/", 45, query);
	is_int(fake_req.reply.status, 400, "nor on another route");
	go("/api/things/12/follow/", 45, "page=1");
	snprintf(query, sizeof(query), "%s", next_query());
	go("/api/things/12/follow/", 45, query);
	is_int(fake_req.reply.status, 200, "nor in the list");
	go("/api/things/13/follow/", 45, query);
	is_int(fake_req.reply.status, 400, "of another thing");
}

int
main(void)
{
	test_arrays();
	test_pages();
	test_bad();
	test_links();
	test_envelope();
	test_following();
	test_strange_places();
	fake_end();
	return done_testing();
}
