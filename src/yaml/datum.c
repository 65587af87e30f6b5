#include "yaml/datum.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "yaml/number.h"

const char *datum_words(const struct datum *d)
{
    static const char *const words[] = {
        [DATUM_NONE] = "empty", [DATUM_BOOL] = "true or false",
        [DATUM_INT] = "a whole number", [DATUM_FLOAT] = "a number",
        [DATUM_TEXT] = "text", [DATUM_BYTES] = "bytes",
        [DATUM_WHEN] = "a date", [DATUM_LIST] = "a list",
        [DATUM_TUPLE] = "a pair", [DATUM_MAP] = "a map",
        [DATUM_SET] = "a set"
    };

    return words[d->kind];
}

struct datum *datum_get(const struct datum *map, const char *key)
{
    assert(map->kind == DATUM_MAP);
    for (size_t i = 0; i < map->n_items; i += 2)
        if (map->item[i]->kind == DATUM_TEXT
            && str_is(map->item[i]->text, key))
            return map->item[i + 1];
    return NULL;
}

bool datum_is_key(const struct datum *d)
{
    return d->kind < DATUM_LIST;
}

/* A key in a form in which equal ones are the same bytes. */
struct rank {
    int kind;
    struct str text;
    size_t at; /* its place in the list */
};

static struct str bytes_of(struct arena *a, const void *p, size_t n)
{
    return arena_copy(a, (struct str){ p, n });
}

/* Numbers of any kind are equal when they are as numbers. */
static void rank_number(struct arena *a, const struct datum *d,
                        struct rank *out)
{
    out->kind = DATUM_INT;
    if (d->kind == DATUM_BOOL) {
        out->text = d->yes ? STR("1") : STR("0");
    } else if (d->kind == DATUM_INT) {
        out->text = d->text;
    } else if (trunc(d->real) != d->real
               || !number_whole(a, d->real, &out->text)) {
        out->kind = DATUM_FLOAT;
        out->text = bytes_of(a, &d->real, sizeof d->real);
    }
}

static void rank_when(struct arena *a, const struct when *w,
                      struct rank *out)
{
    int64_t instant = when_instant(w);

    out->kind = 100 + w->has_time + w->has_zone;
    out->text = bytes_of(a, &instant, sizeof instant);
}

static struct rank rank_of(struct arena *a, const struct datum *d, size_t at)
{
    struct rank rank = { .kind = (int)d->kind, .text = d->text, .at = at };

    if (d->kind == DATUM_BOOL || d->kind == DATUM_INT
        || d->kind == DATUM_FLOAT)
        rank_number(a, d, &rank);
    else if (d->kind == DATUM_WHEN)
        rank_when(a, &d->when, &rank);
    return rank;
}

static int compare(const struct rank *a, const struct rank *b)
{
    int order = a->kind - b->kind;

    if (order == 0 && a->text.n != b->text.n)
        order = a->text.n < b->text.n ? -1 : 1;
    if (order == 0 && a->text.n > 0)
        order = memcmp(a->text.p, b->text.p, a->text.n);
    return order;
}

static int by_rank(const void *x, const void *y)
{
    const struct rank *a = x, *b = y;
    int order = compare(a, b);

    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* Sorted, equal keys stand side by side: quick, whatever the keys are. */
size_t datum_unique(struct arena *a, struct datum **item, size_t n,
                    size_t step)
{
    size_t keys = n / step, to = 0, first = 0;
    struct rank *rank = arena_get(a, keys * sizeof *rank);

    for (size_t i = 0; i < keys; i++)
        rank[i] = rank_of(a, item[i * step], i * step);
    qsort(rank, keys, sizeof *rank, by_rank);
    for (size_t i = 1; i < keys; i++) {
        if (compare(&rank[first], &rank[i]) != 0) {
            first = i;
            continue;
        }
        if (step == 2)
            item[rank[first].at + 1] = item[rank[i].at + 1];
        item[rank[i].at] = NULL;
    }
    for (size_t i = 0; i < n; i += step) {
        if (!item[i])
            continue;
        for (size_t k = 0; k < step; k++)
            item[to + k] = item[i + k];
        to += step;
    }
    return to;
}
