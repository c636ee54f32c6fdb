#include "t/bench/seed/world.h"

#include <stddef.h>
#include <string.h>

enum {
	HOUR = 3600, DAY = 86400,
	SPAN = 730,		/* days over which khatmas were made */
	LONG_DAYS = 3334,	/* days of user 1 */
	PLAIN = 4,		/* the first user who is like all others */
	PRIME = 1000003
};

static const struct {
	const char *name;
	int hours;
} zones[ZONES] = {
	{ "Asia/Riyadh", 3 }, { "Asia/Jakarta", 7 }, { "UTC", 0 },
	{ "Asia/Karachi", 5 }, { "Africa/Algiers", 1 },
	{ "Asia/Kuala_Lumpur", 8 }, { "America/Bogota", -5 },
};

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
uint64_t
mixed(uint64_t a, uint64_t b)
{
	uint64_t z = a * UINT64_C(0x9e3779b97f4a7c15) +
	    b * UINT64_C(0xd1342543de82ef95) + UINT64_C(0x632be59bd9b4e019);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int64_t
dice(uint64_t a, uint64_t b, uint64_t sides)
{
	return (int64_t)(mixed(a, b) % sides);
}

static int
zone_number(uint32_t user)
{
	return user < PLAIN ? 2 : (int)(mixed(user, 1) % ZONES);
}

const char *
zone_of(uint32_t user)
{
	return zones[zone_number(user)].name;
}

int64_t
day_of(uint32_t user, int64_t at)
{
	return (at + zones[zone_number(user)].hours * HOUR) / DAY;
}

int64_t
joined_of(const struct world *w, uint32_t user)
{
	int64_t days = user == 1 ? LONG_DAYS + 2 : SPAN + 2 + dice(user, 2, 365);

	return w->now - days * DAY - dice(user, 3, DAY);
}

/* --- Who takes part ----------------------------------------------------- */

/* How far apart count khatmas are, spread over all; a multiple of ten. */
static uint32_t
step(const struct world *w, uint32_t count)
{
	uint32_t s = w->n / count / 10 * 10;

	return s < 10 ? 10 : s;
}

/* The place of one of the first three users among a khatma's members, or -1. */
static int
place_of_known(const struct world *w, uint32_t id, uint32_t *user)
{
	uint32_t rest = id % step(w, 1000), tenth = id % step(w, 10);

	*user = rest == 3 || rest == 4 ? 3 : tenth == 5 ? 1 : 2;
	if (rest == 3)
		return 0;
	return rest == 4 || tenth == 5 || tenth == 6 ? 1 : -1;
}

static void
gather(const struct world *w, struct khatma *k)
{
	uint64_t plain = w->n - PLAIN + 1, known;
	uint32_t user;
	int place = place_of_known(w, k->id, &user);

	k->members = k->is_private ? 1 : MEMBERS;
	for (int m = 0; m < k->members; m++) {
		known = (uint64_t)k->id * PRIME + (uint64_t)m * (plain / MEMBERS);
		k->member[m] = PLAIN + (uint32_t)(known % plain);
		k->joined[m] = k->created + (m == 0 ? 0 :
		    dice(k->id, (uint64_t)m + 100, 3 * DAY));
		if (k->joined[m] > w->now)
			k->joined[m] = w->now;
	}
	if (k->id <= 2)
		k->member[0] = k->id;
	else if (place >= 0 && !k->is_private)
		k->member[place] = user;
}

/* --- What they have read -------------------------------------------------- */

static void
add_reading(struct khatma *k, int part, bool completed, int64_t at)
{
	struct part *p = &k->part[part];
	struct reading *r = &k->reading[k->readings];

	*r = (struct reading){ .user = k->member[p->member], .part = part,
	    .completed = completed, .at = at,
	    .day = day_of(k->member[p->member], at) };
	if (completed && p->reading < 0) {
		p->state = COMPLETED;
		p->reading = k->readings;
	}
	if (at > k->changed)
		k->changed = at;
	k->readings++;
}

/* On how many days after the first it is read again: mostly none. */
static int64_t
days_again(uint64_t a, uint64_t b)
{
	int64_t n = dice(a, b, 2000);

	return n == 0 ? 40 : n < 10 ? 9 : n < 400 ? 1 + n % 3 : 0;
}

static void
read_part(const struct world *w, struct khatma *k, int part, bool all)
{
	struct part *p = &k->part[part];
	uint64_t key = (uint64_t)part + 200;
	int64_t taken = k->joined[p->member], again;
	int64_t at = taken + (1 + dice(k->id, key, 25)) * DAY +
	    dice(k->id, key + 50, DAY / 2);
	bool reads = all || dice(k->id, key + 100, 100) < 55;

	p->state = CLAIMED;
	if (k->member[p->member] < 3)	/* they have readings enough */
		return;
	if (reads && at <= w->now) {
		add_reading(k, part, true, at);
		again = all ? 0 : days_again(k->id, key + 150);
		for (int64_t d = 1; d <= again && at + d * DAY <= w->now; d++)
			add_reading(k, part, true, at + d * DAY);
	} else if (!reads && dice(k->id, key + 200, 3) == 0 &&
	    taken + 2 * HOUR <= w->now) {
		add_reading(k, part, false, taken + 2 * HOUR);
	}
}

/* Three a day by user 1, one a day by user 2, to the day before today. */
static void
read_alone(const struct world *w, struct khatma *k)
{
	int count = k->id == 1 ? MANY_READINGS : FEW_READINGS;
	int rate = k->id == 1 ? 3 : 1;
	int64_t first = w->now / DAY - (count - 1) / rate - 1;

	for (int part = 0; part < PARTS - 1 && part < count; part++)
		k->part[part].state = CLAIMED;
	for (int i = 0; i < count; i++)
		add_reading(k, i % (PARTS - 1), true, (first + i / rate) * DAY +
		    (5 + i % rate * 7) * HOUR);
}

static void
finish(struct khatma *k)
{
	k->completed_by = 0;
	for (int i = 1; i < k->readings; i++)
		if (k->reading[i].at > k->reading[k->completed_by].at)
			k->completed_by = i;
}

void
khatma_make(const struct world *w, uint32_t id, uint64_t *next,
    struct khatma *k)
{
	int64_t age = SPAN * DAY - (int64_t)((uint64_t)SPAN * DAY *
	    (id - 1) / w->n);
	uint32_t nobody;
	bool all = id % 33 == 1 && age > 40 * DAY &&
	    place_of_known(w, id, &nobody) < 0;

	memset(k, 0, offsetof(struct khatma, reading));
	k->id = id;
	k->created = w->now - (id == 1 ? (LONG_DAYS + 1) * DAY : age);
	k->is_private = id % 10 == 0 || id <= 2;
	k->is_public = !k->is_private && id % 16 != 15;
	k->completed_by = -1;
	gather(w, k);
	k->changed = k->joined[k->members - 1];
	for (int i = 0; i < PARTS; i++)
		k->part[i] = (struct part){ .member = i % k->members,
		    .reading = -1 };
	if (id <= 2)
		read_alone(w, k);
	else
		for (int i = 0; i < (all ? PARTS : MEMBERS); i++)
			read_part(w, k, i, all);
	if (all && id > 2)
		finish(k);
	k->paused = k->completed_by < 0 && id % 50 == 7;
	for (int i = 0; i < k->readings; i++)
		k->reading[i].id = (*next)++;
}
