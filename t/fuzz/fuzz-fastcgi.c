/*
 * The FastCGI protocol: the real serve() of the khatmas program in a thread of
 * its own, with the real libfcgi, waits for connections of which each input is
 * one. libfcgi calls accept(2) of this file. An input that begins with "raw"
 * and a line break is sent as it stands; any other is a request as text (see
 * fuzz-request.c), sent in well-formed records. Whatever was sent, the next
 * client is answered.
 */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/buf.h"
#include "t/fuzz/calm.h"
#include "t/fuzz/fcgi.h"

int __wrap_epoll_ctl(int watch, int op, int fd, struct epoll_event *event);
int __wrap_epoll_pwait(int watch, struct epoll_event *events, int max,
    int timeout, const sigset_t *mask);
const char *__asan_default_options(void);

enum { KHATMAS = 2, INPUT_MAX = 65536, NEXT_IN = 8 };

static int go = -1, done = -1;	/* the worker may run, it waits again */
static int client = -1;		/* the connection that accept() gives out */
static bool dead;		/* the worker is */

/*
 * malloc(3) says NULL to a length that lies. What is lost is for the torture
 * test: libfcgi loses some bytes of each connection that it refuses.
 */
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1:leak_check_at_exit=0";
}

static void
wake(int fd)
{
	uint64_t one = 1;

	PROMISE(__real_write(fd, &one, sizeof(one)) == sizeof(one), "no wake");
}

/*
 * libfcgi ends the process when somebody who may connect to its socket tells
 * of a parameter longer than there is memory. The supervisor starts another
 * worker, and so do we.
 */
void
__assert_fail(const char *what, const char *file, unsigned line,
    const char *function)
{
	PROMISE(strcmp(file, "fcgiapp.c") == 0 &&
	    strcmp(function, "Malloc") == 0, "%s:%u: %s: %s", file, line,
	    function, what);
	dead = true;
	wake(done);
	pthread_exit(NULL);
}

int
accept(int fd, struct sockaddr *address, socklen_t *n)
{
	int given = client;

	(void)fd;
	if (given < 0) {
		errno = EAGAIN;
		return -1;
	}
	client = -1;
	if (address && *n >= sizeof(address->sa_family)) {
		address->sa_family = AF_UNIX;
		*n = sizeof(address->sa_family);
	}
	return given;
}

int
__wrap_epoll_ctl(int watch, int op, int fd, struct epoll_event *event)
{
	(void)watch;
	(void)op;
	(void)fd;
	(void)event;
	return 0;
}

static void
sleep_on(int fd)
{
	uint64_t n;

	PROMISE(read(fd, &n, sizeof(n)) == sizeof(n), "no sleep");
}

int
__wrap_epoll_pwait(int watch, struct epoll_event *events, int max,
    int timeout, const sigset_t *mask)
{
	(void)watch;
	(void)events;
	(void)max;
	(void)timeout;
	(void)mask;
	wake(done);
	sleep_on(go);
	return 1;
}

static void *
run(void *nothing)
{
	static char name[] = "khatmas";
	char *argv[] = { name, NULL };

	worker_main(KHATMAS, 1, argv);
	broken("the worker has ended");
	return nothing;
}

/* Not in LLVMFuzzerInitialize(): AFL++ forks after it, and takes no thread. */
static void
start_worker(void)
{
	pthread_t thread;

	if (go >= 0 && !dead)
		return;
	if (go < 0) {
		go = eventfd(0, 0);
		done = eventfd(0, 0);
	}
	dead = false;
	setenv("KHATMA_JWT_KEY_FILE", worker_key_file(), 1);
	setenv("KHATMA_SANDBOX", "off", 1);
	PROMISE(go >= 0 && done >= 0 &&
	    pthread_create(&thread, NULL, run, NULL) == 0, "no worker");
	pthread_detach(thread);
	sleep_on(done);
}

static bool
receive(int fd, struct buf *answer, int flags)
{
	static char part[65536];
	ssize_t n = recv(fd, part, sizeof(part), flags);

	if (n > 0)
		buf_add(answer, part, (size_t)n);
	return n > 0;
}

/* Send it, let the worker run until it waits again, read what it says. */
static void
talk(const char *text, size_t n, struct buf *answer)
{
	struct pollfd wait[2];
	int pair[2];

	start_worker();
	PROMISE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "no sockets");
	PROMISE(__real_write(pair[0], text, n) == (ssize_t)n, "not sent");
	shutdown(pair[0], SHUT_WR);
	client = pair[1];
	wait[0] = (struct pollfd){ .fd = done, .events = POLLIN };
	wait[1] = (struct pollfd){ .fd = pair[0], .events = POLLIN };
	wake(go);
	while (poll(wait, 2, -1) > 0 && !(wait[0].revents & POLLIN))
		if (wait[1].revents && !receive(pair[0], answer, 0))
			wait[1].fd = -1;
	sleep_on(done);
	while (receive(pair[0], answer, MSG_DONTWAIT))
		continue;
	close(pair[0]);
	if (client >= 0 || dead)
		close(pair[1]);
	client = -1;
}

static void
check_request(const struct given *g, size_t part, unsigned char pad)
{
	struct buf sent = { .max = 1 << 20 }, got = { .max = ANSWER_MAX };
	struct buf text = { .max = ANSWER_MAX };
	struct answered a = { 0 };
	bool ended;

	fcgi_request(&sent, g, part, pad);
	if (!sent.failed && sent.len < INPUT_MAX) {
		calm_start();
		script_start(NULL, 0);
		talk(sent.data, sent.len, &got);
		fcgi_answer(got.data, got.len, &text, &ended);
		PROMISE(ended, "the answer has no end");
		a.text = text.data;
		a.len = text.len;
		oracle_check(group_service(KHATMAS), g, &a);
	}
	buf_free(&sent);
	buf_free(&got);
	buf_free(&text);
}

/* Bytes that may be anything. */
static void
check_raw(const char *bytes, size_t n)
{
	struct buf got = { .max = ANSWER_MAX }, text = { .max = ANSWER_MAX };
	bool ended;

	calm_start();
	script_start(NULL, 0);
	talk(bytes, n, &got);
	fcgi_answer(got.data, got.len, &text, &ended);
	buf_free(&got);
	buf_free(&text);
}

/* One that is always good. */
static void
check_next(void)
{
	struct given g = { .body = "" };

	given_set(&g, "REQUEST_METHOD", "GET");
	given_set(&g, "SCRIPT_NAME", "/api/khatmas/3/intentions/");
	given_set(&g, "HTTP_AUTHORIZATION", good_bearer());
	check_request(&g, 8192, 0);
	PROMISE(calm_status() == 200, "the next client is answered by %d",
	    calm_status());
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parsed p;

	if (size > INPUT_MAX)
		return -1;
	if (size >= 4 && memcmp(data, "raw\n", 4) == 0) {
		check_raw((const char *)data + 4, size - 4);
	} else if (text_parse(&p, data, size)) {
		check_request(&p.given, 1 + size % 600, size % 5 ? 0 : 7);
		text_forget(&p);
	}
	if (size % NEXT_IN == 0)
		check_next();
	calm_forget();
	return 0;
}
