/*
 * The life of a worker: settings, key, then one request after the other.
 */
#ifndef KHATMA_SERVE_H
#define KHATMA_SERVE_H

struct service;

/*
 * Run a program. With standard input a listening socket it is a FastCGI
 * worker until SIGTERM or SIGUSR1, which it obeys between two requests;
 * otherwise it answers one request as plain CGI (RFC 3875). `-t` prepares
 * every SQL statement against the database and says which are wrong. `-c FILE`
 * reads the settings from that file, as KHATMA_CONF in the environment does.
 * Where REQUEST_METHOD is in the environment no argument is looked at.
 *
 * Returns the exit status: 0, or 1 when the settings, the key or (with -t) a
 * statement is not right; the reason is on standard error.
 */
int serve(int argc, char **argv, const struct service *service);

#endif
