#include "web/series_writer.h"

#include <math.h>

#include "base/colour.h"
#include "base/decimal.h"
#include "base/zone.h"
#include "web/value_text.h"

enum {
    OFFSETS_MOST = 512,
    OFFSET_LOOKS = 4096,  /* moments at which the clocks are looked at */
    MEAN_STEPS = 1000,    /* steps of a mean between lowest and highest */
    DECIMALS_MOST = 12
};

#define DAY_MS INT64_C(86400000)
#define CONTRAST 3.0      /* of a line and what is behind it */
#define LARGE 1e15        /* beyond it, decimals make no sense */

/* Numbers. */

struct scale {
    const struct field *field;
    struct str unit;
    bool converted; /* shown in another unit than it is stored in */
    int decimals;   /* that a pixel can show */
};

static struct scale scale_of(const struct field *f,
                             const struct series_line *l)
{
    struct scale s = { .field = f };
    double low = value_shown(f, l->numbers ? l->low : 0, &s.unit);
    double high = value_shown(f, l->numbers ? l->high : 0, &s.unit);
    double step = (high - low) / MEAN_STEPS;

    s.converted = !str_eq(s.unit, f->unit);
    if (step > 0 && isfinite(step))
        s.decimals = (int)fmin(fmax(ceil(-log10(step)), 0), DECIMALS_MOST);
    else
        s.decimals = DECIMALS_MOST;
    return s;
}

static struct str without_zeros(struct str s)
{
    if (str_find(s, '.') == s.n || str_find(s, 'e') < s.n)
        return s;
    while (s.p[s.n - 1] == '0')
        s.n--;
    if (s.p[s.n - 1] == '.')
        s.n--;
    return s;
}

/* A single number is written as it is; what was reckoned, to what can be
 * seen. */
static void put_number(struct series_writer *w, const struct scale *s, double v,
                       bool reckoned)
{
    char room[DECIMAL_ROOM];
    struct str unit;

    v = value_shown(s->field, v, &unit);
    if (!isfinite(v)) {
        json_null(w->json, NULL);
        return;
    }
    struct str text = (reckoned || s->converted) && fabs(v) < LARGE
                          ? decimal_round(v, s->decimals, room)
                          : decimal_shortest(v, room);
    text = without_zeros(text);
    json_raw(w->json, NULL, str_is(text, "-0") ? STR("0") : text);
}

/* Rows: buckets that have a number of any field. */

static bool any_number(const struct series *s, int i)
{
    for (int l = 0; l < s->n_lines; l++)
        if (s->line[l].bucket[i].numbers > 0)
            return true;
    return false;
}

/* In the middle of the numbers: where there is one, at its time. */
static int64_t time_of(const struct series *s, int i)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    int64_t least = s->start + i * s->length, most = least + s->length - 1;

    for (int l = 0; l < s->n_lines; l++) {
        const struct bucket *b = &s->line[l].bucket[i];

        if (b->numbers > 0 && b->first < first)
            first = b->first;
        if (b->numbers > 0 && b->last > last)
            last = b->last;
    }
    int64_t at = first + (last - first) / 2
                 + (s->by_hours ? SUMMARY_MS / 2 : 0);
    return at < least ? least : at > most ? most : at;
}

/* The first as it is, each other as what it is later than the one before. */
static void put_times(struct series_writer *w)
{
    const struct series *s = w->series;
    int64_t before = 0;

    w->row = arena_get(w->arena, ((size_t)s->n + 1) * sizeof *w->row);
    json_open(w->json, "times", '[');
    for (int i = 0; i < s->n; i++) {
        w->row[i] = -1;
        if (!any_number(s, i))
            continue;
        int64_t at = time_of(s, i);
        w->row[i] = w->n_rows++;
        json_int(w->json, NULL, at - before);
        before = at;
    }
    json_close(w->json, ']');
}

enum part { LOW, MEAN, HIGH };

static void put_part(struct series_writer *w, const struct series_line *l,
                     const struct scale *s, const char *name, enum part part)
{
    json_open(w->json, name, '[');
    for (int i = 0; i < w->series->n; i++) {
        const struct bucket *b = &l->bucket[i];

        if (w->row[i] < 0)
            continue;
        if (b->numbers == 0)
            json_null(w->json, NULL);
        else
            put_number(w, s, part == LOW    ? b->low
                             : part == HIGH ? b->high
                                            : b->mean,
                       part == MEAN && b->low < b->high);
    }
    json_close(w->json, ']');
}

/* Rows before which the line is interrupted. */
static void put_breaks(struct series_writer *w, const struct series_line *l)
{
    bool any = false;

    json_open(w->json, "breaks", '[');
    for (int i = 0; i < w->series->n; i++) {
        const struct bucket *b = &l->bucket[i];

        if (b->numbers > 0 && any && !b->joined)
            json_int(w->json, NULL, w->row[i]);
        any = any || b->numbers > 0;
    }
    json_close(w->json, ']');
}

static bool has_band(const struct series_writer *w, const struct series_line *l)
{
    for (int i = 0; i < w->series->n; i++)
        if (l->bucket[i].numbers > 0 && l->bucket[i].low < l->bucket[i].high)
            return true;
    return false;
}

/* As it stands out from a light card and from a dark one; null: whichever. */
static void put_colour(struct series_writer *w, const struct field *f)
{
    static const struct colour paper[] = { { 0xff, 0xff, 0xff },
                                           { 0x1a, 0x22, 0x20 } };
    struct colour own;
    char room[COLOUR_ROOM];

    if (!colour_parse(f->colour, &own)) {
        json_null(w->json, "colour");
        return;
    }
    json_open(w->json, "colour", '[');
    for (int i = 0; i < 2; i++)
        json_text(w->json, NULL,
                  str_of(colour_text(colour_seen(own, paper[i], CONTRAST),
                                     room)));
    json_close(w->json, ']');
}

static void put_line(struct series_writer *w, const struct field *f,
                     const struct series_line *l)
{
    struct scale s = scale_of(f, l);

    json_open(w->json, NULL, '{');
    json_int(w->json, "field", f->number);
    json_text(w->json, "label", f->label);
    json_text(w->json, "unit", s.unit.p ? s.unit : STR(""));
    put_colour(w, f);
    json_int(w->json, "readings", l->numbers);
    put_part(w, l, &s, "mean", MEAN);
    if (has_band(w, l)) {
        put_part(w, l, &s, "low", LOW);
        put_part(w, l, &s, "high", HIGH);
    }
    put_breaks(w, l);
    json_close(w->json, '}');
}

void series_write_lines(struct series_writer *w)
{
    put_times(w);
    json_open(w->json, "fields", '[');
    for (int i = 0; i < w->n_fields; i++) {
        static const struct series_line none;

        put_line(w, w->field[i],
                 i < w->series->n_lines ? &w->series->line[i] : &none);
    }
    json_close(w->json, ']');
}

/* Clocks. */

static void put_offset(struct series_writer *w, int64_t at, int seconds)
{
    json_open(w->json, NULL, '[');
    json_int(w->json, NULL, at);
    json_int(w->json, NULL, seconds);
    json_close(w->json, ']');
}

/* The first second after "from" that has not its offset; "until" has not. */
static int64_t change_between(const struct zone *z, int64_t from,
                              int64_t until)
{
    int offset = zone_offset(z, from);

    while (until - from > 1) {
        int64_t middle = from + (until - from) / 2;

        if (zone_offset(z, middle) == offset)
            from = middle;
        else
            until = middle;
    }
    return until;
}

/* Clocks that change twice within a week are not thought of. */
void series_write_offsets(struct series_writer *w)
{
    const struct zone *z = w->zone;
    int64_t span = w->series->until - w->series->from;
    int64_t at = w->series->from - span, until = w->series->until + span;
    int64_t step = (until - at) / OFFSET_LOOKS;
    int n = 1;

    if (step < 7 * DAY_MS)
        step = 7 * DAY_MS;
    json_open(w->json, "offsets", '[');
    put_offset(w, at, zone_offset(z, at));
    while (at < until && n < OFFSETS_MOST) {
        int64_t next = at + step < until ? at + step : until;

        if (zone_offset(z, next) != zone_offset(z, at)) {
            next = change_between(z, at, next);
            put_offset(w, next, zone_offset(z, next));
            n++;
        }
        at = next;
    }
    json_close(w->json, ']');
}
