#include "common/conf.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t/tap.h"

static char dir[] = "/tmp/khatma-unit-XXXXXX";
static char path[64];

static const char *const names[] = {
	"KHATMA_DB_SOCKET", "KHATMA_DB_HOST", "KHATMA_DB_PORT",
	"KHATMA_DB_NAME", "KHATMA_DB_USER", "KHATMA_DB_PASSWORD",
	"KHATMA_DB_SSL_CA", "KHATMA_JWT_KEY_FILE", "KHATMA_JWT_SHARED",
	"KHATMA_ACCESS_TTL",
	"KHATMA_REFRESH_TTL", "KHATMA_REFRESH_ROTATE", "KHATMA_ARGON2_MEMORY",
	"KHATMA_ARGON2_PASSES", "KHATMA_LISTS", "KHATMA_CORS_ORIGINS",
	"KHATMA_PUBLIC_URL", "KHATMA_SANDBOX",
	"KHATMA_SMTP_URL", "KHATMA_SMTP_USER",
	"KHATMA_SMTP_PASSWORD", "KHATMA_SMTP_TLS", "KHATMA_SMTP_CA",
	"KHATMA_MAIL_FROM", "KHATMA_RESET_URL", "KHATMA_CONF",
};

static void
clear_environment(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);
}

/* Load a file of this text. NULL, or what is wrong. */
static const char *
load(struct conf *c, const char *text)
{
	static char why[512];
	FILE *f = fopen(path, "w");

	memset(c, 0xff, sizeof(*c));
	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		return "the test cannot write its file";
	setenv("KHATMA_CONF", path, 1);
	return conf_load(c, why);
}

/* Whether loading fails with a sentence that names this. */
static bool
says(const char *text, const char *name)
{
	struct conf c;
	const char *why = load(&c, text);

	if (why != NULL && strstr(why, name) != NULL)
		return true;
	printf("# said: %s\n", why != NULL ? why : "nothing");
	return false;
}

static void
test_defaults(void)
{
	struct conf c;

	is_str(load(&c, ""), NULL, "an empty file is a good one");
	is_str(c.db_socket, "", "no socket");
	is_str(c.db_host, "localhost", "the host");
	is_int(c.db_port, 3306, "the port");
	is_str(c.db_name, "khatma", "the database");
	is_str(c.db_user, "khatma", "the user");
	is_str(c.db_password, "", "no password");
	is_str(c.db_ssl_ca, "", "no certificates");
	is_str(c.jwt_key_file, "/etc/khatma/jwt.key", "the key file");
	ok(!c.jwt_shared, "whose keys are ours alone");
	is_int(c.access_ttl, 3600, "an access token lives for an hour");
	is_int(c.refresh_ttl, 2592000, "a refresh token for thirty days");
	ok(!c.refresh_rotate, "and is not rotated");
	is_int(c.argon2_memory, 19456, "19 MiB for a password");
	is_int(c.argon2_passes, 2, "twice");
	ok(!c.lists_envelope, "lists are arrays");
	is_str(c.cors_origins, "", "no other origin is let in");
	is_str(c.public_url, "", "links go where the client called");
	ok(c.sandbox, "a worker is shut in");
	is_str(c.smtp_url, "", "no mail is sent");
	ok(c.smtp_tls, "and none in plain");
}

static void
test_file(void)
{
	struct conf c;

	is_str(load(&c, "# a remark = with a sign\n\n   \n\t# another\n"
	    "KHATMA_DB_HOST=db.example.com\r\n"
	    "  KHATMA_DB_PORT=3307\n"
	    "KHATMA_DB_PASSWORD=a=b c#d\n"
	    "KHATMA_DB_NAME=\n"
	    "KHATMA_REFRESH_ROTATE=on\n"
	    "KHATMA_LISTS=envelope\n"
	    "KHATMA_ACCESS_TTL=1\n"
	    "KHATMA_CORS_ORIGINS=https://a.example, https://b.example"),
	    NULL, "a file with all there can be");
	is_str(c.db_host, "db.example.com", "a text, without the line's end");
	is_int(c.db_port, 3307, "a number, behind blanks");
	is_str(c.db_password, "a=b c#d", "a value may have = and # in it");
	is_str(c.db_name, "", "or be empty");
	ok(c.refresh_rotate, "on is on");
	ok(c.lists_envelope, "envelope is the envelope");
	is_int(c.access_ttl, 1, "the least number");
	is_str(c.cors_origins, "https://a.example, https://b.example",
	    "a last line may lack its end");
	is_str(c.db_user, "khatma", "what is not set is as it was");
	load(&c, "KHATMA_REFRESH_ROTATE=on\nKHATMA_REFRESH_ROTATE=off\n");
	ok(!c.refresh_rotate, "of two lines the last is good");
}

static void
test_environment(void)
{
	struct conf c;

	setenv("KHATMA_DB_PORT", "3308", 1);
	setenv("KHATMA_LISTS", "array", 1);
	setenv("KHATMA_DB_HOST", "", 1);
	is_str(load(&c, "KHATMA_DB_PORT=3307\nKHATMA_LISTS=envelope\n"
	    "KHATMA_DB_USER=somebody\nKHATMA_DB_HOST=db\n"), NULL,
	    "a file and an environment");
	is_int(c.db_port, 3308, "the environment goes before the file");
	ok(!c.lists_envelope, "in words, too");
	is_str(c.db_host, "", "even when it is empty");
	is_str(c.db_user, "somebody", "and the file before the default");
	setenv("KHATMA_DB_PORT", "none", 1);
	ok(says("", "KHATMA_DB_PORT"), "a wrong environment is found");
	clear_environment();
}

static void
test_wrong(void)
{
	char line[2048] = "KHATMA_DB_NAME=";
	size_t n = strlen(line);
	struct conf c;

	ok(says("KHATMA_DB_PORTS=3306\n", "KHATMA_DB_PORTS"), "a slip of the "
	    "pen");
	ok(says("KHATMA_\n", "KEY=VALUE"), "a line without =");
	ok(says("KHATMA_DB_HOST = x\n", "KHATMA_DB_HOST"),
	    "a blank before the =");
	ok(says("KHATMA_ACCESS_TTL=1\nnonsense\n", "line 2 of"),
	    "a line that is nothing");
	ok(!says("KHATMA_DB_PASSWORD secret\n", "secret"),
	    "SEC-01: a password without its = is not shown");
	memset(line + n, 'x', 255);
	is_str(load(&c, line), NULL, "a value of 255 bytes");
	is_int((long long)strlen(c.db_name), 255, "is taken whole");
	line[n + 255] = 'x';
	ok(says(line, "KHATMA_DB_NAME"), "one of 256 is too long");
	memset(line + n, 'x', 2000);
	ok(says(line, "KHATMA_DB_NAME"), "and so is one of 2000");
	memset(line, 'x', 2000);
	*line = '#';
	is_str(load(&c, line), NULL, "but not a remark as long");
	is_str(load(&c, "OTHER=1\nPATH=/bin\nKHATMA_WORKERS=4\n"
	    "KHATMA_QUEUE=9\nKHATMA_QUEUE_auth=9\nKHATMA_USER=www-data\nKHATMA_SOCKET_MODE=660\n"), NULL,
	    "the settings of others are theirs");
}

static void
test_numbers(void)
{
	static const char *const wrong[] = {
		"KHATMA_DB_PORT=", "KHATMA_DB_PORT=x", "KHATMA_DB_PORT=3306x",
		"KHATMA_DB_PORT=0", "KHATMA_DB_PORT=-1",
		"KHATMA_DB_PORT=65536", "KHATMA_DB_PORT=3306 ",
		"KHATMA_DB_PORT=99999999999999999999", "KHATMA_DB_PORT=1.5",
		"KHATMA_DB_PORT=0x10", "KHATMA_ACCESS_TTL=0",
		"KHATMA_ACCESS_TTL=60m", "KHATMA_ACCESS_TTL=31536001",
		"KHATMA_REFRESH_TTL=0", "KHATMA_ARGON2_MEMORY=19455",
		"KHATMA_ARGON2_MEMORY=1048577", "KHATMA_ARGON2_PASSES=1",
		"KHATMA_ARGON2_PASSES=65", "KHATMA_REFRESH_ROTATE=yes",
		"KHATMA_REFRESH_ROTATE=ON", "KHATMA_REFRESH_ROTATE=",
		"KHATMA_LISTS=arrays", "KHATMA_LISTS=1",
	};
	struct conf c;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.*s must be",
		    (int)strcspn(wrong[i], "="), wrong[i]);
		ok(says(wrong[i], name), "not %s", wrong[i]);
	}
	is_str(load(&c, "KHATMA_DB_PORT=65535\nKHATMA_ARGON2_MEMORY=1048576\n"
	    "KHATMA_ARGON2_PASSES=64\nKHATMA_REFRESH_TTL=31536000\n"), NULL,
	    "the largest numbers are good");
	ok(c.db_port == 65535 && c.argon2_memory == 1048576 &&
	    c.argon2_passes == 64 && c.refresh_ttl == 31536000,
	    "and are taken");
}

/* Whether this host has settings of its own is not ours to say. */
static void
test_nowhere(void)
{
	struct conf c;
	char why[512];

	unsetenv("KHATMA_CONF");
	if (access("/etc/khatma/khatma.conf", F_OK) == 0)
		return;
	is_str(conf_load(&c, why), NULL, "no file need be there");
	is_str(c.db_name, "khatma", "the defaults will do");
}

static void
test_mail(void)
{
	struct conf c;

	is_str(load(&c, "KHATMA_SMTP_URL=smtps://mail.example:465\n"
	    "KHATMA_SMTP_USER=khatma\nKHATMA_SMTP_PASSWORD=a = b\n"
	    "KHATMA_SMTP_TLS=off\nKHATMA_SMTP_CA=/a/b.pem\n"
	    "KHATMA_MAIL_FROM=khatma@app.example\n"
	    "KHATMA_RESET_URL=https://app.example/reset?token="), NULL,
	    "all that mail takes");
	is_str(c.smtp_url, "smtps://mail.example:465", "the server");
	is_str(c.smtp_user, "khatma", "the user");
	is_str(c.smtp_password, "a = b", "the password");
	ok(!c.smtp_tls, "plain");
	is_str(c.smtp_ca, "/a/b.pem", "the certificate");
	is_str(c.mail_from, "khatma@app.example", "the sender");
	is_str(c.reset_url, "https://app.example/reset?token=", "the page");
	ok(says("KHATMA_SMTP_URL=smtp://mail.example\n", "KHATMA_MAIL_FROM"),
	    "a server without a sender");
	ok(says("KHATMA_SMTP_URL=http://mail.example\n", "smtps://host:port"),
	    "another scheme");
	ok(says("KHATMA_MAIL_FROM=a b@c\n", "KHATMA_MAIL_FROM must be"),
	    "a blank in the sender");
	ok(says("KHATMA_MAIL_FROM=\303\251@c\n", "KHATMA_MAIL_FROM must be"),
	    "a letter that is not ASCII");
	ok(says("KHATMA_RESET_URL=here\n", "KHATMA_RESET_URL must be"),
	    "a page that is nowhere");
}

static void
test_missing(void)
{
	struct conf c;
	char why[512];
	const char *said;

	unlink(path);
	setenv("KHATMA_CONF", path, 1);
	said = conf_load(&c, why);
	ok(said != NULL && strstr(said, path) != NULL,
	    "a file that is named and not there is named again");
	setenv("KHATMA_CONF", dir, 1);
	ok(conf_load(&c, why) != NULL, "a folder is no file");
}

int
main(void)
{
	clear_environment();
	if (!ok(mkdtemp(dir) != NULL, "a folder for the settings"))
		return done_testing();
	snprintf(path, sizeof(path), "%s/khatma.conf", dir);
	test_defaults();
	test_file();
	test_environment();
	test_wrong();
	test_numbers();
	test_mail();
	test_missing();
	test_nowhere();
	rmdir(dir);
	return done_testing();
}
