/*
 * The log: one JSON object a line on standard error, written by one write(2).
 * What cannot be written (the disk is full) is left out; before the next line
 * that can an event log_lines_lost says how many were, on a line of its own.
 * Nothing that a client sent stands in it but numbers, a checked request id
 * and words of our own tables.
 */
#ifndef KHATMA_LOG_H
#define KHATMA_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct log_request {
	const char *id;		/* request id */
	const char *group;	/* name of the program */
	const char *method;
	const char *route;	/* the pattern, such as khatmas/#/join */
	const char *code;	/* machine word of the error, or NULL */
	int status;
	int64_t duration;	/* microseconds */
	unsigned statements;	/* SQL statements executed */
	bool over;		/* more statements than the route may make */
	int64_t user;		/* 0: nobody */
};

/* The line of a request. */
void log_request(const struct log_request *q);

/*
 * The line of an event: what is a word of our own; number is a library's or
 * the system's code, or the id of a row, or 0; detail is free text for the
 * administrator, or NULL.
 */
void log_event(const char *what, int64_t number, const char *detail);

#endif
