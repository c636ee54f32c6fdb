/*
 * A request as handlers see it, whatever brought it: FastCGI, CGI or a test.
 */
#ifndef KHATMA_REQ_H
#define KHATMA_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/field.h"
#include "common/reply.h"
#include "common/token.h"
#include "common/who.h"

struct arena;
struct cJSON;
struct conf;
struct db;
struct query;

#define BODY_MAX	65536	/* bytes; every server's own limit is above */
#define PATH_NUMBERS	2
#define REQUEST_ID_MAX	64

enum method {
	GET = 1, HEAD = 2, POST = 4, PUT = 8, PATCH = 16, DELETE = 32,
	OPTIONS = 64, METHOD_OTHER = 0
};

/*
 * Where a request comes from and its answer goes: CGI variables (RFC 3875
 * section 4.1) by name, the body, the answer's bytes. param gives the first
 * variable of a name, again the one after it: nginx before 1.23 makes two of a
 * header that was sent twice. read returns fewer bytes than asked for only at
 * the end of the body.
 */
struct transport {
	void *ctx;
	const char *(*param)(void *ctx, const char *name);
	const char *(*again)(void *ctx, const char *name);
	size_t (*read)(void *ctx, char *to, size_t n);
	void (*write)(void *ctx, const char *from, size_t n);
};

struct req {
	/* what a worker has for all its requests */
	struct arena *arena;
	struct db *db;
	const struct conf *conf;
	const struct token_keys *keys;

	/* what the client sent; texts live in the arena */
	enum method method;
	const char *method_name;
	const char *path;		/* decoded, as the server gave it */
	const char *query_text;
	const struct query *query;
	const char *authorization;
	const char *content_type;
	const char *origin;
	const char *user_agent;
	const char *idempotency_key;	/* NULL: not sent; "": not right */
	const char *base_url;		/* scheme and authority, or "" */
	char id[REQUEST_ID_MAX + 1];
	const char *body;
	size_t body_len;
	bool body_long;			/* more than BODY_MAX bytes */
	bool body_cut;			/* it ended before CONTENT_LENGTH */

	/* what was made of it */
	int64_t number[PATH_NUMBERS];	/* each # of the route */
	const char *route;		/* pattern, for the log */
	bool keyed;		/* sending it again does not do it again */
	struct token token;		/* verified, where one is wanted */
	struct who who;
	const struct cJSON *json;	/* the body's object; NULL: no body */
	struct field_errors errors;
	struct reply reply;
};

/*
 * Read a request from a transport into r, whose first four members are set and
 * whose reply.body is empty or used before. OK, or ERR_INTERNAL when the arena
 * is full. What is wrong with the request itself is left for the route to
 * answer.
 */
enum err req_read(struct req *r, const struct transport *t);

/* Input by table into *input, see field_read_json() and field_read_query(). */
enum err req_fields(struct req *r, const struct field *table, size_t n,
    void *input, uint64_t *present);
enum err req_params(struct req *r, const struct field *table, size_t n,
    void *input);

/* Note a wrong field found later than by its table; returns ERR_VALIDATION. */
enum err req_wrong(struct req *r, const char *field, enum field_msg msg);

#define COUNT_OF(table)	(sizeof(table) / sizeof((table)[0]))

#endif
