/*
 * Access tokens that were found good. A reader's comes with each of his requests
 * for an hour; to take it apart costs more than all else that is read of one.
 */
#include "common/token.h"

#include <string.h>

enum { PLACES = 2048 };		/* of 72 bytes; pages that none is in take none */

/* What was found of the token with this SHA-256; user_id 0: of none. */
static struct seen {
	unsigned char hash[TOKEN_HASH_LEN];
	int64_t checked;		/* now, when it was */
	int64_t user_id, session_id, issued, expires;
} places[PLACES];

/* A clock that was put back would let in what was not good yet. */
static bool
is_good(const struct seen *s, const unsigned char hash[TOKEN_HASH_LEN],
    int64_t now)
{
	return s->user_id != 0 && memcmp(s->hash, hash, TOKEN_HASH_LEN) == 0 &&
	    s->checked <= now && now < s->expires;
}

enum err
token_verify_access(const struct token_keys *keys, const char *text,
    int64_t now, struct token *token)
{
	unsigned char hash[TOKEN_HASH_LEN];
	struct seen *s;
	enum err e;

	if (strnlen(text, TOKEN_TEXT_MAX + 1) > TOKEN_TEXT_MAX)
		return ERR_TOKEN_INVALID;
	e = token_jti_hash(text, hash);
	if (e != OK)
		return e;
	s = &places[(hash[0] | hash[1] << 8) % PLACES];
	if (is_good(s, hash, now)) {
		*token = (struct token){ .type = TOKEN_ACCESS,
		    .user_id = s->user_id, .session_id = s->session_id,
		    .issued = s->issued, .expires = s->expires };
		return OK;
	}
	e = token_verify(keys, text, TOKEN_ACCESS, now, token);
	if (e != OK)
		return e;
	token->jti[0] = '\0';
	memcpy(s->hash, hash, sizeof(hash));
	s->checked = now;
	s->user_id = token->user_id;
	s->session_id = token->session_id;
	s->issued = token->issued;
	s->expires = token->expires;
	return OK;
}
