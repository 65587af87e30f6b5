/* row.h -- what the files of store/ share: rows into an arena.
 *
 * Private to store/.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "base/arena.h"
#include "db/db.h"

/* A text (bytes) of the present row that outlives it; NO_STR for null. */
struct str row_text(const struct rows *q, int col, struct arena *a);
struct str row_bytes(const struct rows *q, int col, struct arena *a);

/* Room for one more in a list of n. */
void *row_room(struct arena *a, void *list, int n, size_t size);

/* Runs a statement and ends it: did it give a row? ERR_MISSING: none. */
MUST_USE enum result row_expect(struct db *db, const struct sql *sql,
                                struct args args);
/* The number in the first column of the first row. ERR_MISSING: no row. */
MUST_USE enum result row_number(struct db *db, const struct sql *sql,
                                struct args args, int64_t *out);

/* OK, or what is wrong with it as a text of at most so many bytes. */
MUST_USE enum result row_check(struct str s, size_t max);

#endif
