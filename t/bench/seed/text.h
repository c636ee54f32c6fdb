/* Names of people and khatmas, in Arabic and Latin letters. */
#ifndef KHATMA_BENCH_TEXT_H
#define KHATMA_BENCH_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { NAME_SIZE = 160, ABOUT_SIZE = 320 };

/* The full name of a user. */
void person_name(uint32_t user, char out[NAME_SIZE]);

/* The name of a khatma: common words, a rarer one, and its number. */
void khatma_name(uint32_t id, char out[NAME_SIZE]);

/* A few words about it, or none. */
void khatma_about(uint32_t id, char out[ABOUT_SIZE]);

#endif
