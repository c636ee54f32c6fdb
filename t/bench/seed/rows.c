#include "t/bench/seed/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/model/khatma_words.h"
#include "common/time.h"
#include "common/utf8.h"
#include "t/bench/seed/history.h"
#include "t/bench/seed/text.h"

enum { DAY = 86400, READ_AFTER = 30 * DAY, WORDS_SEEN = 64 };

static struct khatma khatma;

/* Several can stand in one printf. */
struct moment {
	char text[TIME_ISO_MAX];
};

static struct moment
moment(int64_t at)
{
	struct moment m = { "" };

	time_format_sql(at * USEC_PER_SEC, m.text);
	return m;
}

static struct moment
date(int64_t day)
{
	struct moment m = { "" };

	time_format_day(day, m.text);
	return m;
}

/* NULL for -1. */
static const struct reading *
reading(int i)
{
	return i < 0 ? NULL : &khatma.reading[i];
}

#define AT(at)		(moment(at).text)
#define DATE(day)	(date(day).text)

/* --- Khatma by khatma -------------------------------------------------------- */

static bool
each_khatma(struct writer *x, const char *table, bool (*row)(struct writer *))
{
	uint64_t next = 1;

	for (uint32_t id = 1; id <= x->w.n; id++) {
		khatma_make(&x->w, id, &next, &khatma);
		if (!row(x))
			return false;
		arena_reset(x->arena);
		x->progress(table, id, x->w.n);
	}
	return true;
}

static bool
khatma_row(struct writer *x)
{
	char name[NAME_SIZE], about[ABOUT_SIZE], by[24] = "\\N";
	const struct reading *last = reading(khatma.completed_by);
	bool done = last != NULL;
	int count[COMPLETED + 1] = { 0 };
	const char *search;

	khatma_name(khatma.id, name);
	khatma_about(khatma.id, about);
	search = utf8_search_form(x->arena,
	    arena_printf(x->arena, "%s %s", name, about));
	for (int i = 0; i < PARTS; i++)
		count[khatma.part[i].state]++;
	if (done)
		snprintf(by, sizeof(by), "%" PRIu64, last->id);
	printf("%u\t%u\t%s\t%s\t%s\t%s\tjuz\t%s\t%d\t%d\t%s\t%d\t%d\t%d\t%d\t"
	    "%s\t%s\t%s\t%s\n", khatma.id, khatma.member[0], name, about,
	    search ? search : "", khatma.is_private ? "private" : "group",
	    done ? "completed" : khatma.paused ? "paused" : "active",
	    khatma.is_public, 30, DATE(day_of(khatma.member[0], khatma.created)),
	    khatma.members, PARTS, count[COMPLETED], count[FREE],
	    done ? AT(last->at) : "\\N", by, AT(khatma.created),
	    AT(khatma.changed));
	return search != NULL;
}

/* What is sought where a word is meant: without its article, if it has one. */
static bool
word_rows(struct writer *x)
{
	char creator[NAME_SIZE], name[NAME_SIZE], about[ABOUT_SIZE];
	const char *seen[WORDS_SEEN], *text;
	struct sought bare;
	size_t n = 0;

	person_name(khatma.member[0], creator);
	khatma_name(khatma.id, name);
	khatma_about(khatma.id, about);
	text = utf8_search_words(x->arena, arena_printf(x->arena, "%s %s %s",
	    creator, name, about));
	while (text && *text != '\0' && n + 2 <= WORDS_SEEN) {
		size_t bytes = strcspn(text, " ");

		seen[n] = arena_strndup(x->arena, text, bytes);
		if (seen[n] == NULL ||
		    sought_read(x->arena, seen[n], &bare) != OK)
			return false;
		seen[n + 1] = bare.word[0];
		n += 2;
		text += bytes + (text[bytes] == ' ');
	}
	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		while (strcmp(seen[j], seen[i]) != 0)
			j++;
		if (j == i)
			printf("%s\t%u\n", seen[i], khatma.id);
	}
	return text && *text == '\0';
}

static bool
chapter_rows(struct writer *x)
{
	(void)x;
	for (int i = 0; i < PARTS; i++) {
		const struct part *p = &khatma.part[i];
		const struct reading *r = reading(p->reading);

		if (p->state == FREE)
			printf("%u\t%d\tfree\t\\N\t\\N\t\\N\t\\N\t\\N\n",
			    khatma.id, i + 1);
		else if (p->state == CLAIMED)
			printf("%u\t%d\tclaimed\t%u\t%s\t\\N\t\\N\t\\N\n",
			    khatma.id, i + 1, khatma.member[p->member],
			    AT(khatma.joined[p->member]));
		else
			printf("%u\t%d\tcompleted\t%u\t%s\t%s\t%s\t%" PRIu64
			    "\n", khatma.id, i + 1, khatma.member[p->member],
			    AT(khatma.joined[p->member]), AT(r->at),
			    DATE(r->day), r->id);
	}
	return true;
}

static bool
membership_rows(struct writer *x)
{
	(void)x;
	for (int m = 0; m < khatma.members; m++)
		printf("%u\t%u\t%s\n", khatma.id, khatma.member[m],
		    AT(khatma.joined[m]));
	return true;
}

static bool
invitation_row(struct writer *x)
{
	(void)x;
	if (!khatma.is_public && !khatma.is_private)
		printf("%u\t%016" PRIx64 "%016" PRIx64 "\t%u\t%s\n", khatma.id,
		    mixed(khatma.id, 20), mixed(khatma.id, 21),
		    khatma.member[0], AT(khatma.created));
	return true;
}

static bool
intention_rows(struct writer *x)
{
	(void)x;
	if (khatma.id % 5 == 0)
		printf("%u\t%u\t1\tFor my parents\n%u\t%u\t2\tللمرضى\n",
		    khatma.id, khatma.member[0], khatma.id, khatma.member[0]);
	return true;
}

static bool
session_rows(struct writer *x)
{
	(void)x;
	for (int i = 0; i < khatma.readings; i++) {
		const struct reading *r = &khatma.reading[i];

		printf("%" PRIu64 "\t%u\t%u\tjuz\t%d\t%d\t%s\t%s\t%d\t%s\n",
		    r->id, r->user, khatma.id, r->part + 1, r->completed,
		    AT(r->at), DATE(r->day), r->completed, AT(r->at));
	}
	return true;
}

/* --- Notifications --------------------------------------------------------- */

static void
tell_of_chapter(struct writer *x, uint32_t whom, const struct reading *r)
{
	printf("%u\tchapter_completed\tchapter_completed:%u:%d:%u\t%u\t%u\t%d\t"
	    "\\N\t%" PRIu64 "\t%d\t%s\n", whom, khatma.id, r->part + 1, r->user,
	    khatma.id, r->user, r->part + 1, r->id,
	    r->at < x->w.now - READ_AFTER, AT(r->at));
}

/*
 * The creators of groups but user 3 have lost theirs, for the sake of the disk;
 * nobody's rule is broken.
 */
static bool
notification_rows(struct writer *x)
{
	const struct reading *last = reading(khatma.completed_by);

	for (int i = 0; i < PARTS; i++) {
		const struct reading *r = reading(khatma.part[i].reading);

		if (khatma.part[i].state != COMPLETED)
			continue;
		tell_of_chapter(x, r->user, r);
		if (khatma.member[0] == 3 && r->user != 3)
			tell_of_chapter(x, 3, r);
	}
	for (int m = 0; last && m < khatma.members; m++)
		printf("%u\tkhatma_completed\tkhatma_completed:%u\t%u\t\\N\t\\N"
		    "\t\\N\t%" PRIu64 "\t%d\t%s\n", khatma.member[m], khatma.id,
		    khatma.id, last->id, last->at < x->w.now - READ_AFTER,
		    AT(last->at));
	return true;
}

/* --- User by user ---------------------------------------------------------- */

static bool
each_user(struct writer *x, const char *table,
    bool (*row)(struct writer *, uint32_t, const struct histories *,
    const struct kept *))
{
	struct histories h;
	struct kept k;

	if (!histories_make(&x->w, &h))
		return false;
	for (uint32_t user = 1; user <= x->w.n; user++) {
		history_add_up(&h, user, &k);
		if (!row(x, user, &h, &k))
			return false;
		arena_reset(x->arena);
		x->progress(table, user, x->w.n);
	}
	return true;
}

static bool
user_row(struct writer *x, uint32_t user, const struct histories *h,
    const struct kept *k)
{
	char name[NAME_SIZE];
	const char *search;
	int64_t joined = joined_of(&x->w, user);

	person_name(user, name);
	search = utf8_search_form(x->arena, name);
	printf("%u\t%s\t%s\treader-%u@example.com\treader-%u@example.com\t%s\t"
	    "%s\t%s\t%s\t%zu\t%d\t%s\t%s\t%d\t%u\n", user, name,
	    search ? search : "", user, user, x->password, AT(joined),
	    zone_of(user), AT(joined), k->chapters, k->juz,
	    k->longest ? DATE(k->first_day) : "\\N",
	    k->longest ? DATE(k->last_day) : "\\N", k->longest,
	    h->khatmas[user]);
	return search != NULL;
}

static bool
achievement_rows(struct writer *x, uint32_t user, const struct histories *h,
    const struct kept *k)
{
	char name[NAME_SIZE];

	(void)x;
	(void)h;
	for (int a = 0; a < AWARDS; a++) {
		if (k->award[a] == NULL)
			continue;
		khatma_name(k->award[a]->khatma, name);
		printf("%u\t%s\t%u\t%s\t%u\t%s\n", user, award_names[a],
		    k->award[a]->khatma, name, k->award[a]->session,
		    AT(k->award[a]->at));
	}
	return true;
}

static bool
award_notification_rows(struct writer *x, uint32_t user,
    const struct histories *h, const struct kept *k)
{
	(void)h;
	for (int a = 0; a < AWARDS; a++)
		if (k->award[a])
			printf("%u\tachievement_earned\tachievement_earned:%s\t"
			    "%u\t\\N\t\\N\t%s\t%u\t%d\t%s\n", user,
			    award_names[a], k->award[a]->khatma, award_names[a],
			    k->award[a]->session,
			    k->award[a]->at < x->w.now - READ_AFTER,
			    AT(k->award[a]->at));
	return true;
}

static bool
write_logins(struct writer *x)
{
	for (uint32_t user = 1; user <= x->w.n; user++) {
		printf("%u\t%u\t%s\t%s\tMozilla/5.0 (Linux; Android 14) "
		    "khatma/2.1\n", user, user, AT(joined_of(&x->w, user)),
		    AT(x->w.now - (int64_t)(mixed(user, 30) % (30 * DAY))));
		x->progress("logins", user, x->w.n);
	}
	return true;
}

static bool
write_refresh_tokens(struct writer *x)
{
	for (uint32_t user = 1; user <= x->w.n; user++) {
		for (uint64_t i = 40; i < 44; i++)
			printf("%016" PRIx64, mixed(user, i));
		printf("\t%u\t%s\t%s\n", user,
		    AT(x->w.now - (int64_t)(mixed(user, 30) % (30 * DAY))),
		    AT(x->w.now + 30 * DAY));
		x->progress("refresh_tokens", user, x->w.n);
	}
	return true;
}

/* --- Tables --------------------------------------------------------------- */

static bool
write_users(struct writer *x)
{
	return each_user(x, "users", user_row);
}

static bool
write_khatmas(struct writer *x)
{
	return each_khatma(x, "khatmas", khatma_row);
}

static bool
write_khatma_words(struct writer *x)
{
	return each_khatma(x, "khatma_words", word_rows);
}

static bool
write_chapters(struct writer *x)
{
	return each_khatma(x, "chapters", chapter_rows);
}

static bool
write_memberships(struct writer *x)
{
	return each_khatma(x, "memberships", membership_rows);
}

static bool
write_invitations(struct writer *x)
{
	return each_khatma(x, "invitations", invitation_row);
}

static bool
write_intentions(struct writer *x)
{
	return each_khatma(x, "intentions", intention_rows);
}

static bool
write_sessions(struct writer *x)
{
	return each_khatma(x, "sessions", session_rows);
}

static bool
write_achievements(struct writer *x)
{
	return each_user(x, "achievements", achievement_rows);
}

static bool
write_notifications(struct writer *x)
{
	return each_khatma(x, "notifications", notification_rows) &&
	    each_user(x, "notifications", award_notification_rows);
}

const struct table tables[] = {
	{ "users", "(id, fullname, fullname_search, email, email_key, password, "
	    "password_changed_at, timezone, date_joined, chapters_read, "
	    "juz_read, streak_first_day, streak_last_day, longest_streak, "
	    "khatmas_completed)", write_users },
	{ "logins", "(id, user_id, created_at, last_used_at, user_agent)",
	    write_logins },
	{ "refresh_tokens", "(@hash, login_id, issued_at, expires_at) "
	    "SET jti_hash = UNHEX(@hash)", write_refresh_tokens },
	{ "khatmas", "(id, creator_id, name, description, search_text, "
	    "khatma_type, division, status, is_public, target_days, "
	    "start_date, participants_count, chapters_total, "
	    "chapters_completed, chapters_free, completed_at, completed_by, "
	    "created_at, updated_at)", write_khatmas },
	{ "khatma_words", "(word, khatma_id)", write_khatma_words },
	{ "chapters", "(khatma_id, number, state, reader_id, claimed_at, "
	    "completed_at, completed_day, session_id)", write_chapters },
	{ "memberships", "(khatma_id, user_id, joined_at)", write_memberships },
	{ "invitations", "(khatma_id, code, created_by, created_at)",
	    write_invitations },
	{ "intentions", "(khatma_id, user_id, position, intention)",
	    write_intentions },
	{ "sessions", "(id, user_id, khatma_id, division, chapter, "
	    "is_completed, reading_date, local_day, counts_day, created_at)",
	    write_sessions },
	{ "achievements", "(user_id, achievement_type, khatma_id, khatma_name, "
	    "session_id, earned_at)", write_achievements },
	{ "notifications", "(user_id, notification_type, once_key, khatma_id, "
	    "actor_id, chapter, achievement_type, session_id, is_read, "
	    "created_at)", write_notifications },
	{ NULL, NULL, NULL }
};
