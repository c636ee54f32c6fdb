#include "t/bench/seed/history.h"

#include <stdlib.h>
#include <string.h>

const char *const award_names[AWARDS] = {
	"first_khatma", "streak_7", "streak_30", "chapter_master",
	"consistent_reader"
};

static struct khatma khatma;

static struct past
past_of(const struct reading *r)
{
	return (struct past){ .at = (uint32_t)r->at,
	    .session = (uint32_t)r->id, .khatma = khatma.id,
	    .part = (uint32_t)r->part };
}

/* Each reader of a completed khatma has completed one; the oldest counts. */
static void
note_finished(struct histories *h)
{
	struct past p = past_of(&khatma.reading[khatma.completed_by]);

	for (int m = 0; m < khatma.members; m++) {
		struct past *f = &h->finished[khatma.member[m]];

		if (h->khatmas[khatma.member[m]]++ == 0 || p.at < f->at)
			*f = p;
	}
}

static void
count(struct histories *h)
{
	for (int i = 0; i < khatma.readings; i++)
		if (khatma.reading[i].completed)
			h->first[khatma.reading[i].user + 1]++;
	if (khatma.completed_by >= 0)
		note_finished(h);
}

/* Fills from behind, so that first[u] is in the end where u begins. */
static void
fill(struct histories *h)
{
	for (int i = khatma.readings - 1; i >= 0; i--)
		if (khatma.reading[i].completed)
			h->past[--h->first[khatma.reading[i].user + 1]] =
			    past_of(&khatma.reading[i]);
}

static void
each_khatma(const struct world *w, struct histories *h,
    void (*fn)(struct histories *))
{
	uint64_t next = 1;

	for (uint32_t id = 1; id <= w->n; id++) {
		khatma_make(w, id, &next, &khatma);
		fn(h);
	}
}

bool
histories_make(const struct world *w, struct histories *h)
{
	size_t users = w->n + 3;

	h->first = calloc(users, sizeof(*h->first));
	h->finished = calloc(users, sizeof(*h->finished));
	h->khatmas = calloc(users, sizeof(*h->khatmas));
	if (!h->first || !h->finished || !h->khatmas)
		return false;
	each_khatma(w, h, count);
	for (size_t u = 1; u < users; u++)
		h->first[u] += h->first[u - 1];
	h->past = calloc(h->first[users - 1] + 1, sizeof(*h->past));
	if (h->past == NULL)
		return false;
	each_khatma(w, h, fill);
	/* what was the end of u + 1 is now its beginning */
	memmove(h->first, h->first + 1, (users - 1) * sizeof(*h->first));
	return true;
}

static int
by_time(const void *a, const void *b)
{
	const struct past *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->session < y->session ? -1 : x->session > y->session;
}

/* The last days on which he has read, for those who are consistent. */
struct days {
	int64_t day[20];
	int n;
	int run;
};

static void
new_day(struct kept *k, struct days *d, const struct past *p, int64_t day)
{
	if (d->n > 0 && day == k->last_day + 1) {
		d->run++;
	} else {
		d->run = 1;
		k->first_day = day;
	}
	k->last_day = day;
	d->day[d->n++ % 20] = day;
	if (d->run > k->longest)
		k->longest = d->run;
	if (d->run == 7 && !k->award[STREAK_7])
		k->award[STREAK_7] = p;
	if (d->run == 30 && !k->award[STREAK_30])
		k->award[STREAK_30] = p;
	if (d->n >= 20 && day - d->day[d->n % 20] <= 27 && !k->award[CONSISTENT])
		k->award[CONSISTENT] = p;
}

void
history_add_up(const struct histories *h, uint32_t user, struct kept *k)
{
	struct past *p = h->past + h->first[user];
	struct days d = { .n = 0 };
	uint32_t juz = 0;

	memset(k, 0, sizeof(*k));
	k->chapters = h->first[user + 1] - h->first[user];
	qsort(p, k->chapters, sizeof(*p), by_time);
	for (size_t i = 0; i < k->chapters; i++) {
		int64_t day = day_of(user, p[i].at);

		if (d.n == 0 || day != k->last_day)
			new_day(k, &d, &p[i], day);
		if ((juz & 1U << p[i].part) == 0 && ++k->juz == PARTS)
			k->award[CHAPTER_MASTER] = &p[i];
		juz |= 1U << p[i].part;
	}
	if (h->khatmas[user] > 0)
		k->award[FIRST_KHATMA] = &h->finished[user];
}
