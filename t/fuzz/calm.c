/*
 * A world without surprises: a clock that moves a millisecond each time it is
 * looked at, random bytes by a formula, Argon2 for the price of a sum, and a
 * log that is read instead of kept. The linker puts these in the places of the
 * originals (--wrap, see the makefile).
 */
#include <argon2.h>
#include <cjson/cJSON.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/req.h"
#include "common/time.h"
#include "t/fuzz/calm.h"
#include "t/fuzz/fuzz.h"

enum { SLOW = 10 };	/* a pause counts for so many of itself */

static int64_t clock_usec;
static uint64_t dice;
static cJSON *logged;

int alloc_ours;

void
calm_start(void)
{
	clock_usec = 0;
	dice = 1;
	calm_forget();
}

int64_t
__wrap_time_now(void)
{
	clock_usec += 1000;
	return CALM_NOW * USEC_PER_SEC;
}

int64_t
__wrap_time_monotonic(void)
{
	clock_usec += 1000;
	return clock_usec;
}

int
__wrap_nanosleep(const struct timespec *t, struct timespec *left)
{
	(void)left;
	clock_usec += (t->tv_sec * USEC_PER_SEC + t->tv_nsec / 1000) * SLOW;
	return 0;
}

unsigned
__wrap_sleep(unsigned seconds)
{
	clock_usec += seconds * USEC_PER_SEC;
	return 0;
}

int
__wrap_RAND_bytes(unsigned char *out, int n)
{
	for (int i = 0; i < n; i++) {
		dice = dice * UINT64_C(6364136223846793005) + 1;
		out[i] = (unsigned char)(dice >> 56);
	}
	return 1;
}

/* Debian's OpenSSL has none; a later one would be as dear as libargon2. */
EVP_KDF *
__wrap_EVP_KDF_fetch(OSSL_LIB_CTX *ctx, const char *name, const char *query)
{
	(void)ctx;
	(void)name;
	(void)query;
	return NULL;
}

/* The memory that it would want is asked for, for it may be missing. */
int
__wrap_argon2id_ctx(argon2_context *c)
{
	void *volatile memory = malloc(1024);	/* volatile: it is asked for */

	if (memory == NULL)
		return ARGON2_MEMORY_ALLOCATION_ERROR;
	free(memory);
	for (uint32_t i = 0; i < c->outlen; i++)
		c->out[i] = (uint8_t)(i * 7 +
		    (c->pwdlen ? c->pwd[i % c->pwdlen] : 0) +
		    (c->saltlen ? c->salt[i % c->saltlen] : 0));
	return ARGON2_OK;
}

/* Each line of the log is one whole object on one line. */
static void
read_log(const char *line, size_t n)
{
	const char *end = NULL;
	cJSON *v = cJSON_ParseWithLengthOpts(line, n, &end, 0);

	PROMISE(memchr(line, '\n', n) == line + n - 1,
	    "a line of the log is not one line: %.*s", (int)n, line);
	PROMISE(cJSON_IsObject(v) && end == line + n - 1,
	    "a line of the log is not JSON: %.*s", (int)n, line);
	if (cJSON_GetObjectItemCaseSensitive(v, "rid") == NULL) {
		cJSON_Delete(v);
		return;
	}
	cJSON_Delete(logged);
	logged = v;
}

ssize_t
__wrap_write(int fd, const void *from, size_t n)
{
	if (fd != STDERR_FILENO || n == 0 || *(const char *)from != '{')
		return __real_write(fd, from, n);
	alloc_ours++;
	cJSON_InitHooks(NULL);
	read_log(from, n);
	alloc_ours--;
	return (ssize_t)n;
}

const cJSON *
calm_logged(void)
{
	return logged;
}

int
calm_status(void)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(logged, "st");

	return cJSON_IsNumber(v) ? v->valueint : 0;
}

bool
calm_routed(const char *name, unsigned method, const char *path)
{
	static const char *const names[] = { [GET] = "GET", [POST] = "POST",
	    [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE" };
	const char *route = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(logged, "route"));

	return route && strcmp(route, path) == 0 &&
	    strcmp(name, names[method]) == 0;
}

void
calm_forget(void)
{
	cJSON_InitHooks(NULL);
	cJSON_Delete(logged);
	logged = NULL;
}
