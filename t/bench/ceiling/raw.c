/*
 * raw - the statements of a request without the request: no HTTP, no FastCGI,
 * no JSON, only the connector. What is left of the time is the database's.
 *
 *	raw SCRIPT TARGETS once|again THREADS SECONDS
 *
 * Each thread has a connection, made as a worker makes one by the same
 * settings, and runs the SCRIPT (see script.h) for one line of TARGETS after
 * the other: with "again" round and round, with "once" no line twice, and an
 * end of the lines before the end of the time is a failure. Prints the line of
 * run.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf.h"
#include "common/db_private.h"
#include "t/bench/ceiling/run.h"
#include "t/bench/ceiling/script.h"

enum { THREADS_MAX = 64, TARGETS_MAX = 1 << 20 };

static char *targets[TARGETS_MAX];
static size_t ntargets;
static bool again;

static bool
read_targets(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		return false;
	while (ntargets < TARGETS_MAX && getline(&line, &size, file) > 0) {
		targets[ntargets] = strdup(line);
		if (targets[ntargets++] == NULL)
			break;
	}
	free(line);
	fclose(file);
	return ntargets > 0;
}

static bool
run_one(void *state, size_t n)
{
	if (!again && n >= ntargets) {
		fprintf(stderr, "raw: there are no targets left\n");
		return false;
	}
	return script_run(state, targets[n % ntargets]);
}

static bool
connect_all(const struct conf *conf, const char *path, void **states,
    unsigned threads)
{
	for (unsigned i = 0; i < threads; i++) {
		struct db_patience patience = { 0 };
		MYSQL *my = db_connect(conf, &patience);

		states[i] = my ? script_new(path, my) : NULL;
		if (states[i] == NULL)
			return false;
	}
	return true;
}

int
main(int argc, char **argv)
{
	void *states[THREADS_MAX];
	struct conf conf;
	char buffer[512];
	const char *why = conf_load(&conf, buffer);
	unsigned long threads = argc == 6 ? strtoul(argv[4], NULL, 10) : 0;

	if (why || threads < 1 || threads > THREADS_MAX) {
		fprintf(stderr, "raw: %s\n", why ? why :
		    "SCRIPT TARGETS once|again THREADS SECONDS");
		return 2;
	}
	again = strcmp(argv[3], "again") == 0;
	if (!read_targets(argv[2]) ||
	    !connect_all(&conf, argv[1], states, (unsigned)threads)) {
		fprintf(stderr, "raw: no targets, or no connections\n");
		return 1;
	}
	return run(run_one, states, (unsigned)threads, strtod(argv[5], NULL));
}
