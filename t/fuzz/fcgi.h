/* The client's side of the FastCGI protocol, specification of 1996. */
#ifndef KHATMA_FUZZ_FCGI_H
#define KHATMA_FUZZ_FCGI_H

#include "common/buf.h"
#include "t/fuzz/fuzz.h"

/*
 * Append a request in well-formed records, of at most part bytes each; with
 * padding of pad bytes.
 */
void fcgi_request(struct buf *out, const struct given *g, size_t part,
    unsigned char pad);

/*
 * What a worker sent has to be whole records of the kinds that it may send.
 * Appends what they have for standard output; *ended: the end is among them.
 */
void fcgi_answer(const char *from, size_t n, struct buf *out, bool *ended);

#endif
