/* history.h -- a stretch of a channel's past, fed into slices.
 *
 * Whole hours that are summed already come from their summaries, the rest from
 * the readings: a year is some thousand rows instead of half a million. Within
 * one read transaction. */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include "core/slice.h"
#include "store/reading.h"

struct history {
    struct reading_query query;
    const int *fields; /* n_fields of them, at most SLICE_FIELDS */
    int n_fields;
    bool by_hours;     /* summaries will do */
    /* Readings to leave out; NULL: none. Not with by_hours. */
    bool (*drop)(const void *arg, const struct reading *r);
    const void *arg;
};

/* Feeds s and ends it. */
MUST_USE enum result history_slice(struct db *db, const struct history *h,
                                   struct slicer *s);

#endif
