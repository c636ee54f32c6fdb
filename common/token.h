/*
 * Bearer tokens: JSON Web Tokens (RFC 7519) signed with HS256, with the claims
 * of djangorestframework-simplejwt, so that both can share a key. token.c is
 * the one file that knows libjwt.
 */
#ifndef KHATMA_TOKEN_H
#define KHATMA_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define TOKEN_KEY_MIN	32	/* bytes: RFC 7518 section 3.2 */
#define TOKEN_KEY_MAX	512
#define TOKEN_KID_LEN	16
#define TOKEN_HEAD_MAX	96	/* bytes of a header in base64url, and NUL */
#define TOKEN_WHY_MAX	512
#define TOKEN_TEXT_MAX	2048	/* bytes of a token that is looked at at all */
#define TOKEN_JTI_MAX	64
#define TOKEN_HASH_LEN	32

struct arena;

enum token_type { TOKEN_ACCESS, TOKEN_REFRESH };

struct token_key {
	unsigned char bytes[TOKEN_KEY_MAX];
	size_t len;			/* 0: there is no such key */
	char kid[TOKEN_KID_LEN + 1];
	char head[TOKEN_HEAD_MAX];	/* what its tokens begin with */
};

/* All the keys there are: a token chooses among them, and nothing else. */
struct token_keys {
	struct token_key signing;	/* verifies, too */
	struct token_key other;		/* verifies only */
	bool shared;			/* with SimpleJWT, which writes no kid */
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
 * Make a key of len bytes. Its kid, by which tokens name it, is the first 16
 * hex digits of the SHA-256 of "khatma-kid:" and the bytes. ERR_INTERNAL, and
 * a key of length 0, when len is not TOKEN_KEY_MIN to TOKEN_KEY_MAX.
 */
enum err token_key_set(struct token_key *key, const unsigned char *bytes,
    size_t len);

/*
 * Read the signing key from the file path, and the other key from the file of
 * that name with .other appended, where there is one that is not empty; white
 * space at the end is not part of a key. shared is put into keys.
 *
 * Returns NULL when all is well. Else a sentence for the administrator, in
 * why: which file cannot be read, is readable by others, has fewer than
 * TOKEN_KEY_MIN bytes or too many, or that both are the same; what is in keys
 * then is of no use. SimpleJWT takes the bytes of the file's text as they
 * stand, and so does this.
 */
const char *token_keys_load(struct token_keys *keys, const char *path,
    bool shared, char why[TOKEN_WHY_MAX]);

/*
 * Use each of the libraries once, with this key, so that they have read what
 * they need: for a process that cannot open files later.
 */
void token_warm_up(struct arena *a, const struct token_keys *keys);

/* Fill jti with 128 random bits in hex. ERR_INTERNAL when there are none. */
enum err token_jti(char jti[TOKEN_JTI_MAX + 1]);

/* A SHA-256: of a refresh token's jti, under which it is stored, or a text. */
enum err token_jti_hash(const char *jti, unsigned char hash[TOKEN_HASH_LEN]);

/*
 * Sign a token with the signing key, which its header names by kid (SimpleJWT
 * passes over that). *text is in the arena. The sid claim is left out where
 * session_id is 0. ERR_INTERNAL when memory is out.
 */
enum err token_sign(struct arena *a, const struct token_keys *keys,
    const struct token *token, const char **text);

/*
 * Check a token and read its claims. now is in seconds since 1970; a token is
 * good while now < exp, and an iat more than 30 s ahead is refused.
 * ERR_TOKEN_INVALID for anything but a token of this type, signed by HS256
 * with the key that its header names, not expired, with every claim there, of
 * its type and in range. The header is, byte by byte, one that token_sign()
 * writes for one of the two keys; or, where the keys are shared, says HS256
 * and JWT and nothing else, and either key will do. user_id may be an integer
 * or a string of digits, as SimpleJWT's versions differ. *token is written
 * only on success.
 */
enum err token_verify(const struct token_keys *keys, const char *text,
    enum token_type type, int64_t now, struct token *token);

/*
 * The same of an access token, for a process that has one set of keys: that it
 * found one good it remembers, by the SHA-256 of the text, until it expires or
 * another takes its place. jti is left empty. ERR_INTERNAL without memory for a
 * hash. Whether the login goes on is not a token's to say: see user_identify().
 */
enum err token_verify_access(const struct token_keys *keys, const char *text,
    int64_t now, struct token *token);

#endif
