#include "common/log.h"

#include <unistd.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/time.h"

enum { LINE_MAX_BYTES = 4096, LOST_MAX_BYTES = 256 };

/* Lines that could not be written since the last one that could. */
static int64_t lost;

/* The line is made where no memory is asked for: it must not be lost. */
static void
begin(struct json *j, struct buf *line)
{
	char now[TIME_ISO_MAX];

	time_format(time_now(), now);
	json_start(j, line);
	json_open(j, NULL, '{');
	json_text(j, "ts", now);
}

static bool
put(struct json *j, struct buf *line)
{
	json_close(j);
	buf_char(line, '\n');
	return !line->failed &&
	    write(STDERR_FILENO, line->data, line->len) == (ssize_t)line->len;
}

/* A full disk may have taken half a line: this one begins below it. */
static bool
tell_lost(void)
{
	char bytes[LOST_MAX_BYTES];
	struct buf line = buf_over(bytes, sizeof(bytes));
	struct json j;

	buf_char(&line, '\n');
	begin(&j, &line);
	json_text(&j, "event", "log_lines_lost");
	json_int(&j, "number", lost);
	return put(&j, &line);
}

/* A log that takes no more must not stop the answer. */
static void
end(struct json *j, struct buf *line)
{
	if (lost > 0 && tell_lost())
		lost = 0;
	if (lost > 0 || !put(j, line))
		lost++;
}

void
log_request(const struct log_request *q)
{
	char bytes[LINE_MAX_BYTES];
	struct buf line = buf_over(bytes, sizeof(bytes));
	struct json j;

	begin(&j, &line);
	json_text(&j, "rid", q->id);
	json_text(&j, "group", q->group);
	json_text(&j, "m", q->method);
	json_text(&j, "route", q->route);
	json_int(&j, "st", q->status);
	if (q->code)
		json_text(&j, "code", q->code);
	json_int(&j, "us", q->duration);
	json_int(&j, "sql", q->statements);
	if (q->over)
		json_bool(&j, "over_budget", true);
	if (q->user)
		json_int(&j, "uid", q->user);
	end(&j, &line);
}

void
log_event(const char *what, int64_t number, const char *detail)
{
	char bytes[LINE_MAX_BYTES];
	struct buf line = buf_over(bytes, sizeof(bytes));
	struct json j;

	begin(&j, &line);
	json_text(&j, "event", what);
	if (number)
		json_int(&j, "number", number);
	if (detail)
		json_text(&j, "detail", detail);
	end(&j, &line);
}
