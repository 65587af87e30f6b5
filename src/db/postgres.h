/* postgres.h -- what the two halves of the PostgreSQL driver share.
 *
 * Private to db/: postgres.c has the connection, postgres_rows.c what runs on
 * it.
 */
#ifndef DB_POSTGRES_H
#define DB_POSTGRES_H

#include <libpq-fe.h>

#include "db/driver.h"

struct postgres {
    struct db db; /* first */
    PGconn *conn;
    enum db_use use;
    unsigned dialled; /* how often: older statements are gone */
    unsigned n_names;
};

/* What became of it; the particulars are in the log, under this event. */
enum result postgres_outcome(struct db *db, const PGresult *r,
                             const char *doing);
enum result postgres_done(struct db *db, PGresult *r, const char *doing);
/* The connection's own failure, when there is no answer to look at. */
enum result postgres_broken(struct db *db, const char *doing);
/* A connection that works, or the reason why there is none. */
enum result postgres_dial(struct db *db);

enum result postgres_prepare(struct db *db, const char *text, void **stmt);
void postgres_discard(struct db *db, void *stmt);
enum result postgres_start(struct db *db, void *stmt, struct args args);
bool postgres_next(struct db *db, void *stmt, enum result *rc);
void postgres_finish(struct db *db, void *stmt);
enum result postgres_run_many(struct db *db, void *stmt,
                              const struct args *list, size_t n);
bool postgres_is_null(void *stmt, int col);
int64_t postgres_int(void *stmt, int col);
double postgres_real(void *stmt, int col);
struct str postgres_text(void *stmt, int col);
struct str postgres_bytes(void *stmt, int col);

#endif
