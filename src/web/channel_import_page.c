/* channel_import_page.c -- a CSV from a person's own disk, read as the command
 * line reads it.
 *
 *     worker: a chunk, and what of it is new -> ingest -> loop -> worker ...
 *
 * A chunk is a large batch, so what devices send meanwhile goes first, and no
 * worker is kept waiting for the disk. */
#include "base/zone.h"
#include "core/csv_file.h"
#include "core/import.h"
#include "core/imports.h"
#include "core/ingest.h"
#include "store/channel.h"
#include "web/channel_form.h"
#include "web/channel_nav.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

struct upload {
    struct batch batch; /* first */
    struct call *c;
    struct import_place place;
    struct csv_file *file;
    struct import import;
    size_t n;           /* readings of the chunk under way */
    enum result rc;     /* what became of it */
};

static struct str number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static enum result show(struct call *c, struct values *v, const char *why)
{
    struct str zone = params_form(&c->params, "zone");

    values_text(v, "flash", str_of(why));
    values_text(v, "import_zone", zone.n ? zone : c->channel->zone);
    values_text(v, "limit",
                number(c->arena,
                       (int64_t)(c->app->settings->body_limit >> 20)));
    channel_form_put_zones(v);
    channel_nav_put(c, v, c->channel, "import", "Import");
    return page_show(c, "channel_import", v);
}

static void put_counts(struct call *c, struct values *v, int64_t stored,
                       int64_t known)
{
    values_flag(v, "done", true);
    values_text(v, "stored",
                wording_many(c->arena, stored, "reading was",
                             "readings were"));
    values_flag(v, "any_known", known > 0);
    values_text(v, "known",
                wording_many(c->arena, known, "was", "were"));
}

enum result channel_import_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    int64_t stored, known;

    if (str_int(params_get(&c->params, "stored"), &stored)
        && str_int(params_get(&c->params, "known"), &known))
        put_counts(c, v, stored, known);
    return show(c, v, NULL);
}

static void put_reasons(struct upload *u, struct values *v)
{
    struct arena *a = u->c->arena;

    for (int i = 0; i < u->import.n_reasons; i++) {
        const struct import_reason *r = &u->import.reasons[i];
        struct values *row = values_row(v, "reasons");

        values_text(row, "many", wording_many(a, r->n, "line", "lines"));
        values_text(row, "line", number(a, csv_file_line(u->file, r->first)));
        values_text(row, "why", str_of(r->why));
    }
}

static const char *stopped(enum result rc)
{
    if (rc == OK)
        return NULL;
    if (rc == ERR_MISSING)
        return "It stopped: the channel is gone.";
    return "It stopped, because the server could not store more just now. "
           "Import the same file again: it goes on from there.";
}

/* Tells how it went; the file is closed, and the channel free for another. */
static enum result finish(struct upload *u, enum result rc)
{
    struct call *c = u->c;
    struct import *im = &u->import;
    struct values *v = values_new(c->arena);

    put_counts(c, v, im->stored, im->known);
    put_reasons(u, v);
    csv_file_close(u->file);
    imports_end(c->app->imports, &u->place);
    if (rc == OK && im->refused == 0)
        return channel_redirect(
            c, im->channel,
            arena_printf(c->arena, "/import?stored=%lld&known=%lld",
                         (long long)im->stored, (long long)im->known).p);
    return show(c, v, stopped(rc));
}

static enum result next_chunk(struct call *c);

static void chunk_stored(struct batch *b, enum result rc)
{
    struct upload *u = (struct upload *)b;
    struct call *c = u->c;

    if (rc == OK)
        import_count(&u->import, u->n, b->n);
    u->rc = rc == OK && c->app->stopping ? ERR_BUSY : rc;
    if (call_in_worker(c, next_chunk) != LATER)
        call_answer(c, finish(u, ERR_BUSY));
}

/* The next readings that are new; *kept is 0 behind the last. */
static enum result read_new(struct upload *u, struct db *db, size_t *kept)
{
    struct csv_chunk chunk;
    enum result rc = OK;

    *kept = 0;
    while (rc == OK && *kept == 0 && csv_file_next(u->file, &chunk, &rc)) {
        for (size_t i = 0; i < chunk.n_refused; i++)
            import_refuse(&u->import, chunk.refused[i].why,
                          chunk.refused[i].at);
        rc = import_keep_new(&u->import, db, chunk.list, chunk.n, kept);
        if (rc == OK && *kept == 0)
            import_count(&u->import, chunk.n, 0);
        u->batch.list = chunk.list;
        u->n = chunk.n;
    }
    return rc;
}

static enum result next_chunk(struct call *c)
{
    struct upload *u = c->state;
    enum result rc = u->rc;
    size_t kept = 0;

    if (rc == OK)
        rc = read_new(u, c->db, &kept);
    if (rc != OK || kept == 0)
        return finish(u, rc);
    u->batch.n = kept;
    rc = ingest_submit(c->app->ingest, &u->batch);
    return rc == OK ? LATER : finish(u, rc);
}

static const char *open_file(struct call *c, struct upload *u)
{
    struct str text = params_form(&c->params, "file");
    struct str name = params_form(&c->params, "zone");
    const struct zone *zone = zone_named(name.n ? name : c->channel->zone);

    if (!zone)
        return "There is no such time zone.";
    if (text.n == 0)
        return "Choose a file that has something in it.";
    if (str_starts(text, STR("SQLite format 3")))
        return "This is an SQLite file. \u201calmanac import\u201d takes it, "
               "on the machine that runs this server.";
    switch (csv_file_open_text(text, zone, IMPORT_BATCH, &u->file)) {
    case OK:
        return NULL;
    case ERR_MISSING:
        return "There is no line in this file.";
    case ERR_INVALID:
        return "This file names a column twice.";
    case ERR_TOO_BIG:
        return "This file has more columns than a channel has fields.";
    default:
        return "This file is no CSV.";
    }
}

/* As the channel is now that nobody else imports into it. */
static enum result start(struct call *c, struct upload *u)
{
    enum result rc = call_look_again(c);

    if (rc == OK)
        rc = channel_get(c->db, c->arena, c->channel->id, c->channel);
    if (rc == OK)
        import_start(&u->import, c->channel);
    return rc;
}

static const char *begin(struct call *c, struct upload *u)
{
    const char *why = open_file(c, u);

    if (why)
        return why;
    u->place.channel = c->channel->id;
    enum result rc = imports_begin(c->app->imports, &u->place);
    if (rc == OK)
        return NULL;
    csv_file_close(u->file);
    return rc == ERR_CONFLICT
               ? "Another import into this channel is under way. Wait until "
                 "it is done."
               : "There are other imports under way. Try again shortly.";
}

enum result channel_import_post(struct call *c)
{
    struct upload *u = ARENA_NEW(c->arena, struct upload);
    const char *why = begin(c, u);

    if (why)
        return show(c, values_new(c->arena), why);
    u->c = c;
    u->batch.channel = c->channel->id;
    u->batch.done = chunk_stored;
    c->state = u;
    u->rc = start(c, u);
    return next_chunk(c);
}
