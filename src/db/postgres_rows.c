/* postgres_rows.c -- statements and rows of the PostgreSQL driver.
 *
 * Rows arrive one at a time (single-row mode), so a year of readings costs
 * no more memory than a day. A batch goes out in pipeline mode.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "db/postgres.h"
#include "db/wide.h"

enum {
    ARGS_MAX = 24 * WIDE,
    COLUMNS_MAX = 24,
    NUMBER_ROOM = 32,
    PIPELINE_MAX = 1024
};

/* A prepared statement and, while it runs, its present row. */
struct statement {
    const char *text;
    unsigned dialled;
    char name[16];
    PGresult *row;
    struct {
        unsigned char *p;
        size_t n;
    } bytes[COLUMNS_MAX]; /* of this row, decoded */
};

struct wire {
    char number[ARGS_MAX][NUMBER_ROOM];
    const char *value[ARGS_MAX];
    int length[ARGS_MAX];
    int binary[ARGS_MAX];
};

static PGconn *conn_of(struct db *db)
{
    return ((struct postgres *)db)->conn;
}

static enum result make(struct db *db, struct statement *st)
{
    struct postgres *p = (struct postgres *)db;

    if (st->dialled == p->dialled)
        return OK;
    snprintf(st->name, sizeof st->name, "s%u", p->n_names++);
    enum result rc =
        postgres_done(db, PQprepare(p->conn, st->name, st->text, 0, NULL),
                      "postgres.prepare");
    if (rc == OK)
        st->dialled = p->dialled;
    return rc;
}

enum result postgres_prepare(struct db *db, const char *text, void **stmt)
{
    enum result rc = postgres_dial(db);

    if (rc != OK)
        return rc;
    struct statement *st = NEW(struct statement);
    st->text = text;
    rc = make(db, st);
    if (rc != OK)
        free(st);
    else
        *stmt = st;
    return rc;
}

void postgres_discard(struct db *db, void *stmt)
{
    struct statement *st = stmt;
    char text[32];

    if (st->dialled == ((struct postgres *)db)->dialled) {
        snprintf(text, sizeof text, "DEALLOCATE %s", st->name);
        PQclear(PQexec(conn_of(db), text));
    }
    free(st);
}

static const char *digits(int64_t v, char room[static NUMBER_ROOM])
{
    uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    char *p = room + NUMBER_ROOM - 1;

    *p = '\0';
    do
        *--p = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (v < 0)
        *--p = '-';
    return p;
}

static void encode(struct args args, struct wire *w)
{
    assert(args.n <= ARGS_MAX);
    for (int i = 0; i < args.n; i++) {
        const struct arg *a = &args.v[i];

        w->value[i] = NULL;
        w->length[i] = 0;
        w->binary[i] = 0;
        switch (a->type) {
        case ARG_NULL:
            break;
        case ARG_INT:
            w->value[i] = digits(a->i, w->number[i]);
            break;
        case ARG_REAL:
            snprintf(w->number[i], NUMBER_ROOM, "%.17g", a->f);
            w->value[i] = w->number[i];
            break;
        case ARG_TEXT: /* the same in both wire formats, and the binary */
        case ARG_BYTES: /* one carries a length */
            w->value[i] = a->s.p;
            w->length[i] = (int)a->s.n;
            w->binary[i] = 1;
            break;
        }
    }
}

static enum result send_one(struct db *db, struct statement *st,
                            struct args args)
{
    struct wire w;

    encode(args, &w);
    if (PQsendQueryPrepared(conn_of(db), st->name, args.n, w.value, w.length,
                            w.binary, 0))
        return OK;
    return postgres_broken(db, "postgres.send");
}

enum result postgres_start(struct db *db, void *stmt, struct args args)
{
    enum result rc = postgres_dial(db);

    if (rc == OK)
        rc = make(db, stmt);
    if (rc == OK)
        rc = send_one(db, stmt, args);
    if (rc == OK)
        PQsetSingleRowMode(conn_of(db));
    return rc;
}

static void forget_row(struct statement *st)
{
    for (int i = 0; i < COLUMNS_MAX; i++) {
        if (st->bytes[i].p)
            PQfreemem(st->bytes[i].p);
        st->bytes[i].p = NULL;
    }
    PQclear(st->row);
    st->row = NULL;
}

bool postgres_next(struct db *db, void *stmt, enum result *rc)
{
    struct statement *st = stmt;

    forget_row(st);
    st->row = PQgetResult(conn_of(db));
    if (!st->row)
        return false;
    *rc = postgres_outcome(db, st->row, "postgres.row");
    return PQresultStatus(st->row) == PGRES_SINGLE_TUPLE;
}

void postgres_finish(struct db *db, void *stmt)
{
    PGresult *r;

    forget_row(stmt);
    while ((r = PQgetResult(conn_of(db))) != NULL)
        PQclear(r);
}

/* The answers up to the mark that was sent last. */
static enum result collect(struct db *db, enum result rc)
{
    PGconn *conn = conn_of(db);

    for (bool synced = false; !synced;) {
        PGresult *r = PQgetResult(conn);

        if (!r && PQstatus(conn) != CONNECTION_OK)
            return rc == OK ? postgres_broken(db, "postgres.batch") : rc;
        if (!r)
            continue; /* between two answers */
        synced = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
        if (rc == OK && PQresultStatus(r) != PGRES_PIPELINE_ABORTED)
            rc = postgres_outcome(db, r, "postgres.batch");
        PQclear(r);
    }
    return rc;
}

/* A round trip for so many that their answers need little memory: libpq
 * takes them in while it sends, so neither side waits for the other. */
enum result postgres_run_many(struct db *db, void *stmt,
                              const struct args *list, size_t n)
{
    PGconn *conn = conn_of(db);
    enum result rc = postgres_dial(db);

    if (rc == OK)
        rc = make(db, stmt);
    if (rc != OK)
        return rc;
    if (!PQenterPipelineMode(conn))
        return postgres_broken(db, "postgres.batch");
    for (size_t i = 0; i < n && rc == OK;) {
        for (size_t k = 0; k < PIPELINE_MAX && i < n && rc == OK; k++)
            rc = send_one(db, stmt, list[i++]);
        if (!PQpipelineSync(conn))
            return rc == OK ? postgres_broken(db, "postgres.batch") : rc;
        rc = collect(db, rc);
    }
    if (!PQexitPipelineMode(conn) && rc == OK)
        rc = postgres_broken(db, "postgres.batch");
    return rc;
}

bool postgres_is_null(void *stmt, int col)
{
    return PQgetisnull(((struct statement *)stmt)->row, 0, col);
}

static const char *cell(void *stmt, int col)
{
    return PQgetvalue(((struct statement *)stmt)->row, 0, col);
}

int64_t postgres_int(void *stmt, int col)
{
    return strtoll(cell(stmt, col), NULL, 10);
}

double postgres_real(void *stmt, int col)
{
    return strtod(cell(stmt, col), NULL);
}

struct str postgres_text(void *stmt, int col)
{
    struct statement *st = stmt;

    if (postgres_is_null(stmt, col))
        return NO_STR;
    return (struct str){ cell(stmt, col),
                         (size_t)PQgetlength(st->row, 0, col) };
}

struct str postgres_bytes(void *stmt, int col)
{
    struct statement *st = stmt;

    assert(col < COLUMNS_MAX);
    if (postgres_is_null(stmt, col))
        return NO_STR;
    if (!st->bytes[col].p)
        st->bytes[col].p =
            PQunescapeBytea((const unsigned char *)cell(stmt, col),
                            &st->bytes[col].n);
    return (struct str){ (char *)st->bytes[col].p, st->bytes[col].n };
}
