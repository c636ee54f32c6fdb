/*
 * From a request to its handler: a table of routes, and everything that no
 * handler should have to think of.
 */
#ifndef KHATMA_ROUTE_H
#define KHATMA_ROUTE_H

#include <stddef.h>

#include "common/err.h"
#include "common/req.h"

/* What a route asks of a request. Without ROUTE_OPEN it wants a token. */
enum {
	ROUTE_OPEN = 1,		/* anyone may call it, no token is looked at */
	ROUTE_BODY = 2,		/* a JSON object must be there */
	/* Idempotency-Key counts, see idempotency.h; its answer has a body. A
	 * handler that is ROUTE_OPEN leaves the account it made in r->who.id */
	ROUTE_CREATES = 4,
	/* The handler finds out who r->token speaks for, and puts him into
	 * r->who, by the statement that reads what it tells: before anything
	 * else comes of the request. It only reads. See route_answer() */
	ROUTE_SELF = 8,
};

struct route {
	enum method method;
	/* below the base path, no slash at either end; # is a number */
	const char *path;
	enum err (*handler)(struct req *r);
	unsigned flags;
	/* SQL statements it may execute, the one for the token among them;
	 * 0: a transaction, which may repeat */
	unsigned statements;
};

/*
 * Who a verified token speaks for, into *who; ERR_TOKEN_INVALID: nobody now.
 */
typedef enum err identify_fn(struct db *db, const struct token *token,
    struct who *who);

/* A program: its routes, how it knows a user, which SQL it can run. */
struct service {
	const char *name;
	const struct route *routes;
	size_t nroutes;
	identify_fn *identify;
	/* what makes two requests for its open route that creates the same,
	 * as one text without any secret of the body */
	enum err (*essence)(struct req *r, const char **text);
	/* whether that request is made by who has the account; else
	 * ERR_LOGIN_FAILED, or ERR_TOKEN_INVALID where there is no account */
	enum err (*is_owner)(struct req *r, int64_t account);
	/* the tables of SQL texts, ends with NULL; each table does so too */
	const char *const *const *sql;
};

/*
 * Answer r: find the route (404), check the method (405 with Allow; HEAD is
 * GET, OPTIONS is answered here), the token (401), the body (413, 415, 400),
 * then run the handler. An error becomes its problem. Always leaves an answer
 * in r->reply. Returns the route, or NULL when none was found.
 *
 * A handler that is ROUTE_SELF and comes back without having found out who
 * calls, as when a parameter is wrong, is called once more when that is known:
 * a token that is not good any more comes before all else, but for an error of
 * the server.
 */
const struct route *route_answer(const struct service *service, struct req *r);

/*
 * The handler of a route alone. ERR_INTERNAL when a text of its answer found no
 * memory.
 */
enum err route_handle(const struct route *route, struct req *r);

#endif
