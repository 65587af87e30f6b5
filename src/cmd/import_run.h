/* import_run.h -- an import by the command line: in batches into the database,
 * politely, and what it says meanwhile. */
#ifndef CMD_IMPORT_RUN_H
#define CMD_IMPORT_RUN_H

#include "core/import.h"

struct import_run {
    struct import import;
    struct db *db;
    int64_t shown_at; /* steady; when progress was last shown */
};

void import_run_start(struct import_run *run, struct db *db,
                      const struct channel *c);

/* Stores those that are not there already, in one transaction; the list is
 * put together anew. Gives CMD_DONE or, with the sentence said, CMD_FAILED. */
int import_store(struct import_run *run, struct reading *list, size_t n);

/* Says on standard error how far it is: on a terminal in a line that is
 * written over, else a line every few seconds. done and total in any unit. */
void import_progress(struct import_run *run, int64_t done, int64_t total);

/* The reasons, a sentence each, and on standard output the line with the
 * counts. where: "line", "Id". CMD_FAILED when nothing but refusals came. */
int import_finish(struct import_run *run, const char *where);

#endif
