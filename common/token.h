/*
 * Bearer tokens: JSON Web Tokens (RFC 7519) signed with HS256, with the claims
 * of djangorestframework-simplejwt, so that both can share a key. The one file
 * that knows libjwt.
 */
#ifndef KHATMA_TOKEN_H
#define KHATMA_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define TOKEN_KEY_MIN	32	/* bytes: RFC 7518 section 3.2 */
#define TOKEN_KEY_MAX	512
#define TOKEN_TEXT_MAX	2048	/* bytes of a token that is looked at at all */
#define TOKEN_JTI_MAX	64
#define TOKEN_HASH_LEN	32

struct arena;

enum token_type { TOKEN_ACCESS, TOKEN_REFRESH };

struct token_key {
	unsigned char bytes[TOKEN_KEY_MAX];
	size_t len;
};

struct token {
	enum token_type type;
	int64_t user_id;
	int64_t session_id;		/* claim sid; 0 where it has none */
	int64_t issued;			/* claim iat, seconds since 1970 */
	int64_t expires;		/* claim exp, seconds since 1970 */
	char jti[TOKEN_JTI_MAX + 1];
};

/*
 * Read the signing key from a file; white space at its end is not part of it.
 * On failure returns a sentence for the administrator (cannot be read,
 * readable by others, fewer than TOKEN_KEY_MIN bytes, too long) and leaves key
 * unchanged; NULL when all is well. SimpleJWT takes the bytes of the file's
 * text as they stand, and so does this.
 */
const char *token_key_load(const char *path, struct token_key *key);

/*
 * Use each of the libraries once, with this key, so that they have read what
 * they need: for a process that cannot open files later.
 */
void token_warm_up(struct arena *a, const struct token_key *key);

/* Fill jti with 128 random bits in hex. ERR_INTERNAL when there are none. */
enum err token_jti(char jti[TOKEN_JTI_MAX + 1]);

/* The SHA-256 under which a refresh token's jti is stored. */
enum err token_jti_hash(const char *jti, unsigned char hash[TOKEN_HASH_LEN]);

/*
 * Sign a token; *text is in the arena. The sid claim is left out where
 * session_id is 0. ERR_INTERNAL when memory is out.
 */
enum err token_sign(struct arena *a, const struct token_key *key,
    const struct token *token, const char **text);

/*
 * Check a token and read its claims. now is in seconds since 1970; a token is
 * good while now < exp, and an iat more than 30 s ahead is refused.
 * ERR_TOKEN_INVALID for anything but a token of this type, signed with this
 * key by HS256, not expired, with every claim there, of its type and in range;
 * a "crit" header is refused (RFC 7515 section 4.1.11). user_id may be an
 * integer or a string of digits, as SimpleJWT's versions differ. *token is
 * written only on success.
 */
enum err token_verify(const struct token_key *key, const char *text,
    enum token_type type, int64_t now, struct token *token);

#endif
