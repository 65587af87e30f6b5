#include "web/etag.h"

#include <sodium.h>

#include "http/message.h"

enum { TAG_BYTES = 16 };

static struct str tag_of(struct arena *a, struct str bytes)
{
    unsigned char hash[TAG_BYTES];
    char hex[TAG_BYTES * 2 + 1];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)bytes.p,
                       bytes.n, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    return arena_printf(a, "\"%s\"", hex);
}

/* RFC 9110, section 13.1.2: weak comparison. */
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

bool etag_known(struct call *c, struct str bytes)
{
    struct str tag = tag_of(c->arena, bytes);

    response_header(c->res, "ETag", tag);
    if (!known_already(c->req, tag))
        return false;
    c->res->status = 304;
    return true;
}
