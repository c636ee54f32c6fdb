/* Access tokens that are sent again: what is remembered of good ones. */
#include "common/token.h"

#include "common/arena.h"
#include "t/tap.h"

#define NOW	INT64_C(1780000000)
#define LIFE	3600

static struct token_keys keys, no_keys;
static struct arena *arena;

static const char *
sign(enum token_type type, int64_t user, int64_t login)
{
	const struct token t = { .type = type, .user_id = user,
	    .session_id = login, .issued = NOW, .expires = NOW + LIFE,
	    .jti = "0123456789" };
	const char *text = "";

	token_sign(arena, &keys, &t, &text);
	return text;
}

static enum err
verify(const struct token_keys *by, const char *text, int64_t now)
{
	struct token t = { .user_id = -1 };
	enum err e = token_verify_access(by, text, now, &t);

	if (e != OK && t.user_id != -1)
		return ERR_INTERNAL;	/* written though it is not good */
	return e;
}

static void
test_again(void)
{
	const char *text = sign(TOKEN_ACCESS, 7, 3);
	struct token first = { 0 }, second = { 0 };

	is_int(token_verify_access(&keys, text, NOW, &first), OK, "a token");
	is_int(token_verify_access(&no_keys, text, NOW, &second), OK,
	    "that was found good is not taken apart again");
	ok(first.type == TOKEN_ACCESS && first.user_id == 7 &&
	    first.session_id == 3 && first.issued == NOW &&
	    first.expires == NOW + LIFE && first.jti[0] == '\0',
	    "it says whose it is");
	ok(second.type == first.type && second.user_id == first.user_id &&
	    second.session_id == first.session_id &&
	    second.issued == first.issued &&
	    second.expires == first.expires && second.jti[0] == '\0',
	    "and the same once more");
}

static void
test_time(void)
{
	const char *text = sign(TOKEN_ACCESS, 8, 3);

	is_int(verify(&keys, text, NOW - 31), ERR_TOKEN_INVALID,
	    "one of the future is not good yet");
	is_int(verify(&keys, text, NOW), OK, "then it is");
	is_int(verify(&keys, text, NOW + LIFE - 1), OK, "to its last second");
	is_int(verify(&keys, text, NOW + LIFE), ERR_TOKEN_INVALID,
	    "and not when it has expired, known or not");
	is_int(verify(&keys, text, NOW - 31), ERR_TOKEN_INVALID,
	    "nor when the clock was put back");
	is_int(verify(&keys, text, NOW - 30), OK,
	    "by more than two clocks may differ");
}

static void
test_others(void)
{
	const char *text = sign(TOKEN_ACCESS, 9, 3);
	char *changed = arena_strdup(arena, text);
	int let_in = 0;

	is_int(verify(&keys, text, NOW), OK, "a token is known");
	/* of the last character some bits say nothing */
	for (size_t i = 0; i + 1 < strlen(text); i++) {
		changed[i] ^= 1;
		let_in += verify(&keys, changed, NOW) == OK;
		changed[i] ^= 1;
	}
	is_int(let_in, 0, "one that differs in any character is not");
	is_int(verify(&keys, sign(TOKEN_REFRESH, 9, 3), NOW),
	    ERR_TOKEN_INVALID, "nor is a refresh token");
	is_int(verify(&no_keys, sign(TOKEN_ACCESS, 9, 4), NOW),
	    ERR_TOKEN_INVALID, "nor another of the same user");
	is_int(verify(&keys, arena_printf(arena, "%s%3000s", text, "x"), NOW),
	    ERR_TOKEN_INVALID, "nor what goes on behind it");
	is_int(verify(&keys, "", NOW), ERR_TOKEN_INVALID, "nor nothing");
}

/* More than there are places for: none is taken for another. */
static void
test_many(void)
{
	const char *text[5000];
	struct token t;
	int wrong = 0;

	for (int i = 0; i < 5000; i++) {
		text[i] = sign(TOKEN_ACCESS, 1 + i, 1);
		verify(&keys, text[i], NOW);
	}
	for (int i = 0; i < 5000; i++) {
		if (token_verify_access(&keys, text[i], NOW, &t) != OK ||
		    t.user_id != 1 + i)
			wrong++;
	}
	is_int(wrong, 0, "each of five thousand is its own user's");
}

int
main(void)
{
	static const unsigned char bytes[TOKEN_KEY_MIN];

	arena = arena_new((size_t)8 << 20);
	token_key_set(&keys.signing, bytes, sizeof(bytes));
	test_again();
	test_time();
	test_others();
	test_many();
	arena_free(arena);
	return done_testing();
}
