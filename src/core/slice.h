/* slice.h -- many readings made into one row for each slice of time.
 *
 * Slices are equal parts of time counted from 1970 UTC. Rows come oldest first
 * from the first slice with a reading to the last, those without one between
 * them empty. Source of the rules: ThingSpeak's reference of average, sum,
 * median and timescale: a text that is no number does not count in a sum; an
 * average is the sum over the number of readings, with or without a number; a
 * slice with no number in it gives nothing for that field.
 *
 * Sums are kept nearly exact (Neumaier), so that hours summed beforehand and
 * single readings give the same result. Pure; one thread.
 */
#ifndef CORE_SLICE_H
#define CORE_SLICE_H

#include "base/decimal.h"
#include "base/result.h"
#include "store/summary.h"

enum slice_kind { SLICE_FIRST, SLICE_SUM, SLICE_AVERAGE, SLICE_MEDIAN };

enum {
    SLICE_FIELDS = 8,
    SLICE_MEDIAN_MAX = 1000000, /* numbers of one slice, of all fields */
    SLICES_MAX = 53000          /* a leap year of slices of ten minutes */
};

struct slice_row {
    int64_t at; /* start of the slice */
    struct str text[SLICE_FIELDS]; /* p NULL: nothing; dies after the call */
};

struct slicer;

/* first_at: rows of slices before it are left out. decimals < 0: as many as
 * it takes. row is called for each row. */
struct slicer *slicer_new(enum slice_kind kind, int64_t length_ms,
                          int n_fields, int decimals, int64_t first_at,
                          void (*row)(void *arg, const struct slice_row *r),
                          void *arg);
void slicer_free(struct slicer *s);

/* Readings and summed hours in order of time. ERR_TOO_BIG: too many numbers
 * for a median. */
MUST_USE enum result slicer_add(struct slicer *s, int64_t at,
                                const struct str *values);
/* An hour, which must not be longer than a slice; not for SLICE_MEDIAN and
 * SLICE_FIRST. One summary for each field. */
void slicer_add_hour(struct slicer *s, int64_t at, int64_t entries,
                     const struct summary *const *sums);
void slicer_end(struct slicer *s); /* the last row */

/* The start of the slice that a moment is in. */
int64_t slice_start(int64_t at, int64_t length_ms);

#endif
