/*
 * libjwt gets its memory: it does not look whether it did, and token.c sees to
 * it beforehand that there is enough.
 */
#include <jwt.h>

#include "t/fuzz/fuzz.h"

/* name, type of what it returns, parameters, arguments */
#define KEEP(type, name, parameters, arguments)	\
	type __real_##name parameters;		\
	type __wrap_##name parameters;		\
	type					\
	__wrap_##name parameters		\
	{					\
		type result;			\
						\
		alloc_ours++;			\
		result = __real_##name arguments;	\
		alloc_ours--;			\
		return result;			\
	}

KEEP(int, jwt_new, (jwt_t **jwt), (jwt))
KEEP(int, jwt_decode,
    (jwt_t **jwt, const char *text, const unsigned char *key, int n),
    (jwt, text, key, n))
KEEP(int, jwt_add_grant,
    (jwt_t *jwt, const char *name, const char *value), (jwt, name, value))
KEEP(int, jwt_add_grant_int,
    (jwt_t *jwt, const char *name, long n), (jwt, name, n))
KEEP(int, jwt_add_header,
    (jwt_t *jwt, const char *name, const char *value), (jwt, name, value))
KEEP(int, jwt_set_alg,
    (jwt_t *jwt, jwt_alg_t alg, const unsigned char *key, int n),
    (jwt, alg, key, n))
KEEP(char *, jwt_encode_str, (jwt_t *jwt), (jwt))
KEEP(char *, jwt_get_headers_json, (jwt_t *jwt, const char *name), (jwt, name))
KEEP(char *, jwt_get_grants_json, (jwt_t *jwt, const char *name), (jwt, name))
