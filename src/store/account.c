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

static const struct sql set_password_sql = {
    "UPDATE account SET password = $2 WHERE id = $1 RETURNING id"
};

static const struct sql owned_sql = {
    "SELECT count(*) FROM channel WHERE owner = $1"
};

static const struct sql remove_sql = {
    "DELETE FROM account WHERE id = $1 RETURNING id"
};

const struct sql *const account_sql[] = {
    &add_sql,          &named_sql, &get_sql,    &list_sql,
    &set_password_sql, &owned_sql, &remove_sql, NULL
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

enum result account_set_password(struct db *db, struct account_id id,
                                 struct str hash)
{
    return row_expect(db, &set_password_sql, ARGS(INT(id.n), TEXT(hash)));
}

enum result account_remove(struct db *db, struct account_id id)
{
    int64_t owned;
    enum result rc = row_number(db, &owned_sql, ARGS(INT(id.n)), &owned);

    if (rc == OK && owned > 0)
        rc = ERR_CONFLICT;
    if (rc == OK)
        rc = row_expect(db, &remove_sql, ARGS(INT(id.n)));
    return rc == OK ? key_epoch_raise(db) : rc;
}
