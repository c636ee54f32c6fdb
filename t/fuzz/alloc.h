/* Memory that runs out when it is told to. */
#ifndef KHATMA_FUZZ_ALLOC_H
#define KHATMA_FUZZ_ALLOC_H

#include <stdbool.h>

/*
 * From now on allocation number n fails, with and_after every later one, too.
 * 0: none does; they are counted.
 */
void alloc_start(unsigned long n, bool and_after);

/* No more; how many were asked for since. */
unsigned long alloc_stop(void);

#endif
