/* Two keys, which tokens name by kid, but for those of SimpleJWT. */
#include "common/token.h"

#include "common/arena.h"
#include "t/forge.h"
#include "t/tap.h"

#define NOW	INT64_C(1780000000)
#define BARE	"{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define CLAIMS	"{\"token_type\":\"access\",\"exp\":1780003600," \
	"\"iat\":1780000000,\"jti\":\"x\",\"user_id\":7}"

static const struct token sample = { .type = TOKEN_ACCESS, .user_id = 7,
	.issued = NOW, .expires = NOW + 3600, .jti = "x" };

/* A key of 40 bytes of this one. */
static struct token_key
key_of(int byte)
{
	unsigned char bytes[40];
	struct token_key key;

	memset(bytes, byte, sizeof(bytes));
	token_key_set(&key, bytes, sizeof(bytes));
	return key;
}

static enum err
verify(const struct token_keys *keys, const char *text)
{
	struct token t;

	return token_verify(keys, text, TOKEN_ACCESS, NOW, &t);
}

static const char *
sign(struct arena *a, const struct token_keys *keys)
{
	const char *text = "";

	token_sign(a, keys, &sample, &text);
	return text;
}

static const char *
header_of(struct arena *a, const char *kid)
{
	return arena_printf(a,
	    "{\"alg\":\"HS256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", kid);
}

static const char *
forged(struct arena *a, const char *header, const struct token_key *key)
{
	return forge(a, header, CLAIMS, key, EVP_sha256());
}

static void
test_rotation(struct arena *a)
{
	struct token_keys before = { .signing = key_of('a') }, between = before;
	struct token_keys after = { key_of('b'), key_of('a'), false }, late;
	const char *old = sign(a, &before), *new = sign(a, &after);

	between.other = after.signing;
	late = (struct token_keys){ key_of('c'), key_of('b'), false };
	ok(strncmp(new, after.signing.head, strlen(after.signing.head)) == 0,
	    "JWT-11: a token names the key that signs");
	is_str(sign(a, &between), old, "the other key never signs");
	is_int(verify(&before, old), OK, "a token of the only key");
	is_int(verify(&before, new), ERR_TOKEN_INVALID,
	    "JWT-11: a key that is not there yet");
	is_int(verify(&between, old), OK, "SEC-02: while the new key is made "
	    "known, the old one is good");
	is_int(verify(&between, new), OK, "SEC-02: and so is the new one");
	is_int(verify(&after, old), OK, "SEC-02: so are both when the new one "
	    "signs");
	is_int(verify(&after, new), OK, "SEC-02: each by its kid");
	is_int(verify(&late, new), OK, "SEC-02: after the next rotation the "
	    "second is good");
	is_int(verify(&late, old), ERR_TOKEN_INVALID, "SEC-02: and the first "
	    "is not");
}

/* A good signature does not help a header that names another key or none. */
static void
test_kids(struct arena *a)
{
	struct token_keys keys = { key_of('a'), key_of('b'), false };
	struct token_key none = { .len = 0 };
	char big[1400 + 1];
	const char *const bad[] = {
		"", "1", "../../dev/null", "/etc/khatma/jwt.key",
		"' OR 1=1 -- ", "0000000000000000", "\\u0000", big,
	};

	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	is_int(verify(&keys, forged(a, header_of(a, keys.signing.kid),
	    &keys.signing)), OK, "a kid that is in the table");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_int(verify(&keys, forged(a, header_of(a, bad[i]),
		    &keys.signing)), ERR_TOKEN_INVALID,
		    "JWT-11: the kid %.40s", bad[i]);
	is_int(verify(&keys, forged(a, header_of(a, keys.other.kid),
	    &keys.signing)), ERR_TOKEN_INVALID,
	    "JWT-11: the kid of the other key");
	is_int(verify(&keys, forged(a, header_of(a, keys.signing.kid),
	    &keys.other)), ERR_TOKEN_INVALID, "JWT-11: and the reverse");
	keys.other = none;
	is_int(verify(&keys, forged(a, header_of(a, none.kid),
	    &keys.signing)), ERR_TOKEN_INVALID,
	    "JWT-11: the kid of a key that is not there");
}

/* 10 kB, which is more than a token may have altogether. */
static void
test_huge_kid(struct arena *a)
{
	struct token_keys keys = { key_of('a'), key_of('b'), true };
	char *kid = arena_alloc(a, 10001);

	memset(kid, 'a', 10000);
	kid[10000] = '\0';
	is_int(verify(&keys, forged(a, header_of(a, kid), &keys.signing)),
	    ERR_TOKEN_INVALID, "JWT-11: a kid of 10 kB");
}

/* Headers with the kid of the signing key that we never write. */
static void
test_spellings(struct arena *a, bool shared)
{
	struct token_keys keys = { key_of('a'), key_of('b'), shared };
	const char *kid = keys.signing.kid;
	const char *const bad[] = {
		arena_printf(a, "{\"kid\":\"%s\",\"alg\":\"HS256\","
		    "\"typ\":\"JWT\"}", kid),
		arena_printf(a, "{\"alg\":\"HS256\",\"typ\":\"JWT\","
		    "\"kid\":\"%s\"}", kid),
		arena_printf(a, "{\"alg\":\"HS256\", \"kid\":\"%s\", "
		    "\"typ\":\"JWT\"}", kid),
		arena_printf(a, "{\"alg\":\"HS256\",\"kid\":\"%s\"}", kid),
		arena_printf(a, "{\"alg\":\"HS512\",\"kid\":\"%s\","
		    "\"typ\":\"JWT\"}", kid),
		arena_printf(a, "{\"alg\":\"none\",\"kid\":\"%s\","
		    "\"typ\":\"JWT\"}", kid),
		arena_printf(a, "{\"alg\":\"HS256\",\"kid\":\"%s\","
		    "\"typ\":\"JWT\",\"crit\":[\"exp\"]}", kid),
		arena_printf(a, "{\"alg\":\"HS256\",\"kid\":\"%s\","
		    "\"kid\":\"%s\",\"typ\":\"JWT\"}", kid, kid),
		arena_printf(a, "{\"alg\":\"HS256\",\"kid\":[\"%s\"],"
		    "\"typ\":\"JWT\"}", kid),
		arena_printf(a, "{\"alg\":\"HS256\",\"kid\":\"%s\","
		    "\"typ\":\"JWT\"} ", kid),
	};

	is_int(verify(&keys, forged(a, header_of(a, kid), &keys.signing)), OK,
	    "our own header");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_int(verify(&keys, forged(a, bad[i], &keys.signing)),
		    ERR_TOKEN_INVALID, "JWT-11: the header %s, shared %d",
		    bad[i], shared);
}

static void
test_shared(struct arena *a)
{
	struct token_keys ours = { key_of('a'), key_of('b'), false };
	struct token_keys shared = { key_of('a'), key_of('b'), true };
	struct token_keys single = { .signing = key_of('a'), .shared = true };
	const char *bare = forged(a, BARE, &ours.signing);
	const char *older = forged(a, BARE, &ours.other);

	is_int(verify(&ours, bare), ERR_TOKEN_INVALID,
	    "JWT-11: a token without kid is refused");
	is_int(verify(&shared, bare), OK, "unless the key is shared");
	is_int(verify(&shared, older), OK, "and then with the other, too");
	is_int(verify(&single, older), ERR_TOKEN_INVALID,
	    "JWT-11: but not with a key that is not there");
	is_int(verify(&shared, sign(a, &ours)), OK,
	    "a token with our kid is good when the key is shared, too");
	is_int(verify(&ours, sign(a, &shared)), OK,
	    "and ours stay good when it is shared no more");
}

/* Every character of a token that names its key replaced by every other. */
static void
test_mutations(struct arena *a, const struct token_keys *keys)
{
	static const char others[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_=. +/\n";
	char *text = arena_strdup(a, sign(a, keys));
	long accepted = 0, tried = 0;

	for (char *at = text; *at != '\0'; at++) {
		const char was = *at;

		for (const char *c = others; *c != '\0'; c++) {
			*at = *c;
			tried += *c != was;
			accepted += *c != was && verify(keys, text) == OK;
		}
		*at = was;
	}
	is_int(verify(keys, text), OK, "the token itself");
	is_int(accepted, 0, "JWT-06: none of %ld mutations is accepted, "
	    "shared %d", tried, keys->shared);
}

int
main(void)
{
	struct arena *a = arena_new((size_t)64 * 1024 * 1024);
	struct token_keys keys = { key_of('a'), key_of('b'), false };

	test_rotation(a);
	test_kids(a);
	test_huge_kid(a);
	test_spellings(a, false);
	test_spellings(a, true);
	test_shared(a);
	test_mutations(a, &keys);
	keys.shared = true;
	test_mutations(a, &keys);
	arena_free(a);
	return done_testing();
}
