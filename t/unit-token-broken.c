/*
 * What token.c does when a library below it fails: it gives no token, takes
 * none, and reads no key. The functions here stand before the libraries' own
 * and fail at the call that a test chooses.
 */
#undef _FORTIFY_SOURCE		/* or read() would be defined already */

#include <dlfcn.h>
#include <errno.h>
#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/token.h"
#include "t/forge.h"
#include "t/tap.h"

ssize_t __read_chk(int fd, void *to, size_t n, size_t room);

static const char *failing;	/* this function */
static int good_calls;		/* after so many of its calls, once */
static int error;		/* with this errno */

static bool
fails(const char *function)
{
	if (failing == NULL || strcmp(function, failing) != 0 ||
	    good_calls-- != 0)
		return false;
	failing = NULL;
	errno = error;
	return true;
}

/* Let call number n, from 0, of a function fail. */
static void
let_fail(const char *function, int n)
{
	failing = function;
	good_calls = n;
	error = EIO;
}

/* POSIX promises that a function's address fits; C does not. */
#define REAL(name, ...)						\
	(*(__typeof__(name) **)&(void *){ dlsym(RTLD_NEXT, #name) })(__VA_ARGS__)

ssize_t
read(int fd, void *to, size_t n)
{
	return fails("read") ? -1 : REAL(read, fd, to, n);
}

/* What glibc makes of read() where it knows how much room there is. */
ssize_t
__read_chk(int fd, void *to, size_t n, size_t room)
{
	return n > room ? -1 : read(fd, to, n);
}

int
fstat(int fd, struct stat *st)
{
	return fails("fstat") ? -1 : REAL(fstat, fd, st);
}

int
RAND_bytes(unsigned char *to, int n)
{
	return fails("RAND_bytes") ? 0 : REAL(RAND_bytes, to, n);
}

int
EVP_Digest(const void *data, size_t n, unsigned char *md, unsigned *len,
    const EVP_MD *type, ENGINE *impl)
{
	return fails("EVP_Digest") ? 0 :
	    REAL(EVP_Digest, data, n, md, len, type, impl);
}

int
jwt_new(jwt_t **jwt)
{
	return fails("jwt_new") ? ENOMEM : REAL(jwt_new, jwt);
}

int
jwt_set_alg(jwt_t *jwt, jwt_alg_t alg, const unsigned char *key, int len)
{
	return fails("jwt_set_alg") ? ENOMEM :
	    REAL(jwt_set_alg, jwt, alg, key, len);
}

int
jwt_add_header(jwt_t *jwt, const char *name, const char *value)
{
	return fails("jwt_add_header") ? ENOMEM :
	    REAL(jwt_add_header, jwt, name, value);
}

int
jwt_add_grant(jwt_t *jwt, const char *name, const char *value)
{
	return fails("jwt_add_grant") ? ENOMEM :
	    REAL(jwt_add_grant, jwt, name, value);
}

int
jwt_add_grant_int(jwt_t *jwt, const char *name, long value)
{
	return fails("jwt_add_grant_int") ? ENOMEM :
	    REAL(jwt_add_grant_int, jwt, name, value);
}

char *
jwt_encode_str(jwt_t *jwt)
{
	return fails("jwt_encode_str") ? NULL : REAL(jwt_encode_str, jwt);
}

char *
jwt_get_headers_json(jwt_t *jwt, const char *header)
{
	return fails("jwt_get_headers_json") ? NULL :
	    REAL(jwt_get_headers_json, jwt, header);
}

char *
jwt_get_grants_json(jwt_t *jwt, const char *grant)
{
	return fails("jwt_get_grants_json") ? NULL :
	    REAL(jwt_get_grants_json, jwt, grant);
}

static const char bytes[] = "0123456789abcdef0123456789abcdef";
static struct token_keys keys = { .shared = true };

static enum err
sign(struct arena *a, const char **text)
{
	struct token t = { .type = TOKEN_ACCESS, .user_id = 7, .session_id = 3,
	    .issued = 1000, .expires = 2000, .jti = "0123456789" };

	return token_sign(a, &keys, &t, text);
}

static void
test_sign(struct arena *a)
{
	static const struct {
		const char *function;
		int calls;
	} all[] = {
		{ "jwt_new", 1 }, { "jwt_add_header", 1 },
		{ "jwt_add_grant", 2 },
		{ "jwt_add_grant_int", 4 }, { "jwt_set_alg", 1 },
		{ "jwt_encode_str", 1 },
	};
	struct arena *small = arena_new(64);
	const char *text = "as it was";

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		for (int n = 0; n < all[i].calls; n++) {
			let_fail(all[i].function, n);
			is_int(sign(a, &text), ERR_INTERNAL,
			    "no token when call %d of %s fails", n,
			    all[i].function);
			ok(failing == NULL, "which it did");
		}
	}
	is_int(sign(small, &text), ERR_INTERNAL,
	    "no token where the arena has no room for it");
	is_str(text, "as it was", "and nothing instead of one");
	arena_free(small);
}

static void
test_verify(struct arena *a)
{
	struct token t = { .user_id = 42 };
	const char *text, *other = forge(a, "{\"alg\":\"HS256\",\"typ\":"
	    "\"JWT\"}", "{\"token_type\":\"access\",\"exp\":2000,\"iat\":1000,"
	    "\"jti\":\"x\",\"user_id\":7}", &keys.signing, EVP_sha256());

	let_fail("jwt_get_headers_json", 0);
	is_int(token_verify(&keys, other, TOKEN_ACCESS, 1500, &t),
	    ERR_TOKEN_INVALID, "a token whose header is not read is not taken");
	is_int(token_verify(&keys, other, TOKEN_ACCESS, 1500, &t), OK,
	    "the next time it is");
	t.user_id = 42;
	if (!ok(sign(a, &text) == OK, "a token of ours"))
		return;
	let_fail("jwt_get_grants_json", 0);
	is_int(token_verify(&keys, text, TOKEN_ACCESS, 1500, &t),
	    ERR_TOKEN_INVALID, "is not taken when its user is not read");
	is_int(t.user_id, 42, "and changes nothing");
	is_int(token_verify(&keys, text, TOKEN_ACCESS, 1500, &t), OK,
	    "the next time it is");
	is_int(t.user_id, 7, "and says whose it is");
}

static void
test_jti(void)
{
	char jti[TOKEN_JTI_MAX + 1] = "as it was";
	unsigned char hash[TOKEN_HASH_LEN];

	let_fail("RAND_bytes", 0);
	is_int(token_jti(jti), ERR_INTERNAL, "no id without random bytes");
	is_str(jti, "as it was", "and nothing instead of one");
	let_fail("EVP_Digest", 0);
	is_int(token_jti_hash("abc", hash), ERR_INTERNAL,
	    "no hash without SHA-256");
}

/* Which warms up what it can, and no more is asked of it. */
static void
test_warm_up(struct arena *a)
{
	static const char *const all[] = { "RAND_bytes", "EVP_Digest",
	    "jwt_new" };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		let_fail(all[i], 0);
		token_warm_up(a, &keys);
		ok(failing == NULL, "warming up, %s may fail", all[i]);
	}
	token_warm_up(a, &keys);
	ok(!arena_failed(a), "or none of them");
}

static void
test_key(void)
{
	char path[] = "/tmp/khatma-key.XXXXXX", why[TOKEN_WHY_MAX];
	struct token_keys k;
	int fd = mkstemp(path);

	if (!ok(fd >= 0 && write(fd, bytes, 32) == 32, "a file with a key"))
		return;
	close(fd);
	let_fail("fstat", 0);
	ok(token_keys_load(&k, path, false, why) != NULL, "is not taken unseen");
	for (int n = 0; n < 2; n++) {
		let_fail("read", n);
		ok(token_keys_load(&k, path, false, why) != NULL &&
		    strstr(why, "cannot be read"), "nor when read %d fails", n);
	}
	let_fail("EVP_Digest", 0);
	ok(token_keys_load(&k, path, false, why) != NULL,
	    "nor where it can have no name");
	is_int((long long)k.signing.len, 0, "and is no key then");
	let_fail("read", 0);
	error = EINTR;
	is_str(token_keys_load(&k, path, false, why), NULL,
	    "a signal is no failure");
	is_int((long long)k.signing.len, 32, "the key is whole");
	unlink(path);
}

int
main(void)
{
	struct arena *a = arena_new((size_t)1 << 20);

	token_key_set(&keys.signing, (const unsigned char *)bytes,
	    TOKEN_KEY_MIN);
	test_sign(a);
	test_verify(a);
	test_jti();
	test_warm_up(a);
	test_key();
	arena_free(a);
	return done_testing();
}
