/* chart_frame.c -- a chart for a page elsewhere, /channels/ID/charts/N: the
 * picture of the same options in an <iframe>. See docs/embedding.md. */
#include "http/message.h"
#include "web/chart_view.h"
#include "web/page.h"
#include "web/routes.h"

enum { UPDATE_USUAL = 15, UPDATE_LEAST = 5 }; /* seconds */

/* Any site may have it in a frame; so there is nothing in it to be clicked by
 * mistake, and nothing that a session would open to others. */
#define FRAME_POLICY "default-src 'none'; style-src 'self'; "             \
                     "img-src 'self' blob:; script-src 'self'; "          \
                     "connect-src 'self'; form-action 'none'; "           \
                     "base-uri 'none'; frame-ancestors *"

/* As the hosted service matches it: in any case. */
static bool says(const struct call *c, const char *name, const char *word)
{
    return str_eq_case(str_trim(params_get(&c->params, name)), str_of(word));
}

static bool has_size(const struct call *c, const char *name)
{
    return str_trim(params_get(&c->params, name)).n > 0
           && !says(c, name, "auto");
}

static struct str path_of(struct call *c, const char *behind)
{
    const char *path = arena_printf(c->arena, "/channels/%lld%s",
                                    (long long)c->channel->id.n, behind).p;

    return c->channel->is_public ? str_of(path) : page_link(c, path);
}

/* The same query behind another path. */
static struct str with_query(struct call *c, const char *path)
{
    return arena_printf(c->arena, "/channels/%lld/%s%s%.*s",
                        (long long)c->channel->id.n, path,
                        c->req->query.n ? "?" : "", STR_FMT(c->req->query));
}

static void put_size(struct call *c, struct values *v,
                     const struct chart_look *look)
{
    bool wide = has_size(c, "width"), high = has_size(c, "height");

    values_text(v, "width", arena_printf(c->arena, "%d", look->width));
    values_text(v, "height", arena_printf(c->arena, "%d", look->height));
    if (!wide || !high)
        values_text(v, "fill", wide   ? STR("height")
                               : high ? STR("width")
                                      : STR("both"));
}

/* dynamic=true: told, or with push=false asking each so many seconds. */
static void put_dynamic(struct call *c, struct values *v)
{
    int64_t seconds = UPDATE_USUAL;

    if (!says(c, "dynamic", "true"))
        return;
    if (!says(c, "push", "false")) {
        values_text(v, "events", path_of(c, "/events"));
        return;
    }
    str_int(str_trim(params_get(&c->params, "update")), &seconds);
    if (seconds < UPDATE_LEAST)
        seconds = UPDATE_LEAST;
    values_text(v, "update",
                arena_printf(c->arena, "%lld", (long long)seconds));
}

static void put_links(struct call *c, struct values *v, const struct field *f)
{
    values_text(v, "link", path_of(c, ""));
    values_text(v, "picture",
                with_query(c, arena_printf(c->arena, "charts/%d.svg",
                                           f->number).p));
    if (says(c, "export", "true"))
        values_text(v, "csv",
                    with_query(c, arena_printf(c->arena, "fields/%d.csv",
                                               f->number).p));
}

enum result chart_frame(struct call *c)
{
    struct values *v = values_new(c->arena);
    struct chart_view *view = ARENA_NEW(c->arena, struct chart_view);
    struct field f;
    struct series s;

    enum result rc = chart_field(c, &f);
    if (rc == OK)
        rc = chart_view_read(c, &f, view);
    if (rc == OK)
        rc = series_read(c->db, c->arena, &view->query, &s);
    if (rc != OK)
        return rc;
    values_text(v, "title", f.label);
    values_text(v, "words",
                chart_words(c, &view->look, &f, view->range, &s,
                            s.n > 0 ? &s.line[0] : NULL));
    put_size(c, v, &view->look);
    put_dynamic(c, v);
    put_links(c, v, &f);
    if (!c->channel->is_public)
        page_keep_private(c);
    response_header(c->res, "Content-Security-Policy", STR(FRAME_POLICY));
    response_header(c->res, "X-Frame-Options", STR("ALLOWALL"));
    return page_show(c, "chart_frame", v);
}
