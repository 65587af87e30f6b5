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

/* The summaries of one field, one ahead. */
struct stream {
    struct summaries *it;
    struct summary next;
    bool more;
};

static void advance(struct stream *t)
{
    t->more = summaries_next(t->it, &t->next);
}

/* Field 0 has a row for every hour with a reading: it leads. */
static void merge(struct stream *lead, struct stream *field, int n,
                  struct slicer *s)
{
    struct summary sums[SLICE_FIELDS];

    for (; lead->more; advance(lead)) {
        for (int i = 0; i < n; i++) {
            while (field[i].more && field[i].next.at < lead->next.at)
                advance(&field[i]);
            sums[i] = (struct summary){ 0 };
            if (field[i].more && field[i].next.at == lead->next.at)
                sums[i] = field[i].next;
        }
        slicer_add_hour(s, lead->next.at, lead->next.entries, sums);
    }
}

static enum result add_hours(struct db *db, const struct history *h,
                             int64_t from, int64_t until, struct slicer *s)
{
    struct stream stream[SLICE_FIELDS + 1];
    enum result rc = OK;

    for (int i = 0; i <= h->n_fields; i++) {
        stream[i].it = summaries_open(db, h->query.channel,
                                      i == 0 ? SUMMARY_ALL : h->fields[i - 1],
                                      from, until);
        advance(&stream[i]);
    }
    merge(&stream[0], stream + 1, h->n_fields, s);
    for (int i = 0; i <= h->n_fields; i++) {
        enum result end = summaries_end(stream[i].it);

        if (rc == OK)
            rc = end;
    }
    return rc;
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
