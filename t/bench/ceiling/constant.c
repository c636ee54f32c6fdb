/*
 * constant - a FastCGI program that answers every request with the same bytes:
 * what nginx and libfcgi take before a worker has done anything. Only its
 * accept(2) is like a worker's; that it does nothing else is the point.
 *
 *	constant FILE
 *
 * listens on standard input, as spawn-fcgi(1) hands it over. The answer is the
 * file, as JSON.
 */
#include <fcgiapp.h>
#include <stdio.h>

enum { ANSWER_MAX = 64 << 10 };

int
main(int argc, char **argv)
{
	static char answer[ANSWER_MAX];
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	FCGX_Request q;
	int n;

	if (file == NULL || FCGX_Init() != 0 ||
	    FCGX_InitRequest(&q, 0, 0) != 0) {
		fprintf(stderr, "usage: constant FILE\n");
		return 2;
	}
	n = (int)fread(answer, 1, sizeof(answer), file);
	fclose(file);
	while (FCGX_Accept_r(&q) == 0) {
		FCGX_FPrintF(q.out, "Content-Type: application/json\r\n"
		    "Content-Length: %d\r\n\r\n", n);
		FCGX_PutStr(answer, n, q.out);
		FCGX_Finish_r(&q);
	}
	return 1;
}
