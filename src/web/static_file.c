/* static_file.c -- the style sheet and whatever else pages need, from inside
 * the program. */
#include <sodium.h>

#include "base/arena.h"
#include "http/message.h"
#include "web/asset.h"
#include "web/routes.h"

enum { TAG_BYTES = crypto_generichash_BYTES_MIN };

static const struct kind {
    const char *ending, *type;
} kinds[] = {
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".png", "image/png" },
    { ".txt", "text/plain; charset=utf-8" },
};

static struct str kind_of(struct str name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_ends(name, str_of(kinds[i].ending)))
            return str_of(kinds[i].type);
    return STR("application/octet-stream");
}

/* A strong entity tag: the same bytes, the same tag, in every build. */
static struct str tag_of(struct arena *a, struct str bytes)
{
    unsigned char hash[TAG_BYTES];
    char hex[TAG_BYTES * 2 + 1];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)bytes.p,
                       bytes.n, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    return arena_printf(a, "\"%s\"", hex);
}

/* If-None-Match, RFC 9110 section 13.1.2: weak comparison. */
static bool known_already(const struct request *req, struct str tag)
{
    struct str list = request_header(req, "If-None-Match");

    if (str_is(str_trim(list), "*"))
        return true;
    while (list.p) {
        struct str one = str_trim(str_cut(&list, ','));

        if (str_starts(one, STR("W/")))
            one = str_from(one, 2);
        if (str_eq(one, tag))
            return true;
    }
    return false;
}

enum result static_file(struct call *c)
{
    struct str name = arena_printf(c->arena, "static/%.*s",
                                   STR_FMT(c->part[0]));
    struct str bytes = asset_get(name.p);

    if (!bytes.p)
        return ERR_MISSING;
    struct str tag = tag_of(c->arena, bytes);
    response_header(c->res, "ETag", tag);
    response_header(c->res, "Cache-Control", STR("public, max-age=600"));
    response_header(c->res, "X-Content-Type-Options", STR("nosniff"));
    c->res->status = 304;
    if (known_already(c->req, tag))
        return OK;
    c->res->status = 200;
    response_header(c->res, "Content-Type", kind_of(name));
    buf_add(&c->res->body, bytes);
    return OK;
}
