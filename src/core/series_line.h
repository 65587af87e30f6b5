/* series_line.h -- numbers in order of time become buckets. Private to series.
 * Pure.
 *
 * What is a gap. Two buckets are joined when there is none without a number
 * between them, or when the silence between them is at most SERIES_SILENCE
 * usual distances. What is usual is the median distance of the whole stretch
 * (to a quarter of a power of two, so that it needs no list), or, where a
 * device has changed its pace, what is usual on both sides of the silence. */
#ifndef CORE_SERIES_LINE_H
#define CORE_SERIES_LINE_H

#include "base/exact_sum.h"
#include "core/series.h"

enum { DISTANCES = 64 * 4 };

struct line_maker {
    const struct series *s;
    struct series_line *out;
    struct bucket *open;         /* the one that is being filled, or NULL */
    struct exact_sum sum;        /* of that one */
    int64_t before;              /* time of the last number */
    bool any;
    struct summary hour;         /* by_hours: of single readings so far, */
    int64_t hour_at;             /* when there are any, in this hour */
    uint32_t distance[DISTANCES];
    int64_t n_distances;
    bool last_known;             /* else it is in the hour out->last_at */
    char text[VALUE_MAX];
};

void line_number(struct line_maker *m, int64_t at, double v, struct str text);
/* by_hours only. */
void line_hour(struct line_maker *m, int64_t at, const struct summary *h);
/* The newest number, found afterwards. */
void line_last(struct line_maker *m, int64_t at, double v, struct str text);
/* The usual distance is taken to be no less than that. */
void line_end(struct line_maker *m, int64_t usual_least);

#endif
