/* How a connection is made, and what it needs of the disk. */
#include <mysql.h>
#include <netdb.h>
#include <resolv.h>
#include <stdbool.h>

#include "common/conf.h"
#include "common/db.h"
#include "common/db_private.h"
#include "common/time.h"

enum {
	CONNECT_SECONDS = 2,
	IO_SECONDS = 3,
	/* as <mysql/client_plugin.h> says, which Connector/C 3.3 leaves broken */
	AUTHENTICATION = 2,
};

/* Ways to log in that the connector has in files of their own. */
static const char *const plugins[] = {
	"caching_sha2_password", "client_ed25519", "parsec", "sha256_password",
};

/* The session that every statement of the program counts on. */
static const char *const session_sql[] = {
	"SET time_zone = '+00:00', "
	    "sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
	    "NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,"
	    "ONLY_FULL_GROUP_BY', "
	/* MySQL's own would cut off what a reader has read */
	    "group_concat_max_len = 65536, "
	/* below IO_SECONDS: a wait for a lock is not a lost server */
	    "innodb_lock_wait_timeout = 2",
	/* rows are locked by name before they are counted; no gap locks */
	"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
};

static void
set_options(MYSQL *my, const struct conf *c)
{
	unsigned connect = CONNECT_SECONDS, io = IO_SECONDS;

	mysql_options(my, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
	mysql_options(my, MYSQL_OPT_READ_TIMEOUT, &io);
	mysql_options(my, MYSQL_OPT_WRITE_TIMEOUT, &io);
	mysql_options(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (c->db_ssl_ca[0])
		mysql_ssl_set(my, NULL, NULL, c->db_ssl_ca, NULL, NULL);
#ifdef MARIADB_BASE_VERSION
	/* Connector/C 3.4 asks for a certificate even over a socket file. */
	my_bool verify = c->db_ssl_ca[0] != '\0';
	mysql_options(my, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
#endif
}

static bool
log_in(MYSQL *my, const struct conf *c)
{
	bool file = c->db_socket[0] != '\0';

	return mysql_real_connect(my, file ? NULL : c->db_host, c->db_user,
	    c->db_password, c->db_name, file ? 0 : (unsigned)c->db_port,
	    file ? c->db_socket : NULL, CLIENT_FOUND_ROWS) != NULL;
}

/* One step of it; NULL is the first. False: that was the last. */
static bool
step(MYSQL *my, const struct conf *c, const char *sql, struct db_patience *p)
{
	int64_t start = time_monotonic();
	bool done, lost = false;

	if (!db_patience_left(p))
		return false;
	done = sql ? mysql_query(my, sql) == 0 : log_in(my, c);
	db_patience_spent(p, start, !done);
	if (!done)
		db_error(mysql_errno(my), mysql_error(my), &lost);
	return done;
}

MYSQL *
db_connect(const struct conf *conf, struct db_patience *p)
{
	MYSQL *my = NULL;
	bool good = db_patience_left(p) && (my = mysql_init(NULL)) != NULL;

	if (good) {
		set_options(my, conf);
		good = step(my, conf, NULL, p);
	}
	for (size_t i = 0; good && i <
	    sizeof(session_sql) / sizeof(*session_sql); i++)
		good = step(my, conf, session_sql[i], p);
	if (good)
		return my;
	if (my)
		mysql_close(my);
	return NULL;
}

/* The host of the settings, as the connector will look it up. */
static void
look_up(const char *host)
{
	struct addrinfo *found;

	/* or it would take a resolv.conf that it may not read for an empty one */
	if (res_init() == 0)
		_res.options |= RES_NORELOAD;
	if (getaddrinfo(host, NULL, NULL, &found) == 0)
		freeaddrinfo(found);
}

void
db_warm_up(const struct conf *conf)
{
	MYSQL *my = mysql_init(NULL);

	if (my == NULL)
		return;
	/* those that are not there leave an error behind, which goes with my */
	for (size_t i = 0; i < sizeof(plugins) / sizeof(*plugins); i++)
		mysql_client_find_plugin(my, plugins[i],
		    AUTHENTICATION);
	mysql_close(my);
	if (conf->db_socket[0] == '\0')
		look_up(conf->db_host);
}
