/*
 * hash - passwords hashed as fast as the machine can: what a login cannot be
 * faster than.
 *
 *	hash THREADS SECONDS
 *
 * hashes by the same library, with the memory and the passes of the settings,
 * and prints the line of run.h.
 */
#include <argon2.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/conf.h"
#include "t/bench/ceiling/run.h"

enum { THREADS_MAX = 64, HASH_LEN = 32 };

static bool
hash_one(void *state, size_t n)
{
	const struct conf *conf = state;
	unsigned char hash[HASH_LEN];

	return argon2id_hash_raw((uint32_t)conf->argon2_passes,
	    (uint32_t)conf->argon2_memory, 1, "read-and-rise", 13, &n,
	    sizeof(n), hash, sizeof(hash)) == ARGON2_OK;
}

int
main(int argc, char **argv)
{
	void *states[THREADS_MAX];
	struct conf conf;
	char buffer[512];
	const char *why = conf_load(&conf, buffer);
	long threads = argc == 3 ? strtol(argv[1], NULL, 10) : 0;

	if (why || threads < 1 || threads > THREADS_MAX) {
		fprintf(stderr, "%s\n", why ? why :
		    "usage: hash THREADS SECONDS");
		return 2;
	}
	for (long i = 0; i < threads; i++)
		states[i] = &conf;
	return run(hash_one, states, (unsigned)threads,
	    strtod(argv[2], NULL));
}
