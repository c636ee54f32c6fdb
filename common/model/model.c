#include "common/model/model.h"

#include <stddef.h>

#include "common/db.h"
#include "common/model/account.h"
#include "common/model/achievement.h"
#include "common/model/board.h"
#include "common/model/khatma.h"
#include "common/model/khatma_search.h"
#include "common/model/khatma_words.h"
#include "common/model/login.h"
#include "common/model/member.h"
#include "common/model/notification.h"
#include "common/model/reader.h"
#include "common/model/reading.h"
#include "common/model/reset.h"
#include "common/model/stats.h"
#include "common/model/throttle.h"
#include "common/model/user.h"
#include "common/stored.h"

static const char *const schema_sql[] = {
	"SELECT MAX(version), MAX(COALESCE(works_from, version)), "
	"UTC_TIMESTAMP(6) FROM schema_migrations", NULL
};

const char *const *const model_sql[] = {
	schema_sql, user_sql, login_sql, throttle_sql, reset_sql, account_sql,
	khatma_sql,
	khatma_edit_sql, khatma_list_sql, khatma_search_sql, khatma_words_sql,
	member_sql, board_sql, reading_sql,
	reader_sql, session_sql, achievement_sql, notification_sql, stats_sql,
	stats_khatma_sql, stored_sql, NULL
};

enum err
schema_check(struct db *db, int64_t *version, int64_t *now)
{
	struct db_rows rows;
	int64_t works_from;
	enum err e = db_one(db, schema_sql[0], NO_ARGS, &rows);

	*version = *now = 0;
	if (e != OK)
		return e;
	*version = db_get_int(&rows, 0);
	works_from = db_get_int(&rows, 1);
	*now = db_get_time(&rows, 2);
	return works_from <= SCHEMA_VERSION && SCHEMA_VERSION <= *version ?
	    OK : ERR_SCHEMA_VERSION;
}
