/*
 * A worker that somebody has taken over: each of its addresses tries what the
 * sandbox forbids, and says what came of it where it lives to tell.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/model/model.h"
#include "common/model/user.h"
#include "common/req.h"
#include "common/route.h"
#include "common/serve.h"

static enum err
say(struct req *r, int result)
{
	int error = result < 0 ? errno : 0;
	struct json *j = reply_json(r, 200);

	json_open(j, NULL, '{');
	json_int(j, "errno", error);
	json_close(j);
	return OK;
}

static enum err
run_program(struct req *r)
{
	char *none[] = { NULL };

	return say(r, execve("/bin/true", none, none));
}

static enum err
start_process(struct req *r)
{
	return say(r, fork());
}

static enum err
call_out(struct req *r)
{
	return say(r, socket(AF_INET, SOCK_STREAM, 0));
}

static enum err
write_file(struct req *r)
{
	return say(r, open("/dev/null", O_WRONLY | O_CLOEXEC));
}

static enum err
read_file(struct req *r)
{
	return say(r, open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static const struct route routes[] = {
	{ GET, "escape/execve", run_program, ROUTE_OPEN, 0 },
	{ GET, "escape/fork", start_process, ROUTE_OPEN, 0 },
	{ GET, "escape/inet", call_out, ROUTE_OPEN, 0 },
	{ GET, "escape/write", write_file, ROUTE_OPEN, 0 },
	{ GET, "escape/read", read_file, ROUTE_OPEN, 0 },
};

static const struct service service = {
	.name = "escape", .routes = routes, .nroutes = COUNT_OF(routes),
	.identify = user_identify, .sql = model_sql,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &service);
}
