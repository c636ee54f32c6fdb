/*
 * The answer to a request, kept until the handler has returned: nothing leaves
 * before it is known to be whole.
 */
#ifndef KHATMA_REPLY_H
#define KHATMA_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/json.h"

struct req;
struct transport;

#define REPLY_MAX	(32u << 20)	/* bytes of the largest answer */
#define LOCATION_MAX	96	/* bytes of the longest, with its NUL */
#define REPLY_KEEP	(64u << 10)	/* bytes a worker keeps for the next */

struct reply {
	int status;
	const char *type;	/* Content-Type; NULL without a body */
	const char *code;	/* machine word of a problem, or NULL */
	int64_t retry_after;	/* seconds, for a problem with status 409, 429 */
	char location[LOCATION_MAX];	/* header Location; "": none */
	struct buf headers;
	struct buf body;
	struct json json;
};

/*
 * Begin an answer with a JSON body: the writer to append to. What an earlier
 * call began is forgotten.
 */
struct json *reply_json(struct req *r, int status);

/*
 * 201 with a Location, the path at which the new thing is found: in it # stands
 * for id.
 */
struct json *reply_created(struct req *r, const char *path, int64_t id);

/* An answer that was kept, word by word; location "": it has none. */
enum err reply_kept(struct req *r, int status, const char *location,
    const char *body);

/* An answer without a body. */
enum err reply_empty(struct req *r, int status);

/* Add a header. The value must be of our making: it is not checked. */
void reply_header(struct req *r, const char *name, const char *value);
void reply_number(struct req *r, const char *name, int64_t value);

/* Turn an error into problem details (RFC 9457). */
void reply_problem(struct req *r, enum err e);

/* {"message": sentence} with status, in the reader's language. */
enum err reply_message(struct req *r, int status,
    const char *const sentence[LANG_COUNT]);

/*
 * ERR_OUTCOME_UNKNOWN, in the words for this request: whether it can simply be
 * sent again.
 */
enum err reply_unknown(const struct req *r);

/* Whether what was appended to the answer so far found memory. */
bool reply_whole(const struct req *r);

/*
 * Send the answer: status, headers, body (not for HEAD). An answer that did
 * not fit its buffer is sent as ERR_INTERNAL instead.
 */
void reply_send(struct req *r, const struct transport *t);

#endif
