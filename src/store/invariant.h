/* invariant.h -- what must hold of the data, whatever happened. For check-db
 * and for tests; each takes at most some seconds on a million readings. */
#ifndef STORE_INVARIANT_H
#define STORE_INVARIANT_H

#include "db/db.h"

struct invariant {
    const char *what; /* as a sentence; NULL ends the list */
    struct sql sql;
};

extern const struct invariant invariants[];

/* For how many it does not hold, and the id of the first of them. */
MUST_USE enum result invariant_broken(struct db *db, const struct invariant *i,
                                      int64_t *n, int64_t *first);

#endif
