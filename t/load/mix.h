/* An evening of Ramadan: what load does with -m. */
#ifndef KHATMA_MIX_H
#define KHATMA_MIX_H

#include <stdbool.h>

/*
 * Before the clients run. groups is the path of a file with a line "KHATMA
 * CHAPTER..." for each group that can be joined: its chapters that are free, in
 * the order in which they will be read; the one that a join gives should be the
 * last. rate is how many requests all clients begin in a second, 0 as many as
 * are answered. Without logins those who would log in look at a board. False:
 * there is no such file.
 */
bool mix_open(const char *groups, double rate, bool logins);

/* The evening of one client, a struct client: what a thread runs. */
void *mix_run(void *client);

#endif
