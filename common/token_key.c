#include "common/token.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JTI_BYTES	16
#define LABEL		"khatma-kid:"
#define PATH_BYTES	300

/* Reads at most size bytes; -1 and errno as read(2). */
static ssize_t
read_all(int fd, unsigned char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read(fd, buf + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static void
write_hex(const unsigned char *bytes, size_t n, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * i] = '\0';
}

static bool
set_kid(struct token_key *key)
{
	unsigned char text[sizeof(LABEL) - 1 + TOKEN_KEY_MAX];
	unsigned char hash[TOKEN_HASH_LEN];
	bool good;

	memcpy(text, LABEL, sizeof(LABEL) - 1);
	memcpy(text + sizeof(LABEL) - 1, key->bytes, key->len);
	good = EVP_Digest(text, sizeof(LABEL) - 1 + key->len, hash, NULL,
	    EVP_sha256(), NULL) == 1;
	OPENSSL_cleanse(text, sizeof(text));
	if (good)
		write_hex(hash, TOKEN_KID_LEN / 2, key->kid);
	return good;
}

/* The header in base64url (RFC 7515 section 2), as libjwt is going to write. */
static void
set_head(struct token_key *key)
{
	char json[TOKEN_HEAD_MAX / 2 + TOKEN_KID_LEN];
	int n = snprintf(json, sizeof(json),
	    "{\"alg\":\"HS256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", key->kid);

	EVP_EncodeBlock((unsigned char *)key->head, (unsigned char *)json, n);
	/* These letters give neither + nor /, in which base64url differs. */
	key->head[strcspn(key->head, "=")] = '\0';
}

enum err
token_key_set(struct token_key *key, const unsigned char *bytes, size_t len)
{
	memset(key, 0, sizeof(*key));
	if (len < TOKEN_KEY_MIN || len > TOKEN_KEY_MAX)
		return ERR_INTERNAL;
	memcpy(key->bytes, bytes, len);
	key->len = len;
	if (!set_kid(key)) {
		key->len = 0;
		return ERR_INTERNAL;
	}
	set_head(key);
	return OK;
}

static const char *
key_read(int fd, struct token_key *key, bool optional)
{
	unsigned char buf[2 * TOKEN_KEY_MAX];
	const char *error = NULL;
	ssize_t n;

	n = read_all(fd, buf, sizeof(buf));
	/* A full buffer may be only the beginning: too long as it stands. */
	while (n > 0 && n < (ssize_t)sizeof(buf) && isspace(buf[n - 1]))
		n--;
	if (n < 0)
		error = "The token key file cannot be read.";
	else if (n == 0 && optional)
		;	/* what systemd hands over where there is no file */
	else if (n < TOKEN_KEY_MIN)
		error = "The token key is shorter than 32 bytes.";
	else if (n > TOKEN_KEY_MAX)
		error = "The token key is longer than 512 bytes.";
	else if (token_key_set(key, buf, (size_t)n) != OK)
		error = "The token key has no SHA-256.";
	OPENSSL_cleanse(buf, sizeof(buf));
	return error;
}

/*
 * Reads a key; where optional, there may be none, or an empty file: a length of
 * 0.
 */
static const char *
key_load(struct token_key *key, const char *path, bool optional)
{
	const char *error;
	struct stat st;
	int fd;

	memset(key, 0, sizeof(*key));
	/* A FIFO would otherwise hold up the start for ever. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT && optional)
		return NULL;
	if (fd < 0)
		return "The token key file cannot be opened.";
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		error = "The token key file is not a regular file.";
	/* The group may: the usual way for a service is root:khatma 0640. */
	else if ((st.st_mode & S_IRWXO) != 0)
		error = "The token key file is open to every user of this "
		    "host; take that away with chmod o= on it.";
	else
		error = key_read(fd, key, optional);
	close(fd);
	return error;
}

const char *
token_keys_load(struct token_keys *keys, const char *path, bool shared,
    char why[TOKEN_WHY_MAX])
{
	char other[PATH_BYTES];
	const char *at = path, *error;
	int n = snprintf(other, sizeof(other), "%s.other", path);

	keys->shared = shared;
	error = key_load(&keys->signing, path, false);
	if (error == NULL) {
		at = other;
		error = (size_t)n < sizeof(other) ?
		    key_load(&keys->other, other, true) :
		    "The name of the token key file is too long.";
	}
	if (error == NULL && strcmp(keys->signing.kid, keys->other.kid) == 0)
		error = "The token key is the same as the other one; "
		    "take this file away.";
	if (error == NULL)
		return NULL;
	snprintf(why, TOKEN_WHY_MAX, "%.300s: %s", at, error);
	return why;
}

enum err
token_jti(char jti[TOKEN_JTI_MAX + 1])
{
	unsigned char bytes[JTI_BYTES];

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return ERR_INTERNAL;
	write_hex(bytes, sizeof(bytes), jti);
	return OK;
}

enum err
token_jti_hash(const char *jti, unsigned char hash[TOKEN_HASH_LEN])
{
	if (EVP_Digest(jti, strlen(jti), hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_INTERNAL;
	return OK;
}

