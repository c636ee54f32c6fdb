#include "common/model/khatma.h"

#include "t/tap.h"

static const struct {
	int64_t part, whole, want;
} shares[] = {
	{ 0, 30, 0 }, { 1, 30, 33 }, { 15, 30, 500 }, { 29, 30, 967 },
	{ 30, 30, 1000 },
	{ 1, 3, 333 }, { 2, 3, 667 }, { 3, 3, 1000 },
	{ 1, 604, 2 }, { 302, 604, 500 }, { 603, 604, 998 },
	{ 1, 114, 9 }, { 113, 114, 991 },
	{ 1, 2000, 1 },			/* 0.05 is a half: up */
	{ 1, 2001, 0 },			/* 0.0499… is not */
	{ 3, 2000, 2 },			/* 0.15 */
	{ 1, 16, 63 },			/* 6.25 */
	{ 1, 8, 125 },			/* 12.5 as it is */
	{ 1999, 2000, 999 },		/* 99.95 would be 100.0 */
	{ 9999, 10000, 999 },		/* 99.99 too */
	{ 1998, 2000, 999 },		/* 99.9 as it is */
	{ 2000, 2000, 1000 },
	{ 1, 1000000, 0 }, { 999999, 1000000, 999 },
	{ 0, 0, 0 }, { 0, 1, 0 }, { 5, 0, 0 },
};

int
main(void)
{
	long falls = 0, early = 0, far = 0;

	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++)
		is_int(percent_tenths(shares[i].part, shares[i].whole),
		    shares[i].want, "%d of %d", (int)shares[i].part,
		    (int)shares[i].whole);
	for (int64_t whole = 1; whole <= 604; whole++) {
		int64_t before = -1;

		for (int64_t part = 0; part <= whole; part++) {
			int64_t t = percent_tenths(part, whole);
			int64_t off = t * whole - part * 1000;

			falls += t < before;
			early += (t == 1000) != (part == whole);
			/* by half a tenth at most, but for 99.9 */
			far += (off * 2 > whole || off * 2 < -whole) &&
			    t != 999;
			before = t;
		}
	}
	is_int(falls, 0, "more chapters are never a smaller share");
	is_int(early, 0, "100.0 only when nothing is open");
	is_int(far, 0, "and never more than half a tenth from the truth");
	return done_testing();
}
