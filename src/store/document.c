#include "store/document.h"

#include "store/row.h"
#include "store/session.h"
#include "store/statements.h"

enum { PART = 512 * 1024 };

/* Writes the row as it is: others who would add wait here for the end of this
 * transaction. */
static const struct sql lock_total_sql = {
    "UPDATE document_total SET bytes = bytes RETURNING bytes"
};

static const struct sql total_sql = { "SELECT bytes FROM document_total" };

static const struct sql strangers_sql = {
    "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM document"
    " WHERE account IS NULL"
};

/* Of the two arguments one is null. */
#define OWNED "WHERE (account = $1 OR session = $2) AND expires_at > $3"

static const struct sql owned_sql = {
    "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT)"
    " FROM document " OWNED
};

static const struct sql add_sql = {
    "INSERT INTO document (account, session, name, type, size, created_at,"
    " expires_at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id"
};

#define SELECT                                                         \
    "SELECT id, account, session, name, type, size, created_at, expires_at" \
    " FROM document "

static const struct sql get_sql = {
    SELECT "WHERE id = $1 AND expires_at > $2"
};

static const struct sql list_sql = {
    SELECT OWNED " ORDER BY created_at DESC, id DESC"
};

static const struct sql part_sql = {
    "SELECT substr(body, CAST($2 AS INTEGER), CAST($3 AS INTEGER))"
    " FROM document WHERE id = $1"
};

static const struct sql remove_sql = {
    "DELETE FROM document WHERE id = $1 RETURNING 1"
};

static const struct sql adopt_sql = {
    "UPDATE document SET account = $2, session = NULL WHERE session = $1"
};

static const struct sql expire_sql = {
    "DELETE FROM document WHERE id IN (SELECT id FROM document"
    " WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING 1"
};

const struct sql *const document_sql[] = {
    &lock_total_sql, &total_sql, &strangers_sql, &owned_sql,  &add_sql,
    &get_sql,        &list_sql,  &part_sql,      &remove_sql, &adopt_sql,
    &expire_sql,     NULL
};

static struct arg account_of(const struct document_owner *o)
{
    return o->account.n ? INT(o->account.n) : NONE;
}

static struct arg session_of(const struct document_owner *o)
{
    return o->account.n ? NONE : BYTES(o->session);
}

static enum result owner_room(struct db *db, const struct document_owner *o,
                              int64_t size, int64_t limit, int64_t now)
{
    struct rows q;
    int64_t n = 0, bytes = 0;

    for (db_query(db, &owned_sql,
                  ARGS(account_of(o), session_of(o), INT(now)), &q);
         rows_next(&q);) {
        n = rows_int(&q, 0);
        bytes = rows_int(&q, 1);
    }
    enum result rc = rows_end(&q);
    if (rc != OK)
        return rc;
    return n >= DOCUMENTS_MAX || size > limit - bytes ? ERR_TOO_BIG : OK;
}

/* Half of it all: strangers take no account's room away. */
static enum result strangers_room(struct db *db, int64_t size, int64_t limit)
{
    int64_t bytes;
    enum result rc = row_number(db, &strangers_sql, NO_ARGS, &bytes);

    return rc == OK && size > limit / 2 - bytes ? ERR_BUSY : rc;
}

static enum result room(struct db *db, const struct sql *total_of,
                        const struct document_owner *o, int64_t size,
                        const struct document_limits *limits, int64_t now)
{
    int64_t total;
    enum result rc = row_number(db, total_of, NO_ARGS, &total);

    if (rc == ERR_MISSING)
        return ERR_FAILED;
    if (rc == OK)
        rc = owner_room(db, o, size, limits->owner, now);
    if (rc == OK && !o->account.n)
        rc = strangers_room(db, size, limits->total);
    return rc == OK && size > limits->total - total ? ERR_BUSY : rc;
}

enum result document_room(struct db *db, const struct document_owner *owner,
                          int64_t size, const struct document_limits *limits,
                          int64_t now)
{
    return room(db, &total_sql, owner, size, limits, now);
}

static bool type_valid(struct str type)
{
    for (size_t i = 0; i < type.n; i++)
        if (type.p[i] < ' ' || type.p[i] > '~')
            return false;
    return type.n > 0 && type.n <= DOCUMENT_TYPE_MAX;
}

static bool valid(const struct document *d)
{
    return d->name.n > 0 && row_check(d->name, DOCUMENT_NAME_MAX) == OK
           && type_valid(d->type)
           && (d->owner.account.n || d->owner.session.n == SESSION_HASH);
}

enum result document_add(struct db *db, const struct document *d,
                         const struct document_limits *limits, int64_t now,
                         struct document_id *id)
{
    int64_t size = (int64_t)d->body.n;

    if (!valid(d))
        return ERR_INVALID;
    enum result rc =
        room(db, &lock_total_sql, &d->owner, size, limits, now);
    if (rc != OK)
        return rc;
    return row_number(
        db, &add_sql,
        ARGS(account_of(&d->owner), session_of(&d->owner), TEXT(d->name),
             TEXT(d->type), INT(size), INT(now), INT(d->expires_at),
             BYTES(d->body.p ? d->body : STR(""))),
        &id->n);
}

static void read_row(const struct rows *q, struct arena *a,
                     struct document *out)
{
    *out = (struct document){
        .id = { rows_int(q, 0) },
        .owner = { { rows_null(q, 1) ? 0 : rows_int(q, 1) },
                   row_bytes(q, 2, a) },
        .name = row_text(q, 3, a),
        .type = row_text(q, 4, a),
        .size = rows_int(q, 5),
        .created_at = rows_int(q, 6),
        .expires_at = rows_int(q, 7),
    };
}

enum result document_get(struct db *db, struct arena *a,
                         struct document_id id, int64_t now,
                         struct document *out)
{
    struct rows q;
    bool found = false;

    for (db_query(db, &get_sql, ARGS(INT(id.n), INT(now)), &q);
         rows_next(&q); found = true)
        read_row(&q, a, out);
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

enum result document_start(struct db *db, struct arena *a,
                           struct document_id id, int32_t max,
                           struct str *out)
{
    struct rows q;
    bool found = false;

    for (db_query(db, &part_sql, ARGS(INT(id.n), INT(1), INT(max)), &q);
         rows_next(&q); found = true)
        *out = row_bytes(&q, 0, a);
    if (found && !out->p)
        *out = STR(""); /* a part of no bytes is null to SQLite */
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

/* *n becomes what there was of it. */
static enum result add_part(struct db *db, struct document_id id, int64_t from,
                            size_t *n, struct buf *out)
{
    struct rows q;
    size_t before = out->n;
    bool found = false;

    for (db_query(db, &part_sql,
                  ARGS(INT(id.n), INT(from + 1), INT((int64_t)*n)), &q);
         rows_next(&q); found = true)
        buf_add(out, rows_bytes(&q, 0));
    *n = out->n - before;
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

/* In parts: PostgreSQL's library keeps its buffers as large as the largest
 * row was, for good, and holds each value four times. */
enum result document_body(struct db *db, struct document_id id,
                          struct buf *out)
{
    enum result rc = OK;
    size_t n = PART;

    for (int64_t from = 0; rc == OK && n == PART; from += PART)
        rc = add_part(db, id, from, &n, out);
    return rc;
}

enum result document_remove(struct db *db, struct document_id id)
{
    return row_expect(db, &remove_sql, ARGS(INT(id.n)));
}

enum result document_list(struct db *db, struct arena *a,
                          const struct document_owner *o, int64_t now,
                          struct document **list, int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, &list_sql,
                  ARGS(account_of(o), session_of(o), INT(now)), &q);
         rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        read_row(&q, a, &(*list)[(*n)++]);
    }
    return rows_end(&q);
}

enum result document_adopt(struct db *db, struct str session,
                           struct account_id account)
{
    return db_run(db, &adopt_sql, ARGS(BYTES(session), INT(account.n)));
}

enum result document_expire(struct db *db, int64_t now, int limit, bool *more)
{
    struct rows q;
    int n = 0;

    for (db_query(db, &expire_sql, ARGS(INT(now), INT(limit)), &q);
         rows_next(&q);)
        n++;
    *more = n == limit;
    return rows_end(&q);
}
