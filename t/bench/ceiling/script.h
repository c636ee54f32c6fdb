/*
 * The statements of one request, as t/bench/record.pl has written them down,
 * and how they are run again for somebody else.
 *
 * A script has a line for each statement, its words separated by tabs:
 *
 *	query	TEXT
 *	execute	TEXT	ARGUMENT...
 *
 * An argument is n (NULL), or i (a number) or t (a text) and its value. In a
 * value {1} to {4} stand for the words of a line of the targets, and {id} for
 * the AUTO_INCREMENT of the last INSERT that had one.
 */
#ifndef KHATMA_SCRIPT_H
#define KHATMA_SCRIPT_H

#include <mysql.h>
#include <stdbool.h>
#include <stddef.h>

struct script;

/*
 * Read the file path and prepare its statements for this connection, which
 * stays the caller's. NULL, with a line on standard error, when that fails.
 */
struct script *script_new(const char *path, MYSQL *my);

/*
 * Run all of it for a target, a line of the file of targets, and fetch every
 * row. False, with a line on standard error, when a statement fails.
 */
bool script_run(struct script *s, const char *target);

#endif
