#include "common/model/streak.h"

struct streak
streak_of(const int64_t *days, size_t n)
{
	struct streak s = { 0 };
	size_t oldest = 0;	/* first day inside the window that ends at i */

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || days[i] != days[i - 1] + 1)
			s.first = days[i];
		s.last = days[i];
		if (s.last - s.first + 1 > s.longest)
			s.longest = s.last - s.first + 1;
		while (days[i] - days[oldest] >= DENSE_WINDOW)
			oldest++;
		if ((int64_t)(i - oldest + 1) > s.densest)
			s.densest = (int64_t)(i - oldest + 1);
	}
	return s;
}

int64_t
streak_current(int64_t first, int64_t last, int64_t today)
{
	return last >= today - 1 ? last - first + 1 : 0;
}
