/* summary.h -- what the readings of an hour come to.
 *
 * Long ranges are drawn from these, a row for an hour instead of hundreds of
 * readings. Invariant, at every commit: for each channel, every whole hour
 * (UTC) before its summed_until is summarised exactly; no row means that
 * nothing came in that hour. A reading that arrives late, for an hour before
 * summed_until, has its hour summed again in its own transaction. All calls
 * are made inside the writer's transaction but for summary_until and the
 * reading of summaries.
 */
#ifndef STORE_SUMMARY_H
#define STORE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/result.h"
#include "store/ids.h"

struct db;

enum { SUMMARY_MS = 3600000 };

/* Of one field in one hour. */
struct summary {
    int64_t numbers;  /* readings with a number in this field */
    double sum, rest; /* the sum is sum + rest, nearly exact (Neumaier) */
    double low, high;
    bool comma;       /* one was written with a comma for the point */
};

struct hour {
    int64_t at;      /* its start */
    int64_t entries; /* readings of the channel, with numbers or without */
    const struct summary *field; /* by number, from 1 to CHANNEL_FIELDS */
};

/* Sums the hour of each of these times again. at: ascending or not. */
MUST_USE enum result summary_redo(struct db *db, struct channel_id channel,
                                  const int64_t *at, size_t n);

/* Takes one step: finds channels whose summed_until is behind until (cut to a
 * whole hour), sums hours holding about max readings, moves summed_until on.
 * *more is false when every channel is up to date. */
MUST_USE enum result summary_advance(struct db *db, int64_t until, int max,
                                     bool *more);

MUST_USE enum result summary_until(struct db *db, struct channel_id channel,
                                   int64_t *out);

/* Hours with a reading, oldest first, from <= at < until. What an hour points
 * at dies with the next call. */
struct summaries;

struct summaries *summaries_open(struct db *db, struct channel_id channel,
                                 int64_t from, int64_t until);
bool summaries_next(struct summaries *it, struct hour *out);
MUST_USE enum result summaries_end(struct summaries *it);

#endif
