#include "core/history.h"



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

static enum result add_hours(struct db *db, const struct history *h,
                             int64_t from, int64_t until, struct slicer *s)
{
    const struct summary *sums[SLICE_FIELDS];
    struct hour hour;

    struct summaries *it = summaries_open(db, h->query.channel, from, until);
    while (summaries_next(it, &hour)) {
        for (int i = 0; i < h->n_fields; i++)
            sums[i] = &hour.field[h->fields[i]];
        slicer_add_hour(s, hour.at, hour.entries, sums);
    }
    return summaries_end(it);
}

enum result history_slice(struct db *db, const struct history *h,
                          struct slicer *s)
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
            rc = add_hours(db, h, first, summed, s);
        from = summed;
    }
    if (rc == OK)
        rc = add_readings(db, h, from, until, s);
    if (rc == OK)
        slicer_end(s);
    return rc;
}
