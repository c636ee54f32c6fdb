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

/* A program: its routes, how it knows a user, which SQL it can run. */
struct service {
	const char *name;
	const struct route *routes;
	size_t nroutes;
	/* who a verified token speaks for; ERR_TOKEN_INVALID: nobody now */
	enum err (*identify)(struct db *db, const struct token *token,
	    struct who *who);
	/* the tables of SQL texts, ends with NULL; each table does so too */
	const char *const *const *sql;
};

/*
 * Answer r: find the route (404), check the method (405 with Allow; HEAD is
 * GET, OPTIONS is answered here), the token (401), the body (413, 415, 400),
 * then run the handler. An error becomes its problem. Always leaves an answer
 * in r->reply. Returns the route, or NULL when none was found.
 */
const struct route *route_answer(const struct service *service, struct req *r);

#endif
