#include "common/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/time.h"
#include "t/tap.h"

/* What a try gives: 0, an errno, or a number of its own above them. */
enum { NOT_ENTERED = 200, WRONG = 201, KILLED = 202, OTHER_END = 203 };

static struct conf conf = { .db_socket = "/run/mysqld/mysqld.sock" };
static struct sockaddr_in listening = { .sin_family = AF_INET };
static bool ports;	/* Landlock knows of them */

static int
result(bool good)
{
	return good ? 0 : errno;
}

/* Let try do its work in a process that has entered the sandbox. */
static int
inside(int (*try)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		sandbox_close_memory();
		status = sandbox_enter(&conf) == NULL ? try() : NOT_ENTERED;
		/* before _exit(2) a sanitizer would do what is forbidden */
		syscall(SYS_exit_group, status);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return OTHER_END;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return KILLED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : OTHER_END;
}

/* --- What kills --- */

static int
run_program(void)
{
	char *none[] = { NULL };

	return result(execve("/bin/true", none, none) == 0);
}

static int
run_open_program(void)
{
	return result(syscall(SYS_execveat, 0, "", NULL, NULL, 0) == 0);
}

static int
start_process(void)
{
	return result(fork() >= 0);
}

static int
start_thread(void)
{
	return result(syscall(SYS_clone3, NULL, 0) == 0);
}

static int
open_inet(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static int
open_inet6(void)
{
	return result(socket(AF_INET6, SOCK_DGRAM, 0) >= 0);
}

static int
open_packet(void)
{
	return result(socket(AF_PACKET, SOCK_RAW, 0) >= 0);
}

static int
map_code(void)
{
	return result(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static int
make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return result(mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0);
}

static int
become_other(void)
{
	return result(setuid(getuid()) == 0);
}

static int
look_into_parent(void)
{
	return result(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0);
}

static int
read_parent(void)
{
	return result(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL,
	    0, 0) >= 0);
}

static int
kill_parent(void)
{
	return result(kill(getppid(), 0) == 0);
}

static int
slow_parent(void)
{
	return result(sched_setscheduler(getppid(), SCHED_BATCH,
	    &(struct sched_param){ 0 }) == 0);
}

static int
use_ring(void)
{
	return result(syscall(SYS_io_uring_setup, 1, NULL) >= 0);
}

static int
change_filter(void)
{
	return result(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
}

static int
serve_others(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return result(listen(fd, 1) == 0);
}

static void
test_killed(void)
{
	static const struct {
		int (*try)(void);
		const char *name;
	} tries[] = {
		{ run_program, "execve" }, { run_open_program, "execveat" },
		{ start_process, "fork" }, { start_thread, "clone3" },
		{ open_inet, "a socket of the internet" },
		{ open_inet6, "one of its new version" },
		{ open_packet, "a raw one" }, { serve_others, "listen" },
		{ map_code, "memory to be run" },
		{ make_code, "memory made so" }, { become_other, "setuid" },
		{ look_into_parent, "ptrace" },
		{ read_parent, "process_vm_readv" }, { kill_parent, "kill" },
		{ slow_parent, "sched_setscheduler of others" },
		{ use_ring, "io_uring" }, { change_filter, "prctl" },
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++)
		is_int(inside(tries[i].try), KILLED,
		    "SEC-04: who tries it dies: %s", tries[i].name);
}

/* --- What is refused --- */

static int
read_passwd(void)
{
	return result(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0);
}

static int
read_folder(void)
{
	return result(open("/", O_RDONLY | O_DIRECTORY) >= 0);
}

static int
write_null(void)
{
	return result(open("/dev/null", O_WRONLY) >= 0);
}

static int
change_null(void)
{
	return result(open("/dev/null", O_RDWR) >= 0);
}

static int
make_file(void)
{
	return result(open("/tmp/khatma-unit", O_CREAT, 0600) >= 0);
}

static int
make_nameless(void)
{
	return result(open("/tmp", O_TMPFILE | O_RDWR, 0600) >= 0);
}

static int
remove_file(void)
{
	return result(unlink("/tmp/khatma-unit") == 0);
}

static int
make_folder(void)
{
	return result(mkdir("/tmp/khatma-unit", 0700) == 0);
}

static void
test_refused(void)
{
	is_int(inside(write_null), EACCES, "SEC-04: no file can be written");
	is_int(inside(change_null), EACCES, "SEC-04: nor changed");
	is_int(inside(make_file), EACCES, "SEC-04: nor made");
	is_int(inside(make_nameless), EACCES,
	    "SEC-04: not even without a name");
	is_int(inside(remove_file), EACCES, "SEC-04: nor removed");
	is_int(inside(make_folder), EACCES, "SEC-04: a folder cannot be made");
	if (!sandbox_has_landlock())
		return;
	is_int(inside(read_passwd), EACCES, "SEC-04: no file can be read");
	is_int(inside(read_folder), EACCES, "SEC-04: no folder, either");
}

/* --- What works --- */

static int
use_memory(void)
{
	size_t size = 64 << 20;
	char *p = malloc(size), *more;
	bool kept;

	if (p == NULL)
		return errno;
	memset(p, 1, size);
	more = realloc(p, 2 * size);
	if (more == NULL) {
		free(p);
		return WRONG;
	}
	kept = more[size - 1] == 1;
	free(more);
	return kept ? 0 : WRONG;
}

static int
use_zone(void)
{
	/* 22:13 in London is the next day there */
	return time_zone_valid("Pacific/Kiritimati") &&
	    time_local_day("Pacific/Kiritimati", INT64_C(1700000000000000)) ==
	    19676 ? 0 : WRONG;
}

static int
use_chance(void)
{
	char bytes[16];

	return result(getrandom(bytes, sizeof(bytes), 0) == sizeof(bytes));
}

static int
use_clock(void)
{
	struct timespec a_moment = { .tv_nsec = 1000 };

	if (nanosleep(&a_moment, NULL) != 0)
		return errno;
	return time_now() > 0 && time_monotonic() > 0 ? 0 : WRONG;
}

static int
use_socket(void)
{
	struct sockaddr_un nobody = { .sun_family = AF_UNIX,
	    .sun_path = "/nobody/listens/here" };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	/* as it would outside */
	return connect(fd, (struct sockaddr *)&nobody, sizeof(nobody)) != 0 &&
	    errno == ENOENT ? 0 : WRONG;
}

static int
use_turns(void)
{
	return result(sched_setscheduler(0, SCHED_BATCH,
	    &(struct sched_param){ 0 }) == 0);
}

static int
use_abort(void)
{
	return result(raise(SIGABRT) == 0);	/* as abort(3) does */
}

static int
dump_core(void)
{
	struct rlimit limit = { 1, 1 };

	return getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0 &&
	    prctl(PR_GET_DUMPABLE) == 0 ? 0 : WRONG;
}

static void
test_allowed(void)
{
	pid_t child;

	is_int(inside(use_memory), 0, "memory is there");
	is_int(inside(use_zone), 0, "zones can be read");
	is_int(inside(use_chance), 0, "chance is there");
	is_int(inside(use_clock), 0, "clocks go");
	is_int(inside(use_socket), 0, "a socket of the database can be opened");
	is_int(inside(use_turns), 0, "a worker can let others finish");
	is_int(inside(use_abort), OTHER_END, "abort(3) is itself");
	child = fork();
	if (child == 0) {
		sandbox_close_memory();
		_exit(dump_core());
	}
	int status = 1;

	waitpid(child, &status, 0);
	is_int(status, 0, "SEC-04: without the sandbox, too, there is no core");
}

/* --- A database on another host --- */

static int
connect_to(in_port_t port)
{
	struct sockaddr_in to = listening;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	to.sin_port = port;
	return result(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
}

static int
connect_database(void)
{
	return connect_to(listening.sin_port);
}

static int
connect_elsewhere(void)
{
	return connect_to(htons(1));
}

static int
look_up(void)
{
	struct addrinfo *found;

	if (getaddrinfo("localhost", NULL, NULL, &found) != 0)
		return WRONG;
	freeaddrinfo(found);
	return 0;
}

static int
read_ca(void)
{
	return result(open(conf.db_ssl_ca, O_RDONLY) >= 0);
}

static void
test_internet(void)
{
	socklen_t size = sizeof(listening);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	listening.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&listening, size) != 0 ||
	    listen(fd, 8) != 0 ||
	    getsockname(fd, (struct sockaddr *)&listening, &size) != 0) {
		ok(false, "a port of the loopback is there");
		return;
	}
	memset(&conf, 0, sizeof(conf));
	snprintf(conf.db_ssl_ca, sizeof(conf.db_ssl_ca), "/proc/version");
	conf.db_port = ntohs(listening.sin_port);
	is_int(inside(connect_database), 0, "a database can be called by port");
	is_int(inside(connect_elsewhere), ports ? EACCES : ECONNREFUSED,
	    "SEC-04: another port %s", ports ? "cannot" : "is not guarded");
	is_int(inside(look_up), 0, "a host is looked up");
	is_int(inside(read_ca), 0, "the CA's certificate can be read");
	is_int(inside(write_null), EACCES, "SEC-04: but nothing written");
	is_int(inside(run_program), KILLED, "SEC-04: nor run");
	is_int(inside(open_packet), KILLED, "SEC-04: nor sent otherwise");
	if (sandbox_has_landlock())
		is_int(inside(read_passwd), EACCES,
		    "SEC-04: nor read but what the resolver needs");
	close(fd);
}

int
main(void)
{
	enum { PORTS_ABI = 4 };

	ports = syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= PORTS_ABI;
	test_killed();
	test_refused();
	test_allowed();
	test_internet();
	return done_testing();
}
