/*
 * The settings: one table of names, types and defaults, filled from a file and
 * from the environment.
 */
#ifndef KHATMA_CONF_H
#define KHATMA_CONF_H

#include <stdbool.h>
#include <stdint.h>

#define CONF_TEXT_MAX	256
#define CONF_FILE	"/etc/khatma/khatma.conf"

struct conf {
	char db_socket[CONF_TEXT_MAX];
	char db_host[CONF_TEXT_MAX];
	int64_t db_port;
	char db_name[CONF_TEXT_MAX];
	char db_user[CONF_TEXT_MAX];
	char db_password[CONF_TEXT_MAX];
	char db_ssl_ca[CONF_TEXT_MAX];
	char jwt_key_file[CONF_TEXT_MAX];
	bool jwt_shared;		/* with a SimpleJWT service */
	int64_t access_ttl;		/* seconds */
	int64_t refresh_ttl;		/* seconds */
	bool refresh_rotate;
	int64_t argon2_memory;		/* KiB */
	int64_t argon2_passes;
	bool lists_envelope;
	char cors_origins[CONF_TEXT_MAX];
	char public_url[CONF_TEXT_MAX];
	bool sandbox;
	char smtp_url[CONF_TEXT_MAX];	/* "": no mail is sent */
	char smtp_user[CONF_TEXT_MAX];
	char smtp_password[CONF_TEXT_MAX];
	bool smtp_tls;
	char smtp_ca[CONF_TEXT_MAX];
	char mail_from[CONF_TEXT_MAX];
	char reset_url[CONF_TEXT_MAX];
};

/*
 * Fill c: the defaults, over them the file that KHATMA_CONF names (or
 * CONF_FILE where that exists), over it the environment. The file has lines
 * KEY=VALUE; blank lines and lines that begin with # are skipped; keys that
 * belong to spawn.sh are skipped too, any other unknown KHATMA_ key is an
 * error, so that a slip of the pen does not go unseen. Where there is an
 * smtp_url there is a mail_from.
 *
 * Returns NULL, or a sentence for the administrator about the first thing that
 * is wrong; it may stand in why, a buffer of the caller of at least 512 bytes.
 */
const char *conf_load(struct conf *c, char why[512]);

/*
 * Read the arguments of a program, before conf_load(): -c FILE is the file of
 * settings, -t sets *check. False when there are others. A program that is run
 * as CGI has none: there they are not looked at.
 */
bool conf_options(int argc, char **argv, bool *check);

#endif
