#include "core/history.h"

#include <string.h>

enum { STRETCH = 1024 }; /* hours */



static enum result add_readings(struct db *db, const struct history *h,
                                int64_t from, int64_t until,
                                struct slicer *s)
{
    struct reading_query q = h->query;
    struct str values[SLICE_FIELDS];
    enum result rc = OK;
    struct reading r;

    if (from > until)
        return OK;
    q.from = from;
    q.until = until;
    struct readings *it = readings_open(db, &q);
    while (rc == OK && readings_next(it, &r)) {
        if (h->drop && h->drop(h->arg, &r))
            continue;
        for (int i = 0; i < h->n_fields; i++)
            values[i] = reading_value(&r, h->fields[i]);
        rc = slicer_add(s, r.at, values);
    }
    enum result end = readings_end(it);
    return rc == OK ? end : rc;
}

/* The hours of a stretch: a connection has one query at a time, so the fields
 * are read one after the other and put beside each other here. */
struct stretch {
    int64_t from; /* of the first hour */
    int64_t entries[STRETCH];
    struct summary sum[STRETCH][SLICE_FIELDS];
};

static enum result read_field(struct db *db, const struct history *h, int i,
                              int64_t until, struct stretch *t)
{
    struct summary s;

    struct summaries *it = summaries_open(db, h->query.channel,
                                          i < 0 ? SUMMARY_ALL : h->fields[i],
                                          t->from, until);
    while (summaries_next(it, &s)) {
        int64_t hour = (s.at - t->from) / SUMMARY_MS;

        if (i < 0)
            t->entries[hour] = s.entries;
        else
            t->sum[hour][i] = s;
    }
    return summaries_end(it);
}

static enum result add_stretch(struct db *db, const struct history *h,
                               int64_t until, struct stretch *t,
                               struct slicer *s)
{
    enum result rc = OK;

    memset(t->entries, 0, sizeof t->entries);
    memset(t->sum, 0, sizeof t->sum);
    for (int i = -1; i < h->n_fields && rc == OK; i++)
        rc = read_field(db, h, i, until, t);
    for (int hour = 0; rc == OK && hour < STRETCH; hour++)
        if (t->entries[hour] > 0)
            slicer_add_hour(s, t->from + (int64_t)hour * SUMMARY_MS,
                            t->entries[hour], t->sum[hour]);
    return rc;
}

/* Goes from stretch to stretch, over those in which nothing came. */
static enum result add_hours(struct db *db, struct arena *a,
                             const struct history *h, int64_t from,
                             int64_t until, struct slicer *s)
{
    struct stretch *t = arena_get(a, sizeof *t);
    struct reading next;
    enum result rc = OK;

    while (rc == OK && from < until) {
        rc = reading_from(db, a, h->query.channel, from, &next);
        if (rc != OK || next.at >= until)
            break;
        t->from = slice_start(next.at, SUMMARY_MS);
        from = t->from + STRETCH * (int64_t)SUMMARY_MS;
        rc = add_stretch(db, h, from < until ? from : until, t, s);
    }
    return rc == ERR_MISSING ? OK : rc;
}

enum result history_slice(struct db *db, struct arena *a,
                          const struct history *h, struct slicer *s)
{
    int64_t from = h->query.from, until = h->query.until;
    int64_t summed = INT64_MIN, first = from;
    enum result rc = OK;

    if (h->by_hours)
        rc = summary_until(db, h->query.channel, &summed);
    if (first != INT64_MIN && slice_start(first, SUMMARY_MS) != first)
        first = slice_start(first, SUMMARY_MS) + SUMMARY_MS;
    if (until < summed)
        summed = slice_start(until + 1, SUMMARY_MS);
    if (rc == OK && first < summed) {
        if (first > from)
            rc = add_readings(db, h, from, first - 1, s);
        if (rc == OK)
            rc = add_hours(db, a, h, first, summed, s);
        from = summed;
    }
    if (rc == OK)
        rc = add_readings(db, h, from, until, s);
    if (rc == OK)
        slicer_end(s);
    return rc;
}
