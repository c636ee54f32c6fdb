#include "common/conf.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum conf_type { CONF_TEXT, CONF_NUMBER, CONF_WORD };

struct setting {
	const char *name;
	enum conf_type type;
	size_t offset;
	const char *standard;	/* the value when nobody sets it */
	int64_t min, max;	/* of a CONF_NUMBER */
	const char *words[2];	/* of a CONF_WORD: false, true */
	bool (*is_good)(const char *value);	/* of a CONF_TEXT, not "" */
	const char *wanted;	/* for whoever wrote one that is not */
};

/* Printable ASCII without blanks: nothing that could begin another header. */
static bool
is_plain(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s > '~')
			return false;
	return true;
}

#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]"

static bool
is_smtp_url(const char *s)
{
	size_t scheme = strncmp(s, "smtp://", 7) == 0 ? 7 :
	    strncmp(s, "smtps://", 8) == 0 ? 8 : 0;

	return scheme > 0 && s[scheme] != '\0' &&
	    s[scheme + strspn(s + scheme, HOST_CHARACTERS)] == '\0';
}

static bool
is_address(const char *s)
{
	size_t local = strcspn(s, "@");

	return is_plain(s) && local > 0 && s[local] == '@' &&
	    s[local + 1] != '\0' && strpbrk(s + local + 1, "@") == NULL &&
	    strpbrk(s, "<>()[]\",;:\\") == NULL;
}

/* Of the web, or an app's own, such as khatma://reset/ */
static bool
is_link(const char *s)
{
	const char *scheme = strstr(s, "://");

	return is_plain(s) && scheme != NULL && scheme != s &&
	    scheme[3] != '\0';
}

#define AT(member) offsetof(struct conf, member)

static const struct setting settings[] = {
	{ .name = "KHATMA_DB_SOCKET", .offset = AT(db_socket), .standard = "" },
	{ .name = "KHATMA_DB_HOST", .offset = AT(db_host),
	    .standard = "localhost" },
	{ .name = "KHATMA_DB_PORT", .type = CONF_NUMBER, .offset = AT(db_port),
	    .standard = "3306", .min = 1, .max = 65535 },
	{ .name = "KHATMA_DB_NAME", .offset = AT(db_name),
	    .standard = "khatma" },
	{ .name = "KHATMA_DB_USER", .offset = AT(db_user),
	    .standard = "khatma" },
	{ .name = "KHATMA_DB_PASSWORD", .offset = AT(db_password),
	    .standard = "" },
	{ .name = "KHATMA_DB_SSL_CA", .offset = AT(db_ssl_ca), .standard = "" },
	{ .name = "KHATMA_JWT_KEY_FILE", .offset = AT(jwt_key_file),
	    .standard = "/etc/khatma/jwt.key" },
	{ .name = "KHATMA_JWT_SHARED", .type = CONF_WORD,
	    .offset = AT(jwt_shared), .standard = "off",
	    .words = { "off", "on" } },
	{ .name = "KHATMA_ACCESS_TTL", .type = CONF_NUMBER,
	    .offset = AT(access_ttl), .standard = "3600",
	    .min = 1, .max = 31536000 },
	{ .name = "KHATMA_REFRESH_TTL", .type = CONF_NUMBER,
	    .offset = AT(refresh_ttl), .standard = "2592000",
	    .min = 1, .max = 31536000 },
	{ .name = "KHATMA_REFRESH_ROTATE", .type = CONF_WORD,
	    .offset = AT(refresh_rotate), .standard = "off",
	    .words = { "off", "on" } },
	{ .name = "KHATMA_ARGON2_MEMORY", .type = CONF_NUMBER,
	    .offset = AT(argon2_memory), .standard = "19456",
	    .min = 19456, .max = 1048576 },
	{ .name = "KHATMA_ARGON2_PASSES", .type = CONF_NUMBER,
	    .offset = AT(argon2_passes), .standard = "2",
	    .min = 2, .max = 64 },
	{ .name = "KHATMA_LISTS", .type = CONF_WORD,
	    .offset = AT(lists_envelope), .standard = "array",
	    .words = { "array", "envelope" } },
	{ .name = "KHATMA_CORS_ORIGINS", .offset = AT(cors_origins),
	    .standard = "" },
	{ .name = "KHATMA_PUBLIC_URL", .offset = AT(public_url),
	    .standard = "" },
	{ .name = "KHATMA_SANDBOX", .type = CONF_WORD, .offset = AT(sandbox),
	    .standard = "on", .words = { "off", "on" } },
	{ .name = "KHATMA_SMTP_URL", .offset = AT(smtp_url), .standard = "",
	    .is_good = is_smtp_url,
	    .wanted = "smtp://host:port or smtps://host:port" },
	{ .name = "KHATMA_SMTP_USER", .offset = AT(smtp_user),
	    .standard = "" },
	{ .name = "KHATMA_SMTP_PASSWORD", .offset = AT(smtp_password),
	    .standard = "" },
	{ .name = "KHATMA_SMTP_TLS", .type = CONF_WORD, .offset = AT(smtp_tls),
	    .standard = "on", .words = { "off", "on" } },
	{ .name = "KHATMA_SMTP_CA", .offset = AT(smtp_ca), .standard = "" },
	{ .name = "KHATMA_MAIL_FROM", .offset = AT(mail_from), .standard = "",
	    .is_good = is_address,
	    .wanted = "an e-mail address and nothing else" },
	{ .name = "KHATMA_RESET_URL", .offset = AT(reset_url), .standard = "",
	    .is_good = is_link,
	    .wanted = "an address such as https://app.example/reset?token=" },
};

/* Settings that spawn.sh reads from the same file. */
static const char *const others[] = {
	"KHATMA_BIN_DIR", "KHATMA_RUN_DIR", "KHATMA_LOG_DIR",
	"KHATMA_SHARE_DIR", "KHATMA_WORKERS", "KHATMA_QUEUE",
	"KHATMA_SOCKET_", "KHATMA_USER", "KHATMA_MIGRATE_ARGS",
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static const char *
set_number(const struct setting *s, int64_t *where, const char *value,
    char why[512])
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (errno == 0 && end != value && *end == '\0' && n >= s->min &&
	    n <= s->max) {
		*where = n;
		return NULL;
	}
	snprintf(why, 512, "%s must be a number from %lld to %lld", s->name,
	    (long long)s->min, (long long)s->max);
	return why;
}

static const char *
set_word(const struct setting *s, bool *where, const char *value,
    char why[512])
{
	for (int i = 0; i < 2; i++) {
		if (strcmp(value, s->words[i]) == 0) {
			*where = i == 1;
			return NULL;
		}
	}
	snprintf(why, 512, "%s must be %s or %s", s->name, s->words[0],
	    s->words[1]);
	return why;
}

static const char *
set(struct conf *c, const struct setting *s, const char *value, char why[512])
{
	char *where = (char *)c + s->offset;
	size_t n = strlen(value);

	if (s->type == CONF_NUMBER)
		return set_number(s, (int64_t *)(void *)where, value, why);
	if (s->type == CONF_WORD)
		return set_word(s, (bool *)where, value, why);
	if (n >= CONF_TEXT_MAX) {
		snprintf(why, 512, "%s is longer than %d bytes", s->name,
		    CONF_TEXT_MAX - 1);
		return why;
	}
	if (s->is_good && n > 0 && !s->is_good(value)) {
		snprintf(why, 512, "%s must be %s", s->name, s->wanted);
		return why;
	}
	memcpy(where, value, n + 1);
	return NULL;
}

static bool
is_other(const char *name)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strncmp(name, others[i], strlen(others[i])) == 0)
			return true;
	return strncmp(name, "KHATMA_", 7) != 0;
}

static const char *
set_named(struct conf *c, const char *name, const char *value, char why[512])
{
	for (int i = 0; i < SETTINGS; i++)
		if (strcmp(settings[i].name, name) == 0)
			return set(c, &settings[i], value, why);
	if (is_other(name))
		return NULL;
	snprintf(why, 512, "there is no setting %.64s", name);
	return why;
}

/* What the line says is not repeated: it may be half a password. */
static const char *
load_line(struct conf *c, char *line, int number, char why[512])
{
	char *value;

	line += strspn(line, " \t");
	line[strcspn(line, "\r\n")] = '\0';
	if (*line == '\0' || *line == '#')
		return NULL;
	value = strchr(line, '=');
	if (value == NULL) {
		snprintf(why, 512, "line %d of the configuration file is not "
		    "KEY=VALUE", number);
		return why;
	}
	*value++ = '\0';
	return set_named(c, line, value, why);
}

static const char *
cannot_read(const char *path, char why[512])
{
	snprintf(why, 512, "cannot read %.256s: %s", path, strerror(errno));
	return why;
}

static const char *
load_file(struct conf *c, const char *path, bool needed, char why[512])
{
	char *line = NULL;
	size_t size = 0;
	const char *wrong = NULL;
	int number = 0;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return needed ? cannot_read(path, why) : NULL;
	while (wrong == NULL && getline(&line, &size, f) != -1)
		wrong = load_line(c, line, ++number, why);
	if (wrong == NULL && ferror(f))
		wrong = cannot_read(path, why);
	free(line);
	fclose(f);
	return wrong;
}

const char *
conf_load(struct conf *c, char why[512])
{
	const char *path = getenv("KHATMA_CONF");
	const char *value, *wrong;

	memset(c, 0, sizeof(*c));
	for (int i = 0; i < SETTINGS; i++)
		set(c, &settings[i], settings[i].standard, why);
	wrong = load_file(c, path ? path : CONF_FILE, path != NULL, why);
	for (int i = 0; i < SETTINGS && wrong == NULL; i++) {
		value = getenv(settings[i].name);
		if (value != NULL)
			wrong = set(c, &settings[i], value, why);
	}
	if (wrong == NULL && c->smtp_url[0] != '\0' && c->mail_from[0] == '\0')
		wrong = "KHATMA_SMTP_URL needs a KHATMA_MAIL_FROM beside it";
	return wrong;
}

bool
conf_options(int argc, char **argv, bool *check)
{
	int option;

	/*
	 * A web server that runs a program as CGI makes arguments of a query
	 * without = (RFC 3875 section 4.4): there they are the client's, who
	 * must not choose our settings.
	 */
	if (getenv("REQUEST_METHOD") != NULL)
		return true;
	opterr = 0;
	while ((option = getopt(argc, argv, "c:t")) != -1) {
		if (option == 't')
			*check = true;
		else if (option != 'c' ||
		    setenv("KHATMA_CONF", optarg, 1) != 0)
			return false;
	}
	return optind == argc;
}
