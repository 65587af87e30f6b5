/* db.h -- one connection to one database, whichever kind it is.
 *
 * This is a seam, not an ORM: the server's SQL is written once, by hand, in
 * store/, in the part of the language that SQLite and PostgreSQL share
 * ($1 arguments, RETURNING, ON CONFLICT, bigint milliseconds for time).
 * What differs between the two lives in db/sqlite.c and db/postgres.c.
 *
 * A connection belongs to one thread at a time, and runs one statement at a
 * time: between db_query and rows_end no other call may be made on it.
 * Statements are prepared on first use and kept for the life of the
 * connection.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/result.h"
#include "base/str.h"

struct db;

/* One statement of the server. Always a static const; never built at run
 * time, so no user's text can ever become SQL. */
struct sql {
    const char *text;
};

struct arg {
    enum { ARG_NULL, ARG_INT, ARG_REAL, ARG_TEXT, ARG_BYTES } type;
    union {
        int64_t i;
        double f;
        struct str s;
    };
};

/* TEXT and BYTES of NO_STR are null. A TEXT that is not UTF-8, or has a NUL in
 * it, makes the call fail with ERR_GARBLED. */
#define INT(v)   ((struct arg){ .type = ARG_INT, .i = (v) })
#define REAL(v)  ((struct arg){ .type = ARG_REAL, .f = (v) })
#define TEXT(v)  ((struct arg){ .type = ARG_TEXT, .s = (v) })
#define BYTES(v) ((struct arg){ .type = ARG_BYTES, .s = (v) })
#define NONE     ((struct arg){ .type = ARG_NULL })

struct args {
    const struct arg *v;
    int n;
};

#define ARGS(...)                                               \
    ((struct args){ (const struct arg[]){ __VA_ARGS__ },        \
                    sizeof((const struct arg[]){ __VA_ARGS__ }) \
                        / sizeof(struct arg) })
#define NO_ARGS ((struct args){ NULL, 0 })

enum db_use { DB_READ, DB_WRITE };

/* "sqlite:/var/lib/x.db" or "postgresql://...". DB_WRITE makes an SQLite file
 * that is not there; DB_READ never changes anything. ERR_INVALID: no such kind
 * of database; ERR_MISSING: no such file; ERR_BUSY: it cannot be reached. */
MUST_USE enum result db_open(const char *url, enum db_use use,
                             struct db **out);
void db_close(struct db *db); /* NULL is fine */

/* Run a statement that gives no rows; or the same one for many argument
 * lists, in as few round trips as the database allows. */
MUST_USE enum result db_run(struct db *db, const struct sql *sql,
                            struct args args);
MUST_USE enum result db_run_many(struct db *db, const struct sql *sql,
                                 const struct args *list, size_t n);

/* Rows, one at a time, never the whole set:
 *
 *     struct rows q;
 *     for (db_query(db, &sql, ARGS(INT(id)), &q); rows_next(&q);)
 *         use(rows_int(&q, 0));
 *     return rows_end(&q);
 *
 * rows_end must always be called; it tells whether the loop saw every row.
 * Text from rows_text dies at the next rows_next. */
struct rows {
    struct db *db;
    void *cursor;
    enum result rc;
    bool over;
};

void db_query(struct db *db, const struct sql *sql, struct args args,
              struct rows *out);
bool rows_next(struct rows *q);
bool rows_null(const struct rows *q, int col);
int64_t rows_int(const struct rows *q, int col);
double rows_real(const struct rows *q, int col);
struct str rows_text(const struct rows *q, int col); /* NO_STR for null */
struct str rows_bytes(const struct rows *q, int col);
MUST_USE enum result rows_end(struct rows *q);

/* What the database could not do because of its disk, its memory, a lock or a
 * lost connection is ERR_BUSY: the same may work later. A lost connection is
 * made again by the next call outside a transaction. */

/* Transactions do not nest. db_begin_read gives reads one snapshot; end it
 * with db_end as well. db_end commits when rc is OK and otherwise rolls
 * back; it returns what became of the whole. When a statement has failed the
 * rest of its transaction fails with the same result, db_end too. */
MUST_USE enum result db_begin(struct db *db);
MUST_USE enum result db_begin_read(struct db *db);
MUST_USE enum result db_end(struct db *db, enum result rc);

/* Is the file or the cluster whole? Says what is wrong in the log. */
MUST_USE enum result db_integrity(struct db *db);

/* Prepares it and throws it away: a test does so with every statement. */
MUST_USE enum result db_prepares(struct db *db, const struct sql *sql);

/* Migrations only: several statements, no arguments, with the six words
 * $ID $INT $REAL $BYTES $STRICT $CLUSTERED spelled as this database wants
 * them. Lines between "-- only sqlite" (or postgresql) and "-- end" are for
 * that one; these marks stand alone on their lines. */
MUST_USE enum result db_script(struct db *db, const char *text);

#endif
