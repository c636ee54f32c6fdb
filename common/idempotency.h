/*
 * Requests that may be sent again: the header Idempotency-Key, as in
 * draft-ietf-httpapi-idempotency-key-header-07. It counts for the routes with
 * ROUTE_CREATES.
 *
 * The key, the work and its answer are one transaction. What is not done is not
 * kept either: after an error the key is free again.
 */
#ifndef KHATMA_IDEMPOTENCY_H
#define KHATMA_IDEMPOTENCY_H

#include <stdbool.h>

#include "common/err.h"

struct req;
struct route;
struct service;

#define IDEMPOTENCY_KEY_MAX	255	/* characters */

/*
 * The key of a header: a String of RFC 8941 section 3.3.3, or the same without
 * quotes, then also without blank, comma, semicolon, quote and backslash.
 * False for anything else, for one that is empty and one that is too long; a
 * header that was sent twice and joined with a comma is among them.
 */
bool idempotency_key(const char *header, char key[IDEMPOTENCY_KEY_MAX + 1]);

/*
 * Answer a request that has the header, its body read and its user known, in
 * one transaction; the handler may run more than once. OK when it is answered:
 * now, or, with Idempotency-Replayed: true, as it was before. Else the
 * handler's error, or
 *	ERR_KEY_INVALID	the header is not right
 *	ERR_KEY_REUSED	the key was used for another request
 *	ERR_KEY_BUSY	the first request with this key is not done yet
 *	ERR_OUTCOME_KEYED	the connection was lost at COMMIT, and what came
 *			of it could not be found out until DB_RETRY_USEC had gone
 *			by
 */
enum err idempotency_run(const struct service *service,
    const struct route *route, struct req *r);

#endif
