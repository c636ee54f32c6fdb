/*
 * What the errors of the connector and of the server mean: the contract of
 * db.h by number, and where each line comes from.
 *
 *	KB	MariaDB's documentation of its error codes; the names are those
 *		of its mysqld_error.h and errmsg.h
 *	seen	met in trials with MariaDB 10.11, alone and three nodes of
 *		Galera, where servers were killed, stopped and cut off
 *	MySQL	MySQL 8's error message reference; MariaDB gives these numbers
 *		to nothing that can happen here
 *	TiDB	TiDB's documentation, "Error Codes and Troubleshooting"
 */
#include <mysqld_error.h>
#include <errmsg.h>
#include <stdlib.h>

#include "common/db_private.h"
#include "common/log.h"

/* Numbers that MariaDB's headers do not have. */
enum {
	EE_WRITE = 3, EE_DISK_FULL = 20,	/* of mysys, sent as they are */
	MYSQL_QUERY_TIMEOUT = 3024,
	MYSQL_HOOK_FAILED = 3100,
	MYSQL_ROLLED_BACK_AT_COMMIT = 3101,
	MYSQL_SESSION_KILLED = 3169,
	MYSQL_LOCK_NOWAIT = 3572,
	MYSQL_IDLE_DISCONNECT = 4031,
	TIDB_COMMIT_CONFLICT = 8002, TIDB_STALE_START = 8005,
	TIDB_COMMIT_FAILED = 8022, TIDB_SCHEMA_CHANGED = 8028,
	TIDB_PD_TIMEOUT = 9001, TIDB_TIKV_TIMEOUT = 9002,
	TIDB_TIKV_BUSY = 9003, TIDB_REGION_AWAY = 9005,
	TIDB_WRITE_CONFLICT = 9007,
};

enum meaning {
	AGAIN,		/* undone: roll back, and from the beginning */
	GONE,		/* undone, and the connection is of no use any more */
	GONE_TOLD,	/* as GONE, and an administrator wants to know of it */
	AWAY,		/* not now; the connection is as good as before */
	DUPLICATE,
	NO_PARENT,
	WRONG_SCHEMA,
};

struct line {
	unsigned number;
	enum meaning meaning;
};

/* By number, for bsearch(3). */
static const struct line table[] = {
	{ EE_WRITE, AWAY },			/* seen: disk full */
	{ EE_DISK_FULL, AWAY },			/* KB: as 1021 */
	/* seen with innodb_snapshot_isolation=ON: rolled back */
	{ ER_CHECKREAD, AGAIN },		/* 1020 */
	{ ER_DISK_FULL, AWAY },			/* 1021, KB */
	{ ER_ERROR_ON_WRITE, AWAY },		/* 1026, KB: disk full */
	{ ER_FILSORT_ABORT, AWAY },		/* 1028, KB: killed, no space */
	{ ER_GET_ERRNO, AWAY },			/* 1030, KB: the engine failed,
						   mostly for want of space */
	{ ER_OUTOFMEMORY, AWAY },		/* 1037, KB: the server's */
	{ ER_OUT_OF_SORTMEMORY, AWAY },		/* 1038, KB */
	/* seen at connect: 4 of 14 clients where 10 are allowed */
	{ ER_CON_COUNT_ERROR, AWAY },		/* 1040 */
	{ ER_OUT_OF_RESOURCES, AWAY },		/* 1041, KB */
	{ ER_DBACCESS_DENIED_ERROR, AWAY },	/* 1044, KB: settings are wrong */
	{ ER_ACCESS_DENIED_ERROR, AWAY },	/* 1045, KB: as 1044 */
	/* seen, Galera: this node is not in the cluster just now, at any
	   statement and at COMMIT. A balancer leads elsewhere */
	{ ER_UNKNOWN_COM_ERROR, GONE_TOLD },	/* 1047 */
	{ ER_BAD_DB_ERROR, AWAY },		/* 1049, KB: as 1044 */
	{ ER_SERVER_SHUTDOWN, GONE },		/* 1053, seen */
	{ ER_BAD_FIELD_ERROR, WRONG_SCHEMA },	/* 1054, KB: no such column */
	{ ER_DUP_ENTRY, DUPLICATE },		/* 1062, seen: statement undone */
	{ ER_NORMAL_SHUTDOWN, GONE },		/* 1077, KB: as 1053 */
	{ ER_SHUTDOWN_COMPLETE, GONE },		/* 1079, KB: as 1053 */
	{ ER_RECORD_FILE_FULL, AWAY },		/* 1114, KB: no space for rows */
	{ ER_HOST_NOT_PRIVILEGED, AWAY },	/* 1130, KB: as 1044 */
	{ ER_CANT_CREATE_THREAD, AWAY },	/* 1135, KB: at connect */
	{ ER_NO_SUCH_TABLE, WRONG_SCHEMA },	/* 1146, KB */
	{ ER_ABORTING_CONNECTION, GONE },	/* 1152, KB */
	/* KB: the server's side of a line that broke in the middle */
	{ ER_NET_PACKETS_OUT_OF_ORDER, GONE },	/* 1156 */
	{ ER_NET_READ_ERROR, GONE },		/* 1158 */
	{ ER_NET_READ_INTERRUPTED, GONE },	/* 1159 */
	{ ER_NET_ERROR_ON_WRITE, GONE },	/* 1160 */
	{ ER_NET_WRITE_INTERRUPTED, GONE },	/* 1161 */
	/* seen, Galera: COMMIT on a node that was cut off */
	{ ER_ERROR_DURING_COMMIT, GONE_TOLD },	/* 1180 */
	{ ER_NEW_ABORTING_CONNECTION, GONE },	/* 1184, KB */
	{ ER_TOO_MANY_USER_CONNECTIONS, AWAY },	/* 1203, KB: as 1040 */
	/* seen: only the statement is undone (innodb_rollback_on_timeout) */
	{ ER_LOCK_WAIT_TIMEOUT, AGAIN },	/* 1205 */
	{ ER_LOCK_TABLE_FULL, AWAY },		/* 1206, KB */
	/* seen at a statement, at its fetch and (Galera) at COMMIT: all is
	   rolled back */
	{ ER_LOCK_DEADLOCK, AGAIN },		/* 1213 */
	{ ER_USER_LIMIT_REACHED, AWAY },	/* 1226, KB: so many in an hour */
	{ ER_UNKNOWN_STMT_HANDLER, GONE },	/* 1243, KB: of another session,
						   behind a balancer */
	/* seen: the server is read-only, a former writer */
	{ ER_OPTION_PREVENTS_STATEMENT, GONE_TOLD },	/* 1290 */
	{ ER_QUERY_INTERRUPTED, AWAY },		/* 1317, KB: KILL QUERY */
	/* KB: "please retry transaction": a migration went by */
	{ ER_TABLE_DEF_CHANGED, AGAIN },	/* 1412 */
	{ ER_ROW_IS_REFERENCED_2, AGAIN },	/* 1451, seen: the row got a
						   child while we deleted it */
	{ ER_NO_REFERENCED_ROW_2, NO_PARENT },	/* 1452, seen */
	{ ER_AUTOINC_READ_FAILED, AGAIN },	/* 1467, seen: a deadlock, met
						   at AUTO_INCREMENT */
	{ ER_NEED_REPREPARE, GONE },		/* 1615, KB: the tables changed
						   below prepared statements */
	{ ER_TOO_MANY_CONCURRENT_TRXS, AWAY },	/* 1637, KB */
	/* KB: as 1290, for a transaction and for the whole server */
	{ ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, GONE_TOLD },	/* 1792 */
	{ ER_READ_ONLY_MODE, GONE_TOLD },	/* 1836 */
	{ ER_CONNECTION_KILLED, GONE },		/* 1927, seen: KILL */
	/* seen: max_statement_time; the statement is undone, and would be
	   again */
	{ ER_STATEMENT_TIMEOUT, AWAY },		/* 1969 */
	{ CR_CONNECTION_ERROR, AWAY },		/* 2002, seen at connect */
	{ CR_CONN_HOST_ERROR, AWAY },		/* 2003, seen at connect */
	{ CR_UNKNOWN_HOST, AWAY },		/* 2005, at connect */
	{ CR_SERVER_GONE_ERROR, GONE },		/* 2006, seen */
	{ CR_SERVER_HANDSHAKE_ERR, AWAY },	/* 2012, at connect */
	{ CR_SERVER_LOST, GONE },		/* 2013, seen; at COMMIT 16 of
						   30 had been committed */
	{ CR_COMMANDS_OUT_OF_SYNC, GONE },	/* 2014 */
	/* seen where it is TLS: also what is said of a server that went */
	{ CR_SSL_CONNECTION_ERROR, GONE_TOLD },	/* 2026 */
	{ CR_MALFORMED_PACKET, GONE_TOLD },	/* 2027 */
	{ CR_SERVER_LOST_EXTENDED, GONE },	/* 2055 */
	{ CR_STMT_CLOSED, GONE },		/* 2056 */
	{ MYSQL_QUERY_TIMEOUT, AWAY },		/* MySQL: as 1969 */
	/* MySQL, group replication: the group did not take the COMMIT */
	{ MYSQL_HOOK_FAILED, GONE_TOLD },
	/* MySQL, group replication: another member was first */
	{ MYSQL_ROLLED_BACK_AT_COMMIT, AGAIN },
	{ MYSQL_SESSION_KILLED, GONE },		/* MySQL: as 1927 */
	{ MYSQL_LOCK_NOWAIT, AGAIN },		/* MySQL: as 1205 */
	{ MYSQL_IDLE_DISCONNECT, GONE },	/* MySQL: was idle too long */
	{ CR_ERR_NET_READ, GONE },		/* 5013 */
	{ CR_ERR_NET_WRITE, GONE },		/* 5014 */
	/* TiDB: "can safely retry the whole transaction" or the like */
	{ TIDB_COMMIT_CONFLICT, AGAIN },
	{ TIDB_STALE_START, AGAIN },
	{ TIDB_COMMIT_FAILED, AGAIN },
	{ TIDB_SCHEMA_CHANGED, AGAIN },
	/* TiDB: look whether its parts are well */
	{ TIDB_PD_TIMEOUT, AWAY },
	{ TIDB_TIKV_TIMEOUT, AWAY },
	{ TIDB_TIKV_BUSY, AWAY },
	{ TIDB_REGION_AWAY, AWAY },
	{ TIDB_WRITE_CONFLICT, AGAIN },
};

static const enum err errors[] = {
	[AGAIN] = ERR_RETRY,
	[GONE] = ERR_DATABASE_AWAY,
	[GONE_TOLD] = ERR_DATABASE_AWAY,
	[AWAY] = ERR_DATABASE_AWAY,
	[DUPLICATE] = ERR_DUPLICATE,
	[NO_PARENT] = ERR_NO_PARENT,
	[WRONG_SCHEMA] = ERR_SCHEMA_VERSION,
};

static int
compare(const void *number, const void *line)
{
	unsigned a = *(const unsigned *)number;
	unsigned b = ((const struct line *)line)->number;

	return (a > b) - (a < b);
}

enum err
db_error(unsigned number, const char *words, bool *lost)
{
	const struct line *line = bsearch(&number, table,
	    sizeof(table) / sizeof(*table), sizeof(*table), compare);

	if (line == NULL || line->meaning == GONE_TOLD ||
	    line->meaning == AWAY || line->meaning == WRONG_SCHEMA)
		log_event("database_error", number, words);
	if (line == NULL)
		return ERR_INTERNAL;
	*lost |= line->meaning == GONE || line->meaning == GONE_TOLD;
	return errors[line->meaning];
}
