#include "core/series_line.h"

#include <assert.h>
#include <math.h>

enum {
    USUAL_LEAST_MS = 20 * 1000, /* a chart of two a second does not flicker */
    USUAL_LEAST_N = 4           /* distances to tell from */
};

/* Powers of two, each in four parts. */
static int bin_of(int64_t d)
{
    int power = 63 - __builtin_clzll((unsigned long long)d);

    return power < 2 ? (int)d : power * 4 + (int)(d >> (power - 2) & 3);
}

static int64_t bin_end(int bin)
{
    return bin < 8 ? bin + 1 : (int64_t)(5 + bin % 4) << (bin / 4 - 2);
}

/* Readings of the same moment tell nothing of the distance. */
static void take_distance(struct line_maker *m, int64_t d, int64_t times)
{
    if (d <= 0 || times <= 0)
        return;
    m->distance[bin_of(d)] += (uint32_t)times;
    m->n_distances += times;
}

static int64_t median_distance(const struct line_maker *m)
{
    int64_t below = 0, middle = (m->n_distances + 1) / 2;
    int bin = 0;

    if (m->n_distances < USUAL_LEAST_N)
        return 0;
    while (bin < DISTANCES - 8 && (below += m->distance[bin]) < middle)
        bin++;
    return bin_end(bin) > USUAL_LEAST_MS ? bin_end(bin) : USUAL_LEAST_MS;
}

/* Rounding may put a mean beside the numbers, and a sum may overflow. */
static void close_bucket(struct line_maker *m)
{
    struct bucket *b = m->open;

    if (!b)
        return;
    b->mean = (m->sum.sum + m->sum.rest) / (double)b->numbers;
    if (!isfinite(b->mean))
        b->mean = b->low / 2 + b->high / 2;
    b->mean = fmin(fmax(b->mean, b->low), b->high);
    m->open = NULL;
    m->sum = (struct exact_sum){ 0, 0 };
}

static struct bucket *bucket_of(struct line_maker *m, int64_t at)
{
    int64_t i = (at - m->s->start) / m->s->length;

    assert(at >= m->s->start && i < m->s->n);
    struct bucket *b = &m->out->bucket[i];
    if (b != m->open)
        close_bucket(m);
    if (b->numbers == 0)
        b->first = at;
    m->open = b;
    return b;
}

static void add(struct line_maker *m, int64_t at, const struct summary *h)
{
    struct series_line *out = m->out;
    struct bucket *b = bucket_of(m, at);

    b->low = b->numbers > 0 ? fmin(b->low, h->low) : h->low;
    b->high = b->numbers > 0 ? fmax(b->high, h->high) : h->high;
    b->numbers += h->numbers;
    b->last = at;
    exact_add(&m->sum, h->sum);
    exact_add(&m->sum, h->rest);
    out->low = out->numbers > 0 ? fmin(out->low, h->low) : h->low;
    out->high = out->numbers > 0 ? fmax(out->high, h->high) : h->high;
    out->numbers += h->numbers;
    if (m->any)
        take_distance(m, at - m->before, 1);
    m->before = at;
    m->any = true;
}

static void add_hour(struct line_maker *m, int64_t at, const struct summary *h)
{
    add(m, at, h);
    take_distance(m, SUMMARY_MS / h->numbers, h->numbers - 1);
}

static void end_hour(struct line_maker *m)
{
    if (m->hour.numbers > 0)
        add_hour(m, m->hour_at, &m->hour);
    m->hour = (struct summary){ 0 };
}

static void into_hour(struct line_maker *m, int64_t at, double v)
{
    int64_t hour = slice_start(at, SUMMARY_MS);
    struct summary *h = &m->hour;

    if (hour != m->hour_at)
        end_hour(m);
    m->hour_at = hour;
    struct exact_sum sum = { h->sum, h->rest };
    exact_add(&sum, v);
    h->sum = sum.sum;
    h->rest = sum.rest;
    h->low = h->numbers > 0 ? fmin(h->low, v) : v;
    h->high = h->numbers > 0 ? fmax(h->high, v) : v;
    h->numbers++;
}

void line_last(struct line_maker *m, int64_t at, double v, struct str text)
{
    text = str_cap(text, sizeof m->text);
    memcpy(m->text, text.p, text.n);
    m->out->last_text = (struct str){ m->text, text.n };
    m->out->last = v;
    m->out->last_at = at;
    m->last_known = true;
}

void line_number(struct line_maker *m, int64_t at, double v, struct str text)
{
    const struct summary one = { .numbers = 1, .sum = v, .low = v, .high = v };

    if (m->s->by_hours)
        into_hour(m, at, v);
    else
        add(m, at, &one);
    line_last(m, at, v, text);
}

void line_hour(struct line_maker *m, int64_t at, const struct summary *h)
{
    if (h->numbers == 0)
        return;
    end_hour(m);
    add_hour(m, at, h);
    m->out->last_at = at;
    m->last_known = false;
}

/* Gaps. */

enum { BEFORE = -1, AFTER = 1 };
#define UNKNOWN INT64_MAX

static const struct bucket *next_filled(const struct line_maker *m,
                                        const struct bucket *b, int way)
{
    const struct bucket *list = m->out->bucket;

    for (b += way; b >= list && b < list + m->s->n; b += way)
        if (b->numbers > 0)
            return b;
    return NULL;
}

/* The least that it can be: of an hour it is not known when in it. */
static int64_t silence(const struct line_maker *m, const struct bucket *a,
                       const struct bucket *b)
{
    return b->first - a->last - (m->s->by_hours ? SUMMARY_MS : 0);
}

static int64_t usual_here(const struct line_maker *m, const struct bucket *b,
                          int way)
{
    const struct bucket *other;
    int64_t span = b->last - b->first;

    if (m->s->by_hours && b->numbers > 1)
        return (span + SUMMARY_MS) / b->numbers;
    if (span > 0)
        return span / (b->numbers - 1);
    other = next_filled(m, b, way);
    if (!other)
        return UNKNOWN;
    return way == BEFORE ? silence(m, other, b) : silence(m, b, other);
}

static bool is_joined(const struct line_maker *m, const struct bucket *a,
                      const struct bucket *b)
{
    int64_t usual = m->out->usual_ms;

    if (b == a + 1)
        return true;
    int64_t before = usual_here(m, a, BEFORE), after = usual_here(m, b, AFTER);
    int64_t here = before < after ? before : after;
    if (here == UNKNOWN)
        return usual == 0 || silence(m, a, b) / SERIES_SILENCE <= usual;
    if (here > usual)
        usual = here;
    return silence(m, a, b) <= usual * SERIES_SILENCE;
}

static void join(struct line_maker *m)
{
    struct bucket *list = m->out->bucket, *last = NULL;

    for (int i = 0; i < m->s->n; i++) {
        if (list[i].numbers == 0)
            continue;
        list[i].joined = last && is_joined(m, last, &list[i]);
        last = &list[i];
    }
}

void line_end(struct line_maker *m, int64_t usual_least)
{
    end_hour(m);
    close_bucket(m);
    m->out->usual_ms = median_distance(m);
    if (m->out->usual_ms < usual_least)
        m->out->usual_ms = usual_least;
    join(m);
}
