/*
 * Passwords with an OpenSSL that knows Argon2id, as those from 3.2 on do. Here
 * libargon2 stands in for its algorithm, behind OpenSSL's own interface: the
 * hashes have to be the same, or nobody could log in after an upgrade.
 */
#include <argon2.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdint.h>

#include "common/passwd.h"
#include "t/tap.h"

static const struct passwd_cost cheap = {
	.memory = 64, .passes = 3, .lanes = 2,
};

static bool known;		/* whether there is such an algorithm */
static bool no_context, no_hash, no_random;
static int fetched, freed, derived;
static int thing;		/* what the opaque pointers point to */

EVP_KDF *
EVP_KDF_fetch(OSSL_LIB_CTX *lib, const char *name, const char *properties)
{
	(void)lib;
	(void)properties;
	if (!known || strcmp(name, "ARGON2ID") != 0)
		return NULL;
	fetched++;
	return (EVP_KDF *)(void *)&thing;
}

void
EVP_KDF_free(EVP_KDF *kdf)
{
	freed += kdf != NULL;
}

EVP_KDF_CTX *
EVP_KDF_CTX_new(EVP_KDF *kdf)
{
	(void)kdf;
	return no_context ? NULL : (EVP_KDF_CTX *)(void *)&thing;
}

void
EVP_KDF_CTX_free(EVP_KDF_CTX *ctx)
{
	(void)ctx;
}

static uint32_t
number(const OSSL_PARAM *params, const char *name)
{
	const OSSL_PARAM *p = OSSL_PARAM_locate_const(params, name);
	uint32_t n = 0;

	return p != NULL && OSSL_PARAM_get_uint32(p, &n) ? n : 0;
}

/* The names are those of EVP_KDF-ARGON2(7). */
int
EVP_KDF_derive(EVP_KDF_CTX *ctx, unsigned char *to, size_t n,
    const OSSL_PARAM *params)
{
	const OSSL_PARAM *pass = OSSL_PARAM_locate_const(params, "pass");
	const OSSL_PARAM *salt = OSSL_PARAM_locate_const(params, "salt");

	(void)ctx;
	derived++;
	return !no_hash && pass != NULL && salt != NULL &&
	    number(params, "threads") == 1 &&
	    argon2id_hash_raw(number(params, "iter"),
	    number(params, "memcost"), number(params, "lanes"), pass->data,
	    pass->data_size, salt->data, salt->data_size, to, n) == ARGON2_OK;
}

int
RAND_bytes(unsigned char *to, int n)
{
	memset(to, 'r', (size_t)n);
	return !no_random;
}

static void
test_same(void)
{
	char with[PASSWD_PHC_MAX], without[PASSWD_PHC_MAX];

	known = true;
	is_int(passwd_hash(&cheap, "StrongPass123", with), OK,
	    "a hash by OpenSSL");
	is_int(derived, 1, "which is what made it");
	is_int(passwd_verify(with, "StrongPass123"), OK, "matches");
	is_int(passwd_verify(with, "StrongPass124"), ERR_LOGIN_FAILED,
	    "only its password");
	known = false;
	is_int(passwd_hash(&cheap, "StrongPass123", without), OK,
	    "one by libargon2");
	is_int(derived, 3, "which makes it alone");
	is_str(with, without, "is the same");
	is_int(passwd_verify(with, "StrongPass123"), OK, "and reads the other's");
	is_int(freed, fetched, "what was fetched is given back");
}

/* What a worker does before it is shut in changes nothing. */
static void
test_warm_up(void)
{
	for (int i = 0; i < 2; i++) {
		known = i == 0;
		passwd_warm_up();
		is_int(freed, fetched, "warmed up, %s", i ? "without" : "with");
	}
}

static void
test_broken(void)
{
	char phc[PASSWD_PHC_MAX], kept[PASSWD_PHC_MAX] = "as it was";

	passwd_hash(&cheap, "StrongPass123", phc);
	no_random = true;
	is_int(passwd_hash(&cheap, "StrongPass123", kept), ERR_INTERNAL,
	    "no hash without a random salt");
	no_random = false;
	known = true;
	no_context = true;
	is_int(passwd_hash(&cheap, "StrongPass123", kept), ERR_INTERNAL,
	    "no hash when OpenSSL has no memory");
	is_int(passwd_verify(phc, "StrongPass123"), ERR_INTERNAL,
	    "nor is any compared, or called wrong");
	no_context = false;
	no_hash = true;
	is_int(passwd_hash(&cheap, "StrongPass123", kept), ERR_INTERNAL,
	    "no hash when OpenSSL fails");
	is_int(passwd_verify(phc, "StrongPass123"), ERR_INTERNAL,
	    "nor is any compared, or called wrong");
	is_str(kept, "as it was", "and nothing is made up");
	is_int(freed, fetched, "what was fetched is given back");
}

int
main(void)
{
	test_same();
	test_warm_up();
	test_broken();
	return done_testing();
}
