#include "common/db.h"
#include "common/db_private.h"
#include "common/time.h"

static enum err
try_once(struct db *db, db_fn *fn, void *arg)
{
	enum err e = db_begin(db);

	if (e != OK)
		return e;
	e = fn(db, arg);
	if (e == OK)
		e = db_commit(db);
	if (e != OK)
		db_rollback(db);
	return e;
}

enum err
db_tx(struct db *db, db_fn *fn, void *arg)
{
	int64_t start = time_monotonic();
	enum err e;

	if (db_in_tx(db))
		return fn(db, arg);
	do
		e = try_once(db, fn, arg);
	while (db_again(db, e, start));
	return e == ERR_RETRY ? ERR_DATABASE_AWAY : e;
}
