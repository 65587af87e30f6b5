/* static_file.c -- the style sheet and whatever else pages need, from inside
 * the program. */
#include "base/arena.h"
#include "http/gzip.h"
#include "http/message.h"
#include "web/asset.h"
#include "web/etag.h"
#include "web/routes.h"

static const struct kind {
    const char *ending, *type;
} kinds[] = {
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".png", "image/png" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".html", "text/html; charset=utf-8" },
    { ".webmanifest", "application/manifest+json" },
};

static struct str kind_of(struct str name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_ends(name, str_of(kinds[i].ending)))
            return str_of(kinds[i].type);
    return STR("application/octet-stream");
}

enum result static_file(struct call *c)
{
    struct str name = arena_printf(c->arena, "static/%.*s",
                                   STR_FMT(c->part[0]));
    struct str bytes = asset_get(name.p);
    struct str packed =
        asset_get(arena_printf(c->arena, "%s.gz", name.p).p);

    if (!bytes.p)
        return ERR_MISSING;
    if (packed.p)
        response_header(c->res, "Vary", STR("Accept-Encoding"));
    if (packed.p && gzip_wanted(c->req)) {
        response_header(c->res, "Content-Encoding", STR("gzip"));
        bytes = packed;
    }
    if (str_is(name, "static/worker.js")) /* it is for all of the site */
        response_header(c->res, "Service-Worker-Allowed", STR("/"));
    response_header(c->res, "Cache-Control", STR("public, max-age=600"));
    response_header(c->res, "X-Content-Type-Options", STR("nosniff"));
    if (etag_known(c, bytes))
        return OK;
    c->res->status = 200;
    response_header(c->res, "Content-Type", kind_of(name));
    buf_add(&c->res->body, bytes);
    return OK;
}
