#include "common/db.h"
#include "common/log.h"

enum err
db_check_all(struct db *db, const char *const *const *tables)
{
	enum err e, wrong = OK;

	for (; *tables; tables++)
		for (const char *const *sql = *tables; *sql; sql++) {
			e = db_check(db, *sql);
			if (e == OK)
				continue;
			if (e == ERR_DATABASE_AWAY)
				return e;
			wrong = e;
			log_event("statement_refused", 0, *sql);
		}
	return wrong;
}
