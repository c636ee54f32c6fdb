/*
 * What the two halves of load share: a client, what it asks for, and the
 * answer.
 */
#ifndef KHATMA_LOAD_H
#define KHATMA_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client {
	long user;
	char *token;
	void *curl;
	int place;		/* where it asks, see client_add_place() */
	unsigned seed;
	long made;		/* khatmas so far */
	long own;		/* the latest of them */
	/* the latest answer */
	char *answer;
	size_t length;
	long status;		/* 0: none came */
	char code[64];		/* of a problem, or what the transport says */
};

/* What is asked, and what comes of it. */
struct act {
	const char *name;
	const char *method;
	char path[256];		/* below api/ */
	char body[512];		/* empty: none */
	char words[256];
	long khatma, chapter, session;
};

/* Whether there is more to do: seconds, requests, no signal. */
bool load_goes_on(void);

/* Writes what became of something that was sent, as load.c's head says. */
void load_write(const struct client *c, const struct act *a, int64_t start,
    const char *end);

/* Microseconds since 1970. */
int64_t now(void);

/* Where the service is: a URL, or the path of a unix socket. */
void client_add_place(const char *where, bool is_socket);

/* Whether there is one. */
bool client_has_place(void);

/* From a line "ID TOKEN", as the n-th. False: it is no such line, or no memory. */
bool client_start(struct client *c, int n, const char *line);
void client_finish(struct client *c);

/* Ask somewhere else from now on, where there are several places. */
void client_move(struct client *c);

/* Send it once, with a key or NULL. The answer is in c, *sent is one more. */
void client_send(struct client *c, const struct act *a, const char *key);

/* After how many seconds the answer says to come again; 0: it does not. */
long client_retry_after(const struct client *c);

/* Whether the answer leaves open what became of the request. */
bool client_no_answer(const struct client *c);

/* Whether nothing was done: the service says so, or it was not there. */
bool client_not_done(const struct client *c);

/* The number behind the first such name ("id":) of the answer, or 0. */
long client_number(const struct client *c, const char *name);

#endif
