#include "common/serve.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/conf.h"
#include "common/db.h"
#include "common/log.h"
#include "common/passwd.h"
#include "common/req.h"
#include "common/route.h"
#include "common/sandbox.h"
#include "common/stop.h"
#include "common/time.h"
#include "common/token.h"

enum { ARENA_MAX = 48 << 20, MAPPED_FROM = 256 << 10,
	BUSY_MSEC = 10, WHY_MAX = TOKEN_WHY_MAX };

/* What a worker keeps from one request to the next. */
struct worker {
	const struct service *service;
	struct conf conf;
	struct token_keys keys;
	struct arena *arena;
	struct db *db;
	struct req req;
};

/* The second variable of a name in an environment; NULL: there is none. */
static const char *
second(char *const *env, const char *name)
{
	size_t n = strlen(name);
	bool found = false;

	for (; *env; env++) {
		if (strncmp(*env, name, n) != 0 || (*env)[n] != '=')
			continue;
		if (found)
			return *env + n + 1;
		found = true;
	}
	return NULL;
}

/* FastCGI */

static const char *
fcgi_param(void *ctx, const char *name)
{
	const FCGX_Request *q = ctx;

	return FCGX_GetParam(name, q->envp);
}

static const char *
fcgi_again(void *ctx, const char *name)
{
	const FCGX_Request *q = ctx;

	return second(q->envp, name);
}

static size_t
fcgi_read(void *ctx, char *to, size_t n)
{
	FCGX_Request *q = ctx;
	int got = FCGX_GetStr(to, (int)n, q->in);

	return got > 0 ? (size_t)got : 0;
}

static void
fcgi_write(void *ctx, const char *from, size_t n)
{
	FCGX_Request *q = ctx;

	FCGX_PutStr(from, (int)n, q->out);
}

/*
 * The end of a request. libfcgi would shut the connection down and wait for the
 * web server to close it, lest something that nobody has read make the server
 * miss the answer. Where all was read, to the record that ends it, there is
 * nothing to wait for.
 */
static void
fcgi_finish(FCGX_Request *q, const struct req *r)
{
	char more;

	if (!r->body_long && !r->body_cut && FCGX_GetStr(&more, 1, q->in) == 0)
		FCGX_Detach(q);
	FCGX_Finish_r(q);
}

/* Plain CGI: libfcgi has a front for it only in fcgi_stdio. */

static const char *
cgi_param(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

static const char *
cgi_again(void *ctx, const char *name)
{
	(void)ctx;
	return second(environ, name);
}

static size_t
cgi_read(void *ctx, char *to, size_t n)
{
	(void)ctx;
	return fread(to, 1, n, stdin);
}

static void
cgi_write(void *ctx, const char *from, size_t n)
{
	(void)ctx;
	fwrite(from, 1, n, stdout);
}

static void
log_answer(struct worker *w, const struct route *route, int64_t start)
{
	const struct req *r = &w->req;
	unsigned statements = db_count(w->db);

	log_request(&(struct log_request){
	    .id = r->id, .group = w->service->name, .method = r->method_name,
	    .route = r->route, .status = r->reply.status, .code = r->reply.code,
	    .duration = time_monotonic() - start, .statements = statements,
	    .over = route && route->statements &&
	        statements > route->statements,
	    .user = r->who.id });
}

/* One request, from its first byte to its log line. */
static void
answer(struct worker *w, const struct transport *t)
{
	int64_t start = time_monotonic();
	struct buf headers = w->req.reply.headers;
	struct buf body = w->req.reply.body;
	const struct route *route = NULL;
	struct req *r = &w->req;

	db_start(w->db);
	memset(r, 0, sizeof(*r));
	r->arena = w->arena;
	r->db = w->db;
	r->conf = &w->conf;
	r->keys = &w->keys;
	r->reply.headers = headers;
	r->reply.body = body;
	buf_reset(&r->reply.headers, REPLY_KEEP);
	buf_reset(&r->reply.body, REPLY_KEEP);
	if (req_read(r, t) == OK)
		route = route_answer(w->service, r);
	else
		reply_problem(r, ERR_INTERNAL);
	reply_send(r, t);
	log_answer(w, route, start);
	arena_reset(w->arena);
}

/*
 * A watch on the listening socket that wakes one worker of the group, not all.
 * One that comes too late all the same must not sleep in accept(2): hence
 * O_NONBLOCK.
 */
static int
watch_socket(void)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int flags = fcntl(0, F_GETFL), watch = epoll_create1(EPOLL_CLOEXEC);

	if (watch < 0 || flags < 0 ||
	    fcntl(0, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    epoll_ctl(watch, EPOLL_CTL_ADD, 0, &event) != 0) {
		log_event("no_listening_socket", errno, strerror(errno));
		return -1;
	}
	return watch;
}

/*
 * True when a request is there, which by now another worker may have taken;
 * false when a signal came.
 *
 * A worker is busy from a request that had to wait for it to BUSY_MSEC without
 * any. Woken by an answer of the database, it then lets whoever wrote that go
 * on until he waits himself (SCHED_BATCH, sched(7)): what he has in the caches
 * would otherwise be gone in the middle of it. One that is not busy starts at
 * once, lest it wait for a password to be hashed.
 */
static bool
wait_for_request(int watch, const sigset_t *waiting)
{
	static bool busy;
	struct epoll_event event;
	int n = epoll_pwait(watch, &event, 1, busy ? BUSY_MSEC : 0, waiting);

	if (n < 0)
		return false;
	if (busy != (n > 0))
		sched_setscheduler(0, busy ? SCHED_OTHER : SCHED_BATCH,
		    &(struct sched_param){ 0 });
	busy = n > 0;
	if (busy)
		return true;
	passwd_rest();
	return epoll_pwait(watch, &event, 1, -1, waiting) > 0;
}

static int
serve_fcgi(struct worker *w)
{
	FCGX_Request q;
	struct transport t = { &q, fcgi_param, fcgi_again, fcgi_read,
	    fcgi_write };
	sigset_t waiting;
	int watch = watch_socket();

	if (watch < 0 || FCGX_InitRequest(&q, 0, 0) != 0)
		return 1;
	/* Between the accept and its first byte libfcgi would take a signal
	 * for the end of the client. */
	stop_prepare(&waiting);
	while (!stop_asked()) {
		if (!wait_for_request(watch, &waiting) ||
		    FCGX_Accept_r(&q) < 0)
			continue;
		answer(w, &t);
		fcgi_finish(&q, &w->req);
	}
	FCGX_Free(&q, 1);
	close(watch);
	return 0;
}

static int
serve_cgi(struct worker *w)
{
	struct transport t = { NULL, cgi_param, cgi_again, cgi_read,
	    cgi_write };

	answer(w, &t);
	return fflush(stdout) == 0 ? 0 : 1;
}

/* NULL, or the reason why the worker cannot start, in buffer or const. */
static const char *
start(struct worker *w, char buffer[WHY_MAX])
{
	const char *why = conf_load(&w->conf, buffer);

	if (why != NULL)
		return why;
	why = token_keys_load(&w->keys, w->conf.jwt_key_file,
	    w->conf.jwt_shared, buffer);
	if (why != NULL)
		return why;
	w->arena = arena_new(ARENA_MAX);
	w->db = db_new(&w->conf);
	return w->arena && w->db ? NULL : "out of memory";
}

/* What libraries open when they are first used, while they can. */
static void
warm_up(struct worker *w)
{
	db_warm_up(&w->conf);
	passwd_warm_up();
	token_warm_up(w->arena, &w->keys);
	arena_reset(w->arena);
	time_local_day("UTC", 0);
}

/* NULL, or the reason why a worker cannot shut itself in. */
static const char *
shut_in(struct worker *w, bool cgi)
{
	if (!w->conf.sandbox) {
		if (!cgi)	/* that would be said at every request */
			log_event("sandbox_off", 0, NULL);
		return NULL;
	}
	if (!cgi && !sandbox_has_landlock())
		log_event("landlock_unavailable", 0, NULL);
	warm_up(w);
	return sandbox_enter(&w->conf);
}

static void
finish(struct worker *w)
{
	buf_free(&w->req.reply.headers);
	buf_free(&w->req.reply.body);
	db_free(w->db);
	passwd_rest();
	arena_free(w->arena);
}

int
serve(int argc, char **argv, const struct service *service)
{
	struct worker w = { .service = service };
	bool check = false;
	char buffer[WHY_MAX];
	const char *why;
	int rc = 1;

	/*
	 * Blocks from here on are mapped and go back to the system when they
	 * are freed. Left alone, glibc would keep the 19 MiB of a password's
	 * hash from the second login on, whether or not there is another.
	 */
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	sandbox_close_memory();
	if (!conf_options(argc, argv, &check)) {
		fprintf(stderr, "usage: %s [-t] [-c FILE]\n", argv[0]);
		return 1;
	}
	why = start(&w, buffer);
	if (why == NULL && !check)
		why = shut_in(&w, FCGX_IsCGI());
	if (why) {
		fprintf(stderr, "%s: %s\n", service->name, why);
		sleep(!check);	/* its supervisor must not spin */
	} else if (check) {
		rc = db_check_all(w.db, service->sql) == OK ? 0 : 1;
	} else if (FCGX_IsCGI()) {
		rc = serve_cgi(&w);
	} else {
		rc = serve_fcgi(&w);
	}
	finish(&w);
	return rc;
}
