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
    struct token_key *k)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0 ||
	    chmod(path, mode) != 0)
		return "the test cannot write its file";
	return token_key_load(path, k);
}

static void
test_key_content(const char *path)
{
	struct token_key k = { .len = 0 }, before;
	char big[4096];

	is_str(load(path, KEY32, 32, 0600, &k), NULL, "32 bytes");
	ok(k.len == 32 && memcmp(k.bytes, KEY32, 32) == 0, "are the key");
	is_str(load(path, KEY32 " \r\n\n", 36, 0600, &k), NULL, "a newline");
	is_int((long long)k.len, 32, "is not part of the key");
	is_str(load(path, " " KEY32, 33, 0600, &k), NULL, "a blank before");
	is_int((long long)k.len, 33, "is part of it");
	is_str(load(path, "\0" KEY32 "\0", 34, 0600, &k), NULL, "NUL bytes");
	is_int((long long)k.len, 34, "are part of it");
	memset(big, 'k', sizeof(big));
	is_str(load(path, big, TOKEN_KEY_MAX, 0600, &k), NULL, "512 bytes");
	is_int((long long)k.len, TOKEN_KEY_MAX, "are the key");
	before = k;
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
	ok(memcmp(&k, &before, sizeof(k)) == 0, "a failure changes nothing");
}

static void
test_key_file(void)
{
	static const char irregular[] =
	    "The token key file is not a regular file.";
	char dir[] = "/tmp/khatma-unit-XXXXXX", path[64];
	struct token_key k;

	if (!ok(mkdtemp(dir) != NULL, "a folder for the key"))
		return;
	snprintf(path, sizeof(path), "%s/key", dir);
	test_key_content(path);
	is_str(load(path, KEY32, 32, 0400, &k), NULL, "mode 0400");
	chmod(path, 0600);
	is_str(load(path, KEY32, 32, 0640, &k), NULL, "mode 0640");
	ok(load(path, KEY32, 32, 0604, &k) != NULL, "not mode 0604");
	ok(load(path, KEY32, 32, 0602, &k) != NULL, "not mode 0602");
	ok(load(path, KEY32, 32, 0644, &k) != NULL, "not mode 0644");
	unlink(path);
	ok(token_key_load(path, &k) != NULL, "not a missing file");
	is_str(token_key_load(dir, &k), irregular, "not a folder");
	is_str(token_key_load("/dev/null", &k), irregular, "not a device");
	mkfifo(path, 0600);
	is_str(token_key_load(path, &k), irregular,
	    "not a FIFO, without waiting for a writer");
	unlink(path);
	rmdir(dir);
}

int
main(void)
{
	test_jti();
	test_key_file();
	return done_testing();
}
