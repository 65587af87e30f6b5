/* import.h -- an import under way, whoever runs it: which readings are new, and
 * the count of what became of all of them.
 *
 * An import that is repeated, or that broke off and begins again, stores what
 * is not there yet (core/already.h).
 */
#ifndef CORE_IMPORT_H
#define CORE_IMPORT_H

#include "base/result.h"
#include "store/channel.h"
#include "store/reading.h"

struct db;

enum {
    IMPORT_BATCH = 10000, /* readings of a transaction */
    IMPORT_REASONS = 8
};

struct import {
    struct channel_id channel;
    int64_t before;      /* the last entry when it began */
    int64_t stored, known, refused;
    struct import_reason {
        const char *why; /* static text */
        int64_t n, first; /* where, as the source counts */
    } reasons[IMPORT_REASONS];
    int n_reasons;
};

void import_start(struct import *im, const struct channel *c);

/* Puts the list together anew, of those that are not there already: *kept of
 * them. Nothing is counted yet. */
MUST_USE enum result import_keep_new(struct import *im, struct db *db,
                                     struct reading *list, size_t n,
                                     size_t *kept);
/* kept of n were new, and are on disk. */
void import_count(struct import *im, size_t n, size_t kept);
/* Something was no reading; why is a static text. */
void import_refuse(struct import *im, const char *why, int64_t where);

#endif
