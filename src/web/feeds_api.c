/* feeds_api.c -- many readings at a time, whole or in slices. */
#include "base/csv.h"
#include "base/moment.h"
#include "core/history.h"
#include "web/feed_writer.h"
#include "web/routes.h"

static struct reading_query query_of(const struct feed_view *v,
                                     struct channel_id id)
{
    bool all = v->slice_ms != 0 && v->window && v->results < 0;

    return (struct reading_query){
        .channel = id,
        .from = v->from,
        .until = v->until,
        .first_entry = v->first_entry,
        .last_entry = v->last_entry,
        .newest = all               ? 0
                  : v->results >= 0 ? v->results
                  : v->window       ? RESULTS_MAX
                                    : RESULTS_DEFAULT,
    };
}

static enum result write_readings(struct feed_writer *w,
                                  const struct reading_query *q)
{
    struct rounding room;
    struct reading r;

    struct readings *it = readings_open(w->c->db, q);
    while (readings_next(it, &r)) {
        if (entry_dropped(w->view, &r) || (w->statuses && !r.status.p))
            continue;
        struct entry e = entry_of(w->view, &r, &room);
        feed_entry(w, &e);
    }
    return readings_end(it);
}

static void write_slice(void *arg, const struct slice_row *row)
{
    struct feed_writer *w = arg;
    struct entry e = { .at = row->at };

    for (int i = 0; i < w->view->n_shown; i++)
        e.text[i] = row->text[i];
    feed_entry(w, &e);
}

static bool dropped(const void *view, const struct reading *r)
{
    return entry_dropped(view, r);
}

/* Only so many slices, however far apart the readings are: the newest. */
static enum result first_slice(struct call *c, const struct reading_query *q,
                               int64_t slice_ms, int64_t *first)
{
    struct reading last;

    *first = 0;
    enum result rc = reading_until(c->db, c->arena, q->channel, q->until,
                                   &last);
    if (rc == OK)
        *first = last.at - (SLICES_MAX - 1) * slice_ms;
    return rc == ERR_MISSING ? OK : rc;
}

static enum result write_slices(struct feed_writer *w,
                                const struct reading_query *q)
{
    const struct feed_view *v = w->view;
    bool filtered = v->has_min || v->has_max;
    int64_t first;

    enum result rc = first_slice(w->c, q, v->slice_ms, &first);
    if (rc != OK)
        return rc;
    struct history h = {
        .query = *q,
        .fields = v->shown,
        .n_fields = v->n_shown,
        .by_hours = !filtered && q->newest == 0 && q->first_entry <= 1
                    && q->last_entry == INT64_MAX
                    && v->slice_ms % SUMMARY_MS == 0
                    && (v->slice == SLICE_SUM || v->slice == SLICE_AVERAGE),
        .drop = filtered ? dropped : NULL,
        .arg = v,
    };
    if (h.query.from < first)
        h.query.from = slice_start(first, v->slice_ms);
    struct slicer *s = slicer_new(v->slice, v->slice_ms, v->n_shown,
                                  v->decimals, h.query.from, write_slice, w);
    rc = history_slice(w->c->db, &h, s);
    slicer_free(s);
    return rc;
}

static enum result write_feed(struct call *c, int only_field)
{
    const struct channel *ch = c->channel;
    struct feed_view v;
    struct feed_writer w;

    if (c->suffix == TXT)
        c->suffix = JSON;
    enum result rc = feed_view_read(c, ch, only_field, &v);
    if (rc != OK)
        return rc;
    struct reading_query q = query_of(&v, ch->id);
    feed_begin(&w, c, &v, ch);
    if (v.results != 0)
        rc = v.slice_ms ? write_slices(&w, &q) : write_readings(&w, &q);
    feed_end(&w);
    return rc;
}

enum result feeds_api(struct call *c)
{
    return write_feed(c, 0);
}

enum result field_api(struct call *c)
{
    int field = feed_field(c->part[1]);

    if (!field)
        return ERR_MISSING;
    return write_feed(c, field);
}

enum result status_api(struct call *c)
{
    const struct channel *ch = c->channel;
    struct feed_view v;
    struct feed_writer w;

    if (c->suffix == TXT)
        c->suffix = JSON;
    enum result rc = feed_view_read(c, ch, 0, &v);
    if (rc != OK)
        return rc;
    v.location = false;
    v.slice_ms = 0;
    if (!v.window && v.results < 0)
        v.from = c->req->at - INT64_C(86400000);
    v.window = true;
    struct reading_query q = query_of(&v, ch->id);
    feed_begin_statuses(&w, c, &v, ch);
    if (v.results != 0)
        rc = write_readings(&w, &q);
    feed_end(&w);
    return rc;
}

/* The whole channel as a file, as the hosted service's export button gives. */
enum result export_api(struct call *c)
{
    const struct channel *ch = c->channel;
    struct feed_view v;
    struct feed_writer w;

    enum result rc = feed_view_read(c, ch, 0, &v);
    if (rc != OK)
        return rc;
    c->suffix = CSV;
    v.location = v.status = true;
    v.slice_ms = 0;
    struct reading_query q = READINGS_OF(ch->id);
    response_header(c->res, "Content-Disposition",
                    STR("attachment; filename=feeds.csv"));
    feed_begin(&w, c, &v, ch);
    rc = write_readings(&w, &q);
    feed_end(&w);
    return rc;
}
