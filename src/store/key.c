#include "store/key.h"

#include <assert.h>

#include "store/row.h"
#include "store/statements.h"

static const struct sql add_sql = {
    "INSERT INTO key (kind, channel, account, hash, sealed, hint, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id"
};

#define SELECT                                                       \
    "SELECT id, kind, coalesce(channel, 0), coalesce(account, 0),"  \
    " hash, sealed, hint, created_at FROM key "

static const struct sql find_sql = { SELECT "WHERE hash = $1" };

static const struct sql list_channel_sql = {
    SELECT "WHERE channel = $1 ORDER BY kind, id"
};

static const struct sql list_account_sql = {
    SELECT "WHERE account = $1 ORDER BY id"
};

static const struct sql remove_sql = {
    "DELETE FROM key WHERE id = $1 RETURNING id"
};

static const struct sql epoch_sql = {
    "SELECT CAST(value AS BIGINT) FROM setting WHERE name = 'epoch'"
};

static const struct sql epoch_raise_sql = {
    "UPDATE setting SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT)"
    " WHERE name = 'epoch'"
};

const struct sql *const key_sql[] = {
    &add_sql,    &find_sql,  &list_channel_sql, &list_account_sql,
    &remove_sql, &epoch_sql, &epoch_raise_sql,  NULL
};

static struct arg or_none(int64_t id)
{
    return id ? INT(id) : NONE;
}

enum result key_add(struct db *db, const struct key *key, struct key_id *id)
{
    assert(key->hash.n == KEY_HASH && key->hint.n <= KEY_HINT);
    assert((key->kind == KEY_USER) == (key->account.n != 0));
    assert((key->kind == KEY_USER) == (key->channel.n == 0));
    enum result rc =
        row_number(db, &add_sql,
                   ARGS(INT(key->kind), or_none(key->channel.n),
                        or_none(key->account.n), BYTES(key->hash),
                        BYTES(key->sealed), TEXT(key->hint),
                        INT(key->created_at)),
                   &id->n);
    return rc == OK ? key_epoch_raise(db) : rc;
}

static void read_row(const struct rows *q, struct arena *a, struct key *out)
{
    out->id.n = rows_int(q, 0);
    out->kind = (enum key_kind)rows_int(q, 1);
    out->channel.n = rows_int(q, 2);
    out->account.n = rows_int(q, 3);
    out->hash = row_bytes(q, 4, a);
    out->sealed = row_bytes(q, 5, a);
    out->hint = row_text(q, 6, a);
    out->created_at = rows_int(q, 7);
}

enum result key_find(struct db *db, struct arena *a, struct str hash,
                     struct key *out)
{
    struct rows q;
    bool found = false;

    assert(hash.n == KEY_HASH);
    for (db_query(db, &find_sql, ARGS(BYTES(hash)), &q); rows_next(&q);
         found = true)
        read_row(&q, a, out);
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

static enum result list_of(struct db *db, struct arena *a,
                           const struct sql *sql, int64_t id,
                           struct key **list, int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, sql, ARGS(INT(id)), &q); rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        read_row(&q, a, &(*list)[(*n)++]);
    }
    return rows_end(&q);
}

enum result key_list_channel(struct db *db, struct arena *a,
                             struct channel_id channel, struct key **list,
                             int *n)
{
    return list_of(db, a, &list_channel_sql, channel.n, list, n);
}

enum result key_list_account(struct db *db, struct arena *a,
                             struct account_id account, struct key **list,
                             int *n)
{
    return list_of(db, a, &list_account_sql, account.n, list, n);
}

enum result key_remove(struct db *db, struct key_id id)
{
    enum result rc = row_expect(db, &remove_sql, ARGS(INT(id.n)));

    return rc == OK ? key_epoch_raise(db) : rc;
}

enum result key_epoch(struct db *db, int64_t *out)
{
    return row_number(db, &epoch_sql, NO_ARGS, out);
}

enum result key_epoch_raise(struct db *db)
{
    return db_run(db, &epoch_raise_sql, NO_ARGS);
}
