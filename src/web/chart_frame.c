/* chart_frame.c -- a chart for a page elsewhere, /channels/ID/charts/N: the
 * picture of the same options in an <iframe>. See docs/embedding.md. */
#include "base/buf.h"
#include "base/form.h"
#include "base/moment.h"
#include "base/zone.h"
#include "core/secret.h"
#include "http/message.h"
#include "web/chart_view.h"
#include "web/page.h"
#include "web/routes.h"

enum { UPDATE_USUAL = 15, UPDATE_LEAST = 5, UPDATE_MOST = 86400 }; /* s */

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
    if (wide && high)
        return;
    values_flag(v, "script", true);
    values_text(v, "fill", wide   ? STR("height")
                           : high ? STR("width")
                                  : STR("both"));
}

static void put_number(struct call *c, struct values *v, const char *name,
                       int64_t n)
{
    values_text(v, name, arena_printf(c->arena, "%lld", (long long)n));
}

/* dynamic=true: it asks each so many seconds. With push=true it is told; that
 * takes a connection for each frame, of which a browser makes six to a host. */
static void put_dynamic(struct call *c, struct values *v)
{
    int64_t seconds = UPDATE_USUAL;

    if (!says(c, "dynamic", "true"))
        return;
    str_int(str_trim(params_get(&c->params, "update")), &seconds);
    if (seconds < UPDATE_LEAST)
        seconds = UPDATE_LEAST;
    if (seconds > UPDATE_MOST)
        seconds = UPDATE_MOST;
    values_flag(v, "script", true);
    values_flag(v, "push", says(c, "push", "true"));
    put_number(c, v, "update", seconds);
    put_number(c, v, "channel_id", c->channel->id.n);
    put_number(c, v, "entry", c->channel->last_entry);
}

/* The readings that the chart is of, as CSV. */

static void add(struct call *c, struct buf *query, const char *name,
                struct str value)
{
    if (str_trim(value).n == 0)
        return;
    buf_printf(query, "%s%s=", query->n ? "&" : "", name);
    buf_add(query, form_escape(value, c->arena));
}

/* range is no option of readings: they have its ends. */
static void add_range(struct call *c, struct buf *query,
                      const struct reading_query *q)
{
    char room[MOMENT_ROOM];

    if (q->from > INT64_MIN)
        add(c, query, "start", moment_ms(q->from, room));
    add(c, query, "end", moment_ms(q->until, room));
}

static void add_stretch(struct call *c, struct buf *query)
{
    static const char *const names[] = {
        "results", "days", "minutes", "start", "end", "start_entry_id",
        "end_entry_id",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add(c, query, names[i], params_get(&c->params, names[i]));
}

static struct str csv_of(struct call *c, const struct chart_view *view)
{
    static const char *const names[] = {
        "min", "max", "round", "timescale", "sum", "average", "median",
    };
    struct buf query = { 0 };

    if (view->range)
        add_range(c, &query, &view->query.readings);
    else
        add_stretch(c, &query);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add(c, &query, names[i], params_get(&c->params, names[i]));
    add(c, &query, "offset", params_get(&c->params, "offset"));
    add(c, &query, "timezone",
        str_trim(params_get(&c->params, "timezone")).n > 0
                || str_trim(params_get(&c->params, "offset")).n > 0
            ? params_get(&c->params, "timezone")
            : zone_name(view->look.zone));
    struct str key = call_key_sent(c);
    if (!c->channel->is_public && key_text_valid(key))
        add(c, &query, "api_key", key);
    struct str path = arena_printf(c->arena,
                                   "/channels/%lld/fields/%d.csv?%.*s",
                                   (long long)c->channel->id.n, view->field,
                                   STR_FMT(buf_str(&query)));
    buf_free(&query);
    return path;
}

static void put_links(struct call *c, struct values *v, const struct field *f,
                      const struct chart_view *view)
{
    values_text(v, "link", path_of(c, ""));
    values_text(v, "picture",
                with_query(c, arena_printf(c->arena, "charts/%d.svg",
                                           f->number).p));
    if (says(c, "export", "true"))
        values_text(v, "csv", csv_of(c, view));
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
    values_text(v, "title", view->look.title.p ? view->look.title : f.label);
    values_text(v, "words",
                chart_words(c, &view->look, &f, view->range, &s,
                            s.n > 0 ? &s.line[0] : NULL));
    put_size(c, v, &view->look);
    put_dynamic(c, v);
    put_links(c, v, &f, view);
    if (!c->channel->is_public)
        page_keep_private(c);
    response_header(c->res, "Content-Security-Policy", STR(FRAME_POLICY));
    response_header(c->res, "X-Frame-Options", STR("ALLOWALL"));
    return page_show(c, "chart_frame", v);
}
