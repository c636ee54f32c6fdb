/*
 * The person behind a request, as the rules need them.
 */
#ifndef KHATMA_WHO_H
#define KHATMA_WHO_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

#define ZONE_MAX	65

struct who {
	int64_t id;		/* 0: nobody is signed in */
	int64_t login;		/* the login of the token; 0: not one of ours */
	char zone[ZONE_MAX];	/* IANA name */
	bool chose_language;
	enum lang lang;		/* chosen, else by Accept-Language */
	int64_t now;		/* the database's clock, microseconds */
	int64_t today;		/* local day in zone at now */
};

#endif
