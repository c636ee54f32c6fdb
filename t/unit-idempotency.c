#include "common/idempotency.h"

#include <stdlib.h>

#include "common/db.h"
#include "common/stored.h"
#include "t/fake.h"
#include "t/tap.h"

/* A table of one row, and a database that goes wrong as the test says. */

static struct {
	bool there;
	struct stored_key key;
	struct stored answer;
	char name[256], body[256], location[LOCATION_MAX];
} row, kept;

/*
 * What each db_tx() comes to, in order, before the rest goes well. A COMMIT of
 * which nothing is known may have been done, or not.
 */
enum fate { WELL, AWAY, LOST_BEFORE, LOST_AFTER, BUSY, AGAIN };
static enum fate fates[64];
static size_t at, nfates;
static unsigned pauses, cleaned;
static bool forever;	/* the last of the fates stays */

enum err
stored_take(struct db *db, struct arena *a, const struct stored_key *key,
    struct stored *s)
{
	(void)db;
	(void)a;
	kept.there = false;
	if (!row.there || row.key.user != key->user ||
	    strcmp(row.name, key->key) != 0)
		return OK;
	*s = row.answer;
	s->same = memcmp(row.key.request, key->request, TOKEN_HASH_LEN) == 0;
	return ERR_DUPLICATE;
}

enum err
stored_keep(struct db *db, const struct stored_key *key,
    const struct stored *s)
{
	(void)db;
	kept.there = true;
	kept.key = *key;
	kept.answer = *s;
	snprintf(kept.name, sizeof(kept.name), "%s", key->key);
	snprintf(kept.body, sizeof(kept.body), "%s", s->body);
	snprintf(kept.location, sizeof(kept.location), "%s", s->location);
	return OK;
}

void
stored_clean_up(struct db *db)
{
	(void)db;
	cleaned++;
}

void
db_pause(struct db *db)
{
	(void)db;
	pauses++;
}

bool
db_committed(const struct db *db)
{
	(void)db;
	return false;
}

static void
commit(void)
{
	row = kept;
	row.answer.body = row.body;
	row.answer.location = row.location;
}

enum err
db_tx(struct db *db, db_fn *fn, void *arg)
{
	enum fate fate = WELL;
	enum err e;

	if (at < nfates || (forever && nfates > 0))
		fate = fates[at < nfates ? at : nfates - 1];
	at++;
	if (fate == AWAY)
		return ERR_DATABASE_AWAY;
	if (fate == BUSY)
		return ERR_KEY_BUSY;
	if (fate == AGAIN)	/* a deadlock: the whole once more */
		fn(db, arg);
	e = fn(db, arg);
	if (e == OK && fate != LOST_BEFORE)
		commit();
	return e == OK && (fate == LOST_BEFORE || fate == LOST_AFTER) ?
	    ERR_OUTCOME_UNKNOWN : e;
}

/* Handlers. */

static int made;
static enum err make_next;

static enum err
make(struct req *r)
{
	struct json *j = reply_created(r, "/api/things/#/", ++made);

	if (r->who.id == 0)
		r->who.id = 40 + made;
	json_open(j, NULL, '{');
	json_int(j, "made", made);
	json_close(j);
	return make_next;
}

static enum err
make_wrong(struct req *r)
{
	made++;
	return req_wrong(r, "name", MSG_REQUIRED);
}

/* Leaves the answer without room. */
static enum err
make_half(struct req *r)
{
	make(r);
	r->reply.body.failed = true;
	return OK;
}

static enum err
identify(struct db *db, const struct token *token, struct who *who)
{
	(void)db;
	who->id = token->user_id;
	return OK;
}

static enum err
essence(struct req *r, const char **text)
{
	*text = json_get_text(json_member(r->json, "name"));
	return OK;
}

static enum err owner_is;
static int64_t asked_owner;

static enum err
is_owner(struct req *r, int64_t account)
{
	(void)r;
	asked_owner = account;
	return owner_is;
}

static const struct route routes[] = {
	{ POST, "things", make, ROUTE_CREATES, 0 },
	{ POST, "things/#", make, ROUTE_CREATES, 0 },
	{ POST, "wrong", make_wrong, ROUTE_CREATES, 0 },
	{ POST, "half", make_half, ROUTE_CREATES, 0 },
	{ POST, "open", make, ROUTE_OPEN | ROUTE_BODY | ROUTE_CREATES, 0 },
};

static const struct service service = {
	.name = "fake", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = identify, .essence = essence, .is_owner = is_owner,
};

#define ASK(...) \
	ask(&service, &(struct ask){ .method = "POST", \
	    .type = "application/json", __VA_ARGS__ })
#define THING(...)	ASK(.path = "/api/things/", __VA_ARGS__)

static void
begin(size_t n, const enum fate *list)
{
	memset(&row, 0, sizeof(row));
	at = 0;
	nfates = n;
	for (size_t i = 0; i < n; i++)
		fates[i] = list[i];
	made = 0;
	pauses = cleaned = 0;
	forever = false;
	make_next = OK;
}

#define BEGIN(...) \
	begin(sizeof((enum fate[]){ __VA_ARGS__ }) / sizeof(enum fate), \
	    (enum fate[]){ __VA_ARGS__ })

static bool
is_made(int n)
{
	char body[32];

	snprintf(body, sizeof(body), "{\"made\":%d}", n);
	return fake_req.reply.status == 201 && strcmp(fake_body(), body) == 0 &&
	    has("\r\nLocation: /api/things/");
}

static bool
replayed(void)
{
	return has("\r\nIdempotency-Replayed: true\r\n");
}

static bool
is_problem(int status, const char *code)
{
	return fake_req.reply.status == status &&
	    strcmp(fake_req.reply.code ? fake_req.reply.code : "", code) == 0 &&
	    has("application/problem+json") && !has("Location") && !replayed();
}

static void
test_headers(void)
{
	static const struct {
		const char *header, *key;
	} good[] = {
		{ "k", "k" }, { "\"k\"", "k" }, { "~!#$%&'()*+-./:<=>?@[]^_`{|}",
		    "~!#$%&'()*+-./:<=>?@[]^_`{|}" },
		{ "8e03978e-40d5-43dd-bc93-6894a57f9324",
		    "8e03978e-40d5-43dd-bc93-6894a57f9324" },
		{ "\"a b, c; d\"", "a b, c; d" }, { "\" \"", " " },
		{ "\"\\\"\"", "\"" }, { "\"\\\\\"", "\\" },
		{ "\"\\\"a\\\\\"", "\"a\\" },
	};
	static const char *const bad[] = {
		"", " ", "a b", "a,b", "a, a", "\"a\", \"a\"", "a;b", "a\"b",
		"a\\b", "\"", "\"\"", "\"a", "a\"", "\"a\"b", "\"a\";b=1",
		"\"a\\\"", "\"\\a\"", "\"a\"b\"", "\x7f", "a\tb", "\"a\tb\"",
		"\"\x7f\"", "\xc3\xa9", "\"\xc3\xa9\"", "\xd8\xb3", "'a b'",
		"\"a\" ", " a",
	};
	char key[IDEMPOTENCY_KEY_MAX + 1], text[300];

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		bool is = idempotency_key(good[i].header, key);

		ok(is && strcmp(key, good[i].key) == 0, "%s is a key",
		    good[i].header);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		ok(!idempotency_key(bad[i], key), "bad header %zu is none", i);
	memset(text, 'a', sizeof(text));
	text[255] = '\0';
	ok(idempotency_key(text, key) && strlen(key) == 255,
	    "a key has up to 255 characters");
	text[255] = 'a';
	text[256] = '\0';
	ok(!idempotency_key(text, key), "and not one more");
	text[0] = text[256] = '"';
	text[257] = '\0';
	ok(idempotency_key(text, key) && strlen(key) == 255,
	    "quotes do not count");
	text[256] = 'a';
	text[257] = '"';
	text[258] = '\0';
	ok(!idempotency_key(text, key), "but what is between them");
}

static void
test_repeats(void)
{
	BEGIN(WELL);
	THING(.key = "k", .body = "{}");
	ok(is_made(1) && !replayed(), "the first request is done");
	is_int(cleaned, 1, "and pays for those of yesterday");
	THING(.key = "\"k\"", .body = "{}");
	ok(is_made(1) && replayed() && made == 1,
	    "the same once more is answered as it was");
	ASK(.path = "//api/things", .key = "k", .body = "{}");
	ok(is_made(1) && replayed(), "slashes make no other request");
	THING(.key = "k", .body = "{ }");
	ok(is_problem(422, "idempotency_key_reused"), "another body does");
	THING(.key = "k");
	ok(is_problem(422, "idempotency_key_reused"), "so does none");
	ASK(.path = "/api/things/1/", .key = "k", .body = "{}");
	ok(is_problem(422, "idempotency_key_reused"), "and another path");
	is_int(made, 1, "nothing of that is done");
	THING(.key = "l", .body = "{}");
	ok(is_made(2), "another key is another request");
	THING(.body = "{}");
	ok(is_made(3) && at == 7, "without a key nothing is asked");
	THING(.key = "a b", .body = "{}");
	ok(is_problem(400, "idempotency_key_invalid") && made == 3,
	    "a bad key is refused");
	THING(.key = "k", .key_again = "k", .body = "{}");
	ok(is_problem(400, "idempotency_key_invalid") && made == 3,
	    "so are two");
	ASK(.path = "/api/things/7", .key = "n", .body = "{}");
	ASK(.path = "/api/things/8", .key = "n", .body = "{}");
	ok(is_problem(422, "idempotency_key_reused"), "a number counts, too");
}

static void
test_languages(void)
{
	BEGIN(WELL);
	THING(.key = "k", .language = "ar", .body = "{}");
	THING(.key = "k", .language = "en", .body = "{}");
	ok(is_made(1) && has("\r\nContent-Language: ar\r\n"),
	    "an answer that is kept is in the language it was in");
}

static void
test_errors(void)
{
	BEGIN(WELL);
	ASK(.path = "/api/wrong", .key = "k", .body = "{}");
	ok(is_problem(400, "validation_error") && !row.there,
	    "what was refused is not kept");
	BEGIN(AGAIN);
	ASK(.path = "/api/wrong", .key = "k", .body = "{}");
	ok(made == 2 && fake_req.errors.n == 1,
	    "a field is wrong once, however often it is looked at");
	BEGIN(WELL);
	ASK(.path = "/api/half", .key = "k", .body = "{}");
	ok(is_problem(500, "internal_error") && !row.there,
	    "half an answer is not kept");
	BEGIN(WELL);
	make_next = ERR_NO_PARENT;
	THING(.key = "k", .body = "{}");
	ok(is_problem(401, "token_invalid") && !row.there,
	    "nor is anything for who is gone");
	BEGIN(BUSY);
	THING(.key = "k", .body = "{}");
	ok(is_problem(409, "request_in_progress") &&
	    has("\r\nRetry-After: 1\r\n") && pauses == 0,
	    "while the first request lasts the second is told so, at once");
	BEGIN(AWAY);
	THING(.key = "k", .body = "{}");
	ok(is_problem(503, "database_unavailable") && pauses == 0,
	    "without a database nothing was changed, and that is said");
	BEGIN(AGAIN);
	THING(.key = "k", .body = "{}");
	ok(is_made(2) && row.there && strcmp(row.body, "{\"made\":2}") == 0,
	    "after a deadlock the answer is the one that was kept");
}

static void
test_commits(void)
{
	BEGIN(LOST_AFTER);
	THING(.key = "k", .body = "{}");
	ok(is_made(1) && made == 1,
	    "a COMMIT that was done and not answered is found");
	BEGIN(LOST_BEFORE);
	THING(.key = "k", .body = "{}");
	ok(is_made(2) && strcmp(row.body, "{\"made\":2}") == 0,
	    "one that was not done is done");
	BEGIN(LOST_BEFORE, LOST_BEFORE, LOST_AFTER);
	THING(.key = "k", .body = "{}");
	ok(is_made(3) && replayed(), "though it happens again and again");
	BEGIN(LOST_AFTER, BUSY, BUSY, AWAY, BUSY);
	THING(.key = "k", .body = "{}");
	ok(is_made(1) && made == 1 && pauses == 5,
	    "it is waited for a server that is not done, or not there");
	BEGIN(LOST_BEFORE, WELL);
	make_next = OK;
	ASK(.path = "/api/open", .key = "k", .body = "{\"name\":\"a\"}");
	ok(is_made(2) && row.answer.account == 42 && row.key.user == 0,
	    "a round that is lost leaves no account behind");
}

/* What cannot be found out is said, with what to do about it. */
static void
test_unknown(void)
{
	int64_t start = time_monotonic();

	BEGIN(LOST_BEFORE, BUSY);
	forever = true;
	THING(.key = "k", .body = "{}");
	ok(is_problem(503, "outcome_unknown") && has("Retry-After") &&
	    has("with the same Idempotency-Key"),
	    "after a while it is said that it is not known");
	ok(time_monotonic() - start >= DB_RETRY_USEC, "not before");
	BEGIN(LOST_BEFORE, AWAY);
	forever = true;
	THING(.key = "k", .language = "ar", .body = "{}");
	ok(is_problem(503, "outcome_unknown") && has("Idempotency-Key"),
	    "a database that is away has not undone it");
}

#define SIGNUP(given, ...) \
	ASK(.path = "/api/open", .no_token = true, .key = (given), \
	    .body = "{\"name\":\"a\",\"secret\":\"" __VA_ARGS__ "\"}")

static void
test_strangers(void)
{
	BEGIN(WELL);
	SIGNUP("k", "x");
	ok(is_made(1) && row.answer.account == 41 && row.key.user == 0,
	    "what is made without an account goes with the one it made");
	owner_is = OK;
	SIGNUP("k", "x");
	ok(is_made(1) && replayed() && asked_owner == 41,
	    "who has that is answered as before");
	ok(fake_req.who.id == 41, "the log names the account");
	owner_is = ERR_LOGIN_FAILED;
	SIGNUP("k", "y");
	ok(is_problem(422, "idempotency_key_reused"),
	    "who has not is told nothing");
	owner_is = ERR_LOGIN_BLOCKED;
	SIGNUP("k", "y");
	ok(is_problem(429, "login_blocked"), "and may not guess");
	owner_is = ERR_TOKEN_INVALID;
	SIGNUP("k", "x");
	ok(is_problem(409, "request_in_progress"),
	    "an account that has just gone is for the next time");
	owner_is = OK;
	asked_owner = 0;
	ASK(.path = "/api/open", .no_token = true, .key = "k",
	    .body = "{\"name\":\"b\",\"secret\":\"x\"}");
	ok(is_problem(422, "idempotency_key_reused") && asked_owner == 0,
	    "another request is not compared with any secret");
	is_int(made, 1, "nothing of that is done");
}

int
main(void)
{
	test_headers();
	test_repeats();
	test_languages();
	test_errors();
	test_commits();
	test_unknown();
	test_strangers();
	fake_end();
	return done_testing();
}
