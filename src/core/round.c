#include "core/round.h"

#include <string.h>

#include "core/reader.h"
#include "run/loop.h"

/* Lets go of the oldest, until the rest may be told. */
static void keep_newest(struct round *r)
{
    size_t end = r->text.n, start = end;
    int skip = r->n;

    while (skip > 0 && end - r->span[skip - 1].start <= FEED_BYTES)
        start = r->span[--skip].start;
    if (skip == 0)
        return;
    r->n -= skip;
    for (int i = 0; i < r->n; i++) {
        const struct span *s = &r->span[i + skip];

        r->span[i] = (struct span){ s->entry, s->start - start };
    }
    r->text.n = end - start;
    memmove(r->text.p, r->text.p + start, r->text.n);
}

/* However large they are, there are never many more bytes than may be told. */
static enum result write_all(struct round *r, struct db *db, struct arena *a,
                             const struct channel *ch)
{
    struct reading reading;
    struct readings *it =
        readings_open_entries(db, ch->id, r->first, r->newest);

    while (readings_next(it, &reading) && r->n < FEED_MOST) {
        r->span[r->n++] = (struct span){ reading.entry, r->text.n };
        r->write(&r->text, a, ch, &reading);
        if (r->text.n > 2 * FEED_BYTES)
            keep_newest(r);
    }
    keep_newest(r);
    return readings_end(it);
}

static void cut(struct round *r)
{
    for (int i = 0; i < r->n; i++) {
        size_t start = r->span[i].start;
        size_t end = i + 1 < r->n ? r->span[i + 1].start : r->text.n;

        r->piece[i] = (struct piece){ r->span[i].entry,
                                      { r->text.p + start, end - start } };
    }
    r->first = r->n > 0 ? r->span[0].entry : r->newest + 1;
}

static enum result look(struct round *r, struct db *db, struct arena *a)
{
    struct channel ch;
    enum result rc = channel_get(db, a, r->channel, &ch);

    if (rc != OK)
        return rc;
    r->newest = ch.last_entry;
    r->updated_at = ch.updated_at;
    r->is_public = ch.is_public;
    r->first = r->after + 1;
    if (r->first <= r->newest - FEED_MOST)
        r->first = r->newest - FEED_MOST + 1;
    if (r->first <= r->newest)
        rc = write_all(r, db, a, &ch);
    cut(r);
    return rc;
}

static void report(const struct errand *done)
{
    loop_post(done->loop, done->fn, done->arg);
}

void round_run(void *own, void *round)
{
    struct round *r = round;
    struct arena *a = arena_new();
    struct db *db;

    r->rc = reader_begin(own, &db);
    if (r->rc == OK)
        r->rc = reader_end(own, look(r, db, a));
    arena_free(a);
    report(&r->done);
}

void glance_run(void *own, void *glance)
{
    struct glance *g = glance;
    struct db *db;

    g->rc = reader_begin(own, &db);
    if (g->rc == OK) {
        enum result rc = OK;

        for (int i = 0; i < g->n && rc == OK; i++)
            rc = channel_newest(db, g->channel[i], &g->newest[i]);
        g->rc = reader_end(own, rc);
    }
    report(&g->done);
}
