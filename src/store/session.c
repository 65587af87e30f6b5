#include "store/session.h"

#include "store/row.h"
#include "store/statements.h"

static const struct sql add_sql = {
    "INSERT INTO session (hash, account, agent, address, created_at, seen_at,"
    " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
};

#define SELECT                                                           \
    "SELECT hash, account, agent, address, created_at, seen_at, expires_at" \
    " FROM session "

static const struct sql get_sql = {
    SELECT "WHERE hash = $1"
};

static const struct sql list_sql = {
    SELECT "WHERE account = $1 AND expires_at > $2"
           " ORDER BY seen_at DESC, created_at DESC, hash"
};

static const struct sql seen_sql = {
    "UPDATE session SET seen_at = $2, expires_at = $3"
    " WHERE hash = $1 RETURNING 1"
};

static const struct sql remove_documents_sql = {
    "DELETE FROM document WHERE session = $1"
};

static const struct sql remove_sql = {
    "DELETE FROM session WHERE hash = $1"
};

static const struct sql remove_all_sql = {
    "DELETE FROM session WHERE account = $1 AND hash <> $2"
};

#define EXPIRED                                        \
    "(SELECT hash FROM session WHERE expires_at <= $1" \
    " ORDER BY expires_at, hash LIMIT $2)"

static const struct sql expire_documents_sql = {
    "DELETE FROM document WHERE session IN " EXPIRED
};

static const struct sql expire_sql = {
    "DELETE FROM session WHERE hash IN " EXPIRED " RETURNING 1"
};

static const struct sql latest_sql = {
    "SELECT coalesce(max(seen_at), 0) FROM session"
};

const struct sql *const session_sql[] = {
    &add_sql,
    &get_sql,
    &list_sql,
    &seen_sql,
    &remove_documents_sql,
    &remove_sql,
    &remove_all_sql,
    &expire_documents_sql,
    &expire_sql,
    &latest_sql,
    NULL
};

static struct arg account_or_null(struct account_id id)
{
    return id.n ? INT(id.n) : NONE;
}

enum result session_add(struct db *db, const struct session *s)
{
    return db_run(db, &add_sql,
                  ARGS(BYTES(s->hash), account_or_null(s->account),
                       TEXT(s->agent), TEXT(s->address), INT(s->created_at),
                       INT(s->seen_at), INT(s->expires_at)));
}

static void read_row(const struct rows *q, struct arena *a,
                     struct session *out)
{
    out->hash = row_bytes(q, 0, a);
    out->account.n = rows_null(q, 1) ? 0 : rows_int(q, 1);
    out->agent = row_text(q, 2, a);
    out->address = row_text(q, 3, a);
    out->created_at = rows_int(q, 4);
    out->seen_at = rows_int(q, 5);
    out->expires_at = rows_int(q, 6);
}

enum result session_get(struct db *db, struct arena *a, struct str hash,
                        struct session *out)
{
    struct rows q;
    bool found = false;

    for (db_query(db, &get_sql, ARGS(BYTES(hash)), &q);
         rows_next(&q); found = true)
        read_row(&q, a, out);
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

enum result session_seen(struct db *db, struct str hash, int64_t now,
                         int64_t expires_at)
{
    return row_expect(db, &seen_sql,
                      ARGS(BYTES(hash), INT(now), INT(expires_at)));
}

enum result session_remove(struct db *db, struct str hash)
{
    enum result rc = db_run(db, &remove_documents_sql, ARGS(BYTES(hash)));

    return rc == OK ? db_run(db, &remove_sql, ARGS(BYTES(hash))) : rc;
}

enum result session_remove_all(struct db *db, struct account_id id,
                               struct str keep)
{
    return db_run(db, &remove_all_sql,
                  ARGS(INT(id.n), BYTES(keep.p ? keep : STR(""))));
}

enum result session_list(struct db *db, struct arena *a, struct account_id id,
                         int64_t now, struct session **list, int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, &list_sql, ARGS(INT(id.n), INT(now)), &q);
         rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        read_row(&q, a, &(*list)[(*n)++]);
    }
    return rows_end(&q);
}

enum result session_expire(struct db *db, int64_t now, int limit, bool *more)
{
    struct rows q;
    int n = 0;
    enum result rc = db_run(db, &expire_documents_sql,
                            ARGS(INT(now), INT(limit)));

    if (rc != OK)
        return rc;
    for (db_query(db, &expire_sql, ARGS(INT(now), INT(limit)), &q);
         rows_next(&q);)
        n++;
    *more = n == limit;
    return rows_end(&q);
}

enum result session_latest(struct db *db, int64_t *out)
{
    return row_number(db, &latest_sql, NO_ARGS, out);
}
