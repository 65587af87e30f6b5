#include "store/account.h"

#include "store/key.h"
#include "store/row.h"
#include "store/statements.h"

static const struct sql add_sql = {
    "INSERT INTO account (name, password, admin, created_at)"
    " VALUES ($1, $2, $3, $4) RETURNING id"
};

#define SELECT "SELECT id, name, password, admin, created_at FROM account "

static const struct sql named_sql = { SELECT "WHERE name = $1" };
static const struct sql get_sql = { SELECT "WHERE id = $1" };
static const struct sql list_sql = { SELECT "ORDER BY id" };

static const struct sql list_after_sql = {
    "SELECT id, name, password, admin, created_at,"
    " (SELECT count(*) FROM channel WHERE owner = account.id)"
    " FROM account WHERE id > $1 ORDER BY id LIMIT $2"
};

static const struct sql count_sql = { "SELECT count(*) FROM account" };

static const struct sql set_password_sql = {
    "UPDATE account SET password = $2 WHERE id = $1 RETURNING id"
};

static const struct sql set_admin_sql = {
    "UPDATE account SET admin = $2 WHERE id = $1 RETURNING id"
};

/* 1 when the others would be left without an administrator. */
static const struct sql needed_sql = {
    "SELECT count(*) FROM account WHERE id = $1 AND admin <> 0"
    " AND EXISTS (SELECT 1 FROM account WHERE id <> $1)"
    " AND NOT EXISTS (SELECT 1 FROM account WHERE id <> $1 AND admin <> 0)"
};

static const struct sql posts_sql = {
    "SELECT count(*) FROM post WHERE author = $1 AND deleted_at IS NULL"
};

static const struct sql owned_sql = {
    "SELECT count(*) FROM channel WHERE owner = $1"
};

static const struct sql remove_sql = {
    "DELETE FROM account WHERE id = $1 RETURNING id"
};

const struct sql *const account_sql[] = {
    &add_sql,   &named_sql,        &get_sql,       &list_sql,   &list_after_sql,
    &count_sql, &set_password_sql, &set_admin_sql, &needed_sql, &posts_sql,
    &owned_sql, &remove_sql,       NULL
};

enum result account_add(struct db *db, struct str name, struct str hash,
                        bool admin, int64_t now, struct account_id *id)
{
    if (name.n == 0 || row_check(name, ACCOUNT_NAME_MAX) != OK)
        return ERR_INVALID;
    return row_number(
        db, &add_sql,
        ARGS(TEXT(name), TEXT(hash), INT(admin), INT(now)), &id->n);
}

static void read_row(const struct rows *q, struct arena *a,
                     struct account *out)
{
    out->id.n = rows_int(q, 0);
    out->name = row_text(q, 1, a);
    out->password = row_text(q, 2, a);
    out->admin = rows_int(q, 3) != 0;
    out->created_at = rows_int(q, 4);
}

static enum result one(struct db *db, struct arena *a, const struct sql *sql,
                       struct args args, struct account *out)
{
    struct rows q;
    bool found = false;

    for (db_query(db, sql, args, &q); rows_next(&q); found = true)
        read_row(&q, a, out);
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

enum result account_named(struct db *db, struct arena *a, struct str name,
                          struct account *out)
{
    if (name.n == 0 || row_check(name, ACCOUNT_NAME_MAX) != OK)
        return ERR_MISSING;
    return one(db, a, &named_sql, ARGS(TEXT(name)), out);
}

enum result account_get(struct db *db, struct arena *a, struct account_id id,
                        struct account *out)
{
    return one(db, a, &get_sql, ARGS(INT(id.n)), out);
}

enum result account_list(struct db *db, struct arena *a, struct account **list,
                         int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, &list_sql, NO_ARGS, &q); rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        read_row(&q, a, &(*list)[(*n)++]);
    }
    return rows_end(&q);
}

enum result account_list_after(struct db *db, struct arena *a,
                               struct account_id after, int limit,
                               struct account **list, int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, &list_after_sql, ARGS(INT(after.n), INT(limit)), &q);
         rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        read_row(&q, a, &(*list)[*n]);
        (*list)[(*n)++].channels = rows_int(&q, 5);
    }
    return rows_end(&q);
}

enum result account_count(struct db *db, int64_t *out)
{
    return row_number(db, &count_sql, NO_ARGS, out);
}

enum result account_channels(struct db *db, struct account_id id, int64_t *out)
{
    return row_number(db, &owned_sql, ARGS(INT(id.n)), out);
}

enum result account_posts(struct db *db, struct account_id id, int64_t *out)
{
    return row_number(db, &posts_sql, ARGS(INT(id.n)), out);
}

enum result account_set_password(struct db *db, struct account_id id,
                                 struct str hash)
{
    return row_expect(db, &set_password_sql, ARGS(INT(id.n), TEXT(hash)));
}

static enum result check_not_needed(struct db *db, struct account_id id)
{
    int64_t needed;
    enum result rc = row_number(db, &needed_sql, ARGS(INT(id.n)), &needed);

    return rc == OK && needed > 0 ? ERR_DENIED : rc;
}

static enum result check_owns_nothing(struct db *db, struct account_id id)
{
    int64_t owned;
    enum result rc = account_channels(db, id, &owned);

    return rc == OK && owned > 0 ? ERR_CONFLICT : rc;
}

enum result account_may_leave(struct db *db, struct account_id id)
{
    enum result rc = check_owns_nothing(db, id);

    return rc == OK ? check_not_needed(db, id) : rc;
}

/* Raising the epoch first makes another server that does the same wait. */
enum result account_may_step_down(struct db *db, struct account_id id)
{
    enum result rc = key_epoch_raise(db);

    return rc == OK ? check_not_needed(db, id) : rc;
}

enum result account_set_admin(struct db *db, struct account_id id, bool admin)
{
    return row_expect(db, &set_admin_sql, ARGS(INT(id.n), INT(admin)));
}

enum result account_remove(struct db *db, struct account_id id)
{
    enum result rc = check_owns_nothing(db, id);

    if (rc == OK)
        rc = row_expect(db, &remove_sql, ARGS(INT(id.n)));
    return rc == OK ? key_epoch_raise(db) : rc;
}
