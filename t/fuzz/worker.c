/*
 * A program of cgi-bin/ that runs for one request as plain CGI, with its
 * variables, its standard input and its standard output in memory.
 */
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/route.h"
#include "common/serve.h"
#include "common/token.h"
#include "t/fuzz/calm.h"
#include "t/fuzz/fuzz.h"

#define GROUPS(each)							\
	each(auth) each(users) each(khatmas) each(sessions) each(stats)	\
	each(achievements) each(notifications) each(dashboard) each(health)

#define DECLARE(name)	int main_##name(int argc, char **argv);
GROUPS(DECLARE)

#define NAME(name)	#name,
const char *const group_names[] = { GROUPS(NAME) NULL };

#define MAIN(name)	main_##name,
static int (*const mains[])(int, char **) = { GROUPS(MAIN) };

enum { NGROUPS = sizeof(mains) / sizeof(mains[0]) };

static const struct given *given;	/* NULL: no request is under way */
static const struct service **asked;	/* serve() only says whom for */
static size_t body_at;
static char *out;
static size_t out_len;
static char key_file[64];

static const char key_text[] = "0123456789abcdef0123456789abcdef";

int
__wrap_serve(int argc, char **argv, const struct service *service)
{
	if (asked == NULL)
		return __real_serve(argc, argv, service);
	*asked = service;
	return 0;
}

const struct service *
group_service(int group)
{
	static const struct service *known[NGROUPS];
	char *argv[] = { NULL, NULL };

	if (known[group] == NULL) {
		asked = &known[group];
		mains[group](1, argv);
		asked = NULL;
	}
	return known[group];
}

/* --- The web server --- */

static bool
matches(const char *pattern, const char *path)
{
	while (*pattern && *path) {
		if (*pattern == '#') {
			path += strcspn(path, "/");
			pattern++;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *pattern == '\0' && path[strspn(path, "/")] == '\0';
}

int
group_of(const char *path)
{
	path += strspn(path, "/");
	if (strncmp(path, "api/", 4) != 0)
		return -1;
	path += 4;
	path += strspn(path, "/");
	for (int g = 0; g < NGROUPS; g++) {
		const struct service *s = group_service(g);

		for (size_t i = 0; i < s->nroutes; i++)
			if (matches(s->routes[i].path, path))
				return g;
	}
	return -1;
}

void
given_set(struct given *g, const char *name, const char *value)
{
	for (size_t i = 0; i < g->nvariables; i++)
		if (strcmp(g->variable[i].name, name) == 0) {
			g->variable[i].value = value;
			return;
		}
	if (g->nvariables == VARIABLES_MAX)
		return;
	g->variable[g->nvariables].name = name;
	g->variable[g->nvariables++].value = value;
}

/* --- What the linker puts under serve.c --- */

static const char *
setting(const char *name)
{
	if (strcmp(name, "KHATMA_JWT_KEY_FILE") == 0)
		return worker_key_file();
	if (strcmp(name, "KHATMA_SANDBOX") == 0)
		return "off";
	if (strcmp(name, "KHATMA_LISTS") == 0)
		return given->envelope ? "envelope" : NULL;
	if (strcmp(name, "KHATMA_REFRESH_ROTATE") == 0)
		return given->rotate ? "on" : NULL;
	if (strcmp(name, "KHATMA_CORS_ORIGINS") == 0)
		return given->cors ? "https://app.example https://b.example" :
		    NULL;
	if (strcmp(name, "KHATMA_SMTP_URL") == 0)
		return "smtp://localhost";
	if (strcmp(name, "KHATMA_MAIL_FROM") == 0)
		return "khatma@app.example";
	return NULL;
}

char *
__wrap_getenv(const char *name)
{
	const char *value = NULL;

	if (given == NULL)
		return __real_getenv(name);
	if (strncmp(name, "KHATMA_", 7) == 0)
		value = setting(name);
	for (size_t i = 0; i < given->nvariables; i++)
		if (strcmp(given->variable[i].name, name) == 0)
			value = given->variable[i].value;
	return (char *)(uintptr_t)value;
}

int
__wrap_FCGX_IsCGI(void)
{
	/* the real one does this, too */
	return given != NULL || FCGX_Init() != 0;
}

size_t
__wrap_fread(void *to, size_t size, size_t n, FILE *f)
{
	if (given == NULL || f != stdin)
		return __real_fread(to, size, n, f);
	n *= size;
	if (n > given->body_len - body_at)
		n = given->body_len - body_at;
	memcpy(to, given->body + body_at, n);
	body_at += n;
	return n / size;
}

static void
make_room(size_t n)
{
	static size_t room = 0;

	if (n <= room)
		return;
	room = n * 2;
	alloc_ours++;
	out = realloc(out, room);
	alloc_ours--;
	PROMISE(out != NULL, "no memory for the answer");
}

size_t
__wrap_fwrite(const void *from, size_t size, size_t n, FILE *f)
{
	if (given == NULL || f != stdout)
		return __real_fwrite(from, size, n, f);
	PROMISE(out_len + size * n < ANSWER_MAX, "an answer without end");
	PROMISE(from != NULL, "nothing is sent as an answer");
	make_room(out_len + size * n + 1);
	memcpy(out + out_len, from, size * n);
	out_len += size * n;
	out[out_len] = '\0';
	return n;
}

/* --- One request --- */

static void
remove_key(void)
{
	unlink(key_file);
}

const char *
worker_key_file(void)
{
	int fd;

	if (key_file[0])
		return key_file;
	snprintf(key_file, sizeof(key_file), "/tmp/khatma-fuzz.XXXXXX");
	fd = mkstemp(key_file);
	PROMISE(fd >= 0 && __real_write(fd, key_text, strlen(key_text)) ==
	    (ssize_t)strlen(key_text), "no file for the key");
	close(fd);
	atexit(remove_key);
	return key_file;
}

int
worker_main(int group, int argc, char **argv)
{
	return mains[group](argc, argv);
}

void
worker_run(int group, const struct given *g, struct answered *a)
{
	static char name[] = "worker";
	char *argv[] = { name, NULL };

	worker_key_file();
	calm_start();
	script_start(g->script, g->script_len);
	body_at = out_len = 0;
	make_room(1);
	*out = '\0';
	given = g;
	a->rc = mains[group](1, argv);
	given = NULL;
	a->text = out;
	a->len = out_len;
}

static const char *
sign(enum token_type type, const char *before)
{
	struct token_keys keys = { .shared = false };
	struct token t = { .type = type, .user_id = 1, .session_id = 1,
	    .issued = CALM_NOW - 60, .expires = CALM_NOW + 600,
	    .jti = "0123456789abcdef0123456789abcdef" };
	struct arena *a = arena_new(65536);
	char *kept = NULL;
	const char *text;

	PROMISE(token_key_set(&keys.signing, (const unsigned char *)key_text,
	    strlen(key_text)) == OK, "no key");
	if (a && token_sign(a, &keys, &t, &text) == OK &&
	    asprintf(&kept, "%s%s", before, text) < 0)
		kept = NULL;
	arena_free(a);
	PROMISE(kept != NULL, "no token");
	return kept;
}

const char *
good_bearer(void)
{
	static const char *text;

	if (text == NULL)
		text = sign(TOKEN_ACCESS, "Bearer ");
	return text;
}

const char *
good_refresh(void)
{
	static const char *text;

	if (text == NULL)
		text = sign(TOKEN_REFRESH, "");
	return text;
}
