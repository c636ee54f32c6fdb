/*
 * Passwords: Argon2id (RFC 9106) in PHC strings, and the list of passwords
 * that everybody tries first.
 */
#ifndef KHATMA_PASSWD_H
#define KHATMA_PASSWD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

/* "$argon2id$v=19$m=…,t=…,p=…$salt$hash" with its NUL. */
#define PASSWD_PHC_MAX	128

/* OWASP Password Storage Cheat Sheet: the least that Argon2id should cost. */
#define PASSWD_MEMORY_MIN	19456
#define PASSWD_PASSES_MIN	2

struct passwd_cost {
	uint32_t memory;	/* KiB */
	uint32_t passes;
	uint32_t lanes;
};

/*
 * Let OpenSSL read and fetch what it needs for hashing, for a process that
 * cannot open files later.
 */
void passwd_warm_up(void);

/*
 * No password waits to be hashed: the memory that libargon2 wants for it, 19 MiB
 * by default, is kept from one to the next and goes back to the system now. A
 * small host has better uses of it.
 */
void passwd_rest(void);

/*
 * Hash a password with a fresh salt of 16 random bytes into a PHC string.
 * Uses OpenSSL's Argon2id where it has one (3.2 and later), else libargon2.
 * ERR_INTERNAL when there are no random bytes or no memory.
 */
enum err passwd_hash(const struct passwd_cost *cost, const char *password,
    char phc[PASSWD_PHC_MAX]);

/*
 * A PHC string of this cost that no password fits, for an address without an
 * account: to verify it takes as long.
 */
void passwd_nobodys(const struct passwd_cost *cost, char phc[PASSWD_PHC_MAX]);

/*
 * OK when password is the one that was hashed into phc, ERR_LOGIN_FAILED when
 * it is another, compared in constant time; ERR_INTERNAL when memory is out. A
 * string that is no Argon2id PHC string, or asks for more than 1 GiB or 64
 * passes, matches nothing.
 */
enum err passwd_verify(const char *phc, const char *password);

/*
 * Whether phc was made with less than cost in any part, so that it should be
 * made anew at the next login. True for a string that is not understood.
 */
bool passwd_outdated(const char *phc, const struct passwd_cost *cost);

/* Whether password, whatever its case, is in the list of common passwords. */
bool passwd_common(const char *password);

#endif
