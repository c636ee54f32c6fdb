/*
 * What the ceilings without HTTP share: threads that do the same again and
 * again until time is up, and the line that t/bench/measure.pl reads.
 */
#ifndef KHATMA_RUN_H
#define KHATMA_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Do it once; n counts from 0 over all threads. State is what start() made for
 * this thread. False ends the run: there is nothing left to do, or it failed
 * and has said so.
 */
typedef bool run_fn(void *state, size_t n);

/*
 * Run in as many threads as there are states, for so many seconds, and print
 *
 *	DONE SECONDS P50 P99 FAILED USED
 *
 * with the percentiles in microseconds; USED is how many were begun. Returns
 * the exit status: 0, or 1 when one failed or there was no memory.
 */
int run(run_fn *fn, void **states, unsigned threads, double seconds);

#endif
