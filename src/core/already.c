#include "core/already.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SECOND = 1000, NOBODY = -1 };

/* The list's readings by the hash of what makes them the same. */
struct table {
    const struct reading *list;
    int64_t *head, *next; /* of chains through the list; NOBODY ends one */
    size_t n_heads;       /* a power of two */
};

static int64_t second_of(int64_t at)
{
    return at / SECOND - (at % SECOND < 0);
}

static uint64_t mix(uint64_t h, struct str s)
{
    h = (h ^ s.n) * UINT64_C(1099511628211);
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
    return h;
}

static size_t place(const struct table *t, const struct reading *r)
{
    uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)second_of(r->at);

    for (int i = 0; i < r->n_values; i++)
        h = mix(h ^ (uint64_t)r->values[i].field, r->values[i].text);
    h = mix(h, r->status);
    return (size_t)(h ^ h >> 32) & (t->n_heads - 1);
}

static void table_fill(struct table *t, size_t n)
{
    t->n_heads = 64;
    while (t->n_heads < n)
        t->n_heads *= 2;
    t->head = mem_new(t->n_heads * sizeof *t->head);
    t->next = mem_new((n + 1) * sizeof *t->next);
    for (size_t i = 0; i < t->n_heads; i++)
        t->head[i] = NOBODY;
    for (size_t i = 0; i < n; i++) {
        int64_t *head = &t->head[place(t, &t->list[i])];

        t->next[i] = *head;
        *head = (int64_t)i;
    }
}

static bool same_values(const struct reading *a, const struct reading *b)
{
    if (a->n_values != b->n_values)
        return false;
    for (int i = 0; i < a->n_values; i++)
        if (a->values[i].field != b->values[i].field
            || !str_eq(a->values[i].text, b->values[i].text))
            return false;
    return true;
}

static bool same(const struct reading *new, const struct reading *old)
{
    if (new->at != old->at
        && (new->at % SECOND != 0
            || second_of(new->at) != second_of(old->at)))
        return false;
    return same_values(new, old) && str_eq(new->status, old->status)
           && str_eq(new->latitude, old->latitude)
           && str_eq(new->longitude, old->longitude)
           && str_eq(new->elevation, old->elevation)
           && (!new->device.p || str_eq_case(new->device, old->device));
}

static void mark(const struct table *t, const struct reading *old, bool *known)
{
    for (int64_t i = t->head[place(t, old)]; i != NOBODY; i = t->next[i])
        if (same(&t->list[i], old))
            known[i] = true;
}

static struct reading_query span(struct channel_id channel,
                                 const struct reading *list, size_t n)
{
    struct reading_query q = READINGS_OF(channel);

    q.from = q.until = list[0].at;
    for (size_t i = 1; i < n; i++) {
        q.from = list[i].at < q.from ? list[i].at : q.from;
        q.until = list[i].at > q.until ? list[i].at : q.until;
    }
    q.until += SECOND - 1;
    return q;
}

enum result already_stored(struct db *db, struct channel_id channel,
                           int64_t last_entry, const struct reading *list,
                           size_t n, bool *known)
{
    memset(known, 0, n * sizeof *known);
    if (last_entry == 0 || n == 0)
        return OK;
    struct table t = { .list = list };
    struct reading_query q = span(channel, list, n);
    struct reading old;

    table_fill(&t, n);
    struct readings *it = readings_open(db, &q);
    while (readings_next(it, &old))
        if (old.entry <= last_entry) /* asked for, it would cost the order */
            mark(&t, &old, known);
    enum result rc = readings_end(it);
    free(t.head);
    free(t.next);
    return rc;
}
