#include "core/round.h"

#include "core/reader.h"
#include "run/loop.h"

static enum result write_all(struct round *r, struct db *db, struct arena *a,
                             const struct channel *ch)
{
    struct reading reading;
    struct readings *it =
        readings_open_entries(db, ch->id, r->first, r->newest);

    while (readings_next(it, &reading) && r->n < FEED_MOST) {
        struct span *s = &r->span[r->n++];

        s->entry = reading.entry;
        s->start = r->text.n;
        r->write(&r->text, a, ch, &reading);
        s->end = r->text.n;
    }
    return readings_end(it);
}

/* The newest of them, as many as may be told. */
static void keep_newest(struct round *r)
{
    size_t bytes = 0;
    int skip = r->n;

    while (skip > 0) {
        const struct span *s = &r->span[skip - 1];

        bytes += s->end - s->start;
        if (bytes > FEED_BYTES)
            break;
        skip--;
    }
    for (int i = skip; i < r->n; i++) {
        const struct span *s = &r->span[i];

        r->piece[i - skip] = (struct piece){
            s->entry, { r->text.p + s->start, s->end - s->start }
        };
    }
    r->first = skip < r->n ? r->span[skip].entry : r->newest + 1;
    r->n -= skip;
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
    keep_newest(r);
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
