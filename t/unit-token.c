#include "common/token.h"

#include <jwt.h>
#include <stdlib.h>

#include "common/arena.h"
#include "t/forge.h"
#include "t/tap.h"

#define NOW	INT64_C(1780000000)
#define HEADER	"{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define JTI	"\"jti\":\"0123456789abcdef0123456789abcdef\""
#define TYPE	"\"token_type\":\"access\""
#define ID	"\"user_id\":7"
#define IAT	"\"iat\":1780000000"
#define EXP	"\"exp\":1780003600"
#define NO_TYPE	JTI "," ID "," IAT "," EXP
#define NO_JTI	TYPE "," ID "," IAT "," EXP
#define NO_ID	TYPE "," JTI "," IAT "," EXP
#define NO_IAT	TYPE "," JTI "," ID "," EXP
#define NO_EXP	TYPE "," JTI "," ID "," IAT
#define ALL	NO_EXP "," EXP

/* Shared, so that headers of any spelling get as far as they can. */
static struct token_keys keys = { .shared = true };

static const char *
hs256(struct arena *a, const char *header, const char *payload)
{
	return forge(a, header, payload, &keys.signing, EVP_sha256());
}

static enum err
verify(const char *text)
{
	struct token t;

	return token_verify(&keys, text, TOKEN_ACCESS, NOW, &t);
}

static struct token
sample(enum token_type type)
{
	struct token t = {
		.type = type, .user_id = 7, .session_id = 12,
		.issued = NOW, .expires = NOW + 3600,
		.jti = "0123456789abcdef0123456789abcdef",
	};

	return t;
}

static void
test_round_trip(struct arena *a)
{
	struct token in = sample(TOKEN_ACCESS), out = { .user_id = 0 };
	const char *text = NULL, *header;

	is_int(token_sign(a, &keys, &in, &text), OK, "sign");
	is_int(token_verify(&keys, text, TOKEN_ACCESS, NOW, &out), OK, "verify");
	ok(out.type == TOKEN_ACCESS && out.user_id == 7 &&
	    out.session_id == 12 && out.issued == NOW &&
	    out.expires == NOW + 3600, "what was signed is read");
	is_str(out.jti, in.jti, "and so is the jti");
	header = arena_printf(a, "{\"alg\":\"HS256\",\"kid\":\"%s\",\"typ\":"
	    "\"JWT\"}", keys.signing.kid);
	is_str(text, hs256(a, header, "{" EXP "," IAT "," JTI
	    ",\"sid\":12," TYPE "," ID "}"), "libjwt signs as OpenSSL does");

	in.type = TOKEN_REFRESH;
	in.user_id = INT64_MAX;
	in.session_id = 0;
	token_sign(a, &keys, &in, &text);
	is_int(token_verify(&keys, text, TOKEN_REFRESH, NOW, &out), OK,
	    "a refresh token");
	ok(out.type == TOKEN_REFRESH && out.user_id == INT64_MAX &&
	    out.session_id == 0, "the largest id, and no sid");
	in.user_id = 9007199254740993;
	token_sign(a, &keys, &in, &text);
	token_verify(&keys, text, TOKEN_REFRESH, NOW, &out);
	ok(out.user_id == 9007199254740993, "no double in between");
}

static void
test_types(struct arena *a)
{
	struct token access = sample(TOKEN_ACCESS), out = { .user_id = 42 };
	struct token refresh = sample(TOKEN_REFRESH);
	const char *text;

	token_sign(a, &keys, &access, &text);
	is_int(token_verify(&keys, text, TOKEN_REFRESH, NOW, &out),
	    ERR_TOKEN_INVALID, "access as refresh");
	token_sign(a, &keys, &refresh, &text);
	is_int(token_verify(&keys, text, TOKEN_ACCESS, NOW, &out),
	    ERR_TOKEN_INVALID, "refresh as access");
	is_int(out.user_id, 42, "a refusal leaves the result unchanged");
}

static void
test_times(struct arena *a)
{
	struct token in = sample(TOKEN_ACCESS), out;
	const char *text;

	token_sign(a, &keys, &in, &text);
	is_int(token_verify(&keys, text, TOKEN_ACCESS, NOW + 3599, &out), OK,
	    "good in its last second");
	is_int(token_verify(&keys, text, TOKEN_ACCESS, NOW + 3600, &out),
	    ERR_TOKEN_INVALID, "expired at exp");
	is_int(token_verify(&keys, text, TOKEN_ACCESS, NOW + 99999, &out),
	    ERR_TOKEN_INVALID, "expired long ago");
	is_int(token_verify(&keys, text, TOKEN_ACCESS, NOW - 30, &out), OK,
	    "a clock 30 s ahead is allowed");
	is_int(token_verify(&keys, text, TOKEN_ACCESS, NOW - 31, &out),
	    ERR_TOKEN_INVALID, "31 s are not");
}

static void
test_keys(struct arena *a)
{
	struct token_keys changed = keys, longer = keys, weak = keys;
	struct token_keys empty = { .shared = true };
	struct token in = sample(TOKEN_ACCESS), out;
	const char *text, *none = NULL;

	token_sign(a, &keys, &in, &text);
	changed.signing.bytes[39] ^= 1;
	is_int(token_verify(&changed, text, TOKEN_ACCESS, NOW, &out),
	    ERR_TOKEN_INVALID, "another key");
	longer.signing.bytes[longer.signing.len++] = 'k';
	is_int(token_verify(&longer, text, TOKEN_ACCESS, NOW, &out),
	    ERR_TOKEN_INVALID, "a longer key");
	is_int(token_verify(&empty, text, TOKEN_ACCESS, NOW, &out),
	    ERR_TOKEN_INVALID, "JWT-02: no key");
	is_int(token_sign(a, &empty, &in, &none), ERR_INTERNAL,
	    "JWT-02: nothing is signed without a key");
	text = forge(a, "{\"alg\":\"none\",\"typ\":\"JWT\"}",
	    "{" ALL "}", &keys.signing, NULL);
	is_int(token_verify(&empty, text, TOKEN_ACCESS, NOW, &out),
	    ERR_TOKEN_INVALID, "JWT-02: nor read without one");
	weak.signing.len = TOKEN_KEY_MIN - 1;
	text = forge(a, HEADER, "{" ALL "}", &weak.signing, EVP_sha256());
	is_int(token_verify(&weak, text, TOKEN_ACCESS, NOW, &out),
	    ERR_TOKEN_INVALID, "JWT-02: nor by a key of 31 bytes");
	is_int(token_sign(a, &weak, &in, &none), ERR_INTERNAL,
	    "which signs nothing either");
	changed.signing.len = TOKEN_KEY_MAX;
	token_sign(a, &changed, &in, &text);
	is_int(token_verify(&changed, text, TOKEN_ACCESS, NOW, &out), OK,
	    "the longest key");
}

/* Every character replaced by every other, and what else goes wrong. */
static void
test_mutations(struct arena *a)
{
	static const char others[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_=. +/\n";
	struct token in = sample(TOKEN_ACCESS);
	const char *text, *c;
	long accepted = 0, tried = 0;
	char bad[1024];
	size_t i, n;

	token_sign(a, &keys, &in, &text);
	n = strlen(text);
	for (i = 0; i < n; i++)
		for (c = others; *c != '\0'; c++) {
			if (*c == text[i])
				continue;
			memcpy(bad, text, n + 1);
			bad[i] = *c;
			tried++;
			accepted += verify(bad) == OK;
		}
	is_int(accepted, 0, "JWT-06: none of %ld mutations is accepted", tried);
	for (i = 0; i < n; i++) {
		memcpy(bad, text, i);
		bad[i] = '\0';
		accepted += verify(bad) == OK;
		memcpy(bad + i, text + i + 1, n - i);
		accepted += verify(bad) == OK;
		bad[i] = text[i];
		memcpy(bad + i + 1, text + i, n - i + 1);
		accepted += verify(bad) == OK;
	}
	is_int(accepted, 0, "JWT-06: nor one cut, shortened or stretched");
}

static void
test_outlines(struct arena *a)
{
	static const char *const bad[] = {
		"", ".", "..", "...", "a.b.c", "a..c", ".b.c", "a.b.",
		"\xff\xfe.\xff.\xff",
	};
	static const char *const around[][2] = {
		{ "", "." }, { ".", "" }, { "", ".x" }, { "x.", "" },
		{ "", "=" }, { "", " " }, { " ", "" }, { "", "\n" },
	};
	struct token in = sample(TOKEN_ACCESS);
	const char *text;
	size_t i, n;

	token_sign(a, &keys, &in, &text);
	n = (size_t)(strrchr(text, '.') - text);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_int(verify(bad[i]), ERR_TOKEN_INVALID,
		    "JWT-05: no token: %zu", i);
	for (i = 0; i < sizeof(around) / sizeof(around[0]); i++)
		is_int(verify(arena_printf(a, "%s%s%s", around[i][0], text,
		    around[i][1])), ERR_TOKEN_INVALID,
		    "JWT-05: more around: %zu", i);
	ok(verify(arena_strndup(a, text, n)) != OK, "JWT-05: no signature");
	ok(verify(arena_strndup(a, text, n + 1)) != OK, "JWT-05: an empty one");
}

static const char *
padded(struct arena *a, size_t blanks)
{
	char *blank = arena_alloc(a, blanks + 1);

	memset(blank, ' ', blanks);
	return hs256(a, HEADER, arena_printf(a, "{" ALL "%s}", blank));
}

static void
test_size(struct arena *a)
{
	const char *text = padded(a, 1300);
	size_t blanks = 1300;

	while (strlen(padded(a, blanks + 1)) <= TOKEN_TEXT_MAX)
		text = padded(a, ++blanks);
	is_int(verify(text), OK, "a good token of %zu bytes", strlen(text));
	text = padded(a, blanks + 1);
	is_int(verify(text), ERR_TOKEN_INVALID, "a good one of %zu bytes",
	    strlen(text));
	is_int(verify(padded(a, 1400000)), ERR_TOKEN_INVALID,
	    "JWT-15: one of 1.9 MB");
}

/* Headers over a good payload and a good signature. */
static const char *const good_headers[] = {
	HEADER, "{\"typ\":\"JWT\",\"alg\":\"HS256\"}",
	"{ \"typ\" : \"JWT\" , \"alg\" : \"HS256\" }",
};

static const char *const bad_headers[] = {
	"[]", "\"HS256\"", "null", "", "{", "{}", HEADER "x",
	"{\"typ\":\"JWT\"}", "{\"alg\":\"HS256\"}",
	"{\"ALG\":\"HS256\",\"typ\":\"JWT\"}",
	"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"alg\":\"none\"}",
	"{\"alg\":\"HS256\",\"typ\":\"jwt\"}",
	"{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
	"{\"alg\":\"HS256\",\"typ\":1}",
};

static const char *const bad_algs[] = {
	"\"hs256\"", "\"Hs256\"", "\"HS384\"", "\"HS512\"", "\"RS256\"",
	"\"ES256\"", "\"none\"", "\"None\"", "\"nOnE\"", "\"\"", "null", "256",
	"[\"HS256\"]",
};

static const char *const bad_members[] = {
	"\"crit\":[\"exp\"]", "\"crit\":[]", "\"crit\":null", "\"b64\":false",
	"\"cty\":\"JWT\"", "\"zip\":\"DEF\"", "\"kid\":\"1\"",
	"\"kid\":\"../../dev/null\"", "\"kid\":\"' OR 1=1\"",
	"\"jku\":\"http://x/\"", "\"x5u\":\"http://x/\"",
	"\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}",
};

static void
test_header(struct arena *a, const char *header, enum err want)
{
	static const char payload[] = "{" ALL "}";

	is_int(verify(hs256(a, header, payload)), want, "header %s", header);
	is_int(verify(forge(a, header, payload, &keys.signing, NULL)),
	    ERR_TOKEN_INVALID, "and not signed");
	is_int(verify(forge(a, header, payload, &keys.signing, EVP_sha512())),
	    ERR_TOKEN_INVALID, "and signed by HS512");
}

static void
test_headers(struct arena *a)
{
	size_t i;

	for (i = 0; i < sizeof(good_headers) / sizeof(good_headers[0]); i++)
		test_header(a, good_headers[i], OK);
	for (i = 0; i < sizeof(bad_headers) / sizeof(bad_headers[0]); i++)
		test_header(a, bad_headers[i], ERR_TOKEN_INVALID);
	for (i = 0; i < sizeof(bad_algs) / sizeof(bad_algs[0]); i++)
		test_header(a, arena_printf(a, "{\"alg\":%s,\"typ\":\"JWT\"}",
		    bad_algs[i]), ERR_TOKEN_INVALID);
	for (i = 0; i < sizeof(bad_members) / sizeof(bad_members[0]); i++)
		test_header(a, arena_printf(a,
		    "{\"alg\":\"HS256\",\"typ\":\"JWT\",%s}", bad_members[i]),
		    ERR_TOKEN_INVALID);
}

/* HS512 by libjwt, and proof that libjwt itself takes it. */
static void
test_hs512(void)
{
	jwt_t *jwt = NULL, *back = NULL;
	char *text;

	jwt_new(&jwt);
	jwt_add_grant(jwt, "token_type", "access");
	jwt_add_grant(jwt, "jti", "0123456789abcdef");
	jwt_add_grant_int(jwt, "exp", NOW + 3600);
	jwt_add_grant_int(jwt, "iat", NOW);
	jwt_add_grant_int(jwt, "user_id", 7);
	jwt_set_alg(jwt, JWT_ALG_HS512, keys.signing.bytes,
	    (int)keys.signing.len);
	text = jwt_encode_str(jwt);
	is_int(jwt_decode(&back, text, keys.signing.bytes,
	    (int)keys.signing.len), 0,
	    "libjwt takes its own HS512");
	is_int(verify(text), ERR_TOKEN_INVALID, "and we do not");
	jwt_free(back);
	free(text);
	jwt_free(jwt);
}

#define X16	"0123456789abcdef"
#define X64	X16 X16 X16 X16

/*
 * Claims under a good header and a good signature: what else the payload
 * holds, the claim, the JSON values that it may and those that it may not
 * have.
 */
static const struct {
	const char *rest;
	const char *name;
	const char *good[4];
	const char *bad[24];
} claims[] = {
	{ NO_ID, "user_id",
	    { "7", "\"7\"", "9223372036854775807", "\"9223372036854775807\"" },
	    { "0", "-7", "7.0", "7e0", "true", "null", "[7]", "{\"id\":7}",
	    "9223372036854775808", "18446744073709551616", "\"\"", "\"0\"",
	    "\"07\"", "\"+7\"", "\"-7\"", "\" 7\"", "\"7 \"", "\"7\\n\"",
	    "\"7\\u0000\"", "\"7.0\"", "\"0x7\"", "\"\\\"7\\\"\"",
	    "\"9223372036854775808\"", "\"٧\"" } },
	{ NO_TYPE, "token_type",
	    { "\"access\"" },
	    { "\"refresh\"", "\"Access\"", "\"sliding\"", "\"access \"",
	    "\"\"", "1", "null", "[\"access\"]" } },
	{ NO_JTI, "jti",
	    { "\"x\"", "\"" X64 "\"" },
	    { "\"\"", "1", "null", "[]", "\"" X64 "x\"" } },
	{ NO_EXP, "exp",
	    { "1780003600", "1780000001", "9223372036854775807" },
	    { "1780000000", "1", "0", "-1", "\"1780003600\"", "1780003600.5",
	    "1e20", "99999999999999999999", "9223372036854775808", "true",
	    "null" } },
	{ NO_IAT, "iat",
	    { "1780000000", "1780000030", "1" },
	    { "1780000031", "0", "-1", "\"1780000000\"", "1780000000.5",
	    "true", "null" } },
	{ ALL, "sid",
	    { "1", "9223372036854775807" },
	    { "0", "-1", "\"1\"", "1.5", "true", "null", "[1]" } },
	{ ALL, "nbf",
	    { "1", "1780000030" },
	    { "1780000031", "\"1\"", "1.5", "-1", "null" } },
	{ ALL, "iss", { NULL }, { "\"elsewhere\"", "null" } },
	{ ALL, "aud", { NULL }, { "\"elsewhere\"", "[\"elsewhere\"]" } },
	{ ALL, "extra", { "1", "\"x\"", "null", "{\"a\":[1]}" }, { NULL } },
	/* Of a claim that is there twice, the last counts. */
	{ ALL, "exp", { "1780003601" }, { "1", "\"x\"" } },
	{ ALL, "user_id", { "8" }, { "0", "\"x\"" } },
};

static void
test_claim(struct arena *a, size_t i, const char *value, enum err want)
{
	is_int(verify(hs256(a, HEADER, arena_printf(a, "{%s,\"%s\":%s}",
	    claims[i].rest, claims[i].name, value))), want,
	    "claim %s is %s", claims[i].name, value);
}

static void
test_claims(struct arena *a)
{
	size_t i, j;

	for (i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		for (j = 0; j < 4 && claims[i].good[j] != NULL; j++)
			test_claim(a, i, claims[i].good[j], OK);
		for (j = 0; j < 24 && claims[i].bad[j] != NULL; j++)
			test_claim(a, i, claims[i].bad[j], ERR_TOKEN_INVALID);
	}
}

static void
test_payloads(struct arena *a)
{
	static const char *const bad[] = {
		"{" NO_TYPE "}", "{" NO_JTI "}", "{" NO_ID "}",
		"{" NO_IAT "}", "{" NO_EXP "}", "[{" ALL "}]", "[]", "7",
		"null", "\"\"", "", "{", "{}", "{" ALL "}x", "{" ALL ",}",
		"{" ALL ",\"a\":\"\xff\"}", "{" NO_ID ",\"USER_ID\":7}",
	};
	size_t i;

	is_int(verify(hs256(a, HEADER, "{" ALL "}")), OK, "a good payload");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_int(verify(hs256(a, HEADER, bad[i])), ERR_TOKEN_INVALID,
		    "bad payload %zu", i);
}

/* As djangorestframework-simplejwt 5.4 writes them, by PyJWT. */
static void
test_simplejwt(struct arena *a)
{
	static const char payload[] = "{\"token_type\":\"refresh\","
	    "\"exp\":1782592000,\"iat\":1780000000,"
	    "\"jti\":\"5c2d7f7f5d4b4c2c9f3a7a0e6a1b2c3d\","
	    "\"user_id\":\"42\"}";
	struct token t;
	const char *text;

	text = hs256(a, "{\"typ\":\"JWT\",\"alg\":\"HS256\"}", payload);
	is_int(token_verify(&keys, text, TOKEN_REFRESH, NOW, &t), OK,
	    "a token of SimpleJWT");
	ok(t.user_id == 42 && t.session_id == 0 && t.issued == NOW &&
	    t.expires == NOW + 2592000, "its claims");
	is_str(t.jti, "5c2d7f7f5d4b4c2c9f3a7a0e6a1b2c3d", "its jti");
}

static void
test_full(void)
{
	struct token in = sample(TOKEN_ACCESS);
	struct arena *a = arena_new(64);
	const char *text = NULL;

	is_int(token_sign(a, &keys, &in, &text), ERR_INTERNAL,
	    "a full arena holds no token");
	arena_free(a);
}

int
main(void)
{
	struct arena *a = arena_new((size_t)64 * 1024 * 1024);

	unsigned char bytes[40];

	memset(bytes, 'k', sizeof(bytes));
	token_key_set(&keys.signing, bytes, sizeof(bytes));
	test_round_trip(a);
	test_types(a);
	test_times(a);
	test_keys(a);
	test_mutations(a);
	test_outlines(a);
	test_size(a);
	test_headers(a);
	test_hs512();
	test_claims(a);
	test_payloads(a);
	test_simplejwt(a);
	test_full();
	arena_free(a);
	return done_testing();
}
