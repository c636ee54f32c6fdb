#include "common/passwd.h"

#include <regex.h>

#include "t/tap.h"

/* Cheap, so that hundreds of hashes take no time. */
static const struct passwd_cost cheap = {
	.memory = 64, .passes = 1, .lanes = 1,
};

static const struct passwd_cost least = {
	.memory = PASSWD_MEMORY_MIN, .passes = PASSWD_PASSES_MIN, .lanes = 1,
};

static bool
matches_regex(const char *s, const char *pattern)
{
	regex_t re;
	bool found;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	found = regexec(&re, s, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

static bool
matches(const char *phc, const char *password)
{
	return passwd_verify(phc, password) == OK;
}

static void
test_hash(void)
{
	char one[PASSWD_PHC_MAX], two[PASSWD_PHC_MAX];

	is_int(passwd_hash(&least, "StrongPass123", one), OK, "a hash");
	ok(matches_regex(one, "^\\$argon2id\\$v=19\\$m=19456,t=2,p=1"
	    "\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}$"), "as a PHC string");
	passwd_hash(&least, "StrongPass123", two);
	ok(strcmp(one, two) != 0, "another hash of it differs");
	ok(matches(one, "StrongPass123"), "the first matches");
	ok(matches(two, "StrongPass123"), "so does the second");
	ok(!matches(one, "StrongPass124"), "a wrong password does not");
	ok(!matches(one, "strongpass123"), "nor one in another case");
	ok(!matches(one, "StrongPass123 "), "nor one with a blank");
	ok(!matches(one, "StrongPass12"), "nor a shorter one");
	ok(!matches(one, ""), "nor none");
}

/* No length at which a password is cut. */
static void
test_lengths(void)
{
	static const size_t lengths[] = { 0, 1, 8, 72, 128, 512, 2000 };
	char phc[PASSWD_PHC_MAX], password[2048];
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		memset(password, 'x', sizeof(password));
		password[lengths[i]] = '\0';
		passwd_hash(&cheap, password, phc);
		ok(matches(phc, password), "%zu bytes", lengths[i]);
		password[lengths[i]] = 'x';
		password[lengths[i] + 1] = '\0';
		ok(!matches(phc, password), "not one more");
		if (lengths[i] == 0)
			continue;
		password[lengths[i] - 1] = '\0';
		ok(!matches(phc, password), "not one less");
	}
}

/* From the tests of the Argon2 reference implementation. */
static const struct {
	const char *phc;
	const char *password;
	bool match;
} vectors[] = {
	{ "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
	    "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password", true },
	{ "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
	    "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "passwore", false },
	{ "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ"
	    "$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password", true },
	{ "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
	    "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password", true },
};

#define SALT	"AAAAAAAAAAAAAAAAAAAAAA"
#define HASH	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* What phc_read() must refuse: passwd_outdated() tells. */
static const char *const bad[] = {
	"", "$", "x", "argon2id$v=19$m=64,t=1,p=1$" SALT "$" HASH,
	"$argon2i$v=19$m=64,t=1,p=1$" SALT "$" HASH,
	"$argon2d$v=19$m=64,t=1,p=1$" SALT "$" HASH,
	"$argon2id$m=64,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=16$m=64,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=019$m=64,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$t=1,m=64,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=1$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1,x=1$" SALT "$" HASH,
	"$argon2id$v=19$m=0,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=064,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=-64,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=+64,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m= 64,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=1048577,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=4294967360,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=99999999999999999999,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=0,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=65,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=4294967297,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=1,p=0$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=1,p=256$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1$$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1$AAAAAAA$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1$" SALT SALT SALT "$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1$" SALT "$",
	"$argon2id$v=19$m=64,t=1,p=1$" SALT "$AAAA",
	"$argon2id$v=19$m=64,t=1,p=1$" SALT "$" HASH HASH HASH,
	"$argon2id$v=19$m=64,t=1,p=1$" SALT "$" HASH "=",
	"$argon2id$v=19$m=64,t=1,p=1$" SALT "==$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1$" SALT "$" HASH " ",
	"$argon2id$v=19$m=64,t=1,p=1$" SALT "$" HASH "\n",
	"$argon2id$v=19$m=64,t=1,p=1$" SALT "$" HASH "$",
	" $argon2id$v=19$m=64,t=1,p=1$" SALT "$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAA-AAAAAAAAAA$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAB$" HASH,
	"$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAA$" HASH,
	"$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
	"pbkdf2_sha256$600000$abc$def",
};

static void
test_phc(void)
{
	size_t i;

	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		ok(matches(vectors[i].phc, vectors[i].password) ==
		    vectors[i].match, "reference vector %zu", i);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ok(passwd_outdated(bad[i], &cheap), "not understood: %zu", i);
		ok(!matches(bad[i], ""), "matches nothing: %zu", i);
	}
	/* Understood, but no Argon2 has fewer than 8 KiB for each lane. */
	ok(!matches("$argon2id$v=19$m=7,t=1,p=1$" SALT "$" HASH, ""),
	    "too little memory matches nothing");
	ok(!matches("$argon2id$v=19$m=64,t=1,p=255$" SALT "$" HASH, ""),
	    "too many lanes match nothing");
}

/* A damaged string matches neither the right password nor an empty one. */
static void
test_damage(void)
{
	char phc[PASSWD_PHC_MAX], cut[PASSWD_PHC_MAX];
	int matched = 0;
	size_t i, n;

	passwd_hash(&cheap, "StrongPass123", phc);
	n = strlen(phc);
	for (i = 0; i < n; i++) {
		memcpy(cut, phc, i);
		cut[i] = '\0';
		matched += matches(cut, "StrongPass123") ||
		    matches(cut, "");
	}
	is_int(matched, 0, "none of %zu truncations matches", n);
	for (i = 0; i < n; i++) {
		memcpy(cut, phc, n + 1);
		cut[i] = cut[i] == '1' ? '2' : '1';
		matched += matches(cut, "StrongPass123");
	}
	is_int(matched, 0, "none of %zu mutations matches", n);
}

static void
test_outdated(void)
{
	const struct passwd_cost base = { 128, 2, 2 };
	const struct passwd_cost memory = { 129, 2, 2 };
	const struct passwd_cost passes = { 128, 3, 2 };
	const struct passwd_cost lanes = { 128, 2, 3 };
	const struct passwd_cost huge = { 1048577, 1, 1 };
	const struct passwd_cost often = { 128, 65, 1 };
	const struct passwd_cost wide = { 2048, 1, 256 };
	const struct passwd_cost none = { 0, 0, 0 };
	char phc[PASSWD_PHC_MAX];

	is_int(passwd_hash(&base, "password", phc), OK, "two lanes");
	ok(matches(phc, "password"), "match as one does");
	ok(!passwd_outdated(phc, &base), "the same cost is not outdated");
	ok(!passwd_outdated(phc, &cheap), "nor is a higher one");
	ok(passwd_outdated(phc, &memory), "less memory is");
	ok(passwd_outdated(phc, &passes), "fewer passes are");
	ok(passwd_outdated(phc, &lanes), "fewer lanes are");
	is_int(passwd_hash(&huge, "password", phc), ERR_INTERNAL,
	    "a cost that would not match later is refused");
	is_int(passwd_hash(&often, "password", phc), ERR_INTERNAL,
	    "so are too many passes");
	is_int(passwd_hash(&wide, "password", phc), ERR_INTERNAL,
	    "and too many lanes");
	is_int(passwd_hash(&none, "password", phc), ERR_INTERNAL,
	    "and so is none at all");
}

static void
test_common(void)
{
	static const char *const common[] = {
		"password1", "PASSWORD1", "Password1", "qwertyuiop",
		"khatma123",
		"Khatma123", "quran123", "bismillah", "Bismillah1",
		"alhamdulillah", "ramadan2026", "الحمدلله", "iloveyou1",
		"1qaz2wsx", "!qaz2wsx",
	};
	static const char *const good[] = {
		"", "StrongPass123", "strongpass123", "password1 ",
		" password1", "password1\n", "passwor", "tr0ub4dor&3x",
		"correct horse battery staple", "zzzzzzzzzzzzzzzzzzzzzzzzzzzz",
	};
	char long_text[5000];
	size_t i;

	for (i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		ok(passwd_common(common[i]), "%s is common", common[i]);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(!passwd_common(good[i]), "not common: %zu", i);
	memset(long_text, 'a', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	ok(!passwd_common(long_text), "a long one is not common");
}

/* The whole list is found, and so is sorted as bsearch(3) needs it. */
static void
test_list(void)
{
	FILE *f = fopen("data/common-passwords.txt", "r");
	int lines = 0, missed = 0, weak = 0;
	char line[128];

	if (f == NULL) {
		ok(true, "# SKIP not in the source tree");
		return;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		lines++;
		missed += !passwd_common(line);
		weak += strlen(line) < 8 ||
		    strspn(line, "0123456789") == strlen(line);
	}
	fclose(f);
	ok(lines > 3000, "%d common passwords", lines);
	is_int(missed, 0, "all of them are found");
	is_int(weak, 0, "none that another rule refuses anyway");
}

int
main(void)
{
	test_hash();
	test_lengths();
	test_phc();
	test_damage();
	test_outdated();
	test_common();
	test_list();
	return done_testing();
}
