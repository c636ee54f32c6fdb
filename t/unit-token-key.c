#include "common/token.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t/tap.h"

#define KEY32	"0123456789abcdef0123456789abcdef"

static void
test_jti(void)
{
	static const unsigned char abc[4] = { 0xba, 0x78, 0x16, 0xbf };
	char one[TOKEN_JTI_MAX + 1], two[TOKEN_JTI_MAX + 1];
	unsigned char hash[TOKEN_HASH_LEN];

	is_int(token_jti(one), OK, "a jti");
	is_int(token_jti(two), OK, "another");
	is_int((long long)strspn(one, "0123456789abcdef"), 32, "32 digits");
	is_int((long long)strlen(one), 32, "and no more");
	ok(strcmp(one, two) != 0, "they differ");
	is_int(token_jti_hash("abc", hash), OK, "the hash of a jti");
	ok(memcmp(hash, abc, sizeof(abc)) == 0, "is SHA-256 (FIPS 180-4)");
}

static const char *
load(const char *path, const char *bytes, size_t n, mode_t mode,
    struct token_keys *k)
{
	static char why[TOKEN_WHY_MAX];
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0 ||
	    chmod(path, mode) != 0)
		return "the test cannot write its file";
	return token_keys_load(k, path, false, why);
}

static void
test_key_content(const char *path)
{
	struct token_keys k = { .shared = true };
	char big[4096];

	is_str(load(path, KEY32, 32, 0600, &k), NULL, "32 bytes");
	ok(k.signing.len == 32 && memcmp(k.signing.bytes, KEY32, 32) == 0, "are the key");
	is_str(load(path, KEY32 " \r\n\n", 36, 0600, &k), NULL, "a newline");
	is_int((long long)k.signing.len, 32, "is not part of the key");
	is_str(load(path, " " KEY32, 33, 0600, &k), NULL, "a blank before");
	is_int((long long)k.signing.len, 33, "is part of it");
	is_str(load(path, "\0" KEY32 "\0", 34, 0600, &k), NULL, "NUL bytes");
	is_int((long long)k.signing.len, 34, "are part of it");
	memset(big, 'k', sizeof(big));
	is_str(load(path, big, TOKEN_KEY_MAX, 0600, &k), NULL, "512 bytes");
	is_int((long long)k.signing.len, TOKEN_KEY_MAX, "are the key");
	ok(load(path, KEY32, 31, 0600, &k) != NULL, "31 bytes are too few");
	ok(load(path, KEY32 "\n", 0, 0600, &k) != NULL, "none are");
	ok(load(path, "                                        ", 40, 0600,
	    &k) != NULL, "blanks are none");
	ok(load(path, big, TOKEN_KEY_MAX + 1, 0600, &k) != NULL,
	    "513 bytes are too many");
	ok(load(path, big, sizeof(big), 0600, &k) != NULL, "so are 4096");
	memset(big + 32, '\n', sizeof(big) - 32);
	ok(load(path, big, sizeof(big), 0600, &k) != NULL,
	    "and 4096 that end in newlines: who knows what follows");
}

/* Whether it is refused with these words about this file. */
static bool
refused(const char *path, const char *words)
{
	struct token_keys k = { .shared = true };
	char why[TOKEN_WHY_MAX];
	const char *said = token_keys_load(&k, path, false, why);

	return said != NULL && strncmp(said, path, strlen(path)) == 0 &&
	    strstr(said, words) != NULL;
}

static void
test_key_file(const char *dir, const char *path)
{
	static const char irregular[] = "not a regular file";
	struct token_keys k = { .shared = true };

	is_str(load(path, KEY32, 32, 0400, &k), NULL, "mode 0400");
	chmod(path, 0600);
	is_str(load(path, KEY32, 32, 0640, &k), NULL, "mode 0640");
	ok(load(path, KEY32, 32, 0604, &k) != NULL, "SEC-02: not mode 0604");
	ok(load(path, KEY32, 32, 0602, &k) != NULL, "SEC-02: not mode 0602");
	ok(load(path, KEY32, 32, 0644, &k) != NULL, "SEC-02: not mode 0644");
	unlink(path);
	ok(refused(path, "cannot be opened"), "not a missing file");
	ok(refused(dir, irregular), "not a folder");
	ok(refused("/dev/null", irregular), "not a device");
	mkfifo(path, 0600);
	ok(refused(path, irregular),
	    "not a FIFO, without waiting for a writer");
	unlink(path);
}

static void
test_other_key(const char *path, const char *other)
{
	static const char key2[] = KEY32 KEY32;
	struct token_keys k = { .shared = true };
	char first[TOKEN_KID_LEN + 1];

	is_str(load(path, KEY32, 32, 0600, &k), NULL, "one key is enough");
	ok(!k.shared, "it is not shared unless that is said");
	is_int((long long)k.other.len, 0, "there is no other then");
	memcpy(first, k.signing.kid, sizeof(first));
	ok(load(other, key2, 64, 0600, &k) == NULL &&
	    load(path, KEY32, 32, 0600, &k) == NULL, "a second is read, too");
	is_int((long long)k.other.len, 64, "it is the other");
	is_str(k.signing.kid, first, "a key keeps its kid");
	ok(strcmp(first, k.other.kid) != 0, "another has another");
	load(other, KEY32, 31, 0600, &k);
	ok(refused(path, ".other: The token key is shorter"),
	    "SEC-02: a second key of 31 bytes stops the start");
	load(other, key2, 64, 0644, &k);
	ok(refused(path, ".other: The token key file is open to every"),
	    "SEC-02: so does one that everybody may read");
	load(other, KEY32 "\n", 33, 0600, &k);
	ok(refused(path, ".other: The token key is the same"),
	    "SEC-02: and the same key twice");
	unlink(other);
	mkfifo(other, 0600);
	ok(refused(path, ".other: The token key file is not a regular"),
	    "and what is no file");
	unlink(other);
	ok(symlink(other, other) == 0 &&
	    refused(path, ".other: The token key file cannot be opened"),
	    "or leads nowhere");
	unlink(other);
	unlink(path);
}

/* sha256("khatma-kid:" KEY32) by sha256sum(1). */
static void
test_kid(void)
{
	static const unsigned char bytes[] = KEY32;
	struct token_key k;

	is_int(token_key_set(&k, bytes, 31), ERR_INTERNAL, "no key of 31");
	is_int((long long)k.len, 0, "it is none then");
	is_int(token_key_set(&k, bytes, TOKEN_KEY_MAX + 1), ERR_INTERNAL,
	    "nor of 513");
	is_int(token_key_set(&k, bytes, 32), OK, "but of 32");
	is_str(k.kid, "3d30da518aa1479e", "its kid is of its SHA-256");
	is_str(k.head, "eyJhbGciOiJIUzI1NiIsImtpZCI6IjNkMzBkYTUx"
	    "OGFhMTQ3OWUiLCJ0eXAiOiJKV1QifQ",
	    "and what its tokens begin with");
}

/* The same file by a name that .other does not fit behind any more. */
static void
test_name(const char *path)
{
	char name[TOKEN_WHY_MAX - 1], why[TOKEN_WHY_MAX];
	size_t n = strlen(path);
	struct token_keys k;

	memset(name, '/', sizeof(name));
	memcpy(name + sizeof(name) - 1 - n, path, n + 1);
	load(path, KEY32, 32, 0600, &k);
	ok(token_keys_load(&k, name, false, why) != NULL &&
	    strstr(why, "name of the token key file is too long") != NULL,
	    "a name that is too long is refused");
	unlink(path);
}

int
main(void)
{
	char dir[] = "/tmp/khatma-unit-XXXXXX", path[64], other[80];

	test_jti();
	test_kid();
	if (!ok(mkdtemp(dir) != NULL, "a folder for the key"))
		return done_testing();
	snprintf(path, sizeof(path), "%s/key", dir);
	snprintf(other, sizeof(other), "%s.other", path);
	test_key_content(path);
	test_key_file(dir, path);
	test_other_key(path, other);
	test_name(path);
	rmdir(dir);
	return done_testing();
}
