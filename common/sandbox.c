#include "common/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/time.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

/* --- System calls --- */

/* Those that do no harm whatever their arguments are. */
static const char *const allowed[] = {
	/* files that are open */
	"close", "fstat", "_llseek", "lseek", "newfstatat", "fstatat64",
	"read", "readv", "stat", "stat64", "statx", "write", "writev",
	/* sockets; which may be opened stands below */
	"accept", "accept4", "connect", "getpeername", "getsockname",
	"getsockopt", "recvfrom", "recvmsg", "sendmmsg", "sendmsg", "sendto",
	"recv", "send", "setsockopt", "shutdown",
	/* waiting */
	"_newselect", "epoll_create1", "epoll_ctl", "epoll_pwait",
	"epoll_pwait2", "epoll_wait", "poll", "ppoll", "pselect6", "select",
	"clock_nanosleep", "nanosleep", "restart_syscall",
	/* memory */
	"brk", "futex", "madvise", "mremap", "munmap",
	/* time, chance, and who and where it is */
	"clock_getres", "clock_gettime", "getegid", "geteuid", "getgid",
	"getpid", "getppid", "getrandom", "gettid", "gettimeofday", "getuid",
	"rseq", "sched_getaffinity", "sched_yield", "sysinfo", "time", "uname",
	/* signals that come, and the end */
	"exit", "exit_group", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "sigreturn",
};

/* Those that a library may try and do without. */
static const char *const refused[] = {
	"access", "chmod", "chown", "creat", "faccessat", "faccessat2",
	"fchmod", "fchmodat", "fchown", "fchownat", "flock", "fsync",
	"ftruncate", "getcwd", "getdents", "getdents64", "getrlimit",
	"inotify_add_watch", "inotify_init1", "link", "linkat", "mkdir",
	"mkdirat", "mknod", "mknodat", "openat2", "prlimit64", "readlink",
	"readlinkat", "rename", "renameat", "renameat2", "rmdir", "statfs",
	"symlink", "symlinkat", "truncate", "umask", "unlink", "unlinkat",
	"utimensat",
};

/* Those that depend on an argument: it is value under mask. */
struct rule {
	const char *name;
	unsigned arg;
	uint16_t error;		/* 0: it is allowed */
	uint64_t mask, value;
};

#define WORD		UINT32_MAX	/* an int; above it is chance */
#define READ_ONLY	(WORD & ~(uint64_t)(O_CLOEXEC | O_NONBLOCK | O_NOCTTY |	\
			    O_NOFOLLOW | O_DIRECTORY | 0100000 /* O_LARGEFILE */))

static const struct rule rules[] = {
	{ "open", 1, 0, READ_ONLY, O_RDONLY },
	{ "open", 1, EACCES, O_ACCMODE, O_WRONLY },
	{ "open", 1, EACCES, O_ACCMODE, O_RDWR },
	{ "open", 1, EACCES, O_ACCMODE | O_CREAT, O_CREAT },
	{ "openat", 2, 0, READ_ONLY, O_RDONLY },
	{ "openat", 2, EACCES, O_ACCMODE, O_WRONLY },
	{ "openat", 2, EACCES, O_ACCMODE, O_RDWR },
	{ "openat", 2, EACCES, O_ACCMODE | O_CREAT, O_CREAT },
	{ "mmap", 2, 0, PROT_EXEC, 0 },
	{ "mmap2", 2, 0, PROT_EXEC, 0 },
	{ "mprotect", 2, 0, PROT_EXEC, 0 },
	{ "fcntl", 1, 0, WORD, F_GETFD },
	{ "fcntl", 1, 0, WORD, F_SETFD },
	{ "fcntl", 1, 0, WORD, F_GETFL },
	{ "fcntl", 1, 0, WORD, F_SETFL },
	{ "fcntl64", 1, 0, WORD, F_GETFD },
	{ "fcntl64", 1, 0, WORD, F_SETFD },
	{ "fcntl64", 1, 0, WORD, F_GETFL },
	{ "fcntl64", 1, 0, WORD, F_SETFL },
	{ "ioctl", 1, 0, WORD, FIONBIO },
	{ "ioctl", 1, 0, WORD, FIONREAD },
	{ "ioctl", 1, ENOTTY, WORD, TCGETS },
	{ "socket", 0, 0, WORD, AF_UNIX },
	{ "sched_setscheduler", 0, 0, WORD, 0 /* itself */ },
};

static const struct rule internet[] = {
	{ "socket", 0, 0, WORD, AF_INET },
	{ "socket", 0, 0, WORD, AF_INET6 },
	/* getaddrinfo(3) asks for the host's addresses, and can do without */
	{ "socket", 0, EAFNOSUPPORT, WORD, AF_NETLINK },
};

/* A name that this libseccomp or this processor does not know is no call. */
static int
add(scmp_filter_ctx filter, uint32_t action, const char *name, unsigned n,
    const struct scmp_arg_cmp *condition)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number == __NR_SCMP_ERROR)
		return 0;
	return seccomp_rule_add_array(filter, action, number, n, condition);
}

static int
add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names,
    size_t n)
{
	int wrong = 0;

	for (size_t i = 0; i < n && wrong == 0; i++)
		wrong = add(filter, action, names[i], 0, NULL);
	return wrong;
}

static int
add_rules(scmp_filter_ctx filter, const struct rule *r, size_t n)
{
	int wrong = 0;

	for (size_t i = 0; i < n && wrong == 0; i++, r++)
		wrong = add(filter, r->error ? SCMP_ACT_ERRNO(r->error) :
		    SCMP_ACT_ALLOW, r->name, 1, &(struct scmp_arg_cmp)
		    { r->arg, SCMP_CMP_MASKED_EQ, r->mask, r->value });
	return wrong;
}

static int
fill(scmp_filter_ctx filter, const struct conf *conf)
{
	/* who aborts signals itself, and nobody else is to be signalled */
	const struct rule own = { "tgkill", 0, 0, WORD, (uint64_t)getpid() };
	int wrong = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_KILL_PROCESS);

	if (wrong == 0)
		wrong = add_names(filter, SCMP_ACT_ALLOW, allowed,
		    COUNT(allowed));
	if (wrong == 0)
		wrong = add_names(filter, SCMP_ACT_ERRNO(EACCES), refused,
		    COUNT(refused));
	if (wrong == 0)
		wrong = add_rules(filter, rules, COUNT(rules));
	if (wrong == 0)
		wrong = add_rules(filter, &own, 1);
	if (wrong == 0 && conf->db_socket[0] == '\0')
		wrong = add_rules(filter, internet, COUNT(internet));
	return wrong;
}

static bool
restrict_calls(const struct conf *conf)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool done = filter != NULL && fill(filter, conf) == 0 &&
	    seccomp_load(filter) == 0;

	seccomp_release(filter);
	return done;
}

/* --- Files and ports --- */

/* What came to Landlock after the header of Linux 6.1. */
enum {
	TRUNCATE_ABI = 3, PORTS_ABI = 4, DEVICES_ABI = 5, SCOPES_ABI = 6,
	NET_BIND = 1 << 0, NET_CONNECT = 1 << 1,
	SCOPE_ABSTRACT_SOCKETS = 1 << 0, SCOPE_SIGNALS = 1 << 1,
	RULE_PORT = 2,
	DNS_PORT = 53,
};

struct ruleset {
	uint64_t files, ports, scopes;
};

struct port_rule {
	uint64_t access, port;
};

/* What getaddrinfo(3) reads whenever it is called. */
static const char *const resolver_files[] = {
	"/etc/gai.conf", "/etc/host.conf", "/etc/hosts",
	"/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/services",
};

static long
landlock_abi(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
}

bool
sandbox_has_landlock(void)
{
	return landlock_abi() > 0;
}

/* Every right that there is, up to the last one of this version. */
static uint64_t
all_files(long abi)
{
	unsigned rights = abi >= DEVICES_ABI ? 16 :
	    abi >= TRUNCATE_ABI ? 15 : abi == 2 ? 14 : 13;

	return (UINT64_C(1) << rights) - 1;
}

static int
make_ruleset(long abi)
{
	struct ruleset all = { .files = all_files(abi) };

	if (abi >= PORTS_ABI)
		all.ports = NET_BIND | NET_CONNECT;
	if (abi >= SCOPES_ABI)
		all.scopes = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS;
	/* an older kernel takes the longer structure where its rest is 0 */
	return (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
}

/* A file, or the files below a folder. What is not there is not needed. */
static bool
may_read(int ruleset, const char *path)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	bool done;

	if (rule.parent_fd < 0)
		return errno == ENOENT || errno == ENOTDIR;
	done = syscall(SYS_landlock_add_rule, ruleset,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return done;
}

static bool
may_connect(int ruleset, int64_t port)
{
	struct port_rule rule = { NET_CONNECT, (uint64_t)port };

	return syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule,
	    0) == 0;
}

/* What a connection to another host needs. */
static bool
may_call_host(int ruleset, long abi, const struct conf *conf)
{
	bool done = true;

	for (size_t i = 0; i < COUNT(resolver_files) && done; i++)
		done = may_read(ruleset, resolver_files[i]);
	if (done && abi >= PORTS_ABI)
		done = may_connect(ruleset, conf->db_port) &&
		    may_connect(ruleset, DNS_PORT);
	return done;
}

static bool
restrict_files(const struct conf *conf)
{
	long abi = landlock_abi();
	int ruleset;
	bool done;

	if (abi <= 0)
		return true;
	ruleset = make_ruleset(abi);
	if (ruleset < 0)
		return false;
	done = may_read(ruleset, time_zone_folder());
	if (done && conf->db_ssl_ca[0] != '\0')
		done = may_read(ruleset, conf->db_ssl_ca);
	if (done && conf->db_socket[0] == '\0')
		done = may_call_host(ruleset, abi, conf);
	done = done && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return done;
}

/* --- Both --- */

void
sandbox_close_memory(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

const char *
sandbox_enter(const struct conf *conf)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return "KHATMA_SANDBOX: the kernel does not let a process "
		    "renounce privileges.";
	if (!restrict_files(conf))
		return "KHATMA_SANDBOX: the kernel does not restrict files "
		    "(Landlock).";
	if (!restrict_calls(conf))
		return "KHATMA_SANDBOX: the kernel does not restrict system "
		    "calls (seccomp).";
	return NULL;
}
