/*
 * The mail worker: sends what the service wants to tell somebody outside of an
 * answer, which are the links with which one chooses a new password. It looks
 * into the database once a second and never listens. Any number of them may
 * run; spawn.sh keeps one.
 *
 *	mail		until SIGTERM or SIGUSR1, obeyed between two mails
 *	mail -t		prepares its SQL statements and says which are wrong
 *	mail -c FILE	with the settings of this file
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/db.h"
#include "common/log.h"
#include "common/mail.h"
#include "common/model/reset.h"
#include "common/sandbox.h"
#include "common/stop.h"

enum { ARENA_MAX = 256 << 10, TEXT_MAX = 16 << 10, WHY_MAX = 512 };

static const struct timespec at_once = { .tv_sec = 0 };
static const struct timespec between_looks = { .tv_sec = 1 };
static const struct timespec after_error = { .tv_sec = 5 };

static const char *const *const all_sql[] = { reset_sql, NULL };

struct worker {
	struct conf conf;
	struct arena *arena;
	struct db *db;
};

static enum err
deliver(struct worker *w, const struct reset_mail *m)
{
	struct buf text = { .max = TEXT_MAX };
	char id[TOKEN_JTI_MAX + 1], buffer[MAIL_WHY_MAX];
	const char *why = "out of memory";
	enum err e = token_jti(id);

	if (e != OK)
		return e;
	reset_text(&text, m, w->conf.reset_url);
	if (!text.failed)
		why = mail_send(&w->conf, &(struct mail){ .to = m->to,
		    .subject = reset_subject(m->lang), .text = text.data,
		    .id = id }, buffer);
	buf_free(&text);
	log_event(why ? "mail_not_sent" : "mail_sent", m->id, why);
	return why ? reset_not_sent(w->db, m) : reset_sent(w->db, m);
}

/* ERR_NO_ROW when there is nothing to do. */
static enum err
work(struct worker *w)
{
	struct reset_mail m;
	enum err e;

	db_start(w->db);
	e = reset_take(w->db, w->arena, &m);
	if (e == OK && m.to)
		e = deliver(w, &m);
	arena_reset(w->arena);
	return e;
}

/* An error is waited out: the database is away, or will be mended. */
static void
work_until_told(struct worker *w)
{
	sigset_t waiting;
	enum err e;

	/* A mail server that hangs up is an error of write(2) and no end. */
	signal(SIGPIPE, SIG_IGN);
	stop_prepare(&waiting);
	while (!stop_asked()) {
		e = work(w);
		ppoll(NULL, 0, e == OK ? &at_once : e == ERR_NO_ROW ?
		    &between_looks : &after_error, &waiting);
	}
}

/* NULL, or the reason why it cannot start, in buffer or const. */
static const char *
start(struct worker *w, bool check, char buffer[WHY_MAX])
{
	const char *why = conf_load(&w->conf, buffer);

	if (why != NULL)
		return why;
	if (w->conf.smtp_url[0] == '\0' && !check)
		return "KHATMA_SMTP_URL is not set: there is nothing to do";
	w->arena = arena_new(ARENA_MAX);
	w->db = db_new(&w->conf);
	return w->arena && w->db ? NULL : "out of memory";
}

int
main(int argc, char **argv)
{
	struct worker w = { .arena = NULL };
	bool check = false;
	char buffer[WHY_MAX];
	const char *why;
	int rc = 0;

	sandbox_close_memory();
	if (!conf_options(argc, argv, &check)) {
		fprintf(stderr, "usage: %s [-t] [-c FILE]\n", argv[0]);
		return 1;
	}
	why = start(&w, check, buffer);
	if (why) {
		fprintf(stderr, "mail: %s\n", why);
		sleep(!check);	/* its supervisor must not spin */
		rc = 1;
	} else if (check) {
		rc = db_check_all(w.db, all_sql) == OK ? 0 : 1;
	} else {
		work_until_told(&w);
	}
	db_free(w.db);
	arena_free(w.arena);
	return rc;
}
