/*
 * Tokens that somebody made up, signed by OpenSSL.
 */
#ifndef KHATMA_FORGE_H
#define KHATMA_FORGE_H

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "common/arena.h"
#include "common/token.h"

static size_t
base64url(const unsigned char *p, size_t n, char *out)
{
	int len = EVP_EncodeBlock((unsigned char *)out, p, (int)n);
	char *c;

	while (len > 0 && out[len - 1] == '=')
		len--;
	out[len] = '\0';
	for (c = out; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	return (size_t)len;
}

/* A token of any header and payload, signed by any digest (NULL: not). */
static const char *
forge(struct arena *a, const char *header, const char *payload,
    const struct token_key *k, const EVP_MD *md)
{
	size_t n = strlen(header), m = strlen(payload), len;
	char *text = arena_alloc(a, (n + m) * 2 + 200);
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned mac_len;

	len = base64url((const unsigned char *)header, n, text);
	text[len++] = '.';
	len += base64url((const unsigned char *)payload, m, text + len);
	if (md != NULL)
		HMAC(md, k->bytes, (int)k->len, (unsigned char *)text, len,
		    mac, &mac_len);
	text[len++] = '.';
	if (md != NULL)
		base64url(mac, mac_len, text + len);
	return text;
}

#endif
