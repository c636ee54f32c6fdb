/*
 * The token verifier. An input that begins with "sign" and a line break has a
 * header and a claims text on a line each, which are signed for it, so that
 * the fuzzer gets behind the signature; any other is a token as it stands.
 * What is taken is signed with our key and says what a token has to say.
 */
#include <cjson/cJSON.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <strings.h>

#include "common/arena.h"
#include "common/token.h"
#include "t/fuzz/fuzz.h"

static const unsigned char key[] = "0123456789abcdef0123456789abcdef";

/* Shared, so that tokens with our kid and those without can be good. */
static const struct token_keys *
our_keys(void)
{
	static struct token_keys keys = { .shared = true };

	if (keys.signing.len == 0)
		PROMISE(token_key_set(&keys.signing, key, sizeof(key) - 1) ==
		    OK, "no key");
	return &keys;
}

static const char *
base64url(struct arena *a, const void *p, size_t n)
{
	char *s = arena_alloc(a, n * 4 / 3 + 8);
	int len = EVP_EncodeBlock((unsigned char *)s, p, (int)n);

	while (len > 0 && s[len - 1] == '=')
		len--;
	s[len] = '\0';
	for (char *c = s; *c; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	return s;
}

static const char *
signature(struct arena *a, const char *text, size_t n)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	HMAC(EVP_sha256(), key, (int)sizeof(key) - 1,
	    (const unsigned char *)text, n, mac, &len);
	return base64url(a, mac, len);
}

static const char *
sign(struct arena *a, char *text)
{
	char *claims = strchr(text, '\n');
	const char *head;

	if (claims)
		*claims++ = '\0';
	else
		claims = text + strlen(text);
	head = arena_printf(a, "%s.%s", base64url(a, text, strlen(text)),
	    base64url(a, claims, strlen(claims)));
	return arena_printf(a, "%s.%s", head, signature(a, head,
	    strlen(head)));
}

static unsigned char *
decode(struct arena *a, const char *part, size_t n, int *len)
{
	char *s = arena_alloc(a, n + 5);
	unsigned char *out = arena_alloc(a, n + 5);

	for (size_t i = 0; i < n; i++)
		s[i] = part[i] == '-' ? '+' : part[i] == '_' ? '/' : part[i];
	*len = (int)(n / 4 * 3 + (n % 4 ? n % 4 - 1 : 0));
	while (n % 4)
		s[n++] = 'A';
	EVP_DecodeBlock(out, (unsigned char *)s, (int)n);
	return out;
}

static void
check_claims(struct arena *a, const char *part, size_t n, enum token_type type,
    const struct token *t)
{
	int len;
	unsigned char *text = decode(a, part, n, &len);
	cJSON *v = cJSON_ParseWithLength((char *)text, (size_t)len);
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(v, "token_type");

	PROMISE(cJSON_IsObject(v), "claims that are no object are taken");
	PROMISE(cJSON_IsString(name) && strcmp(name->valuestring,
	    type == TOKEN_ACCESS ? "access" : "refresh") == 0,
	    "a token of another type is taken");
	PROMISE(!cJSON_GetObjectItemCaseSensitive(v, "aud") &&
	    !cJSON_GetObjectItemCaseSensitive(v, "iss"),
	    "a token for somebody else is taken");
	PROMISE(t->expires > CALM_NOW && t->issued <= CALM_NOW + 30 &&
	    t->user_id > 0 && t->session_id >= 0 && t->jti[0],
	    "a token out of its time is taken");
	cJSON_Delete(v);
}

static void
check_taken(struct arena *a, const char *text, enum token_type type,
    const struct token *t)
{
	const char *claims = strchr(text, '.') + 1, *mac = strchr(claims, '.');
	char *changed = arena_strdup(a, text);
	struct token none;
	int len;

	PROMISE(strcmp(signature(a, text, (size_t)(mac - text)), mac + 1) == 0,
	    "a token that is not signed is taken");
	PROMISE(memmem(decode(a, text, (size_t)(claims - 1 - text), &len),
	    (size_t)(claims - text), "HS256", 5),
	    "a token of another algorithm is taken");
	check_claims(a, claims, (size_t)(mac - claims), type, t);
	for (size_t i = 0; i < strlen(text); i += 7) {
		char was = changed[i];

		changed[i] = was == 'A' ? 'B' : 'A';
		PROMISE(changed[i] == was || token_verify(our_keys(), changed,
		    type, CALM_NOW, &none) != OK, "the token %s is taken for %s", changed, text);
		changed[i] = was;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)16 << 20);
	enum token_type type = size % 4 == 3 ? TOKEN_REFRESH : TOKEN_ACCESS;
	struct token t = { .user_id = -1 };
	const char *text;
	char *copy = a ? arena_strndup(a, (const char *)data, size) : NULL;
	enum err e;

	if (copy == NULL)
		return 0;
	text = strncmp(copy, "sign\n", 5) == 0 ? sign(a, copy + 5) : copy;
	if (strstr(copy, "\"refresh\""))
		type = TOKEN_REFRESH;
	e = token_verify(our_keys(), text, type, CALM_NOW, &t);
	PROMISE(e == OK || e == ERR_TOKEN_INVALID, "the error %d", (int)e);
	PROMISE(e == OK || t.user_id == -1, "a refused token is written");
	if (e == OK)
		check_taken(a, text, type, &t);
	arena_free(a);
	return 0;
}
