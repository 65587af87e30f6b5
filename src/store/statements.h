/* statements.h -- every statement of the store, a list for each file.
 *
 * Each list ends with NULL. They are for the check that prepares all of them
 * on the database at hand; nobody runs a statement from here.
 */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

#include "db/db.h"

extern const struct sql *const account_sql[], *const channel_sql[],
    *const device_sql[], *const document_sql[], *const field_sql[],
    *const home_sql[], *const invariant_sql[], *const key_sql[],
    *const post_sql[], *const reading_sql[], *const session_sql[],
    *const summary_sql[], *const tag_sql[];

struct statements {
    const char *file; /* NULL ends the list */
    const struct sql *const *list;
};

extern const struct statements all_statements[];

#endif
