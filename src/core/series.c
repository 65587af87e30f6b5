#include "core/series.h"

#include <assert.h>

#include "base/decimal.h"
#include "base/moment.h"
#include "core/history.h"
#include "core/series_line.h"
#include "store/channel.h"

struct maker {
    struct db *db;
    struct arena *arena;
    const struct series_query *q;
    struct series *s;
    struct line_maker *line;
};

/* Which stretch, in which buckets. */

/* The ends that nobody named are those of the readings. */
static enum result newest_ends(struct maker *m, int64_t *from, int64_t *until)
{
    struct reading r;

    struct readings *it = readings_open(m->db, &m->q->readings);
    bool first = true;
    while (readings_next(it, &r)) {
        if (first && *from == INT64_MIN)
            *from = r.at;
        first = false;
        if (m->q->readings.until == INT64_MAX)
            *until = r.at;
    }
    return readings_end(it);
}

static enum result ends(struct maker *m, int64_t *from, int64_t *until)
{
    struct channel_id channel = m->q->readings.channel;
    struct reading r;
    enum result rc = OK;

    if (m->q->readings.newest > 0)
        return newest_ends(m, from, until);
    if (*from == INT64_MIN) {
        rc = reading_first(m->db, m->arena, channel, &r);
        if (rc == OK)
            *from = r.at;
    }
    if (rc == OK && *until == INT64_MAX) {
        rc = reading_until(m->db, m->arena, channel, INT64_MAX, &r);
        if (rc == OK)
            *until = r.at;
    }
    return rc == ERR_MISSING ? OK : rc;
}

static int64_t up_to_multiple(int64_t v, int64_t of)
{
    return (v + of - 1) / of * of;
}

/* What the summaries know of; the rest has yet to be read in any case. */
static enum result count_summed(struct maker *m, int64_t *n)
{
    struct series *s = m->s;
    struct hour hour;

    *n = 0;
    struct summaries *it = summaries_open(
        m->db, m->q->readings.channel, slice_start(s->from, SUMMARY_MS),
        s->until);
    while (summaries_next(it, &hour))
        *n += hour.entries;
    return summaries_end(it);
}

static bool hours_will_do(const struct series_query *q)
{
    const struct reading_query *r = &q->readings;

    return !q->drop && q->slice_ms == 0 && r->newest == 0
           && r->first_entry <= 1 && r->last_entry == INT64_MAX;
}

/* Counted from 1970, and round where that costs no more than a few points. */
static enum result choose_length(struct maker *m)
{
    struct series *s = m->s;
    int64_t n = 0, span = s->until - s->from;
    enum result rc = OK;

    s->length = span / m->q->buckets + (span % m->q->buckets > 0 || !span);
    if (s->length >= 1000)
        s->length = up_to_multiple(s->length, 1000);
    if (hours_will_do(m->q) && s->length < SUMMARY_MS && span > SUMMARY_MS)
        rc = count_summed(m, &n);
    if (s->length >= SUMMARY_MS || n > SERIES_READINGS) {
        s->length = up_to_multiple(s->length, SUMMARY_MS);
        s->by_hours = hours_will_do(m->q);
    }
    s->start = slice_start(s->from, s->length);
    s->n = (int)((s->until - s->start) / s->length) + 1;
    return rc;
}

static enum result choose(struct maker *m)
{
    int64_t from = m->q->readings.from, until = m->q->readings.until;
    enum result rc = ends(m, &from, &until);

    if (rc != OK || from == INT64_MIN || until == INT64_MAX)
        return rc;
    if (from < MOMENT_MIN)
        from = MOMENT_MIN;
    if (until > MOMENT_MAX)
        until = MOMENT_MAX;
    if (m->q->slice_ms && (until - from) / m->q->slice_ms >= SLICES_MAX)
        from = until - (SLICES_MAX - 1) * m->q->slice_ms;
    if (m->q->slice_ms)
        from = slice_start(from, m->q->slice_ms);
    m->s->from = from;
    m->s->until = until;
    return from <= until ? choose_length(m) : OK;
}

static enum result make_lines(struct maker *m)
{
    struct series *s = m->s;
    size_t n_lines = (size_t)m->q->n_fields, n = (size_t)s->n;

    if (n_lines * n > SERIES_POINTS)
        return ERR_TOO_BIG;
    s->n_lines = m->q->n_fields;
    s->line = arena_get(m->arena, (n_lines + 1) * sizeof *s->line);
    m->line = arena_get(m->arena, (n_lines + 1) * sizeof *m->line);
    for (size_t i = 0; i < n_lines; i++) {
        struct series_line *l = &s->line[i];

        *l = (struct series_line){ .field = m->q->fields[i] };
        l->bucket = arena_get(m->arena, (n + 1) * sizeof *l->bucket);
        m->line[i] = (struct line_maker){ .s = s, .out = l };
    }
    return OK;
}

/* Filling them. */

static enum result add_readings(struct maker *m, int64_t from, int64_t until)
{
    struct reading_query q = m->q->readings;
    struct reading r;
    double v;

    q.from = from;
    q.until = until;
    if (from > until)
        return OK;
    struct readings *it = readings_open(m->db, &q);
    while (readings_next(it, &r)) {
        if (m->q->drop && m->q->drop(m->q->arg, &r))
            continue;
        m->s->entries++;
        for (int i = 0; i < m->s->n_lines; i++) {
            struct str text = reading_value(&r, m->s->line[i].field);

            if (text.p && decimal_parse(text, &v, NULL))
                line_number(&m->line[i], r.at, v, text);
        }
    }
    return readings_end(it);
}

static enum result add_hours(struct maker *m, int64_t from, int64_t until)
{
    struct hour hour;

    struct summaries *it =
        summaries_open(m->db, m->q->readings.channel, from, until);
    while (summaries_next(it, &hour)) {
        m->s->entries += hour.entries;
        for (int i = 0; i < m->s->n_lines; i++)
            line_hour(&m->line[i], hour.at,
                      &hour.field[m->s->line[i].field]);
    }
    return summaries_end(it);
}

/* Whole hours that are summed from their summaries, the rest from the
 * readings. */
static enum result add_stretch(struct maker *m)
{
    int64_t from = m->s->from, until = m->s->until, summed;
    int64_t first = slice_start(from + SUMMARY_MS - 1, SUMMARY_MS);

    enum result rc = summary_until(m->db, m->q->readings.channel, &summed);
    if (until < summed)
        summed = slice_start(until + 1, SUMMARY_MS);
    if (rc != OK || first >= summed)
        return rc == OK ? add_readings(m, from, until) : rc;
    rc = add_readings(m, from, first - 1);
    if (rc == OK)
        rc = add_hours(m, first, summed);
    return rc == OK ? add_readings(m, summed, until) : rc;
}

/* Of a line whose newest number is known to the hour only: that hour is read
 * again, once for all lines that end in it. */
static enum result find_last(struct maker *m, int64_t hour)
{
    struct reading_query q = m->q->readings;
    bool here[CHANNEL_FIELDS];
    struct reading r;
    double v;

    for (int i = 0; i < m->s->n_lines; i++)
        here[i] = m->s->line[i].numbers > 0 && !m->line[i].last_known
                  && m->s->line[i].last_at == hour;
    q.from = hour;
    q.until = hour + SUMMARY_MS - 1;
    struct readings *it = readings_open(m->db, &q);
    while (readings_next(it, &r))
        for (int i = 0; i < m->s->n_lines; i++) {
            struct str text = reading_value(&r, m->s->line[i].field);

            if (here[i] && text.p && decimal_parse(text, &v, NULL))
                line_last(&m->line[i], r.at, v, text);
        }
    return readings_end(it);
}

static enum result find_lasts(struct maker *m)
{
    enum result rc = OK;

    for (int i = 0; rc == OK && i < m->s->n_lines; i++)
        if (m->s->line[i].numbers > 0 && !m->line[i].last_known)
            rc = find_last(m, m->s->line[i].last_at);
    return rc;
}

static void take_slice(void *arg, const struct slice_row *row)
{
    struct maker *m = arg;
    double v;

    m->s->entries++;
    for (int i = 0; i < m->s->n_lines; i++)
        if (row->text[i].p && decimal_parse(row->text[i], &v, NULL))
            line_number(&m->line[i], row->at, v, row->text[i]);
}

static enum result add_slices(struct maker *m)
{
    const struct series_query *q = m->q;
    struct history h = {
        .query = q->readings,
        .fields = q->fields,
        .n_fields = q->n_fields,
        .by_hours = !q->drop && q->readings.newest == 0
                    && q->readings.first_entry <= 1
                    && q->readings.last_entry == INT64_MAX
                    && q->slice_ms % SUMMARY_MS == 0
                    && (q->slice == SLICE_SUM || q->slice == SLICE_AVERAGE),
        .drop = q->drop,
        .arg = q->arg,
    };

    h.query.from = m->s->from;
    h.query.until = m->s->until;
    struct slicer *sl = slicer_new(q->slice, q->slice_ms, q->n_fields,
                                   q->decimals, m->s->from, take_slice, m);
    enum result rc = history_slice(m->db, &h, sl);
    slicer_free(sl);
    return rc;
}

enum result series_read(struct db *db, struct arena *a,
                        const struct series_query *q, struct series *out)
{
    struct maker m = { .db = db, .arena = a, .q = q, .s = out };

    assert(q->buckets > 0 && q->n_fields <= CHANNEL_FIELDS);
    *out = (struct series){ .from = q->readings.from,
                            .until = q->readings.until };
    enum result rc = choose(&m);
    if (rc == OK)
        rc = make_lines(&m);
    if (rc != OK || out->n == 0)
        return rc;
    if (q->slice_ms)
        rc = add_slices(&m);
    else if (out->by_hours)
        rc = add_stretch(&m);
    else
        rc = add_readings(&m, out->from, out->until);
    for (int i = 0; rc == OK && i < out->n_lines; i++)
        line_end(&m.line[i], q->slice_ms);
    return rc == OK ? find_lasts(&m) : rc;
}
