/* migrate.h -- brings the tables up to date, a numbered script at a time.
 *
 * Each runs in a transaction of its own and is recorded in it, so a crash in
 * the middle leaves the one before. Two processes at once: one waits.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/result.h"

struct db;

struct migration {
    int number;
    const char *name, *text; /* the script, with $ID and the other words */
};

extern const struct migration migrations[]; /* made from sql/; ends with 0 */

/* ERR_CONFLICT: the database is newer than this program. */
MUST_USE enum result db_migrate(struct db *db);

/* *version is 0 for an empty database; *latest what db_migrate would make. */
MUST_USE enum result db_version(struct db *db, int *version, int *latest);

/* Drops every table and view that is ours; readings included. */
MUST_USE enum result db_wipe(struct db *db);

#endif
