/* path_dialect.h -- the article's reading in one URL, taken apart:
 *
 *     API_key=K/mac=M/field=N/data=V
 *
 * Source: "Building an IoT server with Flask and Python", 2018, part 2. Pure.
 */
#ifndef WEB_PATH_DIALECT_H
#define WEB_PATH_DIALECT_H

#include "base/arena.h"

enum { PATH_FIELDS = 9, PATH_WHY_MAX = 32 };

struct path_parts {
    struct str key, mac; /* p NULL: not there, or nothing that could be one */
    int field;           /* 1 to PATH_FIELDS */
    struct str data;     /* a finite decimal number, as it was sent */
    const char *why;     /* what is wrong with the rest; NULL: nothing. At
                          * most PATH_WHY_MAX bytes, for a small buffer */
};

/* rest is what follows "/update/". Names in any order and any case; a slash at
 * the end is fine; of two alike the later counts. */
void path_parts_read(struct str rest, struct arena *a,
                     struct path_parts *out);

#endif
