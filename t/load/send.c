/* How load speaks to the service. */
#include "t/load/load.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PLACES_MAX = 16, ANSWER_MAX = 1 << 20, REQUEST_SECONDS = 20,
	USEC = 1000000 };

static struct {
	const char *where;
	bool is_socket;
} place[PLACES_MAX];
static int places;

int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * USEC + t.tv_nsec / 1000;
}

void
client_add_place(const char *where, bool is_socket)
{
	if (places == PLACES_MAX)
		return;
	place[places].where = where;
	place[places++].is_socket = is_socket;
}

bool
client_has_place(void)
{
	return places > 0;
}

static void
take_place(struct client *c, int n)
{
	c->place = n % places;
	curl_easy_setopt(c->curl, CURLOPT_UNIX_SOCKET_PATH,
	    place[c->place].is_socket ? place[c->place].where : NULL);
}

static size_t
keep_answer(char *bytes, size_t size, size_t n, void *arg)
{
	struct client *c = arg;

	(void)size;
	if (c->length + n >= ANSWER_MAX)
		return 0;
	memcpy(c->answer + c->length, bytes, n);
	c->length += n;
	c->answer[c->length] = '\0';
	return n;
}

long
client_number(const struct client *c, const char *name)
{
	const char *p = strstr(c->answer, name);

	return p ? strtol(p + strlen(name), NULL, 10) : 0;
}

static void
keep_code(struct client *c, CURLcode failure)
{
	const char *p = strstr(c->answer, "\"code\":\"");

	c->code[0] = '\0';
	if (c->status == 0)
		snprintf(c->code, sizeof(c->code), "%s",
		    curl_easy_strerror(failure));
	else if (p)
		sscanf(p + strlen("\"code\":\""), "%63[a-z_]", c->code);
}

void
client_send(struct client *c, const struct act *a, const char *key)
{
	char url[512], line[4096];
	struct curl_slist *headers = NULL;
	CURLcode failure;

	snprintf(url, sizeof(url), "%s/api/%s", place[c->place].is_socket ?
	    "http://localhost" : place[c->place].where, a->path);
	snprintf(line, sizeof(line), "Authorization: Bearer %s", c->token);
	headers = curl_slist_append(headers, line);
	headers = curl_slist_append(headers, "Content-Type: application/json");
	if (key) {
		snprintf(line, sizeof(line), "Idempotency-Key: \"%s\"", key);
		headers = curl_slist_append(headers, line);
	}
	curl_easy_setopt(c->curl, CURLOPT_URL, url);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, a->method);
	curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	if (a->body[0])
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, a->body);
	c->length = 0;
	c->answer[0] = '\0';
	c->status = 0;
	failure = curl_easy_perform(c->curl);
	if (failure == CURLE_OK)
		curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->status);
	keep_code(c, failure);
	curl_slist_free_all(headers);
}

long
client_retry_after(const struct client *c)
{
	curl_off_t wait = 0;

	if (c->status != 503 && c->status != 429)
		return 0;
	curl_easy_getinfo(c->curl, CURLINFO_RETRY_AFTER, &wait);
	return (long)wait;
}

bool
client_no_answer(const struct client *c)
{
	return c->status == 0 || c->status >= 500 || c->status == 409;
}

bool
client_not_done(const struct client *c)
{
	return strcmp(c->code, "database_unavailable") == 0 ||
	    strcmp(c->code, "service_unavailable") == 0 ||
	    strcmp(c->code, "request_in_progress") == 0 ||
	    (c->status == 0 &&
	    strcmp(c->code, curl_easy_strerror(CURLE_COULDNT_CONNECT)) == 0);
}

bool
client_start(struct client *c, int n, const char *line)
{
	int end = 0;

	if (sscanf(line, "%ld %n", &c->user, &end) != 1 || end == 0)
		return false;
	c->seed = (unsigned)c->user * 2654435761U + (unsigned)n;
	c->token = strdup(line + end);
	c->answer = malloc(ANSWER_MAX);
	c->curl = curl_easy_init();
	if (c->token == NULL || c->answer == NULL || c->curl == NULL)
		return false;
	c->token[strcspn(c->token, "\r\n")] = '\0';
	curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, (long)REQUEST_SECONDS);
	curl_easy_setopt(c->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, keep_answer);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
	take_place(c, n);
	return true;
}

void
client_move(struct client *c)
{
	take_place(c, c->place + 1);
}

void
client_finish(struct client *c)
{
	curl_easy_cleanup(c->curl);
	free(c->answer);
	free(c->token);
}
