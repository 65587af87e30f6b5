#include "core/slice.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/exact_sum.h"
#include "base/mem.h"
#include "store/reading.h"

struct field_sum {
    struct exact_sum sum;
    int64_t numbers;
    bool comma;
    double *all; /* for a median */
    size_t n_all, room;
    char first[VALUE_MAX];
    size_t n_first;
    bool has_first;
};

struct slicer {
    enum slice_kind kind;
    int64_t length, first_at;
    int n_fields, decimals;
    void (*row)(void *arg, const struct slice_row *r);
    void *arg;

    bool open;
    int64_t at; /* of the open slice */
    int64_t entries;
    size_t n_median;
    struct field_sum field[SLICE_FIELDS];
};

int64_t slice_start(int64_t at, int64_t length_ms)
{
    int64_t rest = at % length_ms;

    return at - (rest < 0 ? rest + length_ms : rest);
}

struct slicer *slicer_new(enum slice_kind kind, int64_t length_ms,
                          int n_fields, int decimals, int64_t first_at,
                          void (*row)(void *arg, const struct slice_row *r),
                          void *arg)
{
    struct slicer *s = NEW(struct slicer);

    assert(n_fields >= 0 && n_fields <= SLICE_FIELDS && length_ms > 0);
    *s = (struct slicer){
        .kind = kind,
        .length = length_ms,
        .n_fields = n_fields,
        .decimals = decimals,
        .first_at = slice_start(first_at, length_ms),
        .row = row,
        .arg = arg,
    };
    return s;
}

void slicer_free(struct slicer *s)
{
    for (int i = 0; i < s->n_fields; i++)
        free(s->field[i].all);
    free(s);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(struct field_sum *f)
{
    size_t half = f->n_all / 2;

    qsort(f->all, f->n_all, sizeof *f->all, by_size);
    if (f->n_all % 2)
        return f->all[half];
    return f->all[half - 1] / 2 + f->all[half] / 2;
}

static struct str number_text(const struct slicer *s, struct field_sum *f,
                              char room[static DECIMAL_ROOM])
{
    double v = f->sum.sum + f->sum.rest;

    if (s->kind == SLICE_AVERAGE)
        v /= (double)s->entries;
    else if (s->kind == SLICE_MEDIAN)
        v = median(f);
    if (!isfinite(v))
        return NO_STR; /* more than a double can hold */
    struct str text = s->decimals < 0 ? decimal_shortest(v, room)
                                      : decimal_round(v, s->decimals, room);
    char *point = f->comma ? strchr(room, '.') : NULL;
    if (point)
        *point = ',';
    return text;
}

static void write_row(struct slicer *s)
{
    struct slice_row r = { .at = s->at };
    char room[SLICE_FIELDS][DECIMAL_ROOM];

    for (int i = 0; i < s->n_fields; i++) {
        struct field_sum *f = &s->field[i];

        if (s->kind == SLICE_FIRST && f->has_first)
            r.text[i] = (struct str){ f->first, f->n_first };
        else if (s->kind != SLICE_FIRST && f->numbers > 0)
            r.text[i] = number_text(s, f, room[i]);
    }
    s->row(s->arg, &r);
}

static void reset(struct slicer *s, int64_t at)
{
    s->open = true;
    s->at = at;
    s->entries = 0;
    s->n_median = 0;
    for (int i = 0; i < s->n_fields; i++) {
        struct field_sum *f = &s->field[i];

        f->sum = (struct exact_sum){ 0, 0 };
        f->numbers = 0;
        f->comma = false;
        f->n_all = 0;
        f->has_first = false;
    }
}

/* Makes the slice of this moment the open one; false when it is left out. */
static bool turn_to(struct slicer *s, int64_t at)
{
    int64_t start = slice_start(at, s->length);

    if (start < s->first_at)
        return false;
    if (!s->open) {
        reset(s, start);
        return true;
    }
    assert(start >= s->at);
    while (s->at < start) {
        write_row(s);
        reset(s, s->at + s->length);
    }
    return true;
}

void slicer_end(struct slicer *s)
{
    if (s->open)
        write_row(s);
    s->open = false;
}

static enum result keep_for_median(struct slicer *s, struct field_sum *f,
                                   double v)
{
    if (++s->n_median > SLICE_MEDIAN_MAX)
        return ERR_TOO_BIG;
    if (f->n_all == f->room) {
        f->room = f->room ? f->room * 2 : 64;
        f->all = mem_grow(f->all, f->room * sizeof *f->all);
    }
    f->all[f->n_all++] = v;
    return OK;
}

static enum result add_value(struct slicer *s, struct field_sum *f,
                             struct str text)
{
    double v;

    if (s->kind == SLICE_FIRST) {
        if (s->entries > 0 || !text.p)
            return OK;
        f->n_first = text.n < VALUE_MAX ? text.n : VALUE_MAX;
        memcpy(f->first, text.p, f->n_first);
        f->has_first = true;
        return OK;
    }
    if (!text.p || !decimal_parse(text, &v, &f->comma))
        return OK;
    f->numbers++;
    if (s->kind == SLICE_MEDIAN)
        return keep_for_median(s, f, v);
    exact_add(&f->sum, v);
    return OK;
}

enum result slicer_add(struct slicer *s, int64_t at, const struct str *values)
{
    enum result rc = OK;

    if (!turn_to(s, at))
        return OK;
    for (int i = 0; i < s->n_fields && rc == OK; i++)
        rc = add_value(s, &s->field[i], values[i]);
    s->entries++;
    return rc;
}

void slicer_add_hour(struct slicer *s, int64_t at, int64_t entries,
                     const struct summary *const *sums)
{
    assert(s->kind == SLICE_SUM || s->kind == SLICE_AVERAGE);
    if (!turn_to(s, at))
        return;
    for (int i = 0; i < s->n_fields; i++) {
        struct field_sum *f = &s->field[i];

        if (sums[i]->numbers == 0)
            continue;
        exact_add(&f->sum, sums[i]->sum);
        exact_add(&f->sum, sums[i]->rest);
        f->numbers += sums[i]->numbers;
        f->comma = f->comma || sums[i]->comma;
    }
    s->entries += entries;
}
