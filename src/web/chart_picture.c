#include "web/chart_picture.h"

#include <sodium.h>

#include "http/message.h"
#include "web/chart_view.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/spool.h"

enum { TAG_BYTES = crypto_generichash_BYTES_MIN };

/* As a document of its own it may do nothing but carry its style. */
static void picture_headers(struct call *c)
{
    response_header(c->res, "Content-Type", STR("image/svg+xml"));
    response_header(c->res, "Content-Security-Policy",
                    STR("default-src 'none'; style-src 'unsafe-inline'"));
    response_header(c->res, "X-Content-Type-Options", STR("nosniff"));
}

void chart_refused(struct call *c, enum result rc, const char *sentence)
{
    struct chart_look look;

    if (rc == ERR_STRANGER || rc == ERR_DENIED)
        sentence = "This channel is private. The address of its pictures "
                   "needs a read key: api_key=...";
    chart_look_read(c, &look);
    c->res->body.n = 0;
    chart_draw_words(&c->res->body, &look, str_of(sentence));
    picture_headers(c);
    page_keep_private(c);
}

/* The same picture, the same tag; 304 when the browser has it. */
static bool known_already(struct call *c)
{
    const struct buf *body = &c->res->body;
    struct str sent = request_header(c->req, "If-None-Match");
    unsigned char hash[TAG_BYTES];
    char hex[TAG_BYTES * 2 + 1];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)body->p,
                       body->n, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    struct str tag = arena_printf(c->arena, "\"%s\"", hex);
    response_header(c->res, "ETag", tag);
    return sent.p && memmem(sent.p, sent.n, tag.p, tag.n);
}

static const struct field *field_of(const struct call *c, int number)
{
    const struct channel *ch = c->channel;

    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].number == number)
            return &ch->fields[i];
    return NULL;
}

/* One without a label is called by its number. */
static struct field with_label(struct call *c, const struct field *f)
{
    struct field out = *f;

    if (out.label.n == 0)
        out.label = arena_printf(c->arena, "Field %d", f->number);
    return out;
}

static enum result draw(struct call *c, const struct field *f,
                        const struct chart_view *v, const struct series *s)
{
    bool some = s->n > 0 && s->line[0].numbers > 0;
    struct chart chart = {
        .look = &v->look,
        .field = f,
        .series = s,
        .line = some ? &s->line[0] : NULL,
    };

    chart.words = chart_words(c, &v->look, f, v->range, s, chart.line);
    spool_never(c); /* a picture is small, and its tag is of all of it */
    chart_draw(&c->res->body, c->arena, &chart);
    if (!c->channel->is_public)
        page_keep_private(c);
    else if (!response_get(c->res, "Cache-Control").p)
        response_header(c->res, "Cache-Control", STR("no-cache"));
    c->res->status = 200;
    if (known_already(c)) {
        c->res->status = 304;
        c->res->body.n = 0;
    }
    picture_headers(c);
    return OK;
}

enum result chart_picture(struct call *c)
{
    int number = feed_field(c->part[1]);
    const struct field *found = number ? field_of(c, number) : NULL;
    struct chart_view *v = ARENA_NEW(c->arena, struct chart_view);
    struct series s;

    if (!found) {
        c->why = "This channel has no such field.";
        return ERR_MISSING;
    }
    struct field f = with_label(c, found);
    enum result rc = chart_view_read(c, &f, v);
    if (rc == OK)
        rc = series_read(c->db, c->arena, &v->query, &s);
    return rc == OK ? draw(c, &f, v, &s) : rc;
}
