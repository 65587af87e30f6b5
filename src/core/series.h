/* series.h -- a stretch of a channel's past, in as many points as there are
 * pixels: the one place that chart data come from. See docs/series.md.
 *
 * The stretch is cut into buckets of equal length counted from 1970 UTC, so
 * that a window that moves on shows the same buckets again. A bucket has the
 * lowest, the highest and the mean of its numbers: a spike of one reading
 * survives every zoom. From an hour on a bucket is whole hours, made from the
 * hourly summaries where they are; the points are the same where they are not
 * yet. Memory is bounded by the points asked for, whatever the readings. Values
 * that are no numbers are passed over. Within one read transaction. */
#ifndef CORE_SERIES_H
#define CORE_SERIES_H

#include "base/arena.h"
#include "core/slice.h"
#include "store/reading.h"

struct db;

enum {
    SERIES_POINTS = 65536,    /* buckets of all fields together */
    SERIES_READINGS = 200000, /* with more, buckets are at least an hour */
    SERIES_SILENCE = 3        /* usual distances; a longer one is a gap */
};

struct bucket {
    int64_t numbers;        /* 0: the rest says nothing */
    double low, high, mean;
    int64_t first, last;    /* when; by_hours: starts of their hours */
    bool joined;            /* no gap since the last bucket with numbers */
};

struct series_line {
    int field;
    struct bucket *bucket;  /* series.n of them */
    int64_t numbers;        /* of all buckets; 0: the rest says nothing */
    double low, high;
    int64_t usual_ms;       /* between two numbers; 0: too few to tell */
    int64_t last_at;        /* the newest number: when, */
    double last;            /* and what */
    struct str last_text;   /* as it was sent */
};

struct series {
    int64_t from, until;    /* both included; slices begin with a whole one */
    int64_t start, length;  /* bucket i: start + i * length, in ms */
    int n;                  /* 0: no readings in a stretch without ends */
    bool by_hours;          /* times are known to the hour */
    int64_t entries;        /* readings, with numbers or without */
    struct series_line *line;
    int n_lines;
};

struct series_query {
    /* from INT64_MIN: the first reading; until INT64_MAX: the last. newest:
     * of those only so many, and the ends are theirs where none was named. */
    struct reading_query readings;
    const int *fields;      /* n_fields of them; with slices SLICE_FIELDS */
    int n_fields;
    int buckets;            /* about as many: at most one more */
    int64_t slice_ms;       /* points are slices (slice.h); 0: readings */
    enum slice_kind slice;
    int decimals;           /* of slices; < 0: as many as it takes */
    /* Readings to leave out; NULL: none. */
    bool (*drop)(const void *arg, const struct reading *r);
    const void *arg;
};

/* ERR_TOO_BIG: more than SERIES_POINTS, or a median of too much. */
MUST_USE enum result series_read(struct db *db, struct arena *a,
                                 const struct series_query *q,
                                 struct series *out);

#endif
