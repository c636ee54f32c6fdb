/*
 * load - readers at work, for drills: what they do, and what they were told.
 *
 *	load -t TOKENS -o LOG [-u URL | -s SOCKET]... [-c CLIENTS] [-d SECONDS]
 *	    [-n REQUESTS] [-r PERCENT] [-b PERCENT] [-w SECONDS] [-k] [-x WORD]
 *	load -m GROUPS [-q] [-a RATE] -t TOKENS -o LOG ...
 *
 * TOKENS has a line "ID TOKEN" for each client's user. Every client makes
 * khatmas and reads in them, joins a group that all share, reads its chapter
 * there and leaves it, and in between asks for what an app shows. It stops
 * after SECONDS or REQUESTS, or at SIGTERM, when its last request is answered.
 *
 *	-u, -s	where the service is; of several, each client takes one in turn
 *		and goes to the next when it is not answered
 *	-c	how many clients (as many as there are tokens)
 *	-r	how many of a hundred requests only read (50; 0 and 100 are good)
 *	-b	and how many are wrong on purpose (0)
 *	-w	for how long a change that had no certain answer is sent again
 *		(30)
 *	-k	changes carry an Idempotency-Key, and are sent again with it until
 *		they are answered. Without one only what surely was not done is
 *		sent again
 *	-x	begins the names of the khatmas (load)
 *	-m	an evening of Ramadan instead: of a hundred requests 30 are for the
 *		dashboard, 30 for the board of a group, 20 write that a chapter
 *		was read, 10 are for notifications, 5 join a group of the file
 *		GROUPS (see mix.h), 5 log in as reader-ID@example.com. Nothing is
 *		sent again, and who is told to come back later does
 *	-q	nobody logs in
 *	-a	so many requests a second, begun by chance and whether or not the
 *		former ones are answered, as long as there are clients that have
 *		nothing to wait for
 *
 * LOG gets a line for each time that something was sent, its columns separated
 * by tabs:
 *
 *	start	when, in microseconds since 1970; with -a, when its time was
 *	took	until the answer or its failure, in microseconds
 *	act	get, bad, create, group, join, read, leave; dashboard, board,
 *		notices, login
 *	status	of the answer; 0: none came
 *	end	ok		done, and told so
 *		refused		an answer that says no (400, 403, 404, 409 ...)
 *		failed		no answer, or 5xx, and it was only a reading
 *		again		the same of a change, which is sent again
 *		unknown		the same, and it is given up: nobody knows
 *		shed		of -m: 503 with Retry-After
 *	user, khatma, chapter, session	their numbers, or 0
 *	words	the path of a get; of create the khatma's name; of an answer
 *		that was not ok its code, or what the transport says
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "t/load/load.h"
#include "t/load/mix.h"

enum {
	CLIENTS_MAX = 1024,
	LOG_BUFFER = 1 << 20,
	OWN_CHAPTERS = 3,	/* that are read of each khatma of one's own */
	PAUSE_USEC = 20000, USEC = 1000000,
};

static int clients, reads = 50, wrong, patience = 30;
static long seconds, requests;
static bool keys, no_logins;
static double rate;
static const char *prefix = "load";
static FILE *log_file;

static struct client client[CLIENTS_MAX];
static atomic_bool stopping;
static atomic_long sent;

/* The khatma that all share, and who made it. */
static atomic_long group, group_creator;
static pthread_mutex_t group_lock = PTHREAD_MUTEX_INITIALIZER;

static void
stop(int signal)
{
	(void)signal;
	stopping = true;
}

bool
load_goes_on(void)
{
	return !stopping && (requests == 0 || sent < requests);
}

void
load_write(const struct client *c, const struct act *a, int64_t start,
    const char *end)
{
	bool told = strcmp(end, "ok") == 0;

	fprintf(log_file, "%lld\t%lld\t%s\t%ld\t%s\t%ld\t%ld\t%ld\t%ld\t%s%s%s\n",
	    (long long)start, (long long)(now() - start), a->name, c->status,
	    end, c->user, a->khatma, a->chapter, a->session, a->words,
	    told ? "" : " ", told ? "" : c->code);
	sent++;
}

/* What an answer gave: the numbers of what was made. */
static void
read_answer(const struct client *c, struct act *a)
{
	if (strcmp(a->name, "create") == 0 || strcmp(a->name, "group") == 0)
		a->khatma = client_number(c, "\"id\":");
	else if (strcmp(a->name, "join") == 0)
		a->chapter = client_number(c, "\"chapter_assigned\":");
	else if (strcmp(a->name, "read") == 0)
		a->session = client_number(c, "\"id\":");
}

/* Sends a reading. True when it was answered with 2xx. */
static bool
ask(struct client *c, struct act *a)
{
	int64_t start = now();

	client_send(c, a, NULL);
	if (client_no_answer(c)) {
		load_write(c, a, start, "failed");
		client_move(c);
		usleep(PAUSE_USEC);
		return false;
	}
	load_write(c, a, start, c->status < 300 ? "ok" : "refused");
	return c->status < 300;
}

/*
 * Sends a change, and again as long as it had no certain answer. True when it
 * was answered with 2xx. A leaving may be sent any number of times.
 */
static bool
change(struct client *c, struct act *a)
{
	int64_t first = now(), start;
	bool leaving = strcmp(a->name, "leave") == 0, again, ok;
	char key[64];

	snprintf(key, sizeof(key), "%lx-%x-%llx", c->user,
	    (unsigned)rand_r(&c->seed), (unsigned long long)first);
	for (int tries = 1;; tries++) {
		start = now();
		client_send(c, a, keys && !leaving ? key : NULL);
		if (!client_no_answer(c))
			break;
		again = !stopping && now() - first < (int64_t)patience * USEC &&
		    (keys || leaving || client_not_done(c));
		load_write(c, a, start, again ? "again" : "unknown");
		if (!again)
			return false;
		client_move(c);
		usleep(PAUSE_USEC);
	}
	ok = c->status < 300 ||
	    (leaving && strcmp(c->code, "not_member") == 0);
	if (ok)
		read_answer(c, a);
	load_write(c, a, start, ok ? "ok" : "refused");
	return ok;
}

static void
look_around(struct client *c)
{
	static const char *const paths[] = {
		"user/me/", "dashboard/", "khatmas/?filter=my_khatmas",
		"khatmas/?filter=public&page_size=20", "stats/user/",
		"notifications/", "achievements/", "sessions/?user=me",
		"search/khatmas/?q=load", "health/live/",
	};
	struct act a = { .name = "get", .method = "GET" };
	size_t n = sizeof(paths) / sizeof(*paths);
	size_t which = (size_t)rand_r(&c->seed) % (n + 1);

	if (which == n && c->own > 0)
		snprintf(a.path, sizeof(a.path), "khatmas/%ld/", c->own);
	else
		snprintf(a.path, sizeof(a.path), "%s", paths[which % n]);
	snprintf(a.words, sizeof(a.words), "%s", a.path);
	ask(c, &a);
}

static void
go_wrong(struct client *c)
{
	static const struct act wrongs[] = {
		{ "bad", "POST", "khatmas/", "{\"name\": \"\"}", "", 0, 0, 0 },
		{ "bad", "POST", "khatmas/", "{\"name\": ", "", 0, 0, 0 },
		{ "bad", "GET", "khatmas/999999999999/", "", "", 0, 0, 0 },
		{ "bad", "GET", "nothing/", "", "", 0, 0, 0 },
		{ "bad", "DELETE", "dashboard/", "", "", 0, 0, 0 },
		{ "bad", "POST", "refresh/", "{\"refresh\": \"x.y.z\"}", "",
		    0, 0, 0 },
		{ "bad", "GET", "notifications/?page=x", "", "", 0, 0, 0 },
		{ "bad", "POST", "khatmas/999999999999/sessions/",
		    "{\"chapter_assigned\": 1}", "", 0, 0, 0 },
	};
	struct act a = wrongs[(size_t)rand_r(&c->seed) %
	    (sizeof(wrongs) / sizeof(*wrongs))];

	ask(c, &a);
}

/* Between two changes: as many readings as keep the share that was asked for. */
static void
pass_time(struct client *c)
{
	int dice;

	while (load_goes_on()) {
		dice = rand_r(&c->seed) % 100;
		if (dice < wrong)
			go_wrong(c);
		else if (dice < wrong + reads)
			look_around(c);
		else
			return;
	}
}

static bool
read_chapter(struct client *c, long khatma, long chapter)
{
	struct act a = { .name = "read", .method = "POST", .khatma = khatma,
	    .chapter = chapter };

	snprintf(a.path, sizeof(a.path), "khatmas/%ld/sessions/", khatma);
	snprintf(a.body, sizeof(a.body), "{\"chapter_assigned\": %ld}", chapter);
	pass_time(c);
	return load_goes_on() && change(c, &a);
}

static void
read_alone(struct client *c)
{
	struct act a = { .name = "create", .method = "POST",
	    .path = "khatmas/" };

	snprintf(a.words, sizeof(a.words), "%s %ld-%ld", prefix, c->user,
	    ++c->made);
	snprintf(a.body, sizeof(a.body), "{\"name\": \"%s\"}", a.words);
	pass_time(c);
	if (!load_goes_on() || !change(c, &a))
		return;
	c->own = a.khatma;
	for (long n = 1; n <= OWN_CHAPTERS && load_goes_on(); n++)
		read_chapter(c, c->own, n);
}

/* The group that all share; another one when that is full. */
static long
shared_group(struct client *c, long full)
{
	struct act a = { .name = "group", .method = "POST",
	    .path = "khatmas/" };

	snprintf(a.body, sizeof(a.body), "{\"name\": \"%s together\", "
	    "\"khatma_type\": \"group\", \"is_public\": true, "
	    "\"division\": \"page\"}", prefix);
	pthread_mutex_lock(&group_lock);
	if (group == full && load_goes_on() && change(c, &a)) {
		group_creator = c->user;
		group = a.khatma;
	}
	pthread_mutex_unlock(&group_lock);
	return group;
}

static void
read_together(struct client *c)
{
	struct act join = { .name = "join", .method = "POST" };
	struct act leave = { .name = "leave", .method = "DELETE" };
	long khatma = shared_group(c, 0);
	bool in;

	/* whoever made it stays: it goes when its creator leaves it alone */
	if (khatma == 0 || group_creator == c->user)
		return;
	join.khatma = leave.khatma = khatma;
	snprintf(join.path, sizeof(join.path), "khatmas/%ld/join/", khatma);
	snprintf(leave.path, sizeof(leave.path), "khatmas/%ld/leave/", khatma);
	pass_time(c);
	if (!load_goes_on())
		return;
	in = change(c, &join);
	if (in)
		read_chapter(c, khatma, join.chapter);
	else if (strcmp(c->code, "khatma_full") == 0 ||
	    strcmp(c->code, "khatma_completed") == 0)
		shared_group(c, khatma);
	if (!stopping)
		change(c, &leave);
}

static void *
run(void *arg)
{
	struct client *c = arg;

	while (load_goes_on()) {
		if (reads + wrong >= 100) {
			pass_time(c);
			continue;
		}
		read_alone(c);
		read_together(c);
	}
	return NULL;
}

static bool
start_clients(const char *tokens)
{
	FILE *f = fopen(tokens, "r");
	char line[4096];
	int n = 0;

	while (f && n < CLIENTS_MAX && (clients == 0 || n < clients) &&
	    fgets(line, sizeof(line), f))
		if (client_start(&client[n], n, line))
			n++;
	if (f)
		fclose(f);
	clients = n;
	return n > 0;
}

static void
wait_for_clients(const pthread_t *thread)
{
	struct timespec nap = { .tv_nsec = 20000000 };
	int64_t end = now() + seconds * USEC;

	while (load_goes_on() && (seconds == 0 || now() < end))
		nanosleep(&nap, NULL);
	stopping = true;
	for (int i = 0; i < clients; i++)
		pthread_join(thread[i], NULL);
}

/* The options, and the two files they must name. */
static bool
options(int argc, char **argv, const char **tokens, const char **log,
    const char **groups)
{
	for (int o; (o = getopt(argc, argv, "t:o:u:s:c:d:n:r:b:w:kx:m:qa:")) != -1;)
		switch (o) {
		case 't': *tokens = optarg; break;
		case 'o': *log = optarg; break;
		case 'u': client_add_place(optarg, false); break;
		case 's': client_add_place(optarg, true); break;
		case 'c': clients = atoi(optarg); break;
		case 'd': seconds = atol(optarg); break;
		case 'n': requests = atol(optarg); break;
		case 'r': reads = atoi(optarg); break;
		case 'b': wrong = atoi(optarg); break;
		case 'w': patience = atoi(optarg); break;
		case 'k': keys = true; break;
		case 'x': prefix = optarg; break;
		case 'm': *groups = optarg; break;
		case 'q': no_logins = true; break;
		case 'a': rate = atof(optarg); break;
		default: return false;
		}
	return *tokens && *log && client_has_place() && optind == argc;
}

int
main(int argc, char **argv)
{
	const char *tokens = NULL, *log = NULL, *groups = NULL;
	pthread_t thread[CLIENTS_MAX];

	if (!options(argc, argv, &tokens, &log, &groups)) {
		fprintf(stderr, "load: see the head of its source\n");
		return 2;
	}
	log_file = fopen(log, "w");
	if (log_file == NULL || !start_clients(tokens) ||
	    (groups && !mix_open(groups, rate, !no_logins))) {
		fprintf(stderr, "load: no log, no tokens or no groups\n");
		return 1;
	}
	/* drills look into the log meanwhile; whoever measures does not */
	setvbuf(log_file, NULL, groups ? _IOFBF : _IOLBF, LOG_BUFFER);
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < clients; i++)
		pthread_create(&thread[i], NULL, groups ? mix_run : run,
		    &client[i]);
	wait_for_clients(thread);
	for (int i = 0; i < clients; i++)
		client_finish(&client[i]);
	return fclose(log_file) == 0 ? 0 : 1;
}
