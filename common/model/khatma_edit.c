/* The life of a khatma: made, changed, deleted. */
#include <string.h>

#include "common/arena.h"
#include "common/db.h"
#include "common/model/khatma.h"
#include "common/model/khatma_words.h"
#include "common/time.h"
#include "common/utf8.h"

enum {
	INSERT, INSERT_MEMBER, MAKE_CHAPTERS, UPDATE, TEXTS, DELETE_CHAPTERS,
	DELETE_INTENTIONS, DELETE_INVITATIONS, DELETE_NOTIFICATIONS,
	DETACH_NOTIFICATIONS, DETACH_ACHIEVEMENTS, DELETE_SESSIONS,
	DETACH_SESSIONS, DELETE_MEMBERS, DELETE_KHATMA, STATEMENTS
};

const char *const khatma_edit_sql[STATEMENTS + 1] = {
	[INSERT] =
	    "INSERT INTO khatmas (creator_id, name, description, search_text, "
	    "khatma_type, division, is_public, target_days, start_date, "
	    "chapters_total, chapters_free, created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
	    "UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
	[INSERT_MEMBER] =
	    "INSERT INTO memberships (khatma_id, user_id, joined_at) "
	    "VALUES (?, ?, UTC_TIMESTAMP(6))",
	[MAKE_CHAPTERS] =
	    "INSERT INTO chapters (khatma_id, number) "
	    "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL "
	    "SELECT i + 1 FROM n WHERE i < ?) SELECT ?, i FROM n",
	[UPDATE] =
	    "UPDATE khatmas SET name = ?, description = ?, search_text = ?, "
	    "khatma_type = ?, is_public = ?, division = ?, "
	    "chapters_total = ?, target_days = ?, status = ? WHERE id = ?",
	[TEXTS] =
	    "SELECT name, description FROM khatmas WHERE id = ?",
	[DELETE_CHAPTERS] =
	    "DELETE FROM chapters WHERE khatma_id = ?",
	[DELETE_INTENTIONS] =
	    "DELETE FROM intentions WHERE khatma_id = ?",
	[DELETE_INVITATIONS] =
	    "DELETE FROM invitations WHERE khatma_id = ?",
	[DELETE_NOTIFICATIONS] =
	    "DELETE FROM notifications WHERE khatma_id = ? "
	    "AND achievement_type IS NULL",
	[DETACH_NOTIFICATIONS] =
	    "UPDATE notifications SET khatma_id = NULL WHERE khatma_id = ?",
	[DETACH_ACHIEVEMENTS] =
	    "UPDATE achievements SET khatma_id = NULL WHERE khatma_id = ?",
	[DELETE_SESSIONS] =
	    "DELETE FROM sessions WHERE khatma_id = ? "
	    "AND (is_completed = FALSE OR user_id IS NULL)",
	[DETACH_SESSIONS] =
	    "UPDATE sessions SET khatma_id = NULL WHERE khatma_id = ?",
	[DELETE_MEMBERS] =
	    "DELETE FROM memberships WHERE khatma_id = ?",
	[DELETE_KHATMA] =
	    "DELETE FROM khatmas WHERE id = ?",
};

/* A write on the way, for the transaction's functions. */
struct edit {
	struct arena *arena;
	const struct who *who;
	int64_t id;
	const struct khatma_input *in;
	unsigned given;
	struct khatma *khatma;		/* what it is in the end */
};

static const char *
search_text(struct arena *a, const char *name, const char *description)
{
	const char *both = arena_printf(a, "%s\n%s", name, description);

	return both ? utf8_search_form(a, both) : NULL;
}

/* Chapters 1 to n, all free. */
static enum err
make_chapters(struct db *db, int64_t id, int n)
{
	return db_exec(db, khatma_edit_sql[MAKE_CHAPTERS],
	    ARGS(db_int(n), db_int(id)), NULL);
}

static enum err
create_tx(struct db *db, void *arg)
{
	struct edit *t = arg;
	const struct khatma_input *in = t->in;
	enum division division = (enum division)in->division;
	int chapters = division_chapters(division);
	const char *search = search_text(t->arena, in->name, in->description);
	char day[TIME_DAY_MAX];
	enum err e;

	if (search == NULL)
		return ERR_INTERNAL;
	time_format_day(t->who->today, day);
	e = db_exec(db, khatma_edit_sql[INSERT],
	    ARGS(db_int(t->who->id), db_text(in->name),
	    db_text(in->description), db_text(search),
	    db_text(khatma_types[in->type]), db_text(division_names[division]),
	    db_int(in->is_public), db_int(in->target_days), db_text(day),
	    db_int(chapters), db_int(chapters)), NULL);
	if (e != OK)
		return e;
	t->id = db_insert_id(db);
	e = db_exec(db, khatma_edit_sql[INSERT_MEMBER],
	    ARGS(db_int(t->id), db_int(t->who->id)), NULL);
	if (e == OK)
		e = make_chapters(db, t->id, chapters);
	if (e == OK)
		e = khatma_words_write(db, t->id, t->who->id);
	return e == OK ? khatma_find(db, t->arena, t->who, t->id, t->khatma) :
	    e;
}

enum err
khatma_create(struct db *db, struct arena *a, const struct who *who,
    const struct khatma_input *in, struct khatma *k)
{
	struct edit t = { .arena = a, .who = who, .in = in, .khatma = k };

	if (in->type == KHATMA_PRIVATE && in->is_public)
		return ERR_PRIVATE_PUBLIC;
	return db_tx(db, create_tx, &t);
}

/* What the khatma would be, out of what it is and what was given. */
static enum err
merge(struct db *db, const struct edit *t, const struct khatma_lock *k,
    struct khatma_input *all)
{
	struct db_rows rows;
	enum err e = db_one(db, khatma_edit_sql[TEXTS], ARGS(db_int(k->id)),
	    &rows);

	if (e != OK)
		return e;
	*all = (struct khatma_input){
	    .name = t->in->name, .description = t->in->description,
	    .type = (int)k->type, .division = (int)k->division,
	    .status = (int)k->status, .is_public = k->is_public,
	    .target_days = k->target_days };
	if (!(t->given & KHATMA_NAME))
		all->name = db_keep_text(t->arena, &rows, 0);
	if (!(t->given & KHATMA_DESCRIPTION))
		all->description =
		    db_keep_text(t->arena, &rows, 1);
	if (t->given & KHATMA_TYPE)
		all->type = t->in->type;
	if (t->given & KHATMA_TARGET_DAYS)
		all->target_days = t->in->target_days;
	if (t->given & KHATMA_IS_PUBLIC)
		all->is_public = t->in->is_public;
	if (t->given & KHATMA_DIVISION)
		all->division = t->in->division;
	if (t->given & KHATMA_STATUS)
		all->status = t->in->status;
	return all->name && all->description ? OK : ERR_INTERNAL;
}

static enum err
may_change(const struct khatma_lock *k, const struct khatma_input *all)
{
	bool new_division = all->division != (int)k->division;

	if (k->status == KHATMA_COMPLETED && all->status != KHATMA_COMPLETED)
		return ERR_KHATMA_COMPLETED;
	if ((new_division || all->type != (int)k->type) && k->participants > 1)
		return ERR_TYPE_FIXED;
	if (new_division && k->chapters_free < k->chapters_total)
		return ERR_DIVISION_FIXED;
	if (all->type == KHATMA_PRIVATE && all->is_public)
		return ERR_PRIVATE_PUBLIC;
	return OK;
}

static enum err
divide_anew(struct db *db, int64_t id, int chapters)
{
	enum err e = db_exec(db, khatma_edit_sql[DELETE_CHAPTERS],
	    ARGS(db_int(id)), NULL);

	return e == OK ? make_chapters(db, id, chapters) : e;
}

static enum err
update_tx(struct db *db, void *arg)
{
	struct edit *t = arg;
	struct khatma_lock k;
	struct khatma_input all;
	const char *search;
	int chapters;
	enum err e = khatma_lock(db, t->id, t->who->id, &k);

	if (e == OK)
		e = khatma_creator_only(&k, t->who->id);
	if (e == OK)
		e = merge(db, t, &k, &all);
	if (e == OK)
		e = may_change(&k, &all);
	if (e != OK)
		return e;
	chapters = division_chapters((enum division)all.division);
	search = search_text(t->arena, all.name, all.description);
	if (search == NULL)
		return ERR_INTERNAL;
	e = db_exec(db, khatma_edit_sql[UPDATE],
	    ARGS(db_text(all.name), db_text(all.description), db_text(search),
	    db_text(khatma_types[all.type]), db_int(all.is_public),
	    db_text(division_names[all.division]), db_int(chapters),
	    db_int(all.target_days), db_text(khatma_statuses[all.status]),
	    db_int(k.id)), NULL);
	if (e == OK && all.division != (int)k.division)
		e = divide_anew(db, k.id, chapters);
	if (e == OK && t->given & (KHATMA_NAME | KHATMA_DESCRIPTION))
		e = khatma_words_renew(db, k.id);
	if (e == OK)
		e = khatma_recount(db, k.id);
	return e == OK ? khatma_find(db, t->arena, t->who, t->id, t->khatma) :
	    e;
}

enum err
khatma_update(struct db *db, struct arena *a, const struct who *who,
    int64_t id, const struct khatma_input *in, unsigned given,
    struct khatma *k)
{
	struct edit t = { a, who, id, in, given, k };

	return db_tx(db, update_tx, &t);
}

enum err
khatma_remove(struct db *db, int64_t id)
{
	enum err e = khatma_words_remove(db, id);

	for (int s = DELETE_CHAPTERS; s <= DELETE_KHATMA && e == OK; s++)
		e = db_exec(db, khatma_edit_sql[s], ARGS(db_int(id)), NULL);
	return e;
}

static enum err
delete_tx(struct db *db, void *arg)
{
	struct edit *t = arg;
	struct khatma_lock k;
	enum err e = khatma_lock(db, t->id, t->who->id, &k);

	if (e == OK)
		e = khatma_creator_only(&k, t->who->id);
	return e == OK ? khatma_remove(db, k.id) : e;
}

enum err
khatma_delete(struct db *db, const struct who *who, int64_t id)
{
	struct edit t = { .who = who, .id = id };

	return db_tx(db, delete_tx, &t);
}
