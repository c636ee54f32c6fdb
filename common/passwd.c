#include "common/passwd.h"

#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base64.h"

#define SALT_LEN	16
#define SALT_MIN	8
#define SALT_MAX	48
#define HUGE_PAGE	((size_t)2 << 20)	/* of most processors */
#define HASH_LEN	32
#define HASH_MIN	16
#define HASH_MAX	64
#define MEMORY_MAX	(1024 * 1024)
#define PASSES_MAX	64
#define LANES_MAX	255	/* of the PHC string format for Argon2 */
#define COMMON_MAX	64	/* no common password is as long */

/* The parts of a PHC string. */
struct phc {
	struct passwd_cost cost;
	unsigned char salt[SALT_MAX];
	size_t salt_len;
	unsigned char hash[HASH_MAX];
	size_t hash_len;
};

static const char *const common[] = {
#include "common_passwords.inc"
};

/* Both libraries' structures lack the const that the libraries keep to. */
static void *
unconst(const void *p)
{
	return (void *)(uintptr_t)p;
}

/*
 * Fill out->hash by OpenSSL. By the parameters' names, because the macros for
 * them came with the algorithm. One thread: a worker serves one request.
 */
static bool
derive_openssl(EVP_KDF *kdf, const char *password, struct phc *out)
{
	struct passwd_cost cost = out->cost;
	uint32_t threads = 1;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string("pass", unconst(password),
		    strlen(password)),
		OSSL_PARAM_construct_octet_string("salt", out->salt,
		    out->salt_len),
		OSSL_PARAM_construct_uint32("memcost", &cost.memory),
		OSSL_PARAM_construct_uint32("iter", &cost.passes),
		OSSL_PARAM_construct_uint32("lanes", &cost.lanes),
		OSSL_PARAM_construct_uint32("threads", &threads),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *ctx;
	bool done;

	ctx = EVP_KDF_CTX_new(kdf);
	done = ctx != NULL &&
	    EVP_KDF_derive(ctx, out->hash, out->hash_len, params) == 1;
	EVP_KDF_CTX_free(ctx);
	return done;
}

/*
 * The memory of a hash, in huge pages where the system has them: with small ones
 * a third of its time goes into some five thousand page faults. It is kept for
 * the next hash, or the system would have to fill it with zeros anew, a tenth of
 * a hash's time; until passwd_rest().
 */
static struct {
	uint8_t *memory;
	size_t size;
} kept;

void
passwd_rest(void)
{
	free(kept.memory);
	kept.memory = NULL;
}

static int
allocate(uint8_t **memory, size_t n)
{
	size_t size = (n + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;

	if (kept.memory == NULL || kept.size != size) {
		passwd_rest();
		kept.memory = aligned_alloc(HUGE_PAGE, size);
		if (kept.memory == NULL)
			return ARGON2_MEMORY_ALLOCATION_ERROR;
		kept.size = size;
		madvise(kept.memory, size, MADV_HUGEPAGE);
	}
	*memory = kept.memory;
	return ARGON2_OK;
}

/* libargon2, which has wiped it, would free it. */
static void
keep(uint8_t *memory, size_t n)
{
	(void)memory;
	(void)n;
}

/* Not argon2id_hash_raw(), which starts a thread for each lane. */
static bool
derive_libargon2(const char *password, struct phc *out)
{
	argon2_context ctx = {
		.out = out->hash,
		.outlen = (uint32_t)out->hash_len,
		.pwd = unconst(password),
		.pwdlen = (uint32_t)strlen(password),
		.salt = out->salt,
		.saltlen = (uint32_t)out->salt_len,
		.t_cost = out->cost.passes,
		.m_cost = out->cost.memory,
		.lanes = out->cost.lanes,
		.threads = 1,
		.version = ARGON2_VERSION_13,
		.allocate_cbk = allocate,
		.free_cbk = keep,
		.flags = ARGON2_DEFAULT_FLAGS,
	};

	return argon2id_ctx(&ctx) == ARGON2_OK;
}

/* Fill out->hash, out->hash_len bytes, from the other parts of out. */
static bool
derive(const char *password, struct phc *out)
{
	EVP_KDF *kdf;
	bool done;

	/* That OpenSSL has no Argon2 is no error for others to find. */
	ERR_set_mark();
	kdf = EVP_KDF_fetch(NULL, "ARGON2ID", NULL);
	done = kdf != NULL ? derive_openssl(kdf, password, out) :
	    derive_libargon2(password, out);
	EVP_KDF_free(kdf);
	ERR_pop_to_mark();
	return done;
}

void
passwd_warm_up(void)
{
	unsigned char byte;

	ERR_set_mark();
	RAND_bytes(&byte, sizeof(byte));
	EVP_KDF_free(EVP_KDF_fetch(NULL, "ARGON2ID", NULL));
	ERR_pop_to_mark();
}

/* Step over text where s begins with it. */
static bool
skip(const char **s, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*s, text, n) != 0)
		return false;
	*s += n;
	return true;
}

/* Read a decimal number of 1 to max without leading zeros. */
static bool
number(const char **s, uint32_t max, uint32_t *n)
{
	uint32_t digit;

	if (**s == '0')
		return false;
	for (*n = 0; **s >= '0' && **s <= '9'; (*s)++) {
		digit = (uint32_t)(**s - '0');
		if (*n > (max - digit) / 10)
			return false;
		*n = *n * 10 + digit;
	}
	return *n > 0;
}

static bool
phc_read(const char *s, struct phc *phc)
{
	return skip(&s, "$argon2id$v=19$m=") &&
	    number(&s, MEMORY_MAX, &phc->cost.memory) &&
	    skip(&s, ",t=") && number(&s, PASSES_MAX, &phc->cost.passes) &&
	    skip(&s, ",p=") && number(&s, LANES_MAX, &phc->cost.lanes) &&
	    skip(&s, "$") && base64_read(base64_letters, &s, phc->salt,
	    SALT_MIN, SALT_MAX, &phc->salt_len) &&
	    skip(&s, "$") && base64_read(base64_letters, &s, phc->hash,
	    HASH_MIN, HASH_MAX, &phc->hash_len) && *s == '\0';
}

/* Whether phc_read() would take a string with this cost. */
static bool
cost_valid(const struct passwd_cost *cost)
{
	return cost->memory <= MEMORY_MAX && cost->passes <= PASSES_MAX &&
	    cost->lanes <= LANES_MAX;
}

enum err
passwd_hash(const struct passwd_cost *cost, const char *password,
    char phc[PASSWD_PHC_MAX])
{
	struct phc parts = {
		.cost = *cost, .salt_len = SALT_LEN, .hash_len = HASH_LEN,
	};
	char salt[SALT_LEN * 2], hash[HASH_LEN * 2];

	if (!cost_valid(cost) || RAND_bytes(parts.salt, SALT_LEN) != 1 ||
	    !derive(password, &parts))
		return ERR_INTERNAL;
	base64_write(base64_letters, parts.salt, SALT_LEN, salt);
	base64_write(base64_letters, parts.hash, HASH_LEN, hash);
	snprintf(phc, PASSWD_PHC_MAX, "$argon2id$v=19$m=%u,t=%u,p=%u$%s$%s",
	    cost->memory, cost->passes, cost->lanes, salt, hash);
	return OK;
}

void
passwd_nobodys(const struct passwd_cost *cost, char phc[PASSWD_PHC_MAX])
{
	snprintf(phc, PASSWD_PHC_MAX, "$argon2id$v=19$m=%u,t=%u,p=%u"
	    "$AAAAAAAAAAAAAAAAAAAAAA"
	    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    cost->memory, cost->passes, cost->lanes);
}

enum err
passwd_verify(const char *phc, const char *password)
{
	struct phc stored, made;

	if (!phc_read(phc, &stored))
		return ERR_LOGIN_FAILED;
	made = stored;
	if (!derive(password, &made))
		return ERR_INTERNAL;
	return CRYPTO_memcmp(made.hash, stored.hash, stored.hash_len) == 0 ?
	    OK : ERR_LOGIN_FAILED;
}

bool
passwd_outdated(const char *phc, const struct passwd_cost *cost)
{
	struct phc stored;

	return !phc_read(phc, &stored) ||
	    stored.cost.memory < cost->memory ||
	    stored.cost.passes < cost->passes ||
	    stored.cost.lanes < cost->lanes;
}

static int
compare(const void *key, const void *entry)
{
	const char *const *word = entry;

	return strcmp(key, *word);
}

bool
passwd_common(const char *password)
{
	char lower[COMMON_MAX];
	size_t i, n = strlen(password);

	if (n >= sizeof(lower))
		return false;
	for (i = 0; i <= n; i++)
		lower[i] = password[i] >= 'A' && password[i] <= 'Z' ?
		    (char)(password[i] - 'A' + 'a') : password[i];
	return bsearch(lower, common, sizeof(common) / sizeof(common[0]),
	    sizeof(common[0]), compare) != NULL;
}
