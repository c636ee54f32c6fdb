/*
 * What a worker can no longer do once it has started: run a program, start a
 * process, write or create a file, read one that is not a time zone's, call
 * anybody but the database. The one file that knows libseccomp and Landlock.
 */
#ifndef KHATMA_SANDBOX_H
#define KHATMA_SANDBOX_H

#include <stdbool.h>

struct conf;

/*
 * No core is written, and nobody of the same account may look into the memory
 * of the process: it has keys and passwords in it. For every program, also
 * without the sandbox.
 */
void sandbox_close_memory(void);

/*
 * Enter it; there is no way out. What the libraries read when they are first
 * used has to be read before. A system call that a worker has no reason for
 * ends it with SIGSYS; one that a library may try, such as opening a file, is
 * refused with an error.
 *
 * With KHATMA_DB_SOCKET the only sockets are those of files. Without, those of
 * the internet, too, to the database's port and, for names, port 53 (where
 * Landlock knows of ports: Linux 6.7). KHATMA_DB_SSL_CA and, for a database
 * with a host, the files of the resolver can be read as they are now: one that
 * takes the place of such a file is not seen.
 *
 * Returns NULL, or a sentence for the administrator when the kernel refuses.
 */
const char *sandbox_enter(const struct conf *conf);

/* Whether this kernel has Landlock: without, every file can still be read. */
bool sandbox_has_landlock(void);

#endif
