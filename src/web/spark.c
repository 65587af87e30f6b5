#include "web/spark.h"

#include <math.h>

#include "base/buf.h"

enum { LEAST = 3, EDGE = 3 };

#define HOUR_MS INT64_C(3600000)

struct pen {
    const struct series *s;
    const struct series_line *l;
};

void spark_query(struct series_query *q, int64_t now)
{
    q->readings.until = now;
    q->readings.from = now - SPARK_HOURS * HOUR_MS;
    q->buckets = SPARK_HOURS;
}

/* Halves, because the difference of two numbers may be too large for one. */
static double y_of(const struct pen *p, double v)
{
    double span = p->l->high / 2 - p->l->low / 2;
    double part = span > 0 ? (v / 2 - p->l->low / 2) / span : 0.5;

    return SPARK_HEIGHT - EDGE - part * (SPARK_HEIGHT - 2 * EDGE);
}

/* The newest number stands at its time, a mean in the middle of its hour. */
static double x_of(const struct pen *p, double at)
{
    double part = (at - (double)p->s->from)
                  / (double)(p->s->until - p->s->from);

    part = fmin(fmax(part, 0), 1);
    return EDGE + part * (SPARK_WIDTH - 2 * EDGE);
}

/* Of what there is of the bucket. */
static double middle(const struct pen *p, int i)
{
    double from = (double)p->s->start + i * (double)p->s->length;
    double until = from + (double)p->s->length;

    return x_of(p, fmax(from, (double)p->s->from) / 2
                       + fmin(until, (double)p->l->last_at) / 2);
}

static int run_end(const struct pen *p, int i)
{
    int last = i;

    for (int k = i + 1; k < p->s->n; k++) {
        if (p->l->bucket[k].numbers > 0 && !p->l->bucket[k].joined)
            break;
        if (p->l->bucket[k].numbers > 0)
            last = k;
    }
    return last;
}

/* There along the highest, back along the lowest. */
static void band(struct buf *out, const struct pen *p, int first, int last)
{
    char move = 'M';

    for (int i = first; i <= last; i++, move = 'L')
        if (p->l->bucket[i].numbers > 0)
            buf_printf(out, "%c%.1f %.1f", move, middle(p, i),
                       y_of(p, p->l->bucket[i].high));
    for (int i = last; i >= first; i--)
        if (p->l->bucket[i].numbers > 0)
            buf_printf(out, "L%.1f %.1f", middle(p, i),
                       y_of(p, p->l->bucket[i].low));
    buf_char(out, 'Z');
}

/* The line ends at the newest number. */
static void means(struct buf *out, const struct pen *p, int first, int last)
{
    double end = x_of(p, (double)p->l->last_at);
    bool newest = p->l->last_at >= p->l->bucket[last].first
                  && p->l->last_at - p->l->bucket[last].first < p->s->length;

    char move = 'M';

    for (int i = first; i <= last; i++, move = 'L')
        if (p->l->bucket[i].numbers > 0)
            buf_printf(out, "%c%.1f %.1f", move, middle(p, i),
                       y_of(p, p->l->bucket[i].mean));
    if (newest)
        buf_printf(out, "L%.1f %.1f", end, y_of(p, p->l->last));
    else if (first == last) /* a dot */
        buf_add(out, STR("h0"));
}

static struct str taken(struct arena *a, struct buf *b)
{
    struct str s = arena_copy(a, buf_str(b));

    buf_free(b);
    return s;
}

bool spark_draw(struct arena *a, const struct series *s,
                const struct series_line *l, struct spark *out)
{
    struct pen p = { s, l };
    struct buf line = { 0 }, around = { 0 };

    if (s->n == 0 || s->until <= s->from || l->numbers < LEAST)
        return false;
    for (int i = 0; i < s->n; i++) {
        if (l->bucket[i].numbers == 0)
            continue;
        int last = run_end(&p, i);

        means(&line, &p, i, last);
        if (last > i)
            band(&around, &p, i, last);
        i = last;
    }
    out->line = taken(a, &line);
    out->band = taken(a, &around);
    out->end = arena_printf(a, "M%.1f %.1fh0", x_of(&p, (double)l->last_at),
                            y_of(&p, l->last));
    return true;
}
