/* import_run.h -- an import under way: readings in batches into the database,
 * and the count of what became of them. */
#ifndef CMD_IMPORT_RUN_H
#define CMD_IMPORT_RUN_H

#include "store/channel.h"
#include "store/reading.h"

struct db;

enum {
    IMPORT_BATCH = 10000, /* readings of a transaction */
    IMPORT_REASONS = 8
};

struct import_run {
    struct db *db;
    struct channel_id channel;
    int64_t before;      /* the last entry when it began */
    int64_t stored, known, refused;
    struct import_reason {
        const char *why; /* static text */
        int64_t n, first; /* where, as the source counts */
    } reasons[IMPORT_REASONS];
    int n_reasons;
    int64_t shown_at;    /* steady; when progress was last shown */
};

void import_start(struct import_run *run, struct db *db,
                  const struct channel *c);

/* Stores those that are not there already, in one transaction; the list is
 * put together anew. Gives CMD_DONE or, with the sentence said, CMD_FAILED. */
int import_store(struct import_run *run, struct reading *list, size_t n);

void import_refuse(struct import_run *run, const char *why, int64_t where);

/* Says on standard error how far it is: on a terminal in a line that is
 * written over, else a line every few seconds. done and total in any unit. */
void import_progress(struct import_run *run, int64_t done, int64_t total);

/* The reasons, a sentence each, and on standard output the line with the
 * counts. where: "line", "Id". CMD_FAILED when nothing but refusals came. */
int import_finish(struct import_run *run, const char *where);

#endif
