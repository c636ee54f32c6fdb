/*
 * Answers that are kept for a day, so that a request that is sent again is
 * answered again and not done again. A row of idempotency_keys is written in
 * the transaction of the request itself: there is one exactly when the request
 * was done.
 *
 * The row of a key is the first thing that a transaction locks, before those
 * of login_failures, khatmas and users.
 */
#ifndef KHATMA_STORED_H
#define KHATMA_STORED_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/token.h"

struct arena;
struct db;

extern const char *const stored_sql[];

/* Whose key it is, and for what. */
struct stored_key {
	int64_t user;			/* 0: of nobody who is signed in */
	const char *key;		/* 1 to 255 bytes */
	unsigned char request[TOKEN_HASH_LEN];	/* hash of what is asked */
};

struct stored {
	bool same;		/* the present request is the one it answers */
	int64_t account;	/* with whom the row goes */
	int status;
	enum lang lang;
	const char *location;	/* "": none */
	const char *body;
};

/*
 * Inside a transaction, before anything else of it: take a key. Returns
 *	OK		it is new, or older than a day: now it is this request's
 *	ERR_DUPLICATE	it was answered: *s says how, texts in the arena
 *	ERR_KEY_BUSY	another transaction that is not done yet has it
 * or as db_query(). It does not wait for the other transaction, unless both
 * begin in the same instant.
 */
enum err stored_take(struct db *db, struct arena *a,
    const struct stored_key *key, struct stored *s);

/*
 * Inside the same transaction, after anything else of it: keep the answer
 * (same is not looked at). ERR_NO_PARENT: the account is gone.
 */
enum err stored_keep(struct db *db, const struct stored_key *key,
    const struct stored *s);

/* Drop a few rows that are older than a day, the oldest first. */
void stored_clean_up(struct db *db);

#endif
