/*
 * How a worker is told to end: SIGTERM or SIGUSR1, which it obeys between two
 * pieces of work.
 */
#ifndef KHATMA_STOP_H
#define KHATMA_STOP_H

#include <signal.h>
#include <stdbool.h>

/*
 * Block both signals, so that none of them falls into the middle of a request
 * or a mail. *waiting is the mask for the wait between two, such as that of
 * ppoll(2) or epoll_pwait(2), which they end.
 */
void stop_prepare(sigset_t *waiting);

/* Whether one of them has come. */
bool stop_asked(void);

#endif
