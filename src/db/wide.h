/* wide.h -- one statement that inserts many rows.
 *
 * Private to db/. A batch costs both databases less as a few INSERTs of WIDE
 * rows each: on SQLite half the time of a row at a time, for its cursors stay
 * where the last row went; on PostgreSQL a message for WIDE rows.
 */
#ifndef DB_WIDE_H
#define DB_WIDE_H

#include "db/db.h"

enum { WIDE = 32 };

/* "INSERT ... VALUES ($1, $2)" becomes "... VALUES ($1, $2), ($3, $4) ...",
 * for the caller to free. NULL when the statement does not end with VALUES
 * and the arguments 1 to n, each once and in order. */
char *wide_text(const char *text, int n);

/* WIDE lists of n arguments each, one behind the other. */
void wide_args(const struct args *list, int n, struct arg *out);

#endif
