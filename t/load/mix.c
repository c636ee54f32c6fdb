/* What load does with -m: an evening of Ramadan, by its usual shares. */
#include "t/load/mix.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "t/load/load.h"

enum { LINE_MAX_MIX = 512, USEC = 1000000 };

static FILE *groups;
static pthread_mutex_t groups_lock = PTHREAD_MUTEX_INITIALIZER;
static bool with_logins;
static double pause_mean;	/* microseconds between two requests; 0: no rate */
static pthread_mutex_t arrival_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t next_arrival;

bool
mix_open(const char *path, double rate, bool logins)
{
	with_logins = logins;
	pause_mean = rate > 0 ? USEC / rate : 0;
	next_arrival = now();
	groups = fopen(path, "r");
	return groups != NULL;
}

/* The group that a client reads in, and what is left there to read. */
struct place {
	long khatma;
	char line[LINE_MAX_MIX];
	char *rest;
};

/* The next group that nobody has joined yet. False: there is none. */
static bool
next_group(struct place *p)
{
	bool got;

	pthread_mutex_lock(&groups_lock);
	got = fgets(p->line, sizeof(p->line), groups) != NULL;
	pthread_mutex_unlock(&groups_lock);
	p->khatma = got ? strtol(p->line, &p->rest, 10) : 0;
	return got;
}

static void
sleep_until(int64_t when)
{
	int64_t left = when - now();
	struct timespec t = { left / USEC, left % USEC * 1000 };

	if (left > 0)
		nanosleep(&t, NULL);
}

/*
 * Without a rate a client asks when it was answered, or as late as it is told.
 * With a rate requests come at their times whatever became of those before, each
 * to the next client that has nothing to wait for; where there is none, what it
 * comes later is counted as waiting.
 */
static int64_t
next_time(struct client *c)
{
	double share = (rand_r(&c->seed) + 1.0) / (RAND_MAX + 1.0);
	int64_t when;

	if (pause_mean <= 0)
		return now() + client_retry_after(c) * USEC;
	pthread_mutex_lock(&arrival_lock);
	when = next_arrival;
	next_arrival -= (int64_t)(log(share) * pause_mean);
	pthread_mutex_unlock(&arrival_lock);
	return when;
}

static bool
send_once(struct client *c, const struct act *a, int64_t start)
{
	client_send(c, a, NULL);
	load_write(c, a, start, c->status == 0 || c->status >= 500 ?
	    client_retry_after(c) > 0 ? "shed" : "failed" :
	    c->status < 300 ? "ok" : "refused");
	return c->status > 0 && c->status < 300;
}

static void
get(struct client *c, const char *name, const char *path, int64_t start)
{
	struct act a = { .name = name, .method = "GET" };

	snprintf(a.path, sizeof(a.path), "%s", path);
	send_once(c, &a, start);
}

static void
look_at_board(struct client *c, const struct place *p, int64_t start)
{
	char path[64];

	snprintf(path, sizeof(path), "khatmas/%ld/", p->khatma);
	get(c, "board", path, start);
}

static void
join(struct client *c, struct place *p, int64_t start)
{
	struct act a = { .name = "join", .method = "POST" };

	if (!next_group(p))
		return;
	a.khatma = p->khatma;
	snprintf(a.path, sizeof(a.path), "khatmas/%ld/join/", p->khatma);
	if (!send_once(c, &a, start))
		*p->rest = '\0';
}

/* Reads the next chapter; joins a group when there is none left. */
static void
read_on(struct client *c, struct place *p, int64_t start)
{
	struct act a = { .name = "read", .method = "POST",
	    .khatma = p->khatma };
	char *end = p->rest;

	if (p->rest)
		a.chapter = strtol(p->rest, &end, 10);
	if (end == p->rest) {
		join(c, p, start);
		return;
	}
	p->rest = end;
	snprintf(a.path, sizeof(a.path), "khatmas/%ld/sessions/", p->khatma);
	snprintf(a.body, sizeof(a.body), "{\"chapter_assigned\": %ld}",
	    a.chapter);
	send_once(c, &a, start);
}

static void
log_in(struct client *c, int64_t start)
{
	struct act a = { .name = "login", .method = "POST",
	    .path = "login/" };

	snprintf(a.body, sizeof(a.body), "{\"email\": "
	    "\"reader-%ld@example.com\", \"password\": \"read-and-rise\"}",
	    c->user);
	send_once(c, &a, start);
}

/* One request, by the shares of an evening. */
static void
do_something(struct client *c, struct place *p, int64_t start)
{
	int dice = rand_r(&c->seed) % 100;

	if (dice < 5)
		join(c, p, start);
	else if (dice < 25)
		read_on(c, p, start);
	else if (dice < 35)
		get(c, "notices", "notifications/", start);
	else if (dice < 40 && with_logins)
		log_in(c, start);
	else if (dice < 70 && p->khatma > 0)
		look_at_board(c, p, start);
	else
		get(c, "dashboard", "dashboard/", start);
}

void *
mix_run(void *arg)
{
	struct client *c = arg;
	struct place p = { .khatma = 0 };
	int64_t when = next_time(c);

	while (load_goes_on()) {
		sleep_until(when);
		if (!load_goes_on())
			break;
		do_something(c, &p, when);
		when = next_time(c);
	}
	return NULL;
}
