#include <mysqld_error.h>
#include <errmsg.h>

#include "common/db_private.h"
#include "common/log.h"

/* Of MySQL 8, unknown to MariaDB's headers. */
enum {
	MYSQL_QUERY_TIMEOUT = 3024, MYSQL_LOCK_NOWAIT = 3572,
	MYSQL_IDLE_DISCONNECT = 4031
};

enum err
db_error(unsigned number, const char *words, bool *lost)
{
	switch (number) {
	case ER_LOCK_DEADLOCK: case ER_LOCK_WAIT_TIMEOUT: case ER_CHECKREAD:
	case MYSQL_LOCK_NOWAIT:
	case ER_AUTOINC_READ_FAILED:	/* a deadlock, met at AUTO_INCREMENT */
	case ER_ROW_IS_REFERENCED_2:	/* it got a child while we deleted */
		return ERR_RETRY;
	case ER_DUP_ENTRY:
		return ERR_DUPLICATE;
	case ER_NO_REFERENCED_ROW_2:
		return ERR_NO_PARENT;
	case CR_SERVER_GONE_ERROR: case CR_SERVER_LOST:
	case ER_UNKNOWN_STMT_HANDLER: case ER_UNKNOWN_COM_ERROR:
	case ER_SERVER_SHUTDOWN: case ER_CONNECTION_KILLED:
	case ER_OPTION_PREVENTS_STATEMENT: case ER_ERROR_DURING_COMMIT:
	case CR_COMMANDS_OUT_OF_SYNC: case MYSQL_IDLE_DISCONNECT:
		*lost = true;
		return ERR_DATABASE_AWAY;
	default:
		break;
	}
	log_event("database_error", number, words);
	switch (number) {
	case CR_SSL_CONNECTION_ERROR:
		/* also what is said of a server that went, where it was TLS */
		*lost = true;
		return ERR_DATABASE_AWAY;
	case CR_CONNECTION_ERROR: case CR_CONN_HOST_ERROR:
	case CR_UNKNOWN_HOST: case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS: case ER_USER_LIMIT_REACHED:
	case ER_ACCESS_DENIED_ERROR: case ER_DBACCESS_DENIED_ERROR:
	case ER_BAD_DB_ERROR: case ER_HOST_NOT_PRIVILEGED:
	case ER_DISK_FULL: case ER_RECORD_FILE_FULL:
	case ER_STATEMENT_TIMEOUT: case ER_QUERY_INTERRUPTED:
	case MYSQL_QUERY_TIMEOUT:
		return ERR_DATABASE_AWAY;
	case ER_NO_SUCH_TABLE: case ER_BAD_FIELD_ERROR:
		return ERR_SCHEMA_VERSION;
	default:
		return ERR_INTERNAL;
	}
}
