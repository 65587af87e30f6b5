#include "web/chart_picture.h"

#include "http/message.h"
#include "web/chart_view.h"
#include "web/etag.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/spool.h"

/* As a document of its own it may do nothing but carry its style, and a
 * browser may fetch the icon of the site for it. */
static void picture_headers(struct call *c)
{
    response_header(c->res, "Content-Type", STR("image/svg+xml"));
    response_header(c->res, "Content-Security-Policy",
                    STR("default-src 'none'; style-src 'unsafe-inline'; "
                        "img-src 'self'"));
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
    if (etag_known(c, buf_str(&c->res->body)))
        c->res->body.n = 0;
    picture_headers(c);
    return OK;
}

enum result chart_picture(struct call *c)
{
    struct chart_view *v = ARENA_NEW(c->arena, struct chart_view);
    struct field f;
    struct series s;

    enum result rc = chart_field(c, &f);
    if (rc == OK)
        rc = chart_view_read(c, &f, v);
    if (rc == OK)
        rc = series_read(c->db, c->arena, &v->query, &s);
    return rc == OK ? draw(c, &f, v, &s) : rc;
}
