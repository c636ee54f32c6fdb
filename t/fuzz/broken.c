#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "t/fuzz/fuzz.h"

void
broken(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("broken promise: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	abort();
}
