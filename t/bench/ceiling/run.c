#include "t/bench/ceiling/run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/time.h"

enum { THREADS_MAX = 64, TIMES_FIRST = 1 << 16 };

struct thread {
	pthread_t id;
	run_fn *fn;
	void *state;
	int64_t *times;		/* microseconds that each took */
	size_t n, room;
	bool failed;
};

static atomic_size_t next;
static int64_t deadline;

static bool
keep(struct thread *t, int64_t took)
{
	if (t->n == t->room) {
		size_t room = t->room ? 2 * t->room : TIMES_FIRST;
		int64_t *times = realloc(t->times, room * sizeof(*times));

		if (times == NULL)
			return false;
		t->times = times;
		t->room = room;
	}
	t->times[t->n++] = took;
	return true;
}

static void *
work(void *arg)
{
	struct thread *t = arg;
	int64_t start = time_monotonic(), end;

	while (!t->failed && start < deadline) {
		t->failed = !t->fn(t->state, atomic_fetch_add(&next, 1));
		end = time_monotonic();
		if (!t->failed)
			t->failed = !keep(t, end - start);
		start = end;
	}
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The times of all threads in one block, sorted. NULL: no memory. */
static int64_t *
gather(const struct thread *t, unsigned threads, size_t *n)
{
	int64_t *all;

	*n = 0;
	for (unsigned i = 0; i < threads; i++)
		*n += t[i].n;
	all = malloc((*n + 1) * sizeof(*all));
	if (all == NULL)
		return NULL;
	*n = 0;
	for (unsigned i = 0; i < threads; i++)
		for (size_t k = 0; k < t[i].n; k++)
			all[(*n)++] = t[i].times[k];
	qsort(all, *n, sizeof(*all), compare);
	return all;
}

static int
report(const struct thread *t, unsigned threads, double seconds)
{
	unsigned failed = 0;
	size_t n;
	int64_t *all = gather(t, threads, &n);

	if (all == NULL)
		return 1;
	for (unsigned i = 0; i < threads; i++)
		failed += t[i].failed;
	printf("%zu %.6f %lld %lld %u %zu\n", n, seconds,
	    n ? (long long)all[n / 2] : 0,
	    n ? (long long)all[n * 99 / 100] : 0, failed,
	    atomic_load(&next));
	free(all);
	return failed > 0;
}

int
run(run_fn *fn, void **states, unsigned threads, double seconds)
{
	static struct thread thread[THREADS_MAX];
	int64_t start = time_monotonic();

	if (threads > THREADS_MAX)
		return 1;
	deadline = start + (int64_t)(seconds * (double)USEC_PER_SEC);
	for (unsigned i = 0; i < threads; i++) {
		thread[i].fn = fn;
		thread[i].state = states[i];
		if (pthread_create(&thread[i].id, NULL, work, &thread[i]) != 0)
			return 1;
	}
	for (unsigned i = 0; i < threads; i++)
		pthread_join(thread[i].id, NULL);
	return report(thread, threads,
	    (double)(time_monotonic() - start) / (double)USEC_PER_SEC);
}
