#include "common/token.h"

#include <errno.h>
#include <jwt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"

#define LEEWAY		30	/* seconds that two clocks may differ */
#define LIBJWT_NEEDS	(128 * 1024)	/* for a text of TOKEN_TEXT_MAX */
#define HEADER		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define PART_CHARS						\
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"	\
	"0123456789-_"

/* libjwt's integer claims are long. */
_Static_assert(sizeof(long) >= sizeof(int64_t), "needs a 64-bit long");

static const char *const type_names[] = {
	[TOKEN_ACCESS] = "access",
	[TOKEN_REFRESH] = "refresh",
};

/*
 * Whether there is memory for what libjwt does with one token. Where there is
 * none it reads through NULL, takes a claim that it could not write for one
 * that is missing, and a signature that it could not make for a wrong one. A
 * worker has one thread, so what is there now is there a moment later.
 */
static bool
has_memory(void)
{
	/* volatile: or the compiler sees that nobody uses it */
	void *volatile p = malloc(LIBJWT_NEEDS);

	free(p);
	return p != NULL;
}

static bool
claims_add(jwt_t *jwt, const struct token *token)
{
	if (jwt_add_grant(jwt, "token_type", type_names[token->type]) != 0 ||
	    jwt_add_grant_int(jwt, "exp", token->expires) != 0 ||
	    jwt_add_grant_int(jwt, "iat", token->issued) != 0 ||
	    jwt_add_grant(jwt, "jti", token->jti) != 0 ||
	    jwt_add_grant_int(jwt, "user_id", token->user_id) != 0)
		return false;
	return token->session_id == 0 ||
	    jwt_add_grant_int(jwt, "sid", token->session_id) == 0;
}

enum err
token_sign(struct arena *a, const struct token_keys *keys,
    const struct token *token, const char **text)
{
	const struct token_key *key = &keys->signing;
	enum err e = ERR_INTERNAL;
	char *s = NULL, *copy;
	jwt_t *jwt = NULL;

	/* libjwt would sign with any key, even with none. */
	if (key->len < TOKEN_KEY_MIN || !has_memory() || jwt_new(&jwt) != 0)
		return ERR_INTERNAL;
	if (jwt_add_header(jwt, "kid", key->kid) != 0 ||
	    !claims_add(jwt, token) ||
	    jwt_set_alg(jwt, JWT_ALG_HS256, key->bytes, (int)key->len) != 0)
		goto out;
	s = jwt_encode_str(jwt);
	if (s == NULL)
		goto out;
	copy = arena_strdup(a, s);
	if (copy == NULL)
		goto out;
	*text = copy;
	e = OK;
out:
	free(s);
	jwt_free(jwt);
	return e;
}

/*
 * Whether text is three parts of base64url with dots between. Into the block
 * for an empty part libjwt writes a byte past its end, and over characters
 * that are not of the alphabet it steps.
 */
static bool
text_valid(const char *text)
{
	size_t n;
	int part;

	if (strnlen(text, TOKEN_TEXT_MAX + 1) > TOKEN_TEXT_MAX)
		return false;
	for (part = 1; part <= 3; part++) {
		n = strspn(text, PART_CHARS);
		if (n == 0 || text[n] != (part < 3 ? '.' : '\0'))
			return false;
		text += n + 1;
	}
	return true;
}

/* By this key; NULL for a token that it has not signed. */
static jwt_t *
decode(const struct token_key *key, const char *text)
{
	jwt_t *jwt = NULL;

	/* Without a key libjwt decodes and checks nothing. */
	if (key->len < TOKEN_KEY_MIN ||
	    jwt_decode(&jwt, text, key->bytes, (int)key->len) != 0)
		return NULL;
	return jwt;
}

static bool
is_named(const struct token_key *key, const char *text)
{
	size_t n = strlen(key->head);

	return n > 0 && strncmp(text, key->head, n) == 0 && text[n] == '.';
}

/*
 * Whether the header says what SimpleJWT's says and nothing more (RFC 8725
 * sections 3.1, 3.10, 3.11): libjwt takes "hs256" for HS256, checks HS512
 * where HS256 is meant, and passes over crit, kid and jku. The members come
 * out sorted and without blanks.
 */
static bool
header_valid(jwt_t *jwt)
{
	char *json = jwt_get_headers_json(jwt, NULL);
	bool valid = jwt_get_alg(jwt) == JWT_ALG_HS256 && json != NULL &&
	    strcmp(json, HEADER) == 0;

	free(json);
	return valid;
}

/* A token that names no key: either may have signed it. */
static jwt_t *
decode_shared(const struct token_keys *keys, const char *text)
{
	jwt_t *jwt = decode(&keys->signing, text);

	if (jwt == NULL)
		jwt = decode(&keys->other, text);
	if (jwt != NULL && !header_valid(jwt)) {
		jwt_free(jwt);
		jwt = NULL;
	}
	return jwt;
}

/*
 * Our own headers are known to the letter, so nothing of a token is decoded
 * before its key is.
 */
static jwt_t *
decode_by_header(const struct token_keys *keys, const char *text)
{
	if (is_named(&keys->signing, text))
		return decode(&keys->signing, text);
	if (is_named(&keys->other, text))
		return decode(&keys->other, text);
	return keys->shared ? decode_shared(keys, text) : NULL;
}

/* Read 1 to 2^63-1: digits only, no sign, no leading zero. */
static bool
read_positive(const char *s, int64_t *n)
{
	long long value;

	if (*s < '1' || *s > '9' || s[strspn(s, "0123456789")] != '\0')
		return false;
	errno = 0;
	value = strtoll(s, NULL, 10);
	if (errno != 0)
		return false;
	*n = value;
	return true;
}

/*
 * The claim as JSON text, because jwt_get_grant_int() gives 0 for a claim
 * that is missing, a string or a fraction. Of a claim that is there twice it
 * is the last, which RFC 7519 section 4 allows.
 */
static bool
claim_number(jwt_t *jwt, const char *name, int64_t *n)
{
	char *json = jwt_get_grants_json(jwt, name);
	bool valid = json != NULL && read_positive(json, n);

	free(json);
	return valid;
}

static bool
claim_present(jwt_t *jwt, const char *name)
{
	char *json = jwt_get_grants_json(jwt, name);
	bool present = json != NULL;

	free(json);
	return present;
}

/* Leaves *n as it is where there is no such claim. */
static bool
claim_optional(jwt_t *jwt, const char *name, int64_t *n)
{
	return !claim_present(jwt, name) || claim_number(jwt, name, n);
}

static bool
claim_user(jwt_t *jwt, int64_t *id)
{
	const char *digits = jwt_get_grant(jwt, "user_id");

	if (digits != NULL)
		return read_positive(digits, id);
	return claim_number(jwt, "user_id", id);
}

static bool
claims_read(jwt_t *jwt, enum token_type type, struct token *token)
{
	const char *name = jwt_get_grant(jwt, "token_type");
	const char *jti = jwt_get_grant(jwt, "jti");

	if (name == NULL || strcmp(name, type_names[type]) != 0)
		return false;
	if (jti == NULL || *jti == '\0' || strlen(jti) > TOKEN_JTI_MAX)
		return false;
	token->type = type;
	memcpy(token->jti, jti, strlen(jti) + 1);
	return claim_user(jwt, &token->user_id) &&
	    claim_optional(jwt, "sid", &token->session_id) &&
	    claim_number(jwt, "iat", &token->issued) &&
	    claim_number(jwt, "exp", &token->expires);
}

/*
 * Whether the token is meant for this service at this time. A token that
 * names an issuer or an audience is another service's (RFC 8725 sections 3.8
 * and 3.9): ours and SimpleJWT's name none.
 */
static bool
claims_apply(jwt_t *jwt, int64_t now, const struct token *token)
{
	int64_t start = 0;

	if (now >= token->expires || token->issued > now + LEEWAY)
		return false;
	if (!claim_optional(jwt, "nbf", &start) || start > now + LEEWAY)
		return false;
	return !claim_present(jwt, "iss") && !claim_present(jwt, "aud");
}

enum err
token_verify(const struct token_keys *keys, const char *text,
    enum token_type type, int64_t now, struct token *token)
{
	struct token t = { .type = type };
	jwt_t *jwt;
	bool good;

	if (!text_valid(text))
		return ERR_TOKEN_INVALID;
	if (!has_memory())
		return ERR_INTERNAL;
	jwt = decode_by_header(keys, text);
	good = jwt != NULL && claims_read(jwt, type, &t) &&
	    claims_apply(jwt, now, &t);
	if (good)
		*token = t;
	jwt_free(jwt);
	return good ? OK : ERR_TOKEN_INVALID;
}

void
token_warm_up(struct arena *a, const struct token_keys *keys)
{
	struct token token = { .type = TOKEN_REFRESH, .user_id = 1,
	    .expires = 1 };
	unsigned char hash[TOKEN_HASH_LEN];
	const char *text;

	if (token_jti(token.jti) == OK &&
	    token_jti_hash(token.jti, hash) == OK &&
	    token_sign(a, keys, &token, &text) == OK)
		token_verify(keys, text, TOKEN_REFRESH, 0, &token);
}
